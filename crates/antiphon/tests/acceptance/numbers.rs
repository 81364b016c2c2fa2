//! WhatsApp numbers through the real routes: how they stand, registration, profile; and forms that come through the encrypted endpoint.

use std::collections::BTreeMap;

use antiphon::stage::{PUBLIC_URL, WHATSAPP};
use serde_json::{Map, Value, json};
use simulator::{FormEnd, Line, hub_signature};

use crate::common::{Bench, text};

const PHONE: &str = "+12025550123";
const NUMBER: &str = "106540352242922";

fn of(path: &str) -> String {
    format!("/v1/senders/{WHATSAPP}/{path}")
}

#[tokio::test]
async fn a_number_is_asked_how_it_stands_and_a_registration_mends_it() {
    let bench = Bench::new().await;
    assert_eq!(bench.call("GET", &of("health"), Value::Null).await.status, 404, "nobody asked yet");
    let asked = bench.post(&of("health"), Value::Null).await.expect_status(200).json;
    let told = ["status", "quality", "name_status", "messaging_limit", "business"].map(|member| text(&asked[member]));
    assert_eq!(told, ["CONNECTED", "GREEN", "APPROVED", "TIER_UNLIMITED", "506914307656634"]);
    assert_eq!((&asked["per_second"], &asked["problems"]), (&json!(80), &json!([])));
    assert_eq!(bench.get(&of("health")).await, asked, "it is kept");

    for (pin, status) in [("12345", 422), ("abcdef", 422), ("123456", 200)] {
        bench.post(&of("registration"), json!({ "pin": pin })).await.expect_status(status);
    }
    let sms = antiphon::stage::SMS;
    bench.post(&format!("/v1/senders/{sms}/health"), Value::Null).await.expect_status(409);
}

#[tokio::test]
async fn a_number_is_verified_by_the_code_that_came_and_registered_again() {
    let bench = Bench::new().await;
    let (ask, give) = (of("verification_code"), of("verification"));
    let by_text = json!({ "method": "sms", "language": "en_US" });
    let known = bench.post(&ask, by_text.clone()).await.expect_status(502);
    assert!(known.body.contains("136024"), "a number that is verified gets no code: {}", known.body);

    let taken = bench.call("DELETE", &of("registration"), Value::Null).await.expect_status(200).json;
    assert_eq!((text(&taken["status"]), text(&taken["verification"])), ("DISCONNECTED", "VERIFIED"));
    bench.stage.simulator.with(|world| world.forget_verification(NUMBER));
    let refused = bench.post(&of("registration"), json!({ "pin": "123456" })).await.expect_status(502);
    assert!(refused.body.contains("133006"), "{}", refused.body);

    for wrong in
        [json!({ "method": "letter", "language": "en_US" }), json!({ "method": "sms", "language": "?" }), json!({ "method": "sms" })]
    {
        assert!((400..500).contains(&bench.post(&ask, wrong.clone()).await.status), "{wrong}");
    }
    bench.post(&ask, by_text).await.expect_status(202);
    let code = bench.stage.simulator.with(|world| world.verification_code(NUMBER).map(str::to_owned)).expect("a code came");
    bench.post(&give, json!({ "code": "12345" })).await.expect_status(422);
    let other = if code == "111111" { "222222" } else { "111111" };
    assert!(bench.post(&give, json!({ "code": other })).await.expect_status(502).body.contains("136025"));
    // As a text shows it.
    let written = format!("{}-{}", &code[..3], &code[3..]);
    let health = bench.post(&give, json!({ "code": written })).await.expect_status(200).json;
    assert_eq!((text(&health["verification"]), text(&health["status"])), ("VERIFIED", "DISCONNECTED"));
    let health = bench.post(&of("registration"), json!({ "pin": "123456" })).await.expect_status(200).json;
    assert_eq!(text(&health["status"]), "CONNECTED");
}

#[tokio::test]
async fn the_profile_is_written_and_what_is_absent_stays() {
    let bench = Bench::new().await;
    let whole = json!({ "about": "From 8 to 18.", "email": "desk@example.com", "websites": ["https://example.com"], "vertical": "HEALTH" });
    let written = bench.call("PUT", &of("profile"), whole).await.expect_status(200).json;
    assert_eq!((&written["about"], &written["websites"]), (&json!("From 8 to 18."), &json!(["https://example.com"])));
    bench.call("PUT", &of("profile"), json!({ "about": "Closed today." })).await.expect_status(200);
    let now = bench.get(&of("profile")).await;
    assert_eq!((&now["about"], &now["email"], &now["vertical"]), (&json!("Closed today."), &json!("desk@example.com"), &json!("HEALTH")));
    let wrong = json!({ "about": "x".repeat(140), "websites": ["ftp://example.com", "a", "b"] });
    let faults = bench.call("PUT", &of("profile"), wrong).await.expect_status(422).json;
    let at: Vec<&str> = faults["errors"].as_array().expect("faults").iter().map(|fault| text(&fault["pointer"])).collect();
    assert_eq!(at, ["/about", "/websites", "/websites/0", "/websites/1", "/websites/2"]);
}

