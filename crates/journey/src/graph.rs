//! A journey as nodes and edges: for the console, and for the compiler's own questions.

use serde::Serialize;

use crate::definition::{Await, Body, Delay, IfPast, Journey, Send, Step, StepKind, TimeoutAfter, Zone};

#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Graph {
    pub start: String,
    pub nodes: Vec<Node>,
    pub edges: Vec<Edge>,
}

#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Node {
    pub id: String,
    /// `delay`, `send`, `await`, `branch`, `set`, `emit`, `hand_off`, `end`.
    pub kind: &'static str,
    pub label: String,
    /// One line: the first words of a message, a length of time, an event.
    pub detail: String,
}

#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Edge {
    pub from: String,
    pub to: String,
    /// As the edge is named in run events: `next`, `timeout`, `reply:confirm`, `fallback:any`.
    pub label: String,
    pub kind: EdgeKind,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EdgeKind {
    Next,
    Reply,
    Event,
    Default,
    Timeout,
    Fallback,
    Branch,
}

#[must_use]
pub fn graph(def: &Journey) -> Graph {
    let steps = || def.order.iter().filter_map(|name| def.steps.get(name));
    let nodes = steps().map(node).collect();
    let edges = steps().flat_map(|step| {
        edges_of(step).into_iter().map(|out| Edge { from: step.name.clone(), to: out.to.to_owned(), label: out.label, kind: out.kind })
    });
    Graph { start: def.start.clone(), nodes, edges: edges.collect() }
}

pub(crate) struct Out<'a> {
    pub to: &'a str,
    pub label: String,
    pub kind: EdgeKind,
}

/// Everywhere a step can lead to, in declared order.
pub(crate) fn edges_of(step: &Step) -> Vec<Out<'_>> {
    let mut out = Vec::new();
    let mut add = |to, label: String, kind| out.push(Out { to, label, kind });
    if let Some(next) = &step.next {
        add(next, "next".to_owned(), EdgeKind::Next);
    }
    match &step.kind {
        StepKind::Delay(Delay::Until { if_past: IfPast::SkipTo(to), .. }) => add(to, "if_past".to_owned(), EdgeKind::Branch),
        StepKind::Send(send) => {
            for (cause, to) in &send.fallback.edges {
                add(to, format!("fallback:{}", cause.as_str()), EdgeKind::Fallback);
            }
            if let Some(to) = &send.fallback.any {
                add(to, "fallback:any".to_owned(), EdgeKind::Fallback);
            }
        }
        StepKind::Await(wait) => {
            for (id, to) in &wait.replies {
                add(to, format!("reply:{id}"), EdgeKind::Reply);
            }
            for (_, to) in &wait.words {
                add(to, "words".to_owned(), EdgeKind::Reply);
            }
            if let Some(to) = &wait.any_text {
                add(to, "any_text".to_owned(), EdgeKind::Reply);
            }
            for event in &wait.events {
                add(&event.to, format!("event:{}", event.on), EdgeKind::Event);
            }
            if let Some(to) = &wait.default {
                add(to, "default".to_owned(), EdgeKind::Default);
            }
            add(&wait.timeout.to, "timeout".to_owned(), EdgeKind::Timeout);
        }
        StepKind::Branch(branch) => {
            for (n, (_, to)) in branch.arms.iter().enumerate() {
                add(to, format!("when:{}", n + 1), EdgeKind::Branch);
            }
            add(&branch.otherwise, "otherwise".to_owned(), EdgeKind::Branch);
        }
        StepKind::Delay(_) | StepKind::Set(_) | StepKind::Emit(_) | StepKind::HandOff(_) | StepKind::End { .. } => {}
    }
    out
}

fn node(step: &Step) -> Node {
    let (kind, detail) = match &step.kind {
        StepKind::Delay(delay) => ("delay", delay_detail(delay)),
        StepKind::Send(send) => ("send", send_detail(send)),
        StepKind::Await(wait) => ("await", await_detail(wait)),
        StepKind::Branch(branch) => ("branch", branch.arms.first().map(|(when, _)| when.source().to_owned()).unwrap_or_default()),
        StepKind::Set(set) => ("set", set.iter().map(|(_, from)| from.source()).collect::<Vec<_>>().join(", ")),
        StepKind::Emit(emit) => ("emit", emit.event.clone()),
        StepKind::HandOff(hand_off) => ("hand_off", hand_off.queue.clone()),
        StepKind::End { result } => ("end", result.clone()),
    };
    let label = step.title.clone().unwrap_or_else(|| step.name.replace('_', " "));
    Node { id: step.name.clone(), kind, label, detail }
}

fn delay_detail(delay: &Delay) -> String {
    match delay {
        Delay::For(span) => format!("for {span}"),
        Delay::Until { moment, .. } => format!("until {}", moment.source()),
        Delay::At { time, days, zone } => {
            let zone = match zone {
                Zone::Contact => "the contact's zone",
                Zone::Named(name) => name,
            };
            format!("at {}, {days} local days on, {zone}", time.strftime("%H:%M"))
        }
    }
}

fn send_detail(send: &Send) -> String {
    let channels: Vec<&str> = send.channels.iter().map(|d| d.channel.as_str()).collect();
    let body = send.channels.iter().flat_map(|d| [&d.in_window, &d.out_of_window]).flatten().next();
    let words = match body {
        Some(
            Body::Text { body, .. }
            | Body::Buttons { body, .. }
            | Body::List { body, .. }
            | Body::Form { body, .. }
            | Body::Link { body, .. }
            | Body::Request { body, .. },
        ) => body.source().to_owned(),
        Some(Body::Location { name, .. }) => name.as_ref().map_or("location", |name| name.source()).to_owned(),
        Some(Body::Contacts(people)) => people.iter().map(|card| card.name.source()).collect::<Vec<_>>().join(", "),
        Some(Body::Media { caption, .. }) => caption.as_ref().map_or("media", |c| c.source()).to_owned(),
        Some(Body::Template { name, .. }) => format!("template {name}"),
        None => String::new(),
    };
    let words: String = words.lines().next().unwrap_or_default().chars().take(80).collect();
    format!("{}: {words}", channels.join(", "))
}

fn await_detail(wait: &Await) -> String {
    let timeout = match &wait.timeout.after {
        TimeoutAfter::Elapsed(span) => format!("for {span}"),
        TimeoutAfter::Until(moment) => format!("until {}", moment.source()),
    };
    let what: Vec<&str> = wait.replies.iter().map(|(id, _)| id.as_str()).chain(wait.events.iter().map(|e| e.on.as_str())).collect();
    format!("{} {timeout}", what.join(", "))
}
