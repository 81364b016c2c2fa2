//! Every public webhook payload under `fixtures/whatsapp/webhooks` is read and classified exactly.

use std::collections::BTreeMap;
use std::path::PathBuf;
use whatsapp::webhook::{self, Content, InteractiveReply, MediaKind, Update, UpdateKind};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/whatsapp/webhooks")
}

fn updates(name: &str) -> Vec<Update> {
    let bytes = std::fs::read(folder().join(name)).unwrap();
    webhook::parse(&bytes).unwrap().updates
}

fn one(name: &str) -> Update {
    let mut all = updates(name);
    assert_eq!(all.len(), 1, "{name}");
    all.remove(0)
}

/// Kind, with the message type or status where there is one.
fn label(update: &Update) -> String {
    match &update.kind {
        UpdateKind::Message(message) => match &message.content {
            Content::Text(_) => "message/text".into(),
            Content::Media { kind, .. } => format!("message/{}", kind.as_str()),
            Content::Location(_) => "message/location".into(),
            Content::Contacts(_) => "message/contacts".into(),
            Content::Reaction(_) => "message/reaction".into(),
            Content::Button(_) => "message/button".into(),
            Content::Interactive(InteractiveReply::Button(_)) => "message/button_reply".into(),
            Content::Interactive(InteractiveReply::List(_)) => "message/list_reply".into(),
            Content::Interactive(InteractiveReply::Form(_)) => "message/form_reply".into(),
            Content::Interactive(InteractiveReply::CallPermission(_)) => "message/call_permission_reply".into(),
            Content::Order(_) => "message/order".into(),
            Content::System { system, .. } => format!("message/system/{}", system.kind),
            Content::Unsupported(_) => "message/unsupported".into(),
            Content::Revoke(_) => "message/revoke".into(),
            Content::Edit(edit) => format!("message/edit/{}", edit.type_name),
            Content::Empty => "message/empty".into(),
            other => panic!("{other:?}"),
        },
        UpdateKind::Status(status) => format!("status/{}", status.status),
        UpdateKind::ValueError(error) => format!("value_error/{}", error.code),
        UpdateKind::UserPreference(preference) => format!("preference/{}", preference.value),
        UpdateKind::TemplateStatus(update) => format!("template_status/{}", update.event),
        UpdateKind::TemplateQuality(update) => format!("template_quality/{}", update.new_quality_score),
        UpdateKind::TemplateCategory(update) => format!("template_category/{}", update.final_category().unwrap()),
        UpdateKind::PhoneNumberQuality(update) => format!("phone_quality/{}", update.event),
        UpdateKind::AccountUpdate(update) => format!("account/{}", update.event),
        UpdateKind::Flow(flow) => format!("flow/{}", flow.event),
        UpdateKind::Call(call) => format!("call/{}", call.event),
        UpdateKind::Group(group) => format!("group/{}", group.kind),
        UpdateKind::Echo(echo) => format!("echo/{}", echo.message.type_name),
        UpdateKind::ContactSync(sync) => format!("contact_sync/{}", sync.action),
        UpdateKind::History(history) => format!("history/{} threads", history.threads.len()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_fixture_is_classified_exactly() {
    let expected: BTreeMap<&str, &[&str]> = BTreeMap::from([
        ("account_update_volume_tier", &["account/VOLUME_BASED_PRICING_TIER_UPDATE"][..]),
        ("bsuid_in_system_user_changed_user_id", &["message/system/user_changed_user_id"]),
        ("bsuid_in_text_username_only", &["message/text"]),
        ("bsuid_status_delivered_pmp", &["status/delivered"]),
        ("bsuid_user_preferences_stop", &["preference/stop"]),
        ("calls_connect_user_initiated", &["call/connect"]),
        ("calls_terminate", &["call/terminate", "value_error/12455"]),
        ("echo_smb_text", &["echo/text"]),
        ("errors_value_level_130429", &["value_error/130429"]),
        ("flows_status_change", &["flow/FLOW_STATUS_CHANGE"]),
        ("group_lifecycle_create", &["group/group_create"]),
        ("group_settings_partial_failure", &["group/group_settings_update"]),
        ("history_threads", &["history/2 threads"]),
        ("in_button_template_quick_reply", &["message/button"]),
        ("in_contacts", &["message/contacts"]),
        ("in_document", &["message/document"]),
        ("in_edit_image", &["message/edit/image"]),
        ("in_image_with_url", &["message/image"]),
        ("in_interactive_button_reply", &["message/button_reply"]),
        ("in_interactive_call_permission_reply", &["message/call_permission_reply"]),
        ("in_interactive_list_reply", &["message/list_reply"]),
        ("in_interactive_nfm_reply", &["message/form_reply"]),
        ("in_interactive_value_level_errors", &["message/empty", "value_error/131000"]),
        ("in_location_named", &["message/location"]),
        ("in_order", &["message/order"]),
        ("in_reaction", &["message/reaction"]),
        ("in_reaction_removed_no_emoji", &["message/reaction"]),
        ("in_referral_ctwa", &["message/text"]),
        ("in_revoke", &["message/revoke"]),
        ("in_sticker_animated", &["message/sticker"]),
        ("in_system_identity_changed", &["message/system/customer_identity_changed"]),
        ("in_system_number_change", &["message/system/user_changed_number"]),
        ("in_text_reply_context", &["message/text"]),
        ("in_unsupported_with_type", &["message/unsupported"]),
        ("in_voice_note", &["message/audio"]),
        ("phone_number_quality_throughput_upgrade", &["phone_quality/THROUGHPUT_UPGRADE"]),
        ("smb_app_state_sync", &["contact_sync/add"]),
        ("status_failed_130472", &["status/failed"]),
        ("status_read_group_participant", &["status/read"]),
        ("status_sent_conversation_cbp", &["status/sent"]),
        ("template_category_changed", &["template_category/MARKETING"]),
        ("template_quality_yellow", &["template_quality/YELLOW"]),
        ("template_status_rejected", &["template_status/REJECTED"]),
        ("user_preferences_signup", &["preference/signup"]),
    ]);
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(folder()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if let Some(stem) = name.strip_suffix(".json") {
            found.insert(stem.to_owned(), updates(&name).iter().map(label).collect::<Vec<_>>());
        }
    }
    let expected: BTreeMap<String, Vec<String>> =
        expected.into_iter().map(|(name, labels)| (name.to_owned(), labels.iter().map(ToString::to_string).collect())).collect();
    assert_eq!(found, expected);
}

#[test]
fn every_fixture_update_has_a_waba_and_a_stable_unique_key() {
    for entry in std::fs::read_dir(folder()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if !name.ends_with(".json") {
            continue;
        }
        let (first, again) = (updates(&name), updates(&name));
        let keys: std::collections::BTreeSet<_> = first.iter().map(Update::dedupe_key).collect();
        assert_eq!(keys.len(), first.len(), "{name}");
        assert!(first.iter().all(|update| update.waba_id.is_some()), "{name}");
        assert!(again.iter().all(|update| keys.contains(&update.dedupe_key())), "{name}");
    }
}

#[test]
fn a_user_without_a_phone_number_is_a_full_sender() {
    let update = one("bsuid_in_text_username_only.json");
    let UpdateKind::Message(message) = &update.kind else { panic!() };
    assert_eq!((message.from.as_deref(), message.from_user_id.as_deref()), (None, Some("US.13491208655302741918")));
    assert_eq!(message.timestamp, 1_749_416_383);
    let contact = update.contact.as_ref().unwrap();
    assert_eq!((contact.name(), contact.username(), contact.wa_id.as_deref()), (Some("Sheena Nelson"), Some("realsheenanelson"), None));
    assert_eq!(update.phone_number_id.as_deref(), Some("106540352242922"));
    assert_eq!(update.display_phone_number.as_deref(), Some("15550783881"));
    assert_eq!(update.waba_id.as_deref(), Some("102290129340398"));
    assert!(message.opens_service_window());
}

#[test]
fn identity_changes_carry_old_and_new_ids() {
    let update = one("bsuid_in_system_user_changed_user_id.json");
    let UpdateKind::Message(message) = &update.kind else { panic!() };
    let Content::System { system, .. } = &message.content else { panic!() };
    assert_eq!(message.from_user_id.as_deref(), Some("US.13491208655302741918"));
    assert_eq!(system.user_id.as_deref(), Some("US.29847561203948576612"));
    assert!(!message.opens_service_window() && update.contact.is_none());

    let UpdateKind::Message(message) = one("in_system_number_change.json").kind else { panic!() };
    let Content::System { system, .. } = &message.content else { panic!() };
    assert_eq!((message.from.as_deref(), system.wa_id.as_deref()), (Some("972987654321"), Some("972912345678")));

    let UpdateKind::Message(message) = one("in_system_identity_changed.json").kind else { panic!() };
    let Content::System { identity: Some(identity), .. } = &message.content else { panic!() };
    assert_eq!(
        (identity.acknowledged, identity.created_timestamp, identity.hash.as_deref()),
        (Some(true), Some(1_697_044_706), Some("xyzxyz"))
    );
}

#[test]
fn contents_keep_what_the_user_sent() {
    let content = |name: &str| match one(name).kind {
        UpdateKind::Message(message) => message.content,
        other => panic!("{other:?}"),
    };
    let Content::Media { kind: MediaKind::Audio, media } = content("in_voice_note.json") else { panic!() };
    assert_eq!((media.voice, media.mime_type.as_deref()), (Some(true), Some("audio/ogg; codecs=opus")));
    let Content::Media { kind: MediaKind::Image, media } = content("in_image_with_url.json") else { panic!() };
    assert!(media.url.is_some() && media.id == "65463453");
    let Content::Media { kind: MediaKind::Sticker, media } = content("in_sticker_animated.json") else { panic!() };
    assert_eq!(media.animated, Some(true));
    let Content::Reaction(reaction) = content("in_reaction.json") else { panic!() };
    assert_eq!(reaction.emoji(), Some("😮"));
    let Content::Reaction(reaction) = content("in_reaction_removed_no_emoji.json") else { panic!() };
    assert_eq!(reaction.emoji(), None);
    let Content::Interactive(InteractiveReply::Form(form)) = content("in_interactive_nfm_reply.json") else { panic!() };
    assert_eq!(form.answers().unwrap()["delivery_rating"], "4");
    let Content::Interactive(InteractiveReply::List(list)) = content("in_interactive_list_reply.json") else { panic!() };
    assert_eq!((list.id.as_str(), list.description.as_deref()), ("callback_data", Some("description")));
    let Content::Button(button) = content("in_button_template_quick_reply.json") else { panic!() };
    assert_eq!(button.payload.as_deref(), Some("callback_data"));
    let Content::Order(order) = content("in_order.json") else { panic!() };
    assert_eq!((order.product_items.len(), order.product_items[1].item_price), (3, Some(35.0)));
    let Content::Contacts(cards) = content("in_contacts.json") else { panic!() };
    assert_eq!(cards[2].phones[0].phone.as_deref(), Some("+1 777-777-7777"));
    let Content::Edit(edit) = content("in_edit_image.json") else { panic!() };
    let Content::Media { media, .. } = &edit.content else { panic!() };
    assert_eq!(media.caption.as_deref(), Some("Updated image caption"));
    let Content::Unsupported(Some(unsupported)) = content("in_unsupported_with_type.json") else { panic!() };
    assert_eq!(unsupported.kind.as_deref(), Some("pool"));
    let Content::Location(location) = content("in_location_named.json") else { panic!() };
    assert_eq!(location.latitude, Some(37.461_197_8));
}

#[test]
fn context_and_referral_are_kept() {
    let UpdateKind::Message(message) = one("in_text_reply_context.json").kind else { panic!() };
    assert_eq!(message.context.unwrap().id.as_deref(), Some("wamid.xyzxyz=="));
    let UpdateKind::Message(message) = one("in_document.json").kind else { panic!() };
    assert_eq!(message.context.unwrap().forwarded, Some(true));
    let UpdateKind::Message(message) = one("in_referral_ctwa.json").kind else { panic!() };
    assert_eq!(message.referral.unwrap().ctwa_clid.as_deref(), Some("CTWA_CLID"));
}

#[test]
fn statuses_carry_pricing_errors_and_participants() {
    let UpdateKind::Status(status) = one("bsuid_status_delivered_pmp.json").kind else { panic!() };
    assert_eq!(status.pricing().unwrap().is_charged(), Some(true));
    assert_eq!((status.recipient_id.as_deref(), status.recipient_key()), (None, Some("US.13491208655302741918")));
    let UpdateKind::Status(status) = one("status_failed_130472.json").kind else { panic!() };
    let class = status.errors[0].class(None);
    assert_eq!(class.action, whatsapp::error::Action::Fallback);
    let update = one("status_read_group_participant.json");
    assert!(update.contact.is_some());
    let UpdateKind::Status(status) = &update.kind else { panic!() };
    assert_eq!(status.recipient_key(), Some("US.123456"));
    let UpdateKind::Status(status) = one("status_sent_conversation_cbp.json").kind else { panic!() };
    assert_eq!(status.conversation.unwrap().expiration_timestamp, Some(1_698_339_900));
}

#[test]
fn coexistence_preferences_and_templates_are_read() {
    let UpdateKind::History(history) = one("history_threads.json").kind else { panic!() };
    assert_eq!(history.metadata.unwrap().progress, 55);
    let webhook::HistoryMessage::Read { message, status, .. } = &history.threads[0].messages[1] else { panic!() };
    assert_eq!((&message.content, status.as_deref()), (&Content::MediaPlaceholder, Some("PLAYED")));
    let UpdateKind::Echo(echo) = one("echo_smb_text.json").kind else { panic!() };
    assert_eq!(echo.to_user_id.as_deref(), Some("<BSUID>"));
    let UpdateKind::UserPreference(preference) = one("bsuid_user_preferences_stop.json").kind else { panic!() };
    assert_eq!((preference.wa_id, preference.timestamp), (None, Some(1_767_168_500)));
    let UpdateKind::TemplateStatus(update) = one("template_status_rejected.json").kind else { panic!() };
    assert_eq!((update.template.id.as_str(), update.template.name.as_str()), ("1689556908129835", "abandoned_cart"));
    assert!(update.rejection_info.unwrap().recommendation.is_some() && update.extra.is_empty());
    let UpdateKind::Group(group) = one("group_settings_partial_failure.json").kind else { panic!() };
    assert!(group.group_subject.unwrap().update_successful && !group.group_description.unwrap().update_successful);
    let UpdateKind::AccountUpdate(update) = one("account_update_volume_tier.json").kind else { panic!() };
    assert_eq!(update.volume_tier_info.unwrap().tier.as_deref(), Some("25000001:50000000"));
}

#[test]
fn messages_and_statuses_write_themselves_back() {
    for entry in std::fs::read_dir(folder()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if !name.ends_with(".json") {
            continue;
        }
        for update in updates(&name) {
            let original: serde_json::Value = serde_json::from_str(update.raw.get()).unwrap();
            let written = match &update.kind {
                UpdateKind::Message(message) => serde_json::to_value(message).unwrap(),
                UpdateKind::Status(status) => serde_json::to_value(status).unwrap(),
                UpdateKind::Group(group) => serde_json::to_value(group).unwrap(),
                UpdateKind::TemplateStatus(template) => serde_json::to_value(template).unwrap(),
                UpdateKind::Call(call) => serde_json::to_value(call).unwrap(),
                _ => continue,
            };
            assert_eq!(normal(written), normal(original), "{name}");
        }
    }
}

/// Whole numbers may come back as decimals (prices, quantities); otherwise all must be equal.
fn normal(value: serde_json::Value) -> serde_json::Value {
    use serde_json::Value;
    match value {
        Value::Number(number) => Value::from(number.as_f64().unwrap()),
        Value::Array(items) => Value::Array(items.into_iter().map(normal).collect()),
        Value::Object(members) => Value::Object(members.into_iter().map(|(name, member)| (name, normal(member))).collect()),
        other => other,
    }
}
