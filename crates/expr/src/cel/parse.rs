//! Tokens to a tree: a Pratt parser that keeps the place of everything.

use super::lex::{Token, lex};
use super::{BinaryOp, Each, Expr, ExprError, ExprKind, Literal};
use crate::Span;

/// The longest text that is read, in bytes.
pub const SOURCE_BYTES_MAX: usize = 16 * 1024;
/// The tallest tree: low enough for serde_json, which refuses JSON deeper than 128 and needs up to 3 levels for a node.
pub const HEIGHT_MAX: usize = 40;
/// Brackets within brackets, and signs before signs.
const NESTING_MAX: usize = 100;

/// Words that CEL keeps for itself.
const RESERVED: [&str; 17] = [
    "as",
    "break",
    "const",
    "continue",
    "else",
    "for",
    "function",
    "if",
    "import",
    "let",
    "loop",
    "package",
    "namespace",
    "return",
    "var",
    "void",
    "while",
];

/// Reads one expression.
///
/// # Errors
/// The first place where the text is not CEL, or not in our subset.
pub fn parse(source: &str) -> Result<Expr, ExprError> {
    if source.len() > SOURCE_BYTES_MAX {
        let what = format!("this text has {} bytes, more than {SOURCE_BYTES_MAX}", source.len());
        return Err(ExprError::new(Span::new(0, 0), what, "split it into several conditions"));
    }
    let mut parser = Parser { tokens: lex(source)?, at: 0, nesting: 0 };
    let expr = parser.expression()?;
    if parser.peek() != &Token::End {
        return Err(parser.unexpected("an operator such as && or ==, or the end"));
    }
    if height(&expr) > HEIGHT_MAX {
        return Err(ExprError::new(expr.span, "this expression is nested too deeply", "split it into several conditions"));
    }
    Ok(expr)
}

/// Without recursion: the tree is not known to be low yet.
fn height(expr: &Expr) -> usize {
    let mut highest = 0;
    let mut open = vec![(expr, 1)];
    while let Some((expr, level)) = open.pop() {
        highest = highest.max(level);
        expr.each_part(&mut |part| open.push((part, level + 1)));
    }
    highest
}

struct Parser {
    tokens: Vec<(Token, Span)>,
    at: usize,
    nesting: usize,
}

type Parsed = Result<Expr, ExprError>;

impl Parser {
    fn peek(&self) -> &Token {
        self.tokens.get(self.at).map_or(&Token::End, |(token, _)| token)
    }

    fn span(&self) -> Span {
        self.tokens.get(self.at).or(self.tokens.last()).map_or(Span::default(), |(_, span)| *span)
    }

    fn next(&mut self) -> (Token, Span) {
        let found = self.tokens.get(self.at).cloned().unwrap_or((Token::End, self.span()));
        self.at += 1;
        found
    }

    fn eat(&mut self, sign: &str) -> bool {
        let found = matches!(self.peek(), Token::Sign(s) if *s == sign);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, sign: &'static str) -> Result<Span, ExprError> {
        let span = self.span();
        if self.eat(sign) { Ok(span) } else { Err(self.unexpected(&format!("`{sign}`"))) }
    }

    fn unexpected(&self, wanted: &str) -> ExprError {
        let (what, fix) = match self.peek() {
            Token::End => ("the text ends too early".to_owned(), format!("put {wanted} here")),
            Token::Name(word) if matches!(word.as_str(), "and" | "AND") => ("`and` is not an operator".to_owned(), "write `&&`".to_owned()),
            Token::Name(word) if matches!(word.as_str(), "or" | "OR") => ("`or` is not an operator".to_owned(), "write `||`".to_owned()),
            Token::Name(word) => (format!("`{word}` is not expected here"), format!("put {wanted} here")),
            Token::Int(n) => (format!("`{n}` is not expected here"), format!("put {wanted} here")),
            Token::Float(n) => (format!("`{n}` is not expected here"), format!("put {wanted} here")),
            Token::Text(_) => ("this text is not expected here".to_owned(), format!("put {wanted} here")),
            Token::Sign(sign) => (format!("`{sign}` is not expected here"), format!("put {wanted} here")),
        };
        ExprError::new(self.span(), what, fix)
    }

