//! Webhooks of the providers of SMS.

use std::sync::Arc;

use aws_lc_rs::hmac;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use channel::{Provider, Secret, TelnyxAccount, TwilioAccount};
use channel_sms::Twilio;
use channel_telnyx::Telnyx;
use model::Channel;
use serde_json::json;

use super::heard::{BODY_MAX, NOW, Nowhere, account, deliver};
use crate::seeds_in;
use crate::target::{Form, Pace, Target, reader};

const PUBLIC: &str = "https://antiphon.example.com";

pub const TWILIO: Target = Target {
    name: "twilio-form",
    form: Form::Bytes,
    seeds: || {
        let mut seeds = Vec::new();
        for file in seeds_in(&["fixtures/twilio"], ".form.txt")? {
            seeds.extend(file.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).map(<[u8]>::to_vec));
        }
        Ok(seeds)
    },
    words: &[
        "MessageSid=",
        "SmsSid=",
        "From=",
        "whatsapp%3A",
        "rcs%3A",
        "NumMedia=",
        "MediaUrl0=",
        "MediaContentType0=",
        "Body=",
        "MessageStatus=",
        "ErrorCode=",
        "30003",
        "21610",
        "OptOutType=STOP",
        "RawDlrDoneDate=",
        "ButtonPayload=",
        "Latitude=",
        "%2B",
        "%F0%9F%98%80",
        "%zz",
        "+",
    ],
    longest: BODY_MAX,
    pace: Pace::LINEAR,
    reader: || {
        let twilio = TwilioAccount {
            account_sid: "AC1".into(),
            auth_token: Secret::new("a token"),
            signing_key: Some(Secret::new("a shared key")),
            from: Some("+12025550100".into()),
            messaging_service_sid: None,
            base_url: "https://api.example.com".into(),
            public_url: PUBLIC.into(),
        };
        let (adapter, account) = (Twilio::new(Arc::new(Nowhere)), account(Channel::Sms, "+12025550100", Provider::Twilio(twilio)));
        reader(move |raw| {
            // The newer scheme covers the form as the older one does, by names and values; both are made from what Twilio's page says of them.
            let mut shapes = 0;
            for part in ["inbound", "status"] {
                let url = format!("{PUBLIC}/webhooks/x/{}/{part}", account.sender.id);
                let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, b"a token");
                let tag = hmac::sign(&key, format!("{url}{}", values(raw)).as_bytes());
                let headers = [
                    ("content-type", "application/x-www-form-urlencoded".to_owned()),
                    ("x-twilio-signature", STANDARD.encode(tag.as_ref())),
                ];
                shapes ^= deliver(&adapter, &account, part, &headers, raw)?;
            }
            Ok(shapes)
        })
    },
};

/// What is signed: names and values, decoded and sorted, each pair once.
fn values(raw: &[u8]) -> String {
    let mut pairs: Vec<(String, String)> = raw
        .split(|byte| *byte == b'&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let cut = pair.iter().position(|byte| *byte == b'=');
            let (name, value) = cut.map_or((pair, &[][..]), |at| (&pair[..at], &pair[at + 1..]));
            (decoded(name), decoded(value))
        })
        .collect();
    pairs.sort();
    pairs.dedup();
    pairs.into_iter().map(|(name, value)| name + &value).collect()
}

fn decoded(raw: &[u8]) -> String {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let (mut out, mut at) = (Vec::new(), 0);
    while let Some(byte) = raw.get(at) {
        let pair = raw.get(at + 1..at + 3).and_then(|pair| Some(digit(pair[0])? * 16 + digit(pair[1])?));
        match (byte, pair) {
            (b'%', Some(byte)) => {
                out.push(byte);
                at += 2;
            }
            (b'+', _) => out.push(b' '),
            (other, _) => out.push(*other),
        }
        at += 1;
    }
    String::from_utf8_lossy(&out).into_owned()
}

pub const TELNYX: Target = Target {
    name: "telnyx-webhook",
    form: Form::Json,
    seeds: || {
        let event = |kind: &str, payload: serde_json::Value| {
            json!({ "data": { "id": "ev-1", "event_type": kind, "occurred_at": "2026-11-22T10:00:00Z", "payload": payload } })
                .to_string()
                .into_bytes()
        };
        let to = |word: &str| json!([{ "phone_number": "+12025550123", "status": word }]);
        Ok(vec![
            event(
                "message.received",
                json!({ "id": "m-1", "from": { "phone_number": "+12025550123" }, "to": to("webhook_delivered"), "text": "Hello",
                    "media": [{ "url": "https://example.com/a.png", "content_type": "image/png" }] }),
            ),
            event("message.sent", json!({ "id": "m-2", "to": to("sent"), "tags": ["msg_00000000000000000000000007"], "errors": [] })),
            event(
                "message.finalized",
                json!({ "id": "m-2", "to": to("delivery_failed"), "tags": [], "errors": [{ "code": 40001, "title": "Not routable" }] }),
            ),
        ])
    },
    words: &["message.received", "message.finalized", "delivered", "expired", "delivery_unconfirmed", "40300", "+12025550123"],
    longest: BODY_MAX,
    pace: Pace::LINEAR,
    reader: || {
        let key = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).map_err(|_| anyhow::anyhow!("no key"))?;
        let telnyx = TelnyxAccount {
            api_key: Secret::new("a key"),
            public_key: STANDARD.encode(key.public_key().as_ref()),
            from: "+12025550100".into(),
            messaging_profile_id: None,
            base_url: "https://api.example.com".into(),
            public_url: PUBLIC.into(),
        };
        let (adapter, account) = (Telnyx::new(Arc::new(Nowhere)), account(Channel::Sms, "+12025550100", Provider::Telnyx(telnyx)));
        reader(move |raw| {
            let at = NOW.as_secs().to_string();
            let tag = key.sign(&[at.as_bytes(), b"|", raw].concat());
            let headers = [("telnyx-timestamp", at), ("telnyx-signature-ed25519", STANDARD.encode(tag))];
            deliver(&adapter, &account, "", &headers, raw)
        })
    },
};
