//! When nothing goes wrong any more and everything due is done: nothing may be left hanging.

use anyhow::Result;
use decide::ContactState;
use journey::RunState;
use model::MessageStatus;
use model::message::Direction;

use super::contacts::{all, messages_of};
use super::promises::Ack;
use super::{Look, Oracle, broken};
use crate::tenant;

impl Oracle {
    /// The end of a play.
    pub async fn check_ending(&self, look: &Look<'_>) -> Result<()> {
        self.check_inbound(look)?;
        if let Some(promise) = self.promises.iter().find(|promise| promise.ack == Ack::Unknown) {
            return Err(broken("answered", format!("{} was never answered, although nothing goes wrong any more", promise.key)));
        }
        for n in 0..self.tenants.len() {
            let ws = tenant::workspace(n);
            for (contact, bytes) in all(look.store, ws).await? {
                let state = ContactState::decode(&bytes)?;
                for message in messages_of(look.store, ws, contact).await?.iter().filter(|message| message.direction == Direction::Out) {
                    let waits = message.not_before.is_some_and(|at| at > look.now);
                    let left = match message.status {
                        MessageStatus::Queued => !waits,
                        MessageStatus::Sending | MessageStatus::InDoubt => true,
                        _ => false,
                    };
                    if left {
                        return Err(broken(
                            "recorded outcome",
                            format!("message {} is left {:?}: {message:?}", message.id, message.status),
                        ));
                    }
                    let reached = self.tenants[n].reached.contains_key(&message.id);
                    let denied = matches!(message.status, MessageStatus::Cancelled | MessageStatus::Expired);
                    if reached && denied && message.attempts == 0 {
                        return Err(broken("recorded outcome", format!("message {} is {:?} and on a phone", message.id, message.status)));
                    }
                }
                if let Some(run) = state.runs.iter().find(|run| run.due().is_some_and(|due| due <= look.now)) {
                    return Err(broken("one live timer", format!("run {} of {contact} was due at {:?}", run.id, RunState::due(run))));
                }
            }
        }
        Ok(())
    }
}