    fn nested(&mut self, inner: fn(&mut Self) -> Parsed) -> Parsed {
        if self.nesting >= NESTING_MAX {
            return Err(ExprError::new(self.span(), "this expression is nested too deeply", "split it into several conditions"));
        }
        self.nesting += 1;
        let result = inner(self);
        self.nesting -= 1;
        result
    }

    fn expression(&mut self) -> Parsed {
        self.nested(|p| {
            let when = p.binary(1)?;
            if !p.eat("?") {
                return Ok(when);
            }
            let then = p.binary(1)?;
            p.expect(":")?;
            let otherwise = p.expression()?;
            let span = when.span.to(otherwise.span);
            Ok(ExprKind::Choose { when: Box::new(when), then: Box::new(then), otherwise: Box::new(otherwise) }.at(span))
        })
    }

    /// Everything that binds at least as tightly as `min`: 1 `||`, 2 `&&`, 3 comparisons, 4 sums, 5 products.
    fn binary(&mut self, min: u8) -> Parsed {
        let mut left = self.unary()?;
        // The chain operator that made `left` in this very loop: brackets start a group of their own.
        let mut chain = "";
        while let Some((sign, binding)) = self.operator().filter(|(_, binding)| *binding >= min) {
            self.next();
            let right = self.binary(binding + 1)?;
            let span = left.span.to(right.span);
            left = match (binary_op(sign), left.kind) {
                (Some(with), kind) => {
                    let left = kind.at(left.span);
                    ExprKind::Binary { with, left: Box::new(left), right: Box::new(right) }.at(span)
                }
                (None, ExprKind::And { mut all }) if sign == "&&" && chain == "&&" => {
                    all.push(right);
                    ExprKind::And { all }.at(span)
                }
                (None, ExprKind::Or { mut any }) if sign == "||" && chain == "||" => {
                    any.push(right);
                    ExprKind::Or { any }.at(span)
                }
                (None, kind) => {
                    let parts = vec![kind.at(left.span), right];
                    if sign == "&&" { ExprKind::And { all: parts } } else { ExprKind::Or { any: parts } }.at(span)
                }
            };
            chain = sign;
        }
        Ok(left)
    }

    fn operator(&self) -> Option<(&'static str, u8)> {
        match self.peek() {
            Token::Name(word) if word == "in" => Some(("in", 3)),
            Token::Sign(sign) => match *sign {
                "||" => Some(("||", 1)),
                "&&" => Some(("&&", 2)),
                "==" | "!=" | "<" | "<=" | ">" | ">=" => Some((sign, 3)),
                "+" | "-" => Some((sign, 4)),
                "*" | "/" | "%" => Some((sign, 5)),
                _ => None,
            },
            _ => None,
        }
    }

    fn unary(&mut self) -> Parsed {
        let span = self.span();
        if self.eat("!") {
            let of = self.nested(Self::unary)?;
            let span = span.to(of.span);
            return Ok(ExprKind::Not { of: Box::new(of) }.at(span));
        }
        if self.eat("-") {
            // A number takes its sign with it, as in CEL's own grammar.
            let number = match self.peek() {
                Token::Int(n) => Some(Literal::Int(negative(*n, self.span())?)),
                Token::Float(n) => Some(Literal::Float(-n)),
                _ => None,
            };
            if let Some(value) = number {
                let (_, end) = self.next();
                return self.members(ExprKind::Literal { value }.at(span.to(end)));
            }
            let of = self.nested(Self::unary)?;
            let span = span.to(of.span);
            return Ok(ExprKind::Negate { of: Box::new(of) }.at(span));
        }
        let primary = self.primary()?;
        self.members(primary)
    }

    /// `.field`, `.call(…)` and `[index]` after something.
    fn members(&mut self, mut of: Expr) -> Parsed {
        loop {
            if self.eat(".") {
                let (token, span) = self.next();
                let Token::Name(name) = token else {
                    self.at -= 1;
                    return Err(self.unexpected("the name of a field"));
                };
                if self.eat("(") {
                    of = self.call(Some(of), &name, span)?;
                } else {
                    let span = of.span.to(span);
                    of = ExprKind::Select { of: Box::new(of), field: name }.at(span);
                }
            } else if self.eat("[") {
                let at = self.expression()?;
                let span = of.span.to(self.expect("]")?);
                of = ExprKind::Index { of: Box::new(of), at: Box::new(at) }.at(span);
            } else {
                return Ok(of);
            }
        }
    }

