//! Delays and awaits.

use std::collections::BTreeSet;

use super::head::{close_event, open_event};
use super::{Fields, Reader};
use crate::definition::{Await, Delay, EventBranch, IfPast, Timeout, TimeoutAfter, Zone};
use crate::diagnostic::Place;
use crate::yaml::{Kind, Node};

/// R-WAIT-2: `for`, `until` or `at`; one of them.
pub(super) fn delay(r: &mut Reader<'_>, node: &Node) -> Option<Delay> {
    let mut f = r.fields(node, "a delay")?;
    let span = f.get("for");
    let until = f.get("until");
    let at = f.get("at");
    let if_past = f.get("if_past");
    let out = match (span, until, at) {
        (Some(node), None, None) => r.duration(node, "for").map(Delay::For),
        (None, Some(node), None) => {
            let moment = r.moment(node, "until");
            if if_past.is_none() {
                let fix = "Write `if_past: next` to go on at once, or `if_past: {skip_to: <step>}` to leave this touch out.";
                r.missing("JRN041", f.key_place("until"), "an anchored delay does not say what to do when its moment is past", fix);
            }
            let if_past = if_past.and_then(|n| past(r, n)).unwrap_or(IfPast::Next);
            moment.map(|moment| Delay::Until { moment, if_past })
        }
        (None, None, Some(node)) => calendar(r, node),
        _ => {
            r.findings.error(
                "JRN016",
                f.at,
                "a delay needs one of `for`, `until` and `at`",
                "Write `for: 36h`, `until: run.starts_at - duration(\"24h\")`, or `at: {time: \"15:00\"}`.",
            );
            None
        }
    };
    if until.is_none() && if_past.is_some() {
        r.findings.error("JRN004", f.key_place("if_past"), "only `until` can be past", "Remove `if_past`.");
    }
    f.finish(r);
    out
}

fn past(r: &mut Reader<'_>, node: &Node) -> Option<IfPast> {
    if let Kind::Map(_) = node.kind {
        let mut f = r.fields(node, "if_past")?;
        let to = f.require(r, "skip_to", "JRN005", "Write `skip_to: <step>`.").and_then(|n| r.target(n, "skip_to"));
        f.finish(r);
        return to.map(IfPast::SkipTo);
    }
    r.choice(node, "if_past", &[("next", ())]).map(|()| IfPast::Next)
}

fn calendar(r: &mut Reader<'_>, node: &Node) -> Option<Delay> {
    let mut f = r.fields(node, "at")?;
    let time = f.require(r, "time", "JRN005", "Write `time: \"15:00\"`.").and_then(|n| {
        let text = r.scalar(n, "time")?;
        let time = if text.len() == 5 { format!("{text}:00").parse().ok() } else { text.parse::<jiff::civil::Time>().ok() };
        if time.is_none() {
            r.findings.error("JRN007", n.at, format!("`{text}` is not a time of day"), "Write hours and minutes in quotes: \"15:00\".");
        }
        time
    });
    let days = f.get("on_or_after").map_or(Some(0), |n| {
        let text = r.scalar(n, "on_or_after")?;
        let number = text
            .strip_suffix("local_days")
            .or_else(|| text.strip_suffix("local_day"))
            .and_then(|n| n.trim().parse().ok())
            .filter(|n| *n <= 366u32);
        if number.is_none() {
            r.findings.error("JRN007", n.at, format!("`{text}` is not a number of local days"), "Write `0 local_days` or `1 local_day`.");
        }
        number
    });
    let zone = f.require(r, "zone", "JRN009", "Write `zone: contact`, or a zone such as Europe/Madrid.").and_then(|n| {
        let text = r.scalar(n, "zone")?;
        if text == "contact" {
            return Some(Zone::Contact);
        }
        if model::zone::find(text).is_none() {
            r.findings.error(
                "JRN009",
                n.at,
                format!("`{text}` is not a time zone"),
                "Write `contact`, or an IANA name such as Europe/Madrid.",
            );
            return None;
        }
        Some(Zone::Named(text.to_owned()))
    });
    f.finish(r);
    Some(Delay::At { time: time?, days: days?, zone: zone? })
}

