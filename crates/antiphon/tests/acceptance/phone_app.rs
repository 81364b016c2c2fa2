//! One number in the phone app and here (coexistence): what is written on the phone, and what was said before the number was connected.

use antiphon::stage::WHATSAPP;
use model::Millis;
use serde_json::{Value, json};
use simulator::{Earlier, Line};

use crate::common::{Bench, text};

const NUMBER: &str = "106540352242922";
const ANA: &str = "+12025550123";
const BEN: &str = "+12025550124";

fn had(bench: &Bench, phone: &str, hours: i64, from_business: bool, words: &str) -> String {
    let earlier = Earlier { ago: Millis::from_hours(hours), from_business, text: words.to_owned(), image: false, quotes: None };
    tell(bench, phone, earlier)
}

fn tell(bench: &Bench, phone: &str, earlier: Earlier) -> String {
    let person = bench.person(phone);
    bench.stage.simulator.with(|world| world.owner_had(NUMBER, person, earlier)).expect("a number and a person")
}

async fn import(bench: &mut Bench, what: &str) -> crate::common::Answer {
    let answer = bench.post(&format!("/v1/senders/{WHATSAPP}/app_import"), json!({ "what": what })).await;
    bench.settle().await;
    answer
}

/// Everything that a thread shows, oldest first, over pages of two.
async fn shown(bench: &Bench, phone: &str) -> Vec<Value> {
    let contact = bench.contact(phone).await;
    let conversation = text(&bench.conversation(&contact).await["id"]).to_owned();
    let mut items = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = bench.get(&format!("/v1/conversations/{conversation}/thread?limit=2{cursor}")).await;
        items.extend(page["items"].as_array().expect("items").iter().cloned());
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    items.retain(|item| item["type"] == "message");
    items.reverse();
    items
}

fn says(item: &Value) -> &str {
    item["message"]["received"]["body"].as_str().unwrap_or("?")
}

#[tokio::test]
async fn earlier_conversations_stand_at_the_beginning_in_their_own_order() {
    let mut bench = Bench::new().await;
    let began = bench.now();
    let question = had(&bench, ANA, 3_000, false, "Do you repair bicycles?");
    let answer =
        Earlier { ago: Millis::from_hours(2_999), from_business: true, text: "We do.".to_owned(), image: false, quotes: Some(question) };
    tell(&bench, ANA, answer);
    had(&bench, ANA, 40, false, "Is mine ready?");
    let photo = Earlier { ago: Millis::from_hours(2), from_business: true, text: "There it is".to_owned(), image: true, quotes: None };
    tell(&bench, ANA, photo);
    had(&bench, BEN, 200, false, "Good morning");
    // Ana writes before the history comes.
    bench.types(ANA, Line::WhatsApp, "I am on my way");
    bench.settle().await;
    assert_eq!(import(&mut bench, "history").await.status, 202);

    let items = shown(&bench, ANA).await;
    let lines: Vec<&str> = items.iter().map(says).collect();
    assert_eq!(lines, ["Do you repair bicycles?", "We do.", "Is mine ready?", "?", "I am on my way"]);
    assert!(items.iter().take(4).all(|item| item["imported"] == true) && items[4].get("imported").is_none());
    assert_eq!(items[1]["quoted"]["summary"], "Do you repair bicycles?");
    assert_eq!((text(&items[1]["message"]["status"]), text(&items[1]["message"]["origin"]["by"])), ("read", "phone"));
    let conversation = bench.conversation(&bench.contact(ANA).await).await;
    assert_eq!((text(&conversation["last_message"]), &conversation["imported"]), ("I am on my way", &json!(4)));
    // The file came after its place, and was fetched.
    let photo = &items[3]["message"]["received"];
    assert_eq!((text(&photo["type"]), text(&photo["caption"])), ("media", "There it is"));
    let media = text(&photo["stored"]);
    assert_eq!(bench.call("GET", &format!("/v1/media/{media}"), Value::Null).await.status, 200);

    // Whoever has not written since is nobody's work.
    let ben = bench.conversation(&bench.contact(BEN).await).await;
    assert_eq!((text(&ben["status"]), &ben["unread"], &ben["case"]), ("bot", &json!(0), &Value::Null));
    assert_eq!(ben["window_closes_at"], Value::Null, "what was said then opens no window");
    let sent = bench.truth_after(began);
    assert!(sent.is_empty(), "and nobody is written to: {sent:?}");
    assert!(bench.list("/v1/parked_signals").await.is_empty());
}

