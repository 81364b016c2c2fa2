//! What the dispatcher shares with the calls that are under way.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use channel::Account;
use model::signal::Target;
use model::{MessageId, Millis, SenderId, Timestamp, WorkspaceId};
use storage::QueuedMessage;

use super::ahead::{is_paced, named};
use super::call::Handed;
use super::shared::{Facts, Shared};
use super::tick::Spawning;
use super::till::Till;
use crate::Engine;
use crate::limits::Limits;
use crate::node::Tenure;

/// Calls and hand-offs of all senders together that may be under way.
pub(super) const OPEN_MAX: usize = 2_048;

/// A message of which the core cannot make a hand-off is tried again after this: each try leaves a parked signal.
const STUCK_FOR: Millis = Millis::from_mins(5);

pub(super) struct Desk {
    pub(super) engine: Arc<Engine>,
    pub(super) spawning: Spawning,
    state: Mutex<State>,
}

/// What was queued when the dispatcher last looked.
pub(super) struct Seen {
    /// [`crate::bells::Bells::queued_so_far`] before it looked.
    pub(super) queued: u64,
    /// Senders with anything queued, and when the first of it is due. Only later than that may something wait.
    pub(super) heads: BTreeMap<SenderId, Timestamp>,
}

#[derive(Default)]
pub(super) struct State {
    pub(super) tills: BTreeMap<SenderId, Till>,
    /// Of workspaces whose senders share limits.
    pub(super) shared: BTreeMap<WorkspaceId, Shared>,
    /// Messages being handed over or called for by this process. Others that are marked `sending` belong to a process that died.
    pub(super) active: BTreeSet<MessageId>,
    /// Queued messages that cannot even be asked about, until when.
    stuck: BTreeMap<MessageId, Timestamp>,
    pub(super) seen: Option<Seen>,
    /// Calls kept free for steps that are being applied, by the arrival of their signals.
    kept: BTreeMap<Timestamp, usize>,
    /// Handed over by steps, where calls are made inside the tick.
    pub(super) inbox: Vec<Handed>,
}

impl State {
    /// Whether this process may be about to call for a message that is marked `sending`: it calls already, or the step that made the message has
    /// been applied and has not been heard of. Messages are minted at the arrival of their signal.
    pub(super) fn may_call(&self, message: MessageId) -> bool {
        self.active.contains(&message) || self.kept.contains_key(&message.minted_at())
    }

    /// Keeps a call of a sender free, if a message could go at once.
    pub(super) fn keep(
        &mut self,
        account: &Account,
        tenure: Tenure,
        limits: Option<&Limits>,
        target: &Target,
        queued: u64,
        now: Timestamp,
    ) -> bool {
        let (sender, rate) = (account.sender.id, account.sender.per_second);
        let everybody = self.active.len() + self.kept.values().sum::<usize>();
        // Whatever was queued since the last look may be this sender's.
        let empty = |seen: &Seen| seen.queued == queued && seen.heads.get(&sender).is_none_or(|due| *due > now);
        if everybody >= OPEN_MAX || !self.seen.as_ref().is_some_and(empty) {
            return false;
        }
        self.renew_shared(account, limits, tenure, now);
        let of_account = account.provider.account();
        if self.shared.get_mut(&account.workspace).is_some_and(|shared| !shared.keeps(of_account, now)) {
            return false;
        }
        let till = self.tills.entry(sender).or_insert_with(|| Till::new(rate, tenure, now));
        till.renew(rate, tenure, now);
        let to = if is_paced(account) { named(target) } else { &[] };
        let keeps = till.keep(rate, to, now);
        if keeps && let Some(shared) = self.shared.get_mut(&account.workspace) {
            shared.keep(of_account);
        }
        keeps
    }

    /// Takes in the limits that a sender shares, or that there are none any more.
    pub(super) fn renew_shared(&mut self, account: &Account, limits: Option<&Limits>, tenure: Tenure, now: Timestamp) {
        match limits {
            Some(limits) => self.shared.entry(account.workspace).or_default().renew(limits, account.sender.id, tenure, now),
            None => drop(self.shared.remove(&account.workspace)),
        }
    }

