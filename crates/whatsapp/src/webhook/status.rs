//! `statuses[]`: what became of a message that we sent.

use crate::error::ErrorObject;
use crate::pricing::{Pricing, PricingCategory};
use crate::wire::{self, open_enum};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

open_enum! {
    /// `status`. `deleted` and `warning` are leftovers without meaning.
    pub enum StatusName {
        Sent = "sent",
        Delivered = "delivered",
        Read = "read",
        /// First play of a voice message.
        Played = "played",
        Failed = "failed",
        Deleted = "deleted",
        Warning = "warning",
    }
}

/// One status. Group messages have one for each participant and event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Status {
    /// The wamid of our message.
    pub id: String,
    pub status: StatusName,
    #[serde(with = "wire::seconds")]
    pub timestamp: i64,
    #[serde(default, deserialize_with = "wire::text_opt", skip_serializing_if = "Option::is_none")]
    pub recipient_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recipient_user_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recipient_parent_user_id: Option<String>,
    /// `group` when `recipient_id` is a group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recipient_type: Option<String>,
    /// Samples show both spellings.
    #[serde(default, alias = "participant_recipient_id", deserialize_with = "wire::text_opt", skip_serializing_if = "Option::is_none")]
    pub recipient_participant_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recipient_participant_user_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recipient_participant_parent_user_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recipient_identity_key_hash: Option<String>,
    /// Our own message id, given at send time: settles messages whose send answer was lost.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub biz_opaque_callback_data: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversation: Option<Conversation>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pricing: Option<Pricing>,
    #[serde(default, deserialize_with = "wire::list", skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<ErrorObject>,
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl Status {
    /// Pricing, wherever it was put (group samples nest it in `conversation`).
    pub fn pricing(&self) -> Option<&Pricing> {
        self.pricing.as_ref().or_else(|| self.conversation.as_ref()?.pricing.as_ref())
    }

    /// The person this status is about: the group participant if there is one, else the recipient. The business-scoped
    /// id comes first because the phone id may be absent.
    pub fn recipient_key(&self) -> Option<&str> {
        [&self.recipient_participant_user_id, &self.recipient_participant_id, &self.recipient_user_id, &self.recipient_id]
            .into_iter()
            .find_map(|id| id.as_deref())
    }
}

/// `conversation`. Its expiry often equals the send time, so a window is never read from it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Conversation {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    #[serde(default, with = "wire::seconds_opt", skip_serializing_if = "Option::is_none")]
    pub expiration_timestamp: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<ConversationOrigin>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pricing: Option<Pricing>,
}

/// `conversation.origin`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConversationOrigin {
    #[serde(rename = "type")]
    pub kind: PricingCategory,
}
