//! People take over, and what holds while they have the word.

use model::Millis;
use serde_json::json;
use simulator::Line;

use crate::common::{Bench, says, text};

const PHONE: &str = "+12025550123";

/// Asks something twice and gives up to a person after two answers that nobody understood.
const QUESTION: &str = r#"
journey: question
owner: front_desk
purpose: service
max_messages: 6
entry: { on: asked, key: event.id }
context: { id: event.id, topic: event.topic }
goal: { none: "a test of takeover" }
takeover: { queue: front_desk, priority: high, max_misses: 2, next: wait }
start: ask
steps:
  ask:
    send: { whatsapp: { in_window: { text: "About {{ run.topic }}: morning or evening?" } }, sms: { text: "Morning or evening?" },
      max_lateness: 1h, fallback: { too_late: done, any: done } }
    next: answer
  answer:
    await:
      reply_to: ask
      words: [ { say: [morning], to: done }, { say: [evening], to: done } ]
      default: again
      timeout: { after: 2h, to: done }
  again:
    send: { whatsapp: { in_window: { text: "Sorry: MORNING or EVENING?" } }, sms: { text: "MORNING or EVENING?" }, expects_reply: true,
      max_lateness: 1h, fallback: { too_late: done, any: done } }
    next: second
  second:
    await:
      reply_to: [ask, again]
      words: [ { say: [morning], to: done }, { say: [evening], to: done } ]
      default: again
      timeout: { after: 2h, to: done }
  wait: { delay: { for: 1d }, next: nudge }
  nudge:
    send: { whatsapp: { in_window: { text: "Still here if you need us." } }, sms: { text: "Still here." }, expects_reply: inbox,
      max_lateness: 1h, fallback: { any: done } }
    next: done
  done: { end: done }
"#;

async fn asked() -> (Bench, String) {
    let mut bench = Bench::new().await;
    bench.publish(QUESTION).await;
    bench.types(PHONE, Line::WhatsApp, "Hi");
    bench.settle().await;
    // The first words opened a case; it is closed, so that the journey may speak.
    let contact = text(&bench.list("/v1/contacts").await[0]["id"]).to_owned();
    let conversation = text(&bench.conversation(&contact).await["id"]).to_owned();
    bench.console("POST", &format!("/v1/conversations/{conversation}/closure"), json!({})).await.expect_status(200);
    bench.event("asked", PHONE, json!({ "id": "Q-1", "topic": "your visit" })).await;
    bench.settle().await;
    assert_eq!(says(&bench.phone(PHONE)), ["About your visit: morning or evening?"]);
    (bench, contact)
}

/// A39: somebody asks for a person. A person gets the case with summary and what is known; the bot is silent until it gets the word back.
#[tokio::test]
async fn a39_asking_for_a_person_hands_off_and_silences_the_bot() {
    let (mut bench, contact) = asked().await;
    bench.types(PHONE, Line::WhatsApp, "can I talk to a human please");
    bench.settle().await;
    let conversation = bench.conversation(&contact).await;
    let case = &conversation["case"];
    assert_eq!((text(&conversation["status"]), text(&case["queue"]), text(&case["priority"])), ("waiting", "front_desk", "high"));
    assert_eq!(text(&case["handoff"]["reason"]), "asked_for_human");
    assert!(!text(&case["handoff"]["summary"]).is_empty());
    assert_eq!(case["handoff"]["fields"]["topic"], "your visit", "{case:#}");
    assert!(case["reply_due_at"].is_string(), "the queue's promise runs");
    // Words that the journey would have understood, and a day's silence: no bot.
    bench.types(PHONE, Line::WhatsApp, "morning");
    bench.advance(Millis::from_hours(26)).await;
    assert_eq!(bench.phone(PHONE).len(), 1, "{:?}", says(&bench.phone(PHONE)));
    let held = bench.list(&format!("/v1/contacts/{contact}/decisions")).await;
    assert!(held.iter().any(|verdict| verdict["verdict"]["say"] != "send"), "the nudge was held, and why is stored");
}

/// A39: two answers that no branch understood hand off too.
#[tokio::test]
async fn a39_two_failed_matches_hand_off() {
    let (mut bench, contact) = asked().await;
    bench.types(PHONE, Line::WhatsApp, "it depends on the trains");
    bench.settle().await;
    assert_eq!(says(&bench.phone(PHONE)).len(), 2, "asked again once");
    bench.types(PHONE, Line::WhatsApp, "or maybe noon");
    bench.settle().await;
    let case = bench.conversation(&contact).await["case"].clone();
    assert_eq!(text(&case["handoff"]["reason"]), "not_understood", "{case:#}");
    assert_eq!(case["handoff"]["fields"]["topic"], "your visit");
    bench.types(PHONE, Line::WhatsApp, "evening");
    bench.advance(Millis::from_hours(3)).await;
    assert_eq!(bench.phone(PHONE).len(), 2, "the bot is silent");
}

