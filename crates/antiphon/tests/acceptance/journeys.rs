//! Journeys on the stage: instances, timers that move, events out of order, answers, versions.

use model::Millis;
use serde_json::{Value, json};
use simulator::{Line, Outcome};

use crate::common::{Bench, says, text};

const PHONE: &str = "+12025550123";

/// Three touches before an appointment, by SMS so that each is one plain text.
const APPOINTMENT: &str = r#"
journey: appointment
owner: front_desk
purpose: transactional
max_messages: 12
entry: { on: appointment_booked, key: event.appointment_id }
context:
  appointment_id: event.appointment_id
  starts_at: { type: time, from: event.starts_at }
updates:
  - on: appointment_moved
    where: event.appointment_id == run.appointment_id
    set: { starts_at: event.starts_at }
    then: wait_72h
exits:
  - { name: cancelled, on: appointment_cancelled, where: event.appointment_id == run.appointment_id }
goal: { name: attended, on: appointment_attended, where: event.appointment_id == run.appointment_id, within: 90d }
start: wait_72h
steps:
  wait_72h: { delay: { until: "run.starts_at - duration('72h')", if_past: { skip_to: wait_24h } }, next: touch_72h }
  touch_72h:
    send: { sms: { text: "72 h before {{ run.appointment_id }}" }, max_lateness: 2h, fallback: { any: wait_24h } }
    next: wait_24h
  wait_24h: { delay: { until: "run.starts_at - duration('24h')", if_past: { skip_to: wait_2h } }, next: touch_24h }
  touch_24h:
    send: { sms: { text: "24 h before {{ run.appointment_id }}" }, max_lateness: 2h, fallback: { any: wait_2h } }
    next: wait_2h
  wait_2h: { delay: { until: "run.starts_at - duration('2h')", if_past: { skip_to: wait_start } }, next: touch_2h }
  touch_2h:
    send: { sms: { text: "2 h before {{ run.appointment_id }}" }, max_lateness: 30m, fallback: { any: wait_start } }
    next: wait_start
  wait_start: { delay: { until: run.starts_at, if_past: next }, next: done }
  done: { end: over }
"#;

/// Texts that reached phones after a moment, with the moment: `2026-11-24T15:00 24 h before A-1`.
fn touches(bench: &Bench) -> Vec<String> {
    bench.truth().iter().map(|row| format!("{} {}", &row.at.to_string()[..16], row.text)).collect()
}

async fn book(bench: &Bench, id: &str, starts_at: &str) -> String {
    bench.event("appointment_booked", PHONE, json!({ "appointment_id": id, "starts_at": starts_at })).await
}

/// A43: three touches at 72, 24 and 2 hours; those whose moment is past are left out and not sent late.
#[tokio::test]
async fn a43_past_due_touches_are_skipped() {
    let mut bench = Bench::new().await;
    bench.publish(APPOINTMENT).await;
    book(&bench, "FULL", "2026-11-28T18:00:00Z").await;
    // 50 hours ahead: the first touch is past already.
    book(&bench, "LATE", "2026-11-25T19:00:00Z").await;
    bench.advance_to("2026-11-29T00:00:00Z").await;
    assert_eq!(
        touches(&bench),
        [
            "2026-11-24T19:00 24 h before LATE",
            "2026-11-25T17:00 2 h before LATE",
            "2026-11-25T18:00 72 h before FULL",
            "2026-11-27T18:00 24 h before FULL",
            "2026-11-28T16:00 2 h before FULL",
        ]
    );
}

