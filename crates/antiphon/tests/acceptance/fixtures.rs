//! Payloads that real systems sent, through the real routes with their signatures: each has its effect, and nothing is lost.

use std::path::{Path, PathBuf};

use antiphon::stage::{SMS, WHATSAPP};
use serde_json::{Value, json};
use simulator::{Line, Outcome, hub_signature, twilio_signature};

use crate::common::{Bench, text};

const PHONE: &str = "+12025550123";
const NUMBER: &str = "106540352242922";

pub(crate) fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures").join(name)
}

/// What each file under `fixtures/whatsapp/webhooks` does to a workspace that owns the number. Where a file reports on a message, it is one
/// of ours, accepted before.
const EFFECTS: &[(&str, &str)] = &[
    ("account_update_volume_tier", "sender.reported account VOLUME_BASED_PRICING_TIER_UPDATE"),
    ("bsuid_in_system_user_changed_user_id", "bsuid known"),
    ("bsuid_in_text_username_only", "bsuid known, text in"),
    ("bsuid_status_delivered_pmp", "bsuid known, message delivered"),
    ("bsuid_user_preferences_stop", "bsuid known, opted_out by meta_preference"),
    ("calls_connect_user_initiated", "provider.notice calls"),
    ("calls_terminate", "provider.notice calls, sender.reported error 12455"),
    ("echo_smb_text", "bsuid known, phone known, sent by phone"),
    ("errors_value_level_130429", "sender.reported error 130429"),
    ("flows_status_change", "provider.notice flows"),
    ("group_lifecycle_create", "provider.notice group_lifecycle_update"),
    ("group_settings_partial_failure", "provider.notice group_settings_update"),
    ("history_threads", "phone known, phone known, sent by phone, sent by phone, sent by phone, text in"),
    ("in_button_template_quick_reply", "bsuid known, button_reply in, phone known"),
    ("in_contacts", "bsuid known, phone known, structured in"),
    ("in_document", "bsuid known, media in, phone known"),
    ("in_edit_image", "edit in, phone known"),
    ("in_image_with_url", "bsuid known, media in, phone known"),
    ("in_interactive_button_reply", "bsuid known, button_reply in, phone known"),
    ("in_interactive_call_permission_reply", "bsuid known, phone known, structured in"),
    ("in_interactive_list_reply", "bsuid known, list_reply in, phone known"),
    ("in_interactive_nfm_reply", "bsuid known, form in, phone known"),
    ("in_interactive_value_level_errors", "bsuid known, phone known, sender.reported error 131000, unsupported in"),
    ("in_location_named", "bsuid known, location in, phone known"),
    ("in_order", "bsuid known, phone known, structured in"),
    ("in_reaction", "bsuid known, phone known, reaction in"),
    ("in_reaction_removed_no_emoji", "bsuid known, phone known, reaction in"),
    ("in_referral_ctwa", "bsuid known, phone known, text in"),
    ("in_revoke", "bsuid known, phone known, revoke in"),
    ("in_sticker_animated", "bsuid known, media in, phone known"),
    ("in_system_identity_changed", "identity changed, phone known"),
    ("in_system_number_change", "phone known"),
    ("in_text_reply_context", "bsuid known, phone known, text in"),
    ("in_unsupported_with_type", "bsuid known, phone known, unsupported in"),
    ("in_voice_note", "bsuid known, media in, phone known"),
    (
        "phone_number_quality_throughput_upgrade",
        "sender.reported quality THROUGHPUT_UPGRADE, sender.throughput snd_01jc000000e008000000000002",
    ),
    ("smb_app_state_sync", "phone known"),
    ("status_failed_130472", "message failed, phone known"),
    ("status_read_group_participant", "message accepted, provider.notice group_status"),
    ("status_sent_conversation_cbp", "message accepted, phone known"),
    ("template_category_changed", "template.unknown my_message_template"),
    ("template_quality_yellow", "template.unknown welcome_template"),
    ("template_status_rejected", "template.unknown abandoned_cart"),
    ("user_preferences_signup", "opted_in by meta_preference, phone known"),
];

/// The fixture's own number becomes the stage's, and what its documentation leaves open the number of its contact.
pub(crate) fn ours(raw: &str) -> String {
    let raw = raw.replace("<WHATSAPP_USER_PHONE_NUMBER>", "972987654321");
    let mut value: Value = serde_json::from_str(&raw).expect("a fixture is JSON");
    for change in value.pointer_mut("/entry").and_then(Value::as_array_mut).into_iter().flatten() {
        for change in change.pointer_mut("/changes").and_then(Value::as_array_mut).into_iter().flatten() {
            if let Some(id) = change.pointer_mut("/value/metadata/phone_number_id") {
                *id = json!(NUMBER);
            }
        }
    }
    value.to_string()
}

