//! What an agent may answer with outside the window: templates with all their parts, each asked for by its own purpose.

use model::Millis;
use serde_json::{Value, json};
use simulator::Line;

use crate::common::{Bench, text};

const PHONE: &str = "+442079460211";

/// As a marketer makes them at the provider: their samples are no links and no moments.
fn made_there() -> [Value; 3] {
    [
        json!({ "name": "autumn_offer", "language": "en", "category": "MARKETING", "components": [
            { "type": "HEADER", "format": "IMAGE", "example": { "header_handle": ["4::x"] } },
            { "type": "LIMITED_TIME_OFFER", "limited_time_offer": { "text": "Ends soon", "has_expiration": true } },
            { "type": "BODY", "text": "Good news for {{1}} today", "example": { "body_text": [["Sam"]] } },
            { "type": "BUTTONS", "buttons": [{ "type": "COPY_CODE", "example": "SPRING" },
                { "type": "URL", "text": "Shop", "url": "https://example.com/{{1}}", "example": ["https://example.com/x"] }] }] }),
        json!({ "name": "find_us", "language": "en", "category": "UTILITY", "components": [
            { "type": "HEADER", "format": "LOCATION" }, { "type": "BODY", "text": "This is where we are" }] }),
        json!({ "name": "login_code", "language": "en", "category": "AUTHENTICATION", "components": [
            { "type": "BODY", "add_security_recommendation": true },
            { "type": "BUTTONS", "buttons": [{ "type": "OTP", "otp_type": "COPY_CODE", "text": "Copy code" }] }] }),
    ]
}

async fn offered(bench: &Bench, path: &str) -> (Value, Vec<Value>) {
    let composer = bench.get(&format!("{path}/composer")).await;
    let whatsapp = composer["channels"].as_array().into_iter().flatten().find(|one| one["channel"] == "whatsapp").cloned();
    let templates = whatsapp.and_then(|one| one["templates"].as_array().cloned()).unwrap_or_default();
    (composer["seen"].clone(), templates)
}

fn names(templates: &[Value]) -> Vec<&str> {
    templates.iter().map(|template| text(&template["name"])).collect()
}

/// A99: with the window closed, each approved template that may go to this person is offered with its parts, those that promote only to who
/// agreed to that; and what the agent fills reaches the phone whole.
#[tokio::test]
async fn a99_a_template_is_offered_with_its_parts_and_by_its_own_purpose() {
    let mut bench = Bench::new().await;
    for body in made_there() {
        bench.stage.simulator.with(|world| world.create_template_by_hand(&body)).expect("a template that Meta takes");
    }
    bench.advance(Millis::from_secs(10)).await;
    bench.post("/v1/template_syncs", Value::Null).await.expect_status(200);
    bench.types(PHONE, Line::WhatsApp, "Where are you?");
    bench.settle().await;
    let contact = text(&bench.list("/v1/contacts").await[0]["id"]).to_owned();
    let path = format!("/v1/conversations/{}", text(&bench.conversation(&contact).await["id"]));
    bench.advance(Millis::from_hours(25)).await;

    let (seen, templates) = offered(&bench, &path).await;
    assert_eq!(names(&templates), ["find_us", "login_code"], "who agreed to no offers is offered none");
    let promoting = bench.list("/v1/templates").await.into_iter().find(|one| one["name"] == "autumn_offer").expect("it was taken in");
    let values = json!({ "header_image": "https://example.com/a.png", "offer_ends_at": "2026-12-01T18:00:00Z", "1": "Sam",
        "coupon_code": "WELCOME20", "button_2": "spring" });
    let offer = json!({ "channel": "whatsapp", "template": { "id": promoting["id"], "variables": values }, "seen": seen });
    let refused = bench.console("POST", &format!("{path}/replies"), offer.clone()).await.expect_status(409);
    assert_eq!(refused.json["cause"], "no_consent", "{}", refused.body);

    let place = &templates[0];
    assert_eq!(place["text"]["header_part"]["latitude"], "{{header_latitude}}");
    let values =
        json!({ "header_latitude": "51.5", "header_longitude": "-0.12", "header_name": "Example Clinic", "header_address": "1 Quay" });
    let reply = json!({ "channel": "whatsapp", "template": { "id": place["id"], "variables": values }, "seen": seen });
    bench.console("POST", &format!("{path}/replies"), reply).await.expect_status(201);
    bench.settle().await;
    assert_eq!(bench.phone(PHONE).last().map(|entry| entry.shown.text.clone()).as_deref(), Some("This is where we are"));

    bench.opt_in(&contact, PHONE, "whatsapp").await;
    let (seen, templates) = offered(&bench, &path).await;
    assert_eq!(names(&templates), ["find_us", "login_code", "autumn_offer"], "what promotes stands last");
    let offer = json!({ "seen": seen, "channel": offer["channel"], "template": offer["template"] });
    bench.console("POST", &format!("{path}/replies"), offer).await.expect_status(201);
    bench.settle().await;
    let shown = bench.phone(PHONE).last().expect("the offer").shown.clone();
    assert_eq!(shown.media.and_then(|media| media.link).as_deref(), Some("https://example.com/a.png"));
    assert_eq!(shown.taps.iter().map(|tap| tap.id.as_str()).collect::<Vec<_>>(), ["WELCOME20", "https://example.com/spring"]);
    let decisions = bench.list(&format!("/v1/contacts/{contact}/decisions")).await;
    assert!(decisions.iter().any(|one| one["wanted"]["purpose"] == "promotional"), "the gate judged it as what it is: {decisions:#?}");
}
