//! Webhook bytes in, the product's words out.

use std::collections::BTreeMap;
use std::path::PathBuf;

use channel::{Incoming, Received, Refused, TemplateNews};
use model::consent::{ConsentAct, ConsentState};
use model::content::Content;
use model::inbound::{InboundContent, PastMessage};
use model::message::{Class, Direction, Origin};
use model::send_error::{FallbackCause, Remedy};
use model::signal::{SignalBody, Target};
use model::template::ApprovalState;
use model::{
    AddressKey, Channel, ContactId, ConversationId, Message, MessageId, MessageStatus, Purpose, SenderId, Timestamp, UserId, WorkspaceId,
};
use serde_json::{Value, json};

use super::fake::{NUMBER, account};
use crate::{handshake, receive, verify};

const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);

pub(super) fn sent_message() -> Message {
    Message {
        id: MessageId::from_u128(7),
        workspace: WorkspaceId::from_u128(1),
        contact: ContactId::from_u128(3),
        conversation: ConversationId::from_u128(4),
        case: None,
        direction: Direction::Out,
        channel: Channel::Whatsapp,
        sender: SenderId::from_u128(2),
        address: AddressKey::phone("+12025550123"),
        origin: Origin::Agent { user: UserId::from_u128(5) },
        class: Class::Agent,
        purpose: Some(Purpose::Service),
        status: MessageStatus::InDoubt,
        times: BTreeMap::new(),
        created_at: NOW,
        not_before: None,
        content: Some(Content::text("hi")),
        received: None,
        decision: None,
        provider_id: None,
        attempts: 1,
        error: None,
        price: None,
        double_reach: false,
        in_reply_to: None,
        edited_at: None,
        revoked_at: None,
        intent: None,
        seal: None,
    }
}

/// Fixtures come from many numbers; the test's account takes each one's.
fn fixture(name: &str) -> Vec<Received> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/whatsapp/webhooks").join(name).with_extension("json");
    let raw = std::fs::read_to_string(path).unwrap();
    let body: Value = serde_json::from_str(&raw).unwrap();
    let number = body["entry"][0]["changes"][0]["value"]["metadata"]["phone_number_id"].as_str().unwrap_or(NUMBER).to_owned();
    let mut account = account();
    if let channel::Provider::WhatsappCloud(credentials) = &mut account.provider {
        credentials.phone_number_id = number;
    }
    receive(&[account], raw.as_bytes(), NOW).unwrap()
}

fn one(name: &str) -> Incoming {
    match fixture(name).remove(0) {
        Received::Contact(incoming) => *incoming,
        other => panic!("{name}: {other:?}"),
    }
}

fn inbound(name: &str) -> InboundContent {
    match one(name).body {
        SignalBody::Inbound(message) => message.content,
        other => panic!("{name}: {other:?}"),
    }
}

fn deliver(field: &str, value: Value) -> Vec<Received> {
    let body = json!({"object": "whatsapp_business_account", "entry": [{"id": "102290129340398", "time": 1739321024, "changes": [{"field": field, "value": value}]}]});
    receive(&[account()], body.to_string().as_bytes(), NOW).unwrap()
}

fn label(received: &Received) -> String {
    match received {
        Received::Contact(incoming) => match &incoming.body {
            SignalBody::Inbound(message) => {
                format!("inbound {}", serde_json::to_value(&message.content).unwrap()["type"].as_str().unwrap())
            }
            SignalBody::SentByPhone(sent) => {
                format!("sent by phone {}", serde_json::to_value(&sent.content).unwrap()["type"].as_str().unwrap())
            }
            SignalBody::Past(said) => {
                let way = if said.direction == Direction::In { "in" } else { "out" };
                format!("past {way} {}", serde_json::to_value(&said.content).unwrap()["type"].as_str().unwrap())
            }
            SignalBody::ContactUpdate(patch) => format!("contact called {}", patch.name.as_deref().unwrap_or("nothing")),
            SignalBody::Receipt(receipt) => format!("receipt {}", receipt.status.as_str()),
            SignalBody::Consent(change) => format!("consent {:?} {}", change.state, change.address.kind.as_str()),
            SignalBody::AddressChange { to, .. } => format!("address change to {}", to[0]),
            other => panic!("{other:?}"),
        },
        Received::Template(report) => format!("template {}", report.name),
        Received::Sender(report) => match report.throughput {
            Some(throughput) => format!("sender {} to {} a second", report.kind, throughput.granted),
            None => format!("sender {}", report.kind),
        },
        Received::Kept { kind, .. } => format!("kept {kind}"),
        Received::Broken { error, .. } => panic!("{error}"),
    }
}

