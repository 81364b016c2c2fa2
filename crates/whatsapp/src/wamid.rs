//! Message ids: `wamid.` and the base64 of `1C 18 <len><user phone> 15 02 00 <11|12> 18 <len><hex id> 00`.
//!
//! Receivers must treat an id as opaque and allow up to [`LENGTH_MAX`] characters; only a simulator builds them, and
//! only diagnostics read them. The shape for users without a phone number is not known.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Room to leave for an id in storage, in characters.
pub const LENGTH_MAX: usize = 256;

const PREFIX: &str = "wamid.";

/// Who wrote the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Business to user; the id part has 18 hex digits.
    Outbound,
    /// User to business; the id part has 20 or 32 hex digits.
    Inbound,
}

/// What an id says about its message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parts {
    /// The user's phone number, digits only.
    pub phone: String,
    pub direction: Direction,
    /// The unique part, upper-case hex digits.
    pub id: String,
}

/// Why a text is not an id of the known shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WamidError {
    #[error("does not start with wamid.")]
    Prefix,
    #[error("is not base64")]
    Base64,
    #[error("does not have the known inner shape")]
    Shape,
    #[error("phone and id must have 1 to 127 characters, phone digits only and id hex digits only")]
    Part,
}

/// Builds an id. `id` is the unique part: see [`Direction`] for its usual length.
pub fn build(phone: &str, direction: Direction, id: &str) -> Result<String, WamidError> {
    let fits = |text: &str| (1..=127).contains(&text.len());
    if !fits(phone) || !fits(id) || !phone.bytes().all(|b| b.is_ascii_digit()) || !id.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(WamidError::Part);
    }
    let mut bytes = Vec::with_capacity(phone.len() + id.len() + 10);
    bytes.extend([0x1C, 0x18, phone.len() as u8]);
    bytes.extend(phone.bytes());
    bytes.extend([0x15, 0x02, 0x00, if direction == Direction::Outbound { 0x11 } else { 0x12 }, 0x18, id.len() as u8]);
    bytes.extend(id.bytes());
    bytes.push(0x00);
    Ok(format!("{PREFIX}{}", STANDARD.encode(bytes)))
}

/// Reads an id of the known shape.
pub fn parse(wamid: &str) -> Result<Parts, WamidError> {
    let encoded = wamid.strip_prefix(PREFIX).ok_or(WamidError::Prefix)?;
    let bytes = STANDARD.decode(encoded).map_err(|_| WamidError::Base64)?;
    let shaped = || -> Option<Parts> {
        let rest = bytes.strip_prefix(&[0x1C, 0x18])?;
        let (phone, rest) = counted(rest)?;
        let rest = rest.strip_prefix(&[0x15, 0x02, 0x00])?;
        let (direction, rest) = match rest.split_first()? {
            (0x11, rest) => (Direction::Outbound, rest),
            (0x12, rest) => (Direction::Inbound, rest),
            _ => return None,
        };
        let (id, rest) = counted(rest.strip_prefix(&[0x18])?)?;
        (rest == [0x00]).then_some(Parts { phone, direction, id })
    };
    shaped().ok_or(WamidError::Shape)
}

fn counted(bytes: &[u8]) -> Option<(String, &[u8])> {
    let (length, rest) = bytes.split_first()?;
    let (text, rest) = rest.split_at_checked(usize::from(*length))?;
    Some((String::from_utf8(text.to_vec()).ok()?, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_sample_is_read_and_built_again() {
        let sample = "wamid.HBgLMTY0NjcwNDM1OTUVAgARGBI1RjQyNUE3NEYxMzAzMzQ5MkEA";
        let parts = parse(sample).unwrap();
        assert_eq!(parts, Parts { phone: "16467043595".into(), direction: Direction::Outbound, id: "5F425A74F13033492A".into() });
        assert_eq!(build(&parts.phone, parts.direction, &parts.id).unwrap(), sample);
        let inbound = parse("wamid.HBgLMTY1MDM4Nzk0MzkVAgASGBQzQTRBNjU5OUFFRTAzODEwMTQ0RgA=").unwrap();
        assert_eq!((inbound.direction, inbound.id.len()), (Direction::Inbound, 20));
    }

    #[test]
    fn other_shapes_are_refused_with_the_reason() {
        assert_eq!(parse("wacid.x"), Err(WamidError::Prefix));
        assert_eq!(parse("wamid.$$"), Err(WamidError::Base64));
        assert_eq!(parse("wamid.AAAA"), Err(WamidError::Shape));
        assert_eq!(build("+1", Direction::Inbound, "AB"), Err(WamidError::Part));
    }
}
