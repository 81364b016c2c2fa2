//! Submitting and listing templates.

use std::collections::BTreeMap;

use model::send_error::Remedy;
use model::template::{ApprovalState, Template, TemplateButton, TemplateText, Variable, VariableKind};
use model::{Purpose, TemplateId, Timestamp};
use serde_json::{Value, json};

use super::fake::{Graph, account};
use crate::Whatsapp;

fn template(purpose: Purpose, body: &str) -> Template {
    let variable = |name: &str, sample: &str| Variable {
        name: name.into(),
        kind: VariableKind::Text,
        sample: sample.into(),
        fallback: None,
        max_length: None,
    };
    let text = TemplateText {
        header: Some("Your visit".into()),
        body: body.into(),
        footer: Some("Reply STOP to end".into()),
        buttons: vec![
            TemplateButton::QuickReply { id: "ok".into(), title: "Confirm".into() },
            TemplateButton::Url { title: "Details".into(), url: "https://example.com/v?id={{visit}}".into() },
        ],
        ..TemplateText::default()
    };
    Template {
        id: TemplateId::from_u128(1),
        name: "visit".into(),
        purpose,
        variables: vec![variable("first_name", "Ana"), variable("visit", "v1")],
        languages: BTreeMap::from([("pt-BR".to_owned(), text)]),
        default_language: "pt-BR".into(),
        version: "hash".into(),
        updated_at: Timestamp::EPOCH,
    }
}

#[tokio::test]
async fn a_template_is_submitted_with_samples_and_the_verdict_comes_back() {
    let graph = Graph::answering(&[(200, r#"{"id":"546151681022936","status":"PENDING","category":"MARKETING"}"#)]);
    let approval = Whatsapp::new(graph.transport())
        .submit_template(&account(), &template(Purpose::Service, "Hello {{first_name}}, see you"), "pt-BR")
        .await
        .unwrap();
    assert_eq!((approval.state, approval.category.as_deref()), (ApprovalState::Pending, Some("MARKETING")));
    assert_eq!((approval.provider_id.as_deref(), approval.version.as_deref()), (Some("546151681022936"), Some("hash")));
    let seen = graph.seen().remove(0);
    assert_eq!(seen.line, "POST /v26.0/102290129340398/message_templates");
    assert_eq!(
        serde_json::from_str::<Value>(&seen.body).unwrap(),
        json!({"name": "visit", "language": "pt_BR", "category": "UTILITY", "parameter_format": "named", "components": [
            {"type": "HEADER", "format": "TEXT", "text": "Your visit"},
            {"type": "BODY", "text": "Hello {{first_name}}, see you", "example": {"body_text_named_params": [{"param_name": "first_name", "example": "Ana"}]}},
            {"type": "FOOTER", "text": "Reply STOP to end"},
            {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "Confirm"}, {"type": "URL", "text": "Details", "url": "https://example.com/v?id={{1}}", "example": ["v1"]}]}]})
    );
}

#[tokio::test]
async fn a_known_template_is_edited_and_an_authentication_one_has_metas_text() {
    let mut known = template(Purpose::Authentication, "{{code}} is your code");
    known.languages.get_mut("pt-BR").unwrap().approval.provider_id = Some("99".into());
    let now = r#"{"id":"99","name":"visit","language":"pt_BR","status":"APPROVED","category":"AUTHENTICATION"}"#;
    let graph = Graph::answering(&[(200, r#"{"success":true}"#), (200, now)]);
    let approval = Whatsapp::new(graph.transport()).submit_template(&account(), &known, "pt-BR").await.unwrap();
    assert_eq!(
        (approval.state, approval.provider_id.as_deref(), approval.version.as_deref()),
        (ApprovalState::Approved, Some("99"), Some("hash"))
    );
    let seen = graph.seen().remove(0);
    assert_eq!(seen.line, "POST /v26.0/99");
    assert_eq!(
        serde_json::from_str::<Value>(&seen.body).unwrap()["components"],
        json!([{"type": "BODY", "add_security_recommendation": true}, {"type": "BUTTONS", "buttons": [{"type": "OTP", "otp_type": "COPY_CODE", "text": "Confirm"}]}])
    );
}

#[tokio::test]
async fn what_meta_would_refuse_is_not_submitted() {
    let graph = Graph::answering(&[]);
    let adapter = Whatsapp::new(graph.transport());
    let error = adapter.submit_template(&account(), &template(Purpose::Promotional, "{{first_name}} hello"), "pt-BR").await.unwrap_err();
    assert_eq!(error.remedy, Remedy::FixData);
    assert!(error.for_user.contains("start or the end"), "{}", error.for_user);
    let error = adapter.submit_template(&account(), &template(Purpose::Promotional, "hello"), "fr").await.unwrap_err();
    assert!(error.for_user.contains("no text in fr"));
    assert!(graph.seen().is_empty());
}

#[tokio::test]
async fn the_whole_list_is_read_page_by_page() {
    let graph = Graph::answering(&[
        (
            200,
            r#"{"data":[{"id":"1","name":"a","language":"en","status":"APPROVED","category":"UTILITY","quality_score":{"score":"GREEN"},"components":[{"type":"BODY","text":"Hi {{1}}"},{"type":"NEW_THING"},{"type":"BUTTONS","buttons":[{"type":"QUICK_REPLY","text":"Yes"}]}]}],"paging":{"cursors":{"after":"c1"},"next":"https://graph.example.com/x"}}"#,
        ),
        (
            200,
            r#"{"data":[{"id":"2","name":"b","language":"en","status":"MYSTERY","rejected_reason":"NONE"}],"paging":{"cursors":{"after":"c2"}}}"#,
        ),
    ]);
    let found = Whatsapp::new(graph.transport()).list_templates(&account()).await.unwrap();
    assert_eq!(
        found.iter().map(|one| (one.name.as_str(), one.approval.state)).collect::<Vec<_>>(),
        [("a", ApprovalState::Approved), ("b", ApprovalState::Other)]
    );
    assert_eq!(
        (found[0].text.body.as_str(), found[0].text.buttons.len(), found[0].approval.quality.as_deref()),
        ("Hi {{1}}", 1, Some("GREEN"))
    );
    assert_eq!((found[1].approval.raw_state.as_deref(), found[1].approval.reason.as_deref()), (Some("MYSTERY"), None));
    assert!(graph.seen()[1].line.ends_with("&limit=100&after=c1"));
}
