//! One recipient of one broadcast.

use serde::{Deserialize, Serialize};

use crate::{BroadcastId, Channel, ContactId, DecisionId, MessageId, MessageStatus, Timestamp};

/// `pending → queued → sent → delivered → read`, or one of the ends that need an explanation.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecipientState {
    /// Frozen into the audience, and nothing was decided yet; or the gate wants to be asked later.
    Pending,
    /// A message waits for its sender, or is just being handed over.
    Queued,
    /// The provider was called and nobody knows whether it took the message.
    InDoubt,
    /// The provider has it.
    Sent,
    Delivered,
    Read,
    /// The provider refused it, or reported that it could not be delivered.
    Failed,
    /// Its time passed before hand-off (R-LATE-2).
    Expired,
    /// Taken back before hand-off: the broadcast was stopped, consent was withdrawn.
    Cancelled,
    /// The gate said no.
    Silent,
    /// Kept back to compare with (R-MEAS-1).
    HeldOut,
}

impl RecipientState {
    pub const ALL: [Self; 11] = [
        Self::Pending,
        Self::Queued,
        Self::InDoubt,
        Self::Sent,
        Self::Delivered,
        Self::Read,
        Self::Failed,
        Self::Expired,
        Self::Cancelled,
        Self::Silent,
        Self::HeldOut,
    ];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Queued => "queued",
            Self::InDoubt => "in_doubt",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Read => "read",
            Self::Failed => "failed",
            Self::Expired => "expired",
            Self::Cancelled => "cancelled",
            Self::Silent => "silent",
            Self::HeldOut => "held_out",
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }

    /// Whether the broadcast is done with this recipient. What a provider reports later may still refine it.
    #[must_use]
    pub const fn is_settled(self) -> bool {
        !matches!(self, Self::Pending | Self::Queued | Self::InDoubt)
    }

    /// What a message's status says about its recipient; `None` when it says nothing new: being handed over is part of waiting.
    #[must_use]
    pub const fn of_message(status: MessageStatus) -> Option<Self> {
        match status {
            MessageStatus::Queued => Some(Self::Queued),
            MessageStatus::InDoubt => Some(Self::InDoubt),
            MessageStatus::Accepted => Some(Self::Sent),
            MessageStatus::Delivered => Some(Self::Delivered),
            MessageStatus::Read => Some(Self::Read),
            MessageStatus::Failed => Some(Self::Failed),
            MessageStatus::Cancelled => Some(Self::Cancelled),
            MessageStatus::Expired => Some(Self::Expired),
            MessageStatus::Sending | MessageStatus::Received => None,
        }
    }
}

/// Somebody to be frozen into an audience.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NewRecipient {
    pub contact: ContactId,
    /// Goes first, to see how people take it.
    pub canary: bool,
}

/// A row of the broadcast's ledger.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Recipient {
    pub broadcast: BroadcastId,
    pub contact: ContactId,
    pub canary: bool,
    pub state: RecipientState,
    /// While pending: not to be decided before this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_before: Option<Timestamp>,
    /// When it came into this state.
    pub at: Timestamp,
    /// Why, for programs: `consent_missing`, `capped`, `stopped`, a provider's code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Why, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<DecisionId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<MessageId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<Channel>,
    /// The first answer to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replied_at: Option<Timestamp>,
    /// Consent withdrawn after it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opted_out_at: Option<Timestamp>,
}

/// What a step has to say about its contact's row in a broadcast.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct RecipientChange {
    pub broadcast: BroadcastId,
    pub at: Timestamp,
    pub news: RecipientNews,
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum RecipientNews {
    /// It is now in this state. What is absent stays as it was, but for code and reason, which belong to the state.
    Moved {
        state: RecipientState,
        #[serde(default)]
        not_before: Option<Timestamp>,
        #[serde(default)]
        code: Option<String>,
        #[serde(default)]
        reason: Option<String>,
        #[serde(default)]
        decision: Option<DecisionId>,
        #[serde(default)]
        message: Option<MessageId>,
        #[serde(default)]
        channel: Option<Channel>,
    },
    /// The first answer counts.
    Replied,
    /// Consent was withdrawn after the message; counted once.
    OptedOut {
        /// The person told the provider, and not us.
        complaint: bool,
    },
}

/// The end of recipients about whom nothing was decided.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Closing {
    pub state: RecipientState,
    pub code: String,
    pub reason: String,
    pub at: Timestamp,
}

/// The latest broadcast message that went to a contact, so that answers and withdrawals can be told to it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct BroadcastMark {
    pub broadcast: BroadcastId,
    pub message: MessageId,
    pub at: Timestamp,
}
crate::compact_struct!(BroadcastMark { 1 broadcast, 2 message, 3 at });

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_survives_its_name() {
        for state in RecipientState::ALL {
            assert_eq!(RecipientState::parse(state.as_str()), Some(state));
            assert_eq!(serde_json::to_value(state).unwrap(), state.as_str());
        }
        assert_eq!(RecipientState::parse("gone"), None);
    }

    #[test]
    fn only_waiting_and_doubt_are_unsettled() {
        let open: Vec<_> = RecipientState::ALL.into_iter().filter(|state| !state.is_settled()).collect();
        assert_eq!(open, [RecipientState::Pending, RecipientState::Queued, RecipientState::InDoubt]);
    }
}
