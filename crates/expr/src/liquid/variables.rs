//! What a template needs, found without rendering it.

use serde::{Deserialize, Serialize};

use super::ast::{Compare, Condition, Filtered, Node, Offset, Path, Segment, Template, Term};
use crate::Span;

/// One place that reads data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VariableUse {
    /// As data knows it: `contact.first_name`, `event.items[].name`.
    pub path: String,
    pub span: Span,
    pub usage: Usage,
    /// Nothing is lost when the value is missing: a `default` stands in, or an `if` around the place asks for it.
    /// Always true for what is only tested.
    pub covered: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Usage {
    Printed,
    /// Kept by `assign`; what is printed later is listed again, at its own place.
    Assigned,
    Tested,
    Looped,
}

/// All places that read data, in the order of the text. Variables that the template makes itself are not listed; what they were
/// read from is.
#[must_use]
pub fn variables(template: &Template) -> Vec<VariableUse> {
    let mut finder = Finder { locals: Vec::new(), guards: Vec::new(), found: Vec::new() };
    finder.nodes(&template.nodes);
    finder.found
}

struct Finder {
    /// Names made by the template, with the path that they stand for, if they stand for one.
    locals: Vec<(String, Option<String>)>,
    /// Paths that an `if` around has found to be there.
    guards: Vec<String>,
    found: Vec<VariableUse>,
}

impl Finder {
    fn resolved(&self, path: &Path) -> Option<String> {
        match self.locals.iter().rev().find(|(name, _)| *name == path.root) {
            Some((_, origin)) => origin.as_ref().map(|origin| format!("{origin}{}", path.rest())),
            None => Some(path.to_string()),
        }
    }

    fn note(&mut self, path: &Path, usage: Usage, covered: bool) {
        for segment in &path.segments {
            if let Segment::Index(term) = segment {
                self.term(term, Usage::Printed, false);
            }
        }
        if let Some(name) = self.resolved(path) {
            let covered = covered || usage == Usage::Tested || self.guards.contains(&name);
            self.found.push(VariableUse { path: name, span: path.span, usage, covered });
        }
    }

    fn term(&mut self, term: &Term, usage: Usage, covered: bool) {
        match term {
            Term::Path(path) => self.note(path, usage, covered),
            Term::Range(from, to) => {
                self.term(from, usage, covered);
                self.term(to, usage, covered);
            }
            _ => {}
        }
    }

    fn filtered(&mut self, filtered: &Filtered, usage: Usage) {
        self.term(&filtered.term, usage, filtered.copes());
        for filter in &filtered.filters {
            for arg in filter.args.iter().chain(filter.named.iter().map(|(_, arg)| arg)) {
                self.term(arg, Usage::Printed, false);
            }
        }
    }

    fn condition(&mut self, condition: &Condition) {
        match condition {
            Condition::Not(of) => self.condition(of),
            Condition::And(a, b) | Condition::Or(a, b) => {
                self.condition(a);
                self.condition(b);
            }
            Condition::Compare(a, _, b) => {
                self.term(a, Usage::Tested, true);
                self.term(b, Usage::Tested, true);
            }
            Condition::Truthy(term) => self.term(term, Usage::Tested, true),
        }
    }

    /// What is known to be there where the condition holds.
    fn guards_of(&self, condition: &Condition, guards: &mut Vec<String>) {
        let path = match condition {
            Condition::And(a, b) => {
                self.guards_of(a, guards);
                self.guards_of(b, guards);
                return;
            }
            Condition::Truthy(Term::Path(path)) => path,
            Condition::Compare(Term::Path(path), Compare::Ne, Term::Empty | Term::Blank)
            | Condition::Compare(Term::Empty | Term::Blank, Compare::Ne, Term::Path(path)) => path,
            Condition::Compare(Term::Path(path), Compare::Ne, Term::Literal(value)) if value.is_null() || value.as_text() == Some("") => {
                path
            }
            Condition::Compare(Term::Path(path), Compare::Eq | Compare::Gt | Compare::Ge | Compare::Contains, Term::Literal(value))
                if !value.is_null() =>
            {
                path
            }
            _ => return,
        };
        guards.extend(self.resolved(path));
    }

