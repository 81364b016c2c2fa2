//! Steps that do something and go on: branch, set, emit, hand off.

use model::case::HandoffReason;

use super::head::{PRIORITIES, queue};
use super::{Fields, Reader};
use crate::conditions::Expression;
use crate::definition::{Branch, Emit, HandOff, SetTarget, Variable};
use crate::diagnostic::Place;
use crate::nearest::suggestion;
use crate::yaml::Node;

pub(super) fn branch(r: &mut Reader<'_>, name: &str, at: Place, node: &Node, otherwise: Option<String>) -> Option<Branch> {
    let mut arms = Vec::new();
    for node in r.items(node) {
        let Some(mut f) = r.fields(node, "a branch") else { continue };
        let when = f.require(r, "when", "JRN005", "Write `when: <condition>`.").and_then(|n| r.condition(Some(n), "when"));
        let to = f.require(r, "to", "JRN005", "Write `to: <step>`.").and_then(|n| r.target(n, "to"));
        f.finish(r);
        arms.extend(when.zip(to));
    }
    if otherwise.is_none() {
        r.missing("JRN025", at, format!("branch `{name}` has no `otherwise`"), "Write `otherwise: <step>` beside `branch`.");
    }
    Some(Branch { arms, otherwise: otherwise? })
}

/// `contact.<attribute>` or `run.<variable>`, said out loud, because the two live differently long.
pub(super) fn set(r: &mut Reader<'_>, node: &Node, context: &[Variable]) -> Option<Vec<(SetTarget, Expression)>> {
    r.fields(node, "set")?;
    let mut out = Vec::new();
    for (key, node) in Fields::entries(node) {
        let value = r.value(node, "set");
        let target = match key.text.split_once('.') {
            Some(("contact", name)) if super::is_name(name) => SetTarget::Contact(name.to_owned()),
            Some(("run", name)) if context.iter().any(|v| v.name == name) => SetTarget::Run(name.to_owned()),
            Some(("run", name)) => {
                let fix = suggestion(name, context.iter().map(|v| v.name.as_str()));
                r.findings.error("JRN042", key.at, format!("the context has no variable `{name}`"), fix);
                continue;
            }
            _ => {
                let fix = format!("Write `contact.{0}` for an attribute, or `run.{0}` for a variable.", key.text);
                r.findings.error("JRN042", key.at, format!("`{}` does not say whose it is", key.text), fix);
                continue;
            }
        };
        out.extend(value.map(|value| (target, value)));
    }
    Some(out)
}

fn named(r: &mut Reader<'_>, node: Option<&Node>) -> Vec<(String, Expression)> {
    let mut out = Vec::new();
    for (key, node) in node.map(Fields::entries).unwrap_or_default() {
        if !super::is_name(&key.text) {
            r.bad_name(key.at, &key.text, "a field");
        }
        out.extend(r.value(node, &key.text).map(|value| (key.text.clone(), value)));
    }
    out
}

pub(super) fn emit(r: &mut Reader<'_>, node: &Node) -> Option<Emit> {
    let mut f = r.fields(node, "emit")?;
    let event = f.require(r, "event", "JRN005", "Write `event: <what_happened>`.").and_then(|n| r.name(Some(n), "an event"));
    let properties = named(r, f.get("properties"));
    f.finish(r);
    Some(Emit { event: event?, properties })
}

pub(super) fn hand_off(r: &mut Reader<'_>, node: &Node) -> Option<HandOff> {
    let mut f = r.fields(node, "hand_off")?;
    let to = f.require(r, "queue", "JRN005", "Write `queue: <queue>`.").and_then(|n| queue(r, n, "queue"));
    let priority = f.get("priority").and_then(|n| r.choice(n, "a priority", &PRIORITIES)).unwrap_or_default();
    let reasons = [
        ("journey_step", HandoffReason::JourneyStep),
        ("no_answer", HandoffReason::NoAnswer),
        ("not_understood", HandoffReason::NotUnderstood),
        ("asked_for_human", HandoffReason::AskedForHuman),
    ];
    let reason = f.get("reason").and_then(|n| r.choice(n, "a reason", &reasons));
    let summary =
        f.require(r, "summary", "JRN005", "Write `summary:`, one sentence for whoever takes over.").and_then(|n| r.text(n, "summary"));
    let fields = named(r, f.get("fields"));
    f.finish(r);
    Some(HandOff { queue: to?, priority, reason, summary: summary?, fields })
}
