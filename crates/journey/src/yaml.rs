//! YAML as a tree in which everything knows where it stands. The subset that people write: maps, lists, scalars; no anchors.

use saphyr_parser::{Event, Parser, ScalarStyle, Span, StrInput};

use crate::diagnostic::Place;

/// Nesting beyond this is a mistake or an attack.
const DEPTH_MAX: usize = 24;
/// Bytes of one file.
const SOURCE_MAX: usize = 512 * 1024;

#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub at: Place,
    pub kind: Kind,
}

#[derive(Clone, Debug)]
pub(crate) enum Kind {
    /// Nothing written, `~` or `null`.
    Empty,
    Scalar(Scalar),
    List(Vec<Node>),
    Map(Vec<(Key, Node)>),
}

#[derive(Clone, Debug)]
pub(crate) struct Scalar {
    pub text: String,
    pub style: Style,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Style {
    Plain,
    Quoted,
    /// Block of lines: begins on the line after its `|`.
    Literal,
    Folded,
}

#[derive(Clone, Debug)]
pub(crate) struct Key {
    pub text: String,
    pub at: Place,
}

/// A mistake in the YAML itself.
pub(crate) struct Fault {
    pub code: Trouble,
    pub at: Place,
    pub what: String,
    pub fix: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trouble {
    Syntax,
    DuplicateKey,
}

/// Reads one document. Duplicate keys are reported and the first one counts; a syntax error ends the reading.
pub(crate) fn read(source: &str) -> (Option<Node>, Vec<Fault>) {
    let mut reader = Reader { events: Parser::new_from_str(source), faults: Vec::new() };
    if source.len() > SOURCE_MAX {
        reader.fault(Trouble::Syntax, Place::default(), format!("the file is larger than {} KiB", SOURCE_MAX / 1024), "Split it.");
        return (None, reader.faults);
    }
    let node = reader.document();
    (node, reader.faults)
}

struct Reader<'a> {
    events: Parser<'a, StrInput<'a>>,
    faults: Vec<Fault>,
}

impl<'a> Reader<'a> {
    fn fault(&mut self, code: Trouble, at: Place, what: impl Into<String>, fix: &str) {
        self.faults.push(Fault { code, at, what: what.into(), fix: fix.to_owned() });
    }

    fn next(&mut self) -> Option<(Event<'a>, Place)> {
        match self.events.next_event()? {
            Ok((event, span)) => Some((event, place(span))),
            Err(error) => {
                let mark = error.marker();
                let (line, column) = (mark.line().max(1), mark.col() + 1);
                let at = Place { line, column, end_line: line, end_column: column + 1 };
                self.fault(
                    Trouble::Syntax,
                    at,
                    format!("this is not YAML: {}", error.info()),
                    "Check indentation, quotes and colons near here.",
                );
                None
            }
        }
    }

    fn document(&mut self) -> Option<Node> {
        let mut root = None;
        while let Some((event, at)) = self.next() {
            match event {
                Event::StreamStart | Event::DocumentEnd | Event::Nothing => {}
                Event::DocumentStart(_) if root.is_none() => {}
                Event::DocumentStart(_) => {
                    self.fault(Trouble::Syntax, at, "a second document begins here", "Keep one document in one file.");
                    return root;
                }
                Event::StreamEnd => return root,
                event => root = Some(self.node(event, at, 0)?),
            }
        }
        // A syntax error: what was read before it is of no use, because everything after it is missing.
        None
    }

