//! What `model` writes must read as what we describe, and come back the same.

use model::{Channel as ModelChannel, Timestamp};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::*;

/// Absent and `null` are the same to callers.
fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            Value::Object(members.into_iter().filter(|(_, v)| !v.is_null()).map(|(k, v)| (k, without_nulls(v))).collect())
        }
        Value::Array(items) => items.into_iter().map(without_nulls).collect(),
        other => other,
    }
}

/// Arrays and maps that are empty are left out by `model` here and there.
fn without_empties(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let members = members.into_iter().map(|(k, v)| (k, without_empties(v)));
            Value::Object(members.filter(|(_, v)| *v != json!([]) && *v != json!({}) && *v != json!(false)).collect())
        }
        Value::Array(items) => items.into_iter().map(without_empties).collect(),
        other => other,
    }
}

fn agrees<M: Serialize + DeserializeOwned, S: Serialize + DeserializeOwned>(sample: Value) {
    // First through the model, so that the sample is surely what the model writes.
    let model: M = serde_json::from_value(sample).unwrap_or_else(|e| panic!("not the model's: {e}"));
    let written = serde_json::to_value(&model).unwrap();
    let described: S = serde_json::from_value(written.clone()).unwrap_or_else(|e| panic!("not as described: {e}: {written}"));
    let again = serde_json::to_value(&described).unwrap();
    assert_eq!(without_empties(without_nulls(again)), without_empties(without_nulls(written)));
}

const AT: &str = "2026-11-22T09:30:00.000Z";

fn id(prefix: &str) -> String {
    format!("{prefix}_01kaqz3e5hf0bax8wtvn9g8c2d")
}

fn phone() -> Value {
    json!({ "kind": "phone", "value": "+12025550123" })
}

fn price() -> Value {
    json!({ "amount": { "micros": 56700, "currency": "EUR" }, "category": "utility", "rate": "list 2026-10-01" })
}

fn origins() -> Vec<Value> {
    vec![
        json!({ "by": "contact" }),
        json!({ "by": "journey", "journey": "reminder", "version": "v1", "run": id("run"), "step": "remind", "visit": 1 }),
        json!({ "by": "agent", "user": id("usr") }),
        json!({ "by": "broadcast", "broadcast": id("bct"), "version": "v1" }),
        json!({ "by": "api", "key": "key:1" }),
        json!({ "by": "compliance", "rule": "stop" }),
        json!({ "by": "test", "user": id("usr") }),
        json!({ "by": "phone" }),
    ]
}

fn contents() -> Vec<Value> {
    let preview = json!({ "header": "H", "body": "B", "footer": "F", "buttons": [{ "id": "y", "title": "Yes" }] });
    vec![
        json!({ "type": "text", "body": "Hello", "preview_url": true }),
        json!({ "type": "buttons", "header": "H", "body": "B", "footer": "F", "buttons": [{ "id": "y", "title": "Yes" }] }),
        json!({ "type": "list", "body": "B", "button": "Open", "sections": [{ "title": "S", "rows": [{ "id": "r", "title": "R", "description": "D" }] }] }),
        json!({ "type": "media", "kind": "image", "source": { "stored": id("med") }, "caption": "C", "filename": "f" }),
        json!({ "type": "media", "kind": "document", "source": { "link": "https://example.com/a.pdf" } }),
        json!({ "type": "location", "latitude": 1.5, "longitude": 2.5, "name": "N", "address": "A" }),
        json!({ "type": "template", "template": id("tpl"), "name": "n", "language": "pt_BR", "version": "v", "header": [{ "name": "a", "text": "b" }],
            "body": [{ "name": "a", "text": "b" }], "preview": preview,
            "buttons": [{ "kind": "quick_reply", "index": 0, "payload": "p" }, { "kind": "url_suffix", "index": 1, "text": "t" }] }),
    ]
}

