//! The inside of a tag, as tokens.

use super::error::Mistake;
use crate::Span;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Token<'a> {
    Name(&'a str),
    Int(i64),
    Float(f64),
    Text(&'a str),
    Sign(&'static str),
    End,
}

/// Longest first.
const SIGNS: [&str; 18] = ["..", "==", "!=", "<>", "<=", ">=", "<", ">", "|", ":", ",", ".", "(", ")", "[", "]", "=", "-"];

/// `at`: where the text starts in the source.
pub(super) fn tokens(text: &str, at: usize) -> Result<Vec<(Token<'_>, Span)>, Mistake> {
    let mut found = Vec::new();
    let mut pos = 0;
    while let Some(first) = text[pos..].chars().next() {
        let rest = &text[pos..];
        let place = |length: usize| Span::new(at + pos, at + pos + length);
        let (token, length) = if first.is_whitespace() {
            pos += first.len_utf8();
            continue;
        } else if first == '"' || first == '\'' {
            let Some(length) = rest[1..].find(first) else {
                return Err(Mistake::new(place(1), "this text never ends", format!("close it with {first}")));
            };
            (Token::Text(&rest[1..=length]), length + 2)
        } else if first.is_ascii_digit() || (first == '-' && rest[1..].starts_with(|c: char| c.is_ascii_digit())) {
            number(rest).ok_or_else(|| Mistake::new(place(1), "this number is too large", "use at most 18 digits"))?
        } else if first.is_alphabetic() || first == '_' {
            let mut length = rest.find(|c: char| !c.is_alphanumeric() && c != '_' && c != '-').unwrap_or(rest.len());
            if rest[length..].starts_with('?') {
                length += 1;
            }
            (Token::Name(&rest[..length]), length)
        } else if let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
            (Token::Sign(sign), sign.len())
        } else {
            let fix = match first {
                '“' | '”' | '‘' | '’' => "use straight quotes, \" or '",
                '&' => "write `and`",
                '!' => "write `unless`, or compare with != or == false",
                '{' | '}' => "write only the name, without further braces",
                '$' => "write the name without a sign, such as contact.first_name",
                _ => "remove it, or put text in quotes",
            };
            return Err(Mistake::new(place(first.len_utf8()), format!("`{first}` has no meaning here"), fix));
        };
        found.push((token, place(length)));
        pos += length;
    }
    let end = at + text.trim_end().len();
    found.push((Token::End, Span::new(end, end)));
    Ok(found)
}

fn number(rest: &str) -> Option<(Token<'_>, usize)> {
    let bytes = rest.as_bytes();
    let digits = |from: usize| bytes[from.min(bytes.len())..].iter().take_while(|b| b.is_ascii_digit()).count();
    let sign = usize::from(bytes.first() == Some(&b'-'));
    let whole = sign + digits(sign);
    // `1..5` is a range and no float.
    if bytes.get(whole) == Some(&b'.') && digits(whole + 1) > 0 {
        let length = whole + 1 + digits(whole + 1);
        return Some((Token::Float(rest[..length].parse().ok()?), length));
    }
    Some((Token::Int(rest[..whole].parse().ok()?), whole))
}
