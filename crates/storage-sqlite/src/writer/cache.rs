//! What was used lately, bounded, with nothing to keep in order.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hash, Hasher};

/// Keys are numbers and ids that we made ourselves, so a multiplication is hash enough.
#[derive(Default)]
pub(crate) struct Numbers(u64);

impl Hasher for Numbers {
    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 29)
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = (self.0.rotate_left(23) ^ number).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }

    fn write_usize(&mut self, number: usize) {
        self.write_u64(number as u64);
    }

    fn write_i64(&mut self, number: i64) {
        self.write_u64(number.cast_unsigned());
    }

    fn write_u128(&mut self, number: u128) {
        self.write_u64(number as u64);
        self.write_u64((number >> 64) as u64);
    }
}

type Map<K, V> = HashMap<K, V, BuildHasherDefault<Numbers>>;

/// Two generations: what is used moves to the young one; when that is full at the end of a commit, the old one goes.
pub(super) struct Cache<K, V> {
    young: Map<K, V>,
    old: Map<K, V>,
    half: usize,
}

impl<K: Eq + Hash + Copy, V> Cache<K, V> {
    /// Keeps `half` to twice as many, and beyond that whatever one commit uses.
    pub(super) fn new(half: usize) -> Self {
        Self { young: Map::default(), old: Map::default(), half }
    }

    pub(super) fn get(&mut self, key: K) -> Option<&mut V> {
        if !self.young.contains_key(&key)
            && let Some(value) = self.old.remove(&key)
        {
            self.young.insert(key, value);
        }
        self.young.get_mut(&key)
    }

    /// Without keeping it from going.
    pub(super) fn peek(&self, key: K) -> Option<&V> {
        self.young.get(&key).or_else(|| self.old.get(&key))
    }

    pub(super) fn insert(&mut self, key: K, value: V) {
        self.old.remove(&key);
        self.young.insert(key, value);
    }

    /// What was used since the last time stays: nothing that is not written yet may go.
    pub(super) fn settle(&mut self) {
        if self.young.len() > self.half {
            self.old = std::mem::take(&mut self.young);
        }
    }

    pub(super) fn clear(&mut self) {
        self.young.clear();
        self.old.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::Cache;

    #[test]
    fn what_is_used_stays_and_the_rest_goes() {
        let mut cache = Cache::new(10);
        for n in 0..1_000u32 {
            cache.insert(n, n);
            assert_eq!(cache.get(0).copied(), Some(0));
            cache.settle();
            assert!(cache.young.len() + cache.old.len() <= 22);
        }
        assert_eq!((cache.peek(0), cache.peek(1), cache.peek(999)), (Some(&0), None, Some(&999)));
        cache.insert(999, 5);
        assert_eq!(cache.get(999), Some(&mut 5));
        cache.clear();
        assert_eq!(cache.get(999), None);
    }
}
