//! A conversation on WhatsApp as both sides see it: quotes, edits, deletions, ticks and typing; and that a number is one person's.

use antiphon::stage::{WHATSAPP, WORKSPACE};
use channel::Provider;
use model::Millis;
use runtime::documents::AccountDoc;
use serde_json::{Value, json};
use simulator::{Line, RichMessage, hub_signature};
use storage::DocumentExt as _;

use crate::common::{Bench, says, text};

const PHONE: &str = "+12025550123";
const USER: &str = "US.13491208655302741918";

/// The conversation that the person with the number has with us, and its messages, oldest first.
async fn thread(bench: &Bench) -> (String, Vec<Value>) {
    let contact = text(&bench.list("/v1/contacts").await[0]["id"]).to_owned();
    let conversation = text(&bench.conversation(&contact).await["id"]).to_owned();
    let mut items = bench.list(&format!("/v1/conversations/{conversation}/thread")).await;
    items.retain(|item| item["type"] == "message");
    items.reverse();
    (conversation, items)
}

fn rich(bench: &Bench, message: RichMessage) {
    let person = bench.person(PHONE);
    bench.stage.simulator.with(|world| world.person_sends(person, None, message)).expect("a person can do that");
}

#[tokio::test]
async fn an_edit_and_a_deletion_on_the_phone_change_what_agents_see() {
    let mut bench = Bench::new().await;
    let first = bench.types(PHONE, Line::WhatsApp, "Table for two");
    let second = bench.types(PHONE, Line::WhatsApp, "My card is 4000 1234");
    bench.settle().await;
    rich(&bench, RichMessage::Edit { message: first, text: "Table for three".to_owned() });
    rich(&bench, RichMessage::Revoke { message: second });
    bench.settle().await;
    let (conversation, messages) = thread(&bench).await;
    assert_eq!(messages.len(), 2, "{messages:#?}");
    assert_eq!(messages[0]["message"]["received"]["body"], "Table for three");
    assert!(messages[0]["message"]["edited_at"].is_string() && messages[1]["message"]["revoked_at"].is_string());
    let contact = text(&messages[0]["message"]["contact"]).to_owned();
    let before = bench.timeline(&contact).await.into_iter().find(|line| line["kind"] == "message_edited").expect("a line");
    assert_eq!((text(&before["data"]["before"]), text(&before["data"]["after"])), ("Table for two", "Table for three"));
    for path in [
        "/v1/messages",
        "/v1/conversations",
        &format!("/v1/contacts/{contact}/timeline"),
        &format!("/v1/conversations/{conversation}/thread"),
    ] {
        let shown = bench.get(path).await.to_string();
        assert!(!shown.contains("4000"), "{path}: {shown}");
    }
    let id = text(&messages[1]["message"]["id"]).parse().expect("an id");
    let kept = bench.stage.app.engine.store().message(WORKSPACE, id).await.expect("read").expect("kept");
    assert!(kept.received.is_some_and(|received| received.summary().contains("4000")), "for whoever must prove what was said");
}

#[tokio::test]
async fn a_reply_quotes_ticks_turn_blue_and_typing_is_shown_until_the_answer() {
    let mut bench = Bench::new().await;
    let asked = bench.types(PHONE, Line::WhatsApp, "Do you have parking?");
    bench.types(PHONE, Line::WhatsApp, "And a garden?");
    bench.settle().await;
    let (conversation, messages) = thread(&bench).await;
    let person = bench.person(PHONE);
    let look = |bench: &Bench| {
        let now = bench.now();
        bench.stage.simulator.with(|world| {
            let who = world.person(person).expect("a person");
            let unread = who.thread.iter().filter(|entry| !entry.from_business && entry.read_at.is_none()).count();
            (unread, who.typing.values().any(|until| *until > now))
        })
    };
    assert_eq!(look(&bench), (2, false));
    let read = format!("/v1/conversations/{conversation}/read");
    bench.console("POST", &read, json!({})).await.expect_status(200);
    assert_eq!(look(&bench), (0, false), "all that they wrote has blue ticks");

    let typing = format!("/v1/conversations/{conversation}/typing");
    let shown = bench.console("POST", &typing, json!({})).await.expect_status(200).json;
    assert_eq!((shown, look(&bench)), (json!({ "shown": true }), (0, true)));
    let composer = bench.get(&format!("/v1/conversations/{conversation}/composer")).await;
    assert_eq!(composer["channels"][0]["typing"], true);

    let reply = json!({ "content": { "type": "text", "body": "Yes, behind the house." }, "reply_to": messages[0]["message"]["id"] });
    let sent = bench.console("POST", &format!("/v1/conversations/{conversation}/replies"), reply).await.expect_status(201).json;
    assert_eq!(sent["in_reply_to"], messages[0]["message"]["id"]);
    bench.settle().await;
    assert_eq!(look(&bench), (0, false), "the answer ends the indicator");
    let entries = bench.phone(PHONE);
    assert_eq!((says(&entries), entries[0].context.as_deref()), (vec!["Yes, behind the house."], Some(asked.as_str())));
    bench.advance(Millis::from_mins(1)).await;

    // The person quotes the answer, and the thread shows what they quote.
    rich(&bench, RichMessage::Quote { message: entries[0].id.clone(), text: "Thank you!".to_owned() });
    bench.settle().await;
    let (_, messages) = thread(&bench).await;
    let last = messages.last().expect("a message");
    assert_eq!((last["message"]["in_reply_to"].clone(), text(&last["quoted"]["summary"])), (sent["id"].clone(), "Yes, behind the house."));
}

