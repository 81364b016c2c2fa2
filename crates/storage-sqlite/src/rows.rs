//! Numbers of rows, and what is found by hashes.

use model::Channel;
use model::draws::stable_hash;

/// The lowest bits count within a workspace: a million rows a second for twelve days, or a thousand for 34 years.
const BITS: u32 = 40;

/// The numbers that rows of a workspace can have: from the first (which none has) to before the second.
pub(crate) const fn range(ws: i64) -> (i64, i64) {
    (ws << BITS, (ws + 1) << BITS)
}

/// The number of the workspace that a row is in.
pub(crate) const fn workspace(n: i64) -> i64 {
    n >> BITS
}

/// The place of a row within its workspace.
pub(crate) const fn place(n: i64) -> u64 {
    (n & ((1 << BITS) - 1)).cast_unsigned()
}

/// Where a dedupe key leads while its signal waits or is parked; below every step's number.
pub(crate) const HELD: i64 = 0;

/// What stands for a dedupe key. Two keys with one hash are told apart by the step that the row names.
pub(crate) fn dedupe(ws: i64, key: &str) -> u128 {
    let half = |salt: &[u8]| stable_hash(&[salt, &ws.to_be_bytes(), key.as_bytes()]);
    (u128::from(half(b"1")) << 64) | u128::from(half(b"2"))
}

/// What stands for a provider's message id: 64 bits of it, and a mark that keeps it from what stands for keys.
pub(crate) fn provider(ws: i64, channel: Channel, id: &str) -> u128 {
    let hash = stable_hash(&[&ws.to_be_bytes(), channel.as_str().as_bytes(), id.as_bytes()]);
    (u128::from(hash) << 64) | u128::from(u64::from_be_bytes(*b"provider"))
}
