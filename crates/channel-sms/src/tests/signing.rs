//! Both signature schemes against vectors that Twilio's own SDK made, and the segment table.

use std::path::Path;

use channel::{Refused, Secret, TwilioAccount};
use policy::price::{Alphabet, segments};
use serde_json::Value;

use super::fake::twilio;
use crate::form;
use crate::signature::verify;

const FORM: &str = "application/x-www-form-urlencoded; charset=utf-8";

fn vector(provider: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/vectors/signatures.json");
    let vectors: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    vectors.as_array().unwrap().iter().find(|vector| vector["provider"] == provider).unwrap().clone()
}

fn text<'a>(vector: &'a Value, name: &str) -> &'a str {
    vector[name].as_str().unwrap()
}

fn body(vector: &Value) -> String {
    let pairs: Vec<(&str, String)> =
        vector["form"].as_object().unwrap().iter().map(|(name, value)| (name.as_str(), value.as_str().unwrap().to_owned())).collect();
    form::write(&pairs)
}

#[test]
fn the_auth_token_scheme_agrees_with_twilios_sdk() {
    let vector = vector("twilio");
    let account = TwilioAccount { auth_token: Secret::new(text(&vector, "secret")), ..twilio() };
    let (url, signature, raw) = (text(&vector, "url"), text(&vector, "signature"), body(&vector));
    let check = |url: &str, signature: Option<&str>, raw: &str| verify(&account, url, signature, None, raw.as_bytes(), FORM);
    assert_eq!(check(url, Some(signature), &raw), Ok(()));
    // Order does not matter, the default port may be there or not, anything else changes the signature.
    let reversed = raw.split('&').rev().collect::<Vec<_>>().join("&");
    assert_eq!(check(url, Some(signature), &reversed), Ok(()));
    assert_eq!(check(&url.replace("mycompany.com", "mycompany.com:443"), Some(signature), &raw), Ok(()));
    assert_eq!(check(&url.replace("bar=2", "bar=3"), Some(signature), &raw), Err(Refused::BadSignature));
    assert_eq!(check(url, Some(signature), &format!("{raw}&Extra=1")), Err(Refused::BadSignature));
    assert_eq!(check(url, None, &raw), Err(Refused::NoSignature));
    assert_eq!(check(url, Some("not base64!"), &raw), Err(Refused::BadSignature));
}

#[test]
fn the_shared_key_scheme_agrees_with_twilios_sdk() {
    let vector = vector("twilio_shared_key");
    let settings = vector["extra_header"]["X-Twilio-Webhooks-Signature-Settings"].as_str();
    let (url, signature, raw) = (text(&vector, "url"), Some(text(&vector, "signature")), body(&vector));
    let account = TwilioAccount { signing_key: Some(Secret::new(text(&vector, "secret"))), ..twilio() };
    assert_eq!(verify(&account, url, signature, settings, raw.as_bytes(), FORM), Ok(()));
    assert_eq!(verify(&account, url, signature, None, raw.as_bytes(), FORM), Err(Refused::BadSignature));
    assert_eq!(verify(&twilio(), url, signature, settings, raw.as_bytes(), FORM), Err(Refused::BadSignature));
    let other = Some("key=x,algorithm=HMAC_MD5");
    assert_eq!(verify(&account, url, signature, other, raw.as_bytes(), FORM), Err(Refused::BadSignature));
}

#[test]
fn a_json_body_is_covered_by_its_hash_in_the_address() {
    let vector = vector("twilio_json_body");
    let account = TwilioAccount { auth_token: Secret::new(text(&vector, "secret")), ..twilio() };
    let (url, signature, raw) = (text(&vector, "url"), Some(text(&vector, "signature")), text(&vector, "body"));
    let check = |raw: &str| verify(&account, url, signature, None, raw.as_bytes(), "application/json");
    assert_eq!(check(raw), Ok(()));
    assert_eq!(check(&raw.replace('1', "2")), Err(Refused::BadSignature));
    assert_eq!(
        verify(&account, "https://example.com/hook", signature, None, raw.as_bytes(), "application/json"),
        Err(Refused::BadSignature)
    );
}

#[test]
fn an_empty_secret_lets_nobody_in() {
    use aws_lc_rs::hmac;
    use base64::Engine as _;
    let account = TwilioAccount { auth_token: Secret::default(), signing_key: Some(Secret::default()), ..twilio() };
    for (algorithm, settings) in [(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, None), (hmac::HMAC_SHA256, Some("algorithm=HMAC_SHA256"))] {
        let tag = hmac::sign(&hmac::Key::new(algorithm, b""), b"https://example.com/AB");
        let signature = base64::engine::general_purpose::STANDARD.encode(tag);
        assert_eq!(verify(&account, "https://example.com/", Some(&signature), settings, b"A=B", FORM), Err(Refused::BadSignature));
    }
}

/// ACCEPTANCE A60: alphabet and segment count of 200 texts, exact.
#[test]
fn a60_segments_of_the_golden_set_are_exact() {
    let table = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/segments.jsonl")).unwrap();
    let mut count = 0;
    for line in table.lines() {
        let (text, alphabet, units, parts): (String, String, u32, u32) = serde_json::from_str(line).unwrap();
        let measured = segments(&text);
        let expected = if alphabet == "gsm7" { Alphabet::Gsm7 } else { Alphabet::Ucs2 };
        assert_eq!((measured.alphabet, measured.units, measured.parts), (expected, units, parts.max(1)), "{text:?}");
        count += 1;
    }
    assert_eq!(count, 200);
}