/// A31: the start moves twice; nothing fires at an old time, everything at the new one.
#[tokio::test]
async fn a31_timers_move_with_the_appointment() {
    let mut bench = Bench::new().await;
    bench.publish(APPOINTMENT).await;
    let contact = book(&bench, "A-1", "2026-11-25T18:00:00Z").await;
    let moved = |to: &str| json!({ "appointment_id": "A-1", "starts_at": to });
    bench.advance_to("2026-11-24T12:00:00Z").await;
    bench.event("appointment_moved", PHONE, moved("2026-11-30T18:00:00Z")).await;
    bench.advance_to("2026-11-26T12:00:00Z").await;
    assert_eq!(touches(&bench), [""; 0], "nothing at the old time");
    // Earlier again, another appointment's move in between.
    bench.event("appointment_moved", PHONE, json!({ "appointment_id": "A-2", "starts_at": "2026-11-26T15:00:00Z" })).await;
    bench.event("appointment_moved", PHONE, moved("2026-11-28T18:00:00Z")).await;
    let due: Vec<Value> = bench.list("/v1/journeys/appointment/runs?status=active").await;
    assert_eq!(text(&due[0]["due_at"]), "2026-11-27T18:00:00.000Z");
    bench.advance_to("2026-12-02T00:00:00Z").await;
    assert_eq!(touches(&bench), ["2026-11-27T18:00 24 h before A-1", "2026-11-28T16:00 2 h before A-1"]);
    let kinds: Vec<_> = bench.timeline(&contact).await.iter().map(|line| text(&line["kind"]).to_owned()).collect();
    assert_eq!(kinds.iter().filter(|kind| *kind == "run_completed").count(), 1, "{kinds:?}");
}

/// A35: two appointments, one is cancelled; only that instance ends.
#[tokio::test]
async fn a35_cancelling_one_appointment_leaves_the_other() {
    let mut bench = Bench::new().await;
    bench.publish(APPOINTMENT).await;
    book(&bench, "A-1", "2026-11-26T18:00:00Z").await;
    book(&bench, "A-2", "2026-11-26T20:00:00Z").await;
    // The same booking again is no third run.
    book(&bench, "A-2", "2026-11-26T20:00:00Z").await;
    bench.advance_to("2026-11-24T00:00:00Z").await;
    bench.event("appointment_cancelled", PHONE, json!({ "appointment_id": "A-1" })).await;
    bench.advance_to("2026-11-27T00:00:00Z").await;
    let of = |id: &str| touches(&bench).iter().filter(|touch| touch.ends_with(id)).map(|touch| touch[17..].to_owned()).collect::<Vec<_>>();
    // Both first touches came before the cancellation.
    assert_eq!(of("A-1"), ["72 h before A-1"]);
    assert_eq!(of("A-2"), ["72 h before A-2", "24 h before A-2", "2 h before A-2"]);
    let runs = bench.list("/v1/journeys/appointment/runs").await;
    let mut ends: Vec<_> = runs.iter().map(|run| (text(&run["instance_key"]), text(&run["status"]), text(&run["result"]))).collect();
    ends.sort_unstable();
    assert_eq!(ends, [("A-1", "exited", "cancelled"), ("A-2", "completed", "over")]);
}

/// R-EXIT-1: an exit takes back what is queued and has not been handed to the provider.
#[tokio::test]
async fn r_exit_1_an_exit_takes_back_queued_messages() {
    let mut bench = Bench::new().await;
    bench.publish(APPOINTMENT).await;
    let person = bench.person(PHONE);
    bench.stage.simulator.with(|world| world.outcomes_mut().script(person, Line::Sms, Some(Outcome::Refuse { code: 20_429 })));
    let contact = book(&bench, "A-1", "2026-11-24T18:00:00Z").await;
    bench.advance_to("2026-11-23T18:10:00Z").await;
    let queued = bench.sent(&format!("&contact={contact}")).await;
    assert_eq!((queued.len(), text(&queued[0]["status"])), (1, "queued"), "{queued:#?}");
    bench.event("appointment_cancelled", PHONE, json!({ "appointment_id": "A-1" })).await;
    bench.stage.simulator.with(|world| world.outcomes_mut().script(person, Line::Sms, None));
    bench.advance(Millis::from_days(2)).await;
    assert_eq!(bench.truth(), []);
    assert_eq!(bench.sent(&format!("&contact={contact}")).await[0]["status"], "cancelled");
}

