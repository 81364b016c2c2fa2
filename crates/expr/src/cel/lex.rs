//! Text to tokens.

use super::ExprError;
use crate::Span;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    Name(String),
    /// The magnitude only: the sign belongs to the grammar, so that the smallest integer can be written.
    Int(u64),
    Float(f64),
    Text(String),
    /// Operators and brackets.
    Sign(&'static str),
    End,
}

/// Longest first, so that `<=` is not read as `<`.
const SIGNS: [&str; 25] =
    ["&&", "||", "==", "!=", "<=", ">=", "<", ">", "!", "+", "-", "*", "/", "%", "?", ":", ".", ",", "(", ")", "[", "]", "{", "}", "="];

pub(super) fn lex(source: &str) -> Result<Vec<(Token, Span)>, ExprError> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(first) = source[at..].chars().next() {
        let rest = &source[at..];
        if first.is_whitespace() {
            at += first.len_utf8();
        } else if rest.starts_with("//") {
            at += rest.find('\n').unwrap_or(rest.len());
        } else if let Some((text, length)) = quoted(rest, at)? {
            tokens.push((Token::Text(text), Span::new(at, at + length)));
            at += length;
        } else if first.is_ascii_digit() || (first == '.' && rest[1..].starts_with(|c: char| c.is_ascii_digit())) {
            let (token, length) = number(rest, at)?;
            tokens.push((token, Span::new(at, at + length)));
            at += length;
        } else if first.is_ascii_alphabetic() || first == '_' {
            let length = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
            tokens.push((Token::Name(rest[..length].to_owned()), Span::new(at, at + length)));
            at += length;
        } else if let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
            let span = Span::new(at, at + sign.len());
            if *sign == "=" {
                return Err(ExprError::new(span, "`=` alone means nothing here", "write `==` to compare"));
            }
            tokens.push((Token::Sign(sign), span));
            at += sign.len();
        } else {
            let span = Span::new(at, at + first.len_utf8());
            let fix = match first {
                '&' => "write `&&` for \"and\"",
                '|' => "write `||` for \"or\"",
                '“' | '”' | '‘' | '’' => "use straight quotes, \" or '",
                '$' | '@' | '#' => "names have no sign in front: write `contact.city`",
                _ => "remove it, or put text in quotes",
            };
            return Err(ExprError::new(span, format!("`{first}` has no meaning in a condition"), fix));
        }
    }
    tokens.push((Token::End, Span::new(source.len(), source.len())));
    Ok(tokens)
}

fn number(rest: &str, at: usize) -> Result<(Token, usize), ExprError> {
    let bytes = rest.as_bytes();
    let digits = |from: usize| bytes[from.min(bytes.len())..].iter().take_while(|b| b.is_ascii_digit()).count();
    let too_large =
        |length| ExprError::new(Span::new(at, at + length), "this number is too large", "use at most 18 digits, or a decimal point");
    if rest.starts_with("0x") || rest.starts_with("0X") {
        let hex = bytes[2..].iter().take_while(|b| b.is_ascii_hexdigit()).count();
        let n = u64::from_str_radix(&rest[2..2 + hex], 16).map_err(|_| too_large(2 + hex))?;
        return Ok((Token::Int(n), 2 + hex));
    }
    let mut length = digits(0);
    let mut float = false;
    if bytes.get(length) == Some(&b'.') && digits(length + 1) > 0 {
        float = true;
        length += 1 + digits(length + 1);
    }
    if matches!(bytes.get(length), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(length + 1), Some(b'+' | b'-')));
        let exponent = digits(length + 1 + sign);
        if exponent > 0 {
            float = true;
            length += 1 + sign + exponent;
        }
    }
    let text = &rest[..length];
    if float {
        let n: f64 = text.parse().map_err(|_| too_large(length))?;
        return if n.is_finite() { Ok((Token::Float(n), length)) } else { Err(too_large(length)) };
    }
    let n = text.parse().map_err(|_| too_large(length))?;
    // CEL's unsigned marker says nothing here: there is one kind of whole number.
    if matches!(bytes.get(length), Some(b'u' | b'U')) {
        length += 1;
    }
    Ok((Token::Int(n), length))
}

/// A string literal at the start of `rest`, with its length in bytes.
fn quoted(rest: &str, at: usize) -> Result<Option<(String, usize)>, ExprError> {
    let raw = rest.starts_with(['r', 'R']);
    let from = usize::from(raw);
    let Some(body) = rest.get(from..) else { return Ok(None) };
    let Some(quote) = ["\"\"\"", "'''", "\"", "'"].into_iter().find(|quote| body.starts_with(quote)) else { return Ok(None) };
    let long = quote.len() == 3;
    let open = from + quote.len();
    let mut text = String::new();
    let mut pos = open;
    loop {
        let here = &rest[pos..];
        if here.starts_with(quote) {
            return Ok(Some((text, pos + quote.len())));
        }
        match here.chars().next() {
            None | Some('\n') if here.is_empty() || !long => {
                let span = Span::new(at, at + pos);
                return Err(ExprError::new(span, "this text never ends", format!("close it with {quote}")));
            }
            Some('\\') if !raw => {
                let (c, length) = escape(here).ok_or_else(|| {
                    let end = pos + here.chars().take(2).map(char::len_utf8).sum::<usize>();
                    ExprError::new(
                        Span::new(at + pos, at + end),
                        "this escape is unknown",
                        "write `\\\\` for a backslash, or put r in front of the quote",
                    )
                })?;
                text.push(c);
                pos += length;
            }
            Some(c) => {
                text.push(c);
                pos += c.len_utf8();
            }
            None => return Ok(None),
        }
    }
}

/// The character that an escape stands for, and the escape's length.
fn escape(here: &str) -> Option<(char, usize)> {
    let kind = *here.as_bytes().get(1)?;
    let coded = |digits: usize, from: usize, radix: u32| {
        let code = here.get(from..from + digits)?;
        let n = u32::from_str_radix(code, radix).ok().filter(|_| code.bytes().all(|b| b.is_ascii_alphanumeric()))?;
        Some((char::from_u32(n)?, from + digits))
    };
    let c = match kind {
        b'n' => '\n',
        b't' => '\t',
        b'r' => '\r',
        b'a' => '\u{7}',
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'v' => '\u{b}',
        b'\\' | b'\'' | b'"' | b'`' | b'?' => char::from(kind),
        b'x' | b'X' => return coded(2, 2, 16),
        b'u' => return coded(4, 2, 16),
        b'U' => return coded(8, 2, 16),
        b'0'..=b'3' => return coded(3, 1, 8),
        _ => return None,
    };
    Some((c, 2))
}
