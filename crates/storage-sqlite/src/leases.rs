//! Leases of a store that one process has for itself: in memory only, because whoever held one before has ended with its process.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use storage::{Lease, LeaseClaim};

#[derive(Debug, Default)]
pub(crate) struct Leases {
    all: Mutex<BTreeMap<String, Lease>>,
}

impl Leases {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Lease>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn list(&self) -> Vec<Lease> {
        self.lock().values().cloned().collect()
    }

    pub(crate) fn claim(&self, holder: &str, claims: &[LeaseClaim]) -> Vec<Lease> {
        let mut all = self.lock();
        let claimed = claims.iter().map(|claim| {
            let lease = Lease::claimed(all.get(&claim.name), holder, claim);
            all.insert(claim.name.clone(), lease.clone());
            lease
        });
        claimed.collect()
    }

    pub(crate) fn release(&self, holder: &str, names: &[String]) {
        let mut all = self.lock();
        for name in names {
            if let Some(lease) = all.get_mut(name).filter(|lease| lease.holder.as_deref() == Some(holder)) {
                lease.holder = None;
            }
        }
    }
}
