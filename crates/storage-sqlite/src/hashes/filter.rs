//! Says of most hashes that they are not in a set, and never that of one that is. One look touches one line of the processor's cache.

/// Bits for each hash; with them about one in eighty is looked for in vain.
const BITS: usize = 10;
/// Bits that each hash sets.
const SET: usize = 6;
/// A line of cache.
type Line = [u64; 8];

#[derive(Clone)]
pub(super) struct Filter {
    lines: Vec<Line>,
}

impl Filter {
    pub(super) fn new(hashes: usize) -> Self {
        Self { lines: vec![[0; 8]; (hashes * BITS).div_ceil(512).max(1)] }
    }

    pub(super) fn add(&mut self, hash: u128) {
        let place = self.place(hash);
        if let Some(line) = self.lines.get_mut(place) {
            for (word, bit) in bits(hash) {
                line[word] |= bit;
            }
        }
    }

    /// Whether it may be there.
    pub(super) fn has(&self, hash: u128) -> bool {
        self.lines.get(self.place(hash)).is_some_and(|line| bits(hash).all(|(word, bit)| line[word] & bit != 0))
    }

    fn place(&self, hash: u128) -> usize {
        // The high half as a fraction of the lines.
        ((u128::from((hash >> 64) as u64) * self.lines.len() as u128) >> 64) as usize
    }

    pub(super) fn pack(&self) -> Vec<u8> {
        self.lines.iter().flatten().flat_map(|word| word.to_be_bytes()).collect()
    }

    /// Nothing if it is not whole.
    pub(super) fn unpack(bytes: &[u8]) -> Option<Self> {
        let line = |bytes: &[u8]| -> Option<Line> {
            let mut line = Line::default();
            for (word, bytes) in line.iter_mut().zip(bytes.chunks_exact(8)) {
                *word = u64::from_be_bytes(bytes.try_into().ok()?);
            }
            Some(line)
        };
        if bytes.is_empty() || !bytes.len().is_multiple_of(64) {
            return None;
        }
        Some(Self { lines: bytes.chunks_exact(64).map(line).collect::<Option<_>>()? })
    }
}

/// Six places of 512, from both halves.
fn bits(hash: u128) -> impl Iterator<Item = (usize, u64)> {
    let mixed = ((hash >> 64) as u64 ^ (hash as u64).rotate_left(31)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (0..SET).map(move |n| {
        let bit = (mixed >> (10 + n * 9)) & 511;
        ((bit >> 6) as usize, 1 << (bit & 63))
    })
}

#[cfg(test)]
mod tests {
    use model::{Draws, Rng as _};

    use super::*;

    #[test]
    fn what_is_there_is_never_denied_and_what_is_not_seldom_affirmed() {
        let mut draws = Draws::new(3);
        let mut any = |low: bool| (u128::from(draws.next_u64()) << 64) | if low { u128::from(draws.next_u64()) } else { 77 };
        for low in [true, false] {
            let mut filter = Filter::new(20_000);
            let hashes: Vec<u128> = (0..20_000).map(|_| any(low)).collect();
            hashes.iter().for_each(|hash| filter.add(*hash));
            let filter = Filter::unpack(&filter.pack()).unwrap();
            assert!(hashes.iter().all(|hash| filter.has(*hash)));
            let wrong = (0..20_000).filter(|_| filter.has(any(low))).count();
            assert!(wrong < 500, "{wrong} of 20,000 are affirmed that are not there");
        }
    }

    #[test]
    fn a_damaged_filter_is_noticed() {
        assert!(Filter::unpack(&[]).is_none() && Filter::unpack(&[0; 65]).is_none());
    }
}
