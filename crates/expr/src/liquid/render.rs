//! Rendering: the tree with an environment becomes text.

use std::borrow::Cow;
use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use model::Value;
use serde::{Deserialize, Serialize};

use super::ast::{Filtered, For, Node, Offset, Path, Template, Term};
use super::condition::{holds, same};
use super::context::{Context, Slot};
use super::error::RenderError;
use super::filters::{Args, as_int};
use super::format::{push_text, text_of, weight};
use crate::{Env, Span};

/// How to render.
#[derive(Clone, Debug)]
pub struct RenderOptions {
    /// BCP 47 or WhatsApp's form (`en`, `pt-BR`, `pt_BR`): month and weekday names, numbers, money.
    pub locale: String,
    /// Where `date` writes, unless told otherwise.
    pub zone: TimeZone,
    /// Steps: a node, a filter or a turn of a loop is one, large values are more.
    pub fuel: u64,
    pub output_bytes_max: usize,
}

impl Default for RenderOptions {
    fn default() -> Self {
        Self { locale: "en".to_owned(), zone: TimeZone::UTC, fuel: 100_000, output_bytes_max: 256 * 1024 }
    }
}

/// The text, and what was missing while it was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RenderResult {
    pub text: String,
    /// Each path once, where it was first missed, in the order of the rendering.
    pub missing: Vec<Missing>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Missing {
    /// As data knows it: an item of a loop over `event.items` is `event.items[]`.
    pub path: String,
    pub span: Span,
    pub why: WhyMissing,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhyMissing {
    /// Not there, or null.
    Absent,
    /// There, but only blanks: it would leave the same hole in the text.
    Blank,
}

/// Renders a template.
///
/// # Errors
/// When a bound is reached, a filter cannot work with its values, or the template says `abort_message`. A missing value is no error.
pub fn render(template: &Template, env: &dyn Env, options: &RenderOptions) -> Result<RenderResult, RenderError> {
    let mut renderer = Renderer { source: &template.source, context: Context::new(env, options), missing: Vec::new(), written: 0 };
    let mut text = String::with_capacity(template.source.len().min(options.output_bytes_max));
    renderer.nodes(&template.nodes, &mut text)?;
    Ok(RenderResult { text, missing: renderer.missing })
}

/// What a node says about the loop around it.
#[derive(PartialEq, Eq, Clone, Copy)]
enum Flow {
    On,
    Break,
    Continue,
}

struct Renderer<'e, 's> {
    source: &'s str,
    context: Context<'e>,
    missing: Vec<Missing>,
    /// Bytes written in all, captures included: they take memory just so.
    written: usize,
}

type Done<T> = Result<T, RenderError>;

impl<'e> Renderer<'e, '_> {
    fn spend(&self, steps: u64, span: Span) -> Done<()> {
        if self.context.spend(steps) { Ok(()) } else { Err(RenderError::OutOfFuel { span, at: span.position(self.source) }) }
    }

    /// Books what was appended to the output since it had `before` bytes.
    fn booked(&mut self, before: usize, out: &str, span: Span) -> Done<()> {
        self.written += out.len() - before;
        let bytes_max = self.context.options.output_bytes_max;
        if self.written > bytes_max { Err(RenderError::TooLong { span, at: span.position(self.source), bytes_max }) } else { Ok(()) }
    }

    fn report(&mut self, path: &Path, why: WhyMissing) {
        let Some(name) = self.context.origin(path) else { return };
        if self.missing.iter().all(|missing| missing.path != name) && self.missing.len() < 100 {
            self.missing.push(Missing { path: name, span: path.span, why });
        }
    }

    fn nodes(&mut self, nodes: &[Node], out: &mut String) -> Done<Flow> {
        for node in nodes {
            let flow = self.node(node, out)?;
            if flow != Flow::On {
                return Ok(flow);
            }
        }
        Ok(Flow::On)
    }

    fn node(&mut self, node: &Node, out: &mut String) -> Done<Flow> {
        let before = out.len();
        match node {
            Node::Text(text) => {
                self.spend(1, Span::default())?;
                out.push_str(text);
                self.booked(before, out, Span::default())?;
            }
            Node::Print(filtered) => {
                let value = self.evaluate(filtered, true)?;
                self.spend(1 + weight(&value), filtered.span)?;
                push_text(&value, out);
                self.booked(before, out, filtered.span)?;
            }
            Node::If { branches, otherwise, span } => {
                self.spend(1, *span)?;
                for (condition, body) in branches {
                    self.spend(1, *span)?;
                    if holds(condition, &self.context) {
                        return self.nodes(body, out);
                    }
                }
                return self.nodes(otherwise, out);
            }
            Node::Case { of, whens, otherwise, span } => return self.case(of, whens, otherwise, *span, out),
            Node::For(the_loop) => return self.for_loop(the_loop, out),
            Node::Break => return Ok(Flow::Break),
            Node::Continue => return Ok(Flow::Continue),
            Node::Assign { name, value } => {
                self.spend(1, value.span)?;
                let found = self.evaluate(value, false)?;
                self.spend(weight(&found), value.span)?;
                let origin = value.path().filter(|_| !value.copes()).and_then(|path| self.context.origin(path));
                self.context.assigned.insert(name.clone(), Slot { value: found, origin });
            }
            Node::Capture { name, body, span } => {
                self.spend(1, *span)?;
                let mut text = String::new();
                let flow = self.nodes(body, &mut text)?;
                self.context.assigned.insert(name.clone(), Slot { value: Cow::Owned(Value::Text(text)), origin: None });
                return Ok(flow);
            }
            Node::Count { name, by, span } => {
                self.spend(1, *span)?;
                let counter = self.context.counters.entry(name.clone()).or_insert(0);
                // `increment` prints and then counts, `decrement` counts and then prints.
                let shown = if *by > 0 { *counter } else { *counter - 1 };
                *counter = counter.saturating_add(*by);
                out.push_str(&shown.to_string());
                self.booked(before, out, *span)?;
            }
            Node::Cycle { group, items, key, span } => {
                self.spend(1, *span)?;
                let key = group.as_ref().map_or_else(|| key.clone(), |group| format!("group {}", text_of(&self.context.value(group))));
                let turn = self.context.cycles.entry(key).or_insert(0);
                let at = *turn % items.len().max(1);
                *turn = at + 1;
                if let Some(item) = items.get(at) {
                    push_text(&self.context.value(item), out);
                }
                self.booked(before, out, *span)?;
            }
            Node::Abort { reason, span } => {
                let reason = match reason {
                    Some(reason) => {
                        let reason = self.evaluate(reason, false)?;
                        text_of(&reason)
                    }
                    None => "no reason given".to_owned(),
                };
                return Err(RenderError::Aborted { span: *span, at: span.position(self.source), reason });
            }
        }
        Ok(Flow::On)
    }

    /// Every `when` that matches is rendered; that is how Liquid has it.
    fn case(&mut self, of: &Term, whens: &[(Vec<Term>, Vec<Node>)], otherwise: &[Node], span: Span, out: &mut String) -> Done<Flow> {
        let mut matched = false;
        for (values, body) in whens {
            self.spend(1 + values.len() as u64, span)?;
            if values.iter().any(|value| same(of, value, &self.context)) {
                matched = true;
                let flow = self.nodes(body, out)?;
                if flow != Flow::On {
                    return Ok(flow);
                }
            }
        }
        if matched { Ok(Flow::On) } else { self.nodes(otherwise, out) }
    }

    /// A term through its filters. `strict`: a missing value without a default is reported.
    fn evaluate(&mut self, filtered: &Filtered, strict: bool) -> Done<Cow<'e, Value>> {
        let mut value = self.context.value(&filtered.term);
        let copes = filtered.copes();
        if let (Some(path), true, false) = (filtered.path(), strict, copes) {
            self.report_if_missing(path, &value);
        }
        for filter in &filtered.filters {
            let span = filter.span;
            let mut args = Vec::with_capacity(filter.args.len());
            for term in &filter.args {
                let arg = self.context.value(term);
                // A default may itself be missing; elsewhere a hole in an argument is a hole in the text.
                if let Term::Path(path) = term {
                    self.report_if_missing(path, &arg);
                }
                args.push(arg);
            }
            let named = filter.named.iter().map(|(name, term)| (name.as_str(), self.context.value(term))).collect();
            let args = Args { values: args, named };
            self.spend(1 + weight(&value) + args.values.iter().map(|arg| weight(arg)).sum::<u64>(), span)?;
            let made = (filter.def.run)(value.into_owned(), &args, &self.context.filter_context()).map_err(|what| RenderError::Filter {
                span,
                at: span.position(self.source),
                filter: filter.def.name.to_owned(),
                what,
            })?;
            self.spend(weight(&made), span)?;
            value = Cow::Owned(made);
        }
        if let (Some(path), true, false, Value::Null) = (filtered.path(), strict, copes, value.as_ref()) {
            self.report(path, WhyMissing::Absent);
        }
        Ok(value)
    }

    fn report_if_missing(&mut self, path: &Path, value: &Value) {
        match value {
            Value::Null => self.report(path, WhyMissing::Absent),
            Value::Text(text) if text.trim().is_empty() => self.report(path, WhyMissing::Blank),
            _ => {}
        }
    }

    fn for_loop(&mut self, the_loop: &For, out: &mut String) -> Done<Flow> {
        let span = the_loop.span;
        self.spend(1, span)?;
        let (items, origin) = self.items(the_loop)?;
        let stop_key = format!("{}-{}", the_loop.var, term_key(&the_loop.over));
        let offset = match &the_loop.offset {
            Offset::None => 0,
            Offset::Continue => self.context.stops.get(&stop_key).copied().unwrap_or(0),
            Offset::At(term) => count(as_int(&self.context.value(term))),
        };
        let rest = items.len().saturating_sub(offset);
        let length = the_loop.limit.as_ref().map_or(rest, |limit| count(as_int(&self.context.value(limit))).min(rest));
        self.context.stops.insert(stop_key, offset.saturating_add(length));
        if length == 0 {
            return self.nodes(&the_loop.otherwise, out);
        }
        let parent = self.context.frames.iter().rev().find(|(name, _)| name == "forloop").map(|(_, slot)| slot.value.as_ref().clone());
        for turn in 0..length {
            // Within other loops `forloop` carries theirs along.
            self.spend(2 + self.context.frames.len() as u64, span)?;
            let at = offset + if the_loop.reversed { length - 1 - turn } else { turn };
            let Some(item) = items.get(at) else { break };
            self.spend(if matches!(item, Cow::Owned(_)) { weight(&item) } else { 0 }, span)?;
            let info = forloop(&the_loop.var, turn, length, parent.as_ref());
            self.context.frames.push(("forloop".to_owned(), Slot { value: Cow::Owned(info), origin: None }));
            self.context.frames.push((the_loop.var.clone(), Slot { value: item, origin: origin.clone() }));
            let flow = self.nodes(&the_loop.body, out);
            self.context.frames.truncate(self.context.frames.len().saturating_sub(2));
            if flow? == Flow::Break {
                break;
            }
        }
        Ok(Flow::On)
    }

    fn items(&mut self, the_loop: &For) -> Done<(Items<'e>, Option<String>)> {
        if let Term::Range(from, to) = &the_loop.over {
            let (from, to) = self.context.range(from, to);
            return Ok((Items::Range(from, to), None));
        }
        let value = self.context.value(&the_loop.over);
        let origin = match &the_loop.over {
            Term::Path(path) => {
                if value.is_null() && !the_loop.has_else {
                    self.report(path, WhyMissing::Absent);
                }
                self.context.origin(path).map(|origin| format!("{origin}[]"))
            }
            _ => None,
        };
        self.spend(if matches!(value, Cow::Owned(_)) { weight(&value) } else { 0 }, the_loop.span)?;
        let items = match value {
            Cow::Borrowed(Value::List(items)) => Items::Data(items),
            Cow::Owned(Value::List(items)) => Items::Made(items),
            other => match other.as_ref() {
                Value::Map(map) => {
                    self.spend(weight(&other), the_loop.span)?;
                    Items::Made(map.iter().map(|(key, value)| Value::List(vec![key.as_str().into(), value.clone()])).collect())
                }
                Value::Text(text) if !text.is_empty() => Items::Made(vec![text.as_str().into()]),
                _ => Items::Made(Vec::new()),
            },
        };
        Ok((items, origin))
    }
}

