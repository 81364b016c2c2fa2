//! RCS by Twilio first, and SMS for whoever it does not reach: a sender connected by the API, against the simulated Twilio.

use antiphon::stage::{PUBLIC_URL, TWILIO};
use model::Millis;
use serde_json::{Value, json};
use simulator::{Line, Outcome, TwilioConfig};

use crate::common::{Bench, says, text};

const AGENT: &str = "rcs:example_brand";
/// In the world, phones with an odd number have RCS.
const PHONE: &str = "+12025550123";
const WITHOUT: &str = "+12025550124";

const TABLE: &str = r#"
journey: table
owner: front_desk
purpose: transactional
entry: { on: table_ready, key: event.id, policy: { parallel: 9 } }
goal: { none: "a test of two channels" }
start: by_rcs
steps:
  by_rcs:
    send:
      rcs: { buttons: { body: "Your table is ready. Will you come?", buttons: [ { id: yes, title: "Yes" }, { id: no, title: "No" } ] } }
      expects_reply: true
      max_lateness: 2h
      fallback: { too_late: done, not_capable: by_sms, not_delivered: { after: 5m, to: by_sms }, any: done }
    next: answer
  answer:
    await: { reply_to: by_rcs, replies: { yes: thanks, no: done }, default: done, timeout: { after: 1h, to: done } }
  by_sms: { send: { sms: { text: "Table ready (SMS)." }, max_lateness: 2h, fallback: { any: done } }, next: done }
  thanks: { send: { rcs: { text: "See you soon." }, max_lateness: 2h, fallback: { any: done } }, next: done }
  done: { end: done }
"#;

/// A bench with an RCS sender at Twilio beside the number, and the sender's id.
async fn bench() -> (Bench, String) {
    let bench = Bench::new().await;
    let theirs = TwilioConfig::default();
    let provider = json!({ "kind": "twilio_rcs", "account_sid": theirs.account_sid, "auth_token": theirs.auth_token,
        "base_url": format!("http://{TWILIO}") });
    let draft = json!({ "name": "Brand", "address": AGENT, "per_second": 10, "provider": provider });
    let made = bench.post("/v1/senders", draft).await.expect_status(201);
    assert!(!made.body.contains(&theirs.auth_token), "{}", made.body);
    assert_eq!((&made.json["channel"], &made.json["address"]), (&json!("rcs"), &json!("example_brand")), "{:#}", made.json);
    let webhook = format!("{PUBLIC_URL}{}", text(&made.json["webhook_path"]));
    bench.stage.simulator.with(|world| world.set_rcs_webhook(AGENT, Some(webhook)));
    bench.publish(TABLE).await;
    let id = text(&made.json["id"]).to_owned();
    (bench, id)
}

fn lines(bench: &Bench, phone: &str) -> Vec<(Line, String)> {
    let entries = bench.phone(phone);
    entries.iter().zip(says(&entries)).map(|(entry, said)| (entry.line, said.to_owned())).collect()
}

async fn statuses(bench: &Bench, contact: &str) -> Vec<(String, String, bool)> {
    let row =
        |message: &Value| (text(&message["channel"]).to_owned(), text(&message["status"]).to_owned(), message["double_reach"] == true);
    bench.sent(&format!("&contact={contact}")).await.iter().map(row).collect()
}

fn row(channel: &str, status: &str, double: bool) -> (String, String, bool) {
    (channel.to_owned(), status.to_owned(), double)
}

fn contents(bench: &Bench) -> usize {
    let made = |world: &mut simulator::World| {
        world.journal().iter().filter(|exchange| exchange.method == "POST" && exchange.target == "/v1/Content").count()
    };
    bench.stage.simulator.with(made)
}

#[tokio::test]
async fn a_card_is_read_and_its_button_answers() {
    let (mut bench, _) = bench().await;
    let person = bench.person(PHONE);
    let contact = bench.event("table_ready", PHONE, json!({ "id": "T-1" })).await;
    bench.advance(Millis::from_mins(1)).await;
    let question = bench.phone(PHONE)[0].clone();
    assert_eq!((question.line, question.shown.taps.len()), (Line::Rcs, 2), "{question:?}");
    bench.stage.simulator.with(|world| world.person_taps(person, &question.id, "yes")).expect("a tap");
    bench.advance(Millis::from_mins(1)).await;
    assert_eq!(says(&bench.phone(PHONE)).last(), Some(&"See you soon."));
    assert_eq!(statuses(&bench, &contact).await, [row("rcs", "read", false), row("rcs", "delivered", false)]);
    bench.event("table_ready", PHONE, json!({ "id": "T-2" })).await;
    bench.advance(Millis::from_mins(1)).await;
    assert_eq!(contents(&bench), 1, "one content resource serves all questions of a shape");
}

