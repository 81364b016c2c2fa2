//! Messages whose outcome nobody knows: a crash or a time-out between the mark and the answer. Never resent blindly.

use std::sync::Arc;

use channel::Settled;
use model::signal::{SendOutcome, SignalBody, Target};
use model::{Message, MessageId, MessageStatus, Millis, Timestamp};
use storage::{InFlight, StorageError};

use crate::{Engine, NewSignal};

const BATCH: u32 = 128;
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
}

impl Default for SettleTimes {
    fn default() -> Self {
        Self { ask_after: Millis::from_secs(90), give_up_after: Millis::from_mins(15) }
    }
}

/// Whether this process is calling the provider for a message right now.
pub type Active = Box<dyn Fn(MessageId) -> bool + Send + Sync>;

pub struct SettleLoop {
    engine: Arc<Engine>,
    active: Active,
    times: SettleTimes,
}

impl SettleLoop {
    #[must_use]
    pub fn new(engine: Arc<Engine>, active: Active) -> Self {
        Self::with_times(engine, active, SettleTimes::default())
    }

    #[must_use]
    pub fn with_times(engine: Arc<Engine>, active: Active, times: SettleTimes) -> Self {
        Self { engine, active, times }
    }

    pub async fn tick(&mut self, now: Timestamp) -> Result<Option<Timestamp>, StorageError> {
        let in_flight = self.engine.store().in_flight(now, BATCH).await?;
        let waiting = !in_flight.is_empty();
        for InFlight { message, since } in in_flight {
            if (self.active)(message.id) {
                continue;
            }
            if let Some(outcome) = self.settle(&message, since, now).await? {
                let body = SignalBody::SendResult { message: message.id, attempt: message.attempts, outcome };
                self.engine.submit(vec![NewSignal::new(message.workspace, Target::Contact(message.contact), "settle", body)]).await?;
            }
        }
        Ok(waiting.then(|| now + Millis((self.times.ask_after.0 / LOOKS).max(1))))
    }

    async fn settle(&self, message: &Message, since: Timestamp, now: Timestamp) -> Result<Option<SendOutcome>, StorageError> {
        if message.status == MessageStatus::Sending {
            // Nobody here is calling for it: whoever was has died before the answer.
            return Ok(Some(SendOutcome::Unknown { detail: "the process ended between the call and its answer".to_owned() }));
        }
        if now - since < self.times.ask_after {
            return Ok(None);
        }
        let settled = match self.engine.account(message.sender) {
            Some(account) => self.engine.adapters().of(&account).settle(&account, message).await,
            None => Settled::NotSupported,
        };
        Ok(match settled {
            Settled::Found(outcome) => Some(outcome),
            Settled::NotSupported | Settled::Unknown if now - since >= self.times.give_up_after => Some(SendOutcome::Unsettled),
            Settled::NotSupported | Settled::Unknown => None,
        })
    }
}
