//! People whom an advertisement led to WhatsApp: where they came from is kept, and what comes of it goes back to the platform once.

use model::Millis;
use serde_json::{Value, json};
use simulator::Conversion;

use crate::common::{Bench, text};

const PHONE: &str = "+12025550123";
const OTHER: &str = "+12025550124";

const LEAD: &str = r"
journey: lead
title: Lead from an advertisement
purpose: service
topic: leads
max_messages: 3
owner: inbox
entry: { on: ad_clicked, where: event.source == 'ad' }
context:
  headline: event.headline
goal: { name: qualified, on: lead_scored, where: event.score >= 70, within: 30d, conversion: QualifiedLead }
start: ask
steps:
  ask:
    send: { max_lateness: 1h, whatsapp: { in_window: { text: 'Which seats are you after?' } }, fallback: { any: over } }
    next: over
  over: { end: asked }
";

const SALE: &str = r#"
journey: sale
title: Sale
purpose: transactional
owner: inbox
entry: { on: order_created, key: event.order_id }
context:
  order_id: event.order_id
goal: { name: paid, on: order_paid, where: event.order_id == run.order_id, within: 30d, conversion: { event: Purchase, value: event.total, currency: "'eur'" } }
start: over
steps:
  over: { end: done }
"#;

fn clicks(bench: &Bench, phone: &str, referral: Value) {
    let rich = serde_json::from_value(json!({ "kind": "ad_reply", "text": "Hello! Can I get more info?", "referral": referral }))
        .expect("a message");
    let person = bench.person(phone);
    bench.stage.simulator.with(|world| world.person_sends(person, None, rich)).expect("sends");
}

fn referral(click: &str, ad: &str) -> Value {
    json!({ "source_url": "https://fb.me/example", "source_id": ad, "source_type": "ad", "headline": "Chat with us", "body": "An advertisement",
        "media_type": "image", "image_url": "https://example.com/ad.jpg", "ctwa_clid": click })
}

fn conversions(bench: &Bench) -> Vec<Conversion> {
    bench.stage.simulator.with(|world| world.conversions().to_vec())
}

async fn told(bench: &Bench, contact: &str) -> Vec<String> {
    let lines = bench.timeline(contact).await;
    let goals = lines.iter().filter(|line| line["kind"] == "goal_reached");
    goals.map(|line| text(&line["data"]["conversion"]).to_owned()).collect()
}

#[tokio::test]
async fn a33_the_click_is_kept_once_and_a_qualified_lead_is_reported_once_with_a_stable_id() {
    let mut bench = Bench::new().await;
    bench.publish(LEAD).await;
    clicks(&bench, PHONE, referral("Aff-one", "120"));
    bench.settle().await;
    let contact = bench.contact(PHONE).await;
    // What the person wrote began the journey, and is no answer to what it asked.
    let lines = bench.timeline(&contact).await;
    assert!(lines.iter().any(|line| line["kind"] == "run_entered" && line["data"]["journey"] == "lead"), "{lines:#?}");
    assert_eq!(bench.truth().len(), 1);

    // Later messages never overwrite it, whatever they carry.
    bench.types(PHONE, simulator::Line::WhatsApp, "Two, please");
    clicks(&bench, PHONE, referral("Aff-one", "999"));
    bench.settle().await;
    let advert = bench.get(&format!("/v1/contacts/{contact}")).await["advert"].clone();
    assert_eq!(
        (&advert["first"]["click"], &advert["first"]["source_id"], &advert["last"]),
        (&json!("Aff-one"), &json!("120"), &Value::Null)
    );

    // The first report's answers are lost on the way: it is made again, and counted once.
    bench.knobs(|knobs| knobs.answer_lost_percent = 100);
    bench.event("lead_scored", PHONE, json!({ "score": 80 })).await;
    bench.settle().await;
    bench.advance(Millis::from_secs(10)).await;
    bench.knobs(|knobs| knobs.answer_lost_percent = 0);
    bench.advance(Millis::from_hours(1)).await;
    bench.event("lead_scored", PHONE, json!({ "score": 90 })).await;
    bench.advance(Millis::from_hours(30)).await;
    let all = conversions(&bench);
    let [one] = all.as_slice() else { panic!("{all:#?}") };
    assert_eq!((one.name.as_str(), one.click.as_str()), ("QualifiedLead", "Aff-one"));
    assert!(one.times > 1, "it was told again with the same id: {one:?}");
    assert!(one.id.as_deref().is_some_and(|id| id.starts_with("run_") && id.ends_with(".QualifiedLead")), "{one:?}");
    assert_eq!(told(&bench, &contact).await, ["QualifiedLead reported"]);
    let deliveries = bench.list(&format!("/v1/webhook_deliveries?endpoint={}", antiphon::stage::WHATSAPP)).await;
    assert_eq!((deliveries.len(), &deliveries[0]["status"]), (1, &json!("delivered")));
}

