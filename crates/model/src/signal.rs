//! Signals: everything that happens to a contact goes through the one loop as one of these.

use serde::{Deserialize, Serialize};

use crate::case::Priority;
use crate::consent::ConsentChange;
use crate::contact::ContactPatch;
use crate::content::Content;
use crate::inbound::{InboundMessage, PastMessage, PhoneMessage};
use crate::message::{ChannelDraft, Class, Origin};
use crate::send_error::SendError;
use crate::value::Attributes;
use crate::{
    AddressKey, BroadcastId, Channel, ContactId, MessageId, MessageStatus, Money, Purpose, SenderId, SignalId, Timestamp, UserId,
    WorkspaceId,
};

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Signal {
    pub id: SignalId,
    pub workspace: WorkspaceId,
    pub target: Target,
    /// When it happened, by the source's clock (R-LATE-1).
    pub event_time: Timestamp,
    /// When it reached us.
    pub arrival_time: Timestamp,
    /// `webhook:whatsapp`, `api:key_…`, `user:usr_…`, `timer`, `dispatcher`.
    pub source: String,
    /// Unique in the workspace: a second signal with it is dropped by the store itself (R-DEDUP-1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dedupe_key: Option<String>,
    /// Hash of what came with the key. The same key with another body is an error and no replay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<u64>,
    /// Senders that keep one call free for a message to which this signal leads: it may be handed over in the same step. Part of the signal, so
    /// that whoever plays the log again decides the same.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub permit: Vec<SenderId>,
    pub body: SignalBody,
}

/// Whom it is about. The store resolves it inside the step's transaction.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    Contact(ContactId),
    /// The contact that has the first of these that anybody has; a new contact if `create` and nobody has one.
    Addresses {
        keys: Vec<AddressKey>,
        create: bool,
    },
    /// The contact of one of our messages.
    Message(MessageId),
    /// The contact of the message that the provider knows by this id; kept aside until that message is known.
    ProviderMessage {
        channel: Channel,
        provider_id: String,
    },
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum SignalBody {
    /// A business event, with what it says about the contact. Both are visible to the same decision (R-ENTRY-3).
    Event {
        name: String,
        #[serde(default)]
        properties: Attributes,
        #[serde(default)]
        contact: ContactPatch,
    },
    ContactUpdate(ContactPatch),
    Inbound(InboundMessage),
    /// The business wrote to the contact in the phone app of one of its numbers.
    SentByPhone(PhoneMessage),
    /// Something that was written before the number was connected: it is shown, and moves nothing.
    Past(PastMessage),
    Receipt(Receipt),
    /// A durable timer of this contact came due.
    Wake,
    /// The dispatcher is about to hand the message to its provider.
    HandOff {
        message: MessageId,
    },
    /// What the provider's answer was.
    SendResult {
        message: MessageId,
        attempt: u32,
        outcome: SendOutcome,
    },
    Consent(ConsentChange),
    Agent {
        user: UserId,
        act: AgentAct,
    },
    /// Somebody wants a message sent outside of a journey.
    Request(Box<MessageRequest>),
    /// A broadcast has come to this contact, or takes back what it queued.
    Broadcast {
        broadcast: BroadcastId,
        act: BroadcastAct,
    },
    /// The provider reports something about the account that concerns this contact only.
    AddressChange {
        from: AddressKey,
        to: Vec<AddressKey>,
        reason: String,
    },
    /// An inbound medium now lies in our object store.
    MediaStored {
        message: MessageId,
        media: crate::MediaId,
    },
}

/// A delivery status of a message of ours.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Receipt {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<MessageId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider_id: Option<String>,
    pub channel: Channel,
    pub status: MessageStatus,
    pub at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<SendError>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<Money>,
    /// What the provider billed it as.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// Whether the provider charges it; `None` where it does not say. What is not charged costs nothing, whatever was expected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub charged: Option<bool>,
    /// Addresses that the status taught us of the person.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub learnt: Vec<AddressKey>,
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "was", rename_all = "snake_case")]
pub enum SendOutcome {
    Accepted {
        provider_id: String,
        /// Addresses that the answer taught us: the canonical WhatsApp id, the business-scoped id.
        #[serde(default)]
        learnt: Vec<AddressKey>,
    },
    Refused {
        error: SendError,
    },
    /// Time-out, connection lost, 5xx, or a crash between mark and answer.
    Unknown {
        detail: String,
    },
    /// The provider was asked and does not know it: it never arrived there.
    NeverArrived,
    /// Nobody could tell until the time to settle was over; the author's `in_doubt` rule decides.
    Unsettled,
}

/// What an agent does in a conversation.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum AgentAct {
    Reply {
        draft: ChannelDraft,
        /// The last message the agent had seen; newer ones refuse the reply (R-INB-5).
        #[serde(default)]
        seen: Option<MessageId>,
        /// The message that it quotes.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reply_to: Option<MessageId>,
    },
    /// Stays inside, by type: there is no way from a note to a channel.
    Note {
        text: String,
    },
    Assign {
        to: Option<UserId>,
        queue: Option<String>,
    },
    SetPriority {
        priority: Priority,
    },
    Resolve {
        category: Option<String>,
    },
    ReturnToBot,
    /// A person opens a case by themselves.
    Open {
        queue: String,
    },
    Label {
        add: Vec<String>,
        remove: Vec<String>,
    },
    MarkRead,
    /// Take one journey run of this contact out.
    StopRun {
        run: crate::RunId,
    },
    CancelMessage {
        message: MessageId,
    },
}

/// What a broadcast does with one of its recipients.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BroadcastAct {
    /// Ask the gate, and queue the message if it may go.
    Plan,
    /// It was paused and goes on: what was put off is asked again at once.
    Release,
    /// It was stopped: what is queued is taken back.
    Withdraw,
}

/// A message asked for by the API or a test send.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct MessageRequest {
    pub origin: Origin,
    pub class: Class,
    pub purpose: Purpose,
    #[serde(default)]
    pub topic: Option<String>,
    pub channels: Vec<ChannelDraft>,
    #[serde(default)]
    pub max_lateness: Option<crate::Millis>,
}

impl MessageRequest {
    #[must_use]
    pub fn summary(&self) -> String {
        use crate::message::Rendered;
        let first = self.channels.iter().find_map(|c| c.in_window.as_ref().or(c.out_of_window.as_ref()));
        match first {
            Some(Rendered::Ready(content)) => Content::summary(content),
            Some(Rendered::Missing { reason }) => reason.clone(),
            None => String::new(),
        }
    }
}
