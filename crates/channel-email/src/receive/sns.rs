//! Notifications of Amazon SNS: whose they are is proved by a certificate that lies at Amazon, and nowhere else.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use channel::{Call, Refused};
use http_client::Request;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::server::ParsedCertificate;
use serde::Deserialize;

use super::Help;

const WITHIN: Duration = Duration::from_secs(10);
const CERTIFICATE_MAX: usize = 20_000;
/// Keys that are remembered; Amazon has a few for each region.
const KEYS_MAX: usize = 16;

/// Public keys by the address of their certificate.
#[derive(Default)]
pub(crate) struct Certificates {
    known: Mutex<BTreeMap<String, Arc<Vec<u8>>>>,
}

pub(super) enum Notice {
    /// The subscription was confirmed.
    Confirmed,
    Event {
        id: String,
        body: String,
    },
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Envelope {
    r#type: String,
    message_id: String,
    topic_arn: String,
    #[serde(default)]
    subject: Option<String>,
    message: String,
    timestamp: String,
    signature_version: String,
    signature: String,
    #[serde(rename = "SigningCertURL")]
    signing_cert_url: String,
    #[serde(default, rename = "SubscribeURL")]
    subscribe_url: Option<String>,
    #[serde(default)]
    token: Option<String>,
}

pub(super) async fn open(topic_arn: &str, call: &Call<'_>, help: &Help<'_>) -> Result<Notice, Refused> {
    let envelope: Envelope = serde_json::from_slice(call.body).map_err(|error| Refused::BadBody(error.to_string()))?;
    if envelope.topic_arn != topic_arn || !is_amazons(&envelope.signing_cert_url) {
        return Err(Refused::BadSignature);
    }
    let key = help.certificates.key(&envelope.signing_cert_url, help).await.ok_or(Refused::BadSignature)?;
    let signature = STANDARD.decode(&envelope.signature).map_err(|_| Refused::BadSignature)?;
    let algorithm = match envelope.signature_version.as_str() {
        "2" => &RSA_PKCS1_2048_8192_SHA256,
        "1" => &RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY,
        _ => return Err(Refused::BadSignature),
    };
    let verified = UnparsedPublicKey::new(algorithm, key.as_slice()).verify(signed(&envelope).as_bytes(), &signature);
    verified.map_err(|_| Refused::BadSignature)?;
    if envelope.r#type == "Notification" {
        return Ok(Notice::Event { id: envelope.message_id, body: envelope.message });
    }
    // The address was signed by Amazon and is Amazon's: asking it says that we want the topic.
    let ask = envelope.subscribe_url.filter(|url| is_amazons(url) && envelope.r#type == "SubscriptionConfirmation");
    if let (Some(url), Some(transport)) = (ask, help.transport) {
        let confirmed = transport.send(Request::get(url).within(WITHIN)).await;
        if !confirmed.is_ok_and(|answer| answer.status.is_success()) {
            return Err(Refused::BadBody("the subscription could not be confirmed; ask for it again".to_owned()));
        }
    }
    Ok(Notice::Confirmed)
}

/// What is signed: names and values in a fixed order, each on its line.
fn signed(envelope: &Envelope) -> String {
    let mut lines = vec![("Message", envelope.message.as_str()), ("MessageId", &envelope.message_id)];
    if envelope.r#type == "Notification" {
        lines.extend(envelope.subject.as_deref().map(|subject| ("Subject", subject)));
        lines.push(("Timestamp", &envelope.timestamp));
    } else {
        lines.extend(envelope.subscribe_url.as_deref().map(|url| ("SubscribeURL", url)));
        lines.push(("Timestamp", &envelope.timestamp));
        lines.extend(envelope.token.as_deref().map(|token| ("Token", token)));
    }
    lines.extend([("TopicArn", envelope.topic_arn.as_str()), ("Type", &envelope.r#type)]);
    lines.iter().map(|(name, value)| format!("{name}\n{value}\n")).collect()
}

/// `https://sns.<region>.amazonaws.com/…`, with the default port and nothing before the host.
pub(super) fn is_amazons(url: &str) -> bool {
    let Some(rest) = url.strip_prefix("https://sns.") else { return false };
    let Some((host, _)) = rest.split_once('/') else { return false };
    let region = host.strip_suffix(".amazonaws.com").or_else(|| host.strip_suffix(".amazonaws.com.cn"));
    region.is_some_and(|region| {
        !region.is_empty() && region.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    })
}

impl Certificates {
    async fn key(&self, url: &str, help: &Help<'_>) -> Option<Arc<Vec<u8>>> {
        if let Some(known) = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(url) {
            return Some(Arc::clone(known));
        }
        let answer = help.transport?.send(Request::get(url).within(WITHIN).accepting(CERTIFICATE_MAX)).await.ok()?;
        if !answer.status.is_success() {
            return None;
        }
        let certificate = CertificateDer::from_pem_slice(&answer.body).ok()?;
        let key = Arc::new(ParsedCertificate::try_from(&certificate).ok()?.subject_public_key_info().to_vec());
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= KEYS_MAX {
            known.clear();
        }
        known.insert(url.to_owned(), Arc::clone(&key));
        Some(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_amazons_own_addresses_are_asked_for_certificates() {
        assert!(is_amazons("https://sns.us-east-1.amazonaws.com/SimpleNotificationService-1.pem"));
        assert!(is_amazons("https://sns.cn-north-1.amazonaws.com.cn/x.pem"));
        for evil in [
            "http://sns.us-east-1.amazonaws.com/x.pem",
            "https://sns.us-east-1.amazonaws.com.evil.example/x.pem",
            "https://sns.evil.example/.amazonaws.com/x",
            "https://sns.x@evil.example/.amazonaws.com/",
            "https://sns.us-east-1.amazonaws.com:8443/x.pem",
            "https://sns..amazonaws.com/x.pem",
            "https://evil.sns.us-east-1.amazonaws.com/x.pem",
            "",
        ] {
            assert!(!is_amazons(evil), "{evil}");
        }
    }
}
