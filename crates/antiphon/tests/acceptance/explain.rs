//! Every message has its verdict, every verdict its reasons, and so has every silence.

use std::collections::BTreeSet;

use antiphon::stage::StageConfig;
use model::Millis;
use serde_json::{Value, json};
use simulator::{Line, Persona};

use crate::common::{Bench, START, at, text};

const PHONE: &str = "+12025550123";

const REMINDER: &str = r#"
journey: reminder
owner: front_desk
purpose: transactional
max_messages: 6
entry: { on: appointment_booked, key: event.appointment_id, where: "event.party < 9" }
context: { appointment_id: event.appointment_id }
exits:
  - { name: cancelled, on: appointment_cancelled, where: event.appointment_id == run.appointment_id }
goal: { name: confirmed, on: appointment_confirmed, where: event.appointment_id == run.appointment_id, within: 7d }
start: remind
steps:
  remind:
    send:
      whatsapp:
        in_window:
          buttons: { body: "Will you come?", buttons: [ { id: confirm, title: Confirm }, { id: reschedule, title: Reschedule } ] }
        out_of_window: { template: reminder_template, variables: { first_name: "{{ contact.first_name }}" } }
      max_lateness: 2h
      fallback: { not_delivered: { after: 1h, to: by_sms }, too_late: done, any: by_sms }
    next: answer
  answer:
    await:
      reply_to: remind
      replies: { confirm: confirmed, reschedule: desk }
      default: desk
      timeout: { after: 4h, to: by_sms }
  by_sms:
    send: { sms: { text: "Will you come? Reply YES or NO." }, expects_reply: true, max_lateness: 2h, fallback: { too_late: done, any: desk } }
    next: sms_answer
  sms_answer:
    await:
      reply_to: [remind, by_sms]
      replies: { confirm: confirmed, reschedule: desk }
      words: [ { say: ["yes", y], to: confirmed }, { say: ["no", n], to: desk } ]
      default: desk
      timeout: { after: 4h, to: desk }
  confirmed: { emit: { event: appointment_confirmed, properties: { appointment_id: run.appointment_id } }, next: thanks }
  thanks:
    send: { whatsapp: { in_window: { text: "See you then." } }, sms: { text: "See you then." }, expects_reply: inbox, max_lateness: 30m, fallback: { any: done } }
    next: done
  desk: { hand_off: { queue: front_desk, summary: "About {{ run.appointment_id }}", fields: { id: run.appointment_id } }, next: done }
  done: { end: done }
"#;

async fn clinic(config: StageConfig) -> Bench {
    let mut bench = Bench::with(config).await;
    let buttons = json!([{ "kind": "quick_reply", "id": "confirm", "title": "Confirm" },
        { "kind": "quick_reply", "id": "reschedule", "title": "Reschedule" }]);
    bench.template("reminder_template", "transactional", "Hello {{first_name}}, will you come?", buttons).await;
    bench.publish(REMINDER).await;
    bench
}

/// Two days of a clinic with customers who do as customers do, over wires that lose order and repeat things.
async fn busy(people: u32) -> Bench {
    let mut config = StageConfig::quiet(at(START));
    config.seed = 42;
    config.world.population.people = people;
    config.world.population.mix = Persona::default_mix();
    let mut bench = clinic(config).await;
    bench.knobs(|knobs| {
        knobs.duplicate_percent = 10;
        knobs.reorder_percent = 10;
        knobs.slow_phones_percent = 10;
    });
    let phones: Vec<String> = bench.stage.simulator.with(|world| world.people().iter().map(|person| person.phone.clone()).collect());
    for (n, phone) in phones.iter().enumerate() {
        bench.event("appointment_booked", phone, json!({ "appointment_id": format!("A-{n}"), "party": n % 12 })).await;
        bench.advance(Millis::from_mins(3)).await;
    }
    bench.advance(Millis::from_days(2)).await;
    bench
}

