//! The atomic step: dedupe, load, decide, commit (DESIGN 3).

use model::change::Changes;
use model::inbound::InboundContent;
use model::signal::{AgentAct, SendOutcome, Signal, SignalBody, Target};
use model::{AddressKey, Channel, ContactId, Message, MessageId, MessageStatus, Timestamp, WorkspaceId};
use serde::{Deserialize, Serialize};

/// What a store hands to the decider: one contact, one signal.
#[derive(Debug)]
pub struct StepInput<'a> {
    pub contact: ContactId,
    /// The state that the last step left, or nothing for a contact that is new.
    pub state: Option<&'a [u8]>,
    pub signal: &'a Signal,
    /// The message that the signal names (see [`named_message`]), as the steps before this one left it, if it is this contact's.
    pub message: Option<&'a Message>,
    /// Of the addresses that the step would link, those that are another contact's. A store finds out by deciding: when what comes back links
    /// such an address, nothing of it is written and the signal is decided once more with them named here. So a state never lists an address
    /// that the store gives to somebody else, and nobody looks anything up for a step that links nothing.
    pub taken: &'a [AddressKey],
}

/// How a signal names a message.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Named {
    Id(MessageId),
    Provider { channel: Channel, provider_id: String },
}

/// The one message whose row a decider needs beside the contact's state: the one a receipt, a result or an act is about, or the one that an
/// inbound message answers, changes, takes back or reacts to. Stores load it in the step's transaction.
#[must_use]
pub fn named_message(signal: &Signal) -> Option<Named> {
    let provider = |channel: Channel, id: &String| Named::Provider { channel, provider_id: id.clone() };
    match &signal.body {
        SignalBody::HandOff { message } | SignalBody::SendResult { message, .. } | SignalBody::MediaStored { message, .. } => {
            Some(Named::Id(*message))
        }
        SignalBody::Agent { act: AgentAct::CancelMessage { message }, .. } => Some(Named::Id(*message)),
        SignalBody::Receipt(receipt) => match (receipt.message, &receipt.provider_id) {
            (Some(id), _) => Some(Named::Id(id)),
            (None, Some(provider_id)) => Some(provider(receipt.channel, provider_id)),
            (None, None) => None,
        },
        SignalBody::Agent { act: AgentAct::Reply { reply_to: Some(message), .. }, .. } => Some(Named::Id(*message)),
        SignalBody::Inbound(said) => about(&said.content, said.in_reply_to.as_ref()).map(|id| provider(said.channel, id)),
        SignalBody::SentByPhone(said) => about(&said.content, said.in_reply_to.as_ref()).map(|id| provider(said.channel, id)),
        SignalBody::Past(said) if said.in_two => Some(provider(said.channel, &said.provider_id)),
        SignalBody::Past(said) => about(&said.content, said.in_reply_to.as_ref()).map(|id| provider(said.channel, id)),
        _ => match &signal.target {
            Target::Message(id) => Some(Named::Id(*id)),
            Target::ProviderMessage { channel, provider_id } => Some(provider(*channel, provider_id)),
            Target::Contact(_) | Target::Addresses { .. } => None,
        },
    }
}

/// What a message changes, takes back or reacts to; else what it answers.
fn about<'a>(content: &'a InboundContent, in_reply_to: Option<&'a String>) -> Option<&'a String> {
    match content {
        InboundContent::Edit { of, .. } | InboundContent::Revoke { of } | InboundContent::Reaction { to: of, .. } => Some(of),
        _ => in_reply_to,
    }
}

/// The addresses that a signal brings beside those of its target: what its step may link.
#[must_use]
pub fn brought_addresses(signal: &Signal) -> &[AddressKey] {
    match &signal.body {
        SignalBody::Event { contact, .. } | SignalBody::ContactUpdate(contact) => &contact.addresses,
        SignalBody::Inbound(inbound) => &inbound.from,
        SignalBody::SentByPhone(sent) => &sent.to,
        SignalBody::Past(said) => &said.with,
        SignalBody::Receipt(receipt) => &receipt.learnt,
        SignalBody::SendResult { outcome: SendOutcome::Accepted { learnt, .. }, .. } => learnt,
        SignalBody::AddressChange { to, .. } => to,
        SignalBody::Consent(change) => std::slice::from_ref(&change.address),
        _ => &[],
    }
}

