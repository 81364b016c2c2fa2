//! The dispatcher: takes queued messages at the pace that senders allow, asks the gate once more, calls the provider, reports back.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use channel::Account;
use model::send_error::{Remedy, SendError};
use model::signal::{SendOutcome, SignalBody, Target};
use model::{Channel, Message, MessageId, Millis, SenderId, Timestamp};
use storage::{QueuedMessage, StepOutcome, StorageError};
use tokio::sync::Semaphore;

use crate::bucket::{PairBucket, TokenBucket};
use crate::{Engine, NewSignal};

/// Calls to providers that may be open at once.
const CALLS_MAX: usize = 64;
/// Messages of one sender looked at in one tick.
const LOOK: u32 = 128;

/// How provider calls are carried out: inside the tick, or beside it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Spawning {
    /// The tick waits for them: simulations, tests.
    Inline,
    /// Each call is a task of its own, so that a slow provider holds up nobody.
    Tasks,
}

/// What is shared with the calls that are under way.
struct Calls {
    engine: Arc<Engine>,
    open: Semaphore,
    /// Messages being called for by this process. Others that are marked `sending` belong to a process that died.
    active: Mutex<BTreeSet<MessageId>>,
    slow: Mutex<Slow>,
}

#[derive(Default)]
struct Slow {
    senders: BTreeMap<SenderId, Timestamp>,
    pairs: BTreeMap<SenderId, PairBucket>,
}

pub struct Dispatcher {
    calls: Arc<Calls>,
    buckets: BTreeMap<SenderId, TokenBucket>,
    spawning: Spawning,
}

impl Dispatcher {
    #[must_use]
    pub fn new(engine: Arc<Engine>, spawning: Spawning) -> Self {
        let calls = Calls { engine, open: Semaphore::new(CALLS_MAX), active: Mutex::default(), slow: Mutex::default() };
        Self { calls: Arc::new(calls), buckets: BTreeMap::new(), spawning }
    }

    /// Messages whose provider is being called by this process right now.
    #[must_use]
    pub fn active(&self) -> BTreeSet<MessageId> {
        self.calls.active.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A view of [`Dispatcher::active`] for the loop that settles doubt.
    pub fn activity(&self) -> impl Fn(MessageId) -> bool + Send + Sync + 'static {
        let calls = Arc::clone(&self.calls);
        move |id| calls.active.lock().unwrap_or_else(PoisonError::into_inner).contains(&id)
    }

    /// Hands over what may go at `now`; answers when to look again.
    pub async fn tick(&mut self, now: Timestamp) -> Result<Option<Timestamp>, StorageError> {
        let heads = self.calls.engine.store().queue_heads().await?;
        let mut next: Option<Timestamp> = None;
        let mut at = |moment: Timestamp| next = Some(next.map_or(moment, |other| other.min(moment)));
        for (sender, head) in heads {
            if head > now {
                at(head);
                continue;
            }
            if let Some(again) = self.serve(sender, now).await? {
                at(again);
            }
        }
        Ok(next)
    }

    async fn serve(&mut self, sender: SenderId, now: Timestamp) -> Result<Option<Timestamp>, StorageError> {
        let slow_until = self.calls.slow().senders.get(&sender).copied().filter(|until| *until > now);
        if let Some(until) = slow_until {
            return Ok(Some(until));
        }
        let queued = self.calls.engine.store().queued(sender, now, LOOK).await?;
        let Some(first) = queued.first() else { return Ok(None) };
        let Some(account) = self.calls.engine.account(first.sender) else {
            tracing::warn!(sender.id = %sender, "Messages wait for a sender that has no account");
            return Ok(Some(now + Millis::from_mins(1)));
        };
        let rate = account.sender.per_second;
        let bucket = self.buckets.entry(sender).or_insert_with(|| TokenBucket::new(rate, now));
        bucket.set_rate(rate);
        let tokens = bucket.available(now).min(u32::try_from(self.calls.open.available_permits()).unwrap_or(u32::MAX));
        if tokens == 0 {
            return Ok(Some(bucket.next(now).max(now + Millis(1))));
        }
        let (chosen, later) = self.calls.choose(&account, queued, tokens as usize, now);
        let full = chosen.len() == tokens as usize;
        let went = self.hand_over(account, chosen, now).await?;
        let bucket = self.buckets.entry(sender).or_insert_with(|| TokenBucket::new(rate, now));
        for _ in 0..went {
            bucket.take();
        }
        Ok(if full { Some(bucket.next(now).max(now + Millis(1))) } else { later })
    }

    /// Asks the gate for each, and calls the provider for those that may go. Answers how many went.
    async fn hand_over(&self, account: Account, chosen: Vec<QueuedMessage>, now: Timestamp) -> Result<usize, StorageError> {
        let workspace = account.workspace;
        let signals = chosen
            .iter()
            .map(|queued| {
                let body = SignalBody::HandOff { message: queued.message };
                NewSignal::new(workspace, Target::Contact(queued.contact), "dispatcher", body)
            })
            .collect();
        // Marked before the step: from the commit on, nobody may think that a dead process had them.
        self.calls.mark(chosen.iter().map(|queued| queued.message));
        let outcomes = self.calls.engine.submit(signals).await;
        let outcomes = match outcomes {
            Ok(outcomes) => outcomes,
            Err(error) => {
                self.calls.unmark(chosen.iter().map(|queued| queued.message));
                return Err(error);
            }
        };
        let mut calls = Vec::new();
        for (queued, outcome) in chosen.into_iter().zip(outcomes) {
            let attempt = match &outcome {
                StepOutcome::Applied(applied) if applied.reply.get("go").and_then(serde_json::Value::as_bool) == Some(true) => {
                    applied.reply.get("attempt").and_then(serde_json::Value::as_u64)
                }
                _ => None,
            };
            let Some(attempt) = attempt.and_then(|attempt| u32::try_from(attempt).ok()) else {
                self.calls.unmark([queued.message]);
                continue;
            };
            if account.sender.channel == Channel::Whatsapp {
                self.calls.slow().pairs.entry(account.sender.id).or_default().take(&queued.address, now);
            }
            let calls_shared = Arc::clone(&self.calls);
            let account = account.clone();
            calls.push(async move { calls_shared.call(account, queued, attempt).await });
        }
        let went = calls.len();
        match self.spawning {
            // One after the other: calls that overlap would reach the provider in an order that no seed decides.
            Spawning::Inline => {
                for call in calls {
                    call.await;
                }
            }
            Spawning::Tasks => {
                for call in calls {
                    tokio::spawn(call);
                }
            }
        }
        Ok(went)
    }
}

