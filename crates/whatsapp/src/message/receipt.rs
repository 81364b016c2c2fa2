//! Read receipts and the typing indicator. The answer is `{"success":true}`, not that of a message.

use serde::{Deserialize, Serialize};

/// Marks a message, and with it all earlier ones, as read; works for messages of the last 30 days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadReceipt {
    messaging_product: Product,
    status: ReadStatus,
    pub message_id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub typing_indicator: Option<TypingIndicator>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Product {
    Whatsapp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum ReadStatus {
    Read,
}

/// Shown until the business answers, 25 seconds at most.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypingIndicator {
    #[serde(rename = "type")]
    kind: TypingKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum TypingKind {
    Text,
}

impl ReadReceipt {
    pub fn new(message_id: &str) -> Self {
        Self { messaging_product: Product::Whatsapp, status: ReadStatus::Read, message_id: message_id.to_owned(), typing_indicator: None }
    }

    /// Also shows that an answer is being typed.
    #[must_use]
    pub fn typing(mut self) -> Self {
        self.typing_indicator = Some(TypingIndicator { kind: TypingKind::Text });
        self
    }
}
