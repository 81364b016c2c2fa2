//! `application/x-www-form-urlencoded`, both ways. Order and repeated names are kept, because the signature covers all of them.

/// A form as it came.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Form(Vec<(String, String)>);

impl Form {
    /// Reads a raw body. Never fails: what is not a proper escape stays as it is, as browsers and Twilio do.
    pub(crate) fn parse(raw: &[u8]) -> Self {
        let pairs = raw.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()).map(|pair| {
            let middle = pair.iter().position(|byte| *byte == b'=').unwrap_or(pair.len());
            (decode(&pair[..middle]), decode(pair.get(middle + 1..).unwrap_or_default()))
        });
        Self(pairs.collect())
    }

    /// The first value of a name, if it is not empty.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    pub(crate) fn pairs(&self) -> &[(String, String)] {
        &self.0
    }

    /// The natural key of a notice that has no id of its own: the same form has the same.
    pub(crate) fn key(&self) -> String {
        let texts: Vec<&[u8]> = self.0.iter().flat_map(|(name, value)| [name.as_bytes(), value.as_bytes()]).collect();
        format!("twilio:{:016x}", model::draws::stable_hash(&texts))
    }

    /// All of it, for keeping.
    pub(crate) fn to_json(&self) -> serde_json::Value {
        self.0
            .iter()
            .map(|(name, value)| (name.clone(), serde_json::Value::String(value.clone())))
            .collect::<serde_json::Map<_, _>>()
            .into()
    }
}

fn decode(text: &[u8]) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((first, tail)) = rest.split_first() {
        let escaped = match (first, tail) {
            (b'%', [high, low, ..]) => hex_digit(*high).zip(hex_digit(*low)),
            _ => None,
        };
        match (escaped, first) {
            (Some((high, low)), _) => {
                bytes.push(high * 16 + low);
                rest = &tail[2..];
                continue;
            }
            (None, b'+') => bytes.push(b' '),
            (None, other) => bytes.push(*other),
        }
        rest = tail;
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn hex_digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

/// Writes one value, space as `+`.
pub(crate) fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b' ' => out.push('+'),
            b'-' | b'.' | b'_' | b'*' => out.push(char::from(byte)),
            _ if byte.is_ascii_alphanumeric() => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// Writes a body.
pub(crate) fn write(pairs: &[(&str, String)]) -> String {
    pairs.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect::<Vec<_>>().join("&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_read_and_written() {
        let form = Form::parse(b"To=%2B1+2&Body=Hi+%C3%A9&Empty=&Alone&Bad=%zz%4&Body=second");
        assert_eq!((form.get("To"), form.get("Body"), form.get("Empty"), form.get("Alone")), (Some("+1 2"), Some("Hi é"), None, None));
        assert_eq!(form.get("Bad"), Some("%zz%4"));
        assert_eq!(form.pairs().len(), 6);
        assert_eq!(write(&[("To", "+1 2".into()), ("Body", "Hi é*~".into())]), "To=%2B1+2&Body=Hi+%C3%A9*%7E");
    }
}
