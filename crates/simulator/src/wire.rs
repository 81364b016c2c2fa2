//! JSON as Meta writes it: compact, non-ASCII as `\uXXXX` in lower-case hex, `/` as `\/`. The signature covers these bytes.

use serde_json::Value;

/// Serialises for a webhook body (reference 12.5).
#[must_use]
pub fn meta_json(value: &Value) -> Vec<u8> {
    let plain = value.to_string();
    let mut out = String::with_capacity(plain.len() + plain.len() / 8);
    for ch in plain.chars() {
        match ch {
            '/' => out.push_str("\\/"),
            c if c.is_ascii() => out.push(c),
            c => {
                let mut units = [0u16; 2];
                for unit in c.encode_utf16(&mut units) {
                    out.push_str(&format!("\\u{unit:04x}"));
                }
            }
        }
    }
    out.into_bytes()
}

/// One `application/x-www-form-urlencoded` body, in the order given.
#[must_use]
pub fn form_encode(pairs: &[(String, String)]) -> String {
    pairs.iter().map(|(name, value)| format!("{}={}", percent(name), percent(value))).collect::<Vec<_>>().join("&")
}

fn percent(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'*' => out.push(byte as char),
            b' ' => out.push('+'),
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}

/// Reads a query string or form body: every pair, empty values kept, order kept.
#[must_use]
pub fn form_decode(text: &str) -> Vec<(String, String)> {
    text.split('&')
        .filter(|part| !part.is_empty())
        .map(|part| {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            (unpercent(name), unpercent(value))
        })
        .collect()
}

fn unpercent(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut i = 0;
    while i < bytes.len() {
        match bytes[i] {
            b'+' => out.push(b' '),
            b'%' => match text.get(i + 1..i + 3).and_then(|h| u8::from_str_radix(h, 16).ok()) {
                Some(byte) => {
                    out.push(byte);
                    i += 2;
                }
                None => out.push(b'%'),
            },
            other => out.push(other),
        }
        i += 1;
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn non_ascii_and_slashes_are_escaped_and_read_back_the_same() {
        let value = json!({"a": "é/👍", "b": [1, null]});
        let bytes = meta_json(&value);
        assert_eq!(std::str::from_utf8(&bytes), Ok(r#"{"a":"\u00e9\/\ud83d\udc4d","b":[1,null]}"#));
        assert_eq!(serde_json::from_slice::<Value>(&bytes).ok(), Some(value));
    }

    #[test]
    fn forms_survive_both_ways() {
        let pairs = vec![("Body".to_owned(), "Hi é & +1 100%".to_owned()), ("Empty".to_owned(), String::new())];
        assert_eq!(form_decode(&form_encode(&pairs)), pairs);
        assert_eq!(form_decode("a=%zz&b"), vec![("a".to_owned(), "%zz".to_owned()), ("b".to_owned(), String::new())]);
    }
}
