//! Templates as Meta lists them: each part is kept at its place, and what cannot be filled is said.

use std::collections::BTreeMap;

use model::content::{ButtonParam, Content, TemplateCall};
use model::template::{ApprovalState, HeaderPart, Template, TemplateButton};
use model::{MessageId, Purpose, TemplateId, Timestamp};
use serde_json::{Value, json};

use super::fake::{Graph, account};
use crate::outbound::{self, Files, Parcel};
use crate::templates::definition;
use crate::{RemoteTemplate, Whatsapp};

async fn listed(category: &str, format: &str, components: Value) -> RemoteTemplate {
    let one = json!({ "id": "1", "name": "a", "language": "pt_BR", "status": "APPROVED", "category": category, "parameter_format": format,
        "components": components });
    let page = json!({ "data": [one] }).to_string();
    let graph = Graph::answering(&[(200, page.as_str())]);
    Whatsapp::new(graph.transport()).list_templates(&account()).await.unwrap().remove(0)
}

fn ours(remote: &RemoteTemplate) -> Template {
    Template {
        id: TemplateId::from_u128(1),
        name: remote.name.clone(),
        purpose: remote.purpose,
        variables: remote.variables.clone(),
        languages: BTreeMap::from([("pt-BR".to_owned(), remote.text.clone())]),
        default_language: "pt-BR".to_owned(),
        version: "v1".to_owned(),
        updated_at: Timestamp::EPOCH,
    }
}

fn button_indexes(text: &model::template::TemplateText) -> Vec<&str> {
    text.buttons.iter().map(TemplateButton::title).collect()
}

#[tokio::test]
async fn a_button_that_cannot_be_filled_keeps_its_place_and_marks_the_template() {
    let found = listed(
        "MARKETING",
        "positional",
        json!([{ "type": "BODY", "text": "Hello" }, { "type": "BUTTONS", "buttons": [
            { "type": "SPM", "text": "Look" }, { "type": "URL", "text": "Open", "url": "https://example.com/{{1}}", "example": ["https://example.com/x"] },
            { "type": "QUICK_REPLY", "text": "Stop" }] }]),
    )
    .await;
    assert_eq!(button_indexes(&found.text), ["Look", "Open", "Stop"]);
    assert_eq!(found.text.not_sendable.as_deref(), Some("it has a button of kind SPM, which cannot be filled"));
    let TemplateButton::Url { url, .. } = &found.text.buttons[1] else { panic!("{:?}", found.text.buttons) };
    assert_eq!(
        (url.as_str(), found.variables[0].name.as_str(), found.variables[0].sample.as_str()),
        ("https://example.com/{{button_2}}", "button_2", "x")
    );
    // Handed in again, it is what Meta had.
    let definition = definition(&ours(&found), "pt-BR", &found.text).unwrap();
    assert_eq!(
        serde_json::to_value(&definition.components[1]).unwrap()["buttons"],
        json!([{ "type": "SPM", "text": "Look" }, { "type": "URL", "text": "Open", "url": "https://example.com/{{1}}", "example": ["x"] },
            { "type": "QUICK_REPLY", "text": "Stop" }])
    );
}

#[tokio::test]
async fn unknown_parts_are_named() {
    let found = listed(
        "UTILITY",
        "named",
        json!([{ "type": "HEADER", "format": "GIF", "example": { "header_handle": ["4::x"] } }, { "type": "BODY", "text": "Hello" }, { "type": "NEW_THING" }]),
    )
    .await;
    assert_eq!(
        found.text.not_sendable.as_deref(),
        Some("it has a header of kind GIF and a part of kind NEW_THING, which cannot be filled")
    );
}

