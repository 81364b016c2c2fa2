//! What the simulator emits has no member that real traffic has not: key paths against the public fixtures (`fixtures/SOURCES.md`).

use std::collections::BTreeSet;

use model::Millis;
use serde_json::{Value, json};
use simulator::{Line, Persona, form_decode};

use crate::common::{Bench, SENDER, WABA, file, reminder, reminder_to, wamid};

const PHONE: &str = "+12025550123";

macro_rules! fixture {
    ($name:literal) => {
        serde_json::from_str::<Value>(include_str!(concat!("../../../../fixtures/whatsapp/webhooks/", $name, ".json")))
            .expect("a fixture is JSON")
    };
}

fn paths(value: &Value) -> BTreeSet<String> {
    fn walk(value: &Value, at: &str, out: &mut BTreeSet<String>) {
        match value {
            Value::Object(members) => members.iter().for_each(|(name, inner)| {
                let path = format!("{at}/{name}");
                walk(inner, &path, out);
                out.insert(path);
            }),
            Value::Array(list) => list.iter().for_each(|inner| walk(inner, &format!("{at}[]"), out)),
            _ => {}
        }
    }
    let mut out = BTreeSet::new();
    walk(value, "", &mut out);
    out
}

/// Our payload has only members of the fixture, and all that the fixture's payload is about.
fn same_shape(ours: &Value, fixture: &Value, also: &[&str]) {
    let known = paths(fixture);
    let new: Vec<String> = paths(ours).into_iter().filter(|p| !known.contains(p) && !also.iter().any(|a| p.contains(a))).collect();
    assert!(new.is_empty(), "{new:?} in {ours:#}");
    // Only enrolled portfolios have parent ids.
    let mine = paths(ours);
    let expected = known.iter().filter(|p| !p.contains("parent_user_id") && !also.iter().any(|a| p.contains(a)));
    let absent: Vec<&String> = expected.filter(|p| !mine.contains(*p)).collect();
    assert!(absent.is_empty(), "{absent:?} is missing in {ours:#}");
}

/// The last webhook whose first value fits.
fn find(bench: &Bench, hit: impl Fn(&Value) -> bool) -> Value {
    let bodies = bench.posts().into_iter().filter(|p| p.url.ends_with("/wa")).map(|p| p.json());
    bodies.filter(|body| hit(&body["entry"][0]["changes"][0]["value"])).last().expect("such a webhook")
}

#[tokio::test]
async fn messages_and_statuses_look_like_real_traffic() {
    let bench = Bench::new();
    bench.approved_template(reminder()).await;
    let person = bench.person(PHONE, Persona::Manual, true).await;
    let hidden = bench.person("+12025550124", Persona::UsernameOnly, true).await;
    let user = bench.sim.with(|w| w.person(hidden).map(|p| p.user_id.clone())).expect("a person");
    let text = find(&bench, |v| v["messages"][0]["from_user_id"] == user.as_str());
    same_shape(&text, &fixture!("bsuid_in_text_username_only"), &[]);
    bench.send(json!({ "recipient": user, "type": "text", "text": { "body": "x" } })).await;
    let template = wamid(&bench.send(reminder_to(PHONE)).await);
    let rows = json!([{ "rows": [{ "id": "1", "title": "One", "description": "first" }] }]);
    let list = wamid(&bench.send(json!({ "to": PHONE, "type": "interactive", "interactive": { "type": "list", "body": { "text": "?" }, "action": { "button": "Open", "sections": rows } } })).await);
    bench.pass(Millis::from_hours(4)).await;
    let delivered = find(&bench, |v| v["statuses"][0]["recipient_user_id"] == user.as_str() && v["statuses"][0]["status"] == "delivered");
    same_shape(&delivered, &fixture!("bsuid_status_delivered_pmp"), &[]);
    bench.sim.with(|w| {
        w.person_taps(person, &template, "confirm").expect("a tap");
        w.person_picks(person, &list, "1").expect("a pick");
        w.person_reacts(person, &list, "").expect("a reaction");
        w.person_sends_file(person, Line::WhatsApp, None, file("image/jpeg", "x", None)).expect("a file");
        w.person_prefers_marketing(hidden, None, false).expect("a preference");
    });
    bench.pass(Millis::from_secs(5)).await;
    let kind = |name: &'static str| find(&bench, move |v| v["messages"][0]["type"] == name);
    same_shape(&kind("button"), &fixture!("in_button_template_quick_reply"), &["from_user_id"]);
    same_shape(&kind("interactive"), &fixture!("in_interactive_list_reply"), &["from_user_id"]);
    same_shape(&kind("image"), &fixture!("in_image_with_url"), &["from_user_id"]);
    same_shape(&kind("reaction"), &fixture!("in_reaction_removed_no_emoji"), &["from_user_id"]);
    let preference = find(&bench, |v| v["user_preferences"].is_array());
    same_shape(&preference, &fixture!("bsuid_user_preferences_stop"), &["contacts", "/time"]);
    let failing = wamid(&bench.send(json!({ "to": "+12125550101", "type": "text", "text": { "body": "x" } })).await);
    bench.pass(Millis::from_secs(5)).await;
    let failed = find(&bench, |v| v["statuses"][0]["id"] == failing.as_str());
    same_shape(&failed, &fixture!("status_failed_130472"), &["contacts"]);
}

