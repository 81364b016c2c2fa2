//! The hash chain over a contact's entries (R-CON-1): nothing can be changed, removed or slipped in without it showing.

use std::collections::BTreeMap;
use std::fmt;

use model::compact::{Compact, CompactError, Input, Wire, put_bytes, put_field, put_key};
use model::{ConsentId, LedgerEntry};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What the first entry names as the hash before it.
pub const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// The end of a chain.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Head {
    pub seq: u64,
    pub hash: String,
}

/// The hash as its 32 bytes; the head of an empty chain takes no room.
impl Compact for Head {
    const WIRE: Wire = Wire::Struct;
    fn put(&self, out: &mut Vec<u8>) {
        put_field(out, 1, &self.seq);
        put_key(out, 2, Wire::Bytes);
        match hex::decode(&self.hash) {
            Ok(bytes) => put_bytes(out, &bytes),
            // Every hash is hexadecimal; anything else would not verify, and must not become something that does.
            Err(_) => put_bytes(out, &[]),
        }
        out.push(0);
    }
    fn take(from: &mut Input<'_>) -> Result<Self, CompactError> {
        let mut head = Self { seq: 0, hash: String::new() };
        while let Some((number, wire)) = from.key()? {
            match number {
                1 => head.seq = from.value(wire)?,
                2 => {
                    from.expect(wire, Wire::Bytes)?;
                    head.hash = hex::encode(from.bytes()?);
                }
                _ => from.skip(wire)?,
            }
        }
        Ok(head)
    }
    fn is_absent(&self) -> bool {
        self.seq == 0 && self.hash == GENESIS
    }
    fn absent() -> Option<Self> {
        Some(Self::default())
    }
}

impl Default for Head {
    fn default() -> Self {
        Self { seq: 0, hash: GENESIS.to_owned() }
    }
}

/// The first entry at which a chain does not hold.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("consent chain breaks at entry {seq} ({id}): {why}")]
pub struct Broken {
    /// Index in the list that was given.
    pub index: usize,
    pub seq: u64,
    pub id: ConsentId,
    pub why: BreakKind,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BreakKind {
    /// The hash does not follow from the members: something was changed.
    Content,
    /// It does not name the hash of the entry before: something was removed, added or reordered.
    Link,
    /// It is not the next in number.
    Number,
    /// It belongs to another contact or workspace.
    Owner,
}

impl fmt::Display for BreakKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Content => "its content does not match its hash",
            Self::Link => "it does not follow the entry before it",
            Self::Number => "its number is not the next",
            Self::Owner => "it belongs to somebody else",
        })
    }
}

/// Checks a whole chain from its first entry, and says how far it reaches.
pub fn verify_chain(entries: &[LedgerEntry]) -> Result<Head, Broken> {
    let mut head = Head::default();
    for (index, entry) in entries.iter().enumerate() {
        let why = if entry.seq != head.seq + 1 {
            Some(BreakKind::Number)
        } else if (entry.workspace, entry.contact) != (entries[0].workspace, entries[0].contact) {
            Some(BreakKind::Owner)
        } else if entry.prev_hash != head.hash {
            Some(BreakKind::Link)
        } else if entry.hash != entry_hash(entry) {
            Some(BreakKind::Content)
        } else {
            None
        };
        if let Some(why) = why {
            return Err(Broken { index, seq: entry.seq, id: entry.id, why });
        }
        head = Head { seq: entry.seq, hash: entry.hash.clone() };
    }
    Ok(head)
}

/// SHA-256 (hex) over the canonical form.
#[must_use]
pub fn entry_hash(entry: &LedgerEntry) -> String {
    sha256_hex(canonical(entry).as_bytes())
}

/// The canonical form: the entry's JSON without `hash` and without null members, members sorted by name, no white space, UTF-8.
/// Null members are left out so that a member which is added to the format later does not change the hashes of old entries.
#[must_use]
pub fn canonical(entry: &LedgerEntry) -> String {
    let mut json = serde_json::to_value(entry).unwrap_or_default();
    if let Value::Object(members) = &mut json {
        members.shift_remove("hash");
    }
    sorted(json).to_string()
}

fn sorted(json: Value) -> Value {
    match json {
        Value::Object(members) => {
            let ordered: BTreeMap<String, Value> = members.into_iter().filter(|(_, v)| !v.is_null()).map(|(k, v)| (k, sorted(v))).collect();
            Value::Object(ordered.into_iter().collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(sorted).collect()),
        other => other,
    }
}

#[must_use]
pub(crate) fn sha256_hex(bytes: &[u8]) -> String {
    hex::encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes))
}
