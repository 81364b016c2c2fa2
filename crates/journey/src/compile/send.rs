//! Send steps: purpose, channels with their alternatives, lateness, fallback edges.

use std::collections::BTreeMap;

use model::message::{InDoubt, OnCap, OnLate};
use model::send_error::FallbackCause;
use model::{Channel, Millis};

use super::head::PURPOSES;
use super::steps::Defaults;
use super::{Fields, Reader, body};
use crate::definition::{Draft, ExpectsReply, Fallback, Send};
use crate::diagnostic::Place;
use crate::nearest::suggestion;
use crate::yaml::{Kind, Node};

/// Providers report most refusals within seconds of accepting; two minutes cover a slow webhook.
const SETTLE: Millis = Millis::from_mins(2);

const CHANNELS: [(&str, Channel); 4] =
    [("whatsapp", Channel::Whatsapp), ("sms", Channel::Sms), ("rcs", Channel::Rcs), ("email", Channel::Email)];

pub(super) fn send(r: &mut Reader<'_>, name: &str, at: Place, node: &Node, defaults: &Defaults<'_>) -> Option<Send> {
    let mut f = r.fields(node, "a send")?;
    let purpose = f.get("purpose").map(|n| r.choice(n, "a purpose", &PURPOSES));
    if purpose.is_none() && defaults.purpose.is_none() {
        let fix = "Write `purpose: transactional` (or promotional, service, authentication) here or at the top of the file.";
        r.missing("JRN020", at, format!("send `{name}` has no purpose"), fix);
    }
    let topic = r.string(f.get("topic"), "topic").or_else(|| defaults.topic.map(str::to_owned));
    let max_lateness = match f.get("max_lateness") {
        Some(node) => r.duration(node, "max_lateness"),
        None => {
            let fix = "Write `max_lateness: 2h`: a message that is later than that is skipped and the person continues.";
            r.missing("JRN023", at, format!("send `{name}` has no max_lateness"), fix);
            None
        }
    };
    let on_late = f.get("on_late").map_or(Some(OnLate::Skip), |n| on_late(r, n));
    let on_cap = f.get("on_cap").map_or(Some(OnCap::Skip), |n| on_cap(r, n));
    let in_doubt = f.get("in_doubt").and_then(|n| r.choice(n, "in_doubt", &[("drop", InDoubt::Drop), ("resend", InDoubt::Resend)]));
    let said = f.get("expects_reply").and_then(|n| {
        r.choice(n, "expects_reply", &[("true", ExpectsReply::Yes), ("false", ExpectsReply::No), ("inbox", ExpectsReply::Inbox)])
    });
    let settle = f.get("settle").and_then(|n| r.duration(n, "settle")).unwrap_or(SETTLE);
    let fallback = f.get("fallback").map(|n| fallback(r, n)).unwrap_or_default();

    let written: Vec<(Channel, &Node)> = CHANNELS.into_iter().filter_map(|(key, channel)| Some((channel, f.get(key)?))).collect();
    // The order of the file is the author's preference, not the order of our list.
    let mut ordered = written.clone();
    ordered.sort_by_key(|(_, node)| (node.at.line, node.at.column));
    if written.is_empty() {
        r.missing(
            "JRN005",
            at,
            format!("send `{name}` says nothing on any channel"),
            "Give it `whatsapp:`, `sms:` or both, in your order of preference.",
        );
    }
    let mut channels = Vec::new();
    let mut next_channel = Vec::new();
    for (channel, node) in ordered {
        if let Some((draft, explicit)) = draft(r, channel, node) {
            next_channel.push(explicit);
            channels.push(draft);
        }
    }
    f.finish(r);
    let purpose = purpose.flatten().or(defaults.purpose);
    let probably = if channels.iter().any(|d| body::offers_choices(r, d)) { ExpectsReply::Yes } else { ExpectsReply::No };
    let send = Send {
        purpose: purpose?,
        topic,
        channels,
        max_lateness: max_lateness.unwrap_or(Millis::from_hours(1)),
        on_late: on_late?,
        on_cap: on_cap?,
        in_doubt: in_doubt.unwrap_or_default(),
        expects_reply: said.unwrap_or(probably),
        fallback,
        settle,
    };
    if let Some(at) = next_channel.iter().flatten().find(|_| send.channels.len() < 2) {
        r.findings.error("JRN027", *at, "there is no next channel in this send", "Add another channel to it, or name a template here.");
    }
    Some(send)
}

