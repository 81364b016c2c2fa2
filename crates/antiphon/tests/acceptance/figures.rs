//! What operators see: the live funnel, the delay from event to call, and alarms; each compared with what the outside saw.

use std::collections::BTreeMap;

use model::{Millis, Purpose};
use policy::Alarm;
use serde_json::{Value, json};
use simulator::Line;

use crate::common::{Bench, text};

/// One question, its answers, and silence.
const QUESTION: &str = r#"
journey: question
owner: front_desk
purpose: transactional
entry: { on: order_placed, key: event.order, where: event.total > 0 }
context: { order: event.order }
goal: { name: paid, on: order_paid, within: 7d }
exits: [ { name: cancelled, on: order_cancelled, where: event.order == run.order } ]
start: ask
steps:
  ask:
    send: { sms: { text: "Order {{ run.order }}: keep it? YES or NO" }, expects_reply: true, max_lateness: 1h, fallback: { too_late: late, any: untold } }
    next: answer
  answer:
    await:
      reply_to: [ask]
      words: [ { say: ["yes"], to: thanks }, { say: ["no"], to: dropped } ]
      default: dropped
      timeout: { after: 4h, to: late }
  thanks: { send: { sms: { text: "Thank you." }, max_lateness: 1h, fallback: { any: done } }, next: done }
  done: { end: kept }
  dropped: { end: dropped }
  late: { end: silent }
  untold: { end: untold }
"#;

fn phone(n: usize) -> String {
    format!("+12025550{:03}", 110 + n)
}

/// Counts of the items by what `of` says of each.
fn counts(items: &[Value], of: impl Fn(&Value) -> String) -> BTreeMap<String, i64> {
    let mut sums = BTreeMap::new();
    for item in items {
        *sums.entry(of(item)).or_default() += 1;
    }
    sums
}

/// A16: two seconds after the load stops each counter of the funnel is what phones, runs and messages say.
#[tokio::test]
async fn a16_the_live_funnel_is_the_truth_two_seconds_after_the_load_stops() {
    const PEOPLE: usize = 60;
    let mut bench = Bench::new().await;
    bench.publish(QUESTION).await;
    let mut entered = 0;
    for n in 0..PEOPLE {
        bench.person(&phone(n));
        // Some events start nothing, and some come twice.
        let total = i64::from(n % 10 != 9);
        entered += total;
        bench.event("order_placed", &phone(n), json!({ "order": format!("O-{n}"), "total": total })).await;
        if n % 7 == 0 {
            bench.event("order_placed", &phone(n), json!({ "order": format!("O-{n}"), "total": total })).await;
        }
        if n % 4 == 3 {
            bench.advance(Millis(200)).await;
        }
    }
    bench.advance(Millis::from_secs(20)).await;
    for n in 0..PEOPLE {
        match n % 6 {
            0 | 1 if n % 10 != 9 => drop(bench.types(&phone(n), Line::Sms, "yes")),
            2 if n % 10 != 9 => drop(bench.types(&phone(n), Line::Sms, "no")),
            3 => drop(bench.event("order_cancelled", &phone(n), json!({ "order": format!("O-{n}") })).await),
            4 => drop(bench.event("order_paid", &phone(n), json!({ "order": format!("O-{n}") })).await),
            _ => {}
        }
    }
    // The load stops here.
    bench.advance(Millis::from_secs(2)).await;

    let funnel = bench.get("/v1/journeys/question/funnel").await;
    let runs = bench.list("/v1/journeys/question/runs").await;
    let at = |step: &str, name: &str| {
        let steps = funnel["steps"].as_array().expect("steps");
        steps.iter().find(|shown| shown["step"] == step).expect("the step")[name].as_i64().expect("a number")
    };
    let by_status = counts(&runs, |run| text(&run["status"]).to_owned());
    let of = |status: &str| by_status.get(status).copied().unwrap_or_default();
    let totals = &funnel["totals"];
    assert_eq!((totals["entered"].as_i64(), runs.len() as i64), (Some(entered), entered));
    for status in ["active", "completed", "exited"] {
        assert_eq!(totals[status].as_i64(), Some(of(status)), "{status}: {totals}");
        assert!(of(status) > 0, "the load has {status} runs: {by_status:?}");
    }
    let reached = runs.iter().filter(|run| !run["goal_at"].is_null()).count() as i64;
    assert_eq!((totals["goal"].as_i64(), reached > 0), (Some(reached), true));
    // Who stands where, and what became of messages.
    let standing: Vec<Value> = runs.iter().filter(|run| run["status"] == "active").cloned().collect();
    let standing = counts(&standing, |run| text(&run["step"]).to_owned());
    for step in ["ask", "answer", "thanks"] {
        assert_eq!(at(step, "waiting"), standing.get(step).copied().unwrap_or_default(), "{step}");
    }
    let messages = bench.sent("").await;
    let of_step = |step: &'static str| messages.iter().filter(move |message| message["origin"]["step"] == step);
    for step in ["ask", "thanks"] {
        assert_eq!(at(step, "sent"), of_step(step).filter(|message| !message["times"]["accepted"].is_null()).count() as i64, "{step}");
        let arrived = of_step(step).filter(|message| matches!(text(&message["status"]), "delivered" | "read")).count() as i64;
        assert_eq!((at(step, "delivered"), at(step, "sent") > 0), (arrived, true), "{step}");
    }
    let answers = (0..PEOPLE).filter(|n| n % 6 < 3 && n % 10 != 9).count() as i64;
    assert_eq!(at("answer", "replied"), answers);
    assert_eq!(at("thanks", "entered"), (0..PEOPLE).filter(|n| n % 6 < 2 && n % 10 != 9).count() as i64);
    // What was under way arrives: the counters are what phones got.
    bench.advance(Millis::from_secs(30)).await;
    let funnel = bench.get("/v1/journeys/question/funnel").await;
    for (step, words) in [("ask", "Order "), ("thanks", "Thank you.")] {
        let got = bench.truth().iter().filter(|row| row.text.starts_with(words)).count();
        let shown = funnel["steps"].as_array().expect("steps").iter().find(|shown| shown["step"] == step).expect("the step");
        assert_eq!((&shown["sent"], &shown["delivered"]), (&json!(got), &json!(got)), "{step}");
    }
}

