//! What was accepted is there: applied once, or parked where an operator sees it.

use std::collections::BTreeSet;

use anyhow::Result;
use storage::Page;

use super::{Look, Oracle, broken};
use crate::tenant;

/// What somebody was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ack {
    /// No answer, or an error: it may have been applied or not.
    Unknown,
    Applied,
    Parked,
    /// Turned away with a reason: it must not have been applied.
    Rejected,
    /// Nobody has the address.
    Unresolved,
}

/// One request that was made of the product, under its own key.
#[derive(Clone, Debug)]
pub struct Promise {
    pub tenant: usize,
    pub key: String,
    pub body: model::signal::SignalBody,
    pub target: model::signal::Target,
    pub ack: Ack,
}

impl Oracle {
    pub(super) async fn check_promises(&self, n: usize, look: &Look<'_>) -> Result<()> {
        let known = &self.tenants[n];
        let parked = look.store.parked(tenant::workspace(n), Page::first(1_000)).await?.items;
        let parked_keys: BTreeSet<&str> = parked.iter().filter_map(|one| one.signal.dedupe_key.as_deref()).collect();
        for promise in self.promises.iter().filter(|promise| promise.tenant == n) {
            let times = known.keys.get(&promise.key).copied().unwrap_or_default();
            let right = match promise.ack {
                Ack::Unknown => times <= 1,
                Ack::Applied => times == 1,
                Ack::Parked => times == 1 || parked_keys.contains(promise.key.as_str()),
                Ack::Rejected | Ack::Unresolved => times == 0,
            };
            if !right {
                return Err(broken(
                    "accepted once",
                    format!("{} was answered {:?} and is in the log {times} times", promise.key, promise.ack),
                ));
            }
        }
        if let Some(one) = parked.first() {
            return Err(broken("nothing parked", format!("{} was parked: {}", one.signal.id, one.error)));
        }
        Ok(())
    }

    /// Every message of a person that the product said it has is in some log once.
    pub(super) fn check_inbound(&self, look: &Look<'_>) -> Result<()> {
        for id in look.accepted {
            let times: u32 = self.tenants.iter().filter_map(|tenant| tenant.inbound.get(id)).sum();
            if times == 0 {
                return Err(broken("accepted once", format!("the provider's message {id} was answered 200 and is in no log")));
            }
        }
        Ok(())
    }
}
