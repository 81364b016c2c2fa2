//! What the phone app hands over when its number comes to the API.

use http::Method;
use model::Millis;
use serde_json::{Value, json};
use simulator::Persona;

use crate::common::{Bench, NUMBER};

const PHONE: &str = "+12025550124";

async fn had(bench: &Bench, message: Value) -> Value {
    let (status, answer) = bench.control(Method::POST, &format!("/_sim/numbers/{NUMBER}/app"), message).await;
    assert_eq!(status, 200, "{answer}");
    answer["id"].clone()
}

async fn sync(bench: &Bench, what: &str) -> (u16, Value) {
    let body = json!({ "messaging_product": "whatsapp", "sync_type": what });
    bench.cloud(Method::POST, &format!("/{NUMBER}/smb_app_data"), body).await
}

#[tokio::test]
async fn the_history_comes_in_phases_and_its_files_after_their_places() {
    let bench = Bench::new();
    let person = bench.person(PHONE, Persona::Manual, true).await;
    assert_eq!(sync(&bench, "history").await.0, 400, "no app has the number yet");
    let old = had(&bench, json!({ "person": person, "hours_ago": 2_400, "text": "Hello" })).await;
    had(&bench, json!({ "person": person, "hours_ago": 2_399, "from_business": true, "text": "Hello!", "quotes": old })).await;
    let file = had(&bench, json!({ "person": person, "hours_ago": 3, "image": true, "text": "This one" })).await;
    had(&bench, json!({ "person": person, "hours_ago": 700, "image": true })).await;
    let (status, answer) = sync(&bench, "history").await;
    assert!(status == 200 && answer["request_id"].is_string(), "{answer}");
    bench.pass(Millis::from_secs(5)).await;
    let told = bench.values("history");
    let chunks: Vec<&Value> = told.iter().filter_map(|value| value.get("history").map(|history| &history[0])).collect();
    let phases: Vec<&Value> = chunks.iter().map(|chunk| &chunk["metadata"]["phase"]).collect();
    assert_eq!(phases, [&json!(0), &json!(1), &json!(2)]);
    assert_eq!(chunks[2]["metadata"]["progress"], 100);
    let place = &chunks[0]["threads"][0]["messages"][0];
    assert_eq!((&place["id"], &place["type"]), (&file, &json!("media_placeholder")));
    let talk = chunks[2]["threads"][0]["messages"].as_array().unwrap();
    assert_eq!((&talk[0]["text"]["body"], &talk[1]["context"]["id"]), (&json!("Hello"), &old));
    assert_eq!(talk[1]["from"], told[0]["metadata"]["display_phone_number"]);
    let files: Vec<&Value> = told.iter().filter_map(|value| value.get("messages")).collect();
    assert_eq!((files.len(), &files[0][0]["id"], &files[0][0]["image"]["caption"]), (1, &file, &json!("This one")), "of the last 14 days");
    assert_eq!(sync(&bench, "history").await.1["error"]["code"], 2_593_107, "once");
    assert_eq!(sync(&bench, "everything").await.1["error"]["code"], 100);
    assert_eq!(sync(&bench, "smb_app_state_sync").await.0, 200);
    bench.pass(Millis::from_hours(25)).await;
    assert_eq!(bench.values("smb_app_state_sync").len(), 1);
    assert_eq!(sync(&bench, "history").await.1["error"]["code"], 2_593_108, "within a day");
}

#[tokio::test]
async fn an_owner_who_declines_is_told_of_as_such() {
    let bench = Bench::new();
    let person = bench.person(PHONE, Persona::Manual, true).await;
    had(&bench, json!({ "person": person, "hours_ago": 3, "text": "Hello" })).await;
    let edge = format!("/_sim/numbers/{NUMBER}/app");
    assert_eq!(bench.control(Method::PUT, &edge, json!({ "shares": false })).await.0, 200);
    assert_eq!(sync(&bench, "history").await.0, 200);
    bench.pass(Millis::from_secs(5)).await;
    assert_eq!(bench.values("history")[0]["history"][0]["errors"][0]["code"], 2_593_109);
    assert_eq!(bench.control(Method::POST, &edge, json!({ "person": person, "hours_ago": 3 })).await.0, 422, "it says nothing");
}

#[tokio::test]
async fn what_the_owner_wrote_is_changed_and_deleted_by_the_owner_only() {
    let bench = Bench::new();
    let person = bench.person(PHONE, Persona::Manual, true).await;
    let edge = format!("/_sim/numbers/{NUMBER}/echoes");
    let (_, said) = bench.control(Method::POST, &edge, json!({ "person": person, "text": "At nine." })).await;
    let change = format!("{edge}/{}", said["id"].as_str().unwrap());
    assert_eq!(bench.control(Method::POST, &change, json!({ "person": person, "text": "At ten." })).await.0, 200);
    assert_eq!(bench.control(Method::POST, &change, json!({ "person": person })).await.0, 200);
    assert_eq!(bench.control(Method::POST, &format!("{edge}/wamid.1"), json!({ "person": person })).await.0, 404);
    bench.pass(Millis::from_secs(5)).await;
    let told = bench.values("smb_message_echoes");
    let kinds: Vec<&Value> = told.iter().map(|value| &value["message_echoes"][0]["type"]).collect();
    assert_eq!(kinds, [&json!("text"), &json!("edit"), &json!("revoke")]);
    assert_eq!(told[1]["message_echoes"][0]["edit"]["message"]["text"]["body"], "At ten.");
    assert_eq!(told[2]["message_echoes"][0]["revoke"]["original_message_id"], said["id"]);
}