#[test]
fn every_fixture_becomes_the_products_words() {
    let expected: [(&str, &[&str]); 43] = [
        ("account_update_volume_tier", &["sender account VOLUME_BASED_PRICING_TIER_UPDATE"]),
        ("bsuid_in_system_user_changed_user_id", &["address change to bsuid:US.29847561203948576612"]),
        ("bsuid_in_text_username_only", &["inbound text"]),
        ("bsuid_status_delivered_pmp", &["receipt delivered"]),
        ("bsuid_user_preferences_stop", &["consent OptedOut bsuid"]),
        ("calls_connect_user_initiated", &["kept calls"]),
        ("calls_terminate", &["kept calls", "sender error 12455"]),
        ("echo_smb_text", &["sent by phone text"]),
        ("errors_value_level_130429", &["sender error 130429"]),
        ("flows_status_change", &["kept flows"]),
        ("group_lifecycle_create", &["kept group_lifecycle_update"]),
        ("group_settings_partial_failure", &["kept group_settings_update"]),
        ("history_threads", &["past out text", "past out unsupported", "past in text", "past out text"]),
        ("in_button_template_quick_reply", &["inbound button_reply"]),
        ("in_contacts", &["inbound structured"]),
        ("in_document", &["inbound media"]),
        ("in_edit_image", &["inbound edit"]),
        ("in_image_with_url", &["inbound media"]),
        ("in_interactive_button_reply", &["inbound button_reply"]),
        ("in_interactive_call_permission_reply", &["inbound structured"]),
        ("in_interactive_list_reply", &["inbound list_reply"]),
        ("in_interactive_nfm_reply", &["inbound form"]),
        ("in_interactive_value_level_errors", &["inbound unsupported", "sender error 131000"]),
        ("in_location_named", &["inbound location"]),
        ("in_order", &["inbound structured"]),
        ("in_reaction", &["inbound reaction"]),
        ("in_reaction_removed_no_emoji", &["inbound reaction"]),
        ("in_referral_ctwa", &["inbound text"]),
        ("in_sticker_animated", &["inbound media"]),
        ("in_system_identity_changed", &["inbound system"]),
        ("in_system_number_change", &["address change to phone:+972912345678"]),
        ("in_text_reply_context", &["inbound text"]),
        ("in_unsupported_with_type", &["inbound unsupported"]),
        ("in_voice_note", &["inbound media"]),
        ("phone_number_quality_throughput_upgrade", &["sender quality THROUGHPUT_UPGRADE to 1000 a second"]),
        ("smb_app_state_sync", &["contact called Pablo Morales"]),
        ("status_failed_130472", &["receipt failed"]),
        ("status_read_group_participant", &["kept group_status"]),
        ("status_sent_conversation_cbp", &["receipt accepted"]),
        ("template_category_changed", &["template my_message_template"]),
        ("template_quality_yellow", &["template welcome_template"]),
        ("template_status_rejected", &["template abandoned_cart"]),
        ("user_preferences_signup", &["consent OptedIn phone"]),
    ];
    for (name, labels) in expected {
        assert_eq!(fixture(name).iter().map(label).collect::<Vec<_>>(), labels, "{name}");
    }
    // All but `in_revoke`: see `a_message_that_names_nobody_is_kept_for_an_operator`.
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/whatsapp/webhooks");
    let is_payload = |entry: &std::fs::DirEntry| entry.path().extension().is_some_and(|extension| extension == "json");
    let count = std::fs::read_dir(folder).unwrap().filter(|entry| entry.as_ref().is_ok_and(is_payload)).count();
    assert_eq!(count, expected.len() + 1);
}

#[test]
fn a_message_that_names_nobody_is_kept_for_an_operator() {
    // In this fixture `from` is a placeholder and the profile belongs to somebody else.
    assert!(matches!(fixture("in_revoke").as_slice(), [Received::Broken { error, .. }] if error.contains("names nobody")));
}