#[tokio::test]
async fn template_events_look_like_real_traffic() {
    let bench = Bench::new();
    let bad = json!({ "name": "glued", "language": "en", "category": "UTILITY", "components": [
        { "type": "BODY", "text": "Your words are {{1}}{{2}} and more of them", "example": { "body_text": [["a", "b"]] } }] });
    bench.cloud(http::Method::POST, &format!("/v26.0/{WABA}/message_templates"), bad).await;
    let id = bench.approved_template(reminder()).await;
    bench.control(http::Method::POST, &format!("/_sim/templates/{id}/decision"), json!({ "decision": "quality", "score": "YELLOW" })).await;
    bench.pass(Millis::from_secs(20)).await;
    same_shape(&find(&bench, |v| v["event"] == "REJECTED"), &fixture!("template_status_rejected"), &[]);
    same_shape(&find(&bench, |v| v["new_quality_score"].is_string()), &fixture!("template_quality_yellow"), &[]);
}

#[tokio::test]
async fn twilio_answers_and_forms_look_like_real_traffic() {
    let bench = Bench::new();
    let person = bench.person(PHONE, Persona::Manual, false).await;
    let samples: Value = serde_json::from_str(include_str!("../../../../fixtures/twilio/message_create_201_responses.json")).expect("JSON");
    let (_, body) =
        bench.sms(&[("To", PHONE), ("From", SENDER), ("Body", "x"), ("StatusCallback", "http://receiver.example.com/status")]).await;
    same_shape(&body, &samples["create"], &["/tags"]);
    bench.pass(Millis::from_mins(30)).await;
    let names = |text: &str| form_decode(text.trim()).into_iter().map(|(n, _)| n).collect::<BTreeSet<_>>();
    let lines = include_str!("../../../../fixtures/twilio/authored_status_callbacks.form.txt");
    let known: BTreeSet<String> = lines.lines().flat_map(names).collect();
    for post in bench.posts() {
        let ours: BTreeSet<String> = post.form().into_iter().map(|(n, _)| n).collect();
        assert!(ours.is_subset(&known), "{ours:?}");
    }
    bench.forget();
    bench.sim.with(|w| w.person_types(person, Line::Sms, Some(SENDER), "hello")).expect("a text");
    bench.pass(Millis::from_secs(5)).await;
    let known = names(include_str!("../../../../fixtures/twilio/inbound_sms.form.txt"));
    let ours: BTreeSet<String> = bench.posts()[0].form().into_iter().map(|(n, _)| n).filter(|n| n != "MessagingServiceSid").collect();
    assert_eq!(ours, known);
}