/// The agent answers, the person reads it on the phone; back to the bot, and journeys may speak again.
#[tokio::test]
async fn an_agents_reply_reaches_the_phone_and_the_bot_gets_the_word_back() {
    let (mut bench, contact) = asked().await;
    bench.types(PHONE, Line::WhatsApp, "agent");
    bench.settle().await;
    let conversation = text(&bench.conversation(&contact).await["id"]).to_owned();
    let composer = bench.get(&format!("/v1/conversations/{conversation}/composer")).await;
    assert_eq!(composer["channels"][0]["free_form"]["allowed"], true, "{composer:#}");
    let reply = json!({ "content": { "type": "text", "body": "A person here. Morning is fine." }, "seen": composer["seen"] });
    let path = format!("/v1/conversations/{conversation}/replies");
    bench.console("POST", &path, reply).await.expect_status(201);
    bench.settle().await;
    assert_eq!(says(&bench.phone(PHONE)).last(), Some(&"A person here. Morning is fine."));
    assert_eq!(bench.conversation(&contact).await["status"], "open");
    bench.console("POST", &format!("/v1/conversations/{conversation}/return_to_bot"), json!({})).await.expect_status(200);
    bench.event("asked", PHONE, json!({ "id": "Q-2", "topic": "the bill" })).await;
    bench.settle().await;
    assert_eq!(says(&bench.phone(PHONE)).last(), Some(&"About the bill: morning or evening?"));
}

/// R-INB-5: a reply names the last message that its author had read; something newer makes it a conflict with what is new.
#[tokio::test]
async fn r_inb_5_a_reply_on_a_stale_thread_is_a_conflict() {
    let mut bench = Bench::new().await;
    bench.types(PHONE, Line::WhatsApp, "Is the shop open?");
    bench.settle().await;
    let contact = text(&bench.list("/v1/contacts").await[0]["id"]).to_owned();
    let conversation = bench.conversation(&contact).await;
    let seen = conversation["last_message_id"].clone();
    bench.types(PHONE, Line::WhatsApp, "Never mind, found it");
    bench.settle().await;
    let path = format!("/v1/conversations/{}/replies", text(&conversation["id"]));
    let reply = |seen| json!({ "content": { "type": "text", "body": "Until six." }, "seen": seen });
    let refused = bench.console("POST", &path, reply(seen)).await.expect_status(409);
    assert_eq!(refused.code(), "newer_message");
    assert_eq!(refused.json["newer"][0]["message"]["received"]["body"], "Never mind, found it", "{}", refused.body);
    assert_eq!(bench.phone(PHONE).len(), 0);
    let now = bench.conversation(&contact).await["last_message_id"].clone();
    bench.console("POST", &path, reply(now)).await.expect_status(201);
    bench.settle().await;
    assert_eq!(says(&bench.phone(PHONE)), ["Until six."]);
}

/// Somebody who is known by a business-scoped id only, without any phone number, writes and is answered.
#[tokio::test]
async fn a_person_without_a_phone_number_is_heard_and_answered() {
    let mut bench = Bench::new().await;
    let person = bench.person(PHONE);
    bench.stage.simulator.with(|world| world.change_person(person, |who| who.phone_hidden = true));
    bench.types(PHONE, Line::WhatsApp, "Do you ship to Lisbon?");
    bench.settle().await;
    let contact = &bench.list("/v1/contacts").await[0];
    let kinds: Vec<_> = contact["addresses"].as_array().expect("addresses").iter().map(|address| text(&address["kind"])).collect();
    assert_eq!(kinds, ["bsuid"]);
    let conversation = bench.conversation(text(&contact["id"])).await;
    let reply = json!({ "content": { "type": "text", "body": "We do." }, "seen": conversation["last_message_id"] });
    bench.console("POST", &format!("/v1/conversations/{}/replies", text(&conversation["id"])), reply).await.expect_status(201);
    bench.settle().await;
    assert_eq!(says(&bench.phone(PHONE)), ["We do."]);
    assert_eq!(bench.sent("").await[0]["status"], "delivered");
}