#[test]
fn an_inbound_message_names_everybody_best_first() {
    let incoming = one("bsuid_in_text_username_only");
    let bsuid = AddressKey::bsuid("US.13491208655302741918");
    assert_eq!(incoming.target, Target::Addresses { keys: vec![bsuid.clone()], create: true });
    let SignalBody::Inbound(message) = incoming.body else { panic!() };
    assert_eq!((message.from, message.profile_name.as_deref()), (vec![bsuid], Some("Sheena Nelson")));
    assert_eq!((message.sender, incoming.event_time), (account().sender.id, Timestamp::from_secs(1_749_416_383)));

    let text =
        json!({"from": "551187654321", "from_user_id": "BR.1", "id": "wamid.1", "timestamp": "5", "type": "text", "text": {"body": "oi"}});
    let value = json!({"metadata": {"phone_number_id": NUMBER}, "messages": [text]});
    let Received::Contact(incoming) = deliver("messages", value).remove(0) else { panic!() };
    let keys = vec![AddressKey::bsuid("BR.1"), AddressKey::phone("+5511987654321")];
    assert_eq!(incoming.target, Target::Addresses { keys, create: true });
    assert_eq!(incoming.dedupe_key, format!("whatsapp:message:{NUMBER}:wamid.1"));
}

#[test]
fn taps_forms_and_media_keep_what_the_journey_needs() {
    let tap = InboundContent::ButtonReply { id: "callback_data".into(), title: "title".into() };
    assert_eq!(inbound("in_button_template_quick_reply"), tap);
    assert_eq!(inbound("in_interactive_button_reply"), tap);
    let InboundContent::Form { name, data } = inbound("in_interactive_nfm_reply") else { panic!() };
    assert_eq!((name.as_str(), data["recommend_radio"].as_str()), ("flow", Some("0")));
    let InboundContent::Media(media) = inbound("in_voice_note") else { panic!() };
    assert_eq!((media.provider_ref.as_str(), media.mime.as_str()), ("1234567890987654321", "audio/ogg; codecs=opus"));
    let InboundContent::System { kind, data } = inbound("in_system_identity_changed") else { panic!() };
    assert_eq!((kind.as_str(), data["identity"]["acknowledged"].as_bool()), (model::inbound::IDENTITY_CHANGED, Some(true)));
    assert!(!inbound("in_reaction").opens_window() && inbound("in_unsupported_with_type").opens_window());
    let SignalBody::Inbound(message) = one("in_text_reply_context").body else { panic!() };
    assert_eq!(message.in_reply_to.as_deref(), Some("wamid.xyzxyz=="));
    let SignalBody::Inbound(message) = one("in_referral_ctwa").body else { panic!() };
    assert_eq!(message.referral.unwrap()["ctwa_clid"], "CTWA_CLID");
}

#[test]
fn statuses_find_the_message_by_our_own_id_first() {
    let ours = MessageId::from_u128(7);
    let status = |data: Option<String>| {
        json!({"metadata": {"phone_number_id": NUMBER}, "statuses": [{"id": "wamid.A", "status": "failed", "timestamp": "5", "recipient_id": "12025550123", "recipient_user_id": "US.1",
            "biz_opaque_callback_data": data, "errors": [{"code": 131049, "title": "t", "error_data": {"details": "healthy ecosystem"}}]}]})
    };
    let Received::Contact(incoming) = deliver("messages", status(Some(ours.to_string()))).remove(0) else { panic!() };
    assert_eq!(incoming.target, Target::Message(ours));
    let SignalBody::Receipt(receipt) = incoming.body else { panic!() };
    assert_eq!((receipt.message, receipt.provider_id.as_deref(), receipt.status), (Some(ours), Some("wamid.A"), MessageStatus::Failed));
    assert_eq!(receipt.learnt, [AddressKey::bsuid("US.1"), AddressKey::phone("+12025550123")]);
    let error = receipt.error.unwrap();
    assert_eq!((error.cause, error.remedy), (FallbackCause::MarketingCap, Remedy::NextChannel));
    for foreign in [None, Some("somebody else's".to_owned())] {
        let Received::Contact(incoming) = deliver("messages", status(foreign)).remove(0) else { panic!() };
        assert_eq!(incoming.target, Target::ProviderMessage { channel: Channel::Whatsapp, provider_id: "wamid.A".into() });
    }
    let SignalBody::Receipt(receipt) = one("bsuid_status_delivered_pmp").body else { panic!() };
    assert_eq!(receipt.category.as_deref(), Some("marketing"));
}

