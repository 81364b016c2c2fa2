//! Strange, broken and hostile deliveries: what can be read is read, what cannot is kept, nothing panics.

use proptest::prelude::*;
use serde_json::{Value, json};
use whatsapp::webhook::{self, Content, EnvelopeError, InteractiveReply, StatusName, Update, UpdateKind};

fn deliver(field: &str, value: Value) -> Vec<Update> {
    let body = json!({"object": "whatsapp_business_account", "entry": [{"id": "1", "time": 1739321024, "changes": [{"field": field, "value": value}]}]});
    webhook::parse(body.to_string().as_bytes()).unwrap().updates
}

fn messages(items: Value) -> Vec<Update> {
    deliver(
        "messages",
        json!({"messaging_product": "whatsapp", "metadata": {"display_phone_number": "15550100001", "phone_number_id": "77"}, "messages": items}),
    )
}

#[test]
fn one_broken_update_among_a_thousand_loses_nothing_else() {
    let items: Vec<Value> = (0..1000)
        .map(|index| match index {
            500 => json!({"from": 5, "id": ["no"], "timestamp": "soon", "type": "text"}),
            _ => json!({"from": "12025550100", "id": format!("wamid.{index}"), "timestamp": "1739321024", "type": "text", "text": {"body": "hi"}}),
        })
        .collect();
    let updates = messages(Value::Array(items));
    assert_eq!(updates.len(), 1000);
    let broken: Vec<usize> = (0..1000).filter(|index| matches!(updates[*index].kind, UpdateKind::Unparsed { .. })).collect();
    assert_eq!(broken, [500]);
    assert_eq!(updates[500].phone_number_id.as_deref(), Some("77"));
    assert!(updates[500].raw.get().contains("soon"));
}