/// A36: an order's journey is about that item; buying another one does not end it.
#[tokio::test]
async fn a36_buying_the_other_item_does_not_end_this_items_journey() {
    let mut bench = Bench::new().await;
    bench
        .publish(
            r#"
journey: left_in_basket
owner: front_desk
purpose: transactional
entry: { on: added_to_basket, key: event.item }
exits:
  - { name: bought, on: bought, where: event.item == entry.item }
goal: { name: bought, on: bought, where: event.item == entry.item, within: 7d }
start: wait
steps:
  wait: { delay: { for: 2h }, next: ask }
  ask:
    send: { sms: { text: "Still thinking about {{ entry.item }}?" }, expects_reply: inbox, max_lateness: 1h, fallback: { any: done } }
    next: done
  done: { end: asked }
"#,
        )
        .await;
    for item in ["boots", "scarf"] {
        bench.event("added_to_basket", PHONE, json!({ "item": item })).await;
    }
    bench.advance(Millis::from_hours(1)).await;
    bench.event("bought", PHONE, json!({ "item": "scarf" })).await;
    bench.advance(Millis::from_hours(3)).await;
    assert_eq!(says(&bench.phone(PHONE)), ["Still thinking about boots?"]);
    let funnel = bench.get("/v1/journeys/left_in_basket/funnel").await;
    assert_eq!((&funnel["totals"]["entered"], &funnel["totals"]["exited"], &funnel["totals"]["goal"]), (&json!(2), &json!(1), &json!(1)));
}

/// A44: "delivered" comes before "shipped"; nobody hears that the parcel is on its way.
#[tokio::test]
async fn a44_nothing_says_shipped_after_delivered() {
    let mut bench = Bench::new().await;
    bench
        .publish(
            r#"
journey: order_updates
owner: front_desk
purpose: transactional
max_messages: 3
entry: { on: order_placed, key: event.order_id }
context:
  order_id: event.order_id
  status: { type: text, from: "'placed'", order: [placed, shipped, delivered] }
updates:
  - { on: order_status, where: event.order_id == run.order_id, set: { status: event.status }, then: which }
goal: { name: delivered, on: order_status, where: "event.order_id == run.order_id && event.status == 'delivered'", within: 60d }
start: wait
steps:
  wait: { delay: { for: 30d }, next: silent }
  which:
    branch:
      - { when: run.status == 'shipped', to: tell_shipped }
      - { when: run.status == 'delivered', to: tell_delivered }
    otherwise: wait
  tell_shipped:
    send: { sms: { text: "Order {{ run.order_id }} is on its way." }, max_lateness: 12h, fallback: { any: wait } }
    next: wait
  tell_delivered:
    send: { sms: { text: "Order {{ run.order_id }} has arrived." }, max_lateness: 12h, fallback: { any: wait } }
    next: wait
  silent: { end: over }
"#,
        )
        .await;
    for order in ["O-1", "O-2"] {
        bench.event("order_placed", PHONE, json!({ "order_id": order })).await;
    }
    for (order, statuses) in [("O-1", ["delivered", "shipped"]), ("O-2", ["shipped", "delivered"])] {
        for status in statuses {
            bench.event("order_status", PHONE, json!({ "order_id": order, "status": status })).await;
            bench.advance(Millis::from_mins(30)).await;
        }
    }
    let mut heard: Vec<String> = bench.truth().into_iter().map(|row| row.text).collect();
    heard.sort_unstable();
    assert_eq!(heard, ["Order O-1 has arrived.", "Order O-2 has arrived.", "Order O-2 is on its way."]);
}

/// Asks with two buttons; `LABEL` is what the first one says.
const ASK: &str = r#"
journey: ask
owner: front_desk
purpose: transactional
entry: { on: appointment_booked, key: event.appointment_id }
context: { appointment_id: event.appointment_id }
goal: { none: "a test of answers" }
start: remind
steps:
  remind:
    send:
      whatsapp:
        in_window:
          buttons: { body: "Will you come?", buttons: [ { id: confirm, title: "LABEL" }, { id: reschedule, title: Reschedule } ] }
        out_of_window: { template: ask_template, variables: { first_name: "{{ contact.first_name }}" } }
      max_lateness: 2h
      fallback: { too_late: done, any: done }
    next: answer
  answer:
    await:
      reply_to: remind
      replies: { confirm: confirmed, reschedule: to_desk }
      default: wrote
      timeout: { after: 4h, to: silent }
  confirmed: { set: { contact.coming: "true" }, next: tell }
  tell: { emit: { event: appointment_confirmed, properties: { appointment_id: run.appointment_id } }, next: done }
  to_desk: { hand_off: { queue: front_desk, summary: "Wants another time for {{ run.appointment_id }}", fields: { id: run.appointment_id } }, next: done }
  wrote: { hand_off: { queue: front_desk, reason: not_understood, summary: "Answered in their own words" }, next: done }
  silent: { end: silent }
  done: { end: done }
