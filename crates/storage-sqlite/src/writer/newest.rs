//! Ids that nobody can have stored yet, known without looking: ids grow with time, so nearly every new one lies above all that were there
//! when the store was opened, or is not among those that came since.

use std::collections::BTreeSet;

/// So many are remembered at most; the lower half goes then.
const KEPT: usize = 16_384;

#[derive(Default)]
pub(super) struct Newest {
    /// Whatever is stored and not below this is in `ids`.
    floor: u128,
    ids: BTreeSet<u128>,
}

impl Newest {
    /// `last`: the highest that is stored.
    pub(super) fn above(last: Option<[u8; 16]>) -> Self {
        let floor = last.map_or(0, |id| u128::from_be_bytes(id).saturating_add(1));
        Self { floor, ids: BTreeSet::new() }
    }

    /// Nothing is known: every id must be looked for.
    pub(super) fn unknown() -> Self {
        Self { floor: u128::MAX, ids: BTreeSet::new() }
    }

    /// Whether nobody has it for certain. From here on somebody does.
    pub(super) fn takes(&mut self, id: u128) -> bool {
        if id < self.floor || id == u128::MAX || !self.ids.insert(id) {
            return false;
        }
        if self.ids.len() > KEPT
            && let Some(middle) = self.ids.iter().nth(KEPT / 2).copied()
        {
            self.ids = self.ids.split_off(&middle);
            self.floor = middle;
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use model::{Draws, Rng as _};

    use super::*;

    #[test]
    fn an_id_is_new_only_if_nobody_has_it() {
        let mut draws = Draws::new(1);
        let (mut stored, mut newest, mut new) = (BTreeSet::new(), Newest::above(None), 0);
        for round in 0..200_000u128 {
            if round == 50_000 {
                newest = Newest::above(stored.last().map(|id: &u128| id.to_be_bytes()));
            }
            // Close to the present, sometimes long ago, sometimes again.
            let id = round.saturating_sub(u128::from(draws.below(if round % 7 == 0 { 100_000 } else { 50 })));
            let there = !stored.insert(id);
            let taken = newest.takes(id);
            assert!(!(there && taken), "{id} is stored");
            new += usize::from(taken);
        }
        assert!(new > stored.len() / 2, "{new} of {} were known to be new", stored.len());
        assert!(newest.ids.len() <= KEPT);
        assert!(!Newest::unknown().takes(5) && Newest::above(None).takes(0) && !Newest::above(Some([255; 16])).takes(u128::MAX));
    }
}
