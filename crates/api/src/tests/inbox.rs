//! The inbox.

use model::Millis;
use model::inbound::InboundContent;
use serde_json::json;

use crate::auth::Role;
use crate::engine::Presence;
use crate::testing::TestApp;

/// A2: a message in is a conversation that waits, with its thread.
#[tokio::test]
async fn a2_a_message_in_opens_a_conversation_that_waits() {
    let app = TestApp::new().await;
    let conversation = app.inbound("+12025550123", "Do you have parking?").await;
    let list = app.get("/v1/conversations?status=waiting").await.json();
    assert_eq!(list["items"][0]["id"], json!(conversation));
    assert_eq!(list["items"][0]["last_message"], "Do you have parking?");
    let thread = app.get(&format!("/v1/conversations/{conversation}/thread")).await.json();
    let kinds: Vec<_> = thread["items"].as_array().unwrap().iter().map(|i| i["type"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["event", "message"]);
    assert_eq!(thread["items"][1]["message"]["received"]["body"], "Do you have parking?");
    let counts = app.get("/v1/conversation_counts").await.json();
    assert_eq!((counts["waiting"].clone(), counts["queues"]["inbox"]["waiting"].clone()), (json!(1), json!(1)));
}

#[tokio::test]
async fn an_agent_answers_and_owns_the_case() {
    let app = TestApp::new().await;
    let agent = app.user(Role::Agent, "desk@example.com", None).await;
    let cookie = app.session(agent).await;
    let conversation = app.inbound("+12025550123", "Do you have parking?").await;
    let seen = app.get(&format!("/v1/conversations/{conversation}/composer")).await.json()["seen"].clone();
    let reply = json!({ "content": { "type": "text", "body": "Yes, behind the house." }, "seen": seen });
    let answer = app.browser("POST", &format!("/v1/conversations/{conversation}/replies"), &cookie).json(&reply).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    let message = answer.json();
    assert_eq!(
        (message["status"].as_str(), message["channel"].as_str(), message["class"].as_str()),
        (Some("queued"), Some("whatsapp"), Some("agent"))
    );
    assert!(message.get("intent").is_none() && message.get("seal").is_none());
    let after = app.get(&format!("/v1/conversations/{conversation}")).await.json();
    assert_eq!(after["case"]["assignee"], json!(agent));
    assert_eq!(app.browser("GET", "/v1/conversations?assignee=me", &cookie).await.json()["items"].as_array().unwrap().len(), 1);
}

/// A97: the second of two answers to a thread that went on is refused, with what is new.
#[tokio::test]
async fn a97_a_reply_to_a_stale_thread_is_refused_with_the_newer_messages() {
    let app = TestApp::new().await;
    let conversation = app.inbound("+12025550123", "Hello?").await;
    let path = format!("/v1/conversations/{conversation}/replies");
    let seen = app.get(&format!("/v1/conversations/{conversation}/composer")).await.json()["seen"].clone();
    let reply = |text: &str| json!({ "content": { "type": "text", "body": text }, "seen": seen });
    assert_eq!(app.post(&path, reply("Hello!")).await.status, 201);
    let stale = app.post(&path, reply("How can I help?")).await;
    assert_eq!((stale.status, stale.code().as_str()), (409, "newer_message"), "{}", stale.text());
    let newer = stale.json()["newer"].clone();
    let messages: Vec<_> = newer.as_array().unwrap().iter().filter(|i| i["type"] == "message").collect();
    assert_eq!(messages.len(), 1);
    assert_eq!(messages[0]["message"]["content"]["body"], "Hello!");
}

/// A99: a second after the window has closed, a free-form reply cannot appear as sent.
#[tokio::test]
async fn a99_a_free_form_reply_after_the_window_is_refused_with_the_verdict() {
    let app = TestApp::new().await;
    let conversation = app.inbound("+12025550123", "Hello?").await;
    app.clock.advance(Millis::from_hours(24) + Millis::from_secs(1));
    let answer =
        app.post(&format!("/v1/conversations/{conversation}/replies"), json!({ "content": { "type": "text", "body": "Late" } })).await;
    assert_eq!((answer.status, answer.code().as_str()), (409, "not_sent"), "{}", answer.text());
    let decision = answer.json()["decision"].as_str().unwrap().to_owned();
    let verdict = app.get(&format!("/v1/decisions/{decision}")).await.json();
    assert_eq!(verdict["verdict"]["say"], "silent");
    assert!(verdict["rules"].as_array().unwrap().iter().any(|r| r["rule"] == "window"), "{verdict}");
}

#[tokio::test]
async fn a_note_stays_inside_and_is_in_the_thread() {
    let app = TestApp::new().await;
    let conversation = app.inbound("+12025550123", "Hello?").await;
    let answer = app.post(&format!("/v1/conversations/{conversation}/notes"), json!({ "text": "Called back." })).await;
    assert_eq!(answer.status, 201);
    let thread = app.get(&format!("/v1/conversations/{conversation}/thread")).await.json();
    assert_eq!(thread["items"][0]["note"], json!({ "user": app.owner, "text": "Called back." }));
    assert_eq!(app.get("/v1/messages?direction=out").await.json()["items"], json!([]));
}

#[tokio::test]
async fn a_case_is_assigned_prioritised_labelled_and_closed() {
    let app = TestApp::new().await;
    let conversation = app.inbound("+12025550123", "Hello?").await;
    let act = |name: &str, body: serde_json::Value| app.post(&format!("/v1/conversations/{conversation}/{name}"), body);
    assert_eq!(act("assignment", json!({ "user_id": "me" })).await.json()["case"]["assignee"], json!(app.owner));
    assert_eq!(act("assignment", json!({ "user_id": "usr_x" })).await.status, 422);
    assert_eq!(act("assignment", json!({ "queue": "nowhere" })).await.status, 422);
    assert_eq!(act("priority", json!({ "priority": "urgent" })).await.json()["case"]["priority"], "urgent");
    assert_eq!(act("labels", json!({ "add": ["vip"] })).await.json()["labels"], json!(["vip"]));
    assert_eq!(act("read", json!({})).await.json()["unread"], 0);
    assert_eq!(act("closure", json!({ "category": "answered" })).await.json()["status"], "resolved");
    let again = act("closure", json!({})).await;
    assert_eq!((again.status, again.code().as_str(), again.json()["reason"].clone()), (409, "rejected", json!("no_open_case")));
}

/// A65: a message asked for through the API meets the same gate.
#[tokio::test]
async fn a65_the_api_cannot_send_what_the_gate_refuses() {
    let app = TestApp::new().await;
    let contact = app.contact("+12025550123").await;
    let body = json!({ "contact": contact, "purpose": "promotional", "channels": [{ "channel": "sms", "content": { "type": "text", "body": "Offer!" } }] });
    let answer = app.post("/v1/messages", body).await;
    assert_eq!((answer.status, answer.code().as_str()), (409, "not_sent"), "{}", answer.text());
    let decision = answer.json()["decision"].as_str().unwrap().to_owned();
    let record = app.get(&format!("/v1/decisions/{decision}")).await.json();
    assert!(record["rules"].as_array().unwrap().iter().any(|r| r["rule"] == "consent" && r["outcome"] == "deny"), "{record}");
    assert_eq!(app.get("/v1/messages").await.json()["items"], json!([]));
    let silent = app.get(&format!("/v1/decisions?contact={contact}&silent=true")).await.json();
    assert_eq!(silent["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_queued_message_can_be_taken_back_once() {
    let app = TestApp::new().await;
    let contact = app.contact("+12025550123").await;
    let body = json!({ "contact": contact, "purpose": "transactional", "channels": [{ "channel": "sms", "content": { "type": "text", "body": "Your table is ready." } }] });
    let answer = app.post("/v1/messages", body).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    let path = format!("/v1/messages/{}/cancellation", answer.json()["id"].as_str().unwrap());
    assert_eq!(app.call("POST", &path).await.json()["status"], "cancelled");
    assert_eq!(app.call("POST", &path).await.status, 409);
}

/// What a person deleted is shown nowhere; what quotes it says so.
#[tokio::test]
async fn deleted_words_are_not_shown_to_anybody_who_asks() {
    let app = TestApp::new().await;
    let conversation = app.inbound("+12025550123", "My card is 4000 1234").await;
    let sent = app.get("/v1/messages?direction=in").await.json()["items"][0].clone();
    let of = sent["provider_id"].as_str().unwrap().to_owned();
    app.inbound_content("+12025550123", InboundContent::Edit { of: of.clone(), body: Some("My card is 4000 9999".to_owned()) }).await;
    let thread = app.get(&format!("/v1/conversations/{conversation}/thread")).await.json();
    let messages: Vec<_> = thread["items"].as_array().unwrap().iter().filter(|item| item["type"] == "message").collect();
    assert_eq!(messages.len(), 1, "an edit is no line of its own");
    assert_eq!(messages[0]["message"]["received"]["body"], "My card is 4000 9999");
    assert!(messages[0]["message"]["edited_at"].is_string());
    let timeline = format!("/v1/contacts/{}/timeline", sent["contact"].as_str().unwrap());
    assert!(app.get(&timeline).await.text().contains("4000 1234"), "the earlier words are on the timeline");

    app.inbound_content("+12025550123", InboundContent::Revoke { of: of.clone() }).await;
    let reaction = InboundContent::Reaction { to: of, emoji: Some("🙂".to_owned()) };
    app.inbound_content("+12025550123", reaction).await;
    let message = format!("/v1/messages/{}", sent["id"].as_str().unwrap());
    let shown =
        [message, timeline, "/v1/messages".to_owned(), "/v1/conversations".to_owned(), format!("/v1/conversations/{conversation}/thread")];
    for path in &shown {
        let text = app.get(path).await.text();
        assert!(!text.contains("4000"), "{path}: {text}");
    }
    let after = app.get(&shown[0]).await.json();
    assert!(after["revoked_at"].is_string() && after.get("received").is_none(), "{after}");
    let thread = app.get(&shown[4]).await.json();
    assert_eq!(thread["items"][0]["quoted"]["id"], sent["id"]);
    assert!(thread["items"][0]["quoted"]["revoked_at"].is_string());
}

#[tokio::test]
async fn a_reply_quotes_a_message_of_its_own_thread_and_no_other() {
    let app = TestApp::new().await;
    let conversation = app.inbound("+12025550123", "Do you have parking?").await;
    let theirs = app.get("/v1/messages?direction=in").await.json()["items"][0]["id"].clone();
    app.inbound("+12025550124", "Are you open?").await;
    let of_another = app.get("/v1/messages?direction=in").await.json()["items"][0]["id"].clone();
    let path = format!("/v1/conversations/{conversation}/replies");
    let reply = |to: &serde_json::Value| json!({ "content": { "type": "text", "body": "Yes." }, "reply_to": to });
    let sent = app.post(&path, reply(&theirs)).await;
    assert_eq!((sent.status, sent.json()["in_reply_to"].clone()), (201, theirs.clone()), "{}", sent.text());
    let thread = app.get(&format!("/v1/conversations/{conversation}/thread")).await.json();
    assert_eq!(thread["items"][0]["quoted"], json!({ "id": theirs, "direction": "in", "summary": "Do you have parking?" }));
    for nothing in [of_another, json!("msg_01kaqz3e5hf0bax8wtvn9g8c2d")] {
        let refused = app.post(&path, reply(&nothing)).await;
        assert_eq!((refused.status, refused.json()["errors"][0]["pointer"].clone()), (422, json!("/reply_to")), "{}", refused.text());
    }
}

#[tokio::test]
async fn reading_and_typing_are_shown_to_the_person() {
    let app = TestApp::new().await;
    let conversation = app.inbound("+12025550123", "Hello?").await;
    assert_eq!(app.post(&format!("/v1/conversations/{conversation}/read"), json!({})).await.status, 200);
    let typing = app.post(&format!("/v1/conversations/{conversation}/typing"), json!({})).await;
    assert_eq!((typing.status, typing.json()), (200, json!({ "shown": true })));
    assert_eq!(*app.engine.shown.lock().unwrap(), [Presence::Read, Presence::Typing]);
    assert_eq!(app.post("/v1/conversations/cnv_01kaqz3e5hf0bax8wtvn9g8c2d/typing", json!({})).await.status, 404);
}
