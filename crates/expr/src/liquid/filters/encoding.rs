//! Filters that write text for HTML, addresses and machines.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use model::Value;

use super::{Args, FilterContext};
use crate::liquid::format::text_of;

type Made = Result<Value, String>;

fn escaped(c: char) -> Option<&'static str> {
    Some(match c {
        '&' => "&amp;",
        '<' => "&lt;",
        '>' => "&gt;",
        '"' => "&quot;",
        '\'' => "&#39;",
        _ => return None,
    })
}

pub(super) fn escape(v: Value, _: &Args<'_>, _: &FilterContext<'_>) -> Made {
    let mut made = String::new();
    for c in text_of(&v).chars() {
        match escaped(c) {
            Some(text) => made.push_str(text),
            None => made.push(c),
        }
    }
    Ok(made.into())
}

/// As `escape`, but what is an entity already stays as it is.
pub(super) fn escape_once(v: Value, _: &Args<'_>, _: &FilterContext<'_>) -> Made {
    let text = text_of(&v);
    let mut made = String::new();
    for (at, c) in text.char_indices() {
        match escaped(c) {
            Some("&amp;") if is_entity(&text[at + 1..]) => made.push(c),
            Some(text) => made.push_str(text),
            None => made.push(c),
        }
    }
    Ok(made.into())
}

fn is_entity(rest: &str) -> bool {
    let Some(end) = rest.bytes().take(12).position(|b| b == b';') else { return false };
    let name = &rest[..end];
    match name.strip_prefix('#') {
        Some(code) => match code.strip_prefix(['x', 'X']) {
            Some(hex) => !hex.is_empty() && hex.bytes().all(|b| b.is_ascii_hexdigit()),
            None => !code.is_empty() && code.bytes().all(|b| b.is_ascii_digit()),
        },
        None => !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric()),
    }
}

pub(super) fn url_encode(v: Value, _: &Args<'_>, _: &FilterContext<'_>) -> Made {
    let mut made = String::new();
    for b in text_of(&v).bytes() {
        match b {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => made.push(char::from(b)),
            b' ' => made.push('+'),
            b => made.push_str(&format!("%{b:02X}")),
        }
    }
    Ok(made.into())
}

pub(super) fn url_decode(v: Value, _: &Args<'_>, _: &FilterContext<'_>) -> Made {
    let text = text_of(&v);
    let bytes = text.as_bytes();
    let mut made = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(b) = bytes.get(at) {
        let code =
            bytes.get(at + 1..at + 3).and_then(|code| std::str::from_utf8(code).ok()).and_then(|code| u8::from_str_radix(code, 16).ok());
        match (b, code) {
            (b'%', Some(decoded)) => {
                made.push(decoded);
                at += 3;
                continue;
            }
            (b'+', _) => made.push(b' '),
            _ => made.push(*b),
        }
        at += 1;
    }
    String::from_utf8(made).map(Value::from).map_err(|_| "the decoded bytes are no text".to_owned())
}

pub(super) fn base64_encode(v: Value, _: &Args<'_>, _: &FilterContext<'_>) -> Made {
    Ok(STANDARD.encode(text_of(&v)).into())
}

pub(super) fn base64_decode(v: Value, _: &Args<'_>, _: &FilterContext<'_>) -> Made {
    let bytes = STANDARD.decode(text_of(&v)).map_err(|_| "the text is no base64".to_owned())?;
    String::from_utf8(bytes).map(Value::from).map_err(|_| "the decoded bytes are no text".to_owned())
}

pub(super) fn json(v: Value, _: &Args<'_>, _: &FilterContext<'_>) -> Made {
    serde_json::to_string(&v).map(Value::from).map_err(|e| e.to_string())
}