#[test]
fn a81_platform_opt_outs_revoke_promotional_consent() {
    let SignalBody::Consent(change) = one("bsuid_user_preferences_stop").body else { panic!() };
    assert_eq!((change.state, change.act), (ConsentState::OptedOut, ConsentAct::PlatformSwitch));
    assert_eq!((change.channel, change.purpose), (Some(Channel::Whatsapp), Some(Purpose::Promotional)));
    assert_eq!((change.source.as_str(), change.at), ("meta_preference", Timestamp::from_secs(1_767_168_500)));
    // Both addresses of the person are closed, each by an event of its own.
    let value = json!({"metadata": {"phone_number_id": NUMBER}, "user_preferences": [{"wa_id": "12025550123", "user_id": "US.1", "category": "marketing_messages", "value": "stop", "timestamp": 5}]});
    let closed = deliver("user_preferences", value);
    assert_eq!(closed.iter().map(label).collect::<Vec<_>>(), ["consent OptedOut bsuid", "consent OptedOut phone"]);
    let keys: std::collections::BTreeSet<_> = closed
        .iter()
        .map(|received| match received {
            Received::Contact(incoming) => incoming.dedupe_key.clone(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(keys.len(), 2);
}

#[test]
fn template_states_are_mapped_and_unknown_ones_send_nothing() {
    let state = |event: &str| {
        let value = json!({"event": event, "message_template_id": 5, "message_template_name": "t", "message_template_language": "en_US", "reason": "NONE"});
        match deliver("message_template_status_update", value).remove(0) {
            Received::Template(report) => match report.news {
                TemplateNews::State { state, reason, .. } => (state, reason),
                other => panic!("{other:?}"),
            },
            other => panic!("{other:?}"),
        }
    };
    for (event, expected) in [
        ("APPROVED", ApprovalState::Approved),
        ("FLAGGED", ApprovalState::Approved),
        ("REINSTATED", ApprovalState::Approved),
        ("paused", ApprovalState::Paused),
        ("DISABLED", ApprovalState::Disabled),
        ("IN_APPEAL", ApprovalState::Pending),
        ("LOCKED", ApprovalState::Other),
        ("SOMETHING_NEW", ApprovalState::Other),
    ] {
        assert_eq!(state(event), (expected, None), "{event}");
    }
    let Received::Template(report) = fixture("template_status_rejected").remove(0) else { panic!() };
    let TemplateNews::State { reason: Some(reason), .. } = report.news else { panic!() };
    assert!(reason.contains("next to each other") && reason.contains("Separate parameters"));
    assert_eq!((report.account.as_str(), report.provider_id.as_deref()), ("102290129340398", Some("1689556908129835")));
}

#[test]
fn account_bans_pause_and_plain_news_do_not() {
    let pause = |value: Value| match deliver("account_update", value).remove(0) {
        Received::Sender(report) => report.pause,
        other => panic!("{other:?}"),
    };
    assert!(pause(json!({"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": "DISABLE"}})).is_some());
    assert!(pause(json!({"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": "SCHEDULE_FOR_DISABLE"}})).is_none());
    assert!(pause(json!({"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": "REINSTATE"}})).is_none());
    assert!(
        pause(json!({"event": "ACCOUNT_RESTRICTION", "restriction_info": [{"restriction_type": "RESTRICTED_BIZ_INITIATED_MESSAGING"}]}))
            .is_some()
    );
    assert!(
        pause(json!({"event": "ACCOUNT_RESTRICTION", "restriction_info": [{"restriction_type": "RESTRICTED_ADD_PHONE_NUMBER_ACTION"}]}))
            .is_none()
    );
    assert!(pause(json!({"event": "MM_LITE_TERMS_SIGNED"})).is_none());
    let number = deliver("phone_number_quality_update", json!({"display_phone_number": "15550783881", "event": "FLAGGED"})).remove(0);
    assert!(matches!(number, Received::Sender(report) if report.senders == [account().sender.id] && report.pause.is_none()));
}

