//! Reading values out of the marked tree, with one finding for each mistake.

use std::collections::BTreeSet;

use expr::cel::{Schema, Type};
use model::Millis;

use super::{CompileContext, base_schema};
use crate::conditions::{Expression, Trouble};
use crate::diagnostic::{Findings, Place};
use crate::nearest::suggestion;
use crate::text::Text;
use crate::yaml::{Key, Kind, Node};

pub(crate) struct Reader<'a> {
    pub source: &'a str,
    pub ctx: CompileContext<'a>,
    /// Whether the workspace's templates and queues are to be asked.
    pub workspace: bool,
    pub findings: Findings<'a>,
    /// What expressions may read; `run` is filled in once the context is known.
    pub schema: Schema,
    /// Every mention of a step, to be looked up when all steps are known.
    pub mentions: Vec<(String, Place)>,
}

/// The members of one map, ticked off as they are read.
pub(crate) struct Fields<'n> {
    pub at: Place,
    what: &'n str,
    map: &'n [(Key, Node)],
    known: BTreeSet<&'static str>,
}

pub(crate) fn is_name(text: &str) -> bool {
    let mut bytes = text.bytes();
    text.len() <= 64
        && bytes.next().is_some_and(|b| b.is_ascii_lowercase())
        && bytes.all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

impl<'a> Reader<'a> {
    pub fn new(source: &'a str, ctx: CompileContext<'a>, workspace: bool, findings: Findings<'a>) -> Self {
        Self { source, schema: base_schema(&ctx), ctx, workspace, findings, mentions: Vec::new() }
    }

    /// A map, or a finding.
    pub fn fields<'n>(&mut self, node: &'n Node, what: &'n str) -> Option<Fields<'n>> {
        match &node.kind {
            Kind::Map(map) => Some(Fields { at: start_of(node.at), what, map, known: BTreeSet::new() }),
            _ => {
                self.findings.error(
                    "JRN003",
                    node.at,
                    format!("{what} must be a map, not {}", node.said()),
                    "Write `key: value` lines under it.",
                );
                None
            }
        }
    }

    /// A list; a single thing counts as a list of one.
    pub fn items<'n>(&mut self, node: &'n Node) -> &'n [Node] {
        match &node.kind {
            Kind::List(items) => items,
            Kind::Empty => &[],
            Kind::Scalar(_) | Kind::Map(_) => std::slice::from_ref(node),
        }
    }

    pub fn scalar<'n>(&mut self, node: &'n Node, what: &str) -> Option<&'n str> {
        match &node.kind {
            Kind::Scalar(scalar) => Some(&scalar.text),
            _ => {
                self.findings.error(
                    "JRN003",
                    node.at,
                    format!("{what} must be a single value, not {}", node.said()),
                    "Write it on one line.",
                );
                None
            }
        }
    }

    pub fn string(&mut self, node: Option<&Node>, what: &str) -> Option<String> {
        node.and_then(|node| self.scalar(node, what)).map(str::to_owned)
    }

    pub fn name(&mut self, node: Option<&Node>, what: &str) -> Option<String> {
        let node = node?;
        let text = self.scalar(node, what)?;
        if !is_name(text) {
            self.bad_name(node.at, text, what);
            return None;
        }
        Some(text.to_owned())
    }

    pub fn bad_name(&mut self, at: Place, text: &str, what: &str) {
        let fix = "Use at most 64 lower-case letters, digits and underscores, beginning with a letter.";
        self.findings.error("JRN006", at, format!("`{text}` cannot be the name of {what}"), fix);
    }

    /// A step that an edge leads to. Whether it exists is asked when all are known.
    pub fn target(&mut self, node: &Node, what: &str) -> Option<String> {
        let text = self.scalar(node, what)?.to_owned();
        self.mentions.push((text.clone(), node.at));
        Some(text)
    }

    pub fn duration(&mut self, node: &Node, what: &str) -> Option<Millis> {
        let text = self.scalar(node, what)?;
        match expr::parse_duration(text) {
            Ok(span) if span.0 > 0 => Some(span),
            Ok(_) => {
                self.findings.error(
                    "JRN007",
                    node.at,
                    format!("{what} must be longer than nothing"),
                    "Write a span such as 30m, 36h or 7d.",
                );
                None
            }
            Err(error) => {
                let error = error.to_string();
                let error = error.split(';').next().unwrap_or_default();
                self.findings.error("JRN007", node.at, format!("{what}: {error}"), "Write a span such as 30m, 36h, 1d 12h or 7d.");
                None
            }
        }
    }

    pub fn number(&mut self, node: &Node, what: &str, from: u32, to: u32) -> Option<u32> {
        let text = self.scalar(node, what)?;
        let number = text.parse::<u32>().ok().filter(|n| (from..=to).contains(n));
        if number.is_none() {
            self.findings.error(
                "JRN008",
                node.at,
                format!("`{text}` cannot be {what}"),
                format!("Write a whole number from {from} to {to}."),
            );
        }
        number
    }

    pub fn boolean(&mut self, node: &Node, what: &str) -> Option<bool> {
        match self.scalar(node, what)? {
            "true" | "yes" => Some(true),
            "false" | "no" => Some(false),
            text => {
                let what = format!("`{text}` cannot be {what}");
                self.findings.error("JRN008", node.at, what, "Write true or false.");
                None
            }
        }
    }

    /// One of a few words.
    pub fn choice<T: Copy>(&mut self, node: &Node, what: &str, words: &[(&'static str, T)]) -> Option<T> {
        let text = self.scalar(node, what)?;
        let found = words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
        if found.is_none() {
            let fix = suggestion(text, words.iter().map(|(word, _)| *word));
            self.findings.error("JRN008", node.at, format!("`{text}` cannot be {what}"), fix);
        }
        found
    }

    /// A condition or a calculation, checked against what may be read here; with its type.
    pub fn expression(&mut self, node: &Node, what: &str) -> Option<(Expression, Type)> {
        let text = self.scalar(node, what)?;
        match Expression::read(text, &self.schema) {
            Ok(read) => Some(read),
            Err((trouble, errors)) => {
                let code = if trouble == Trouble::Syntax { "JRN010" } else { "JRN011" };
                for error in errors {
                    let at = node.inside(self.source, error.span.start, error.span.end);
                    self.findings.error(code, at, error.what, sentence(&error.fix));
                }
                None
            }
        }
    }

    pub fn value(&mut self, node: &Node, what: &str) -> Option<Expression> {
        self.expression(node, what).map(|(expression, _)| expression)
    }

    pub fn condition(&mut self, node: Option<&Node>, what: &str) -> Option<Expression> {
        let node = node?;
        let (expression, ty) = self.expression(node, what)?;
        if matches!(ty, Type::Bool | Type::Any) {
            return Some(expression);
        }
        let fix = "Write a comparison, such as `event.order_id == run.order_id`.";
        self.findings.error("JRN011", node.at, format!("{what} must be true or false, not {ty}"), fix);
        None
    }

    /// A moment: nothing else can be waited for (R-WAIT-2).
    pub fn moment(&mut self, node: &Node, what: &str) -> Option<Expression> {
        let (expression, ty) = self.expression(node, what)?;
        if ty == Type::Time {
            return Some(expression);
        }
        let fix = "Give the variable `type: time` in `context`, or write `timestamp(…)` around it.";
        self.findings.error("JRN034", node.at, format!("{what} must be a moment; this is {ty}"), fix);
        None
    }

    pub fn text(&mut self, node: &Node, what: &str) -> Option<Text> {
        let source = self.scalar(node, what)?;
        let faults = match Text::parse(source, &self.schema) {
            Ok(text) => return Some(text),
            Err(faults) => faults,
        };
        for fault in faults {
            self.findings.error("JRN012", node.inside(self.source, fault.start, fault.end), fault.what, sentence(&fault.fix));
        }
        None
    }

    /// Something that must be there and is not.
    pub fn missing(&mut self, code: &'static str, at: Place, what: impl Into<String>, fix: impl Into<String>) {
        self.findings.error(code, at, what, fix);
    }
}

/// A map or list begins where its first line does; marking all of it would hide the rest of the screen.
fn start_of(at: Place) -> Place {
    Place { end_line: at.line, end_column: at.column + 1, ..at }
}

/// A fix as a sentence.
fn sentence(fix: &str) -> String {
    let mut letters = fix.chars();
    let first = letters.next().map(|c| c.to_uppercase().collect::<String>()).unwrap_or_default();
    let end = if fix.ends_with(['.', '?', '`']) { "" } else { "." };
    format!("{first}{}{end}", letters.as_str())
}

impl<'n> Fields<'n> {
    /// The member, if it is written.
    pub fn get(&mut self, name: &'static str) -> Option<&'n Node> {
        self.known.insert(name);
        self.map.iter().find(|(key, _)| key.text == name).map(|(_, node)| node)
    }

    pub fn key_place(&self, name: &str) -> Place {
        self.map.iter().find(|(key, _)| key.text == name).map_or(self.at, |(key, _)| key.at)
    }

    /// The member, or a finding that it is missing.
    pub fn require(&mut self, reader: &mut Reader<'_>, name: &'static str, code: &'static str, fix: &str) -> Option<&'n Node> {
        let found = self.get(name);
        if found.is_none() {
            reader.missing(code, self.at, format!("{} has no `{name}`", self.what), fix);
        }
        found
    }

    /// Reports what nobody asked for.
    pub fn finish(self, reader: &mut Reader<'_>) {
        for (key, _) in self.map.iter().filter(|(key, _)| !self.known.contains(key.text.as_str())) {
            let what = format!("{} has no member `{}`", self.what, key.text);
            reader.findings.error("JRN004", key.at, what, suggestion(&key.text, self.known.iter().copied()));
        }
    }

    /// The entries of a map whose keys are the author's own.
    pub fn entries(node: &'n Node) -> &'n [(Key, Node)] {
        match &node.kind {
            Kind::Map(map) => map,
            _ => &[],
        }
    }
}