    /// A kept call goes to this message. Whether the call may be made: nobody could know the message before.
    pub(super) fn use_kept(&mut self, account: &Account, message: &QueuedMessage, facts: Option<&Facts>, now: Timestamp) -> bool {
        self.active.insert(message.message);
        if let Some(shared) = self.shared.get_mut(&account.workspace) {
            shared.give_back_kept(account.provider.account());
        }
        let may = self.tills.get_mut(&message.sender).is_some_and(|till| till.use_kept(message, is_paced(account), now));
        may && self.settle_shared(account, message, facts, now)
    }

    /// Whether limits that senders share still let a message go that was handed over. If not, it costs nothing.
    pub(super) fn settle_shared(&mut self, account: &Account, message: &QueuedMessage, facts: Option<&Facts>, now: Timestamp) -> bool {
        let (Some(shared), Some(facts)) = (self.shared.get_mut(&account.workspace), facts) else { return true };
        let may = shared.settle(account.provider.account(), facts, message.message, message.contact, now);
        if !may && let Some(till) = self.tills.get_mut(&message.sender) {
            till.refund(message);
        }
        may
    }

    /// Answers whether somebody waited for it.
    pub(super) fn give_back_kept(&mut self, account: &Account) -> bool {
        let sender = account.sender.id;
        if let Some(shared) = self.shared.get_mut(&account.workspace) {
            shared.give_back_kept(account.provider.account());
        }
        self.tills.get_mut(&sender).is_some_and(|till| {
            till.give_back_kept();
            std::mem::take(&mut till.waits)
        }) | self.waited_for_kept(sender)
    }

    /// Whether the dispatcher waits for a sender that keeps nothing any more.
    pub(super) fn waited_for_kept(&mut self, sender: SenderId) -> bool {
        let till = self.tills.get_mut(&sender).filter(|till| till.kept == 0);
        till.is_some_and(|till| std::mem::take(&mut till.waits_for_kept))
    }

    pub(super) fn note_kept(&mut self, arrived: Timestamp) {
        *self.kept.entry(arrived).or_default() += 1;
    }

    pub(super) fn forget_kept(&mut self, arrived: Timestamp) {
        if let Some(kept) = self.kept.get_mut(&arrived) {
            *kept -= 1;
            if *kept == 0 {
                self.kept.remove(&arrived);
            }
        }
    }

    /// Under way already, or not to be tried now.
    pub(super) fn is_taken(&self, message: MessageId, now: Timestamp) -> bool {
        self.active.contains(&message) || self.stuck.get(&message).is_some_and(|until| *until > now)
    }
}

impl Desk {
    pub(super) fn new(engine: Arc<Engine>, spawning: Spawning) -> Self {
        Self { engine, spawning, state: Mutex::default() }
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// These did not go: others may go in their place.
    pub(super) fn give_back<'a>(&self, messages: impl IntoIterator<Item = &'a QueuedMessage>) {
        self.end(messages, Till::give_back, Shared::give_back, true);
    }

    /// The outcomes of these are stored.
    pub(super) fn close<'a>(&self, messages: impl IntoIterator<Item = &'a QueuedMessage>) {
        self.end(messages, Till::close, Shared::close, false);
    }

    /// Nobody can say whether this may go.
    pub(super) fn set_aside(&self, message: MessageId, now: Timestamp) {
        let mut state = self.state();
        state.stuck.retain(|_, until| *until > now);
        state.stuck.insert(message, now + STUCK_FOR);
    }

    fn end<'a>(
        &self,
        messages: impl IntoIterator<Item = &'a QueuedMessage>,
        how: impl Fn(&mut Till, &QueuedMessage),
        shared: impl Fn(&mut Shared, MessageId),
        always: bool,
    ) {
        let mut look = false;
        let mut state = self.state();
        for message in messages {
            state.active.remove(&message.message);
            if let Some(till) = state.tills.get_mut(&message.sender) {
                how(till, message);
                look |= std::mem::take(&mut till.waits) || always;
            }
            if let Some(limits) = state.shared.get_mut(&message.workspace) {
                shared(limits, message.message);
            }
        }
        drop(state);
        if look {
            self.engine.queued.notify_one();
        }
    }
}
