//! The steps: exactly one kind each.

use std::collections::BTreeMap;

use model::Purpose;

use super::{Fields, Reader, actions, send, waits};
use crate::definition::{Step, StepKind, Variable};
use crate::diagnostic::Place;
use crate::nearest::suggestion;
use crate::yaml::Node;

const KINDS: [&str; 8] = ["delay", "send", "await", "branch", "set", "emit", "hand_off", "end"];

/// More than anybody can read; bounds the work of the checks on the graph.
const STEPS_MAX: usize = 500;

pub(super) struct Steps {
    pub steps: BTreeMap<String, Step>,
    pub order: Vec<String>,
    /// Where each step's name stands.
    pub places: BTreeMap<String, Place>,
}

/// What the journey says for all its sends.
pub(super) struct Defaults<'a> {
    pub purpose: Option<Purpose>,
    pub topic: Option<&'a str>,
    pub context: &'a [Variable],
}

pub(super) fn steps(r: &mut Reader<'_>, node: &Node, purpose: Option<Purpose>, topic: Option<&str>, context: &[Variable]) -> Steps {
    let defaults = Defaults { purpose, topic, context };
    let mut out = Steps { steps: BTreeMap::new(), order: Vec::new(), places: BTreeMap::new() };
    if r.fields(node, "steps").is_none() {
        return out;
    }
    let written = Fields::entries(node).len();
    if written > STEPS_MAX {
        r.findings.error("JRN032", node.at, format!("there are {written} steps"), format!("Split the journey; {STEPS_MAX} are allowed."));
        return out;
    }
    for (key, node) in Fields::entries(node) {
        if !super::is_name(&key.text) {
            r.bad_name(key.at, &key.text, "a step");
        }
        out.order.push(key.text.clone());
        out.places.insert(key.text.clone(), key.at);
        if let Some(step) = step(r, &key.text, key.at, node, &defaults) {
            out.steps.insert(key.text.clone(), step);
        }
    }
    let mentions = std::mem::take(&mut r.mentions);
    for (name, at) in mentions.iter().filter(|(name, _)| !out.places.contains_key(name)) {
        let fix = suggestion(name, out.order.iter().map(String::as_str));
        r.findings.error("JRN013", *at, format!("there is no step `{name}`"), fix);
    }
    out
}

fn step(r: &mut Reader<'_>, name: &str, at: Place, node: &Node, defaults: &Defaults<'_>) -> Option<Step> {
    let mut f = r.fields(node, "a step")?;
    let kinds: Vec<(&'static str, &Node)> = KINDS.into_iter().filter_map(|kind| f.get(kind).map(|node| (kind, node))).collect();
    let title = r.string(f.get("title"), "title");
    let next_node = f.get("next");
    let next = next_node.and_then(|n| r.target(n, "next"));
    let (kind, body) = match kinds.as_slice() {
        [one] => *one,
        [] => {
            let fix = format!("Give it one of: {}.", KINDS.join(", "));
            r.findings.error("JRN016", at, format!("step `{name}` does nothing"), fix);
            f.finish(r);
            return None;
        }
        [(first, _), (second, _), ..] => {
            let what = format!("step `{name}` is both a {first} and a {second}");
            r.findings.error("JRN016", f.key_place(second), what, "Make two steps of it.");
            f.finish(r);
            return None;
        }
    };
    let otherwise = match kind {
        "branch" => f.get("otherwise").map(|n| (n, r.target(n, "otherwise"))),
        _ => None,
    };
    let goes_on = !matches!(kind, "await" | "branch" | "end");
    if goes_on && kind != "hand_off" && next_node.is_none() {
        r.missing("JRN005", at, format!("step `{name}` does not say what comes next"), "Write `next: <step>`; an `end` step ends the run.");
    }
    if !goes_on && let Some(node) = next_node {
        let what = format!("an {kind} has edges of its own and no `next`").replace("an branch", "a branch");
        r.findings.error("JRN004", node.at, what, "Remove `next`, or make a step of its own for what comes after.");
    }
    let read = match kind {
        "delay" => waits::delay(r, body).map(StepKind::Delay),
        "send" => send::send(r, name, at, body, defaults).map(|send| StepKind::Send(Box::new(send))),
        "await" => waits::wait(r, name, at, body).map(StepKind::Await),
        "branch" => actions::branch(r, name, at, body, otherwise.and_then(|(_, to)| to)).map(StepKind::Branch),
        "set" => actions::set(r, body, defaults.context).map(StepKind::Set),
        "emit" => actions::emit(r, body).map(StepKind::Emit),
        "hand_off" => actions::hand_off(r, body).map(StepKind::HandOff),
        _ => r.name(Some(body), "a result").map(|result| StepKind::End { result }),
    };
    f.finish(r);
    Some(Step { name: name.to_owned(), title, kind: read?, next })
}
