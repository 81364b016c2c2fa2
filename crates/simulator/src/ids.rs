//! Ids in the shapes the providers give them. Every id is a keyed draw, so one seed gives one history.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use model::{Draws, Rng};

/// Mints ids: a counter for each purpose, so that a new kind of id never shifts the others.
#[derive(Clone, Debug)]
pub struct Mint {
    seed: u64,
    counters: BTreeMap<&'static str, u64>,
}

/// Which way a message went: it is part of a wamid (reference 12.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    Outbound,
    Inbound,
}

impl Mint {
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { seed, counters: BTreeMap::new() }
    }

    /// The next stream of numbers for this purpose.
    pub fn draws(&mut self, purpose: &'static str) -> Draws {
        let counter = self.counters.entry(purpose).or_default();
        *counter += 1;
        Draws::keyed(&[&self.seed.to_le_bytes(), purpose.as_bytes(), &counter.to_le_bytes()])
    }

    /// A stream that depends on the seed and a key only, never on what was minted before.
    #[must_use]
    pub fn keyed(&self, purpose: &str, key: &str) -> Draws {
        Draws::keyed(&[&self.seed.to_le_bytes(), purpose.as_bytes(), key.as_bytes()])
    }

    /// A decimal id without a leading zero, as Meta gives to media, templates and numbers.
    pub fn decimal(&mut self, purpose: &'static str, digits: usize) -> String {
        let mut draws = self.draws(purpose);
        let mut out = (1 + draws.below(9)).to_string();
        while out.len() < digits {
            out.push_str(&draws.below(10).to_string());
        }
        out
    }

    pub fn hex(&mut self, purpose: &'static str, digits: usize) -> String {
        let mut draws = self.draws(purpose);
        (0..digits).map(|_| char::from_digit(draws.below(16) as u32, 16).unwrap_or('0')).collect()
    }

    /// `wamid.` + base64 of `1C 18 <len><phone> 15 02 00 <11|12> 18 <len><hex id> 00`; clients must treat it as opaque.
    pub fn wamid(&mut self, user_phone: &str, way: Way) -> String {
        let id = self.hex("wamid", if way == Way::Outbound { 18 } else { 20 }).to_ascii_uppercase();
        let digits: String = user_phone.chars().filter(char::is_ascii_digit).collect();
        let mut raw = vec![0x1C, 0x18, digits.len() as u8];
        raw.extend_from_slice(digits.as_bytes());
        raw.extend_from_slice(&[0x15, 0x02, 0x00, if way == Way::Outbound { 0x11 } else { 0x12 }, 0x18, id.len() as u8]);
        raw.extend_from_slice(id.as_bytes());
        raw.push(0);
        format!("wamid.{}", STANDARD.encode(raw))
    }

    /// A Twilio id: two letters and 32 hex digits.
    pub fn sid(&mut self, prefix: &str) -> String {
        format!("{prefix}{}", self.hex("sid", 32))
    }

    /// Version 4, in lower case.
    pub fn uuid(&mut self, purpose: &'static str) -> String {
        let hex = self.hex(purpose, 30);
        format!("{}-{}-4{}-8{}-{}", &hex[..8], &hex[8..12], &hex[12..15], &hex[15..18], &hex[18..])
    }

    /// `fbtrace_id`: an opaque token of 23 characters that starts with `A`.
    pub fn trace(&mut self) -> String {
        let mut draws = self.draws("fbtrace");
        const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        std::iter::once('A').chain((0..22).map(|_| ALPHABET[draws.below(64) as usize] as char)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wamid_has_the_documented_frame() {
        let wamid = Mint::new(1).wamid("+16505551234", Way::Outbound);
        let raw = STANDARD.decode(wamid.strip_prefix("wamid.").unwrap_or_default()).unwrap_or_default();
        assert_eq!(&raw[..3], &[0x1C, 0x18, 11]);
        assert_eq!(&raw[3..14], b"16505551234");
        assert_eq!(&raw[14..20], &[0x15, 0x02, 0x00, 0x11, 0x18, 18]);
        assert_eq!((raw.len(), raw.last()), (39, Some(&0)));
    }

    #[test]
    fn one_seed_gives_the_same_ids_and_another_seed_others() {
        let take = |seed| {
            let mut mint = Mint::new(seed);
            (mint.decimal("media", 16), mint.sid("SM"), mint.trace())
        };
        assert_eq!(take(5), take(5));
        assert_ne!(take(5), take(6));
    }
}