/// A message of ours that the provider took and of which nothing more was heard.
async fn accepted(bench: &mut Bench) -> (String, String) {
    let person = bench.person(PHONE);
    bench.stage.simulator.with(|world| world.outcomes_mut().script(person, Line::WhatsApp, Some(Outcome::NeverDelivered)));
    bench.types(PHONE, Line::WhatsApp, "Hello");
    bench.settle().await;
    let contact = bench.contact(PHONE).await;
    let wanted = json!({ "contact": contact, "purpose": "transactional",
        "channels": [{ "channel": "whatsapp", "content": { "type": "text", "body": "Your table is ready." } }] });
    let made = bench.post("/v1/messages", wanted).await.expect_status(201).json;
    bench.settle().await;
    let path = format!("/v1/messages/{}", text(&made["id"]));
    let message = bench.get(&path).await;
    assert_eq!(message["status"], "accepted");
    (path, text(&message["provider_id"]).to_owned())
}

/// Everything that a webhook can leave behind, in one line.
pub(crate) async fn traces(bench: &Bench) -> Vec<String> {
    let mut traces = Vec::new();
    for message in bench.list("/v1/messages?direction=in").await {
        traces.push(format!("{} in", text(&message["received"]["type"])));
    }
    for message in bench.list("/v1/messages?direction=out").await {
        if message["origin"]["by"] == "phone" {
            traces.push("sent by phone".to_owned());
        }
    }
    for contact in bench.list("/v1/contacts").await {
        let consent = bench.get(&format!("/v1/contacts/{}/consent", text(&contact["id"]))).await;
        for entry in consent["ledger"].as_array().expect("a ledger") {
            traces.push(format!("{} by {}", text(&entry["state"]), text(&entry["source"])));
        }
        for line in bench.timeline(text(&contact["id"])).await {
            if line["kind"] == "identity_changed" {
                traces.push("identity changed".to_owned());
            }
            if line["kind"] == "runtime_notice" {
                traces.push(format!("notice: {}", line["data"]["what"]));
            }
        }
        for address in contact["addresses"].as_array().expect("addresses") {
            traces.push(format!("{} known", text(&address["kind"])));
        }
    }
    for parked in bench.list("/v1/parked_signals").await {
        traces.push(format!("parked: {}", text(&parked["error"])));
    }
    for entry in bench.list("/v1/audit").await {
        let action = text(&entry["action"]);
        if ["provider.", "sender.", "template."].iter().any(|kind| action.starts_with(kind)) {
            traces.push(format!("{action} {}", text(&entry["target"])));
        }
    }
    let waiting = bench.stage.app.engine.store().stats().await.expect("figures").unresolved;
    traces.extend((0..waiting).map(|_| "kept for its message".to_owned()));
    traces
}

/// What is there now beside what was there before.
pub(crate) async fn new_traces(bench: &Bench, before: Vec<String>) -> Vec<String> {
    let mut left = traces(bench).await;
    for known in before {
        if let Some(at) = left.iter().position(|trace| *trace == known) {
            left.remove(at);
        }
    }
    left
}

async fn effect(name: &str, raw: &str) -> String {
    let mut bench = Bench::new().await;
    let mut body = ours(raw);
    let mut message = None;
    if body.contains("\"statuses\"") {
        let (path, provider_id) = accepted(&mut bench).await;
        let value: Value = serde_json::from_str(&body).expect("JSON");
        let id = value.pointer("/entry/0/changes/0/value/statuses/0/id").map_or("", text).to_owned();
        body = body.replace(&id, &provider_id);
        message = Some(path);
    }
    let before = traces(&bench).await;
    let signature = hub_signature("sim-app-secret", body.as_bytes());
    let path = format!("/webhooks/whatsapp/{WHATSAPP}");
    for _ in 0..2 {
        // Twice, as providers do: the second changes nothing.
        let answer = bench.send("POST", &path, &[("x-hub-signature-256", &signature)], body.clone()).await;
        assert_eq!(answer.status, 200, "{name}: {}", answer.body);
    }
    bench.settle().await;
    let mut left = new_traces(&bench, before).await;
    if let Some(path) = message {
        left.insert(0, format!("message {}", text(&bench.get(&path).await["status"])));
    }
    left.sort();
    left.join(", ")
}

