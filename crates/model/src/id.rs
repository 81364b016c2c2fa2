//! Typed, prefixed, time-ordered ids: `ctc_01jd…`.
//!
//! Sixteen bytes in the shape of a version 7 UUID, shown as a prefix and 26 letters of Crockford's base 32 (the TypeID text form).
//! Ids are minted from the [`Clock`](crate::Clock)'s time and an [`Rng`](crate::Rng), so a replay mints the same ones.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::compact::{Compact, CompactError, Input, Wire};
use crate::{Rng, Timestamp};

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum IdError {
    #[error("`{text}` is not an id of this kind: it must begin with `{prefix}_`")]
    Prefix { text: String, prefix: &'static str },
    #[error("`{text}` is not an id: after the prefix come 26 characters of 0-9 and a-z without i, l, o, u")]
    Text { text: String },
}

/// Sixteen bytes in the shape of a version 7 UUID.
#[must_use]
pub fn mint(at: Timestamp, rng: &mut dyn Rng) -> u128 {
    let ms = (at.as_millis().max(0) as u128) & 0xFFFF_FFFF_FFFF;
    let random = (u128::from(rng.next_u64()) << 64) | u128::from(rng.next_u64());
    (ms << 80) | (0x7 << 76) | (((random >> 64) & 0xFFF) << 64) | (0b10 << 62) | (random & 0x3FFF_FFFF_FFFF_FFFF)
}

fn encode(raw: u128, out: &mut [u8; 26]) {
    for (i, slot) in out.iter_mut().enumerate() {
        *slot = ALPHABET[((raw >> (5 * (25 - i))) & 31) as usize];
    }
}

/// What each byte counts; 255 for those outside of the alphabet.
const DIGITS: [u8; 256] = {
    let mut digits = [255; 256];
    let mut i = 0;
    while i < ALPHABET.len() {
        digits[ALPHABET[i] as usize] = i as u8;
        i += 1;
    }
    digits
};

fn decode(text: &str) -> Option<u128> {
    let bytes = text.as_bytes();
    if bytes.len() != 26 || bytes[0] > b'7' {
        return None;
    }
    let (mut raw, mut seen) = (0u128, 0u8);
    for byte in bytes {
        let digit = DIGITS[*byte as usize];
        raw = (raw << 5) | u128::from(digit & 31);
        seen |= digit;
    }
    (seen < 32).then_some(raw)
}

/// The longest prefix, its underscore and the letters.
const TEXT_MAX: usize = 4 + 26;

/// Prefix and letters, written into `room`.
fn text<'a>(prefix: &str, raw: u128, room: &'a mut [u8; TEXT_MAX]) -> &'a str {
    let (start, rest) = room.split_at_mut(prefix.len());
    start.copy_from_slice(prefix.as_bytes());
    if let Some(letters) = rest.first_chunk_mut() {
        encode(raw, letters);
    }
    // All of it is ASCII.
    std::str::from_utf8(&room[..prefix.len() + 26]).unwrap_or_default()
}