impl Calls {
    fn slow(&self) -> std::sync::MutexGuard<'_, Slow> {
        self.slow.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn mark(&self, ids: impl IntoIterator<Item = MessageId>) {
        self.active.lock().unwrap_or_else(PoisonError::into_inner).extend(ids);
    }

    fn unmark(&self, ids: impl IntoIterator<Item = MessageId>) {
        let mut active = self.active.lock().unwrap_or_else(PoisonError::into_inner);
        for id in ids {
            active.remove(&id);
        }
    }

    /// Those that may go now, and when the next of the others may.
    fn choose(
        &self,
        account: &Account,
        queued: Vec<QueuedMessage>,
        most: usize,
        now: Timestamp,
    ) -> (Vec<QueuedMessage>, Option<Timestamp>) {
        let mut slow = self.slow();
        let pairs = slow.pairs.entry(account.sender.id).or_default();
        pairs.forget(now);
        let active = self.active.lock().unwrap_or_else(PoisonError::into_inner);
        let mut chosen: Vec<QueuedMessage> = Vec::new();
        let mut later: Option<Timestamp> = None;
        let paced = account.sender.channel == Channel::Whatsapp;
        for message in queued {
            if chosen.len() == most {
                break;
            }
            if active.contains(&message.message) {
                continue;
            }
            let may = if paced { pairs.next(&message.address, now) } else { now };
            // One at a time to one person: the next waits until this one's answer is known, which keeps their order.
            if chosen.iter().any(|other| other.contact == message.contact) {
                later = Some(later.map_or(now + Millis(1), |other| other.min(now + Millis(1))));
            } else if may <= now {
                chosen.push(message);
            } else {
                later = Some(later.map_or(may, |other| other.min(may)));
            }
        }
        (chosen, later)
    }

    async fn call(&self, account: Account, queued: QueuedMessage, attempt: u32) {
        let outcome = self.outcome(&account, &queued).await;
        self.react(&account, &queued, &outcome).await;
        let body = SignalBody::SendResult { message: queued.message, attempt, outcome };
        let result = NewSignal::new(queued.workspace, Target::Contact(queued.contact), "dispatcher", body);
        if let Err(error) = self.engine.submit(vec![result]).await {
            // The message stays `sending`; once this process no longer claims it, the settling loop asks the provider.
            tracing::error!(message.id = %queued.message, error = %error, "A send's outcome could not be stored");
        }
        self.unmark([queued.message]);
        self.engine.queued.notify_one();
    }

    async fn outcome(&self, account: &Account, queued: &QueuedMessage) -> SendOutcome {
        let Ok(_permit) = self.open.acquire().await else {
            return SendOutcome::NeverArrived;
        };
        let message = match self.engine.store().message(queued.workspace, queued.message).await {
            Ok(Some(message)) => message,
            Ok(None) => return SendOutcome::NeverArrived,
            Err(error) => {
                tracing::error!(message.id = %queued.message, error = %error, "A message that may go could not be read");
                return SendOutcome::NeverArrived;
            }
        };
        match self.decision(&message) {
            Ok(decision) => self.engine.adapters().of(account).send(account, &decision).await,
            Err(error) => SendOutcome::Refused { error },
        }
    }

    /// The permission to send: only the gate's seal over exactly this message gives it.
    fn decision(&self, message: &Message) -> Result<policy::Decision, SendError> {
        let refused = |text: &str| SendError {
            remedy: Remedy::FixData,
            cause: model::send_error::FallbackCause::Rejected,
            code: "gate:no_decision".to_owned(),
            for_user: text.to_owned(),
        };
        let catalogue = self.engine.core().catalogue(message.workspace).ok_or_else(|| refused("the workspace has no catalogue"))?;
        policy::Decision::open(message, &catalogue.gate_key).map_err(|error| refused(&error.to_string()))
    }

    /// What a refusal means for more than this message.
    async fn react(&self, account: &Account, queued: &QueuedMessage, outcome: &SendOutcome) {
        let SendOutcome::Refused { error } = outcome else { return };
        let now = self.engine.now();
        let sender = account.sender.id;
        let done = match &error.remedy {
            Remedy::SlowSender { after } => {
                self.slow().senders.insert(sender, now + *after);
                Ok(())
            }
            Remedy::SlowPair { after } => {
                self.slow().pairs.entry(sender).or_default().block(&queued.address, now + *after);
                Ok(())
            }
            Remedy::PauseSender => self.engine.pause_sender(account.workspace, sender, &error.for_user).await,
            Remedy::PauseTemplate => self.engine.pause_template_of(account.workspace, queued.message, &error.for_user).await,
            _ => Ok(()),
        };
        if let Err(error) = done {
            tracing::error!(sender.id = %sender, error = %error, "What a refusal means could not be stored");
        }
    }
}