#[tokio::test]
async fn people_are_shown_nothing_where_the_senders_setting_says_so() {
    let mut bench = Bench::new().await;
    bench.types(PHONE, Line::WhatsApp, "Hello");
    bench.settle().await;
    let engine = &bench.stage.app.engine;
    let mut stored = engine.store().get::<AccountDoc>(WORKSPACE, &WHATSAPP.to_string()).await.expect("read").expect("the sender");
    let Provider::WhatsappCloud(whatsapp) = &mut stored.value.0.provider else { panic!("a WhatsApp number") };
    whatsapp.read_receipts = false;
    engine.store().put(WORKSPACE, &stored.value, stored.version, engine.now()).await.expect("stored");
    engine.reload(WORKSPACE).await.expect("read again");
    let (conversation, _) = thread(&bench).await;
    bench.console("POST", &format!("/v1/conversations/{conversation}/read"), json!({})).await.expect_status(200);
    let shown = bench.console("POST", &format!("/v1/conversations/{conversation}/typing"), json!({})).await.expect_status(200).json;
    assert_eq!(shown, json!({ "shown": false }));
    let person = bench.person(PHONE);
    let read =
        bench.stage.simulator.with(|world| world.person(person).expect("a person").thread.iter().any(|entry| entry.read_at.is_some()));
    assert!(!read);
}

#[tokio::test]
async fn a_new_device_is_told_to_whoever_has_the_thread() {
    let mut bench = Bench::new().await;
    bench.types(PHONE, Line::WhatsApp, "Hello");
    bench.settle().await;
    let (conversation, messages) = thread(&bench).await;
    bench.console("POST", &format!("/v1/conversations/{conversation}/read"), json!({})).await.expect_status(200);
    let person = bench.person(PHONE);
    bench.stage.simulator.with(|world| world.person_changes_device(person)).expect("a person can do that");
    bench.settle().await;
    let items = bench.list(&format!("/v1/conversations/{conversation}/thread")).await;
    let told: Vec<_> = items.iter().filter(|item| item["event"]["kind"] == "identity_changed").collect();
    assert_eq!((told.len(), items.iter().filter(|item| item["type"] == "message").count()), (1, messages.len()), "{items:#?}");
    assert_eq!(bench.get(&format!("/v1/conversations/{conversation}")).await["unread"], 1, "somebody has to look");
    let contact = bench.get(&format!("/v1/contacts/{}", text(&messages[0]["message"]["contact"]))).await;
    let addresses = contact["addresses"].as_array().expect("addresses");
    assert!(addresses.iter().all(|address| address["identity_changed_at"].is_string()), "{addresses:#?}");
}

/// A message from a person that Meta names by a business-scoped id, and by a number where it is given.
async fn writes(bench: &mut Bench, id: &str, phone: Option<&str>, words: &str) {
    let seconds = bench.now().as_secs().to_string();
    let message = json!({ "from": phone, "from_user_id": USER, "id": id, "timestamp": seconds, "type": "text", "text": { "body": words } });
    let value = json!({ "messaging_product": "whatsapp", "metadata": { "display_phone_number": "15550783881", "phone_number_id": "106540352242922" },
        "messages": [message] });
    let body =
        json!({ "object": "whatsapp_business_account", "entry": [{ "id": "1", "changes": [{ "field": "messages", "value": value }] }] });
    let body = body.to_string();
    let signature = hub_signature("sim-app-secret", body.as_bytes());
    // Twice, as providers do.
    for _ in 0..2 {
        let answer =
            bench.send("POST", &format!("/webhooks/whatsapp/{WHATSAPP}"), &[("x-hub-signature-256", &signature)], body.clone()).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
    }
    bench.settle().await;
}

/// Two contacts, one number: it belongs to one of them, and STOP from either stops it.
#[tokio::test]
async fn r_con_4_two_contacts_with_one_number_are_stopped_by_one_stop() {
    let mut bench = Bench::new().await;
    writes(&mut bench, "wamid.1", None, "Hello").await;
    let by_name = text(&bench.list("/v1/contacts").await[0]["id"]).to_owned();
    let by_number = bench.contact(PHONE).await;
    assert_ne!(by_name, by_number);
    bench.opt_in(&by_number, PHONE, "sms").await;
    let offer = json!({ "contact": by_number, "purpose": "promotional", "channels": [{ "channel": "sms", "content": { "type": "text", "body": "Offer" } }] });
    bench.post("/v1/messages", offer.clone()).await.expect_status(201);
    bench.settle().await;

    bench.stage.rules(|rules| rules.stop_scope = policy::consent::acts::RevocationScope::Everything).await.expect("rules");
    let digits = PHONE.trim_start_matches('+');
    writes(&mut bench, "wamid.2", Some(digits), "STOP").await;
    let named = bench.get(&format!("/v1/contacts/{by_name}")).await;
    assert!(!named["addresses"].to_string().contains(PHONE), "the number stays with whom it belongs to: {named:#}");
    let told = bench.timeline(&by_name).await.into_iter().filter(|line| line["kind"] == "address_elsewhere").count();
    assert_eq!(told, 1);
    let ledger = bench.get(&format!("/v1/contacts/{by_number}/consent")).await["ledger"].clone();
    let refused = ledger.as_array().expect("a ledger").iter().filter(|entry| entry["state"] == "opted_out").count();
    assert!(refused > 0, "{ledger:#}");
    let silenced = bench.post("/v1/messages", offer).await;
    assert_eq!((silenced.status, silenced.code()), (409, "not_sent"), "{}", silenced.body);
}