/// What comes back: the new state, the changes, and an answer for whoever sent the signal.
#[derive(Debug)]
pub struct StepOutput {
    pub state: Vec<u8>,
    pub changes: Changes,
    /// Stored with the dedupe key, so that a replay gets the same answer.
    pub reply: serde_json::Value,
}

/// Why a signal could not be applied.
#[derive(Debug, thiserror::Error)]
pub enum StepError {
    /// The caller asked for something that the contact's state does not allow. Nothing is stored.
    #[error("{}", .0.detail)]
    Rejected(Rejection),
    /// The signal cannot be processed: it is parked, with this text, where an operator sees it.
    #[error("{0}")]
    Poison(String),
}

/// A refusal that is an answer and no failure: a stale reply, an unknown message.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Rejection {
    /// `stale_thread`, `message_not_found`, `nothing_to_return`, …
    pub code: String,
    pub detail: String,
    #[serde(default)]
    pub data: serde_json::Value,
}

/// The pure part of a step. The store calls it between loading and committing, on its own thread: it must not block.
pub trait Decider: Send + Sync + 'static {
    fn decide(&self, input: StepInput<'_>) -> Result<StepOutput, StepError>;

    /// Whose signal it is, where the decider repeats what another store decided: then the store resolves nothing, and makes the contact under
    /// this id if it is not there.
    fn owner(&self, _signal: &Signal) -> Option<ContactId> {
        None
    }

    /// The revision of a workspace ([`crate::Store::revision`]) that decisions are made by; `None` where nobody else can change it. A store that
    /// several nodes share compares it with its own, in the step's transaction and after it loaded and locked the states, and refuses the step
    /// as a `Conflict` when they differ: so what one node publishes acts on the very next step of each other, and no node decides about a state that was
    /// made by something that it does not know yet.
    fn revision(&self, _ws: WorkspaceId) -> Option<u64> {
        None
    }

    /// Whether decisions depend on documents of this kind: changing one makes a new revision.
    fn decides_by(&self, _kind: &str) -> bool {
        false
    }
}

/// What became of one signal of a batch.
#[derive(Clone, PartialEq, Debug)]
pub enum StepOutcome {
    Applied(Applied),
    /// Its dedupe key was known. The answer is the first one's; `same` tells whether the body was the same too.
    Duplicate {
        contact: Option<ContactId>,
        reply: serde_json::Value,
        same: bool,
    },
    Rejected(Rejection),
    /// Stored with its error; it blocks nobody.
    Parked {
        error: String,
    },
    /// Nobody has this address, or no message has this id (yet). Signals that name a provider's message id are kept until it appears.
    Unresolved {
        kept: bool,
    },
}

#[derive(Clone, PartialEq, Debug)]
pub struct Applied {
    pub contact: ContactId,
    pub reply: serde_json::Value,
    /// When the contact next needs a wake.
    pub next_wake: Option<Timestamp>,
    /// Messages that are now queued, with their senders: what the dispatcher should look at.
    pub queued: bool,
    /// Conversation changed: what live views should refresh.
    pub conversation: bool,
    /// Events for other systems are now due.
    pub deliveries: bool,
    /// Messages that this step marked `sending`, as they are now stored: whoever sent the signal calls their providers.
    pub handed: Vec<Message>,
    /// Messages in whose place another goes, though they may still arrive.
    pub withdrawn: Vec<MessageId>,
}

impl Applied {
    /// What a step's changes mean to those who wait. Stores ask this before they give the changes away.
    #[must_use]
    pub fn of(contact: ContactId, reply: serde_json::Value, changes: &Changes) -> Self {
        let handed = changes.messages.iter().filter(|row| changes.handed.contains(&row.id) && row.status == MessageStatus::Sending);
        Self {
            contact,
            reply,
            next_wake: changes.next_wake,
            queued: changes.messages.iter().any(|message| message.status == MessageStatus::Queued),
            conversation: changes.conversation.is_some(),
            deliveries: !changes.deliveries.is_empty(),
            handed: handed.cloned().collect(),
            withdrawn: changes.withdrawn.clone(),
        }
    }

    /// Adds what a later step of the same contact means, which came about by this one.
    pub fn follow(&mut self, late: Self) {
        self.withdrawn.extend(late.withdrawn);
        self.next_wake = late.next_wake;
        self.queued |= late.queued;
        self.conversation |= late.conversation;
        self.deliveries |= late.deliveries;
    }
}