    fn node(&mut self, event: Event<'a>, at: Place, depth: usize) -> Option<Node> {
        if depth > DEPTH_MAX {
            self.fault(Trouble::Syntax, at, "this is nested too deeply", "Journeys need fewer levels than that.");
            return None;
        }
        match event {
            Event::Scalar(text, style, _, _) => {
                let style = match style {
                    ScalarStyle::Plain => Style::Plain,
                    ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => Style::Quoted,
                    ScalarStyle::Literal => Style::Literal,
                    ScalarStyle::Folded => Style::Folded,
                };
                let empty = style == Style::Plain && matches!(&*text, "" | "~" | "null");
                Some(Node { at, kind: if empty { Kind::Empty } else { Kind::Scalar(Scalar { text: text.into_owned(), style }) } })
            }
            Event::SequenceStart(..) => {
                let mut items = Vec::new();
                loop {
                    let (event, item_at) = self.next()?;
                    if event == Event::SequenceEnd {
                        return Some(Node { at, kind: Kind::List(items) });
                    }
                    items.push(self.node(event, item_at, depth + 1)?);
                }
            }
            Event::MappingStart(..) => {
                let mut entries: Vec<(Key, Node)> = Vec::new();
                loop {
                    let (event, key_at) = self.next()?;
                    let key = match event {
                        Event::MappingEnd => return Some(Node { at, kind: Kind::Map(entries) }),
                        Event::Scalar(text, ..) => Key { text: text.into_owned(), at: key_at },
                        _ => {
                            self.fault(Trouble::Syntax, key_at, "a key must be a plain word", "Write `key: value`.");
                            return None;
                        }
                    };
                    let (event, value_at) = self.next()?;
                    let value = self.node(event, value_at, depth + 1)?;
                    if let Some((first, _)) = entries.iter().find(|(known, _)| known.text == key.text) {
                        let what = format!("`{}` stands here twice; the first is on line {}", key.text, first.at.line);
                        self.fault(Trouble::DuplicateKey, key.at, what, "Keep one of the two.");
                    } else {
                        entries.push((key, value));
                    }
                }
            }
            Event::Alias(_) => {
                self.fault(Trouble::Syntax, at, "aliases are not supported", "Write the value out.");
                None
            }
            _ => None,
        }
    }
}

fn place(span: Span) -> Place {
    let (start, end) = (span.start, span.end);
    let at = Place { line: start.line().max(1), column: start.col() + 1, end_line: end.line().max(1), end_column: end.col() + 1 };
    // Empty values have no extent; an editor needs one character to mark.
    if (at.end_line, at.end_column) <= (at.line, at.column) { Place { end_line: at.line, end_column: at.column + 1, ..at } } else { at }
}

impl Node {
    /// The place in the file of bytes `start..end` of this scalar's text; the whole scalar where folding or escapes hide it.
    pub fn inside(&self, source: &str, start: usize, end: usize) -> Place {
        let Kind::Scalar(scalar) = &self.kind else { return self.at };
        let end = end.clamp(start.min(scalar.text.len()), scalar.text.len());
        let (Some(before), Some(part)) = (scalar.text.get(..start), scalar.text.get(start..end)) else { return self.at };
        let (line_in, column_in) = (before.matches('\n').count(), before.rsplit('\n').next().unwrap_or_default().chars().count());
        let (line, column) = match scalar.style {
            Style::Plain if line_in == 0 => (self.at.line, self.at.column + column_in),
            Style::Quoted if line_in == 0 => (self.at.line, self.at.column + 1 + column_in),
            Style::Literal => {
                // The indicator's line may be given, or the first line of content; the one with the content is right.
                let wanted = scalar.text.lines().nth(line_in).unwrap_or_default().trim();
                let line_at = |n: usize| source.lines().nth(n - 1).unwrap_or_default();
                let first = [self.at.line, self.at.line + 1].into_iter().find(|n| line_at(n + line_in).trim() == wanted);
                let Some(first) = first else { return self.at };
                let shown = line_at(first + line_in);
                let value_line = scalar.text.lines().nth(line_in).unwrap_or_default();
                let indent = shown.chars().count().saturating_sub(value_line.chars().count());
                (first + line_in, indent + 1 + column_in)
            }
            Style::Plain | Style::Quoted | Style::Folded => return self.at,
        };
        let shown: String = source.lines().nth(line - 1).unwrap_or_default().chars().skip(column - 1).collect();
        let first_line = part.lines().next().unwrap_or_default();
        if !shown.starts_with(first_line) {
            return self.at;
        }
        Place { line, column, end_line: line, end_column: column + first_line.chars().count().max(1) }
    }

    /// What it is, for sentences.
    pub fn said(&self) -> &'static str {
        match self.kind {
            Kind::Empty => "nothing",
            Kind::Scalar(_) => "a single value",
            Kind::List(_) => "a list",
            Kind::Map(_) => "a map",
        }
    }
}
