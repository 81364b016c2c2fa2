//! Messages and their lifecycle.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{AddressKey, Channel, Content, InboundContent, Purpose};

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    In,
    Out,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MessageStatus {
    Queued,
    Sending,
    InDoubt,
    Accepted,
    Delivered,
    Read,
    Failed,
    Cancelled,
    Expired,
    Received,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    Agent,
    Transactional,
    Service,
    Promotional,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum Origin {
    Contact,
    Journey {
        journey: String,
        version: String,
        run: String,
        step: String,
        visit: u32,
    },
    Agent {
        user: String,
    },
    Broadcast {
        broadcast: String,
        version: String,
    },
    Api {
        key: String,
    },
    Compliance {
        rule: String,
    },
    Test {
        user: String,
    },
    /// Written by the business in the app of the phone that has the same number.
    Phone,
}

/// A message in or out.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Message {
    pub id: String,
    pub workspace: String,
    pub contact: String,
    pub conversation: String,
    pub case: Option<String>,
    pub direction: Direction,
    pub channel: Channel,
    pub sender: String,
    pub address: AddressKey,
    pub origin: Origin,
    pub class: Class,
    pub purpose: Option<Purpose>,
    pub status: MessageStatus,
    /// When each status was first true.
    #[serde(default)]
    pub times: BTreeMap<String, String>,
    #[schema(format = DateTime)]
    pub created_at: String,
    #[schema(format = DateTime)]
    pub not_before: Option<String>,
    /// Outbound: what goes out.
    pub content: Option<Content>,
    /// Inbound: what came.
    pub received: Option<InboundContent>,
    /// The gate's last verdict on it.
    pub decision: Option<String>,
    pub provider_id: Option<String>,
    pub attempts: u32,
    pub error: Option<SendError>,
    pub price: Option<Money>,
    /// Delivered after a fallback had already gone out.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub double_reach: bool,
    /// The message that it answers, quotes or reacts to.
    pub in_reply_to: Option<String>,
    /// When its sender last changed the words; `received` has the newest. The earlier ones stand on the timeline (`message_edited`).
    #[schema(format = DateTime)]
    pub edited_at: Option<String>,
    /// When its sender deleted it: then `received` is absent.
    #[schema(format = DateTime)]
    pub revoked_at: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct SendError {
    pub remedy: Remedy,
    pub cause: FallbackCause,
    #[schema(example = "whatsapp:131026")]
    pub code: String,
    pub for_user: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Remedy {
    Retry { after: i64 },
    SlowSender { after: i64 },
    SlowPair { after: i64 },
    NextChannel,
    SuppressAddress { retry_after: Option<i64> },
    RevokeConsent,
    PauseTemplate,
    PauseSender,
    WindowClosed,
    FixData,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FallbackCause {
    NotCapable,
    Rejected,
    NotDelivered,
    NotReadOrUnknown,
    MarketingCap,
    OptedOut,
    TemplateUnavailable,
    WindowClosed,
    SenderUnavailable,
    NoConsent,
    Capped,
    TooLate,
    NotRenderable,
}

/// Millionths of the currency's unit.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Money {
    #[schema(example = 56700)]
    pub micros: i64,
    #[schema(example = "EUR")]
    pub currency: String,
}
