//! Four channels behind one contract: one journey, one contact, one timeline.

use antiphon::stage::{PUBLIC_URL, RBM, StageConfig};
use model::Millis;
use serde_json::{Value, json};
use simulator::Line;

use crate::common::{Bench, START, at, says, text};

/// In the world, phones with an odd number have RCS.
const PHONE: &str = "+12025550123";
const PASSWORD: &str = "a password of some length";

/// An order's way, told on each channel in turn.
const FOUR: &str = r#"
journey: four_channels
owner: front_desk
purpose: transactional
entry: { on: order_placed, key: event.order_id }
context: { order_id: event.order_id }
goal: { none: "a test of four channels" }
start: by_whatsapp
steps:
  by_whatsapp:
    send:
      whatsapp: { out_of_window: { template: order_update, variables: { first_name: "{{ contact.first_name }}", ref: "{{ run.order_id }}" } } }
      max_lateness: 1h
      fallback: { any: done }
    next: wait_1
  wait_1: { delay: { for: 1h }, next: by_rcs }
  by_rcs: { send: { rcs: { text: "Order {{ run.order_id }} is with the carrier." }, max_lateness: 1h, fallback: { any: done } }, next: wait_2 }
  wait_2: { delay: { for: 1h }, next: by_sms }
  by_sms: { send: { sms: { text: "Order {{ run.order_id }} arrives today." }, max_lateness: 1h, fallback: { any: done } }, next: wait_3 }
  wait_3: { delay: { for: 1h }, next: by_mail }
  by_mail: { send: { email: { text: "The invoice of order {{ run.order_id }}." }, max_lateness: 1h, fallback: { any: done } }, next: done }
  done: { end: done }
"#;

/// A bench that has a sender of each channel, and the path of the mail service's events.
async fn bench() -> (Bench, String) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let place = listener.local_addr().expect("a port");
    let config = StageConfig { allowed: vec![place.to_string()], ..StageConfig::quiet(at(START)) };
    let mut bench = Bench::with(config).await;
    tokio::spawn(simulator::mail::serve(listener, bench.stage.simulator.clone()));
    let connect = async |name: &str, address: &str, provider: Value| {
        let draft = json!({ "name": name, "address": address, "per_second": 10, "provider": provider });
        bench.post("/v1/senders", draft).await.expect_status(201).json
    };
    // The simulated mail server takes the mail; who told of its delivery is a service with webhooks, as most businesses have one.
    let provider = json!({ "kind": "email", "host": "127.0.0.1", "port": place.port(), "security": "plain", "stream": "transactional",
        "user": "antiphon", "password": "sim-mail", "subject": "Your order",
        "service": { "kind": "postmark", "user": "hook", "password": PASSWORD } });
    let mail = connect("Shop by mail", "hello@example.com", provider).await;
    let provider = json!({ "kind": "rcs", "service_account": "antiphon@example.com", "client_token": "sim-client-token",
        "private_key": include_str!("../../../channel-rcs/testdata/service_account.pem"),
        "base_url": format!("http://{RBM}"), "token_url": format!("http://{RBM}/token") });
    let agent = connect("Shop on RCS", "example_agent", provider).await;
    let webhook = format!("{PUBLIC_URL}{}", text(&agent["webhook_path"]));
    bench.stage.simulator.with(|world| world.set_rcs_webhook("example_agent", Some(webhook)));
    bench.template("order_update", "transactional", "Hello {{first_name}}, order {{ref}} is packed.", json!([])).await;
    bench.publish(FOUR).await;
    (bench, format!("/webhooks/email/{}/postmark", text(&mail["id"])))
}

/// The mail service tells that this message arrived.
async fn delivered_by_mail(bench: &Bench, path: &str, message: &str) {
    use base64::Engine as _;
    let basic = format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(format!("hook:{PASSWORD}")));
    let event = json!({ "RecordType": "Delivery", "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483", "Recipient": "sam@example.org",
        "DeliveredAt": "2026-11-23T20:01:00Z", "Metadata": { "antiphon-message": message } });
    bench
        .send("POST", path, &[("authorization", &basic), ("content-type", "application/json")], event.to_string())
        .await
        .expect_status(200);
}

/// A1: one journey sends on all four channels, and the contact's one timeline shows each message to its final status.
#[tokio::test]
async fn a01_one_journey_sends_on_four_channels_and_one_timeline_shows_their_final_statuses() {
    let (mut bench, mail_events) = bench().await;
    let person = bench.person(PHONE);
    let contact = json!({ "phone": PHONE, "email": "12025550123@example.org", "time_zone": "America/New_York",
        "attributes": { "first_name": "Sam" } });
    let event = json!({ "name": "order_placed", "contact": contact, "properties": { "order_id": "O-1" } });
    let contact = text(&bench.post("/v1/events", event).await.expect_status(202).json["contact_id"]).to_owned();
    bench.advance(Millis::from_mins(200)).await;

    let phone = bench.phone(PHONE);
    assert_eq!(phone.iter().map(|entry| entry.line).collect::<Vec<_>>(), [Line::WhatsApp, Line::Rcs, Line::Sms, Line::Email]);
    let said = says(&phone);
    assert_eq!(said[..3], ["Hello Sam, order O-1 is packed.", "Order O-1 is with the carrier.", "Order O-1 arrives today."]);
    assert!(said[3].contains("The invoice of order O-1."), "{said:?}");
    // Who has receipts on reads where there are receipts.
    for entry in &phone[..2] {
        bench.stage.simulator.with(|world| world.person_reads(person, &entry.id)).expect("a read message");
    }
    let sent = bench.sent(&format!("&contact={contact}")).await;
    let mail = sent.iter().find(|message| message["channel"] == "email").expect("a mail");
    assert_eq!(mail["status"], "accepted", "nobody has told of its delivery: {mail:#}");
    delivered_by_mail(&bench, &mail_events, text(&mail["id"])).await;
    bench.advance(Millis::from_mins(5)).await;

    let sent = bench.sent(&format!("&contact={contact}")).await;
    let statuses: Vec<_> = sent.iter().map(|message| (text(&message["channel"]), text(&message["status"]))).collect();
    assert_eq!(statuses, [("whatsapp", "read"), ("rcs", "read"), ("sms", "delivered"), ("email", "delivered")]);
    let timeline = bench.timeline(&contact).await;
    let way = ["message_queued", "message_sent", "message_delivered", "message_read"];
    for (message, steps) in sent.iter().zip([4, 4, 3, 3]) {
        let of: Vec<_> = timeline.iter().filter(|line| line["message"] == message["id"]).map(|line| text(&line["kind"])).collect();
        assert_eq!(of, way[..steps], "{}", message["channel"]);
    }
    assert_eq!(bench.list("/v1/contacts").await.len(), 1, "one person, whatever the address");
    let runs = bench.list("/v1/journeys/four_channels/runs?status=completed").await;
    assert_eq!(runs.len(), 1, "{runs:#?}");
}