#[test]
fn an_account_update_is_about_every_number_of_the_account() {
    let number = |id: u128, address: &str, waba: &str| {
        let mut account = account();
        (account.sender.id, account.sender.address) = (SenderId::from_u128(id), address.to_owned());
        if let channel::Provider::WhatsappCloud(credentials) = &mut account.provider {
            (credentials.phone_number_id, credentials.waba_id) = (id.to_string(), waba.to_owned());
        }
        account
    };
    let ours = "102290129340398";
    let accounts = [number(11, "+12025550111", ours), number(12, "+12025550112", ours), number(13, "+12025550113", "5")];
    let paused = |value: Value| {
        let entry = json!({"id": ours, "time": 1739321024, "changes": [{"field": "account_update", "value": value}]});
        let body = json!({"object": "whatsapp_business_account", "entry": [entry]}).to_string();
        match receive(&accounts, body.as_bytes(), NOW).unwrap().remove(0) {
            Received::Sender(report) if report.pause.is_some() => {
                report.senders.iter().map(|sender| sender.as_u128()).collect::<Vec<u128>>()
            }
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(paused(json!({"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": "DISABLE"}})), [11, 12]);
    assert_eq!(paused(json!({"event": "ACCOUNT_OFFBOARDED", "phone_number": "12025550112"})), [12]);
    assert_eq!(paused(json!({"event": "ACCOUNT_OFFBOARDED", "phone_number": "12025550119"})), []);
}

#[test]
fn messages_of_other_numbers_groups_and_standby_are_never_answered() {
    let text = json!({"from": "12025550100", "id": "wamid.1", "timestamp": "5", "type": "text", "text": {"body": "x"}});
    let mut group = text.clone();
    group["group_id"] = json!("g");
    let value = |number: &str, message: &Value| json!({"metadata": {"phone_number_id": number}, "messages": [message]});
    assert_eq!(label(&deliver("messages", value("1", &text))[0]), "kept unknown_number");
    assert_eq!(label(&deliver("messages", value(NUMBER, &group))[0]), "kept group_message");
    assert_eq!(label(&deliver("standby", value(NUMBER, &text))[0]), "kept standby");
    assert_eq!(label(&deliver("messages", value(NUMBER, &text))[0]), "inbound text");
}

#[test]
fn one_broken_update_loses_only_itself() {
    let text = json!({"from": "12025550100", "id": "wamid.1", "timestamp": "5", "type": "text", "text": {"body": "x"}});
    let got = deliver("messages", json!({"metadata": {"phone_number_id": NUMBER}, "messages": [text, {"id": 5}, text]}));
    assert!(matches!(got.as_slice(), [Received::Contact(_), Received::Broken { .. }, Received::Contact(_)]));
    assert!(matches!(receive(&[account()], b"{\"object\":", NOW), Err(Refused::BadBody(_))));
}

#[test]
fn only_meta_gets_in() {
    let account = account();
    let channel::Provider::WhatsappCloud(mut credentials) = account.provider else { panic!() };
    let header = whatsapp::signature::sign(b"app-secret", b"{}");
    assert_eq!(verify(&credentials, Some(&header), b"{}"), Ok(()));
    assert_eq!(verify(&credentials, Some(&header), b"{ }"), Err(Refused::BadSignature));
    assert_eq!(verify(&credentials, None, b"{}"), Err(Refused::NoSignature));
    let query = |token: &str| {
        [("hub.mode", "subscribe"), ("hub.challenge", "42"), ("hub.verify_token", token)].map(|(k, v)| (k.to_owned(), v.to_owned()))
    };
    assert_eq!(handshake(&credentials, &query("vt")).as_deref(), Ok("42"));
    assert_eq!(handshake(&credentials, &query("no")), Err(Refused::BadToken));
    credentials.app_secret = channel::Secret::default();
    let empty = whatsapp::signature::sign(b"", b"{}");
    assert_eq!(verify(&credentials, Some(&empty), b"{}"), Err(Refused::BadSignature));
}

#[test]
fn what_changes_an_echo_names_the_message_that_it_changes() {
    let echo = |kind: &str, content: Value| {
        let message =
            json!({"from": "15550783881", "to": "16505551234", "id": "wamid.E2", "timestamp": "1739321024", "type": kind, kind: content});
        let value = json!({"messaging_product": "whatsapp", "metadata": {"display_phone_number": "15550783881", "phone_number_id": "106540352242922"}, "message_echoes": [message]});
        deliver("smb_message_echoes", value).iter().map(label).collect::<Vec<_>>()
    };
    assert_eq!(echo("text", json!({"body": "Hello"})), ["sent by phone text"]);
    assert_eq!(echo("revoke", json!({"original_message_id": "wamid.E1"})), ["sent by phone revoke"]);
    let edit = json!({"original_message_id": "wamid.E1", "message": {"type": "text", "text": {"body": "Hallo"}}});
    assert_eq!(echo("edit", edit), ["sent by phone edit"]);
    assert_eq!(echo("reaction", json!({"message_id": "wamid.E1", "emoji": "+"})), ["sent by phone reaction"]);
}

fn history(value: Value) -> Vec<Received> {
    let mut all =
        json!({"messaging_product": "whatsapp", "metadata": {"display_phone_number": "15550783881", "phone_number_id": "106540352242922"}});
    for (name, member) in value.as_object().unwrap() {
        all[name] = member.clone();
    }
    deliver("history", all)
}

fn past(received: &Received) -> (&Incoming, &PastMessage) {
    let Received::Contact(incoming) = received else { panic!("{received:?}") };
    let SignalBody::Past(said) = &incoming.body else { panic!("{incoming:?}") };
    (incoming, said)
}

#[test]
fn a_file_of_the_history_completes_its_place_and_may_name_nobody() {
    let frame = |from: &str, kind: &str| json!({"from": from, "id": "wamid.F", "timestamp": "1739230970", "type": kind});
    let mut place = frame("15550783881", "media_placeholder");
    place["history_context"] = json!({"status": "PLAYED"});
    let threads = json!([{"id": "16505551234", "messages": [place]}]);
    let got = history(json!({"history": [{"metadata": {"phase": 0, "chunk_order": 1, "progress": 5}, "threads": threads}]}));
    let (first, said) = past(&got[0]);
    assert!(said.in_two && said.direction == Direction::Out && said.status == MessageStatus::Read);
    let mut file = frame("15550783881", "image");
    file["image"] = json!({"mime_type": "image/jpeg", "id": "24230790383178626"});
    let got = history(json!({"messages": [file]}));
    let (second, said) = past(&got[0]);
    assert!(said.in_two && said.with.is_empty() && matches!(said.content, InboundContent::Media(_)), "{said:?}");
    assert_eq!(second.target, Target::ProviderMessage { channel: Channel::Whatsapp, provider_id: "wamid.F".to_owned() });
    assert_ne!(first.dedupe_key, second.dedupe_key);
    let mut file = frame("16505551234", "image");
    file["image"] = json!({"mime_type": "image/jpeg", "id": "24230790383178627"});
    let got = history(json!({"messages": [file]}));
    assert_eq!(past(&got[0]).1.with, [AddressKey::phone("+16505551234")]);
}

#[test]
fn a_message_of_the_seam_has_one_key_however_it_comes() {
    let text = json!({"from": "16505551234", "id": "wamid.S", "timestamp": "1739230970", "type": "text", "text": {"body": "x"}});
    let got = history(json!({"history": [{"threads": [{"id": "16505551234", "messages": [text.clone()]}]}]}));
    let value = json!({"metadata": {"phone_number_id": "106540352242922"}, "messages": [text]});
    let live = deliver("messages", value);
    let Received::Contact(live) = &live[0] else { panic!("{live:?}") };
    assert_eq!(past(&got[0]).0.dedupe_key, live.dedupe_key);
}

#[test]
fn a_history_that_is_not_shared_or_broken_loses_nothing_else() {
    let got = history(json!({"history": [{"errors": [{"code": 2_593_109, "title": "History sync is turned off"}]}]}));
    assert_eq!(label(&got[0]), "kept history");
    let text = json!({"from": "16505551234", "id": "wamid.S", "timestamp": "1739230970", "type": "text", "text": {"body": "x"}});
    let notice = json!({"id": "wamid.N", "timestamp": "1739230970", "type": "system", "system": {"type": "user_changed_number"}});
    let got = history(json!({"history": [{"threads": [{"id": "US.1349", "messages": [{"id": 5}, text, notice]}]}]}));
    assert!(matches!(&got[..], [Received::Broken { .. }, Received::Contact(_)]), "{got:?}");
    assert_eq!(past(&got[1]).1.with, [AddressKey::bsuid("US.1349")]);
}

#[test]
fn an_entry_that_left_the_phones_address_book_takes_no_name_away() {
    let sync = |action: &str, contact: Value| {
        let entry = json!({"type": "contact", "contact": contact, "action": action, "metadata": {"timestamp": "1739321024"}});
        let value = json!({"messaging_product": "whatsapp", "metadata": {"display_phone_number": "15550783881", "phone_number_id": "106540352242922"}, "state_sync": [entry]});
        deliver("smb_app_state_sync", value)
    };
    let named = sync("add", json!({"first_name": "Ana", "phone_number": "16505551234"}));
    assert_eq!(label(&named[0]), "contact called Ana");
    let Received::Contact(incoming) = &named[0] else { panic!("{named:?}") };
    assert_eq!(incoming.event_time, Timestamp::from_secs(1_739_321_024));
    assert_eq!(label(&sync("remove", json!({"phone_number": "16505551234"}))[0]), "kept smb_app_state_sync");
    assert_eq!(label(&sync("add", json!({"full_name": " ", "phone_number": "16505551234"}))[0]), "kept smb_app_state_sync");
}
