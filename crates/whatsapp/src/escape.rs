//! JSON as Meta writes it on the wire: compact, non-ASCII as lower-case `\uXXXX` (UTF-16 units), `/` as `\/`.
//!
//! A simulator must write and sign these very bytes: receivers that re-escape before they check the signature reject
//! raw UTF-8.

use serde::Serialize;
use serde_json::ser::Formatter;
use std::io::{self, Write};

/// The body of a webhook as Meta would send it.
pub fn to_wire<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>, serde_json::Error> {
    let mut out = Vec::with_capacity(512);
    value.serialize(&mut serde_json::Serializer::with_formatter(&mut out, MetaFormatter))?;
    Ok(out)
}

/// The trait's defaults are compact already; only strings differ.
struct MetaFormatter;

impl Formatter for MetaFormatter {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        let mut plain_from = 0;
        for (at, character) in fragment.char_indices() {
            if character.is_ascii() && character != '/' {
                continue;
            }
            writer.write_all(&fragment.as_bytes()[plain_from..at])?;
            plain_from = at + character.len_utf8();
            if character == '/' {
                writer.write_all(b"\\/")?;
                continue;
            }
            let mut units = [0u16; 2];
            for unit in character.encode_utf16(&mut units) {
                write!(writer, "\\u{unit:04x}")?;
            }
        }
        writer.write_all(&fragment.as_bytes()[plain_from..])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    #[test]
    fn non_ascii_and_slashes_are_escaped_as_meta_does() {
        let value = json!({"url": "https://example.com/a", "text": "café 👍\n\"q\" <b>"});
        let bytes = to_wire(&value).unwrap();
        assert_eq!(
            String::from_utf8(bytes.clone()).unwrap(),
            r#"{"url":"https:\/\/example.com\/a","text":"caf\u00e9 \ud83d\udc4d\n\"q\" <b>"}"#
        );
        assert_eq!(serde_json::from_slice::<Value>(&bytes).unwrap(), value);
    }
}
