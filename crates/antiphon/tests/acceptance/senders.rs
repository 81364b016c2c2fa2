//! A connected sender is changed, and its secrets stay where they are.

use antiphon::stage::WHATSAPP;
use serde_json::{Value, json};
use simulator::Line;

use crate::common::{Bench, says, text};

const PHONE: &str = "+12025550177";

async fn answers(bench: &mut Bench, words: &str) {
    bench.types(PHONE, Line::WhatsApp, "Is anybody there?");
    bench.settle().await;
    let contact = text(&bench.list("/v1/contacts").await[0]["id"]).to_owned();
    let conversation = bench.conversation(&contact).await;
    let reply = json!({ "content": { "type": "text", "body": words }, "seen": conversation["last_message_id"] });
    bench.console("POST", &format!("/v1/conversations/{}/replies", text(&conversation["id"])), reply).await.expect_status(201);
    bench.settle().await;
}

#[tokio::test]
async fn a_sender_is_changed_without_its_secrets_which_never_come_out() {
    let mut bench = Bench::new().await;
    let path = format!("/v1/senders/{WHATSAPP}/settings");
    let before = bench.call("GET", &path, Value::Null).await.expect_status(200);
    assert!(!before.body.contains("sim-app-secret"), "{}", before.body);
    assert_eq!(before.json["secrets"], json!(["/provider/access_token", "/provider/app_secret", "/provider/verify_token"]));
    assert_eq!(before.json["provider"]["read_receipts"], true);

    let mut change = before.json.clone();
    change.as_object_mut().expect("settings").remove("secrets");
    change["name"] = json!("Front desk by the door");
    change["per_second"] = json!(40);
    change["provider"]["read_receipts"] = json!(false);
    let changed = bench.call("PUT", &path, change.clone()).await.expect_status(200);
    assert_eq!((&changed.json["name"], &changed.json["per_second"]), (&json!("Front desk by the door"), &json!(40)));
    assert!(!changed.body.contains("sim-app-secret"), "{}", changed.body);
    let after = bench.get(&path).await;
    assert_eq!((&after["provider"], &after["secrets"]), (&change["provider"], &before.json["secrets"]));

    // The token still sends, and the webhooks' signature is still believed.
    answers(&mut bench, "Yes, at the door.").await;
    assert_eq!(says(&bench.phone(PHONE)), ["Yes, at the door."]);

    // A secret that is given is taken: with a wrong one nothing that the provider says is believed.
    change["provider"]["app_secret"] = json!("another secret");
    bench.call("PUT", &path, change.clone()).await.expect_status(200);
    let heard = bench.list("/v1/contacts").await.len();
    bench.types("+12025550178", Line::WhatsApp, "Hello?");
    bench.settle().await;
    assert_eq!(bench.list("/v1/contacts").await.len(), heard);

    // Another provider is another sender, and what cannot be is refused with its place.
    let twilio =
        json!({ "name": "Desk", "address": "+12025550100", "per_second": 1, "provider": { "kind": "twilio", "account_sid": "AC1" } });
    assert!(bench.call("PUT", &path, twilio).await.expect_status(422).body.contains("/provider/kind"));
    change["provider"]["access_token"] = Value::Null;
    assert!(bench.call("PUT", &path, change).await.expect_status(422).body.contains("/provider"));
    bench.call("GET", "/v1/senders/snd_01m84nk9m0fk0vxtwdm5jrxv37/settings", Value::Null).await.expect_status(404);
}
