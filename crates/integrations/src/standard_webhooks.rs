//! Signatures by the Standard Webhooks specification: `v1,` + base64 of HMAC-SHA256 over `id.timestamp.body`.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use model::{Millis, Timestamp};

/// How far a sender's clock may be off.
pub const TOLERANCE: Millis = Millis::from_mins(5);

const PREFIX: &str = "whsec_";

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    #[error("the secret must be whsec_ and base64 of 24 to 64 bytes")]
    Secret,
    #[error("the header `{0}` is missing")]
    Missing(&'static str),
    #[error("the header `webhook-timestamp` is not a number of seconds")]
    Timestamp,
    #[error("the message is {0} away from our clock; more than 5 minutes are not accepted")]
    Stale(Millis),
    #[error("no signature matches: check the secret, and that the body arrives unchanged")]
    Mismatch,
}

/// The three headers of a webhook, as they came.
#[derive(Clone, Copy, Debug, Default)]
pub struct Headers<'a> {
    pub id: Option<&'a str>,
    pub timestamp: Option<&'a str>,
    pub signature: Option<&'a str>,
}

fn key(secret: &str) -> Result<hmac::Key, SignatureError> {
    let bytes = secret.strip_prefix(PREFIX).and_then(|text| STANDARD.decode(text).ok()).ok_or(SignatureError::Secret)?;
    if !(24..=64).contains(&bytes.len()) {
        return Err(SignatureError::Secret);
    }
    Ok(hmac::Key::new(hmac::HMAC_SHA256, &bytes))
}

/// Writes a secret from random bytes.
#[must_use]
pub fn secret_from(bytes: &[u8; 32]) -> String {
    format!("{PREFIX}{}", STANDARD.encode(bytes))
}

fn signed(id: &str, timestamp: i64, body: &[u8]) -> Vec<u8> {
    let mut bytes = format!("{id}.{timestamp}.").into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

/// The value of `webhook-signature`.
pub fn sign(secret: &str, id: &str, at: Timestamp, body: &[u8]) -> Result<String, SignatureError> {
    let tag = hmac::sign(&key(secret)?, &signed(id, at.as_secs(), body));
    Ok(format!("v1,{}", STANDARD.encode(tag.as_ref())))
}

/// Checks a webhook over its raw bytes, in constant time, against each secret that is in force. Answers its id: the dedupe key.
pub fn verify<'h>(secrets: &[&str], headers: &Headers<'h>, body: &[u8], now: Timestamp) -> Result<&'h str, SignatureError> {
    let id = headers.id.ok_or(SignatureError::Missing("webhook-id"))?;
    let timestamp: i64 =
        headers.timestamp.ok_or(SignatureError::Missing("webhook-timestamp"))?.parse().map_err(|_| SignatureError::Timestamp)?;
    let signatures = headers.signature.ok_or(SignatureError::Missing("webhook-signature"))?;
    let drift = Millis((now - Timestamp::from_millis(timestamp.saturating_mul(1000))).0.saturating_abs());
    if drift > TOLERANCE {
        return Err(SignatureError::Stale(drift));
    }
    let bytes = signed(id, timestamp, body);
    for secret in secrets {
        let key = key(secret)?;
        for signature in signatures.split(' ').filter_map(|one| one.strip_prefix("v1,")) {
            if let Ok(tag) = STANDARD.decode(signature)
                && hmac::verify(&key, &bytes, &tag).is_ok()
            {
                return Ok(id);
            }
        }
    }
    Err(SignatureError::Mismatch)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The `standard_webhooks` vector of `fixtures/vectors/signatures.json`.
    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const AT: Timestamp = Timestamp::from_secs(1_614_265_330);
    const BODY: &[u8] = br#"{"test": 2432232314}"#;
    const SIGNATURE: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    fn headers(signature: &str) -> Headers<'_> {
        Headers { id: Some("msg_p5jXN8AQM9LWM0D4loKWxJek"), timestamp: Some("1614265330"), signature: Some(signature) }
    }

    #[test]
    fn the_published_vector_is_reproduced() {
        assert_eq!(sign(SECRET, "msg_p5jXN8AQM9LWM0D4loKWxJek", AT, BODY).as_deref(), Ok(SIGNATURE));
        assert_eq!(verify(&[SECRET], &headers(SIGNATURE), BODY, AT), Ok("msg_p5jXN8AQM9LWM0D4loKWxJek"));
    }

    #[test]
    fn one_of_several_signatures_and_secrets_is_enough() {
        let other = secret_from(&[7; 32]);
        let both = format!("v1,AAAA {SIGNATURE}");
        assert!(verify(&[&other, SECRET], &headers(&both), BODY, AT).is_ok());
    }

    #[test]
    fn changed_stale_and_unsigned_webhooks_are_refused() {
        assert_eq!(verify(&[SECRET], &headers(SIGNATURE), b"{}", AT), Err(SignatureError::Mismatch));
        assert!(matches!(verify(&[SECRET], &headers(SIGNATURE), BODY, AT + Millis::from_mins(6)), Err(SignatureError::Stale(_))));
        assert_eq!(verify(&[SECRET], &Headers::default(), BODY, AT), Err(SignatureError::Missing("webhook-id")));
        assert_eq!(sign("secret", "id", AT, BODY), Err(SignatureError::Secret));
    }
}
