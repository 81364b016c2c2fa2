//! The few signatures that the providers use to sign what they send.

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use aws_lc_rs::{digest, hmac};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The value of `X-Hub-Signature-256`: HMAC-SHA256 over the exact body bytes with the app secret (reference 4.1).
#[must_use]
pub fn hub_signature(app_secret: &str, body: &[u8]) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, app_secret.as_bytes());
    format!("sha256={}", hex::encode(hmac::sign(&key, body)))
}

/// The value of `X-Twilio-Signature`: base64 of HMAC-SHA1 over the URL followed by the sorted, unique name-value pairs.
#[must_use]
pub fn twilio_signature(auth_token: &str, url: &str, form: &[(String, String)]) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, auth_token.as_bytes());
    STANDARD.encode(hmac::sign(&key, twilio_text(url, form).as_bytes()))
}

/// The same under a shared key, for requests with `X-Twilio-Webhooks-Signature-Settings: algorithm=HMAC_SHA256`.
#[must_use]
pub fn twilio_shared_key_signature(shared_key: &str, url: &str, form: &[(String, String)]) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, shared_key.as_bytes());
    STANDARD.encode(hmac::sign(&key, twilio_text(url, form).as_bytes()))
}

fn twilio_text(url: &str, form: &[(String, String)]) -> String {
    let mut pairs: Vec<(&str, &str)> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    pairs.sort_unstable();
    pairs.dedup();
    let mut text = url.to_owned();
    for (name, value) in pairs {
        text.push_str(name);
        text.push_str(value);
    }
    text
}

/// The value of `X-Goog-Signature`: base64 of HMAC-SHA512 over the decoded data with the client token.
#[must_use]
pub fn goog_signature(client_token: &str, data: &[u8]) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA512, client_token.as_bytes());
    STANDARD.encode(hmac::sign(&key, data))
}

/// The pair that a secret stands for; any text is one.
fn telnyx_pair(secret: &str) -> Option<Ed25519KeyPair> {
    Ed25519KeyPair::from_seed_unchecked(&sha256(secret.as_bytes())).ok()
}

/// Base64 of the key that receivers of Telnyx webhooks check with.
#[must_use]
pub fn telnyx_public_key(secret: &str) -> String {
    telnyx_pair(secret).map(|pair| STANDARD.encode(pair.public_key().as_ref())).unwrap_or_default()
}

/// The value of `telnyx-signature-ed25519`: base64 over `{timestamp}|{body}`.
#[must_use]
pub fn telnyx_signature(secret: &str, timestamp: &str, body: &[u8]) -> String {
    let signed = [timestamp.as_bytes(), b"|", body].concat();
    telnyx_pair(secret).map(|pair| STANDARD.encode(pair.sign(&signed))).unwrap_or_default()
}

#[must_use]
pub fn sha256(bytes: &[u8]) -> Vec<u8> {
    digest::digest(&digest::SHA256, bytes).as_ref().to_vec()
}

/// Equality that takes as long for a near miss as for a far one; the double should not teach bad habits.
#[must_use]
pub fn same(a: &str, b: &str) -> bool {
    aws_lc_rs::constant_time::verify_slices_are_equal(a.as_bytes(), b.as_bytes()).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Vector checked with twilio-python 9.13.0 (public documentation example).
    #[test]
    fn the_twilio_signature_matches_a_public_vector() {
        let form = [
            ("CallSid", "CA1234567890ABCDE"),
            ("Caller", "+12349013030"),
            ("Digits", "1234"),
            ("From", "+12349013030"),
            ("To", "+18005551212"),
        ]
        .map(|(n, v)| (n.to_owned(), v.to_owned()));
        assert_eq!(twilio_signature("12345", "https://mycompany.com/myapp.php?foo=1&bar=2", &form), "0/KCTR6DLpKmkAf8muzZqo1nDgQ=");
    }

    #[test]
    fn the_goog_signature_matches_a_published_vector() {
        let data = r#"{"senderPhoneNumber":"+12223334444","eventType":"DELIVERED","eventId":"e1","messageId":"7f1c0e4a-0000-4000-8000-000000000001","agentId":"acme_agent"}"#;
        let expected = "ido1tjNwhPUAoiYgToAhHUf1YZ3hmhlbzi5kmWdmXCf/UuhI3Xo1SR5Ob6G/YLb5+9qW97CGKytIS/5TJZLRAg==";
        assert_eq!(goog_signature("SJENCPGJESMGUFPY", data.as_bytes()), expected);
    }

    #[test]
    fn a_telnyx_signature_is_good_for_its_moment_its_body_and_its_key_only() {
        use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
        let good = |secret: &str, at: &str, body: &str| {
            let key = STANDARD.decode(telnyx_public_key(secret)).unwrap_or_default();
            let signature = STANDARD.decode(telnyx_signature("ours", "1700000000", b"{}")).unwrap_or_default();
            UnparsedPublicKey::new(&ED25519, key).verify(format!("{at}|{body}").as_bytes(), &signature).is_ok()
        };
        assert!(good("ours", "1700000000", "{}"));
        assert!(!good("ours", "1700000001", "{}"));
        assert!(!good("ours", "1700000000", "{ }"));
        assert!(!good("nobody's", "1700000000", "{}"));
    }

    #[test]
    fn the_hub_signature_is_hex_with_its_prefix() {
        assert_eq!(
            hub_signature("key", b"The quick brown fox jumps over the lazy dog"),
            "sha256=f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8"
        );
    }
}