#[tokio::test]
async fn whoever_wrote_stop_then_is_not_written_to_now() {
    let mut bench = Bench::new().await;
    had(&bench, ANA, 900, false, "STOP");
    had(&bench, BEN, 900, false, "STOP");
    had(&bench, BEN, 800, false, "START");
    assert_eq!(import(&mut bench, "history").await.status, 202);
    for (phone, wanted) in [(ANA, "opted_out"), (BEN, "opted_in")] {
        let contact = bench.contact(phone).await;
        let consent = bench.get(&format!("/v1/contacts/{contact}/consent")).await;
        let ledger = consent["ledger"].as_array().expect("a ledger");
        assert!(!ledger.is_empty(), "{phone}");
        let stands = consent["state"].as_array().expect("what is in force");
        assert!(stands.iter().all(|line| line["state"] == wanted), "{phone}: {consent:#}");
    }
    let contact = bench.contact(ANA).await;
    let wanted = json!({ "contact": contact, "purpose": "service",
        "channels": [{ "channel": "whatsapp", "content": { "type": "text", "body": "Hello" } }] });
    bench.post("/v1/messages", wanted).await;
    bench.settle().await;
    assert!(bench.truth().is_empty(), "neither a message nor a confirmation of STOP");
}

#[tokio::test]
async fn the_app_is_asked_once_in_time_and_may_decline() {
    let mut bench = Bench::new().await;
    let path = format!("/v1/senders/{WHATSAPP}/app_import");
    let refused = bench.post(&path, json!({ "what": "history" })).await;
    assert_eq!(refused.status, 502, "no phone app has the number: {}", refused.body);
    had(&bench, ANA, 5, false, "Hello");
    assert_eq!(import(&mut bench, "contacts").await.status, 202);
    let contact = bench.get(&format!("/v1/contacts/{}", bench.contact(ANA).await)).await;
    assert_eq!(contact["name"], "Sample Customer");
    bench.stage.simulator.with(|world| world.owner_shares(NUMBER, false));
    assert_eq!(import(&mut bench, "history").await.status, 202);
    assert!(shown(&bench, ANA).await.is_empty());
    let again = import(&mut bench, "history").await;
    assert!(again.status == 502 && again.body.contains("once"), "{}", again.body);
    let unknown = bench.post(&path, json!({ "what": "everything" })).await;
    assert_eq!(unknown.status, 422, "{}", unknown.body);

    let mut bench = Bench::new().await;
    had(&bench, ANA, 5, false, "Hello");
    bench.stage.advance(Millis::from_hours(25)).await.expect("a day goes by");
    let late = bench.post(&path, json!({ "what": "history" })).await;
    assert!(late.status == 502 && late.body.contains("24 hours"), "{}", late.body);
}

#[tokio::test]
async fn what_is_written_on_the_phone_is_shown_changed_and_deleted() {
    let mut bench = Bench::new().await;
    bench.types(ANA, Line::WhatsApp, "Is mine ready?");
    bench.settle().await;
    let person = bench.person(ANA);
    let said = bench.stage.simulator.with(|world| world.owner_types(NUMBER, person, "It is, call 5550123")).expect("written");
    bench.settle().await;
    let items = shown(&bench, ANA).await;
    assert_eq!(items.iter().map(says).collect::<Vec<_>>(), ["Is mine ready?", "It is, call 5550123"]);
    bench.stage.simulator.with(|world| world.owner_changes(NUMBER, person, &said, Some("It is!"))).expect("changed");
    bench.settle().await;
    assert_eq!(says(&shown(&bench, ANA).await[1]), "It is!");
    bench.stage.simulator.with(|world| world.owner_changes(NUMBER, person, &said, None)).expect("deleted");
    bench.settle().await;
    let items = shown(&bench, ANA).await;
    assert!(items.len() == 2 && items[1]["message"]["revoked_at"].is_string(), "{items:#?}");
    let timeline = format!("{:?}", bench.timeline(&bench.contact(ANA).await).await);
    assert!(!timeline.contains("5550123"), "what was deleted is not repeated");
}