#[tokio::test]
async fn every_whatsapp_fixture_has_its_effect_through_the_real_route() {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder("whatsapp/webhooks")).expect("fixtures") {
        let path = entry.expect("an entry").path();
        if path.extension().is_some_and(|extension| extension == "json") {
            let name = path.file_stem().and_then(|stem| stem.to_str()).expect("a name").to_owned();
            let raw = std::fs::read_to_string(&path).expect("a fixture");
            found.push((name.clone(), effect(&name, &raw).await));
        }
    }
    found.sort();
    let found: Vec<_> = found.iter().map(|(name, effect)| (name.as_str(), effect.as_str())).collect();
    assert_eq!(found, EFFECTS, "{found:#?}");
}

/// Forms of `fixtures/twilio`, signed as the provider signs.
async fn post_form(bench: &Bench, kind: &str, raw: &str) -> crate::common::Answer {
    let path = format!("/webhooks/twilio/{SMS}/{kind}");
    let pairs = simulator::form_decode(raw);
    let signature = twilio_signature("sim-auth-token", &format!("http://antiphon.example.com{path}"), &pairs);
    let headers = [("content-type", "application/x-www-form-urlencoded"), ("x-twilio-signature", signature.as_str())];
    bench.send("POST", &path, &headers, raw.to_owned()).await
}

/// Messages in by SMS and MMS: one message each, also when they come twice.
#[tokio::test]
async fn every_twilio_inbound_form_becomes_one_message() {
    for (file, kind) in [("inbound_sms.form.txt", "text"), ("inbound_mms.form.txt", "media")] {
        let bench = Bench::new().await;
        let raw = std::fs::read_to_string(folder("twilio").join(file)).expect("a fixture");
        for _ in 0..2 {
            post_form(&bench, "inbound", raw.trim()).await.expect_status(200);
        }
        let received = bench.list("/v1/messages?direction=in").await;
        assert_eq!(received.len(), 1, "{file}: {received:#?}");
        assert_eq!((text(&received[0]["received"]["type"]), text(&received[0]["channel"])), (kind, "sms"), "{file}");
        assert_eq!(received[0]["address"]["value"], "+2222", "{file}");
        assert_eq!(bench.list("/v1/parked_signals").await, [Value::Null; 0]);
    }
}

/// Status callbacks about a message of ours move it; the stop that came with them counts.
#[tokio::test]
async fn every_twilio_status_form_moves_its_message() {
    let raw = std::fs::read_to_string(folder("twilio").join("authored_status_callbacks.form.txt")).expect("a fixture");
    let mut seen = Vec::new();
    for form in raw.lines().filter(|line| !line.trim().is_empty()) {
        let mut bench = Bench::new().await;
        let pairs = simulator::form_decode(form);
        let value = |name: &str| pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone()).unwrap_or_default();
        if value("MessageStatus").is_empty() {
            post_form(&bench, "inbound", form).await.expect_status(200);
            let contact = text(&bench.list("/v1/contacts").await[0]["id"]).to_owned();
            let ledger = bench.get(&format!("/v1/contacts/{contact}/consent")).await["ledger"].clone();
            seen.push(format!("{} {}", value("Body"), text(&ledger[0]["state"])));
            continue;
        }
        let person = bench.person(PHONE);
        bench.stage.simulator.with(|world| world.outcomes_mut().script(person, Line::Sms, Some(Outcome::NeverDelivered)));
        let contact = bench.contact(PHONE).await;
        let wanted = json!({ "contact": contact, "purpose": "transactional",
            "channels": [{ "channel": "sms", "content": { "type": "text", "body": "Your table is ready." } }] });
        let made = bench.post("/v1/messages", wanted).await.expect_status(201).json;
        bench.settle().await;
        let path = format!("/v1/messages/{}", text(&made["id"]));
        let sid = text(&bench.get(&path).await["provider_id"]).to_owned();
        let form = form.replace(&value("MessageSid"), &sid);
        for _ in 0..2 {
            post_form(&bench, "status", &form).await.expect_status(200);
        }
        let message = bench.get(&path).await;
        let code = text(&message["error"]["code"]).to_owned();
        seen.push(format!("{} {} {code}", value("MessageStatus"), text(&message["status"])).trim().to_owned());
    }
    assert_eq!(seen, ["sent accepted", "delivered delivered", "undelivered failed twilio:30003", "read read", "STOP opted_out"]);
}