#[test]
fn broken_entries_and_changes_lose_nothing_else() {
    let good =
        json!({"field": "messages", "value": {"messages": [{"id": "wamid.1", "timestamp": 1, "type": "text", "text": {"body": "x"}}]}});
    let body = json!({"object": "whatsapp_business_account", "entry": [
        17, {"id": "1", "changes": [{"value": {}}, good, {"field": "messages", "value": "text"}, {"field": "messages", "value": {"messages": {"not": "a list"}}}]}, {"id": 2}
    ]});
    let updates = webhook::parse(body.to_string().as_bytes()).unwrap().updates;
    let kinds: Vec<_> = updates
        .iter()
        .map(|update| match &update.kind {
            UpdateKind::Unparsed { .. } => "unparsed",
            UpdateKind::Message(_) => "message",
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(kinds, ["unparsed", "unparsed", "message", "unparsed", "unparsed"]);
}

#[test]
fn truncated_json_is_a_clear_envelope_error() {
    let whole = br#"{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[]}]}"#;
    assert!(webhook::parse(whole).is_ok());
    for length in 0..whole.len() {
        let error = webhook::parse(&whole[..length]).unwrap_err();
        assert!(matches!(error, EnvelopeError::Json { .. }), "{length}: {error}");
        assert!(error.to_string().contains("not complete JSON"), "{error}");
    }
    assert!(matches!(webhook::parse(br#"{"object":"page","entry":[]}"#), Err(EnvelopeError::Object { object }) if object == "page"));
    assert!(matches!(webhook::parse(br#"{"object":"whatsapp_business_account"}"#), Err(EnvelopeError::NoEntries)));
    assert!(webhook::parse(b"[]").is_err() && webhook::parse(b"").is_err());
}

#[test]
fn unknown_fields_types_and_values_are_kept() {
    let updates = deliver("consumer_profile", json!({"anything": 1}));
    assert!(matches!(updates[0].kind, UpdateKind::Unknown) && updates[0].raw.get().contains("anything"));

    let updates =
        messages(json!([{"id": "wamid.1", "timestamp": "1", "type": "hologram", "hologram": {"depth": 3}, "from_logical_id": "9"}]));
    let UpdateKind::Message(message) = &updates[0].kind else { panic!() };
    assert_eq!(message.content, Content::Unknown { raw: Some(json!({"depth": 3})) });
    assert_eq!(message.extra["from_logical_id"], "9");

    let updates = messages(
        json!([{"id": "wamid.1", "timestamp": "1", "type": "interactive", "interactive": {"type": "poll_reply", "poll_reply": {"id": "a"}}}]),
    );
    let UpdateKind::Message(message) = &updates[0].kind else { panic!() };
    assert!(matches!(&message.content, Content::Interactive(InteractiveReply::Unknown { type_name, .. }) if type_name == "poll_reply"));

    let updates =
        deliver("messages", json!({"statuses": [{"id": "wamid.1", "status": "seen", "timestamp": "5", "internal_1p_only_data": {}}]}));
    let UpdateKind::Status(status) = &updates[0].kind else { panic!() };
    assert_eq!(status.status, StatusName::Unknown("seen".into()));
    assert!(status.extra.contains_key("internal_1p_only_data"));
}

#[test]
fn a_message_with_unreadable_content_still_counts() {
    let updates = messages(json!([{"from": "12025550100", "id": "wamid.1", "timestamp": "1", "type": "text", "text": "no object"}]));
    let UpdateKind::Message(message) = &updates[0].kind else { panic!() };
    assert!(matches!(&message.content, Content::Broken { raw, .. } if raw == "no object"));
}

#[test]
fn half_an_emoji_does_not_lose_the_message() {
    let body = br#"{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"messages","value":{"messages":[{"from":"12025550100","id":"wamid.1","timestamp":"1","type":"text","text":{"body":"cut \ud83d"}}]}}]}]}"#;
    let updates = webhook::parse(body).unwrap().updates;
    let UpdateKind::Message(message) = &updates[0].kind else { panic!("{:?}", updates[0].kind) };
    let Content::Text(text) = &message.content else { panic!() };
    assert_eq!(text.body, "cut \u{fffd}");
}

#[test]
fn old_and_alternative_spellings_are_read() {
    let updates = messages(json!([
        {"id": "wamid.1", "timestamp": "1", "type": "voice", "voice": {"id": 12, "mime_type": "audio/ogg"}},
        {"id": "wamid.2", "timestamp": 2, "from": "12025550100", "type": "system", "system": {"body": "b", "new_wa_id": "12025550101", "type": "user_changed_number"}},
        {"id": "wamid.3", "timestamp": "3", "type": "unsupported", "errors": [{"code": "131051", "details": "old place"}]},
        {"id": "wamid.4", "timestamp": "4", "type": "location", "location": {"latitude": "1.5", "longitude": -2}},
        {"id": "wamid.5", "timestamp": "5", "type": "request_welcome"}
    ]));
    let contents: Vec<_> = updates
        .iter()
        .map(|update| match &update.kind {
            UpdateKind::Message(message) => message,
            other => panic!("{other:?}"),
        })
        .collect();
    assert!(matches!(&contents[0].content, Content::Media { media, .. } if media.id == "12" && media.voice == Some(true)));
    assert!(matches!(&contents[1].content, Content::System { system, .. } if system.wa_id.as_deref() == Some("12025550101")));
    assert_eq!((contents[2].errors[0].code, contents[2].errors[0].explanation()), (131051, "old place"));
    assert!(matches!(&contents[3].content, Content::Location(location) if location.latitude == Some(1.5)));
    assert!(contents[4].opens_service_window());

    let updates = deliver(
        "messages",
        json!({"statuses": [{"id": "w", "status": "read", "timestamp": 5, "recipient_type": "group", "recipient_id": "g",
        "participant_recipient_id": "12025550100", "conversation": {"id": "c", "pricing": {"type": "regular", "category": "group_service"}}}]}),
    );
    let UpdateKind::Status(status) = &updates[0].kind else { panic!() };
    assert_eq!(status.recipient_key(), Some("12025550100"));
    assert_eq!(status.pricing().unwrap().is_charged(), Some(true));
}

#[test]
fn a_quality_update_under_the_status_field_is_recognised() {
    let value = json!({"previous_quality_score": "GREEN", "new_quality_score": "RED", "message_template_id": 1, "message_template_name": "t", "message_template_language": "en"});
    assert!(matches!(deliver("message_template_status_update", value)[0].kind, UpdateKind::TemplateQuality(_)));
    let value = json!({"event": "paused", "message_template_id": "1", "message_template_name": "t", "message_template_language": "en", "reason": null});
    let UpdateKind::TemplateStatus(update) = &deliver("message_template_status_update", value)[0].kind else { panic!() };
    assert_eq!(update.event, webhook::TemplateEvent::Paused);
}

#[test]
fn history_media_and_standby_are_never_new_messages() {
    let message = json!({"id": "wamid.1", "timestamp": "1", "type": "image", "image": {"id": "5"}});
    assert!(matches!(deliver("history", json!({"messages": [message]}))[0].kind, UpdateKind::HistoryMedia(_)));
    assert!(matches!(deliver("standby", json!({"messages": [message]}))[0].kind, UpdateKind::Standby));
    let declined = deliver("history", json!({"history": [{"errors": [{"code": 2593109, "title": "declined"}]}]}));
    assert!(matches!(&declined[0].kind, UpdateKind::History(history) if history.errors[0].code == 2_593_109));
}

#[test]
fn every_documented_field_has_a_kind() {
    let template = json!({"message_template_id": 1, "message_template_name": "t", "message_template_language": "en"});
    let with = |extra: Value| {
        let mut value = template.clone();
        value.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        value
    };
    let cases = [
        (
            "message_template_components_update",
            with(json!({"message_template_element": "body", "message_template_buttons": [{"message_template_button_type": "URL"}]})),
        ),
        (
            "template_category_update",
            with(json!({"new_category": "UTILITY", "correct_category": "MARKETING", "category_update_timestamp": 5})),
        ),
        ("template_correct_category_detection", with(json!({"category": "UTILITY", "correct_category": "MARKETING"}))),
        (
            "phone_number_name_update",
            json!({"display_phone_number": "1", "decision": "APPROVED", "requested_verified_name": "n", "rejection_reason": null}),
        ),
        ("business_capability_update", json!({"max_daily_conversations_per_business": 2000, "max_phone_numbers_per_waba": "TIER_250"})),
        ("account_alerts", json!({"entity_type": "BUSINESS", "entity_id": 5, "alert_info": {"alert_severity": "CRITICAL"}})),
        ("account_review_update", json!({"decision": "APPROVED"})),
        (
            "account_settings_update",
            json!({"messaging_product": "whatsapp", "timestamp": "5", "type": "PHONE_NUMBER_SETTINGS", "phone_number_settings": {}}),
        ),
        (
            "account_update",
            json!({"event": "ACCOUNT_RESTRICTION", "restriction_info": [{"restriction_type": "RESTRICTED_NEW_THING", "expiration": 5}]}),
        ),
        ("security", json!({"display_phone_number": "1", "event": "PIN_CHANGED", "requester": "5"})),
        (
            "flows",
            json!({"event": "ENDPOINT_ERROR_RATE", "error_rate": "0.5", "threshold": 10, "errors": [{"error_type": "x", "error_rate": 1, "error_count": 2}]}),
        ),
        ("calls", json!({"statuses": [{"id": "wacid.1", "type": "call", "status": "RINGING", "timestamp": "5"}]})),
        ("automatic_events", json!({"automatic_events": [{"id": "1", "event_name": "Purchase", "timestamp": 5}]})),
        (
            "group_participants_update",
            json!({"groups": [{"type": "group_participants_add", "group_id": "g", "added_participants": [{"wa_id": 5}]}]}),
        ),
        ("group_status_update", json!({"groups": [{"type": "group_suspend", "group_id": "g"}]})),
        ("business_username_updates", json!({"display_phone_number": "1", "username": "u", "status": "approved"})),
        ("partner_solutions", json!({"event": "x", "solution_id": 5})),
        ("payment_configuration_update", json!({"configuration_name": "x"})),
        ("messaging_handovers", json!({"sender": {}})),
        (
            "messages",
            json!({"user_actions": [{"action_type": "marketing_messages_link_click", "timestamp": "5", "marketing_messages_link_click_data": {"click_id": "c"}}]}),
        ),
    ];
    for (field, value) in cases {
        let updates = deliver(field, value);
        assert_eq!(updates.len(), 1, "{field}");
        assert!(!matches!(updates[0].kind, UpdateKind::Unknown | UpdateKind::Unparsed { .. }), "{field}: {:?}", updates[0].kind);
    }
}

#[test]
fn the_same_event_at_another_time_has_another_key() {
    let value = json!({"event": "APPROVED", "message_template_id": 1, "message_template_name": "t", "message_template_language": "en"});
    let at = |time: i64| {
        let body = json!({"object": "whatsapp_business_account", "entry": [{"id": "1", "time": time, "changes": [{"field": "message_template_status_update", "value": value}]}]});
        webhook::parse(body.to_string().as_bytes()).unwrap().updates[0].dedupe_key()
    };
    assert_eq!(at(1), at(1));
    assert_ne!(at(1), at(2));
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
    ];
    let names = prop::sample::select(vec![
        "id",
        "type",
        "timestamp",
        "text",
        "body",
        "messages",
        "statuses",
        "status",
        "errors",
        "code",
        "contacts",
        "wa_id",
        "interactive",
        "system",
        "edit",
        "message",
        "history",
        "threads",
        "groups",
        "calls",
        "metadata",
        "context",
        "image",
        "event",
        "x",
    ]);
    leaf.prop_recursive(6, 80, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((names.clone(), inner), 0..6)
                .prop_map(|members| Value::from_iter(members.into_iter().map(|(name, member)| (name.to_owned(), member)))),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn random_json_never_panics_and_is_never_lost(value in any_json(), field in prop::sample::select(vec![
        "messages", "user_preferences", "calls", "history", "group_settings_update", "smb_message_echoes", "account_update", "flows", "x",
    ])) {
        let updates = deliver(field, value);
        prop_assert!(!updates.is_empty());
        for update in &updates {
            prop_assert!(!update.dedupe_key().is_empty());
            update.happened_at();
        }
    }

    #[test]
    fn random_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(webhook::parse(&bytes).is_err());
        whatsapp::repair_surrogates(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn random_request_json_never_panics(value in any_json()) {
        if let Ok(message) = serde_json::from_value::<whatsapp::message::OutboundMessage>(value) {
            let _verdict = message.validate();
        }
    }
}
