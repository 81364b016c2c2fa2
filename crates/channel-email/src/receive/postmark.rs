//! Postmark's webhooks: one event in each, guarded by a name and password, and what people write.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use channel::{Account, Call, Heard, Received, Refused, Secret};
use model::Timestamp;
use serde_json::Value;

use super::said::{NAME, Said, kept, message, text, told};
use crate::errors;
use crate::inbound::House;

const SERVICE: &str = "postmark";

pub(super) async fn receive(
    user: &str,
    password: &Secret,
    account: &Account,
    call: &Call<'_>,
    now: Timestamp,
    house: &House,
) -> Result<Heard, Refused> {
    said_by(user, password, call)?;
    let event: Value = serde_json::from_slice(call.body).map_err(|error| Refused::BadBody(error.to_string()))?;
    if event.get("RecordType").is_none() && event.get("FromFull").is_some() {
        let (to, from) = (text(&event, "OriginalRecipient").unwrap_or_default(), address(&event));
        return house.read(account, from, to, mail(&event).as_bytes(), now).await;
    }
    Ok(one(&event, now).into_iter().collect::<Vec<_>>().into())
}

/// Whether the name and password of the webhook's address came with the call.
pub(super) fn said_by(user: &str, password: &Secret, call: &Call<'_>) -> Result<(), Refused> {
    let given = call.header("authorization").and_then(|header| header.strip_prefix("Basic ")).ok_or(Refused::NoSignature)?;
    let right = STANDARD.encode(format!("{user}:{}", password.reveal()));
    verify_slices_are_equal(given.trim().as_bytes(), right.as_bytes()).map_err(|_| Refused::BadToken)
}

fn one(event: &Value, now: Timestamp) -> Option<Received> {
    let about = message(event.get("Metadata").and_then(|data| text(data, NAME)));
    let address = text(event, "Email").or_else(|| text(event, "Recipient"));
    let details = text(event, "Details").unwrap_or_default();
    let id = event.get("ID").map(Value::to_string).or_else(|| text(event, "MessageID").map(str::to_owned)).unwrap_or_default();
    let what = match (text(event, "RecordType").unwrap_or_default(), text(event, "Type").unwrap_or_default()) {
        ("Delivery", _) => Said::Delivered,
        ("SpamComplaint", _) | ("Bounce", "SpamComplaint") => Said::Complained,
        ("Bounce", "HardBounce" | "BadEmailAddress" | "AddressChange") => Said::Failed(errors::bounced("5.1.1", details)),
        ("Bounce", "Blocked" | "SpamNotification" | "DMARCPolicy" | "VirusNotification") => Said::Failed(errors::blocked(details)),
        ("Bounce", "Unsubscribe" | "ManuallyDeactivated") => Said::Unsubscribed,
        ("SubscriptionChange", _) => match (event.get("SuppressSending").and_then(Value::as_bool), text(event, "SuppressionReason")) {
            (Some(true), Some("ManualSuppression")) => Said::Unsubscribed,
            (Some(true), Some("SpamComplaint")) => Said::Complained,
            // A bounce tells of itself; who comes back does so by our own ways.
            _ => return Some(kept(SERVICE, "subscription_change", &id, event)),
        },
        ("Open" | "Click", _) => return None,
        // Transient, auto-responders, and what is new.
        (kind, sort) => return Some(kept(SERVICE, &format!("{kind}_{sort}").to_lowercase(), &id, event)),
    };
    Some(told(SERVICE, what, about, address, now).unwrap_or_else(|| kept(SERVICE, "unnamed", &id, event)))
}

fn address(event: &Value) -> &str {
    event.get("FromFull").and_then(|from| text(from, "Email")).unwrap_or_default()
}

/// The mail as it would have come by SMTP, so that there is one way of reading.
fn mail(event: &Value) -> String {
    const BOUNDARY: &str = "postmark-inbound";
    let clean = |text: &str| text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect::<String>();
    let named = |value: &Value| Some((clean(text(value, "Name")?), clean(text(value, "Value")?)));
    let mut out = String::new();
    let headers: Vec<(String, String)> = event.get("Headers").and_then(Value::as_array).into_iter().flatten().filter_map(named).collect();
    for (name, value) in &headers {
        let plain = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        let ours =
            ["from", "subject", "content-type", "content-transfer-encoding", "mime-version"].contains(&name.to_ascii_lowercase().as_str());
        if plain && !ours {
            out.push_str(&format!("{name}: {value}\r\n"));
        }
    }
    if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("message-id")) {
        out.push_str(&format!("Message-ID: <{}@inbound.postmark>\r\n", clean(text(event, "MessageID").unwrap_or_default())));
    }
    let name = event.get("FromFull").and_then(|from| text(from, "Name")).unwrap_or_default();
    let encoded = |text: &str| format!("=?utf-8?B?{}?=", STANDARD.encode(text));
    out.push_str(&format!("From: {} <{}>\r\n", encoded(&clean(name)), clean(address(event))));
    out.push_str(&format!("Subject: {}\r\n", encoded(&clean(text(event, "Subject").unwrap_or_default()))));
    out.push_str(&format!("Content-Type: multipart/mixed; boundary=\"{BOUNDARY}\"\r\n\r\n"));
    let (kind, body) = match text(event, "TextBody").filter(|text| !text.trim().is_empty()) {
        Some(body) => ("plain", body),
        None => ("html", text(event, "HtmlBody").unwrap_or_default()),
    };
    let part = |head: &str, encoded: &str| format!("--{BOUNDARY}\r\n{head}\r\nContent-Transfer-Encoding: base64\r\n\r\n{encoded}\r\n");
    out.push_str(&part(&format!("Content-Type: text/{kind}; charset=utf-8"), &STANDARD.encode(body)));
    for file in event.get("Attachments").and_then(Value::as_array).into_iter().flatten() {
        let content = text(file, "Content").or_else(|| text(file, "Data")).unwrap_or_default();
        let packed: String = content.chars().filter(|letter| letter.is_ascii_alphanumeric() || "+/=".contains(*letter)).collect();
        let kind = clean(text(file, "ContentType").unwrap_or("application/octet-stream"));
        let name = clean(text(file, "Name").unwrap_or("attachment")).replace(['"', '\\'], "_");
        out.push_str(&part(&format!("Content-Type: {kind}\r\nContent-Disposition: attachment; filename=\"{name}\""), &packed));
    }
    out.push_str(&format!("--{BOUNDARY}--\r\n"));
    out
}
