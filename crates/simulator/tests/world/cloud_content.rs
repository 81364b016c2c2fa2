//! Every message type: what is taken and what is refused, with Meta's bodies.

use model::Millis;
use serde_json::{Value, json};
use simulator::{Line, Persona};

use crate::common::{Bench, code, file, wamid};

const PHONE: &str = "+12025550123";

async fn open() -> Bench {
    let bench = Bench::new();
    bench.person(PHONE, Persona::Manual, true).await;
    bench
}

async fn try_send(bench: &Bench, kind: &str, part: Value) -> (u16, Value) {
    // Six seconds between sends keep the pair limit out of the picture.
    bench.pass(Millis::from_secs(6)).await;
    bench.send(json!({ "to": PHONE, "type": kind, kind: part })).await
}

fn interactive(kind: &str, action: Value) -> Value {
    json!({ "type": kind, "body": { "text": "Pick one" }, "action": action })
}

fn button(id: &str, title: &str) -> Value {
    json!({ "type": "reply", "reply": { "id": id, "title": title } })
}

#[tokio::test]
async fn every_documented_type_is_taken() {
    let bench = open().await;
    let card = |index: u32| {
        json!({ "card_index": index, "type": "cta_url", "header": { "type": "image", "image": { "link": "https://example.com/a.png" } },
        "body": { "text": "One" }, "action": { "name": "cta_url", "parameters": { "display_text": "Shop", "url": "https://example.com" } } })
    };
    let good = [
        ("text", json!({ "body": "hi", "preview_url": true })),
        ("image", json!({ "link": "https://example.com/a.png", "caption": "x" })),
        ("document", json!({ "link": "https://example.com/a.pdf", "filename": "a.pdf" })),
        ("location", json!({ "latitude": "37.44216251868683", "longitude": -122.16, "name": "Clinic" })),
        ("contacts", json!([{ "name": { "formatted_name": "A B", "first_name": "A" }, "phones": [{ "phone": "+12025550111" }] }])),
        ("interactive", interactive("button", json!({ "buttons": [button("a", "A"), button("b", "B")] }))),
        ("interactive", interactive("list", json!({ "button": "Open", "sections": [{ "rows": [{ "id": "1", "title": "One" }] }] }))),
        (
            "interactive",
            interactive("cta_url", json!({ "name": "cta_url", "parameters": { "display_text": "See", "url": "https://example.com" } })),
        ),
        ("interactive", interactive("location_request_message", json!({ "name": "send_location" }))),
        ("interactive", interactive("request_contact_info", json!({ "name": "request_contact_info" }))),
        (
            "interactive",
            interactive(
                "flow",
                json!({ "name": "flow", "parameters": { "flow_message_version": "3", "flow_id": "1", "flow_cta": "Go", "flow_token": "t" } }),
            ),
        ),
        ("interactive", interactive("catalog_message", json!({ "name": "catalog_message" }))),
        ("interactive", interactive("product", json!({ "catalog_id": "1", "product_retailer_id": "SKU" }))),
        ("interactive", interactive("call_permission_request", json!({ "name": "call_permission_request" }))),
        ("interactive", interactive("voice_call", json!({ "name": "voice_call", "parameters": { "display_text": "Call" } }))),
        ("interactive", interactive("carousel", json!({ "cards": [card(0), card(1)] }))),
    ];
    for (kind, part) in good {
        let answer = try_send(&bench, kind, part.clone()).await;
        assert_eq!(answer.0, 200, "{kind} {part}: {}", answer.1);
    }
    // The type may be left out for text.
    bench.pass(Millis::from_secs(6)).await;
    wamid(&bench.send(json!({ "to": PHONE, "text": { "body": "hi" } })).await);
}