#[tokio::test]
async fn a_phone_without_rcs_gets_sms_and_later_without_a_try() {
    let (mut bench, _) = bench().await;
    bench.person(WITHOUT);
    let contact = bench.event("table_ready", WITHOUT, json!({ "id": "T-1" })).await;
    bench.advance(Millis::from_mins(2)).await;
    let sms = || (Line::Sms, "Table ready (SMS).".to_owned());
    assert_eq!(lines(&bench, WITHOUT), [sms()]);
    assert_eq!(statuses(&bench, &contact).await, [row("rcs", "failed", false), row("sms", "delivered", false)]);
    bench.event("table_ready", WITHOUT, json!({ "id": "T-2" })).await;
    bench.advance(Millis::from_mins(2)).await;
    assert_eq!(lines(&bench, WITHOUT), [sms(), sms()]);
    let channels: Vec<_> = statuses(&bench, &contact).await.into_iter().map(|(channel, ..)| channel).collect();
    assert_eq!(channels, ["rcs", "sms", "sms"], "known before the send");
}

/// Twilio gives up before the step's own time, so the SMS does not become a second message.
#[tokio::test]
async fn what_does_not_arrive_in_time_is_given_up_before_the_sms_goes() {
    let (mut bench, _) = bench().await;
    let person = bench.person(PHONE);
    bench.stage.simulator.with(|world| world.outcomes_mut().script(person, Line::Rcs, Some(Outcome::NeverDelivered)));
    let contact = bench.event("table_ready", PHONE, json!({ "id": "T-1" })).await;
    bench.advance(Millis::from_mins(4)).await;
    assert_eq!(lines(&bench, PHONE), []);
    bench.advance(Millis::from_hours(3)).await;
    assert_eq!(lines(&bench, PHONE), [(Line::Sms, "Table ready (SMS).".to_owned())]);
    let sent = bench.sent(&format!("&contact={contact}")).await;
    assert_eq!(sent[0]["error"]["code"], "twilio:30036", "{:#}", sent[0]);
    assert_eq!(statuses(&bench, &contact).await, [row("rcs", "failed", false), row("sms", "delivered", false)]);
}

/// The answer is lost, the status names the message: it is settled by it and does not go again.
#[tokio::test]
async fn a_lost_answer_is_settled_by_its_status() {
    let (mut bench, _) = bench().await;
    bench.person(PHONE);
    let contact = bench.event("table_ready", PHONE, json!({ "id": "T-0" })).await;
    bench.advance(Millis::from_mins(1)).await;
    bench.knobs(|knobs| knobs.answer_lost_percent = 100);
    bench.event("table_ready", PHONE, json!({ "id": "T-1" })).await;
    bench.advance(Millis::from_mins(1)).await;
    bench.knobs(|knobs| knobs.answer_lost_percent = 0);
    bench.advance(Millis::from_mins(30)).await;
    assert_eq!(lines(&bench, PHONE).len(), 2, "{:?}", lines(&bench, PHONE));
    assert_eq!(statuses(&bench, &contact).await.iter().filter(|(_, status, _)| status == "delivered").count(), 2);
}

#[tokio::test]
async fn the_doctor_says_how_the_sender_stands_and_settings_hide_the_token() {
    let (bench, sender) = bench().await;
    let examination = format!("/v1/senders/{sender}/examination");
    let hops = async || {
        let found = bench.post(&examination, json!({})).await.expect_status(200).json;
        let row = |hop: &Value| (text(&hop["hop"]).to_owned(), text(&hop["state"]).to_owned());
        found["hops"].as_array().expect("hops").iter().map(row).filter(|(hop, _)| hop != "sender").collect::<Vec<_>>()
    };
    let row = |hop: &str, state: &str| (hop.to_owned(), state.to_owned());
    assert_eq!(hops().await, [row("credentials", "good"), row("agent", "good"), row("callback", "good")]);
    bench.stage.simulator.with(|world| world.set_rcs_webhook(AGENT, Some("https://old.example.com/hook".to_owned())));
    assert_eq!(hops().await, [row("credentials", "good"), row("agent", "good"), row("callback", "broken")]);
    let settings = bench.get(&format!("/v1/senders/{sender}/settings")).await;
    assert_eq!(
        settings["provider"],
        json!({ "kind": "twilio_rcs", "account_sid": TwilioConfig::default().account_sid, "ttl_s": 600,
        "base_url": format!("http://{TWILIO}") })
    );
    let wrong = json!({ "name": "Brand", "address": "a brand", "per_second": 10, "provider": { "kind": "twilio_rcs", "account_sid": "AC1",
        "auth_token": "x", "ttl_s": 5 } });
    let refused = bench.post("/v1/senders", wrong).await.expect_status(422);
    assert!(refused.body.contains("/address") && refused.body.contains("/provider/ttl_s"), "{}", refused.body);
}
