//! What the dispatcher shares with the calls that are under way.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use model::{MessageId, Millis, SenderId, Timestamp};
use storage::QueuedMessage;

use super::till::Till;
use crate::Engine;

/// Calls and hand-offs of all senders together that may be under way.
pub(super) const OPEN_MAX: usize = 2_048;

/// A message of which the core cannot make a hand-off is tried again after this: each try leaves a parked signal.
const STUCK_FOR: Millis = Millis::from_mins(5);

pub(super) struct Desk {
    pub(super) engine: Arc<Engine>,
    state: Mutex<State>,
}

#[derive(Default)]
pub(super) struct State {
    pub(super) tills: BTreeMap<SenderId, Till>,
    /// Messages being handed over or called for by this process. Others that are marked `sending` belong to a process that died.
    pub(super) active: BTreeSet<MessageId>,
    /// Queued messages that cannot even be asked about, until when.
    stuck: BTreeMap<MessageId, Timestamp>,
}

impl State {
    /// Under way already, or not to be tried now.
    pub(super) fn is_taken(&self, message: MessageId, now: Timestamp) -> bool {
        self.active.contains(&message) || self.stuck.get(&message).is_some_and(|until| *until > now)
    }
}

impl Desk {
    pub(super) fn new(engine: Arc<Engine>) -> Self {
        Self { engine, state: Mutex::default() }
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// These did not go: others may go in their place.
    pub(super) fn give_back<'a>(&self, messages: impl IntoIterator<Item = &'a QueuedMessage>) {
        self.end(messages, Till::give_back, true);
    }

    /// The outcomes of these are stored.
    pub(super) fn close<'a>(&self, messages: impl IntoIterator<Item = &'a QueuedMessage>) {
        self.end(messages, Till::close, false);
    }

    /// Nobody can say whether this may go.
    pub(super) fn set_aside(&self, message: MessageId, now: Timestamp) {
        let mut state = self.state();
        state.stuck.retain(|_, until| *until > now);
        state.stuck.insert(message, now + STUCK_FOR);
    }

    fn end<'a>(&self, messages: impl IntoIterator<Item = &'a QueuedMessage>, how: impl Fn(&mut Till, &QueuedMessage), always: bool) {
        let mut look = false;
        let mut state = self.state();
        for message in messages {
            state.active.remove(&message.message);
            if let Some(till) = state.tills.get_mut(&message.sender) {
                how(till, message);
                look |= std::mem::take(&mut till.waits) || always;
            }
        }
        drop(state);
        if look {
            self.engine.queued.notify_one();
        }
    }
}