fn received() -> Vec<Value> {
    vec![
        json!({ "type": "text", "body": "Hi" }),
        json!({ "type": "button_reply", "id": "y", "title": "Yes" }),
        json!({ "type": "list_reply", "id": "y", "title": "Yes" }),
        json!({ "type": "media", "kind": "audio", "mime": "audio/ogg", "provider_ref": "1", "caption": "c", "filename": "f", "stored": id("med") }),
        json!({ "type": "location", "latitude": 1.5, "longitude": 2.5 }),
        json!({ "type": "reaction", "to": "wamid.1", "emoji": "🙂" }),
        json!({ "type": "form", "name": "f", "data": { "a": 1 } }),
        json!({ "type": "structured", "kind": "order", "data": { "a": 1 } }),
        json!({ "type": "edit", "of": "wamid.1", "body": "b" }),
        json!({ "type": "revoke", "of": "wamid.1" }),
        json!({ "type": "system", "kind": "number_changed", "data": { "a": 1 } }),
        json!({ "type": "unsupported", "kind": "new", "raw": { "a": 1 } }),
    ]
}

fn message() -> Value {
    json!({ "id": id("msg"), "workspace": id("ws"), "contact": id("ctc"), "conversation": id("cnv"), "case": id("cas"), "direction": "out",
        "channel": "whatsapp", "sender": id("snd"), "address": phone(), "origin": { "by": "contact" }, "class": "agent", "purpose": "service",
        "status": "accepted", "times": { "queued": AT, "in_doubt": AT }, "created_at": AT, "not_before": AT, "decision": id("dec"), "provider_id": "wamid.1",
        "attempts": 1, "price": { "micros": 1, "currency": "EUR" }, "double_reach": true, "in_reply_to": id("msg"), "edited_at": AT, "revoked_at": AT })
}

fn with(mut value: Value, member: &str, part: Value) -> Value {
    value[member] = part;
    value
}

#[test]
fn messages_are_as_described() {
    for content in contents() {
        agrees::<model::Message, Message>(with(message(), "content", content));
    }
    for content in received() {
        agrees::<model::Message, Message>(with(message(), "received", content));
    }
    for origin in origins() {
        agrees::<model::Message, Message>(with(message(), "origin", origin));
    }
    for status in ["queued", "sending", "in_doubt", "accepted", "delivered", "read", "failed", "cancelled", "expired", "received"] {
        agrees::<model::Message, Message>(with(message(), "status", json!(status)));
    }
}

#[test]
fn send_errors_are_as_described() {
    for remedy in [
        json!({ "do": "retry", "after": 1 }),
        json!({ "do": "slow_sender", "after": 1 }),
        json!({ "do": "slow_pair", "after": 1 }),
        json!({ "do": "next_channel" }),
        json!({ "do": "suppress_address", "retry_after": 1 }),
        json!({ "do": "revoke_consent" }),
        json!({ "do": "pause_template" }),
        json!({ "do": "pause_sender" }),
        json!({ "do": "window_closed" }),
        json!({ "do": "fix_data" }),
    ] {
        for cause in model::send_error::FallbackCause::ALL {
            let error = json!({ "remedy": remedy, "cause": cause, "code": "whatsapp:131026", "for_user": "cannot be reached" });
            agrees::<model::Message, Message>(with(message(), "error", error));
        }
    }
}

#[test]
fn decisions_are_as_described() {
    let option = json!({ "channel": "sms", "address": phone(), "sender": id("snd"), "eligible": true, "form": "free_form", "price": price(), "reason": "r" });
    let record = json!({ "id": id("dec"), "workspace": id("ws"), "contact": id("ctc"), "message": id("msg"), "at": AT, "stage": "hand_off",
        "wanted": { "origin": { "by": "contact" }, "purpose": "promotional", "topic": "offers", "due_at": AT, "summary": "s" },
        "rules": [{ "rule": "consent", "channel": "sms", "outcome": "not_applicable", "detail": "d", "inputs": { "a": 1 } }],
        "channels": [option], "price": price(), "versions": ["journey:v1"],
        "verdict": { "say": "send", "channel": "sms", "address": phone(), "sender": id("snd"), "form": "template" } });
    agrees::<model::decision::DecisionRecord, DecisionRecord>(record.clone());
    let defer = json!({ "say": "defer", "until": AT, "reason": "quiet hours" });
    agrees::<model::decision::DecisionRecord, DecisionRecord>(with(record.clone(), "verdict", defer));
    let silent = json!({ "say": "silent", "code": "consent_missing", "cause": "no_consent", "reason": "no opt-in" });
    agrees::<model::decision::DecisionRecord, DecisionRecord>(with(record, "verdict", silent));
}

