//! `X-Hub-Signature-256`: `sha256=` and the hex HMAC-SHA256 of the raw body under the app secret.
//! Page: Webhooks, "Create a webhook endpoint".
//!
//! The check is over the bytes as they arrived. Meta escapes non-ASCII as `\uXXXX`, so parsing and serialising again
//! gives other bytes and breaks it.

use aws_lc_rs::hmac;

/// The header that carries the signature.
pub const HEADER: &str = "X-Hub-Signature-256";

const PREFIX: &str = "sha256=";

/// Why a delivery is refused. All of them are answered 401 and audited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    #[error("the {HEADER} header is missing")]
    Missing,
    #[error("the {HEADER} header is not sha256= and 64 hex digits")]
    Malformed,
    #[error("the signature does not match the body under any app secret")]
    Mismatch,
}

/// The header's value for this body.
pub fn sign(app_secret: &[u8], body: &[u8]) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, app_secret);
    format!("{PREFIX}{}", hex::encode(hmac::sign(&key, body)))
}

/// Compares in constant time. Several secrets are for rotation, and for several apps that share one business account
/// (each signs with its own).
pub fn verify<S: AsRef<[u8]>>(app_secrets: &[S], body: &[u8], header: Option<&str>) -> Result<(), SignatureError> {
    let header = header.ok_or(SignatureError::Missing)?.trim();
    let digits = header.strip_prefix(PREFIX).ok_or(SignatureError::Malformed)?;
    let mut tag = [0u8; 32];
    hex::decode_to_slice(digits, &mut tag).map_err(|_| SignatureError::Malformed)?;
    let matched = app_secrets.iter().fold(false, |matched, secret| {
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_ref());
        hmac::verify(&key, body, &tag).is_ok() | matched
    });
    if matched { Ok(()) } else { Err(SignatureError::Mismatch) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_malformed_and_wrong_signatures_are_told_apart() {
        let good = sign(b"app-secret", b"{}");
        assert_eq!(verify(&["app-secret"], b"{}", Some(&good)), Ok(()));
        assert_eq!(verify(&["other", "app-secret"], b"{}", Some(&good)), Ok(()));
        assert_eq!(verify(&["app-secret"], b"{ }", Some(&good)), Err(SignatureError::Mismatch));
        assert_eq!(verify(&["app-secret"], b"{}", None), Err(SignatureError::Missing));
        assert_eq!(verify(&["app-secret"], b"{}", Some("sha1=00")), Err(SignatureError::Malformed));
        assert_eq!(verify(&["app-secret"], b"{}", Some("sha256=00")), Err(SignatureError::Malformed));
        assert_eq!(verify::<&str>(&[], b"{}", Some(&good)), Err(SignatureError::Mismatch));
    }
}
