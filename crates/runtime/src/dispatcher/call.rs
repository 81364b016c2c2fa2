//! Handing over: the gate's last word, the provider's call, and its outcome as a signal.

use std::sync::Arc;

use channel::Account;
use model::Message;
use model::send_error::{FallbackCause, Remedy, SendError};
use model::signal::{SendOutcome, SignalBody, Target};
use storage::{Applied, StepOutcome, StorageError};

use super::desk::Desk;
use super::shared::Facts;
use super::tick::{Going, Spawning};
use crate::NewSignal;

/// The outcome of a call that this node may no longer make: it lost the sender to another.
const NOT_OURS: SendOutcome = SendOutcome::NeverArrived;

/// A message that a step handed over, and by what right it is called for.
pub(super) type Handed = (Going, Message);

impl Desk {
    /// Calls for messages that steps handed over as they planned them.
    pub(super) fn start(self: &Arc<Self>, handed: Vec<Handed>) {
        if handed.is_empty() {
            return;
        }
        match self.spawning {
            Spawning::Tasks => {
                for (going, message) in handed {
                    tokio::spawn(Arc::clone(self).call(going, message.attempts, Some(message)));
                }
            }
            Spawning::Inline => {
                self.state().inbox.extend(handed);
                self.engine.queued.notify_one();
            }
        }
    }

    /// The same inside a tick.
    pub(super) async fn empty_inbox(self: &Arc<Self>) {
        let handed = std::mem::take(&mut self.state().inbox);
        for (going, message) in handed {
            Arc::clone(self).call(going, message.attempts, Some(message)).await;
        }
    }

    /// Asks the gate for each of one workspace's messages in one step, and calls the providers for those that may go.
    /// Answers whether all of them went.
    pub(super) async fn hand_over(self: Arc<Self>, going: Vec<Going>) -> Result<bool, StorageError> {
        let signals = going.iter().map(|one| {
            let body = SignalBody::HandOff { message: one.message.message };
            NewSignal::new(one.account.workspace, Target::Contact(one.message.contact), "dispatcher", body)
        });
        let outcomes = match self.engine.submit(signals.collect()).await {
            Ok(outcomes) => outcomes,
            Err(error) => {
                self.give_back(going.iter().map(|one| &one.message));
                return Err(error);
            }
        };
        let mut calls = Vec::with_capacity(going.len());
        let mut stay = Vec::new();
        for (one, outcome) in going.into_iter().zip(outcomes) {
            if let StepOutcome::Parked { error } = &outcome {
                tracing::error!(message.id = %one.message.message, error, "A queued message cannot be handed over; it is tried again later");
                self.set_aside(one.message.message, self.engine.now());
            }
            match permitted(outcome) {
                Some((attempt, message)) => {
                    let one = self.as_it_goes(one, message.as_ref());
                    calls.push(Arc::clone(&self).call(one, attempt, message));
                }
                None => stay.push(one.message),
            }
        }
        self.give_back(&stay);
        let all = stay.is_empty();
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
        Ok(all)
    }

    /// What a message is at last may concern other limits than what was queued, for instance since a window closed.
    fn as_it_goes(&self, mut going: Going, message: Option<&Message>) -> Going {
        if let (Some(message), Some(limits)) = (message, self.engine.limits(going.account.workspace)) {
            let facts = Facts::of(message, &limits.catalogue);
            let now = self.engine.now();
            going.held_back |= !self.state().settle_shared(&going.account, &going.message, Some(&facts), now);
        }
        going
    }

    async fn call(self: Arc<Self>, going: Going, attempt: u32, message: Option<Message>) {
        let outcome = self.outcome(&going, message).await;
        self.react(&going, &outcome).await;
        let queued = &going.message;
        if outcome == SendOutcome::NeverArrived
            && let Some(shared) = self.state().shared.get_mut(&queued.workspace)
        {
            shared.nobody_reached(queued.message);
        }
        let body = SignalBody::SendResult { message: queued.message, attempt, outcome };
        let result = NewSignal::new(queued.workspace, Target::Contact(queued.contact), "dispatcher", body);
        if let Err(error) = self.engine.submit(vec![result]).await {
            // The message stays `sending`; once this process no longer claims it, the settling loop asks the provider.
            tracing::error!(message.id = %queued.message, error = %error, "A send's outcome could not be stored");
        }
        self.close([queued]);
    }