#[test]
fn contacts_and_runs_are_as_described() {
    let reach = json!({ "whatsapp": { "state": "reachable", "since": AT }, "sms": { "state": "unreachable", "since": AT, "until": AT, "reason": "r" },
        "rcs": { "state": "suppressed", "since": AT, "reason": "r" } });
    let address = json!({ "kind": "phone", "value": "+12025550123", "verified": true, "source": "api", "added_at": AT, "reach": reach, "identity_changed_at": AT });
    agrees::<model::contact::Contact, Contact>(
        json!({ "id": id("ctc"), "created_at": AT, "name": "Sample Person", "locale": "pt-BR", "addresses": [address],
        "attributes": { "a": 1 }, "zones": [{ "source": "number_prefix", "zone": "Europe/Lisbon", "at": AT }], "preferred_channel": "rcs" }),
    );
    for status in ["active", "completed", "exited", "failed"] {
        agrees::<model::change::RunRow, RunRow>(
            json!({ "id": id("run"), "contact": id("ctc"), "journey": "j", "version": "v", "instance_key": "k",
            "status": status, "step": "s", "entered_at": AT, "ended_at": AT, "due_at": AT, "result": "completed", "goal_at": AT }),
        );
    }
}

#[test]
fn conversations_are_as_described() {
    for reason in ["journey_step", "asked_for_human", "not_understood", "unprompted", "no_answer", "possible_opt_out", "agent"] {
        for (status, priority) in [("bot", "urgent"), ("waiting", "high"), ("open", "normal"), ("resolved", "low")] {
            let handoff = json!({ "reason": reason, "summary": "s", "fields": { "order": "A1" }, "journey": "j", "step": "s" });
            let case = json!({ "id": id("cas"), "queue": "q", "assignee": id("usr"), "priority": priority, "opened_at": AT, "handoff": handoff,
                "first_reply_at": AT, "reply_due_at": AT, "resolved_at": AT, "category": "c" });
            agrees::<model::case::Conversation, Conversation>(
                json!({ "id": id("cnv"), "workspace": id("ws"), "contact": id("ctc"), "contact_name": "n",
                "status": status, "case": case, "channel": "sms", "last_message": "m", "last_message_id": id("msg"), "last_message_at": AT,
                "last_inbound_at": AT, "window_closes_at": AT, "unread": 1, "labels": ["vip"] }),
            );
        }
    }
}

#[test]
fn consent_is_as_described() {
    for act in [
        "form_submitted",
        "imported",
        "stop_word",
        "start_word",
        "button_tapped",
        "platform_switch",
        "provider_report",
        "agent_recorded",
        "api_recorded",
        "admin_mapped",
    ] {
        agrees::<model::LedgerEntry, LedgerEntry>(
            json!({ "id": id("csn"), "workspace": id("ws"), "contact": id("ctc"), "seq": 1, "address": phone(),
            "channel": "whatsapp", "purpose": "authentication", "topic": "t", "state": "opted_out", "act": act, "wording": "h", "source": "s",
            "actor": "contact", "ip": "192.0.2.1", "user_agent": "u", "at": AT, "evidence": "e", "recorded_at": AT, "prev_hash": "0", "hash": "1" }),
        );
    }
    agrees::<model::consent::Wording, Wording>(json!({ "hash": "h", "capture_point": "c", "version": "v", "language": "en", "text": "t",
        "screenshot": "s", "created_at": AT }));
}

