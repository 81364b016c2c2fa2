//! A tree as text. Reading the text gives the tree back.

use std::fmt::{self, Display, Formatter, Write};

use super::{BinaryOp, Expr, ExprKind, Literal};

/// How tightly a piece of text binds; brackets go around a piece that binds less than its place asks.
mod binding {
    pub const CHOOSE: u8 = 0;
    pub const OR: u8 = 1;
    pub const AND: u8 = 2;
    pub const COMPARE: u8 = 3;
    pub const SUM: u8 = 4;
    pub const PRODUCT: u8 = 5;
    pub const UNARY: u8 = 6;
    pub const MEMBER: u8 = 7;
}

impl Display for Expr {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write(self, binding::CHOOSE, f)
    }
}

fn binding_of(expr: &Expr) -> u8 {
    match &expr.kind {
        ExprKind::Choose { .. } => binding::CHOOSE,
        ExprKind::Or { any } => {
            if any.len() > 1 {
                binding::OR
            } else {
                any.first().map_or(binding::MEMBER, binding_of)
            }
        }
        ExprKind::And { all } => {
            if all.len() > 1 {
                binding::AND
            } else {
                all.first().map_or(binding::MEMBER, binding_of)
            }
        }
        ExprKind::Binary { with, .. } => match with {
            BinaryOp::Add | BinaryOp::Sub => binding::SUM,
            BinaryOp::Mul | BinaryOp::Div | BinaryOp::Rem => binding::PRODUCT,
            _ => binding::COMPARE,
        },
        ExprKind::Not { .. } | ExprKind::Negate { .. } => binding::UNARY,
        ExprKind::Read { of, .. } => binding_of(of),
        _ => binding::MEMBER,
    }
}

fn write(expr: &Expr, at_least: u8, f: &mut Formatter<'_>) -> fmt::Result {
    if binding_of(expr) < at_least {
        f.write_char('(')?;
        inner(expr, f)?;
        return f.write_char(')');
    }
    inner(expr, f)
}

fn inner(expr: &Expr, f: &mut Formatter<'_>) -> fmt::Result {
    match &expr.kind {
        ExprKind::Literal { value } => literal(value, f),
        ExprKind::Variable { name } => f.write_str(name),
        ExprKind::Select { of, field } => {
            write(of, binding::MEMBER, f)?;
            if is_name(field) {
                return write!(f, ".{field}");
            }
            // A tree made by the console may name a field that CEL cannot write behind a point; an index says the same.
            f.write_char('[')?;
            quote(field, f)?;
            f.write_char(']')
        }
        ExprKind::Index { of, at } => {
            write(of, binding::MEMBER, f)?;
            f.write_char('[')?;
            write(at, binding::CHOOSE, f)?;
            f.write_char(']')
        }
        ExprKind::Has { of, field } => {
            f.write_str("has(")?;
            write(of, binding::MEMBER, f)?;
            write!(f, ".{field})")
        }
        ExprKind::Not { of } => {
            f.write_char('!')?;
            write(of, binding::UNARY, f)
        }
        ExprKind::Negate { of } => {
            f.write_char('-')?;
            // Brackets keep a negated number apart from a negative number.
            let number = matches!(&of.kind, ExprKind::Literal { value: Literal::Int(_) | Literal::Float(_) }) || starts_with_number(of);
            write(of, if number { u8::MAX } else { binding::UNARY }, f)
        }
        ExprKind::Binary { with, left, right } => {
            let own = binding_of(expr);
            write(left, own, f)?;
            write!(f, " {} ", with.as_str())?;
            write(right, own + 1, f)
        }
        ExprKind::And { all } => chain(all, "&&", "true", binding::AND, f),
        ExprKind::Or { any } => chain(any, "||", "false", binding::OR, f),
        ExprKind::Choose { when, then, otherwise } => {
            write(when, binding::OR, f)?;
            f.write_str(" ? ")?;
            write(then, binding::OR, f)?;
            f.write_str(" : ")?;
            write(otherwise, binding::CHOOSE, f)
        }
        ExprKind::List { items } => {
            f.write_char('[')?;
            commas(items, f)?;
            f.write_char(']')
        }
        ExprKind::Map { entries } => {
            f.write_char('{')?;
            for (i, (key, value)) in entries.iter().enumerate() {
                f.write_str(if i == 0 { "" } else { ", " })?;
                write(key, binding::CHOOSE, f)?;
                f.write_str(": ")?;
                write(value, binding::CHOOSE, f)?;
            }
            f.write_char('}')
        }
        ExprKind::Call { name, on, args } => {
            if let Some(on) = on {
                write(on, binding::MEMBER, f)?;
                f.write_char('.')?;
            }
            write!(f, "{name}(")?;
            commas(args, f)?;
            f.write_char(')')
        }
        ExprKind::Each { how, over, var, only, body } => {
            write(over, binding::MEMBER, f)?;
            write!(f, ".{}({var}, ", how.as_str())?;
            if let Some(only) = only {
                write(only, binding::CHOOSE, f)?;
                f.write_str(", ")?;
            }
            write(body, binding::CHOOSE, f)?;
            f.write_char(')')
        }
        ExprKind::Read { of, .. } => inner(of, f),
    }
}

/// `5.size()` after a minus would be read as `(-5).size()`.
fn starts_with_number(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Literal { value: Literal::Int(_) | Literal::Float(_) } => true,
        ExprKind::Select { of, .. } | ExprKind::Index { of, .. } | ExprKind::Read { of, .. } => starts_with_number(of),
        ExprKind::Call { on: Some(of), .. } | ExprKind::Each { over: of, .. } => starts_with_number(of),
        _ => false,
    }
}

fn chain(items: &[Expr], sign: &str, none: &str, own: u8, f: &mut Formatter<'_>) -> fmt::Result {
    match items {
        [] => f.write_str(none),
        [one] => inner(one, f),
        [first, rest @ ..] => {
            write(first, own + 1, f)?;
            rest.iter().try_for_each(|item| {
                write!(f, " {sign} ")?;
                write(item, own + 1, f)
            })
        }
    }
}

fn commas(items: &[Expr], f: &mut Formatter<'_>) -> fmt::Result {
    items.iter().enumerate().try_for_each(|(i, item)| {
        f.write_str(if i == 0 { "" } else { ", " })?;
        write(item, binding::CHOOSE, f)
    })
}

fn literal(value: &Literal, f: &mut Formatter<'_>) -> fmt::Result {
    match value {
        Literal::Null => f.write_str("null"),
        Literal::Bool(b) => write!(f, "{b}"),
        Literal::Int(n) => write!(f, "{n}"),
        // `{:?}` always writes a point or an exponent, so a float stays one.
        Literal::Float(n) => write!(f, "{n:?}"),
        Literal::Text(text) => quote(text, f),
    }
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

fn quote(text: &str, f: &mut Formatter<'_>) -> fmt::Result {
    f.write_char('"')?;
    for c in text.chars() {
        match c {
            '"' => f.write_str("\\\"")?,
            '\\' => f.write_str("\\\\")?,
            '\n' => f.write_str("\\n")?,
            '\r' => f.write_str("\\r")?,
            '\t' => f.write_str("\\t")?,
            c if c.is_control() => write!(f, "\\u{:04x}", u32::from(c))?,
            c => f.write_char(c)?,
        }
    }
    f.write_char('"')
}