    async fn outcome(&self, going: &Going, message: Option<Message>) -> SendOutcome {
        let queued = &going.message;
        if going.held_back {
            return SendOutcome::NeverArrived;
        }
        let Some(_open) = self.engine.begin_call(queued.sender, going.tenure) else { return NOT_OURS };
        let message = match message {
            Some(message) => message,
            None => match self.engine.store().message(queued.workspace, queued.message).await {
                Ok(Some(message)) => message,
                Ok(None) => return SendOutcome::NeverArrived,
                Err(error) => {
                    tracing::error!(message.id = %queued.message, error = %error, "A message that may go could not be read");
                    return SendOutcome::NeverArrived;
                }
            },
        };
        match self.decision(&message) {
            Ok(decision) => match self.engine.adapters().of(&going.account) {
                Some(adapter) => {
                    if let Err(error) = self.engine.keep_links(&message).await {
                        return SendOutcome::Refused { error };
                    }
                    self.engine.pulse.beat(&message, self.engine.now());
                    adapter.send(&going.account, &decision).await
                }
                None => SendOutcome::Refused { error: no_adapter(&going.account) },
            },
            Err(error) => SendOutcome::Refused { error },
        }
    }

    /// The permission to send: only the gate's seal over exactly this message gives it.
    fn decision(&self, message: &Message) -> Result<policy::Decision, SendError> {
        let refused = |text: &str| SendError {
            remedy: Remedy::FixData,
            cause: FallbackCause::Rejected,
            code: "gate:no_decision".to_owned(),
            for_user: text.to_owned(),
        };
        let catalogue = self.engine.core().catalogue(message.workspace).ok_or_else(|| refused("the workspace has no catalogue"))?;
        policy::Decision::open(message, &catalogue.gate_key).map_err(|error| refused(&error.to_string()))
    }

    /// What a refusal means for more than this message.
    async fn react(&self, going: &Going, outcome: &SendOutcome) {
        let SendOutcome::Refused { error } = outcome else { return };
        let now = self.engine.now();
        let (workspace, sender) = (going.account.workspace, going.account.sender.id);
        let done = match &error.remedy {
            Remedy::SlowSender { after } => {
                if let Some(till) = self.state().tills.get_mut(&sender) {
                    till.slow_until = till.slow_until.max(Some(now + *after));
                }
                Ok(())
            }
            Remedy::SlowPair { after } => {
                if let Some(till) = self.state().tills.get_mut(&sender) {
                    till.pairs.block(&going.message.address, now + *after);
                }
                Ok(())
            }
            Remedy::PauseSender => self.engine.pause_sender(workspace, sender, &error.for_user).await,
            Remedy::PauseTemplate => self.engine.pause_template_of(workspace, going.message.message, &error.for_user).await,
            _ => Ok(()),
        };
        if let Err(error) = done {
            tracing::error!(sender.id = %sender, error = %error, "What a refusal means could not be stored");
        }
    }
}

fn no_adapter(account: &Account) -> SendError {
    SendError {
        remedy: Remedy::PauseSender,
        cause: FallbackCause::SenderUnavailable,
        code: "adapter:missing".to_owned(),
        for_user: format!("this installation has no adapter for {}", account.provider.kind().as_str()),
    }
}

/// The attempt's number and the sealed message, if the gate let it go.
fn permitted(outcome: StepOutcome) -> Option<(u32, Option<Message>)> {
    let StepOutcome::Applied(Applied { reply, handed, .. }) = outcome else { return None };
    if reply.get("go").and_then(serde_json::Value::as_bool) != Some(true) {
        return None;
    }
    let attempt = reply.get("attempt").and_then(serde_json::Value::as_u64)?;
    Some((u32::try_from(attempt).ok()?, handed.into_iter().next()))
}