/// A8: after a busy run every message that went out joins to the verdict that let it go, with journey, version, step and price.
#[tokio::test]
async fn a08_every_outbound_message_joins_to_a_decision() {
    let bench = Box::pin(busy(60)).await;
    let sent = bench.sent("").await;
    assert!(sent.len() > 60, "a busy run: {}", sent.len());
    let decisions = bench.list("/v1/decisions").await;
    let by_id: std::collections::BTreeMap<_, _> = decisions.iter().map(|decision| (text(&decision["id"]), decision)).collect();
    for message in &sent {
        let decision = by_id.get(text(&message["decision"])).unwrap_or_else(|| panic!("no verdict for {message:#}"));
        assert_eq!(decision["message"], message["id"]);
        if message["origin"]["by"] == "journey" {
            assert_eq!(decision["wanted"]["origin"], message["origin"]);
            assert!(["journey", "version", "run", "step"].iter().all(|member| !text(&message["origin"][member]).is_empty()));
        }
        if !message["times"]["accepted"].is_null() {
            assert_eq!((text(&decision["stage"]), text(&decision["verdict"]["say"])), ("hand_off", "send"));
            assert!(message["price"].is_object(), "what it costs: {message:#}");
        }
    }
}

/// A65: whoever wants a message, journey, agent, API or the rules themselves, it reaches a phone with a verdict only: what arrived is what
/// was let go, one to one.
#[tokio::test]
async fn a65_nothing_reaches_a_phone_without_a_decision() {
    let mut bench = Box::pin(busy(60)).await;
    // An agent's answer and a message by API on top of journeys and confirmations of STOP.
    bench.types(PHONE, Line::WhatsApp, "Are you open on Sunday?");
    bench.settle().await;
    let contact = bench.contact(PHONE).await;
    let conversation = text(&bench.conversation(&contact).await["id"]).to_owned();
    let reply = json!({ "content": { "type": "text", "body": "From ten to four." } });
    bench.console("POST", &format!("/v1/conversations/{conversation}/replies"), reply).await.expect_status(201);
    let direct = json!({ "contact": contact, "purpose": "transactional", "channels": [{ "channel": "sms", "content": { "type": "text", "body": "Your bill is ready." } }] });
    bench.post("/v1/messages", direct).await.expect_status(201);
    bench.advance(Millis::from_hours(12)).await;

    let truth = bench.truth();
    assert!(truth.iter().all(|row| !row.duplicate), "nothing came twice");
    let decisions = bench.list("/v1/decisions").await;
    let let_go: BTreeSet<String> = decisions
        .iter()
        .filter(|decision| decision["stage"] == "hand_off" && decision["verdict"]["say"] == "send")
        .map(|decision| text(&decision["message"]).to_owned())
        .collect();
    let sent = bench.sent("").await;
    let by_provider: std::collections::BTreeMap<_, _> = sent.iter().map(|message| (text(&message["provider_id"]), message)).collect();
    let mut arrived = BTreeSet::new();
    for row in &truth {
        let message = by_provider.get(row.id.as_str()).unwrap_or_else(|| panic!("{row:?} is no message of ours"));
        assert!(let_go.contains(text(&message["id"])), "{row:?} has no verdict");
        assert!(arrived.insert(text(&message["id"]).to_owned()), "{row:?} came twice");
    }
    let delivered: BTreeSet<String> = sent
        .iter()
        .filter(|message| matches!(text(&message["status"]), "delivered" | "read"))
        .map(|message| text(&message["id"]).to_owned())
        .collect();
    assert_eq!(arrived, delivered, "what phones show and what we believe is the same");
    let origins: BTreeSet<&str> = sent.iter().map(|message| text(&message["origin"]["by"])).collect();
    assert_eq!(origins, BTreeSet::from(["agent", "api", "compliance", "journey"]));
}

/// One seed is one history, to the last id and millisecond: nothing of the machine leaks into what is decided.
#[tokio::test]
async fn the_same_seed_gives_the_same_history() {
    let (first, second) = (Box::pin(busy(12)).await, Box::pin(busy(12)).await);
    assert!(first.truth().len() > 12);
    assert_eq!(first.truth(), second.truth());
    for list in ["/v1/messages", "/v1/decisions", "/v1/conversations", "/v1/journeys/reminder/runs"] {
        assert_eq!(first.list(list).await, second.list(list).await, "{list}");
    }
}