pub(super) fn wait(r: &mut Reader<'_>, name: &str, at: Place, node: &Node) -> Option<Await> {
    let mut f = r.fields(node, "an await")?;
    let reply_node = f.get("reply_to");
    let mut reply_to = Vec::new();
    for node in reply_node.map(|n| r.items(n)).unwrap_or_default() {
        reply_to.extend(r.target(node, "reply_to"));
    }
    let mut replies = Vec::new();
    for (key, node) in f.get("replies").map(Fields::entries).unwrap_or_default() {
        replies.extend(r.target(node, "a reply").map(|to| (key.text.clone(), to)));
    }
    let mut words = Vec::new();
    for node in f.get("words").map(|n| r.items(n)).unwrap_or_default() {
        let Some(mut w) = r.fields(node, "words") else { continue };
        let said: Vec<String> = w
            .require(r, "say", "JRN005", "Write `say: [yes, ok]`.")
            .map(|n| r.items(n))
            .unwrap_or_default()
            .iter()
            .filter_map(|n| r.scalar(n, "a word").map(str::to_owned))
            .collect();
        let to = w.require(r, "to", "JRN005", "Write `to: <step>`.").and_then(|n| r.target(n, "to"));
        w.finish(r);
        words.extend(to.map(|to| (said, to)));
    }
    duplicate_words(r, &words, f.key_place("words"));
    let any_text = f.get("any_text").and_then(|n| r.target(n, "any_text"));
    let events: Vec<EventBranch> = f.get("events").map(|n| r.items(n)).unwrap_or_default().iter().filter_map(|n| event(r, n)).collect();
    let default_node = f.get("default");
    let default = default_node.and_then(|n| r.target(n, "default"));
    if !reply_to.is_empty() && default_node.is_none() {
        let fix = "Write `default: <step>`: where an answer goes that nothing else matches, such as a hand-off.";
        r.missing("JRN025", at, format!("await `{name}` does not say what to do with any other answer"), fix);
    }
    if reply_node.is_none() && events.is_empty() && f.get("events").is_none() {
        r.missing(
            "JRN043",
            at,
            format!("await `{name}` waits for nothing"),
            "Name the send that it waits on in `reply_to`, or give it `events`.",
        );
    }
    if reply_node.is_none() && (!replies.is_empty() || default_node.is_some()) {
        r.missing("JRN039", at, format!("await `{name}` takes answers and does not say to what"), "Write `reply_to: <send step>`.");
    }
    let timeout = match f.get("timeout") {
        Some(node) => timeout(r, node),
        None => {
            let fix = "Write `timeout: {after: 4h, to: <step>}`: where the run goes when nobody answers.";
            r.missing("JRN024", at, format!("await `{name}` has no timeout"), fix);
            None
        }
    };
    f.finish(r);
    Some(Await { reply_to, replies, words, any_text, events, default, timeout: timeout? })
}

fn duplicate_words(r: &mut Reader<'_>, words: &[(Vec<String>, String)], at: Place) {
    let mut seen = BTreeSet::new();
    for word in words.iter().flat_map(|(said, _)| said) {
        if !seen.insert(word.to_lowercase()) {
            r.findings.error("JRN015", at, format!("the word `{word}` means two things"), "Keep it in one place.");
        }
    }
}

fn event(r: &mut Reader<'_>, node: &Node) -> Option<EventBranch> {
    let mut f = r.fields(node, "an awaited event")?;
    let on = f.require(r, "on", "JRN005", "Write `on: <event>`.").and_then(|n| r.name(Some(n), "an event"));
    open_event(r, on.as_deref());
    let condition = r.condition(f.get("where"), "where");
    close_event(r);
    let to = f.require(r, "to", "JRN005", "Write `to: <step>`.").and_then(|n| r.target(n, "to"));
    f.finish(r);
    Some(EventBranch { on: on?, condition, to: to? })
}

fn timeout(r: &mut Reader<'_>, node: &Node) -> Option<Timeout> {
    let mut f = r.fields(node, "timeout")?;
    let (after, until) = (f.get("after"), f.get("until"));
    let when = match (after, until) {
        (Some(node), None) => r.duration(node, "after").map(TimeoutAfter::Elapsed),
        (None, Some(node)) => r.moment(node, "until").map(TimeoutAfter::Until),
        _ => {
            r.missing("JRN024", f.at, "a timeout needs `after` or `until`", "Write `after: 4h`.");
            None
        }
    };
    let to = f.require(r, "to", "JRN005", "Write `to: <step>`.").and_then(|n| r.target(n, "to"));
    f.finish(r);
    Some(Timeout { after: when?, to: to? })
}
