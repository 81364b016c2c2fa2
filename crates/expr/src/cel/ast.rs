//! The tree of an expression. The console edits this tree as JSON; the text is one view of it.

use serde::{Deserialize, Serialize};

use super::Type;
use crate::Span;

/// One node. Two trees are equal when they say the same, wherever they were written: spans do not take part.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Expr {
    #[serde(flatten)]
    pub kind: ExprKind,
    /// Bytes of the source; `[0, 0]` in a tree that never was text.
    #[serde(default)]
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "op", rename_all = "snake_case")]
pub enum ExprKind {
    Literal {
        value: Literal,
    },
    /// A root variable, or the variable of an enclosing `all`/`exists`/….
    Variable {
        name: String,
    },
    /// `of.field`
    Select {
        of: Box<Expr>,
        field: String,
    },
    /// `of[at]`
    Index {
        of: Box<Expr>,
        at: Box<Expr>,
    },
    /// `has(of.field)`
    Has {
        of: Box<Expr>,
        field: String,
    },
    Not {
        of: Box<Expr>,
    },
    Negate {
        of: Box<Expr>,
    },
    Binary {
        with: BinaryOp,
        left: Box<Expr>,
        right: Box<Expr>,
    },
    /// `a && b && c`: one node for the whole chain, so that the console shows one group.
    And {
        all: Vec<Expr>,
    },
    Or {
        any: Vec<Expr>,
    },
    /// `when ? then : otherwise`
    Choose {
        when: Box<Expr>,
        then: Box<Expr>,
        otherwise: Box<Expr>,
    },
    List {
        items: Vec<Expr>,
    },
    Map {
        entries: Vec<(Expr, Expr)>,
    },
    /// `name(args)`, or `on.name(args)`.
    Call {
        name: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        on: Option<Box<Expr>>,
        args: Vec<Expr>,
    },
    /// `over.exists(var, body)` and its kin. `only` is the middle part of the three-part `map`.
    Each {
        how: Each,
        over: Box<Expr>,
        var: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        only: Option<Box<Expr>>,
        body: Box<Expr>,
    },
    /// Put in by the checker where data must be read as what the schema promises: JSON text as a moment or a duration, a
    /// JSON whole number as a float. Prints as its inside.
    Read {
        of: Box<Expr>,
        #[serde(rename = "as")]
        as_type: Type,
    },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Literal {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum BinaryOp {
    #[serde(rename = "==")]
    Eq,
    #[serde(rename = "!=")]
    Ne,
    #[serde(rename = "<")]
    Lt,
    #[serde(rename = "<=")]
    Le,
    #[serde(rename = ">")]
    Gt,
    #[serde(rename = ">=")]
    Ge,
    #[serde(rename = "in")]
    In,
    #[serde(rename = "+")]
    Add,
    #[serde(rename = "-")]
    Sub,
    #[serde(rename = "*")]
    Mul,
    #[serde(rename = "/")]
    Div,
    #[serde(rename = "%")]
    Rem,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Each {
    All,
    Exists,
    ExistsOne,
    Filter,
    Map,
}

impl BinaryOp {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Eq => "==",
            Self::Ne => "!=",
            Self::Lt => "<",
            Self::Le => "<=",
            Self::Gt => ">",
            Self::Ge => ">=",
            Self::In => "in",
            Self::Add => "+",
            Self::Sub => "-",
            Self::Mul => "*",
            Self::Div => "/",
            Self::Rem => "%",
        }
    }

    #[must_use]
    pub const fn is_ordering(self) -> bool {
        matches!(self, Self::Lt | Self::Le | Self::Gt | Self::Ge)
    }
}

impl Each {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Exists => "exists",
            Self::ExistsOne => "exists_one",
            Self::Filter => "filter",
            Self::Map => "map",
        }
    }

    pub(super) fn by_name(name: &str) -> Option<Self> {
        [Self::All, Self::Exists, Self::ExistsOne, Self::Filter, Self::Map].into_iter().find(|each| each.as_str() == name)
    }
}

impl ExprKind {
    #[must_use]
    pub fn at(self, span: Span) -> Expr {
        Expr { kind: self, span }
    }
}

impl PartialEq for Expr {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind
    }
}

impl Expr {
    /// `contact.city` for a chain of fields (and constant text indexes) that starts at a variable.
    #[must_use]
    pub fn path(&self) -> Option<String> {
        match &self.kind {
            ExprKind::Variable { name } => Some(name.clone()),
            ExprKind::Select { of, field } => Some(format!("{}.{field}", of.path()?)),
            ExprKind::Index { of, at } => match &at.kind {
                ExprKind::Literal { value: Literal::Text(key) } => Some(format!("{}.{key}", of.path()?)),
                ExprKind::Literal { value: Literal::Int(n) } => Some(format!("{}[{n}]", of.path()?)),
                _ => None,
            },
            ExprKind::Read { of, .. } => of.path(),
            _ => None,
        }
    }

    /// Calls `visit` with every direct part, in the order of the text.
    pub fn each_part<'a>(&'a self, visit: &mut dyn FnMut(&'a Expr)) {
        match &self.kind {
            ExprKind::Literal { .. } | ExprKind::Variable { .. } => {}
            ExprKind::Select { of, .. }
            | ExprKind::Has { of, .. }
            | ExprKind::Not { of }
            | ExprKind::Negate { of }
            | ExprKind::Read { of, .. } => visit(of),
            ExprKind::Index { of, at } => {
                visit(of);
                visit(at);
            }
            ExprKind::Binary { left, right, .. } => {
                visit(left);
                visit(right);
            }
            ExprKind::And { all: items } | ExprKind::Or { any: items } | ExprKind::List { items } => items.iter().for_each(visit),
            ExprKind::Choose { when, then, otherwise } => {
                visit(when);
                visit(then);
                visit(otherwise);
            }
            ExprKind::Map { entries } => {
                for (key, value) in entries {
                    visit(key);
                    visit(value);
                }
            }
            ExprKind::Call { on, args, .. } => {
                on.iter().for_each(|on| visit(on));
                args.iter().for_each(visit);
            }
            ExprKind::Each { over, only, body, .. } => {
                visit(over);
                only.iter().for_each(|only| visit(only));
                visit(body);
            }
        }
    }
}