/// A87: `why` for a message: the rules in order with inputs, the ranked options, the price.
#[tokio::test]
async fn a87_why_of_a_message_names_rules_inputs_and_ranked_options() {
    let mut bench = clinic(StageConfig::quiet(at(START))).await;
    let contact = bench.event("appointment_booked", PHONE, json!({ "appointment_id": "A-1", "party": 2 })).await;
    bench.settle().await;
    let message = bench.sent(&format!("&contact={contact}")).await.remove(0);
    let why = bench.list(&format!("/v1/decisions?message={}", text(&message["id"]))).await;
    // Its sender had room, so the gate was asked once, and the message left at that instant.
    assert_eq!(why.iter().map(|one| text(&one["stage"])).collect::<Vec<_>>(), ["hand_off"]);
    assert_eq!(why[0]["at"], message["created_at"]);
    let last = &why[0];
    let rules: Vec<_> = last["rules"].as_array().expect("rules").iter().collect();
    for rule in ["consent", "window", "quiet_hours"] {
        let found = rules.iter().find(|result| text(&result["rule"]).contains(rule)).unwrap_or_else(|| panic!("no `{rule}` in {rules:#?}"));
        assert!(!text(&found["detail"]).is_empty());
    }
    assert!(rules.iter().any(|result| result["inputs"].as_object().is_some_and(|inputs| !inputs.is_empty())));
    let option = &last["channels"][0];
    assert_eq!((text(&option["channel"]), text(&option["form"]), &option["eligible"]), ("whatsapp", "template", &json!(true)));
    assert!(last["price"]["amount"]["micros"].is_i64() && !last["versions"].as_array().expect("versions").is_empty(), "{last:#}");
}

/// A87, U4: `why` for what was not said, and `why not` for people who never entered.
#[tokio::test]
async fn u4_every_silence_has_its_reason() {
    let mut bench = clinic(StageConfig::quiet(at(START))).await;
    let why = |contact: &str| format!("/v1/contacts/{contact}/why?journey=reminder");
    let stranger = bench.contact("+12025550130").await;
    let answer = bench.get(&why(&stranger)).await;
    assert_eq!((text(&answer["code"]), &answer["entered"]), ("never_triggered", &json!(false)));
    assert!(text(&answer["answer"]).contains("appointment_booked"), "{answer}");
    let refused = bench.event("appointment_booked", "+12025550131", json!({ "appointment_id": "A-9", "party": 20 })).await;
    let answer = bench.get(&why(&refused)).await;
    assert_eq!(text(&answer["code"]), "condition_not_met", "{answer:#}");
    assert_eq!(
        (&answer["checks"][0]["inputs"]["condition"], &answer["checks"][0]["inputs"]["properties"]["party"]),
        (&json!("event.party < 9"), &json!(20))
    );
    // The same appointment twice: one run, and the second event has its reason.
    let twice = json!({ "appointment_id": "A-7", "party": 2 });
    let again = bench.event("appointment_booked", "+12025550132", twice.clone()).await;
    bench.event("appointment_booked", "+12025550132", twice).await;
    let lines = bench.timeline(&again).await;
    let rejected = lines.iter().find(|line| line["kind"] == "run_rejected").unwrap_or_else(|| panic!("{lines:#?}"));
    assert_eq!(rejected["data"]["code"], "already_in");
    let inside = bench.event("appointment_booked", PHONE, json!({ "appointment_id": "A-1", "party": 2 })).await;
    bench.settle().await;
    let answer = bench.get(&why(&inside)).await;
    assert_eq!((text(&answer["code"]), &answer["entered"], answer["decisions"].as_array().map(Vec::len)), ("in_it", &json!(true), Some(1)));
    // A message that was wanted and not sent: the verdict names the rule that said no, and its inputs.
    let offer = json!({ "contact": inside, "purpose": "promotional", "channels": [{ "channel": "sms", "content": { "type": "text", "body": "Sale!" } }] });
    let silent = bench.post("/v1/messages", offer).await.expect_status(409);
    let verdict = bench.get(&format!("/v1/decisions/{}", text(&silent.json["decision"]))).await;
    assert_eq!(verdict["verdict"]["say"], "silent");
    let denied: Vec<&Value> = verdict["rules"].as_array().expect("rules").iter().filter(|rule| rule["outcome"] == "deny").collect();
    assert!(denied.iter().any(|rule| text(&rule["rule"]).contains("consent") && rule["inputs"].is_object()), "{verdict:#}");
    assert_eq!(verdict["channels"][0]["eligible"], false);
    bench.call("PATCH", "/v1/journeys/reminder", json!({ "state": "closed" })).await.expect_status(200);
    assert_eq!(bench.get(&why(&stranger)).await["code"], "not_open");
    bench.call("GET", &format!("/v1/contacts/{stranger}/why?journey=nothing"), Value::Null).await.expect_status(404);
}