"#;

async fn asking(label: &str) -> Bench {
    let mut bench = Bench::new().await;
    let buttons = json!([{ "kind": "quick_reply", "id": "confirm", "title": "Confirm" },
        { "kind": "quick_reply", "id": "reschedule", "title": "Reschedule" }]);
    bench.template("ask_template", "transactional", "Hello {{first_name}}, will you come?", buttons).await;
    bench.publish(&ASK.replace("LABEL", label)).await;
    bench
}

/// A25: what a tap means is its id. The label on the phone is the old one, the newest version calls it something else.
#[tokio::test]
async fn a25_a_renamed_button_still_takes_its_branch() {
    let mut bench = asking("Yes, I come").await;
    bench.types(PHONE, Line::WhatsApp, "Hello");
    bench.settle().await;
    let contact = bench.event("appointment_booked", PHONE, json!({ "appointment_id": "A-1" })).await;
    bench.settle().await;
    bench.publish(&ASK.replace("LABEL", "Count me in")).await;
    bench.taps(PHONE, "Yes, I come");
    bench.settle().await;
    assert_eq!(bench.get(&format!("/v1/contacts/{contact}")).await["attributes"]["coming"], true);
    // By template too: its quick reply comes back in another shape, with the same id.
    let second = "+12025550124";
    let contact = bench.event("appointment_booked", second, json!({ "appointment_id": "A-2" })).await;
    bench.settle().await;
    assert_eq!(bench.phone(second)[0].kind, "template");
    bench.taps(second, "Confirm");
    bench.settle().await;
    assert_eq!(bench.get(&format!("/v1/contacts/{contact}")).await["attributes"]["coming"], true);
}

/// A26: words that nobody foresaw take the default branch and reach a person; a journey without one does not compile.
#[tokio::test]
async fn a26_unrecognised_replies_take_the_default_branch_and_are_never_dropped() {
    let mut bench = asking("Confirm").await;
    let refused = bench.post("/v1/journeys", json!({ "source": ASK.replace("      default: wrote\n", "") })).await.expect_status(422);
    assert!(refused.body.contains("default"), "{}", refused.body);
    let contact = bench.event("appointment_booked", PHONE, json!({ "appointment_id": "A-1" })).await;
    bench.settle().await;
    bench.types(PHONE, Line::WhatsApp, "Is there a lift in the building?");
    bench.settle().await;
    let case = bench.conversation(&contact).await["case"].clone();
    assert_eq!((text(&case["queue"]), text(&case["handoff"]["reason"])), ("front_desk", "not_understood"), "{case:#}");
    // Nothing waits any more: what comes later reaches the same person's thread and no bot.
    bench.types(PHONE, Line::WhatsApp, "And parking?");
    bench.settle().await;
    let received = bench.list(&format!("/v1/messages?direction=in&contact={contact}")).await;
    assert_eq!(received.len(), 2);
    assert_eq!(bench.phone(PHONE).len(), 1, "no bot answered");
}

/// A42: a confirmation is written back to the calendar once, even if it is tapped three times and every webhook comes twice.
#[tokio::test]
async fn a42_confirm_tapped_three_times_reaches_the_calendar_once() {
    let mut bench = asking("Confirm").await;
    let endpoint = json!({ "url": "http://hooks.example.com/calendar", "events": ["appointment_confirmed"] });
    bench.post("/v1/webhook_endpoints", endpoint).await.expect_status(201);
    bench.knobs(|knobs| knobs.duplicate_percent = 100);
    bench.event("appointment_booked", PHONE, json!({ "appointment_id": "A-1" })).await;
    bench.settle().await;
    for _ in 0..3 {
        bench.taps(PHONE, "Confirm");
        bench.advance(Millis::from_secs(20)).await;
    }
    bench.advance(Millis::from_days(1)).await;
    let got = bench.stage.hooks.got();
    assert_eq!(got.len(), 1, "{got:#?}");
    assert_eq!((got[0].path.as_str(), &got[0].body["data"]["properties"]["appointment_id"]), ("/calendar", &json!("A-1")));
    assert_eq!(bench.list("/v1/conversations?status=waiting").await, [Value::Null; 0], "taps are no talk");
}