/// Reads what is written as text, without keeping a copy of the text.
pub(crate) fn parsed<'de, T: FromStr<Err: fmt::Display>, D: Deserializer<'de>>(d: D) -> Result<T, D::Error> {
    struct Text<T>(std::marker::PhantomData<T>);
    impl<T: FromStr<Err: fmt::Display>> de::Visitor<'_> for Text<T> {
        type Value = T;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a text")
        }
        fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
            text.parse().map_err(E::custom)
        }
    }
    d.deserialize_str(Text(std::marker::PhantomData))
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u128);

        impl $name {
            pub const PREFIX: &'static str = $prefix;

            #[must_use]
            pub fn mint(at: Timestamp, rng: &mut dyn Rng) -> Self {
                Self(mint(at, rng))
            }

            #[must_use]
            pub const fn from_u128(raw: u128) -> Self {
                Self(raw)
            }

            #[must_use]
            pub const fn as_u128(self) -> u128 {
                self.0
            }

            #[must_use]
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(u128::from_be_bytes(bytes))
            }

            /// Big-endian, so that byte order is time order.
            #[must_use]
            pub const fn to_bytes(self) -> [u8; 16] {
                self.0.to_be_bytes()
            }

            /// The moment it was minted at.
            #[must_use]
            pub const fn minted_at(self) -> Timestamp {
                Timestamp::from_millis((self.0 >> 80) as i64)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(text(concat!($prefix, "_"), self.0, &mut [0; TEXT_MAX]))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                let rest = text
                    .strip_prefix(concat!($prefix, "_"))
                    .ok_or_else(|| IdError::Prefix { text: text.to_owned(), prefix: $prefix })?;
                decode(rest).map(Self).ok_or_else(|| IdError::Text { text: text.to_owned() })
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                // A form that nobody reads takes the number with its prefix.
                if !s.is_human_readable() {
                    return s.serialize_newtype_struct($prefix, &self.0);
                }
                s.serialize_str(text(concat!($prefix, "_"), self.0, &mut [0; TEXT_MAX]))
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                parsed(d)
            }
        }

        impl Compact for $name {
            const WIRE: Wire = Wire::Fixed16;
            fn put(&self, out: &mut Vec<u8>) {
                out.extend_from_slice(&self.to_bytes());
            }
            fn take(from: &mut Input<'_>) -> Result<Self, CompactError> {
                from.array().map(Self::from_bytes)
            }
        }
    )*};
}

ids! {
    /// A tenant. Everything belongs to one, nothing crosses.
    WorkspaceId = "ws";
    /// A person the business talks with.
    ContactId = "ctc";
    /// Something that happened to a contact and goes through the loop.
    SignalId = "sig";
    /// One message, in or out.
    MessageId = "msg";
    /// One verdict of the gate.
    DecisionId = "dec";
    /// One entry of the consent ledger.
    ConsentId = "csn";
    /// One line of a contact's timeline.
    TimelineId = "tml";
    /// One contact's way through one journey.
    RunId = "run";
    /// One message to many.
    BroadcastId = "bct";
    /// The permanent thread with a contact.
    ConversationId = "cnv";
    /// One episode of a conversation that a person owns.
    CaseId = "cas";
    /// One stored media object.
    MediaId = "med";
    /// A template in one workspace.
    TemplateId = "tpl";
    /// A number, sender id or from-address that messages leave by.
    SenderId = "snd";
    /// A person who signs in.
    UserId = "usr";
    /// An API key.
    ApiKeyId = "key";
    /// A signed-in browser.
    SessionId = "ses";
    /// One event on its way to one webhook endpoint.
    DeliveryId = "dlv";
    /// One HTTP request, for support.
    RequestId = "req";
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Draws;

    #[test]
    fn an_id_survives_its_text() {
        let at = Timestamp::from_millis(1_763_800_000_123);
        let id = ContactId::mint(at, &mut Draws::new(1));
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!(ContactId::from_bytes(id.to_bytes()), id);
        assert_eq!(id.minted_at(), at);
        assert_eq!(id.to_string().len(), 4 + 26);
    }

    #[test]
    fn text_order_is_time_order() {
        let mut rng = Draws::new(1);
        let early = MessageId::mint(Timestamp::from_millis(1_000), &mut rng);
        let late = MessageId::mint(Timestamp::from_millis(2_000), &mut rng);
        assert!(early < late && early.to_string() < late.to_string());
    }

    #[test]
    fn another_kind_of_id_is_refused() {
        let id = ContactId::mint(Timestamp::EPOCH, &mut Draws::new(1)).to_string();
        assert!(matches!(id.parse::<MessageId>(), Err(IdError::Prefix { prefix: "msg", .. })));
        assert!(matches!("ctc_123".parse::<ContactId>(), Err(IdError::Text { .. })));
        assert!(matches!("ctc_zzzzzzzzzzzzzzzzzzzzzzzzzz".parse::<ContactId>(), Err(IdError::Text { .. })));
    }
}