#[tokio::test]
async fn a33_a_purchase_carries_its_value_and_goes_to_the_latest_click() {
    let mut bench = Bench::new().await;
    bench.publish(SALE).await;
    clicks(&bench, PHONE, referral("Aff-old", "120"));
    bench.settle().await;
    bench.advance(Millis::from_days(30)).await;
    clicks(&bench, PHONE, referral("Aff-new", "121"));
    bench.settle().await;
    for order in ["o1", "o2"] {
        bench.event("order_created", PHONE, json!({ "order_id": order })).await;
        bench.event("order_paid", PHONE, json!({ "order_id": order, "total": 49.5 })).await;
    }
    bench.settle().await;
    let all = conversions(&bench);
    let seen: Vec<_> =
        all.iter().map(|one| (one.name.as_str(), one.click.as_str(), one.value, one.currency.as_deref(), one.times)).collect();
    assert_eq!(seen, [("Purchase", "Aff-new", Some(49.5), Some("EUR"), 1); 2]);
    assert_ne!(all[0].id, all[1].id, "two purchases are two");
    let contact = bench.contact(PHONE).await;
    let advert = bench.get(&format!("/v1/contacts/{contact}")).await["advert"].clone();
    assert_eq!((&advert["first"]["click"], &advert["last"]["click"]), (&json!("Aff-old"), &json!("Aff-new")));
}

#[tokio::test]
async fn a33_what_cannot_be_credited_is_not_reported_and_says_why() {
    let mut bench = Bench::new().await;
    bench.publish(SALE).await;
    let buys = async |bench: &mut Bench, phone: &str, order: &str, total: Value| {
        bench.event("order_created", phone, json!({ "order_id": order })).await;
        bench.event("order_paid", phone, json!({ "order_id": order, "total": total })).await;
        bench.settle().await;
    };
    let contact = bench.contact(OTHER).await;
    buys(&mut bench, OTHER, "o1", json!(10)).await;
    clicks(&bench, OTHER, json!({ "source_url": "https://fb.me/status", "source_type": "ad", "source_id": "7" }));
    bench.settle().await;
    buys(&mut bench, OTHER, "o2", json!(10)).await;
    bench.advance(Millis::from_secs(60)).await;
    clicks(&bench, OTHER, referral("Aff-x", "8"));
    bench.settle().await;
    buys(&mut bench, OTHER, "o3", json!("a lot")).await;
    bench.advance(Millis::from_days(8)).await;
    buys(&mut bench, OTHER, "o4", json!(10)).await;
    assert_eq!(conversions(&bench), []);
    let mut why = told(&bench, &contact).await;
    why.sort();
    let expected = [
        "Purchase not reported: no advertisement led the person here",
        "Purchase not reported: the advertisement gave its click no name",
        "Purchase not reported: the click is more than seven days old",
        "Purchase not reported: what it was worth could not be computed",
    ];
    assert_eq!(why, expected);
}

#[tokio::test]
async fn a33_a_sender_without_a_dataset_reports_nothing_and_the_delivery_says_how_to_mend_it() {
    let mut bench = Bench::new().await;
    bench.publish(SALE).await;
    let path = format!("/v1/senders/{}/settings", antiphon::stage::WHATSAPP);
    let mut settings = bench.get(&path).await;
    assert_eq!(settings["provider"]["dataset_id"], simulator::DATASET);
    settings["provider"].as_object_mut().expect("settings").remove("dataset_id");
    let change = json!({ "name": settings["name"], "address": settings["address"], "per_second": settings["per_second"], "provider": settings["provider"] });
    bench.call("PUT", &path, change).await.expect_status(200);
    clicks(&bench, PHONE, referral("Aff-y", "9"));
    bench.settle().await;
    bench.event("order_created", PHONE, json!({ "order_id": "o1" })).await;
    bench.event("order_paid", PHONE, json!({ "order_id": "o1", "total": 5 })).await;
    bench.advance(Millis::from_hours(1)).await;
    assert_eq!(conversions(&bench), []);
    let deliveries = bench.list("/v1/webhook_deliveries").await;
    let [delivery] = deliveries.as_slice() else { panic!("{deliveries:#?}") };
    assert_eq!((&delivery["event"], &delivery["status"]), (&json!("conversion:Purchase"), &json!("failed")));
    assert!(text(&delivery["attempts"][0]["detail"]).contains("dataset_id"), "{delivery}");
}