/// A6: the delay that operators are shown is measured at the calls, and within the target.
#[tokio::test]
async fn a06_the_delay_from_event_to_call_is_shown_and_within_the_target() {
    let mut bench = Bench::new().await;
    bench.publish(QUESTION).await;
    assert_eq!(bench.get("/v1/status").await["latency"]["messages"], 0);
    for n in 0..40 {
        bench.event("order_placed", &phone(n), json!({ "order": n, "total": 1 })).await;
        bench.advance(Millis(250)).await;
    }
    let latency = bench.get("/v1/status").await["latency"].clone();
    assert_eq!((&latency["messages"], &latency["over_target"], &latency["target_ms"]), (&json!(40), &json!(0), &json!(1000)));
    assert!(latency["p99_ms"].as_u64().is_some_and(|p99| p99 <= 1_000), "{latency}");
    bench.advance(Millis::from_mins(11)).await;
    assert_eq!(bench.truth().len(), 40, "nothing is dropped");
    assert_eq!(bench.get("/v1/status").await["latency"]["messages"], 0, "it is about the last minutes");
}

/// R-CAP-4: somebody gets too much of what is not capped; it goes, and operators see it once.
#[tokio::test]
async fn r_cap_4_too_many_messages_are_alarmed_once_and_not_held_back() {
    let mut bench = Bench::new().await;
    let alarm = Alarm { name: "orders".to_owned(), purposes: vec![Purpose::Transactional], above: 3, window: Millis::from_hours(24) };
    bench.stage.rules(|rules| rules.alarms = vec![alarm]).await.expect("rules");
    bench.publish(QUESTION).await;
    let mut contact = String::new();
    for n in 0..7 {
        contact = bench.event("order_placed", &phone(0), json!({ "order": n, "total": 1 })).await;
        // A run for each order: the one before has been answered.
        bench.settle().await;
        bench.event("order_cancelled", &phone(0), json!({ "order": n })).await;
        bench.event("order_placed", &phone(1 + n), json!({ "order": 100 + n, "total": 1 })).await;
        bench.settle().await;
    }
    let got = bench.truth().iter().filter(|row| row.phone == phone(0)).count();
    assert_eq!(got, 7, "nothing is held back");
    let alarms = bench.get("/v1/alarms").await;
    assert_eq!(alarms["total"], 1, "once a window, and nobody else: {alarms}");
    let shown = &alarms["items"][0];
    assert_eq!((text(&shown["contact"]), &shown["alarm"], &shown["times"]), (contact.as_str(), &json!("orders"), &json!(1)));
    assert_eq!(text(&shown["day"]), &bench.now().to_string()[..10]);
    let lines = bench.timeline(&contact).await;
    let told = lines.iter().filter(|line| line["data"]["alarm"] == "orders").count();
    assert_eq!(told, 1, "and on the person's own timeline");
}
