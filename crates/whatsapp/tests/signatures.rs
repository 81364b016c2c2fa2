//! The public signature vector for Meta, and the escaped bytes that a simulator signs.

use serde_json::Value;
use whatsapp::{escape, signature};

#[test]
fn the_public_vector_verifies() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/vectors/signatures.json");
    let vectors: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let vector = vectors.as_array().unwrap().iter().find(|vector| vector["provider"] == "meta").unwrap();
    let text = |name: &str| vector[name].as_str().unwrap();
    assert_eq!(text("header"), signature::HEADER);
    assert_eq!(signature::sign(text("secret").as_bytes(), text("body").as_bytes()), text("signature"));
    assert_eq!(signature::verify(&[text("secret")], text("body").as_bytes(), Some(text("signature"))), Ok(()));
}

#[test]
fn every_fixture_survives_metas_escaping_and_its_signature_holds_only_for_those_bytes() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/whatsapp/webhooks");
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let value: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        let wire = escape::to_wire(&value).unwrap();
        assert!(wire.is_ascii() && !wire.contains(&b'\n'), "{path:?}");
        assert_eq!(serde_json::from_slice::<Value>(&wire).unwrap(), value, "{path:?}");
        let header = signature::sign(b"secret", &wire);
        assert_eq!(signature::verify(&["secret"], &wire, Some(&header)), Ok(()));
        let plain = serde_json::to_vec(&value).unwrap();
        assert_eq!(signature::verify(&["secret"], &plain, Some(&header)).is_ok(), plain == wire, "{path:?}");
    }
}
