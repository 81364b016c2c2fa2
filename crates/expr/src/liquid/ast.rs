//! The tree of a template.

use std::fmt::{self, Display, Formatter};

use model::Value;

use super::filters::FilterDef;
use crate::Span;

/// A parsed template: render it as often as needed.
#[derive(Clone, Debug)]
pub struct Template {
    pub(super) source: String,
    pub(super) nodes: Vec<Node>,
}

impl Template {
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }
}

#[derive(Clone, Debug)]
pub(super) enum Node {
    Text(String),
    Print(Filtered),
    If {
        branches: Vec<(Condition, Vec<Node>)>,
        otherwise: Vec<Node>,
        span: Span,
    },
    Case {
        of: Term,
        whens: Vec<(Vec<Term>, Vec<Node>)>,
        otherwise: Vec<Node>,
        span: Span,
    },
    For(Box<For>),
    Break,
    Continue,
    Assign {
        name: String,
        value: Filtered,
    },
    Capture {
        name: String,
        body: Vec<Node>,
        span: Span,
    },
    /// `increment` (1) and `decrement` (-1).
    Count {
        name: String,
        by: i64,
        span: Span,
    },
    Cycle {
        group: Option<Term>,
        items: Vec<Term>,
        key: String,
        span: Span,
    },
    Abort {
        reason: Option<Filtered>,
        span: Span,
    },
}

#[derive(Clone, Debug)]
pub(super) struct For {
    pub var: String,
    pub over: Term,
    pub limit: Option<Term>,
    pub offset: Offset,
    pub reversed: bool,
    pub body: Vec<Node>,
    pub otherwise: Vec<Node>,
    pub has_else: bool,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub(super) enum Offset {
    None,
    /// Where the last loop with the same name and list stopped.
    Continue,
    At(Term),
}

#[derive(Clone, Debug)]
pub(super) struct Filtered {
    pub term: Term,
    pub filters: Vec<Filter>,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub(super) struct Filter {
    pub def: &'static FilterDef,
    pub args: Vec<Term>,
    pub named: Vec<(String, Term)>,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub(super) enum Term {
    Literal(Value),
    /// `empty` and `blank`: nothing to print, special beside `==`.
    Empty,
    Blank,
    Path(Path),
    Range(Box<Term>, Box<Term>),
}

#[derive(Clone, Debug)]
pub(super) struct Path {
    pub root: String,
    pub segments: Vec<Segment>,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub(super) enum Segment {
    Key(String),
    Index(Term),
}

#[derive(Clone, Debug)]
pub(super) enum Condition {
    Not(Box<Condition>),
    And(Box<Condition>, Box<Condition>),
    Or(Box<Condition>, Box<Condition>),
    Compare(Term, Compare, Term),
    Truthy(Term),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Compare {
    Eq,
    Ne,
    Lt,
    Gt,
    Le,
    Ge,
    Contains,
}

impl Path {
    /// The segments behind the root, as they are reported: `.name`, `[0]`, `[]` for what only the rendering knows.
    pub fn rest(&self) -> String {
        let mut text = String::new();
        for segment in &self.segments {
            match segment {
                Segment::Key(key) | Segment::Index(Term::Literal(Value::Text(key))) => {
                    text.push('.');
                    text.push_str(key);
                }
                Segment::Index(Term::Literal(Value::Int(n))) => text.push_str(&format!("[{n}]")),
                Segment::Index(_) => text.push_str("[]"),
            }
        }
        text
    }
}

impl Display for Path {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.root, self.rest())
    }
}

impl Filtered {
    /// Whether the chain copes with an absent value: it has a default, or asks only how large or which.
    pub fn copes(&self) -> bool {
        self.filters.iter().any(|filter| filter.def.copes)
    }

    pub fn path(&self) -> Option<&Path> {
        if let Term::Path(path) = &self.term { Some(path) } else { None }
    }
}