/// A picture that somebody sends is fetched, kept, and shown to whoever reads the thread, by WhatsApp and by MMS.
#[tokio::test]
async fn media_in_is_fetched_and_kept() {
    const PICTURE: &[u8] = b"\x89PNG\r\n\x1a\n not much of a picture";
    for line in [Line::WhatsApp, Line::Sms] {
        let mut bench = Bench::new().await;
        let person = bench.person(PHONE);
        // The simulated provider learns under which address it is reached from the first call to it; its media links need that.
        let contact = bench.contact(PHONE).await;
        let note = json!({ "contact": contact, "purpose": "service", "channels": [{ "channel": "sms", "content": { "type": "text", "body": "Send us a picture." } }] });
        bench.post("/v1/messages", note).await.expect_status(201);
        bench.settle().await;
        let file = simulator::Attachment {
            mime: "image/png".to_owned(),
            filename: None,
            bytes: bytes::Bytes::from_static(PICTURE),
            caption: Some("The broken hinge".to_owned()),
        };
        bench.stage.simulator.with(|world| world.person_sends_file(person, line, None, file)).expect("a picture");
        bench.advance(Millis::from_mins(2)).await;
        let received = bench.list("/v1/messages?direction=in").await;
        assert_eq!(received.len(), 1, "{line:?}");
        let stored = text(&received[0]["received"]["stored"]).to_owned();
        assert!(!stored.is_empty(), "{line:?}: {:#}", received[0]);
        let headers = [("authorization", format!("Bearer {}", bench.key()))];
        let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let media = bench.send("GET", &format!("/v1/media/{stored}"), &headers, "").await.expect_status(200);
        assert_eq!((media.body.as_bytes(), media.header("content-type")), (String::from_utf8_lossy(PICTURE).as_bytes(), "image/png"));
    }
}

/// A48: a case that began by SMS goes on by WhatsApp. It is the same case with the same thread; consent is asked for the new channel; and what
/// the person says on either channel lands in it.
#[tokio::test]
async fn a48_a_thread_moves_to_another_channel_with_its_case() {
    let mut bench = Bench::new().await;
    let template = bench.template("go_on_here", "service", "Hello {{first_name}}, shall we go on here?", json!([])).await;
    bench.types(PHONE, Line::Sms, "My order is broken");
    bench.settle().await;
    let contact = text(&bench.list("/v1/contacts").await[0]["id"]).to_owned();
    let before = bench.conversation(&contact).await;
    let path = format!("/v1/conversations/{}", text(&before["id"]));
    let composer = bench.get(&format!("{path}/composer")).await;
    let channel = |name: &str| composer["channels"].as_array().expect("channels").iter().find(|one| one["channel"] == name).cloned();
    let whatsapp = channel("whatsapp").unwrap_or_else(|| panic!("{composer:#}"));
    assert_eq!(whatsapp["free_form"]["allowed"], false, "nobody wrote by WhatsApp: {whatsapp:#}");
    assert_eq!(channel("sms").expect("sms")["free_form"]["allowed"], true);
    let moved =
        json!({ "channel": "whatsapp", "template": { "id": template, "variables": { "first_name": "Sam" } }, "seen": composer["seen"] });
    bench.console("POST", &format!("{path}/replies"), moved).await.expect_status(201);
    bench.settle().await;
    assert_eq!(says(&bench.phone(PHONE)), ["Hello Sam, shall we go on here?"]);
    bench.types(PHONE, Line::WhatsApp, "Yes, here is better");
    bench.types(PHONE, Line::Sms, "and this by SMS");
    bench.settle().await;
    let after = bench.conversation(&contact).await;
    assert_eq!((&after["id"], &after["case"]["id"]), (&before["id"], &before["case"]["id"]), "one case");
    let thread = bench.list(&format!("{path}/thread")).await;
    let channels: Vec<&str> = thread.iter().filter_map(|entry| entry["message"]["channel"].as_str()).collect();
    assert_eq!(
        (channels.iter().filter(|c| **c == "sms").count(), channels.iter().filter(|c| **c == "whatsapp").count()),
        (2, 2),
        "{channels:?}"
    );
    let verdicts = bench.list(&format!("/v1/contacts/{contact}/decisions")).await;
    let asked = verdicts.iter().flat_map(|v| v["rules"].as_array().into_iter().flatten()).any(|rule| rule["rule"] == "consent");
    assert!(asked, "the gate asked for consent: {verdicts:#?}");

    // Who refuses everything on a channel is not reached there, whoever asks.
    let refusal = json!({ "address": { "kind": "phone", "value": PHONE }, "channel": "whatsapp", "state": "opted_out", "act": "form_submitted", "source": "form:test" });
    bench.console("POST", &format!("/v1/contacts/{contact}/consent"), refusal).await.expect_status(201);
    bench.advance(Millis::from_hours(30)).await;
    let shown = bench.phone(PHONE).len();
    let again = json!({ "channel": "whatsapp", "template": { "id": template, "variables": { "first_name": "Sam" } } });
    let refused = bench.console("POST", &format!("{path}/replies"), again).await.expect_status(409);
    assert_eq!(refused.json["cause"], "no_consent", "{}", refused.body);
    bench.settle().await;
    assert_eq!(bench.phone(PHONE).len(), shown);
}
