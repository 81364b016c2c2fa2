//! Messages whose outcome nobody knows: a crash or a time-out between the mark and the answer. Never resent blindly.

use std::sync::Arc;

use channel::Settled;
use model::signal::{SendOutcome, SignalBody, Target};
use model::{Message, MessageId, MessageStatus, Millis, Timestamp};
use storage::{DocumentExt, InFlight, StorageError};

use crate::documents::AccountDoc;
use crate::{Engine, NewSignal};

/// How long a status may take to tell by itself what happened.
const ASK_AFTER: Millis = Millis::from_secs(90);
/// When the author's `in_doubt` rule decides.
const GIVE_UP_AFTER: Millis = Millis::from_mins(15);
const BATCH: u32 = 128;
const EVERY: Millis = Millis::from_secs(15);

/// Whether this process is calling the provider for a message right now.
pub type Active = Box<dyn Fn(MessageId) -> bool + Send + Sync>;

pub struct SettleLoop {
    engine: Arc<Engine>,
    active: Active,
}

impl SettleLoop {
    #[must_use]
    pub fn new(engine: Arc<Engine>, active: Active) -> Self {
        Self { engine, active }
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
        Ok(waiting.then(|| now + EVERY))
    }

    async fn settle(&self, message: &Message, since: Timestamp, now: Timestamp) -> Result<Option<SendOutcome>, StorageError> {
        if message.status == MessageStatus::Sending {
            // Nobody here is calling for it: whoever was has died before the answer.
            return Ok(Some(SendOutcome::Unknown { detail: "the process ended between the call and its answer".to_owned() }));
        }
        if now - since < ASK_AFTER {
            return Ok(None);
        }
        let account = self.engine.store().get::<AccountDoc>(message.workspace, &message.sender.to_string()).await?;
        let settled = match account {
            Some(account) => self.engine.adapters().of(&account.value.0).settle(&account.value.0, message).await,
            None => Settled::NotSupported,
        };
        Ok(match settled {
            Settled::Found(outcome) => Some(outcome),
            Settled::NotSupported | Settled::Unknown if now - since >= GIVE_UP_AFTER => Some(SendOutcome::Unsettled),
            Settled::NotSupported | Settled::Unknown => None,
        })
    }
}
