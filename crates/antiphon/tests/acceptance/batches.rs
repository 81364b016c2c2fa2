//! What one customer writes is not lost because of what else came in the same delivery, whatever that was.

use antiphon::stage::WHATSAPP;
use serde_json::{Value, json};
use simulator::hub_signature;

use crate::common::{Bench, text};
use crate::fixtures::{folder, ours};

/// A text of another person, as one more change of the delivery.
fn neighbour(name: &str) -> Value {
    json!({ "field": "messages", "value": {
        "messaging_product": "whatsapp", "metadata": { "display_phone_number": "15550783881", "phone_number_id": "106540352242922" },
        "contacts": [{ "profile": { "name": "Sample Neighbour" }, "wa_id": "12025550188" }],
        "messages": [{ "from": "12025550188", "id": format!("wamid.{name}"), "timestamp": "1795453200", "type": "text",
            "text": { "body": name } }] } })
}

/// Every scalar becomes something of another type, except what says whom the delivery is for.
fn spoilt(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let kept = |name: &str| ["field", "metadata", "object", "messaging_product"].contains(&name);
            members.iter().map(|(name, value)| (name.clone(), if kept(name) { value.clone() } else { spoilt(value) })).collect()
        }
        Value::Array(items) => items.iter().map(spoilt).collect(),
        Value::String(_) => json!({ "unexpected": true }),
        _ => json!("unexpected"),
    }
}

/// One of a change's values, in four ways that a provider has never sent yet.
fn variants(change: &Value) -> [(&'static str, Value); 4] {
    let with = |value: Value| json!({ "field": change["field"], "value": value });
    let mut newer = change.clone();
    newer["field"] = json!("field_of_next_year");
    [("as it was", change.clone()), ("spoilt", with(spoilt(&change["value"]))), ("a string", with(json!("later"))), ("new field", newer)]
}

#[tokio::test]
async fn a_neighbours_text_survives_every_fixture_that_shares_its_delivery() {
    let mut bench = Bench::new().await;
    let path = format!("/webhooks/whatsapp/{WHATSAPP}");
    let mut wanted = Vec::new();
    for entry in std::fs::read_dir(folder("whatsapp/webhooks")).expect("fixtures") {
        let file = entry.expect("an entry").path();
        if file.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let name = file.file_stem().and_then(|stem| stem.to_str()).expect("a name").to_owned();
        let delivery: Value = serde_json::from_str(&ours(&std::fs::read_to_string(&file).expect("a fixture"))).expect("JSON");
        for (how, change) in variants(&delivery["entry"][0]["changes"][0]) {
            for first in [true, false] {
                let own = format!("{name}, {how}, {first}");
                let mut delivery = delivery.clone();
                let changes = if first { vec![neighbour(&own), change.clone()] } else { vec![change.clone(), neighbour(&own)] };
                delivery["entry"][0]["changes"] = Value::Array(changes);
                let body = delivery.to_string();
                let signature = hub_signature("sim-app-secret", body.as_bytes());
                let answer = bench.send("POST", &path, &[("x-hub-signature-256", &signature)], body).await;
                assert_eq!(answer.status, 200, "{own}: {}", answer.body);
                wanted.push(own);
            }
        }
    }
    bench.settle().await;
    let mut heard: Vec<String> = Vec::new();
    for message in bench.list("/v1/messages?direction=in").await {
        if message["address"]["value"] == "+12025550188" {
            heard.push(text(&message["received"]["body"]).to_owned());
        }
    }
    wanted.sort();
    heard.sort();
    assert!(wanted.len() >= 40 * 8, "{} deliveries", wanted.len());
    assert_eq!(heard, wanted);
}
