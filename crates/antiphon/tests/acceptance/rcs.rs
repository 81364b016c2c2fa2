//! RCS first, and SMS for whoever it does not reach: an agent connected by the API, and the simulated service with its tokens, expiries and events.

use antiphon::stage::{PUBLIC_URL, RBM};
use model::Millis;
use serde_json::{Value, json};
use simulator::{Line, Outcome};

use crate::common::{Bench, says, text};

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
      rcs: { text: "Your table is ready." }
      max_lateness: 2h
      fallback: { not_capable: by_sms, not_delivered: { after: 5m, to: by_sms }, any: done }
    next: done
  by_sms: { send: { sms: { text: "Table ready (SMS)." }, max_lateness: 2h, fallback: { any: done } }, next: done }
  done: { end: done }
"#;

/// A bench with an agent of RCS.
async fn bench() -> Bench {
    let bench = Bench::new().await;
    let provider = json!({ "kind": "rcs", "service_account": "antiphon@example.com", "client_token": "sim-client-token",
        "private_key": include_str!("../../../channel-rcs/testdata/service_account.pem"),
        "base_url": format!("http://{RBM}"), "token_url": format!("http://{RBM}/token") });
    let draft = json!({ "name": "Agent", "address": "example_agent", "per_second": 10, "provider": provider });
    let made = bench.post("/v1/senders", draft).await.expect_status(201).json;
    assert_eq!((&made["channel"], made.get("private_key")), (&json!("rcs"), None), "{made:#}");
    let webhook = format!("{PUBLIC_URL}{}", text(&made["webhook_path"]));
    bench.stage.simulator.with(|world| world.set_rcs_webhook("example_agent", Some(webhook)));
    bench.publish(TABLE).await;
    bench
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

fn rcs() -> (Line, String) {
    (Line::Rcs, "Your table is ready.".to_owned())
}

fn sms() -> (Line, String) {
    (Line::Sms, "Table ready (SMS).".to_owned())
}

#[tokio::test]
async fn a61_rcs_reaches_a_phone_and_nothing_else_follows() {
    let mut bench = bench().await;
    bench.person(PHONE);
    let contact = bench.event("table_ready", PHONE, json!({ "id": "T-1" })).await;
    bench.advance(Millis::from_hours(1)).await;
    assert_eq!(lines(&bench, PHONE), [rcs()]);
    assert_eq!(statuses(&bench, &contact).await, [row("rcs", "delivered", false)]);
}

#[tokio::test]
async fn a61_a_phone_without_rcs_gets_sms_at_once_and_later_without_a_try() {
    let mut bench = bench().await;
    bench.person(WITHOUT);
    let contact = bench.event("table_ready", WITHOUT, json!({ "id": "T-1" })).await;
    bench.advance(Millis::from_mins(1)).await;
    bench.settle().await;
    assert_eq!(lines(&bench, WITHOUT), [sms()]);
    assert_eq!(statuses(&bench, &contact).await, [row("rcs", "failed", false), row("sms", "delivered", false)]);
    bench.event("table_ready", WITHOUT, json!({ "id": "T-2" })).await;
    bench.advance(Millis::from_mins(1)).await;
    bench.settle().await;
    assert_eq!(lines(&bench, WITHOUT), [sms(), sms()]);
    let channels: Vec<_> = statuses(&bench, &contact).await.into_iter().map(|(channel, ..)| channel).collect();
    assert_eq!(channels, ["rcs", "sms", "sms"], "known before the send");
}

/// The step goes on by SMS after five minutes; the message is taken back before that.
#[tokio::test]
async fn a61_what_does_not_arrive_in_time_is_taken_back_before_the_sms_goes() {
    let mut bench = bench().await;
    let person = bench.person(PHONE);
    bench.stage.simulator.with(|world| world.outcomes_mut().script(person, Line::Rcs, Some(Outcome::NeverDelivered)));
    let contact = bench.event("table_ready", PHONE, json!({ "id": "T-1" })).await;
    bench.advance(Millis::from_mins(4)).await;
    assert_eq!(lines(&bench, PHONE), []);
    bench.advance(Millis::from_mins(2)).await;
    assert_eq!(lines(&bench, PHONE), [sms()]);
    bench.advance(Millis::from_hours(3)).await;
    assert_eq!(lines(&bench, PHONE), [sms()]);
    let sent = bench.sent(&format!("&contact={contact}")).await;
    assert_eq!(sent[0]["error"]["code"], "rcs:expired", "{:#}", sent[0]);
    assert_eq!(statuses(&bench, &contact).await, [row("rcs", "failed", false), row("sms", "delivered", false)]);
}

/// Google could not take it back when its time was over, and says so; it is asked once more when the SMS goes.
#[tokio::test]
async fn a61_what_an_sms_takes_the_place_of_is_asked_back() {
    let mut bench = bench().await;
    let person = bench.person(PHONE);
    bench.stage.simulator.with(|world| world.outcomes_mut().script(person, Line::Rcs, Some(Outcome::NeverDelivered)));
    bench.knobs(|knobs| knobs.rbm.revoke_fails_percent = 100);
    let contact = bench.event("table_ready", PHONE, json!({ "id": "T-1" })).await;
    bench.advance(Millis::from_secs(290)).await;
    bench.knobs(|knobs| knobs.rbm.revoke_fails_percent = 0);
    bench.advance(Millis::from_hours(1)).await;
    assert_eq!(lines(&bench, PHONE), [sms()]);
    assert_eq!(statuses(&bench, &contact).await, [row("rcs", "accepted", false), row("sms", "delivered", false)]);
    let asked_back = bench.stage.simulator.with(|world| world.journal().iter().filter(|exchange| exchange.method == "DELETE").count());
    assert_eq!(asked_back, 1);
}

/// It could not be taken back, the SMS went, and then the phone was on again: both are seen, and that is counted.
#[tokio::test]
async fn a61_a_late_delivery_is_counted_and_not_hidden() {
    let mut bench = bench().await;
    let person = bench.person(PHONE);
    bench.stage.simulator.with(|world| world.outcomes_mut().script(person, Line::Rcs, Some(Outcome::NeverDelivered)));
    bench.knobs(|knobs| knobs.rbm.revoke_fails_percent = 100);
    let contact = bench.event("table_ready", PHONE, json!({ "id": "T-1" })).await;
    bench.advance(Millis::from_hours(1)).await;
    assert_eq!(lines(&bench, PHONE), [sms(), rcs()]);
    assert_eq!(statuses(&bench, &contact).await, [row("rcs", "delivered", true), row("sms", "delivered", false)]);
    let double = bench.timeline(&contact).await.iter().filter(|line| line["kind"] == "double_reach").count();
    assert_eq!(double, 1);
}
