//! Several nodes over one store: leases, and what changed that a node keeps in memory.
//!
//! No clock of a store or of another node decides who holds a lease. Each renewal changes [`Lease::beat`]; who wants a lease that somebody
//! else holds watches it, and may take it when *its own* steady clock says that the beat has stood still for the whole lease time. A holder
//! stops by itself, measured from before its last renewal that succeeded, earlier than anybody may take over. So clocks that differ do no
//! harm; only clocks that run at different speeds would, and the margin between both times is for them.

use model::Timestamp;
use serde::{Deserialize, Serialize};

/// A lease as it stands.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Lease {
    pub name: String,
    /// Nobody after it was released.
    pub holder: Option<String>,
    /// The fencing number: 1 for the first holder, and one more each time that the lease is taken, also by who had it before.
    pub fence: u64,
    /// One more with each renewal; begins at 0 with each fence.
    pub beat: u64,
}

/// A wish for a lease.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LeaseClaim {
    pub name: String,
    /// Fence and beat of a holder that is thought dead: it is taken from it only while it stands exactly so. `None` takes only what nobody
    /// holds, and renews what the claimer holds.
    pub instead_of: Option<(u64, u64)>,
}

impl LeaseClaim {
    /// For a lease that is free or ours.
    #[must_use]
    pub fn free(name: impl Into<String>) -> Self {
        Self { name: name.into(), instead_of: None }
    }

    /// For a lease whose holder is thought dead.
    #[must_use]
    pub fn instead_of(dead: &Lease) -> Self {
        Self { name: dead.name.clone(), instead_of: Some((dead.fence, dead.beat)) }
    }
}

impl Lease {
    /// What becomes of a lease, or of none, when `holder` claims it: the rule that every store follows, in one transaction for each lease.
    #[must_use]
    pub fn claimed(there: Option<&Self>, holder: &str, claim: &LeaseClaim) -> Self {
        let taken = |fence| Self { name: claim.name.clone(), holder: Some(holder.to_owned()), fence, beat: 0 };
        match there {
            None => taken(1),
            Some(lease) => match lease.holder.as_deref() {
                None => taken(lease.fence + 1),
                Some(who) if who == holder => Self { beat: lease.beat + 1, ..lease.clone() },
                Some(_) if claim.instead_of == Some((lease.fence, lease.beat)) => taken(lease.fence + 1),
                Some(_) => lease.clone(),
            },
        }
    }
}

/// Whether other processes may write to a store, and whether this one hears of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sharing {
    /// This process has the store for itself.
    Alone,
    /// Others may write, and the [`Listener`](crate::Listener) is told at once.
    Notified,
    /// Others may write, and nobody tells at present: who waits for something must look.
    Polled,
}

/// A document's place in history without the document: two equal marks mean the same value.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct DocumentMark {
    pub kind: String,
    pub id: String,
    pub version: u64,
    pub updated_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(by: &str, fence: u64, beat: u64) -> Lease {
        Lease { name: "x".to_owned(), holder: Some(by.to_owned()), fence, beat }
    }

    #[test]
    fn a_free_lease_is_taken_and_its_fence_grows() {
        assert_eq!(Lease::claimed(None, "a", &LeaseClaim::free("x")), held("a", 1, 0));
        let released = Lease { holder: None, ..held("a", 4, 9) };
        assert_eq!(Lease::claimed(Some(&released), "a", &LeaseClaim::free("x")), held("a", 5, 0));
    }

    #[test]
    fn a_living_holder_keeps_its_lease() {
        let there = held("a", 2, 7);
        assert_eq!(Lease::claimed(Some(&there), "b", &LeaseClaim::free("x")), there);
        assert_eq!(Lease::claimed(Some(&there), "b", &LeaseClaim::instead_of(&held("a", 2, 6))), there);
        assert_eq!(Lease::claimed(Some(&there), "a", &LeaseClaim::free("x")), held("a", 2, 8));
    }

    #[test]
    fn a_dead_holder_loses_its_lease_and_cannot_renew_it() {
        let there = held("a", 2, 7);
        let taken = Lease::claimed(Some(&there), "b", &LeaseClaim::instead_of(&there));
        assert_eq!(taken, held("b", 3, 0));
        assert_eq!(Lease::claimed(Some(&taken), "a", &LeaseClaim::free("x")), taken);
    }
}
