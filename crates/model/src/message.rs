//! A message in or out, and its lifecycle.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::content::Content;
use crate::inbound::InboundContent;
use crate::send_error::SendError;
use crate::{
    AddressKey, BroadcastId, CaseId, Channel, ContactId, ConversationId, DecisionId, MessageId, Millis, Money, Purpose, RunId, SenderId,
    Timestamp, UserId, WorkspaceId,
};

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    In,
    Out,
}

crate::compact_code!(Direction { 1 In, 2 Out });

/// `queued → sending → accepted → delivered → read | failed | cancelled | expired | in_doubt`; inbound ones are `received`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MessageStatus {
    Queued,
    /// Durably marked before the provider is called (R-DEDUP-2).
    Sending,
    /// The call's outcome is unknown; settled by a status, a query, or the author's rule. Never resent blindly.
    InDoubt,
    Accepted,
    Delivered,
    Read,
    Failed,
    /// Taken back before hand-off: exit, revocation, an agent.
    Cancelled,
    /// Its time passed before hand-off (R-LATE-2).
    Expired,
    Received,
}

crate::compact_code!(MessageStatus { 1 Queued, 2 Sending, 3 InDoubt, 4 Accepted, 5 Delivered, 6 Read, 7 Failed, 8 Cancelled, 9 Expired, 10 Received });

impl MessageStatus {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sending => "sending",
            Self::InDoubt => "in_doubt",
            Self::Accepted => "accepted",
            Self::Delivered => "delivered",
            Self::Read => "read",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
            Self::Received => "received",
        }
    }

    const fn rank(self) -> u8 {
        match self {
            Self::Queued => 0,
            Self::Sending => 1,
            Self::InDoubt => 2,
            Self::Accepted => 3,
            Self::Delivered => 4,
            Self::Read => 5,
            Self::Failed | Self::Cancelled | Self::Expired | Self::Received => 6,
        }
    }

    /// Merges a report of the provider into what is known: never backwards, and `failed` only where nothing was delivered,
    /// because one message may truthfully be reported both delivered and failed (several devices).
    #[must_use]
    pub const fn merged(self, reported: Self) -> Self {
        match (self, reported) {
            (Self::Failed, Self::Delivered | Self::Read) => reported,
            (Self::Delivered | Self::Read | Self::Cancelled | Self::Expired | Self::Received, Self::Failed) => self,
            _ if reported.rank() > self.rank() => reported,
            _ => self,
        }
    }

    /// Whether the message can still change by itself.
    #[must_use]
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Read | Self::Failed | Self::Cancelled | Self::Expired | Self::Received)
    }
}

/// Who wants a message.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum Origin {
    Contact,
    Journey {
        journey: String,
        version: String,
        run: RunId,
        step: String,
        /// How often the run has entered the step: (run, step, visit) is the intent (R-DEDUP-2).
        visit: u32,
    },
    Agent {
        user: UserId,
    },
    /// One message to many; the contact's row there says what became of it.
    Broadcast {
        broadcast: BroadcastId,
        /// Of the file that said what to send.
        version: String,
    },
    /// Directly through the API.
    Api {
        key: String,
    },
    /// The one confirmation after STOP, and the answer to HELP.
    Compliance {
        rule: String,
    },
    /// A test send from the console.
    Test {
        user: UserId,
    },
    /// Written by the business in the app of the phone that has the same number; it was sent before we heard of it.
    Phone,
}

crate::compact_enum!(Origin {
    unit 1 Contact;
    unit 8 Phone;
    of 2 Journey { 1 journey, 2 version, 3 run, 4 step, 5 visit };
    of 3 Agent { 1 user };
    of 4 Api { 1 key };
    of 5 Compliance { 1 rule };
    of 6 Test { 1 user };
    of 7 Broadcast { 1 broadcast, 2 version };
});

/// Classes in the order in which the dispatcher serves them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    Agent,
    Transactional,
    Service,
    Promotional,
}

crate::compact_code!(Class { 1 Agent, 2 Transactional, 3 Service, 4 Promotional });

impl Class {
    /// 0 is served first.
    #[must_use]
    pub const fn rank(self) -> u8 {
        self as u8
    }
}

/// What to do with a message whose call had no known outcome when the time to settle it is over.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InDoubt {
    #[default]
    Drop,
    Resend,
}

crate::compact_code!(InDoubt { 1 Drop, 2 Resend });

/// What to do with a message that is later than its author allows (R-LATE-2).
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnLate {
    #[default]
    Skip,
    Send,
    /// Only the newest message with this key goes.
    CollapseToLatest(String),
}

crate::compact_enum!(OnLate {
    unit 1 Skip;
    unit 2 Send;
    one 3 CollapseToLatest;
});

/// What to do when a cap is reached (R-CAP-3).
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnCap {
    #[default]
    Skip,
    /// Wait until the cap allows it, at most this long after it was due.
    Defer {
        at_most: Millis,
    },
    Downgrade {
        to: Channel,
    },
}

crate::compact_enum!(OnCap {
    unit 1 Skip;
    of 2 Defer { 1 at_most };
    of 3 Downgrade { 1 to };
});

/// One message that somebody wants sent, before the gate has spoken.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Intent {
    pub origin: Origin,
    pub class: Class,
    pub purpose: Purpose,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<String>,
    /// Channels in the author's order of preference. The gate ranks them and takes the first that may.
    pub channels: Vec<ChannelDraft>,
    /// When it ought to go.
    pub due_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_lateness: Option<Millis>,
    #[serde(default)]
    pub on_late: OnLate,
    #[serde(default)]
    pub on_cap: OnCap,
    #[serde(default)]
    pub in_doubt: InDoubt,
    /// Another message goes in its place when it is not delivered this long after the hand-off: a provider that takes messages back is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaced_after: Option<Millis>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quote: Option<Quote>,
}

