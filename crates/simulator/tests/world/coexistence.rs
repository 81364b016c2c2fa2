//! The owner's phone has the number too: what is written there is told, and arrives once.

use http::Method;
use model::Millis;
use serde_json::json;
use simulator::Persona;

use crate::common::{Bench, NUMBER};

const PHONE: &str = "+12025550124";

#[tokio::test]
async fn what_the_owner_writes_arrives_and_is_told_as_an_echo() {
    let bench = Bench::new();
    let person = bench.person(PHONE, Persona::Manual, true).await;
    let edge = format!("/_sim/numbers/{NUMBER}/echoes");
    let (status, answer) = bench.control(Method::POST, &edge, json!({ "person": person, "text": "See you at nine." })).await;
    assert_eq!(status, 200, "{answer}");
    bench.pass(Millis::from_secs(3)).await;
    let told = bench.values("smb_message_echoes");
    let echo = &told[0]["message_echoes"][0];
    assert_eq!((told.len(), &echo["id"], &echo["text"]["body"]), (1, &answer["id"], &json!("See you at nine.")));
    assert_eq!(echo["to"], PHONE.trim_start_matches('+'));
    assert_eq!(told[0]["metadata"]["phone_number_id"], NUMBER);
    let (_, phone) = bench.control(Method::GET, &format!("/_sim/people/{person}"), json!(null)).await;
    assert!(phone.to_string().contains("See you at nine."), "{phone}");
    assert_eq!(bench.control(Method::POST, "/_sim/numbers/1/echoes", json!({ "person": person, "text": "x" })).await.0, 404);
}

#[tokio::test]
async fn the_owners_address_book_is_told_entry_by_entry() {
    let bench = Bench::new();
    let edge = format!("/_sim/numbers/{NUMBER}/contacts");
    assert_eq!(bench.control(Method::POST, &edge, json!({ "phone": PHONE, "name": "Ana Example" })).await.0, 200);
    assert_eq!(bench.control(Method::POST, &edge, json!({ "phone": PHONE, "remove": true })).await.0, 200);
    assert_eq!(bench.control(Method::POST, &edge, json!({ "phone": PHONE })).await.0, 422, "an entry without a name");
    bench.pass(Millis::from_secs(3)).await;
    let told = bench.values("smb_app_state_sync");
    let entries: Vec<_> = told.iter().map(|value| &value["state_sync"][0]).collect();
    assert_eq!(entries.len(), 2);
    assert_eq!((&entries[0]["action"], &entries[0]["contact"]["full_name"]), (&json!("add"), &json!("Ana Example")));
    assert_eq!((&entries[1]["action"], &entries[1]["contact"]["full_name"]), (&json!("remove"), &json!(null)));
}
