//! Events of RCS for Business.

use std::sync::Arc;

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use channel::{OnUnknown, Provider, RcsAccount, Secret};
use channel_rcs::Rcs;
use model::{Channel, Clock, Timestamp};
use serde_json::{Value, json};

use super::heard::{BODY_MAX, NOW, Nowhere, account, deliver};
use crate::seeds_in;
use crate::target::{Form, Pace, Target, reader};

struct Stopped;

impl Clock for Stopped {
    fn now(&self) -> Timestamp {
        NOW
    }
}

pub const EVENTS: Target = Target {
    name: "rcs-events",
    form: Form::Json,
    seeds: || {
        let files = seeds_in(&["crates/channel-rcs/testdata/authored_webhook_decoded_events.json"], ".json")?;
        let mut seeds = Vec::new();
        for file in files {
            let events: Vec<Value> = serde_json::from_slice(&file)?;
            seeds.extend(events.iter().map(|event| event.to_string().into_bytes()));
        }
        Ok(seeds)
    },
    words: &[
        "DELIVERED",
        "READ",
        "SUBSCRIBE",
        "IS_TYPING",
        "TTL_EXPIRATION_REVOKED",
        "suggestionResponse",
        "postbackData",
        "userFile",
        "location",
        "secret",
    ],
    longest: BODY_MAX,
    pace: Pace::LINEAR,
    reader: || {
        let rcs = RcsAccount {
            agent_id: "acme_agent".into(),
            service_account: "agent@example.com".into(),
            private_key: Secret::new(""),
            client_token: Secret::new("a word"),
            ttl_s: 600,
            on_unknown: OnUnknown::Try,
            token_url: "https://oauth.example.com/token".into(),
            base_url: "https://rcs.example.com".into(),
        };
        let (adapter, account) = (Rcs::new(Arc::new(Nowhere), Arc::new(Stopped)), account(Channel::Rcs, "acme_agent", Provider::Rcs(rcs)));
        reader(move |raw| {
            // The event itself, signed; and the same bytes as the envelope around one, which nobody signed.
            let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA512, b"a word"), raw);
            let headers = [("x-goog-signature", STANDARD.encode(tag.as_ref()))];
            let envelope = json!({ "message": { "data": STANDARD.encode(raw) } }).to_string();
            let inner = deliver(&adapter, &account, "", &headers, envelope.as_bytes())?;
            Ok(inner ^ deliver(&adapter, &account, "", &headers, raw)?)
        })
    },
};