    fn primary(&mut self) -> Parsed {
        let (token, span) = self.next();
        let literal = |value| Ok(ExprKind::Literal { value }.at(span));
        match token {
            Token::Int(n) => match i64::try_from(n) {
                Ok(n) => literal(Literal::Int(n)),
                Err(_) => Err(ExprError::new(span, "this number is too large", "use at most 18 digits, or a decimal point")),
            },
            Token::Float(n) => literal(Literal::Float(n)),
            Token::Text(text) => literal(Literal::Text(text)),
            Token::Name(word) => match word.as_str() {
                "true" => literal(Literal::Bool(true)),
                "false" => literal(Literal::Bool(false)),
                "null" => literal(Literal::Null),
                word if RESERVED.contains(&word) || word == "in" => {
                    Err(ExprError::new(span, format!("`{word}` is a reserved word"), "use another name"))
                }
                _ if self.eat("(") => self.call(None, &word, span),
                _ => Ok(ExprKind::Variable { name: word }.at(span)),
            },
            Token::Sign("(") => {
                // The brackets are not part of the span: it stays that of the tree's own text.
                let inner = self.expression()?;
                self.expect(")")?;
                Ok(inner)
            }
            Token::Sign("[") => {
                let (items, end) = self.items("]", Self::expression)?;
                Ok(ExprKind::List { items }.at(span.to(end)))
            }
            Token::Sign("{") => {
                let (entries, end) = self.items("}", |p| {
                    let key = p.expression()?;
                    p.expect(":")?;
                    Ok((key, p.expression()?))
                })?;
                Ok(ExprKind::Map { entries }.at(span.to(end)))
            }
            _ => {
                self.at -= 1;
                Err(self.unexpected("a value, a name or a bracket"))
            }
        }
    }

    /// Items with commas (one may trail) up to `close`.
    fn items<T>(&mut self, close: &'static str, item: fn(&mut Self) -> Result<T, ExprError>) -> Result<(Vec<T>, Span), ExprError> {
        let mut items = Vec::new();
        loop {
            let span = self.span();
            if self.eat(close) {
                return Ok((items, span));
            }
            items.push(item(self)?);
            if !self.eat(",") {
                return Ok((items, self.expect(close)?));
            }
        }
    }

    fn call(&mut self, on: Option<Expr>, name: &str, name_span: Span) -> Parsed {
        let (mut args, end) = self.items(")", Self::expression)?;
        let span = on.as_ref().map_or(name_span, |on| on.span).to(end);
        if name == "has" && on.is_none() {
            return match args.pop().map(|arg| arg.kind) {
                Some(ExprKind::Select { of, field }) if args.is_empty() => Ok(ExprKind::Has { of, field }.at(span)),
                _ => Err(ExprError::new(span, "`has` takes one field", "write it as has(contact.city)")),
            };
        }
        if let (Some(how), true) = (Each::by_name(name), on.is_some()) {
            let Some(over) = on.map(Box::new) else { return Err(self.unexpected("a list")) };
            let bad = |span| {
                let fix = format!("write it as list.{name}(item, condition on item)");
                Err(ExprError::new(span, format!("`{name}` takes a name and an expression"), fix))
            };
            let Some(body) = args.pop().map(Box::new) else { return bad(span) };
            let only = if how == Each::Map && args.len() == 2 { args.pop().map(Box::new) } else { None };
            return match (args.pop().map(|arg| arg.kind), args.is_empty()) {
                (Some(ExprKind::Variable { name: var }), true) => Ok(ExprKind::Each { how, over, var, only, body }.at(span)),
                _ => bad(span),
            };
        }
        Ok(ExprKind::Call { name: name.to_owned(), on: on.map(Box::new), args }.at(span))
    }
}

fn binary_op(sign: &str) -> Option<BinaryOp> {
    use BinaryOp::{Add, Div, Eq, Ge, Gt, In, Le, Lt, Mul, Ne, Rem, Sub};
    [Eq, Ne, Lt, Le, Gt, Ge, In, Add, Sub, Mul, Div, Rem].into_iter().find(|op| op.as_str() == sign)
}

fn negative(magnitude: u64, span: Span) -> Result<i64, ExprError> {
    0_i64
        .checked_sub_unsigned(magnitude)
        .ok_or_else(|| ExprError::new(span, "this number is too large", "use at most 18 digits, or a decimal point"))
}