#[test]
fn templates_and_senders_are_as_described() {
    for state in ["draft", "pending", "approved", "rejected", "paused", "disabled", "other"] {
        let approval = json!({ "state": state, "raw_state": "X", "provider_id": "1", "reason": "r", "quality": "GREEN", "category": "utility", "version": "v", "at": AT });
        let more = json!([{ "kind": "copy_code", "title": "t", "code": "c" }, { "kind": "form", "title": "t", "form": "1", "screen": "s", "token": "k" },
            { "kind": "one_time_code", "title": "t", "delivery": "zero_tap", "autofill": "a", "apps": [{ "package": "p", "signature": "s" }] },
            { "kind": "catalogue", "title": "t", "thumbnail": "p" }, { "kind": "voice_call", "title": "t" },
            { "kind": "products", "title": "t", "thumbnail": "p", "groups": [{ "title": "g", "products": "a,b" }] },
            { "kind": "other", "title": "t", "provider_kind": "SPM", "raw": { "a": 1 } }]);
        let buttons = json!([{ "kind": "quick_reply", "id": "y", "title": "Yes" }, { "kind": "url", "title": "t", "url": "https://example.com" },
            { "kind": "call", "title": "t", "phone": "+12025550100" }]);
        let text = json!({ "header": "h", "body": "b", "footer": "f", "buttons": buttons, "approval": approval,
            "offer": { "text": "o", "ends_at": "{{a}}" }, "code": { "advice": true, "expires_minutes": 5 }, "not_sendable": "x",
            "author": id("usr"), "endorsed": { "by": id("usr"), "at": AT },
            "cards": [{ "header_part": { "kind": "product", "catalogue": "c", "product": "p" }, "body": "b", "buttons": more }] });
        agrees::<model::template::Template, Template>(json!({ "id": id("tpl"), "name": "n", "purpose": "transactional",
            "variables": [{ "name": "a", "kind": "time", "sample": "s", "fallback": "f", "max_length": 9 }, { "name": "b", "kind": "number", "sample": "s" }],
            "languages": { "en": text }, "default_language": "en", "version": "v", "updated_at": AT }));
    }
    for status in [json!({ "state": "active" }), json!({ "state": "paused", "reason": "r" })] {
        agrees::<model::sender::Sender, Sender>(
            json!({ "id": id("snd"), "channel": "email", "name": "n", "address": "+12025550100", "provider_ref": "1",
            "status": status, "per_second": 80 }),
        );
    }
}

#[test]
fn logs_and_deliveries_are_as_described() {
    agrees::<model::timeline::TimelineEntry, TimelineEntry>(
        json!({ "id": id("tml"), "workspace": id("ws"), "contact": id("ctc"), "at": AT,
        "recorded_at": AT, "kind": "message_delivered", "data": { "a": 1 }, "message": id("msg"), "decision": id("dec"), "run": id("run") }),
    );
    agrees::<model::audit::AuditEntry, AuditEntry>(json!({ "workspace": id("ws"), "at": AT, "actor": "a", "action": "b", "target": "c",
        "detail": { "a": 1 }, "ip": "192.0.2.1" }));
    for status in ["pending", "delivered", "failed"] {
        agrees::<model::delivery::Delivery, Delivery>(
            json!({ "id": id("dlv"), "workspace": id("ws"), "contact": id("ctc"), "endpoint": "e", "event": "v",
            "body": "{}", "status": status, "created_at": AT, "next_at": AT, "attempts": [{ "at": AT, "status": 500, "detail": "d" }] }),
        );
    }
    let signal = json!({ "id": id("sig"), "workspace": id("ws"), "target": { "contact": id("ctc") }, "event_time": AT, "arrival_time": AT, "source": "s",
        "dedupe_key": "d", "fingerprint": 7, "body": { "kind": "wake" } });
    agrees::<storage::Parked, Parked>(json!({ "signal": signal, "error": "e", "parked_at": AT, "tries": 2 }));
}

#[test]
fn broadcasts_are_as_described() {
    let row = json!({ "broadcast": id("bct"), "contact": id("ctc"), "canary": true, "state": "silent", "not_before": AT, "at": AT,
        "code": "capped", "reason": "r", "decision": id("dec"), "message": id("msg"), "channel": "sms", "replied_at": AT, "opted_out_at": AT });
    for state in model::broadcast::RecipientState::ALL {
        agrees::<model::broadcast::Recipient, Recipient>(with(row.clone(), "state", json!(state)));
    }
    for state in ["draft", "freezing", "checking", "scheduled", "canary", "running", "paused", "stopping", "stopped", "completed"] {
        agrees::<model::broadcast::BroadcastState, BroadcastState>(json!(state));
    }
}

#[test]
fn enumerations_have_no_member_that_is_not_described() {
    for channel in ModelChannel::ALL {
        agrees::<ModelChannel, Channel>(json!(channel));
    }
    for purpose in model::Purpose::ALL {
        agrees::<model::Purpose, Purpose>(json!(purpose));
    }
    for kind in ["phone", "bsuid", "email", "external"] {
        agrees::<model::AddressKey, AddressKey>(json!({ "kind": kind, "value": "x" }));
    }
    assert_eq!(serde_json::to_value(Timestamp::parse(AT).unwrap()).unwrap(), json!(AT));
}