#[tokio::test]
async fn each_limit_is_refused_with_its_code_and_text() {
    let bench = open().await;
    let rows = |n: usize| (0..n).map(|i| json!({ "id": i.to_string(), "title": format!("Row {i}") })).collect::<Vec<_>>();
    let list = |sections: Value| interactive("list", json!({ "button": "Open", "sections": sections }));
    let with = |mut part: Value, member: &str, value: Value| {
        part[member] = value;
        part
    };
    let buttons = |list: Value| interactive("button", json!({ "buttons": list }));
    let ok = || buttons(json!([button("a", "A")]));
    let cases: Vec<(&str, Value, u64, &str)> = vec![
        ("text", json!({}), 100, "text['body'] is required"),
        ("text", json!({ "body": "x".repeat(4_097) }), 100, "must be at most 4096 characters long"),
        ("video", json!({ "id": "1", "link": "https://example.com" }), 100, "exactly one"),
        ("image", json!({ "link": "ftp://x" }), 100, "valid URL"),
        ("image", json!({ "id": "123" }), 100, "not a valid whatsapp business account media attachment ID"),
        ("image", json!({ "link": "https://example.com", "caption": "x".repeat(1_025) }), 131009, "Caption length invalid"),
        ("audio", json!({ "link": "https://example.com", "caption": "x" }), 100, "Unexpected key"),
        ("location", json!({ "latitude": 91, "longitude": 0 }), 131009, "out of range"),
        ("reaction", json!({ "message_id": "wamid.x" }), 100, "emoji"),
        ("contacts", json!([{ "name": { "formatted_name": "A" } }]), 131008, "At least one of first_name"),
        ("interactive", buttons(json!([])), 131009, "Min allowed buttons: 1, Max allowed buttons: 3"),
        (
            "interactive",
            buttons(json!([button("a", "A"), button("b", "B"), button("c", "C"), button("d", "D")])),
            131009,
            "Max allowed buttons: 3",
        ),
        (
            "interactive",
            buttons(json!([button("a", &"x".repeat(21))])),
            131009,
            "Button title length invalid. Min length: 1, Max length: 20",
        ),
        ("interactive", buttons(json!([button("a", "A"), button("a", "B")])), 131009, "Duplicated button id"),
        ("interactive", buttons(json!([button("a", "A"), button("b", "A")])), 131009, "Duplicated button title"),
        ("interactive", with(ok(), "body", json!({ "text": "x".repeat(1_025) })), 131009, "Body text length invalid"),
        ("interactive", with(ok(), "body", Value::Null), 131008, "Required parameter is missing: body"),
        ("interactive", with(ok(), "footer", json!({ "text": "x".repeat(61) })), 131009, "Footer text length invalid"),
        ("interactive", with(ok(), "header", json!({ "type": "location" })), 131009, "Header type location"),
        ("interactive", list(json!([{ "rows": rows(11) }])), 131009, "Max allowed rows: 10"),
        (
            "interactive",
            list(json!([{ "title": "a", "rows": rows(6) }, { "title": "b", "rows": rows(5) }])),
            131009,
            "Total row count exceed max allowed count: 10",
        ),
        ("interactive", list(json!([{ "rows": rows(1) }, { "rows": rows(1) }])), 131008, "Section title is required"),
        ("interactive", list(json!([{ "rows": [{ "id": "1", "title": "x".repeat(25) }] }])), 131009, "Row title length invalid"),
        (
            "interactive",
            with(list(json!([{ "rows": rows(1) }])), "header", json!({ "type": "image", "image": { "link": "https://example.com" } })),
            131009,
            "Header type image",
        ),
        (
            "interactive",
            interactive("cta_url", json!({ "name": "cta_url", "parameters": { "display_text": "x".repeat(21), "url": "https://e.com" } })),
            131009,
            "display_text",
        ),
        ("interactive", interactive("carousel", json!({ "cards": [] })), 131009, "Min allowed cards: 2"),
        ("interactive", interactive("polka", json!({})), 131009, "not supported"),
        ("hologram", json!({}), 100, "Param type must be one of"),
    ];
    for (kind, part, expected, text) in cases {
        let answer = try_send(&bench, kind, part.clone()).await;
        let body = answer.1.to_string();
        assert_eq!((answer.0, code(&answer)), (400, expected), "{kind} {part}: {body}");
        assert!(body.contains(text), "{body} should say {text}");
        assert!(answer.1["error"]["fbtrace_id"].is_string());
    }
}

