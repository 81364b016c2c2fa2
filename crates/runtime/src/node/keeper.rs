//! Keeps this node's leases, takes those of the dead, and gives up what others should have.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use model::Timestamp;
use storage::{Lease, LeaseClaim, StorageError};

use super::Duty;
use super::spread::spread;
use super::state::{Held, Moment};
use super::watch::Watch;
use crate::Engine;

/// Each worker has one of the leases `worker/0`, `worker/1`, …: that is how nodes know of one another. Places of the dead are used again, so
/// there are never more rows than there were nodes at once.
const WORKER: &str = "worker/";

pub struct LeaseKeeper {
    engine: Arc<Engine>,
    watch: Watch,
}

impl LeaseKeeper {
    #[must_use]
    pub fn new(engine: Arc<Engine>) -> Self {
        Self { engine, watch: Watch::default() }
    }

    fn me(&self) -> &str {
        &self.engine.node().options().id
    }

    /// One beat. What is held holds on for a while when the store cannot be reached, and then ends by itself.
    pub async fn tick(&mut self, now: Timestamp) -> Result<Option<Timestamp>, StorageError> {
        let times = self.engine.node().options().times;
        let began = self.engine.moment();
        let leases = self.engine.store().leases().await?;
        self.watch.observe(&leases, self.engine.moment().steady);
        let before = self.engine.node().held();
        let mine = self.plan();
        let leaving: BTreeMap<Duty, Held> =
            before.iter().filter(|(duty, _)| !mine.contains(duty)).map(|(duty, held)| (*duty, *held)).collect();
        if !leaving.is_empty() {
            // First nobody here begins anything for them, then they are freed.
            self.engine.node().hold(before.iter().filter(|(duty, _)| mine.contains(duty)).map(|(duty, held)| (*duty, *held)).collect());
        }
        let claims = self.claims(&mine);
        let claimed = self.engine.store().claim_leases(self.me(), &claims).await?;
        self.keep(&before, &claimed, began);
        // What still waits for a provider's answer is freed with a later beat, or taken when nobody renewed it for long enough.
        let free = self.watch.leases().filter(|lease| lease.holder.as_deref() == Some(self.me())).filter_map(|lease| {
            let duty = lease.name.parse::<Duty>().ok()?;
            (!mine.contains(&duty) && !self.engine.node().is_calling(duty)).then(|| lease.name.clone())
        });
        let free: Vec<String> = free.collect();
        if !free.is_empty() {
            self.engine.store().release_leases(self.me(), &free).await?;
        }
        Ok(Some(now + times.beat))
    }

    /// What this node should do, among the nodes that live.
    fn plan(&self) -> BTreeSet<Duty> {
        let duties: BTreeSet<Duty> = self.engine.sender_ids().into_iter().map(Duty::Sender).chain(Duty::FIXED).collect();
        let sharing = self.engine.sender_ids().into_iter().filter_map(|id| Some((id, self.engine.sharing(id)?))).collect();
        let me = self.me();
        let mut nodes: BTreeSet<&str> =
            self.workers().filter(|lease| !self.is_dead(lease)).filter_map(|lease| lease.holder.as_deref()).collect();
        nodes.insert(me);
        spread(&duties, &nodes, &sharing).into_iter().filter(|(_, node)| *node == me).map(|(duty, _)| duty).collect()
    }

    fn workers(&self) -> impl Iterator<Item = &Lease> {
        self.watch.leases().filter(|lease| lease.name.starts_with(WORKER))
    }

    fn is_dead(&self, lease: &Lease) -> bool {
        let Moment { steady, .. } = self.engine.moment();
        if lease.holder.as_deref().is_some_and(|who| self.engine.node().options().has_ended(who)) {
            return true;
        }
        lease.holder.as_deref() != Some(self.me())
            && self.watch.stood_still(&lease.name, steady, self.engine.node().options().times.take_over_after)
    }

    /// A claim that may succeed, or nothing while somebody who lives holds the lease.
    fn claim(&self, name: String) -> Option<LeaseClaim> {
        match self.watch.lease(&name) {
            Some(lease) if lease.holder.as_deref().is_some_and(|who| who != self.me()) => {
                self.is_dead(lease).then(|| LeaseClaim::instead_of(lease))
            }
            _ => Some(LeaseClaim::free(name)),
        }
    }

    fn claims(&self, mine: &BTreeSet<Duty>) -> Vec<LeaseClaim> {
        let place = self.workers().find(|lease| lease.holder.as_deref() == Some(self.me())).map(|lease| lease.name.clone());
        // There is a free place among one more than there are.
        let place = place.map(LeaseClaim::free).or_else(|| (0..=self.workers().count()).find_map(|n| self.claim(format!("{WORKER}{n}"))));
        place.into_iter().chain(mine.iter().filter_map(|duty| self.claim(duty.to_string()))).collect()
    }

    fn keep(&self, before: &BTreeMap<Duty, Held>, claimed: &[Lease], began: Moment) {
        let mut held = BTreeMap::new();
        let mut gained = false;
        for lease in claimed.iter().filter(|lease| lease.holder.as_deref() == Some(self.me())) {
            let Ok(duty) = lease.name.parse::<Duty>() else { continue };
            let known = before.get(&duty).filter(|known| known.fence == lease.fence);
            gained |= known.is_none();
            // The first fence of all was nobody's before.
            let taken = known.map_or_else(|| (lease.fence > 1).then(|| self.engine.now()), |known| known.taken);
            held.insert(duty, Held { fence: lease.fence, taken, renewed: began });
        }
        let lost = before.keys().filter(|duty| !held.contains_key(duty)).count();
        if gained || lost > 0 {
            tracing::info!(node = self.me(), duties = held.len(), lost, "This node's duties changed");
        }
        self.engine.node().hold(held);
        if gained {
            self.engine.nudge();
        }
    }

    /// Frees everything at once, so that others need not wait: the last thing before a node stops, after its loops and calls ended.
    pub async fn release(&self) -> Result<(), StorageError> {
        self.engine.node().hold(BTreeMap::new());
        let leases = self.engine.store().leases().await?;
        let mine = leases.into_iter().filter(|lease| lease.holder.as_deref() == Some(self.me())).map(|lease| lease.name);
        self.engine.store().release_leases(self.me(), &mine.collect::<Vec<_>>()).await
    }
}
