//! Terms, filter chains and conditions inside tags.

use model::Value;

use super::ast::{Compare, Condition, Filter, Filtered, Path, Segment, Term};
use super::error::Mistake;
use super::filters::{filter, filter_names};
use super::tokens::{Token, tokens};
use crate::Span;
use crate::nearest::nearest;

/// Brackets in brackets, and parts of a condition.
const NESTING_MAX: usize = 60;

pub(super) struct Reader<'a> {
    tokens: Vec<(Token<'a>, Span)>,
    at: usize,
    nesting: usize,
}

type Read<T> = Result<T, Mistake>;

impl<'a> Reader<'a> {
    pub fn new(text: &'a str, at: usize) -> Read<Self> {
        Ok(Self { tokens: tokens(text, at)?, at: 0, nesting: 0 })
    }

    pub fn peek(&self) -> &Token<'a> {
        self.tokens.get(self.at).map_or(&Token::End, |(token, _)| token)
    }

    fn peek_after(&self) -> &Token<'a> {
        self.tokens.get(self.at + 1).map_or(&Token::End, |(token, _)| token)
    }

    pub fn span(&self) -> Span {
        self.tokens.get(self.at).or(self.tokens.last()).map_or(Span::default(), |(_, span)| *span)
    }

    fn last_span(&self) -> Span {
        self.tokens.get(self.at.saturating_sub(1)).map_or(Span::default(), |(_, span)| *span)
    }

    fn next(&mut self) -> (Token<'a>, Span) {
        let found = self.tokens.get(self.at).copied().unwrap_or((Token::End, self.span()));
        self.at += 1;
        found
    }

    pub fn eat(&mut self, sign: &str) -> bool {
        let found = matches!(self.peek(), Token::Sign(s) if *s == sign);
        self.at += usize::from(found);
        found
    }

    pub fn eat_word(&mut self, word: &str) -> bool {
        let found = matches!(self.peek(), Token::Name(name) if *name == word);
        self.at += usize::from(found);
        found
    }

    pub fn name(&mut self, wanted: &str) -> Read<&'a str> {
        if let Token::Name(name) = *self.peek() {
            self.at += 1;
            return Ok(name);
        }
        Err(self.unexpected(wanted))
    }

    pub fn end(&self) -> Read<()> {
        if *self.peek() == Token::End { Ok(()) } else { Err(self.unexpected("nothing more")) }
    }

    pub fn unexpected(&self, wanted: &str) -> Mistake {
        let what = match self.peek() {
            Token::End => "something is missing here".to_owned(),
            Token::Name(name) => format!("`{name}` is not expected here"),
            Token::Int(n) => format!("`{n}` is not expected here"),
            Token::Float(n) => format!("`{n}` is not expected here"),
            Token::Text(text) => format!("\"{text}\" is not expected here"),
            Token::Sign(sign) => format!("`{sign}` is not expected here"),
        };
        Mistake::new(self.span(), what, format!("put {wanted} here"))
    }

    fn deeper(&mut self) -> Read<()> {
        self.nesting += 1;
        if self.nesting > NESTING_MAX {
            return Err(Mistake::new(self.span(), "this is nested too deeply", "split it with assign"));
        }
        Ok(())
    }

    pub fn term(&mut self) -> Read<Term> {
        self.deeper()?;
        let (token, span) = self.next();
        let term = match token {
            Token::Int(n) => Term::Literal(Value::Int(n)),
            Token::Float(n) => Term::Literal(Value::Float(n)),
            Token::Text(text) => Term::Literal(text.into()),
            Token::Sign("(") => {
                let from = self.term()?;
                if !self.eat("..") {
                    return Err(Mistake::new(span, "brackets hold only ranges", "write (1..5); conditions have no brackets, nest two ifs"));
                }
                let to = self.term()?;
                if !self.eat(")") {
                    return Err(self.unexpected("`)`"));
                }
                Term::Range(Box::new(from), Box::new(to))
            }
            Token::Name(name) => {
                let alone = !matches!(self.peek(), Token::Sign("." | "["));
                match name {
                    "nil" | "null" if alone => Term::Literal(Value::Null),
                    "true" if alone => Term::Literal(Value::Bool(true)),
                    "false" if alone => Term::Literal(Value::Bool(false)),
                    "empty" if alone => Term::Empty,
                    "blank" if alone => Term::Blank,
                    _ => Term::Path(self.path(name, span)?),
                }
            }
            _ => {
                self.at -= 1;
                return Err(self.unexpected("a name, a number or text in quotes"));
            }
        };
        self.nesting -= 1;
        Ok(term)
    }

    fn path(&mut self, root: &str, start: Span) -> Read<Path> {
        let mut segments = Vec::new();
        loop {
            if self.eat(".") {
                segments.push(Segment::Key(self.name("the name of a field")?.to_owned()));
            } else if self.eat("[") {
                let at = self.term()?;
                if !self.eat("]") {
                    return Err(self.unexpected("`]`"));
                }
                segments.push(Segment::Index(at));
            } else {
                return Ok(Path { root: root.to_owned(), segments, span: start.to(self.last_span()) });
            }
        }
    }

    /// A term with its filters.
    pub fn filtered(&mut self) -> Read<Filtered> {
        let start = self.span();
        let term = self.term()?;
        let mut filters = Vec::new();
        while self.eat("|") {
            let span = self.span();
            let name = self.name("the name of a filter")?;
            let Some(def) = filter(name) else {
                let fix = nearest(name, filter_names())
                    .map_or_else(|| "see the list of filters".to_owned(), |near| format!("did you mean `{near}`?"));
                return Err(Mistake::new(span, format!("there is no filter `{name}`"), fix));
            };
            let (mut args, mut named) = (Vec::new(), Vec::new());
            if self.eat(":") {
                loop {
                    match (*self.peek(), self.peek_after()) {
                        (Token::Name(name), Token::Sign(":")) => {
                            self.at += 2;
                            named.push((name.to_owned(), self.term()?));
                        }
                        _ => args.push(self.term()?),
                    }
                    if !self.eat(",") {
                        break;
                    }
                }
            }
            if args.len() < def.args_min || args.len() > def.args_max {
                let wanted =
                    if def.args_min == def.args_max { def.args_min.to_string() } else { format!("{} to {}", def.args_min, def.args_max) };
                let what = format!("`{name}` takes {wanted} values behind its colon, and {} stand there", args.len());
                return Err(Mistake::new(span, what, format!("write it as {}", def.example)));
            }
            filters.push(Filter { def, args, named, span: span.to(self.last_span()) });
        }
        Ok(Filtered { term, filters, span: start.to(self.last_span()) })
    }

    /// `a and b or c` is `a and (b or c)`: Liquid takes conditions from the right, and both words bind alike.
    pub fn condition(&mut self) -> Read<Condition> {
        self.deeper()?;
        let left = self.term()?;
        let compare = match *self.peek() {
            Token::Sign("==") => Some(Compare::Eq),
            Token::Sign("!=" | "<>") => Some(Compare::Ne),
            Token::Sign("<") => Some(Compare::Lt),
            Token::Sign(">") => Some(Compare::Gt),
            Token::Sign("<=") => Some(Compare::Le),
            Token::Sign(">=") => Some(Compare::Ge),
            Token::Name("contains") => Some(Compare::Contains),
            Token::Sign("=") => return Err(Mistake::new(self.span(), "`=` does not compare", "write ==")),
            Token::Sign("|") => {
                return Err(Mistake::new(self.span(), "filters do not work in conditions", "assign the filtered value first"));
            }
            _ => None,
        };
        let atom = match compare {
            Some(compare) => {
                self.at += 1;
                Condition::Compare(left, compare, self.term()?)
            }
            None => Condition::Truthy(left),
        };
        let joined = if self.eat_word("and") {
            Condition::And(Box::new(atom), Box::new(self.condition()?))
        } else if self.eat_word("or") {
            Condition::Or(Box::new(atom), Box::new(self.condition()?))
        } else {
            atom
        };
        self.nesting -= 1;
        Ok(joined)
    }
}
