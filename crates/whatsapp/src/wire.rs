//! Helpers for reading a wire that mixes numbers with strings, absence with null, and old spellings with new ones.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use serde_json::value::RawValue;

/// An enum of documented values that keeps an undocumented one as received. Comparison with the wire ignores ASCII
/// case, because Meta's pages print both (`PAUSED` and `paused`).
macro_rules! open_enum {
    ($(#[$meta:meta])* $vis:vis enum $name:ident { $($(#[$vmeta:meta])* $variant:ident = $text:literal $(| $alias:literal)*),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        $vis enum $name {
            $($(#[$vmeta])* $variant,)+
            /// A value that this version does not know, as received.
            Unknown(String),
        }

        impl $name {
            /// The value as Meta spells it.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)+
                    Self::Unknown(text) => text,
                }
            }

            /// Reads a value in any case; what is not documented becomes `Unknown`.
            pub fn from_wire(text: &str) -> Self {
                $(if text.eq_ignore_ascii_case($text) $(|| text.eq_ignore_ascii_case($alias))* {
                    return Self::$variant;
                })+
                Self::Unknown(text.to_owned())
            }

            /// False for `Unknown`.
            pub fn is_known(&self) -> bool {
                !matches!(self, Self::Unknown(_))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                Ok(Self::from_wire(&text))
            }
        }
    };
}
pub(crate) use open_enum;

fn scalar_text(value: Value) -> Result<Option<String>, String> {
    match value {
        Value::Null => Ok(None),
        Value::String(text) => Ok(Some(text)),
        Value::Number(number) => Ok(Some(number.to_string())),
        Value::Bool(flag) => Ok(Some(flag.to_string())),
        Value::Array(_) | Value::Object(_) => Err("expected a string or a number".to_owned()),
    }
}

/// A required text that some payloads carry as a number (template ids, media ids, file sizes).
pub(crate) fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    scalar_text(Value::deserialize(deserializer)?)
        .and_then(|text| text.ok_or_else(|| "expected a string or a number, got null".to_owned()))
        .map_err(serde::de::Error::custom)
}

/// As [`text`], absent or null allowed.
pub(crate) fn text_opt<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    scalar_text(Value::deserialize(deserializer)?).map_err(serde::de::Error::custom)
}

/// An id that Meta writes as a number (template ids in webhooks); kept as text here.
pub(crate) mod numeric_id {
    use super::{Deserializer, Serializer};

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
        super::text(deserializer)
    }

    pub(crate) fn serialize<S: Serializer>(id: &str, serializer: S) -> Result<S::Ok, S::Error> {
        match id.parse::<u64>() {
            Ok(number) => serializer.serialize_u64(number),
            Err(_) => serializer.serialize_str(id),
        }
    }
}

fn seconds_of(value: &Value) -> Result<Option<i64>, String> {
    match value {
        Value::Null => Ok(None),
        Value::Number(number) => {
            let whole = number.as_i64().or_else(|| number.as_f64().map(|f| f as i64));
            whole.map(Some).ok_or_else(|| format!("expected unix seconds, got {number}"))
        }
        Value::String(text) if text.trim().is_empty() => Ok(None),
        Value::String(text) => text.trim().parse::<i64>().map(Some).map_err(|_| format!("expected unix seconds, got {text:?}")),
        other => Err(format!("expected unix seconds, got {other}")),
    }
}

/// Unix seconds, written as a string inside `messages` and as an integer elsewhere.
pub(crate) mod seconds {
    use super::{Deserialize, Deserializer, Serializer, Value, seconds_of};

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
        seconds_of(&Value::deserialize(deserializer)?)
            .and_then(|found| found.ok_or_else(|| "expected unix seconds, got nothing".to_owned()))
            .map_err(serde::de::Error::custom)
    }

    pub(crate) fn serialize<S: Serializer>(value: &i64, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(value)
    }
}

/// Optional unix seconds; serialised as a string, as inside `messages`.
pub(crate) mod seconds_opt {
    use super::{Deserialize, Deserializer, Serializer, Value, seconds_of};

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
        seconds_of(&Value::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }

    pub(crate) fn serialize<S: Serializer>(value: &Option<i64>, serializer: S) -> Result<S::Ok, S::Error> {
        match value {
            Some(seconds) => serializer.collect_str(seconds),
            None => serializer.serialize_none(),
        }
    }
}

/// Optional unix seconds; serialised as an integer, as in account and template updates.
pub(crate) mod epoch_opt {
    use super::{Deserialize, Deserializer, Serialize, Serializer, Value, seconds_of};

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
        seconds_of(&Value::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }

    pub(crate) fn serialize<S: Serializer>(value: &Option<i64>, serializer: S) -> Result<S::Ok, S::Error> {
        value.serialize(serializer)
    }
}

