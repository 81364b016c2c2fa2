//! SPDX licence expressions: `AND` binds tighter than `OR`, `WITH` belongs to its licence, and the old `/` means `OR`.

use std::fmt;

#[derive(Debug, PartialEq, Eq)]
pub enum Expression {
    Licence(String),
    Any(Vec<Expression>),
    All(Vec<Expression>),
}

#[derive(Debug, PartialEq, Eq)]
pub struct Unexpected(Option<String>);

impl fmt::Display for Unexpected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Some(word) => write!(f, "`{word}` was not expected"),
            None => write!(f, "it ends too early"),
        }
    }
}

pub fn parse(text: &str) -> Result<Expression, Unexpected> {
    let spaced = text.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let mut words: Vec<&str> = spaced.split_whitespace().rev().collect();
    let expression = any(&mut words)?;
    match words.pop() {
        None => Ok(expression),
        Some(word) => Err(Unexpected(Some(word.to_owned()))),
    }
}

/// Words are taken from the end.
fn any(words: &mut Vec<&str>) -> Result<Expression, Unexpected> {
    let mut parts = vec![all(words)?];
    while words.last() == Some(&"OR") {
        words.pop();
        parts.push(all(words)?);
    }
    Ok(if parts.len() == 1 { parts.remove(0) } else { Expression::Any(parts) })
}

fn all(words: &mut Vec<&str>) -> Result<Expression, Unexpected> {
    let mut parts = vec![one(words)?];
    while words.last() == Some(&"AND") {
        words.pop();
        parts.push(one(words)?);
    }
    Ok(if parts.len() == 1 { parts.remove(0) } else { Expression::All(parts) })
}

fn one(words: &mut Vec<&str>) -> Result<Expression, Unexpected> {
    match words.pop() {
        Some("(") => {
            let inside = any(words)?;
            match words.pop() {
                Some(")") => Ok(inside),
                other => Err(Unexpected(other.map(str::to_owned))),
            }
        }
        Some(word @ (")" | "AND" | "OR" | "WITH")) => Err(Unexpected(Some(word.to_owned()))),
        Some(id) if words.last() == Some(&"WITH") => {
            words.pop();
            let exception = words.pop().ok_or(Unexpected(None))?;
            Ok(Expression::Licence(format!("{id} WITH {exception}")))
        }
        Some(id) => Ok(Expression::Licence(id.to_owned())),
        None => Err(Unexpected(None)),
    }
}

#[cfg(test)]
mod tests {
    use super::{Expression, parse};

    fn licence(id: &str) -> Expression {
        Expression::Licence(id.to_owned())
    }

    #[test]
    fn and_binds_tighter_than_or() {
        let expected = Expression::Any(vec![licence("MIT"), Expression::All(vec![licence("ISC"), licence("BSD-3-Clause")])]);
        assert_eq!(parse("MIT OR ISC AND BSD-3-Clause"), Ok(expected));
        let expected = Expression::All(vec![Expression::Any(vec![licence("MIT"), licence("Apache-2.0")]), licence("Unicode-3.0")]);
        assert_eq!(parse("(MIT OR Apache-2.0) AND Unicode-3.0"), Ok(expected));
    }

    #[test]
    fn old_slash_means_or() {
        assert_eq!(parse("MIT/Apache-2.0"), parse("MIT OR Apache-2.0"));
        assert_eq!(parse("Apache-2.0 / MIT"), parse("Apache-2.0 OR MIT"));
    }

    #[test]
    fn exception_belongs_to_its_licence() {
        let expected = Expression::Any(vec![licence("Apache-2.0 WITH LLVM-exception"), licence("MIT")]);
        assert_eq!(parse("Apache-2.0 WITH LLVM-exception OR MIT"), Ok(expected));
    }

    #[test]
    fn broken_expressions_are_errors() {
        for text in ["", "MIT OR", "(MIT", "MIT MIT", "OR MIT", "MIT )", "MIT WITH"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