/// A78: a wait without an end does not publish, and the finding says where.
#[tokio::test]
async fn a78_a_wait_without_timeout_is_not_published() {
    let bench = asking("Confirm").await;
    let source = ASK.replace("      timeout: { after: 4h, to: silent }\n", "");
    let refused = bench.post("/v1/journeys", json!({ "source": source })).await.expect_status(422);
    assert_eq!(refused.code(), "invalid_journey");
    let found = refused.json["diagnostics"].as_array().expect("diagnostics");
    let timeout = found.iter().find(|one| text(&one["what"]).contains("timeout")).unwrap_or_else(|| panic!("{found:#?}"));
    assert_eq!(timeout["severity"], "error");
    let line = source.lines().position(|line| line.trim() == "await:").expect("the await") + 1;
    let at = usize::try_from(timeout["line"].as_u64().expect("a line")).expect("a small number");
    // The finding stands at the step or inside its await.
    assert!((line - 1..line + 5).contains(&at), "line {at} is not near {line}");
    let versions = bench.list("/v1/journeys/ask/versions").await;
    assert_eq!(versions.len(), 1, "only the good one is published");
}

/// A71: a value that is missing and has no fallback blocks the message with the reason; nobody gets "Hello ,".
#[tokio::test]
async fn a71_a_missing_value_without_fallback_blocks_with_the_reason() {
    let mut bench = asking("Confirm").await;
    let body = json!({ "name": "appointment_booked", "contact": { "phone": PHONE }, "properties": { "appointment_id": "A-1" } });
    let contact = text(&bench.post("/v1/events", body).await.expect_status(202).json["contact_id"]).to_owned();
    bench.advance(Millis::from_mins(5)).await;
    assert_eq!(bench.truth(), []);
    let verdict = &bench.list(&format!("/v1/decisions?contact={contact}")).await[0]["verdict"];
    assert_eq!((text(&verdict["say"]), text(&verdict["cause"])), ("silent", "not_renderable"));
    assert!(text(&verdict["reason"]).contains("first_name"), "{verdict}");
}

/// R-VER-1: who is inside finishes the version they entered; who comes later takes the new one.
#[tokio::test]
async fn r_ver_1_runs_finish_the_version_they_entered() {
    let mut bench = Bench::new().await;
    let source = |text: &str| {
        format!(
            r#"
journey: versions
owner: front_desk
purpose: transactional
entry: {{ on: started, key: event.id }}
goal: {{ none: "a test of versions" }}
start: wait
steps:
  wait: {{ delay: {{ for: 1h }}, next: tell }}
  tell: {{ send: {{ sms: {{ text: "{text}" }}, max_lateness: 1h, fallback: {{ any: done }} }}, next: done }}
  done: {{ end: done }}
"#
        )
    };
    let first = bench.publish(&source("version one")).await;
    bench.event("started", PHONE, json!({ "id": 1 })).await;
    let second = bench.publish(&source("version two")).await;
    assert_ne!(first["version"], second["version"]);
    bench.event("started", PHONE, json!({ "id": 2 })).await;
    bench.advance(Millis::from_hours(2)).await;
    let mut heard: Vec<_> = bench.truth().into_iter().map(|row| row.text).collect();
    heard.sort_unstable();
    assert_eq!(heard, ["version one", "version two"]);
    let runs = bench.list("/v1/journeys/versions/runs").await;
    let of =
        |key: &str| runs.iter().find(|run| text(&run["instance_key"]) == key).unwrap_or_else(|| panic!("{runs:#?}"))["version"].clone();
    assert_eq!((of("1"), of("2")), (first["version"].clone(), second["version"].clone()));
}