crate::compact_struct!(Intent { 1 origin, 2 class, 3 purpose, 4 topic, 5 channels, 6 due_at, 7 max_lateness, 8 on_late, 9 on_cap, 10 in_doubt, 11 replaced_after, 12 quote });

/// An earlier message of the thread that a new one quotes. It can be quoted only where it was said: on that channel, with that sender.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Quote {
    pub message: MessageId,
    pub channel: Channel,
    pub sender: SenderId,
    pub provider_id: String,
}

crate::compact_struct!(Quote { 1 message, 2 channel, 3 sender, 4 provider_id });

/// What would be said on one channel: free-form while the window is open, a template otherwise (R-WIN-2).
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ChannelDraft {
    pub channel: Channel,
    /// A sender the author insists on; otherwise the workspace's default for the channel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sender: Option<SenderId>,
    /// An address the author insists on, as when an agent answers in a thread.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<AddressKey>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_window: Option<Rendered>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub out_of_window: Option<Rendered>,
}

crate::compact_struct!(ChannelDraft { 1 channel, 2 sender, 3 address, 4 in_window, 5 out_of_window });

/// Content, or why there is none for this person (R-TPL-2: rendering is total).
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rendered {
    Ready(Content),
    Missing { reason: String },
}

crate::compact_enum!(Rendered {
    one 1 Ready;
    of 2 Missing { 1 reason };
});

/// A stored message.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Message {
    pub id: MessageId,
    pub workspace: WorkspaceId,
    pub contact: ContactId,
    pub conversation: ConversationId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<CaseId>,
    pub direction: Direction,
    pub channel: Channel,
    pub sender: SenderId,
    pub address: AddressKey,
    pub origin: Origin,
    pub class: Class,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purpose: Option<Purpose>,
    pub status: MessageStatus,
    /// When each status was first true.
    #[serde(default)]
    pub times: BTreeMap<MessageStatus, Timestamp>,
    pub created_at: Timestamp,
    /// Outbound: not before this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_before: Option<Timestamp>,
    /// Outbound: what goes (or would go) out, chosen last at hand-off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<Content>,
    /// Inbound: what came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received: Option<InboundContent>,
    /// The gate's last verdict on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<DecisionId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider_id: Option<String>,
    /// Calls made for it.
    #[serde(default)]
    pub attempts: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<SendError>,
    /// Expected at hand-off, then what the provider reports.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<Money>,
    /// Delivered after a fallback had already gone out (R-FB-1).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub double_reach: bool,
    /// The message that an inbound one answers or reacts to, or that an agent's reply quotes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_reply_to: Option<MessageId>,
    /// When its sender last changed the words; `received` has the newest, the timeline the earlier ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited_at: Option<Timestamp>,
    /// When its sender deleted it. `received` is kept and no longer shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked_at: Option<Timestamp>,
    /// What was asked for. Kept until a final state so that hand-off can choose again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub intent: Option<Box<Intent>>,
    /// The gate's seal over the decision that lets it leave. Only `policy` can make one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seal: Option<String>,
}

crate::compact_struct!(Message { 1 id, 2 workspace, 3 contact, 4 conversation, 5 case, 6 direction, 7 channel, 8 sender, 9 address, 10 origin, 11 class, 12 purpose, 13 status, 14 times, 15 created_at, 16 not_before, 17 content, 18 received, 19 decision, 20 provider_id, 21 attempts, 22 error, 23 price, 24 double_reach, 25 in_reply_to, 26 intent, 27 seal, 28 edited_at, 29 revoked_at });

impl Message {
    /// Moves to a status if that is forward; remembers when it was first true. `read` back-fills `delivered`.
    pub fn advance(&mut self, to: MessageStatus, at: Timestamp) -> bool {
        let merged = self.status.merged(to);
        self.times.entry(to).or_insert(at);
        if merged == MessageStatus::Read {
            self.times.entry(MessageStatus::Delivered).or_insert(at);
        }
        let moved = merged != self.status;
        self.status = merged;
        moved
    }

    /// One line for lists and previews. What its sender deleted is not repeated.
    #[must_use]
    pub fn summary(&self) -> String {
        if self.revoked_at.is_some() {
            return "message deleted".to_owned();
        }
        match (&self.content, &self.received) {
            (Some(content), _) => content.summary(),
            (None, Some(received)) => received.summary(),
            (None, None) => String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::MessageStatus::{Accepted, Cancelled, Delivered, Failed, Queued, Read, Sending};

    #[test]
    fn status_never_goes_back() {
        assert_eq!(Read.merged(Delivered), Read);
        assert_eq!(Delivered.merged(Accepted), Delivered);
        assert_eq!(Sending.merged(Read), Read);
    }

    #[test]
    fn delivered_and_failed_counts_as_delivered_in_either_order() {
        assert_eq!(Delivered.merged(Failed), Delivered);
        assert_eq!(Failed.merged(Delivered), Delivered);
        assert_eq!(Accepted.merged(Failed), Failed);
    }

    #[test]
    fn a_cancelled_message_stays_cancelled() {
        assert_eq!(Queued.merged(Cancelled), Cancelled);
        assert_eq!(Cancelled.merged(Accepted), Cancelled);
    }
}
