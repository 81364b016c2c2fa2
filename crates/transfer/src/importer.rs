//! A decider that decides nothing: it repeats what another store holds.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use model::change::{Changes, ContactRow};
use model::signal::Signal;
use model::{AddressKey, ContactId, SignalId, Timestamp};
use storage::{Decider, StepError, StepInput, StepOutput};

/// Reads of a contact's state what the store keeps beside it.
pub trait Look: Send + Sync {
    /// The searchable row, and the addresses that the contact claims.
    fn look(&self, contact: ContactId, state: &[u8]) -> Result<(ContactRow, Vec<AddressKey>), String>;
}

/// What one signal came to.
pub(crate) enum Past {
    Applied(Box<Applied>),
    Parked { error: String },
}

pub(crate) struct Applied {
    pub(crate) owner: ContactId,
    /// With the first signal of a contact: its state and rows. Later signals change nothing.
    pub(crate) first: Option<(Vec<u8>, Changes)>,
    pub(crate) next_wake: Option<Timestamp>,
    pub(crate) reply: serde_json::Value,
}

/// The target's decider while it is filled.
#[derive(Default)]
pub struct Importer {
    pending: Mutex<BTreeMap<SignalId, Past>>,
}

impl Importer {
    pub(crate) fn expect(&self, signal: SignalId, past: Past) {
        self.lock().insert(signal, past);
    }

    pub(crate) fn forget_all(&self) {
        self.lock().clear();
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<SignalId, Past>> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Decider for Importer {
    fn owner(&self, signal: &Signal) -> Option<ContactId> {
        match self.lock().get(&signal.id) {
            Some(Past::Applied(applied)) => Some(applied.owner),
            // Whose it would have been nobody knows; it fails before that matters.
            Some(Past::Parked { .. }) => Some(ContactId::from_u128(signal.id.as_u128())),
            None => None,
        }
    }

    /// A store may ask twice for the same signal: the same answer, so nothing is taken out here.
    fn decide(&self, input: StepInput<'_>) -> Result<StepOutput, StepError> {
        match self.lock().get(&input.signal.id) {
            Some(Past::Applied(applied)) => {
                let (state, mut changes) = match (&applied.first, input.state) {
                    (Some((state, changes)), _) => (state.clone(), changes.clone()),
                    (None, Some(state)) => (state.to_vec(), Changes::default()),
                    (None, None) => return Err(StepError::Poison("the contact was not taken in before its signal".to_owned())),
                };
                changes.next_wake = applied.next_wake;
                Ok(StepOutput { state, changes, reply: applied.reply.clone() })
            }
            Some(Past::Parked { error }) => Err(StepError::Poison(error.clone())),
            None => Err(StepError::Poison("nothing is known of this signal".to_owned())),
        }
    }
}
