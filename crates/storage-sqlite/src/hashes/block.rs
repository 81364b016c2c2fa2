//! Sorted hashes on one page.

use super::Entry;

/// Bytes of an entry: hash and number, the highest first, so that migrations can write them in SQL.
pub(super) const WIDTH: usize = 24;

/// Entries that fit on a page of 4 KiB with the row that they are in.
pub(super) const ENTRIES: usize = 169;

pub(super) fn pack(entries: &[Entry]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(entries.len() * WIDTH);
    for (hash, n) in entries {
        bytes.extend_from_slice(&hash.to_be_bytes());
        bytes.extend_from_slice(&n.to_be_bytes());
    }
    bytes
}

/// Nothing if it is not whole.
pub(super) fn unpack(bytes: &[u8]) -> Option<Vec<Entry>> {
    if !bytes.len().is_multiple_of(WIDTH) {
        return None;
    }
    bytes.chunks_exact(WIDTH).map(entry).collect()
}

fn entry(bytes: &[u8]) -> Option<Entry> {
    let (hash, n) = bytes.split_at_checked(16)?;
    Some((u128::from_be_bytes(hash.try_into().ok()?), i64::from_be_bytes(n.try_into().ok()?)))
}

/// Adds the numbers of a hash in a sorted block. Nothing if it is not whole.
pub(super) fn find(bytes: &[u8], hash: u128, found: &mut Vec<i64>) -> Option<()> {
    let count = bytes.len() / WIDTH;
    if !bytes.len().is_multiple_of(WIDTH) {
        return None;
    }
    let (mut low, mut high) = (0, count);
    while low < high {
        let middle = usize::midpoint(low, high);
        if entry(bytes.get(middle * WIDTH..)?.get(..WIDTH)?)?.0 < hash { low = middle + 1 } else { high = middle }
    }
    for bytes in bytes.get(low * WIDTH..)?.chunks_exact(WIDTH) {
        let (other, n) = entry(bytes)?;
        if other != hash {
            break;
        }
        found.push(n);
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_of_a_hash_is_found_and_no_other() {
        let mut entries: Vec<Entry> = (0..100).map(|n| (u128::from(n / 3 * 7_u64) << 90, n.cast_signed())).collect();
        entries.sort_unstable();
        let bytes = pack(&entries);
        assert_eq!(unpack(&bytes).as_deref(), Some(&*entries));
        for hash in (0..300_u128).map(|n| n << 90) {
            let mut found = Vec::new();
            find(&bytes, hash, &mut found).unwrap();
            let wanted: Vec<i64> = entries.iter().filter(|entry| entry.0 == hash).map(|entry| entry.1).collect();
            assert_eq!(found, wanted);
        }
    }

    #[test]
    fn half_an_entry_is_noticed() {
        let bytes = pack(&[(1, 2), (3, 4)]);
        assert!(unpack(&bytes[..30]).is_none() && find(&bytes[..30], 1, &mut Vec::new()).is_none());
    }
}