#[tokio::test]
async fn the_frame_is_checked() {
    let bench = open().await;
    let with = |member: &str, value: Value| {
        let mut body = json!({ "to": PHONE, "type": "text", "text": { "body": "x" } });
        body[member] = value;
        body
    };
    assert_eq!(code(&bench.send(with("biz_opaque_callback_data", "x".repeat(513).into())).await), 100);
    assert_eq!(code(&bench.send(with("recipient_type", "everybody".into())).await), 100);
    assert_eq!(code(&bench.send(with("context", json!({}))).await), 100);
    assert_eq!(code(&bench.send(with("to", "+15550783881".into())).await), 131021);
    assert_eq!(code(&bench.send(with("to", "call me".into())).await), 131009);
    let answer = bench.cloud(http::Method::POST, "/v26.0/106540352242922/messages", json!({ "to": PHONE })).await;
    assert_eq!(answer.1["error"]["message"], "(#100) The parameter messaging_product is required.");
}

#[tokio::test]
async fn a_tap_on_a_reply_button_comes_back_with_its_id_and_the_message() {
    let bench = open().await;
    let person = bench.sim.with(|w| w.people().by_phone(PHONE)).expect("a person");
    let id = wamid(
        &try_send(&bench, "interactive", interactive("button", json!({ "buttons": [button("yes-1", "Yes"), button("no-1", "No")] }))).await,
    );
    bench.pass(Millis::from_hours(4)).await;
    bench.sim.with(|w| w.person_taps(person, &id, "no-1")).expect("a tap");
    bench.pass(Millis::from_secs(5)).await;
    let message = bench.inbound().pop().expect("a message");
    assert_eq!(message["interactive"], json!({ "type": "button_reply", "button_reply": { "id": "no-1", "title": "No" } }));
    assert_eq!(message["context"], json!({ "from": "15550783881", "id": id }));
    assert_eq!(bench.statuses(&id), ["sent", "delivered", "read"]);
}

#[tokio::test]
async fn a_row_of_a_list_and_other_inbound_kinds_have_the_documented_shapes() {
    let bench = open().await;
    let person = bench.sim.with(|w| w.people().by_phone(PHONE)).expect("a person");
    let sections = json!([{ "title": "Days", "rows": [{ "id": "mon", "title": "Monday", "description": "morning" }] }]);
    let id = wamid(&try_send(&bench, "interactive", interactive("list", json!({ "button": "Open", "sections": sections }))).await);
    bench.pass(Millis::from_hours(4)).await;
    bench.sim.with(|w| {
        w.person_picks(person, &id, "mon").expect("a pick");
        w.person_reacts(person, &id, "👍").expect("a reaction");
        w.person_sends_file(person, Line::WhatsApp, None, file("image/jpeg", "jpeg", Some("look"))).expect("a file");
        w.person_prefers_marketing(person, None, false).expect("a preference");
        w.person_calls(person, None).expect("a call");
        w.person_changes_number(person, "+12125550177").expect("a number");
    });
    bench.pass(Millis::from_secs(5)).await;
    let mut messages = bench.inbound();
    messages.retain(|m| m["type"] != "text");
    let of = |kind: &str| messages.iter().find(|m| m["type"] == kind).cloned().unwrap_or_default();
    assert_eq!(of("interactive")["interactive"]["list_reply"], json!({ "id": "mon", "title": "Monday", "description": "morning" }));
    assert_eq!(of("reaction")["reaction"], json!({ "message_id": id, "emoji": "👍" }));
    let image = of("image")["image"].clone();
    assert_eq!((image["mime_type"].as_str(), image["caption"].as_str()), (Some("image/jpeg"), Some("look")));
    assert!(image["url"].as_str().is_some_and(|url| url.contains("/whatsapp_business/attachments/?mid=")));
    let systems: Vec<&Value> = messages.iter().filter(|m| m["type"] == "system").collect();
    assert_eq!(
        systems.iter().map(|m| m["system"]["type"].as_str()).collect::<Vec<_>>(),
        [Some("user_changed_number"), Some("user_changed_user_id")]
    );
    let preference = &bench.values("user_preferences")[0]["user_preferences"][0];
    assert_eq!((preference["value"].as_str(), preference["category"].as_str()), (Some("stop"), Some("marketing_messages")));
    assert!(preference["timestamp"].is_i64());
    assert_eq!(bench.values("calls").iter().map(|v| v["calls"][0]["event"].clone()).collect::<Vec<_>>(), ["connect", "terminate"]);
}
