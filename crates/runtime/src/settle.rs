//! Messages whose outcome nobody knows: a crash or a time-out between the mark and the answer. Never resent blindly.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use channel::Settled;
use futures_util::{StreamExt as _, stream};
use model::signal::{SendOutcome, SignalBody, Target};
use model::{Message, MessageId, MessageStatus, Millis, Timestamp, WorkspaceId};
use storage::{InFlight, StorageError};

use crate::{Engine, NewSignal};

/// Messages looked at, when there are few and at most. A message waits here for minutes, so even a fast sender's doubt fits.
const LOOK: u32 = 1_024;
const LOOK_MAX: u32 = 65_536;
/// Questions to providers in one tick, and at once.
const ASK_MAX: usize = 512;
const ASK_AT_ONCE: usize = 16;
/// Looks in the time before a provider is asked.
const LOOKS: i64 = 6;

/// How long doubt may last.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SettleTimes {
    /// How long a status may take to tell by itself what happened; then providers that can be asked are asked.
    pub ask_after: Millis,
    /// When the author's `in_doubt` rule decides. Longer than the time in which a provider repeats a webhook that met a dead process:
    /// what was called too early and is resent reaches a person twice.
    pub give_up_after: Millis,
    /// When a signal stops waiting for a message that nobody knows, and is parked.
    pub waiting_expires_after: Millis,
}

impl Default for SettleTimes {
    fn default() -> Self {
        Self { ask_after: Millis::from_secs(90), give_up_after: Millis::from_mins(15), waiting_expires_after: Millis::from_days(7) }
    }
}

/// Whether this process is calling the provider for a message right now.
pub type Active = Box<dyn Fn(MessageId) -> bool + Send + Sync>;

pub struct SettleLoop {
    engine: Arc<Engine>,
    active: Active,
    times: SettleTimes,
    /// When the provider was last asked about a message.
    asked: BTreeMap<MessageId, Timestamp>,
}

impl SettleLoop {
    #[must_use]
    pub fn new(engine: Arc<Engine>, active: Active) -> Self {
        Self::with_times(engine, active, SettleTimes::default())
    }

    #[must_use]
    pub fn with_times(engine: Arc<Engine>, active: Active, times: SettleTimes) -> Self {
        Self { engine, active, times, asked: BTreeMap::new() }
    }

    pub async fn tick(&mut self, now: Timestamp) -> Result<Option<Timestamp>, StorageError> {
        let in_flight = self.look(now).await?;
        let waiting = !in_flight.is_empty();
        self.asked.retain(|_, at| now >= *at && now - *at < self.times.give_up_after);
        let mut results: BTreeMap<WorkspaceId, Vec<NewSignal>> = BTreeMap::new();
        let mut ask: BTreeMap<WorkspaceId, VecDeque<InFlight>> = BTreeMap::new();
        for one in in_flight {
            // Whoever serves the sender knows whether a call is under way.
            if (self.active)(one.message.id) || self.engine.serves(one.message.sender).is_none() {
                continue;
            }
            if one.message.status == MessageStatus::Sending {
                // Nobody here is calling for it: whoever was has died before the answer.
                let detail = "the process ended between the call and its answer".to_owned();
                results.entry(one.message.workspace).or_default().push(result(&one.message, SendOutcome::Unknown { detail }));
            } else if now - one.since >= self.times.ask_after && !self.asked_lately(one.message.id, now) {
                ask.entry(one.message.workspace).or_default().push_back(one);
            }
        }
        let chosen = self.in_turn(ask);
        self.asked.extend(chosen.iter().map(|one| (one.message.id, now)));
        let full = chosen.len() == ASK_MAX;
        let settled = stream::iter(chosen.into_iter().map(|one| self.settle(one, now))).buffered(ASK_AT_ONCE).collect::<Vec<_>>().await;
        for (message, outcome) in settled.into_iter().flatten() {
            results.entry(message.workspace).or_default().push(result(&message, outcome));
        }
        for (_, signals) in results {
            self.engine.submit(signals).await?;
        }
        let pause = if full { Millis(1) } else { self.pause() };
        Ok(waiting.then(|| now + pause))
    }

    /// Between two looks, and between two questions about one message.
    fn pause(&self) -> Millis {
        Millis((self.times.ask_after.0 / LOOKS).max(1))
    }

    fn asked_lately(&self, message: MessageId, now: Timestamp) -> bool {
        self.asked.get(&message).is_some_and(|at| now - *at < self.pause())
    }

    /// All of them, and not only the oldest, which may stay in doubt for long.
    async fn look(&self, now: Timestamp) -> Result<Vec<InFlight>, StorageError> {
        let few = self.engine.store().in_flight(now, LOOK).await?;
        if few.len() < LOOK as usize { Ok(few) } else { self.engine.store().in_flight(now, LOOK_MAX).await }
    }

    /// Whose provider is asked now: workspaces in turn, and in each those first that were asked the longest ago.
    fn in_turn(&self, mut ask: BTreeMap<WorkspaceId, VecDeque<InFlight>>) -> Vec<InFlight> {
        let mut chosen = Vec::new();
        for line in ask.values_mut() {
            line.make_contiguous().sort_by_key(|one| self.asked.get(&one.message.id).copied());
        }
        while chosen.len() < ASK_MAX && !ask.is_empty() {
            ask.retain(|_, line| {
                if chosen.len() < ASK_MAX {
                    chosen.extend(line.pop_front());
                }
                !line.is_empty()
            });
        }
        chosen
    }

    async fn settle(&self, one: InFlight, now: Timestamp) -> Option<(Message, SendOutcome)> {
        let InFlight { message, since } = one;
        let settled = match self.engine.account(message.sender) {
            Some(account) => match self.engine.adapters().of(&account) {
                Some(adapter) => adapter.settle(&account, &message).await,
                None => Settled::NotSupported,
            },
            None => Settled::NotSupported,
        };
        match settled {
            Settled::Found(outcome) => Some((message, outcome)),
            Settled::NotSupported | Settled::Unknown if now - since >= self.times.give_up_after => Some((message, SendOutcome::Unsettled)),
            Settled::NotSupported | Settled::Unknown => None,
        }
    }
}

fn result(message: &Message, outcome: SendOutcome) -> NewSignal {
    let body = SignalBody::SendResult { message: message.id, attempt: message.attempts, outcome };
    NewSignal::new(message.workspace, Target::Contact(message.contact), "settle", body)
}
