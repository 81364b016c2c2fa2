//! Webhooks of services that send mail.

use std::sync::Arc;

use async_trait::async_trait;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use channel::{MailService, Secret};
use http_client::{Bytes, HeaderMap, HttpError, Request, Response, StatusCode, Transport};
use serde_json::Value;

use super::heard::{BODY_MAX, deliver};
use super::mail::{adapter, sender};
use crate::seeds_in;
use crate::target::{Broken, Form, Pace, Target, reader};

const FOLDER: &str = "crates/channel-email/testdata/";

/// The samples of a file, which has them by name.
fn samples(file: &str) -> anyhow::Result<Vec<Vec<u8>>> {
    let mut seeds = Vec::new();
    for file in seeds_in(&[&format!("{FOLDER}{file}")], ".json")? {
        match serde_json::from_slice(&file)? {
            Value::Object(members) if !members.contains_key("FromFull") => {
                seeds.extend(members.values().map(|value| value.to_string().into_bytes()));
            }
            _ => seeds.push(file),
        }
    }
    Ok(seeds)
}

pub const POSTMARK: Target = Target {
    name: "postmark-webhook",
    form: Form::Json,
    seeds: || {
        let mut seeds = samples("postmark_events.json")?;
        for file in samples("postmark_inbound.json")? {
            let mut mail: Value = serde_json::from_slice(&file)?;
            mail["OriginalRecipient"] = "hello@example.com".into();
            seeds.push(mail.to_string().into_bytes());
        }
        Ok(seeds)
    },
    words: &[
        "Bounce",
        "Delivery",
        "SpamComplaint",
        "HardBounce",
        "SubscriptionChange",
        "ManualSuppression",
        "hello@example.com",
        "message-id",
        "Content-Type",
        "--postmark-inbound",
    ],
    longest: BODY_MAX,
    pace: Pace::LINEAR,
    reader: || {
        let service = MailService::Postmark { user: "user".into(), password: Secret::new("password") };
        let (adapter, account) = (adapter(), sender("", Some(service)));
        let headers = [("authorization", format!("Basic {}", STANDARD.encode("user:password")))];
        reader(move |raw| deliver(&adapter, &account, "postmark", &headers, raw))
    },
};

pub const SENDGRID: Target = Target {
    name: "sendgrid-events",
    form: Form::Json,
    seeds: || samples("sendgrid_events.json"),
    words: &[
        "bounce",
        "blocked",
        "dropped",
        "spamreport",
        "group_unsubscribe",
        "5.7.1",
        "smtp-id",
        "<msg_00000000000000000000000007@example.com>",
    ],
    longest: BODY_MAX,
    pace: Pace::LINEAR,
    reader: || {
        let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).map_err(|_| anyhow::anyhow!("no key"))?;
        let service = MailService::Sendgrid { public_key: STANDARD.encode(key.public_key().as_ref()), inbound: None };
        let (adapter, account) = (adapter(), sender("", Some(service)));
        reader(move |raw| {
            #[expect(clippy::disallowed_methods, reason = "this scheme signs with fresh noise; what is read does not depend on it")]
            let noise = SystemRandom::new();
            let tag = key.sign(&noise, &[&b"1795000000"[..], raw].concat()).map_err(|_| Broken("it cannot be signed".into()))?;
            let headers = [
                ("x-twilio-email-event-webhook-timestamp", "1795000000".to_owned()),
                ("x-twilio-email-event-webhook-signature", STANDARD.encode(tag.as_ref())),
            ];
            deliver(&adapter, &account, "sendgrid", &headers, raw)
        })
    },
};

/// Gives the certificate that the samples are signed with, whatever is asked for.
struct Certificate(Vec<u8>);

#[async_trait]
impl Transport for Certificate {
    async fn send(&self, _: Request) -> Result<Response, HttpError> {
        Ok(Response { status: StatusCode::OK, headers: HeaderMap::new(), body: Bytes::from(self.0.clone()) })
    }
}

/// What anybody can send there: only the samples themselves are signed, so this is about the envelope and its signature.
pub const SNS: Target = Target {
    name: "sns-envelope",
    form: Form::Json,
    seeds: || samples("sns_signed.json"),
    words: &[
        "Notification",
        "SubscriptionConfirmation",
        "https://sns.us-east-1.amazonaws.com/x.pem",
        "SignatureVersion",
        "2",
        "arn:aws:sns:us-east-1:1234567890:SES_Events",
    ],
    longest: BODY_MAX,
    pace: Pace::LINEAR,
    reader: || {
        let certificate = seeds_in(&[&format!("{FOLDER}sns_certificate.pem")], ".pem")?.concat();
        let service = MailService::Ses { topic_arn: "arn:aws:sns:us-east-1:1234567890:SES_Events".into() };
        let (adapter, account) = (adapter().with_transport(Arc::new(Certificate(certificate))), sender("", Some(service)));
        reader(move |raw| deliver(&adapter, &account, "ses", &[], raw))
    },
};