/// A decimal number that may be written as a string.
pub(crate) fn decimal_opt<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<f64>, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::Null => Ok(None),
        Value::Number(number) => Ok(number.as_f64()),
        Value::String(text) => {
            text.trim().parse().map(Some).map_err(|_| serde::de::Error::custom(format!("expected a number, got {text:?}")))
        }
        other => Err(serde::de::Error::custom(format!("expected a number, got {other}"))),
    }
}

/// A list that may be absent or null.
pub(crate) fn list<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
    Ok(Option::<Vec<T>>::deserialize(deserializer)?.unwrap_or_default())
}

/// Reads one item. Half of an emoji (a lone UTF-16 surrogate, which Meta's escaping can carry) is replaced by U+FFFD
/// instead of making the whole message unreadable.
pub(crate) fn item<T: for<'de> Deserialize<'de>>(raw: &RawValue) -> Result<T, String> {
    let first = match serde_json::from_str::<T>(raw.get()) {
        Ok(read) => return Ok(read),
        Err(error) => error,
    };
    match repair_surrogates(raw.get()) {
        Some(repaired) => serde_json::from_str::<T>(&repaired).map_err(|error| error.to_string()),
        None => Err(first.to_string()),
    }
}

/// Reads a piece whose parts stay where they are in the body, without a copy. What would have to be mended is not: see [`mended`].
pub(crate) fn piece<'a, T: Deserialize<'a>>(raw: &'a RawValue) -> Result<T, String> {
    serde_json::from_str(raw.get()).map_err(|error| error.to_string())
}

/// The piece with half emojis replaced, as [`item`] does it; `None` when there are none.
pub(crate) fn mended(raw: &RawValue) -> Option<Box<RawValue>> {
    RawValue::from_string(repair_surrogates(raw.get())?).ok()
}

/// Replaces every lone surrogate escape in a JSON text by `\ufffd`; `None` when there is none.
pub fn repair_surrogates(json: &str) -> Option<String> {
    let bytes = json.as_bytes();
    let unit_at = |at: usize| -> Option<u16> {
        (bytes.get(at)? == &b'\\' && bytes.get(at + 1)? == &b'u').then_some(())?;
        let digits = json.get(at + 2..at + 6)?;
        u16::from_str_radix(digits, 16).ok()
    };
    let mut repaired: Option<String> = None;
    let mut copied = 0;
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] != b'\\' {
            at += 1;
            continue;
        }
        match unit_at(at) {
            Some(0xD800..=0xDBFF) if matches!(unit_at(at + 6), Some(0xDC00..=0xDFFF)) => at += 12,
            Some(0xD800..=0xDFFF) => {
                let out = repaired.get_or_insert_with(|| String::with_capacity(json.len()));
                out.push_str(&json[copied..at]);
                out.push_str("\\ufffd");
                at += 6;
                copied = at;
            }
            // Any other escape is two bytes at least; the second byte must not be taken for a new backslash.
            _ => at += 2,
        }
    }
    let mut out = repaired?;
    out.push_str(json.get(copied..).unwrap_or_default());
    Some(out)
}

/// A hash of a JSON value that does not depend on key order or white space: two deliveries of the same update agree.
pub(crate) fn stable_hash(raw: &str) -> String {
    let digest = |bytes: &[u8]| hex::encode(&aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes).as_ref()[..16]);
    match serde_json::from_str::<Value>(raw) {
        Ok(value) => {
            let mut canonical = String::with_capacity(raw.len());
            write_canonical(&value, &mut canonical);
            digest(canonical.as_bytes())
        }
        Err(_) => digest(raw.as_bytes()),
    }
}

fn write_canonical(value: &Value, out: &mut String) {
    match value {
        Value::Array(items) => {
            out.push('[');
            for item in items {
                write_canonical(item, out);
                out.push(',');
            }
            out.push(']');
        }
        Value::Object(members) => {
            let mut sorted: Vec<_> = members.iter().collect();
            sorted.sort_by(|a, b| a.0.cmp(b.0));
            out.push('{');
            for (key, member) in sorted {
                out.push_str(&Value::String(key.clone()).to_string());
                out.push(':');
                write_canonical(member, out);
                out.push(',');
            }
            out.push('}');
        }
        scalar => out.push_str(&scalar.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lone_surrogates_are_replaced_and_pairs_are_kept() {
        assert_eq!(repair_surrogates(r#""\ud83d\ude00 ok""#), None);
        assert_eq!(repair_surrogates(r#""half \ud83d""#).as_deref(), Some(r#""half \ufffd""#));
        assert_eq!(repair_surrogates(r#""\ude00\\ud83d""#).as_deref(), Some(r#""\ufffd\\ud83d""#));
    }

    #[test]
    fn stable_hash_ignores_key_order_and_white_space() {
        assert_eq!(stable_hash(r#"{"a":1,"b":[true,null]}"#), stable_hash(r#"{ "b" : [true, null], "a" : 1 }"#));
        assert_ne!(stable_hash(r#"{"a":[1,2]}"#), stable_hash(r#"{"a":[12]}"#));
    }
}
