//! The shape of the graph: everything is reached, every round waits, and the messages of one run are bounded (U5).

use std::collections::{BTreeMap, BTreeSet};

use super::Reader;
use crate::definition::{Delay, Journey, Step, StepKind, TimeoutAfter};
use crate::diagnostic::Place;
use crate::graph::edges_of;

/// Reports what is wrong with the shape; the most messages that one run can send.
pub(super) fn flow(r: &mut Reader<'_>, journey: &Journey, places: &BTreeMap<String, Place>, at: Place) -> u32 {
    // With a step missing the edges are not known, and every finding here would follow from one that is already made.
    let whole = places.keys().all(|name| journey.steps.contains_key(name))
        && journey.steps.values().flat_map(edges_of).all(|edge| journey.steps.contains_key(edge.to))
        && journey.steps.contains_key(&journey.start);
    if !whole {
        return 0;
    }
    unreachable(r, journey, places);
    let sound = rounds_wait(r, journey, places);
    let worst = worst_case(journey);
    match (worst, journey.max_messages) {
        (Some(worst), most) => {
            let worst = most.map_or(worst, |most| most.min(worst));
            r.findings.note("JRN090", at, format!("one run sends at most {worst} messages"), "Nothing to do.");
            worst
        }
        (None, Some(most)) => {
            r.findings.note("JRN090", at, format!("one run sends at most {most} messages, by `max_messages`"), "Nothing to do.");
            most
        }
        (None, None) => {
            if sound {
                let fix = "Write `max_messages: <number>` at the top: what would be more is skipped as capped.";
                r.findings.error("JRN036", at, "the messages of one run are not bounded: a send stands in a round", fix);
            }
            0
        }
    }
}

fn unreachable(r: &mut Reader<'_>, journey: &Journey, places: &BTreeMap<String, Place>) {
    let mut open: Vec<&str> = vec![&journey.start];
    open.extend(journey.updates.iter().filter_map(|u| u.then.as_deref()));
    open.extend(journey.takeover.next.as_deref());
    let mut seen = BTreeSet::new();
    while let Some(name) = open.pop() {
        if let Some(step) = journey.steps.get(name).filter(|_| seen.insert(name)) {
            open.extend(edges_of(step).into_iter().map(|edge| edge.to));
        }
    }
    for name in journey.order.iter().filter(|name| !seen.contains(name.as_str())) {
        let at = places.get(name).copied().unwrap_or_default();
        r.findings.error("JRN014", at, format!("no edge leads to step `{name}`"), "Lead one there, or remove the step.");
    }
}

/// Whether time certainly passes in the step. An anchored moment may be past, and a message may be refused at once.
fn waits(step: &Step) -> bool {
    match &step.kind {
        StepKind::Delay(delay) => matches!(delay, Delay::For(_) | Delay::At { .. }),
        StepKind::Await(wait) => matches!(wait.timeout.after, TimeoutAfter::Elapsed(_)),
        _ => false,
    }
}

fn rounds_wait(r: &mut Reader<'_>, journey: &Journey, places: &BTreeMap<String, Place>) -> bool {
    let hasty = |step: &Step| !waits(step);
    let mut sound = true;
    for round in rounds(journey, &hasty) {
        sound = false;
        let at = round.iter().filter_map(|name| places.get(*name)).min().copied().unwrap_or_default();
        let what = format!("the run can go round without a wait: {}", round.join(", "));
        r.findings.error("JRN026", at, what, "Put a `for` or `at` delay, or an await with `timeout: {after}`, into the round.");
    }
    sound
}

/// Groups of steps that can be reached from one another through steps of the given sort.
fn rounds<'j>(journey: &'j Journey, counts: &dyn Fn(&Step) -> bool) -> Vec<Vec<&'j str>> {
    let reach = |from: &'j str| {
        let mut seen: BTreeSet<&'j str> = BTreeSet::new();
        let mut open: Vec<&'j str> = vec![from];
        while let Some(name) = open.pop() {
            let Some(step) = journey.steps.get(name).filter(|s| counts(s)) else { continue };
            for edge in edges_of(step) {
                if let Some((key, _)) = journey.steps.get_key_value(edge.to).filter(|(_, s)| counts(s))
                    && seen.insert(key)
                {
                    open.push(key);
                }
            }
        }
        seen
    };
    let reached: BTreeMap<&str, BTreeSet<&str>> = journey.steps.keys().map(|name| (name.as_str(), reach(name))).collect();
    let mut done: BTreeSet<&str> = BTreeSet::new();
    let mut found = Vec::new();
    for (name, to) in reached.iter().filter(|(name, to)| to.contains(**name)) {
        if done.contains(name) {
            continue;
        }
        let round: Vec<&str> = to.iter().copied().filter(|other| reached.get(other).is_some_and(|back| back.contains(name))).collect();
        done.extend(&round);
        found.push(round);
    }
    found
}

/// The longest way, counted in sends. `None` when a send stands in a round, also one that an update closes.
fn worst_case(journey: &Journey) -> Option<u32> {
    let in_round = rounds(journey, &|_| true);
    let sends = |name: &str| matches!(journey.steps.get(name).map(|s| &s.kind), Some(StepKind::Send(_)));
    let mut jumped: BTreeSet<&str> = journey.updates.iter().filter_map(|u| u.then.as_deref()).collect();
    loop {
        let more: Vec<&str> = jumped
            .iter()
            .filter_map(|name| journey.steps.get(*name))
            .flat_map(edges_of)
            .map(|e| e.to)
            .filter(|to| !jumped.contains(to))
            .collect();
        if more.is_empty() {
            break;
        }
        jumped.extend(more);
    }
    if in_round.iter().flatten().chain(jumped.iter()).any(|name| sends(name)) {
        return None;
    }
    // Rounds have no sends, so each step needs to be counted once on a way: longest path with rounds cut.
    let mut known: BTreeMap<&str, u32> = BTreeMap::new();
    for _ in 0..=journey.steps.len() {
        for step in journey.steps.values() {
            let after = edges_of(step).into_iter().filter_map(|e| known.get(e.to)).max().copied().unwrap_or(0);
            known.insert(&step.name, after + u32::from(sends(&step.name)));
        }
    }
    known.get(journey.start.as_str()).copied()
}
