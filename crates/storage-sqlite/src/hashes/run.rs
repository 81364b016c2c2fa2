//! Hashes that were written down sorted, in blocks of a page each.

use super::block;
use super::filter::Filter;

/// Blocks have the number of their run above their lowest bits.
const BITS: u32 = 24;

pub(super) struct Run {
    pub(super) n: i64,
    /// Runs of one level are about as large.
    pub(super) level: u32,
    pub(super) entries: usize,
    pub(super) blocks: Blocks,
}

/// What the memory has of a run.
#[derive(Clone)]
pub(super) struct Blocks {
    filter: Filter,
    /// The high half of the first hash of each block.
    firsts: Vec<u64>,
}

/// The numbers that blocks of a run can have: from the first to before the second.
pub(super) const fn blocks(run: i64) -> (i64, i64) {
    (run << BITS, (run + 1) << BITS)
}

impl Blocks {
    pub(super) fn new(entries: usize) -> Self {
        Self { filter: Filter::new(entries), firsts: Vec::with_capacity(entries.div_ceil(block::ENTRIES)) }
    }

    /// The row number of the next block, which has these hashes.
    pub(super) fn add(&mut self, run: i64, entries: &[super::Entry]) -> i64 {
        entries.iter().for_each(|(hash, _)| self.filter.add(*hash));
        self.firsts.push(entries.first().map_or(u64::MAX, |(hash, _)| high(*hash)));
        blocks(run).0 + self.firsts.len() as i64 - 1
    }

    pub(super) fn len(&self) -> usize {
        self.firsts.len()
    }

    pub(super) fn pack(&self) -> (Vec<u8>, Vec<u8>) {
        (self.filter.pack(), self.firsts.iter().flat_map(|first| first.to_be_bytes()).collect())
    }

    /// Nothing if something of it is not whole.
    pub(super) fn unpack(filter: &[u8], firsts: &[u8]) -> Option<Self> {
        if !firsts.len().is_multiple_of(8) {
            return None;
        }
        let firsts = firsts.chunks_exact(8).map(|bytes| Some(u64::from_be_bytes(bytes.try_into().ok()?)));
        Some(Self { filter: Filter::unpack(filter)?, firsts: firsts.collect::<Option<_>>()? })
    }
}

impl Run {
    /// The row numbers of the blocks that can have a hash. Mostly none, nearly always one where it is.
    pub(super) fn places(&self, hash: u128) -> std::ops::Range<i64> {
        if !self.blocks.filter.has(hash) {
            return 0..0;
        }
        let (high, firsts) = (high(hash), &self.blocks.firsts);
        // Equal ones may begin at the end of the block before.
        let from = firsts.partition_point(|first| *first < high).saturating_sub(1);
        let to = firsts.partition_point(|first| *first <= high);
        let first = blocks(self.n).0;
        first + from as i64..first + to as i64
    }
}

const fn high(hash: u128) -> u64 {
    (hash >> 64) as u64
}
