//! The version: a hash of what a journey means. What a person in it never sees does not count (R-VER-4).

use std::fmt::Write as _;

use model::draws::stable_hash;

use crate::definition::{Goal, Journey};

/// Thirty-two hexadecimal letters. A later release of the product may hash the same file to another version, because it may
/// understand more of it; a stored definition keeps the version under which it was published, and runs name that.
pub(super) fn version(journey: &Journey) -> String {
    let meaning = canonical(journey);
    let (a, b) = (stable_hash(&[b"journey", meaning.as_bytes()]), stable_hash(&[meaning.as_bytes(), b"journey"]));
    format!("{a:016x}{b:016x}")
}

/// The definition as text, without comments, layout, title, description, tags, step titles and the goal's name and window.
fn canonical(journey: &Journey) -> String {
    let mut out = String::new();
    let j = journey;
    let goal = match &j.goal {
        Goal::Reached { on, condition, conversion: None, .. } => format!("{on} {condition:?}"),
        Goal::Reached { on, condition, conversion: Some(conversion), .. } => format!("{on} {condition:?} {conversion:?}"),
        Goal::Waived { .. } => "none".to_owned(),
    };
    // Debug of the checked form is used on purpose: every member that is added later counts without being listed here.
    let _ = write!(
        out,
        "{:?}|{:?}|{:?}|{:?}|{:?}|{:?}|{:?}|{goal}|{:?}|{:?}|{:?}|{:?}",
        j.name, j.owner, j.purpose, j.topic, j.entry, j.context, j.updates, j.exits, j.takeover, j.max_messages, j.start
    );
    if j.priority > 0 || j.value > 0 {
        let _ = write!(out, "|weight {} {}", j.priority, j.value);
    }
    for step in j.steps.values() {
        let _ = write!(out, "|{:?} {:?} {:?}", step.name, step.kind, step.next);
    }
    out
}