fn draft() -> Value {
    json!({ "name": "lead_capture", "pages": [
        { "screen": "WHO", "fields": [{ "name": "full_name", "kind": "text" }, { "name": "email", "kind": "email" }] },
        { "screen": "WHAT", "fields": [{ "name": "seats", "kind": "number" }, { "name": "topic", "kind": "choice", "of": ["demo", "price"] },
            { "name": "note", "kind": "text", "optional": true }] } ],
        "flow": { "version": "7.2", "data_api_version": "3.0", "routing_model": { "WHO": ["WHAT"], "WHAT": [] }, "screens": [
            { "id": "WHO", "layout": { "type": "SingleColumnLayout", "children": [] } },
            { "id": "WHAT", "terminal": true, "layout": { "type": "SingleColumnLayout", "children": [] } } ] } })
}

/// A form, and the message on the phone that opens it.
async fn opened(bench: &mut Bench) -> (String, String) {
    let form = bench.post(&of("forms"), draft()).await.expect_status(201).json;
    let id = text(&form["id"]).to_owned();
    let contact = bench.contact(PHONE).await;
    bench.types(PHONE, Line::WhatsApp, "I am interested");
    bench.settle().await;
    let content = json!({ "type": "form", "body": "Tell us about you.", "label": "Open", "form": id });
    let wanted = json!({ "contact": contact, "purpose": "service", "channels": [{ "channel": "whatsapp", "content": content }] });
    bench.post("/v1/messages", wanted).await.expect_status(201);
    bench.settle().await;
    let person = bench.person(PHONE);
    let entry = bench
        .stage
        .simulator
        .with(|world| world.person(person).and_then(|who| who.thread.iter().rev().find(|entry| entry.from_business).cloned()));
    (id, entry.expect("the form came").id)
}

fn pages(who: Value, what: Value) -> BTreeMap<String, Map<String, Value>> {
    let map = |value: Value| value.as_object().cloned().expect("an object");
    [("WHO".to_owned(), map(who)), ("WHAT".to_owned(), map(what))].into()
}

async fn fill(bench: &Bench, message: &str, who: Value, what: Value) -> FormEnd {
    bench.stage.simulator.fill_form(bench.person(PHONE), message, &pages(who, what)).await
}

#[tokio::test]
async fn a_filled_form_is_an_event_with_typed_answers_that_journeys_use() {
    let mut bench = Bench::new().await;
    let (form, message) = opened(&mut bench).await;
    let journey = format!(
        r#"
journey: lead
title: Lead
purpose: service
topic: leads
max_messages: 2
owner: inbox
entry: {{ on: form_filled, where: "event.form == '{form}' && event.seats > 2", key: event.token }}
context:
  topic: event.topic
goal: {{ none: "A lead is counted where it is sold." }}
start: tell
steps:
  tell:
    emit: {{ event: lead_qualified, properties: {{ topic: run.topic }} }}
    next: over
  over: {{ end: qualified }}
"#
    );
    bench.publish(&journey).await;
    let what = json!({ "seats": "4", "topic": "demo" });
    let complained = fill(&bench, &message, json!({ "full_name": "Sam", "email": "nobody" }), what.clone()).await;
    assert_eq!(complained, FormEnd::Complained("Please correct: email".to_owned()));
    let sent = fill(&bench, &message, json!({ "full_name": "Sam", "email": "sam@example.com" }), what).await;
    assert!(matches!(sent, FormEnd::Sent(_)), "{sent:?}");
    bench.settle().await;

    let contact = bench.contact(PHONE).await;
    let events: Vec<Value> = bench.timeline(&contact).await.into_iter().filter(|line| line["kind"] == "event_tracked").collect();
    let of_name =
        |name: &str| events.iter().find(|line| line["data"]["name"] == name).unwrap_or_else(|| panic!("no {name} in {events:#?}"));
    let filled = &of_name("form_filled")["data"]["properties"];
    assert_eq!((&filled["form"], &filled["seats"], &filled["email"]), (&json!(form), &json!(4), &json!("sam@example.com")));
    assert_eq!(of_name("lead_qualified")["data"]["properties"]["topic"], "demo");
}

