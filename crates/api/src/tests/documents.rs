//! Committed files that are written from the code. `ANTIPHON_UPDATE=1` writes them anew.

use std::path::{Path, PathBuf};

fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs")
}

#[expect(clippy::disallowed_methods, reason = "whoever starts the tests says so in the environment")]
fn updating() -> bool {
    std::env::var_os("ANTIPHON_UPDATE").is_some()
}

/// Compares a committed file with what the code says.
fn same(path: &Path, text: &str) {
    if updating() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
        return;
    }
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    assert!(committed == text, "{} is not what the code says; run `ANTIPHON_UPDATE=1 cargo test -p api`", path.display());
}

#[test]
fn the_committed_description_is_what_the_code_says() {
    same(&docs().join("api/openapi.json"), &crate::openapi_json());
}

#[test]
fn every_problem_code_has_its_page() {
    for (name, text) in crate::problem::error_pages() {
        same(&docs().join("errors").join(name), &text);
    }
}

#[test]
fn every_reference_in_the_description_leads_somewhere() {
    let document: serde_json::Value = serde_json::from_str(&crate::openapi_json()).unwrap();
    assert_eq!(document["openapi"], "3.1.0");
    let text = document.to_string();
    for piece in text.split("\"$ref\":\"#").skip(1) {
        let pointer = piece.split('"').next().unwrap();
        assert!(document.pointer(pointer).is_some(), "{pointer}");
    }
}

#[test]
fn every_operation_has_an_id_a_summary_and_answers() {
    let document: serde_json::Value = serde_json::from_str(&crate::openapi_json()).unwrap();
    let mut ids = std::collections::BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let id = operation["operationId"].as_str().unwrap_or_else(|| panic!("{method} {path} has no id"));
            assert!(ids.insert(id.to_owned()), "{id} is there twice");
            assert!(operation["summary"].as_str().is_some_and(|s| !s.is_empty()), "{id} has no summary");
            let responses = operation["responses"].as_object().unwrap();
            assert!(responses.len() > 1, "{id} has no answers");
            for (status, response) in responses {
                assert!(response["description"].is_string() || response["$ref"].is_string(), "{id} {status} has no description");
            }
        }
    }
}
