//! Messages: each call is one that the gate let go, status only moves forward, each intent is one message.

use anyhow::Result;
use model::message::{Direction, Origin};
use model::{Message, MessageStatus, Purpose, SenderId, Timestamp};

use super::consent::{self, Said};
use super::{Look, Oracle, broken};
use crate::tenant;

/// The latest hand-off of a message.
#[derive(Default)]
pub struct Handed {
    pub times: u32,
    pub calls: u32,
    pub at: Timestamp,
    /// What was said about consent before it.
    pub book: Vec<Said>,
    /// It left in the step that planned it.
    at_once: bool,
}

/// Senders that kept a call free for a signal.
#[derive(Default)]
pub struct Permit {
    pub senders: Vec<SenderId>,
    /// What was said about consent until then.
    pub book: Vec<Said>,
}

/// A message as it was when it was last looked at.
pub struct Seen {
    status: MessageStatus,
    attempts: u32,
}

impl Oracle {
    /// Calls that left the product in this step.
    pub(super) async fn check_calls(&mut self, n: usize, look: &Look<'_>) -> Result<()> {
        let ws = tenant::workspace(n);
        for call in look.calls.iter().filter(|call| call.tenant == n) {
            self.digest.push(format!("call {call:?}"));
            let Some(id) = call.message else {
                return Err(broken("traceable", format!("a call for a message without our id: {call:?}")));
            };
            let Some(message) = look.store.message(ws, id).await? else {
                return Err(broken("isolation", format!("message {id} was sent by {ws}, which has no such message")));
            };
            self.note_at_once(n, &message);
            let Some(handed) = self.tenants[n].handed.get_mut(&id) else {
                return Err(broken("gate", format!("message {id} was sent without a hand-off")));
            };
            handed.calls += 1;
            if handed.calls > handed.times {
                return Err(broken("gate", format!("message {id} was sent {} times on {} hand-offs", handed.calls, handed.times)));
            }
            // What the law asks us to say (a confirmation of STOP) may be said after a STOP.
            if !matches!(message.origin, Origin::Compliance { .. }) {
                let purpose = message.purpose.unwrap_or(Purpose::Service);
                if let Some(why) = consent::forbids(&handed.book, &message.address, call.channel, purpose) {
                    return Err(broken("consent", format!("{purpose} message {id} was sent on {}: {why}", call.channel)));
                }
            }
            self.check_pace(n, call, &message)?;
            self.check_contest(n, &message, look).await?;
        }
        Ok(())
    }

    /// A message may leave in the step that planned it, if a sender kept a call free for that very signal: as one hand-off.
    fn note_at_once(&mut self, n: usize, message: &Message) {
        let known = &mut self.tenants[n];
        let planned = known.permits.get(&(message.contact, message.created_at));
        let left_then = message.times.get(&MessageStatus::Sending) == Some(&message.created_at);
        let Some(permit) = planned.filter(|permit| left_then && permit.senders.contains(&message.sender)) else { return };
        let handed = known.handed.entry(message.id).or_default();
        if handed.at_once {
            return;
        }
        if handed.times == 0 {
            (handed.at, handed.book) = (message.created_at, permit.book.clone());
            self.at_once += 1;
        }
        (handed.times, handed.at_once) = (handed.times + 1, true);
    }

    /// A contact's messages against what they were.
    pub(super) fn check_messages(&mut self, n: usize, messages: &[Message]) -> Result<()> {
        let known = &mut self.tenants[n];
        for message in messages.iter().filter(|message| message.direction == Direction::Out) {
            let (id, to) = (message.id, message.status);
            if let Some(before) = known.messages.get(&id) {
                let from = before.status;
                // The one way back: a refusal before acceptance, or a doubt that was cleared, and perhaps already the next attempt.
                let again = matches!(from, MessageStatus::Sending | MessageStatus::InDoubt)
                    && (to == MessageStatus::Queued || message.attempts > before.attempts);
                // Taken back after an attempt in doubt, and on the phone all the same.
                let arrived = message.attempts > 0
                    && matches!(from, MessageStatus::Cancelled | MessageStatus::Expired)
                    && matches!(to, MessageStatus::Delivered | MessageStatus::Read);
                if from != to && from.merged(to) != to && !again && !arrived {
                    return Err(broken("forward", format!("message {id} went from {from:?} to {to:?}")));
                }
            }
            if message.decision.is_none() {
                return Err(broken("gate", format!("message {id} has no decision")));
            }
            if let Origin::Journey { run, step, visit, .. } = &message.origin {
                let first = known.intents.entry((*run, step.clone(), *visit)).or_insert(id);
                if *first != id {
                    return Err(broken("one message", format!("{first} and {id} are one intent: {step}, visit {visit} of {run}")));
                }
            }
            known.messages.insert(id, Seen { status: to, attempts: message.attempts });
        }
        Ok(())
    }
}

/// Whether the author of a message said that a doubt ends in sending it again.
pub fn may_double(message: &Message) -> bool {
    matches!(&message.origin, Origin::Journey { journey, step, .. } if journey == "visit" && (step == "ask" || step == "thanks"))
}
