//! `POST /{phone_number_id}/marketing_messages`: the same frame, marketing templates only.

use super::{Body, OutboundMessage};
use crate::validate::{Checker, ValidationError};
use serde::{Deserialize, Serialize};

/// `product_policy`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ProductPolicy {
    CloudApiFallback,
    Strict,
}

/// A marketing message. Its statuses show the category `marketing_lite`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MarketingMessage {
    #[serde(flatten)]
    pub message: OutboundMessage,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product_policy: Option<ProductPolicy>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message_activity_sharing: Option<bool>,
}

impl MarketingMessage {
    pub fn new(message: OutboundMessage) -> Self {
        Self { message, product_policy: None, message_activity_sharing: None }
    }

    pub fn validate(&self) -> Result<(), ValidationError> {
        self.message.validate()?;
        let mut checker = Checker::new();
        checker.require("type", matches!(self.message.body, Body::Template(_)), "must be template");
        checker.finish()
    }
}

impl<'de> Deserialize<'de> for MarketingMessage {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::Error;
        let mut message = OutboundMessage::deserialize(deserializer)?;
        let mut take = |name: &str| message.extra.shift_remove(name).unwrap_or_default();
        let product_policy = serde_json::from_value(take("product_policy")).map_err(D::Error::custom)?;
        let message_activity_sharing = serde_json::from_value(take("message_activity_sharing")).map_err(D::Error::custom)?;
        Ok(Self { message, product_policy, message_activity_sharing })
    }
}