/// Every part that a message fills, from Meta's list to what we hand Meta again.
#[tokio::test]
async fn a_template_comes_back_as_meta_described_it() {
    let cards: Vec<Value> = ["Aloe", "Fern"]
        .into_iter()
        .map(|name| {
            json!({ "components": [{ "type": "HEADER", "format": "IMAGE", "example": { "header_handle": ["4::card"] } },
            { "type": "BODY", "text": "Rare {{1}} today", "example": { "body_text": [[name]] } },
            { "type": "BUTTONS", "buttons": [{ "type": "QUICK_REPLY", "text": "More" }] }] })
        })
        .collect();
    for components in [
        json!([{ "type": "HEADER", "format": "TEXT", "text": "For {{1}} only", "example": { "header_text": ["Ana"] } },
            { "type": "LIMITED_TIME_OFFER", "limited_time_offer": { "text": "Ends soon", "has_expiration": true } },
            { "type": "BODY", "text": "Use {{1}} until {{2}} ends", "example": { "body_text": [["WELCOME", "May"]] } },
            { "type": "BUTTONS", "buttons": [{ "type": "COPY_CODE", "example": "WELCOME" }, { "type": "URL", "text": "Shop", "url": "https://example.com" },
                { "type": "FLOW", "text": "Book", "flow_id": "77", "flow_action": "navigate", "navigate_screen": "FIRST" },
                { "type": "CATALOG", "text": "All" }, { "type": "VOICE_CALL", "text": "Talk" }] }]),
        json!([{ "type": "HEADER", "format": "DOCUMENT", "example": { "header_handle": ["4::file"] } }, { "type": "BODY", "text": "Your invoice" },
            { "type": "FOOTER", "text": "Thank you" }, { "type": "BUTTONS", "buttons": [{ "type": "MPM", "text": "Items" }] }]),
        json!([{ "type": "HEADER", "format": "LOCATION" }, { "type": "BODY", "text": "We are here" }]),
        json!([{ "type": "BODY", "text": "Look" }, { "type": "CAROUSEL", "cards": cards }]),
    ] {
        let found = listed("MARKETING", "positional", components.clone()).await;
        assert_eq!(
            (found.purpose, found.text.not_sendable.as_deref(), found.approval.state),
            (Purpose::Promotional, None, ApprovalState::Approved)
        );
        let definition = definition(&ours(&found), "pt-BR", &found.text).unwrap();
        assert_eq!(serde_json::to_value(&definition.components).unwrap(), components);
        definition.validate().unwrap();
    }
}

#[tokio::test]
async fn a_one_time_code_comes_back_as_meta_described_it() {
    let components = json!([{ "type": "BODY", "text": "*{{1}}* é seu código de verificação.", "add_security_recommendation": true },
        { "type": "FOOTER", "text": "Este código expira em 5 minutos.", "code_expiration_minutes": 5 },
        { "type": "BUTTONS", "buttons": [{ "type": "OTP", "otp_type": "ONE_TAP", "text": "Copiar", "autofill_text": "Preencher",
            "supported_apps": [{ "package_name": "com.example.app", "signature_hash": "K8a/AINcGX7" }] }] }]);
    let found = listed("AUTHENTICATION", "positional", components).await;
    assert_eq!(found.text.not_sendable, None);
    let definition = definition(&ours(&found), "pt-BR", &found.text).unwrap();
    assert_eq!(
        serde_json::to_value(&definition.components).unwrap(),
        json!([{ "type": "BODY", "add_security_recommendation": true }, { "type": "FOOTER", "code_expiration_minutes": 5 },
            { "type": "BUTTONS", "buttons": [{ "type": "OTP", "otp_type": "ONE_TAP", "text": "Copiar", "autofill_text": "Preencher",
                "supported_apps": [{ "package_name": "com.example.app", "signature_hash": "K8a/AINcGX7" }] }] }])
    );
}

#[tokio::test]
async fn a_place_in_the_header_has_four_values() {
    let found =
        listed("UTILITY", "named", json!([{ "type": "HEADER", "format": "LOCATION" }, { "type": "BODY", "text": "We are here" }])).await;
    assert!(matches!(found.text.header_part, Some(HeaderPart::Location { .. })));
    let names: Vec<&str> = found.variables.iter().map(|variable| variable.name.as_str()).collect();
    assert_eq!(names, ["header_latitude", "header_longitude", "header_name", "header_address"]);
}

/// Numbered values go without names, in their order; a one-time code goes twice.
#[test]
fn a_one_time_code_and_numbered_values_are_written_as_meta_reads_them() {
    let param = |name: &str, text: &str| model::content::Param { name: name.to_owned(), text: text.to_owned() };
    let call = |body: Vec<model::content::Param>, buttons| TemplateCall {
        template: TemplateId::from_u128(1),
        name: "a".to_owned(),
        language: "en".to_owned(),
        version: "v".to_owned(),
        header: vec![],
        body,
        buttons,
        preview: model::content::TemplatePreview::default(),
        parts: None,
    };
    let written = |call: &TemplateCall| {
        let (content, address) = (Content::Template(call.clone()), model::AddressKey::phone("+12025550123"));
        let parcel = Parcel { message: MessageId::from_u128(7), address: &address, content: &content, quotes: None };
        let request = serde_json::to_value(outbound::request(&parcel, &Files::default()).unwrap()).unwrap();
        request["template"]["components"].clone()
    };
    assert_eq!(
        written(&call(vec![param("code", "123456")], vec![ButtonParam::OneTimeCode { index: 0, code: "123456".to_owned() }])),
        json!([{ "type": "body", "parameters": [{ "type": "text", "text": "123456" }] },
            { "type": "button", "sub_type": "url", "index": "0", "parameters": [{ "type": "text", "text": "123456" }] }])
    );
    assert_eq!(
        written(&call(vec![param("1", "a"), param("2", "b")], vec![])),
        json!([{ "type": "body", "parameters": [{ "type": "text", "text": "a" }, { "type": "text", "text": "b" }] }])
    );
}