/// One channel: alternatives by window on WhatsApp, one body elsewhere. With the place of an explicit `next_channel`.
fn draft(r: &mut Reader<'_>, channel: Channel, node: &Node) -> Option<(Draft, Option<Place>)> {
    if channel != Channel::Whatsapp {
        let content = body::body(r, channel, node)?;
        // No window there: what may be said may be said at any time.
        return Some((Draft { channel, in_window: Some(content), out_of_window: None }, None));
    }
    let mut f = r.fields(node, "whatsapp")?;
    let in_window = f.get("in_window").map(|n| body::body(r, channel, n));
    let mut explicit = None;
    let out_node = f.get("out_of_window");
    let out_of_window = out_node.and_then(|node| match &node.kind {
        Kind::Scalar(scalar) if scalar.text == "next_channel" => {
            explicit = Some(node.at);
            None
        }
        _ => Some((node, body::body(r, channel, node))),
    });
    if in_window.is_none() && out_node.is_none() {
        r.missing(
            "JRN005",
            f.at,
            "whatsapp says nothing",
            "Write `in_window:` for an open conversation and `out_of_window: {template: …}` for the rest.",
        );
    }
    f.finish(r);
    let out_of_window = match out_of_window {
        Some((node, Some(content))) => {
            if !matches!(content, crate::definition::Body::Template { .. }) {
                let fix = "Write `out_of_window: {template: <name>, variables: {…}}` or `out_of_window: next_channel`.";
                r.findings.error("JRN027", node.at, "outside the window only a template can go", fix);
            }
            Some(content)
        }
        Some((_, None)) | None => None,
    };
    Some((Draft { channel, in_window: in_window.flatten(), out_of_window }, explicit))
}

fn on_late(r: &mut Reader<'_>, node: &Node) -> Option<OnLate> {
    if let Kind::Map(_) = node.kind {
        let mut f = r.fields(node, "on_late")?;
        let key = f.require(r, "collapse", "JRN005", "Write `collapse: <key>`.").and_then(|n| r.scalar(n, "a key").map(str::to_owned));
        f.finish(r);
        return key.map(OnLate::CollapseToLatest);
    }
    r.choice(node, "on_late (skip, send, {collapse: <key>})", &[("skip", ()), ("send", ())])?;
    let send = matches!(&node.kind, Kind::Scalar(scalar) if scalar.text == "send");
    Some(if send { OnLate::Send } else { OnLate::Skip })
}

fn on_cap(r: &mut Reader<'_>, node: &Node) -> Option<OnCap> {
    if let Kind::Map(_) = node.kind {
        let mut f = r.fields(node, "on_cap")?;
        let defer = f.get("defer").and_then(|n| r.duration(n, "defer")).map(|at_most| OnCap::Defer { at_most });
        let down = f.get("downgrade").and_then(|n| r.choice(n, "a channel", &CHANNELS)).map(|to| OnCap::Downgrade { to });
        f.finish(r);
        return defer.or(down);
    }
    r.choice(node, "on_cap (skip, {defer: 6h}, {downgrade: sms})", &[("skip", ())]).map(|()| OnCap::Skip)
}

fn fallback(r: &mut Reader<'_>, node: &Node) -> Fallback {
    let mut out = Fallback::default();
    if r.fields(node, "fallback").is_none() {
        return out;
    }
    let mut edges = BTreeMap::new();
    for (key, node) in Fields::entries(node) {
        if key.text == "any" {
            out.any = r.target(node, "any");
            continue;
        }
        let Some(cause) = FallbackCause::ALL.into_iter().find(|cause| cause.as_str() == key.text) else {
            let fix = suggestion(&key.text, FallbackCause::ALL.iter().map(|c| c.as_str()).chain(["any"]).collect::<Vec<_>>());
            r.findings.error("JRN004", key.at, format!("`{}` is not a cause of fallback", key.text), fix);
            continue;
        };
        let watched = matches!(cause, FallbackCause::NotDelivered | FallbackCause::NotReadOrUnknown);
        let to = if watched {
            let Some(mut f) = r.fields(node, cause.as_str()) else { continue };
            let after = f.require(r, "after", "JRN005", "Write `after: 2h`: how long to wait for it.").and_then(|n| r.duration(n, "after"));
            let to = f.require(r, "to", "JRN005", "Write `to: <step>`.").and_then(|n| r.target(n, "to"));
            f.finish(r);
            if cause == FallbackCause::NotDelivered {
                out.not_delivered_after = after;
            } else {
                out.not_read_after = after;
            }
            to
        } else {
            r.target(node, cause.as_str())
        };
        edges.extend(to.map(|to| (cause, to)));
    }
    out.edges = edges;
    out
}