    /// The paths that are there where a branch *before* did not hold: `unless x == blank` has the negation in front.
    fn guards_of_not(&self, condition: &Condition, guards: &mut Vec<String>) {
        match condition {
            Condition::Compare(Term::Path(path), Compare::Eq, Term::Empty | Term::Blank) => guards.extend(self.resolved(path)),
            Condition::Compare(Term::Path(path), Compare::Eq, Term::Literal(value)) if value.is_null() => {
                guards.extend(self.resolved(path));
            }
            Condition::Or(a, b) => {
                self.guards_of_not(a, guards);
                self.guards_of_not(b, guards);
            }
            Condition::Not(of) => self.guards_of(of, guards),
            _ => {}
        }
    }

    fn nodes(&mut self, nodes: &[Node]) {
        nodes.iter().for_each(|node| self.node(node));
    }

    fn guarded(&mut self, guards: Vec<String>, nodes: &[Node]) {
        let before = self.guards.len();
        self.guards.extend(guards);
        self.nodes(nodes);
        self.guards.truncate(before);
    }

    fn node(&mut self, node: &Node) {
        match node {
            Node::Text(_) | Node::Break | Node::Continue | Node::Count { .. } => {}
            Node::Print(filtered) => self.filtered(filtered, Usage::Printed),
            Node::If { branches, otherwise, .. } => {
                let mut failed = Vec::new();
                for (condition, body) in branches {
                    self.condition(condition);
                    let mut guards = failed.clone();
                    match condition {
                        Condition::Not(of) => self.guards_of_not(of, &mut guards),
                        condition => self.guards_of(condition, &mut guards),
                    }
                    self.guarded(guards, body);
                    self.guards_of_not(condition, &mut failed);
                }
                self.guarded(failed, otherwise);
            }
            Node::Case { of, whens, otherwise, .. } => {
                self.term(of, Usage::Tested, true);
                for (values, body) in whens {
                    values.iter().for_each(|value| self.term(value, Usage::Tested, true));
                    // A text that matched is there.
                    let guards = match of {
                        Term::Path(path) if values.iter().all(|v| matches!(v, Term::Literal(v) if !v.is_null())) => self.resolved(path),
                        _ => None,
                    };
                    self.guarded(guards.into_iter().collect(), body);
                }
                self.nodes(otherwise);
            }
            Node::For(the_loop) => {
                self.term(&the_loop.over, Usage::Looped, the_loop.has_else);
                let offset = if let Offset::At(term) = &the_loop.offset { Some(term) } else { None };
                for term in the_loop.limit.iter().chain(offset) {
                    self.term(term, Usage::Tested, true);
                }
                let origin = match &the_loop.over {
                    Term::Path(path) => self.resolved(path).map(|path| format!("{path}[]")),
                    _ => None,
                };
                self.locals.push(("forloop".to_owned(), None));
                self.locals.push((the_loop.var.clone(), origin));
                let inner = self.locals.len();
                self.nodes(&the_loop.body);
                // What the body assigned outlives the loop; the loop's own names do not.
                self.locals.drain(inner - 2..inner);
                self.nodes(&the_loop.otherwise);
            }
            Node::Assign { name, value } => {
                self.filtered(value, Usage::Assigned);
                let origin = value.path().filter(|_| !value.copes()).and_then(|path| self.resolved(path));
                self.locals.push((name.clone(), origin));
            }
            Node::Capture { name, body, .. } => {
                self.nodes(body);
                self.locals.push((name.clone(), None));
            }
            Node::Cycle { group, items, .. } => items.iter().chain(group).for_each(|term| self.term(term, Usage::Printed, false)),
            Node::Abort { reason, .. } => reason.iter().for_each(|reason| self.filtered(reason, Usage::Tested)),
        }
    }
}