#[tokio::test]
async fn the_endpoint_answers_as_meta_says_and_nobody_else() {
    let mut bench = Bench::new().await;
    let endpoint = format!("{PUBLIC_URL}/webhooks/whatsapp/{WHATSAPP}/form");
    let (_, message) = opened(&mut bench).await;
    assert_eq!(bench.stage.simulator.ping_form(NUMBER, &endpoint).await, FormEnd::Sent(String::new()), "the health check");

    let path = format!("/webhooks/whatsapp/{WHATSAPP}/form");
    let body = json!({ "encrypted_flow_data": "", "encrypted_aes_key": "", "initial_vector": "" }).to_string();
    let unsigned = bench.send("POST", &path, &[], body.clone()).await;
    assert_eq!(unsigned.status, 432);
    let signature = hub_signature("sim-app-secret", body.as_bytes());
    let unreadable = bench.send("POST", &path, &[("x-hub-signature-256", &signature)], body).await;
    assert_eq!(unreadable.status, 421, "the phone asks for our key again");

    // Two messages that are not ours to answer: one that is none, and one that is no form.
    let sent = bench.sent("").await;
    let ours = text(&sent.last().expect("the form")["id"]).to_owned();
    assert!(ours.starts_with("msg_"));
    let other = bench.stage.simulator.fill_form(bench.person(PHONE), "wamid.none", &BTreeMap::new()).await;
    assert!(matches!(other, FormEnd::Failed(0, _)));
    // A number that was registered anew has no key at Meta until we give it ours again.
    bench.post(&of("registration"), json!({ "pin": "123456" })).await.expect_status(200);
    let (who, what) = (json!({ "full_name": "Sam", "email": "sam@example.com" }), json!({ "seats": "1", "topic": "price" }));
    assert!(matches!(fill(&bench, &message, who, what).await, FormEnd::Sent(_)));
}

#[tokio::test]
async fn a_form_that_cannot_be_asked_or_that_meta_refuses_is_not_made() {
    let bench = Bench::new().await;
    let mut wrong = draft();
    wrong["pages"][1]["fields"][0]["name"] = json!("email");
    let faults = bench.post(&of("forms"), wrong).await.expect_status(422).json;
    assert_eq!(faults["errors"][0]["pointer"], "/pages/1/fields/0/name");
    let mut endless = draft();
    endless["flow"]["screens"][1]["terminal"] = json!(false);
    let refused = bench.post(&of("forms"), endless).await.expect_status(422).json;
    assert!(text(&refused["errors"][0]["detail"]).contains("MISSING_TERMINAL_SCREEN"), "{refused}");
    assert_eq!(bench.get(&of("forms")).await["items"], json!([]));
}

#[tokio::test]
async fn a_form_that_meta_refused_is_one_draft_until_it_is_mended() {
    let bench = Bench::new().await;
    let mut endless = draft();
    endless["flow"]["screens"][1]["terminal"] = json!(false);
    for _ in 0..2 {
        bench.post(&of("forms"), endless.clone()).await.expect_status(422);
    }
    let form = bench.post(&of("forms"), draft()).await.expect_status(201).json;
    let flows: Vec<simulator::Flow> = bench.stage.simulator.with(|world| world.flows().cloned().collect());
    assert_eq!(flows.len(), 1, "{flows:?}");
    assert!(flows[0].is_published());
    assert_eq!(bench.get(&of("forms")).await["items"], json!([form]));
}

#[tokio::test]
async fn a_form_reaches_meta_as_it_is_written_and_the_same_one_is_not_made_again() {
    let bench = Bench::new().await;
    let written = serde_json::to_string_pretty(&draft()).expect("it is JSON");
    let bearer = format!("Bearer {}", bench.key());
    let headers = [("authorization", bearer.as_str())];
    let form = bench.send("POST", &of("forms"), &headers, written.clone()).await.expect_status(201).json;
    let again = bench.send("POST", &of("forms"), &headers, written.clone()).await.expect_status(201).json;
    assert_eq!(again, form);
    let texts = |bench: &Bench| bench.stage.simulator.with(|world| world.flows().map(|flow| flow.text.clone()).collect::<Vec<_>>());
    let flow = written.split_once("\"flow\": ").and_then(|(_, rest)| rest.strip_suffix("\n}")).expect("its flow");
    assert_eq!(texts(&bench), [flow]);

    let mut changed = draft();
    changed["flow"]["screens"][0]["title"] = json!("Who are you?");
    let other = bench.post(&of("forms"), changed).await.expect_status(201).json;
    assert_ne!(other["id"], form["id"]);
    bench.post(&of("forms"), json!({ "name": "a", "pages": draft()["pages"], "flow": [1] })).await.expect_status(422);
    assert_eq!(texts(&bench).len(), 2, "what is no object does not reach Meta");
}