/// What a loop goes through; a range is never made into a list.
enum Items<'e> {
    Data(&'e [Value]),
    Made(Vec<Value>),
    Range(i64, i64),
}

impl<'e> Items<'e> {
    fn len(&self) -> usize {
        match self {
            Self::Data(items) => items.len(),
            Self::Made(items) => items.len(),
            Self::Range(from, to) => usize::try_from(i128::from(*to) - i128::from(*from) + 1).unwrap_or(0),
        }
    }

    fn get(&self, at: usize) -> Option<Cow<'e, Value>> {
        match self {
            Self::Data(items) => items.get(at).map(Cow::Borrowed),
            Self::Made(items) => items.get(at).cloned().map(Cow::Owned),
            Self::Range(from, _) => Some(Cow::Owned(Value::Int(from.checked_add(i64::try_from(at).ok()?)?))),
        }
    }
}

fn count(n: Option<i64>) -> usize {
    usize::try_from(n.unwrap_or(0)).unwrap_or(0)
}

fn term_key(term: &Term) -> String {
    match term {
        Term::Path(path) => path.to_string(),
        Term::Range(from, to) => format!("({}..{})", term_key(from), term_key(to)),
        Term::Literal(value) => text_of(value),
        Term::Empty | Term::Blank => String::new(),
    }
}

fn forloop(var: &str, turn: usize, length: usize, parent: Option<&Value>) -> Value {
    let number = |n: usize| Value::Int(i64::try_from(n).unwrap_or(i64::MAX));
    let mut map: BTreeMap<String, Value> = [
        ("index", number(turn + 1)),
        ("index0", number(turn)),
        ("rindex", number(length - turn)),
        ("rindex0", number(length - turn - 1)),
        ("first", Value::Bool(turn == 0)),
        ("last", Value::Bool(turn + 1 == length)),
        ("length", number(length)),
        ("name", Value::Text(var.to_owned())),
    ]
    .into_iter()
    .map(|(key, value)| (key.to_owned(), value))
    .collect();
    if let Some(parent) = parent {
        map.insert("parentloop".to_owned(), parent.clone());
    }
    Value::Map(map)
}
