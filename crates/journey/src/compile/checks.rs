//! What only shows across steps: answers and their buttons, windows, purposes.

use std::collections::{BTreeMap, BTreeSet};

use model::message::OnLate;
use model::send_error::FallbackCause;
use model::{Channel, Purpose};

use super::{Reader, body};
use crate::definition::{Await, Body, ExpectsReply, Journey, Send, Step, StepKind};
use crate::diagnostic::Place;
use crate::graph::{EdgeKind, edges_of};
use crate::nearest::suggestion;

pub(super) fn across(r: &mut Reader<'_>, journey: &Journey, places: &BTreeMap<String, Place>) {
    let place = |name: &str| places.get(name).copied().unwrap_or_default();
    let open = surely_open(journey);
    for step in journey.steps.values() {
        match &step.kind {
            StepKind::Send(send) => {
                // A step that could not be read may be the await that is looked for.
                if places.keys().all(|name| journey.steps.contains_key(name)) {
                    answered(r, journey, step, send, place(&step.name));
                }
                alternatives(r, send, &step.name, place(&step.name), open.contains(step.name.as_str()));
                skipped(r, journey, step, send, place(&step.name));
                purposes(r, send, &step.name, place(&step.name));
                if send.fallback.any.is_none() {
                    let what =
                        format!("send `{}` has no fallback for `any` cause: where it cannot go out, the run ends as failed", step.name);
                    r.findings.warning(
                        "JRN040",
                        place(&step.name),
                        what,
                        "Write `fallback: {any: <step>}`, such as another channel or a hand-off.",
                    );
                }
            }
            StepKind::Await(wait) => choices(r, journey, wait, &step.name, place(&step.name)),
            _ => {}
        }
    }
}

/// A24: who asks something says who takes the answer.
fn answered(r: &mut Reader<'_>, journey: &Journey, step: &Step, send: &Send, at: Place) {
    let awaited = journey.steps.values().any(|s| matches!(&s.kind, StepKind::Await(w) if w.reply_to.contains(&step.name)));
    if send.expects_reply == ExpectsReply::Yes && !awaited {
        let what = format!("send `{}` expects an answer and no await takes it", step.name);
        r.findings.error(
            "JRN031",
            at,
            what,
            "Go on to an await with `reply_to: [this step]`, or write `expects_reply: inbox` or `expects_reply: false`.",
        );
    }
}

/// R-WIN-2: free-form text only where the window can be open, or with something to say when it is shut.
fn alternatives(r: &mut Reader<'_>, send: &Send, name: &str, at: Place, surely_open: bool) {
    let alone =
        send.channels.iter().filter(|d| d.channel == Channel::Whatsapp && d.in_window.is_some() && d.out_of_window.is_none()).count();
    let elsewhere = send.channels.len() > 1 || send.fallback.edge(FallbackCause::WindowClosed).is_some();
    if alone > 0 && !elsewhere && !surely_open {
        let what = format!("send `{name}` is free-form only, and the window may be shut by then");
        r.findings.error(
            "JRN027",
            at,
            what,
            "Add `out_of_window: {template: …}`, another channel, or `fallback: {window_closed: <step>}`.",
        );
    }
}

/// A message may be skipped as late; an await that then waits for its answer would call silence what was never asked.
fn skipped(r: &mut Reader<'_>, journey: &Journey, step: &Step, send: &Send, at: Place) {
    let next = step.next.as_deref().and_then(|next| journey.steps.get(next));
    let awaits_it = next.is_some_and(|next| matches!(&next.kind, StepKind::Await(w) if w.reply_to.contains(&step.name)));
    if awaits_it && send.on_late != OnLate::Send && !send.fallback.edges.contains_key(&FallbackCause::TooLate) {
        let what = format!("send `{}` may be skipped as too late, and the run would wait for an answer to nothing", step.name);
        r.findings.error("JRN038", at, what, "Write `fallback: {too_late: <step>}`: where the run goes on without this message.");
    }
}

/// A template's purpose bounds what it may be used for: promotional words in a transactional dress are refused.
fn purposes(r: &mut Reader<'_>, send: &Send, name: &str, at: Place) {
    for content in send.channels.iter().flat_map(|d| [&d.in_window, &d.out_of_window]).flatten() {
        let Body::Template { name: template, .. } = content else { continue };
        let Some(found) = body::template(r, template) else { continue };
        if found.purpose != send.purpose && (found.purpose == Purpose::Promotional || found.purpose == Purpose::Authentication) {
            let what = format!("send `{name}` is {} and its template `{template}` is {}", send.purpose, found.purpose);
            r.findings.error("JRN037", at, what, "Give both the same purpose; consent is asked for by purpose.");
        }
    }
}

/// Buttons are matched by id (A25): each id that is waited for is offered, each that is offered is handled or falls to the default.
fn choices(r: &mut Reader<'_>, journey: &Journey, wait: &Await, name: &str, at: Place) {
    let mut offered: BTreeSet<String> = BTreeSet::new();
    let mut unknown_template = false;
    for to in &wait.reply_to {
        match journey.steps.get(to).map(|s| &s.kind) {
            Some(StepKind::Send(send)) => {
                offered.extend(send.choice_ids().into_iter().map(str::to_owned));
                for content in send.channels.iter().flat_map(|d| [&d.in_window, &d.out_of_window]).flatten() {
                    let Body::Template { name: template, .. } = content else { continue };
                    match body::template(r, template) {
                        Some(found) => offered.extend(body::template_buttons(found).into_iter().map(str::to_owned)),
                        None => unknown_template = true,
                    }
                }
            }
            Some(_) => {
                let what = format!("await `{name}` waits for an answer to `{to}`, which sends nothing");
                r.findings.error("JRN039", at, what, "Name a send step in `reply_to`.");
            }
            // Unknown, and reported as such; or broken, and its buttons are not known.
            None => unknown_template = true,
        }
    }
    if unknown_template {
        return;
    }
    for (id, _) in wait.replies.iter().filter(|(id, _)| !offered.contains(id)) {
        let what = format!("await `{name}` handles `{id}`, and no button of {} has that id", wait.reply_to.join(", "));
        r.findings.error("JRN030", at, what, suggestion(id, offered.iter().map(String::as_str)));
    }
    for id in offered.iter().filter(|id| !wait.replies.iter().any(|(known, _)| known == *id)) {
        let what = format!("the button `{id}` has no branch in await `{name}` and takes the default");
        r.findings.warning("JRN044", at, what, format!("Write `replies: {{{id}: <step>}}`, or leave it so."));
    }
}

/// Steps that are only reached right after the person wrote: there the window is open.
fn surely_open(journey: &Journey) -> BTreeSet<&str> {
    let mut open: BTreeSet<&str> = journey.steps.keys().map(String::as_str).filter(|name| *name != journey.start).collect();
    loop {
        let mut shut = BTreeSet::new();
        for step in journey.steps.values() {
            for edge in edges_of(step) {
                let answered = match &step.kind {
                    StepKind::Await(_) => matches!(edge.kind, EdgeKind::Reply | EdgeKind::Default),
                    StepKind::Delay(_) => false,
                    _ => open.contains(step.name.as_str()),
                };
                if !answered && open.contains(edge.to) {
                    shut.insert(edge.to);
                }
            }
        }
        shut.extend(journey.updates.iter().filter_map(|u| u.then.as_deref()).filter(|to| open.contains(to)));
        if shut.is_empty() {
            return open;
        }
        open.retain(|name| !shut.contains(name));
    }
}
