//! The entrance: decode, dispatch by kind, encode.

use std::collections::BTreeMap;
use std::sync::Arc;

use arc_swap::ArcSwap;
use model::WorkspaceId;
use model::contact::Contact;
use model::signal::{SignalBody, Target};
use storage::{Decider, StepError, StepInput, StepOutput};

use crate::work::Work;
use crate::{Catalogue, ContactState};

/// The decision core. Holds the catalogues of all workspaces; a step works on one snapshot.
#[derive(Debug, Default)]
pub struct Core {
    catalogues: ArcSwap<BTreeMap<WorkspaceId, Arc<Catalogue>>>,
    /// Of the catalogues, where several nodes share a store. May lag behind them, never the other way round.
    revisions: ArcSwap<BTreeMap<WorkspaceId, u64>>,
    /// Kinds of the documents that catalogues are made from.
    kinds: &'static [&'static str],
}

impl Core {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// With catalogues that are made from documents of these kinds.
    #[must_use]
    pub fn made_from(kinds: &'static [&'static str]) -> Self {
        Self { kinds, ..Self::default() }
    }

    /// Says which revision of the store the catalogue that was just installed is at least as new as.
    pub fn install_revision(&self, ws: WorkspaceId, revision: u64) {
        self.revisions.rcu(|all| {
            let mut all = BTreeMap::clone(all);
            all.insert(ws, revision);
            all
        });
    }

    /// Every workspace that has a snapshot, in the order of ids.
    #[must_use]
    pub fn workspaces(&self) -> Vec<WorkspaceId> {
        self.catalogues.load().keys().copied().collect()
    }

    /// The snapshot in force.
    #[must_use]
    pub fn catalogue(&self, ws: WorkspaceId) -> Option<Arc<Catalogue>> {
        self.catalogues.load().get(&ws).cloned()
    }

    /// Replaces a workspace's snapshot; steps that begin after this see it.
    pub fn install(&self, ws: WorkspaceId, catalogue: Catalogue) {
        let catalogue = Arc::new(catalogue);
        self.catalogues.rcu(|all| {
            let mut all = BTreeMap::clone(all);
            all.insert(ws, Arc::clone(&catalogue));
            all
        });
    }
}

impl Decider for Core {
    fn revision(&self, ws: WorkspaceId) -> Option<u64> {
        self.revisions.load().get(&ws).copied()
    }

    fn decides_by(&self, kind: &str) -> bool {
        self.kinds.contains(&kind)
    }

    fn decide(&self, input: StepInput<'_>) -> Result<StepOutput, StepError> {
        let workspace = input.signal.workspace;
        let catalogue = self.catalogue(workspace).ok_or_else(|| StepError::Poison(format!("workspace {workspace} has no catalogue")))?;
        decide(&catalogue, &input)
    }
}

/// One step against one snapshot.
pub(crate) fn decide(catalogue: &Catalogue, input: &StepInput<'_>) -> Result<StepOutput, StepError> {
    let signal = input.signal;
    let now = signal.arrival_time;
    let (state, is_new) = match input.state {
        Some(bytes) => (ContactState::decode(bytes).map_err(|error| StepError::Poison(error.to_string()))?, false),
        None => (ContactState::new(signal.workspace, Contact::new(input.contact, now), now), true),
    };
    let mut work = Work::new(catalogue, input, state);
    if is_new {
        work.contact_created();
    }
    // Whoever names several addresses for one contact says that they are the same person's.
    if let Target::Addresses { keys, .. } = &signal.target {
        for key in keys {
            work.learn_address(key, false);
        }
    }
    match &signal.body {
        SignalBody::Event { name, properties, contact } => work.event(name, properties, contact),
        SignalBody::ContactUpdate(patch) => work.update_contact(patch),
        SignalBody::Inbound(inbound) => work.inbound(inbound),
        SignalBody::SentByPhone(sent) => work.sent_by_phone(sent),
        SignalBody::Past(said) => work.past(said),
        SignalBody::Receipt(receipt) => work.receipt(receipt)?,
        SignalBody::Wake => work.wake(),
        SignalBody::HandOff { message } => work.hand_off(*message)?,
        SignalBody::SendResult { message, attempt, outcome } => work.send_result(*message, *attempt, outcome)?,
        SignalBody::Consent(change) => work.consent_changed(change),
        SignalBody::Agent { user, act } => work.agent(*user, act)?,
        SignalBody::Request(request) => work.request(request),
        SignalBody::Broadcast { broadcast, act } => work.broadcast(*broadcast, *act)?,
        SignalBody::AddressChange { from, to, reason } => work.address_changed(from, to, reason),
        SignalBody::MediaStored { message, media } => work.media_stored(*message, *media)?,
    }
    Ok(work.finish())
}
