//! The encryption of forms against software that is not ours (testdata/SOURCES.md).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;
use serde_json::{Value, json};
use whatsapp::form::{FormAction, FormKey, KeyError, OpenError, alive};

fn vector() -> Value {
    serde_json::from_str(include_str!("../testdata/form_exchange.json")).unwrap()
}

fn key() -> FormKey {
    FormKey::from_pkcs8(&STANDARD.decode(vector()["private_key_pkcs8"].as_str().unwrap()).unwrap()).unwrap()
}

fn open(request: &Value) -> Result<whatsapp::form::Opened, OpenError> {
    key().open(request.to_string().as_bytes())
}

#[test]
fn what_others_encrypt_is_read_and_answered_as_they_expect() {
    let vector = vector();
    let opened = open(&vector["request"]).unwrap_or_else(|error| panic!("{error}"));
    let request = &opened.request;
    assert_eq!(
        (&request.action, request.screen.as_deref(), request.flow_token.as_deref()),
        (&FormAction::Exchange, Some("DETAILS"), Some("msg_1"))
    );
    assert_eq!(Value::Object(request.given()), json!({ "email": "sam@example.com" }));
    assert_eq!(opened.seal(&alive()).as_deref(), vector["answer_to_ping"].as_str(), "the nonce is flipped, the tag stands at the end");
}

#[test]
fn the_public_half_is_written_as_meta_wants_it() {
    assert_eq!(key().public_pem(), vector()["public_key_pem"].as_str().unwrap());
    assert_eq!(FormKey::from_pkcs8(b"not a key").err(), Some(KeyError));
}

#[test]
fn what_was_changed_on_the_way_is_told_apart() {
    let with = |member: &str, value: &str| {
        let mut request = vector()["request"].clone();
        request[member] = json!(value);
        open(&request).err()
    };
    assert_eq!(with("initial_vector", "?"), Some(OpenError::Frame));
    assert_eq!(with("initial_vector", "AAAA"), Some(OpenError::Frame), "too short");
    assert_eq!(with("initial_vector", &STANDARD.encode([0; 16])), Some(OpenError::Body));
    assert_eq!(with("encrypted_flow_data", ""), Some(OpenError::Body));
    assert_eq!(with("encrypted_aes_key", &STANDARD.encode([7; 256])), Some(OpenError::Key));
    assert_eq!(with("encrypted_aes_key", ""), Some(OpenError::Key));
    assert_eq!(key().open(b"{}").err(), Some(OpenError::Frame));
}

proptest! {
    #[test]
    fn garbage_is_refused_and_never_a_panic(body in proptest::collection::vec(any::<u8>(), 0..300), data in "[A-Za-z0-9+/]{0,64}") {
        prop_assert!(key().open(&body).is_err());
        let mut request = vector()["request"].clone();
        request["encrypted_flow_data"] = json!(data);
        prop_assert!(open(&request).is_err());
    }
}
