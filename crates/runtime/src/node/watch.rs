//! Watching other nodes' leases: whose beat stands still is thought dead.

use std::collections::BTreeMap;

use model::Millis;
use storage::Lease;

/// What was seen of each lease, and since when it looks so, by this node's steady clock.
#[derive(Debug, Default)]
pub(super) struct Watch {
    seen: BTreeMap<String, (Lease, Millis)>,
}

impl Watch {
    /// Takes in how leases stood at some moment not after `steady`: late is safe, because it makes a beat look younger than it is.
    pub(super) fn observe(&mut self, leases: &[Lease], steady: Millis) {
        let before = std::mem::take(&mut self.seen);
        self.seen = leases
            .iter()
            .map(|lease| {
                let since = match before.get(&lease.name) {
                    Some((known, since)) if known == lease => *since,
                    _ => steady,
                };
                (lease.name.clone(), (lease.clone(), since))
            })
            .collect();
    }

    pub(super) fn leases(&self) -> impl Iterator<Item = &Lease> {
        self.seen.values().map(|(lease, _)| lease)
    }

    pub(super) fn lease(&self, name: &str) -> Option<&Lease> {
        self.seen.get(name).map(|(lease, _)| lease)
    }

    /// Whether a lease has looked the same for so long.
    pub(super) fn stood_still(&self, name: &str, steady: Millis, long: Millis) -> bool {
        self.seen.get(name).is_some_and(|(_, since)| steady.0 - since.0 >= long.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_beat_that_does_not_move_stands_still() {
        let lease = |beat| Lease { name: "x".to_owned(), holder: Some("a".to_owned()), fence: 1, beat };
        let (long, mut watch) = (Millis::from_secs(10), Watch::default());
        let still = |watch: &Watch, at: i64| watch.stood_still("x", Millis::from_secs(at), long);
        watch.observe(&[lease(0)], Millis::from_secs(100));
        assert!(!still(&watch, 109));
        assert!(still(&watch, 110));
        watch.observe(&[lease(1)], Millis::from_secs(111));
        assert!(!still(&watch, 111));
        watch.observe(&[lease(1)], Millis::from_secs(118));
        assert!(still(&watch, 121));
        watch.observe(&[], Millis::from_secs(122));
        assert!(!still(&watch, 200));
    }
}
