//! Management reads that a connector needs: lists, numbers, subscriptions, message history, health, blocking.

use crate::webhook::QualityScore;
use crate::wire;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A page of a list edge. Stop when `paging.next` is missing: cursors are there on the last page too.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Page<T> {
    #[serde(default = "Vec::new")]
    pub data: Vec<T>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paging: Option<Paging>,
}

/// `paging`
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paging {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursors: Option<Cursors>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<String>,
}

/// `paging.cursors`
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursors {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

impl<T> Page<T> {
    /// The `after` parameter of the next request; `None` on the last page.
    pub fn next_after(&self) -> Option<&str> {
        let paging = self.paging.as_ref()?;
        paging.next.as_ref()?;
        paging.cursors.as_ref()?.after.as_deref()
    }
}

/// A number of `GET /{waba}/phone_numbers`; which members come depends on `fields`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct PhoneNumber {
    #[serde(deserialize_with = "wire::text")]
    pub id: String,
    /// Printed as `+1 631-555-5555`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_phone_number: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verified_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quality_rating: Option<QualityScore>,
    /// CONNECTED, DISCONNECTED, PENDING, FLAGGED, RESTRICTED, RATE_LIMITED, BANNED, MIGRATED, DELETED, UNVERIFIED.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// `TIER_250` to `TIER_UNLIMITED`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub whatsapp_business_manager_messaging_limit: Option<String>,
    /// `level`: STANDARD, HIGH or NOT_APPLICABLE.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub throughput: Option<Value>,
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// One message of `GET /{phone}/message_history?message_id=…`: the repair path for lost statuses.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct MessageHistory {
    #[serde(default, deserialize_with = "wire::text_opt", skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub events: Option<Page<HistoryEvent>>,
}

/// `events.data[]`
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct HistoryEvent {
    /// SENT, DELIVERED, READ …
    #[serde(default)]
    pub delivery_status: String,
    #[serde(default, with = "wire::epoch_opt", skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub webhook_update_state: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub webhook_uri: Option<String>,
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// `GET /{waba}/subscribed_apps`
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct SubscribedApp {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub whatsapp_business_api_data: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub override_callback_uri: Option<String>,
}

/// `data` of `GET /debug_token`: what a token is worth.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct TokenInfo {
    #[serde(default, deserialize_with = "wire::text")]
    pub app_id: String,
    #[serde(default)]
    pub is_valid: bool,
    /// Epoch seconds; 0 for never.
    #[serde(default)]
    pub expires_at: i64,
    #[serde(default)]
    pub scopes: Vec<String>,
    /// Why it is not valid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<Value>,
}

/// The frame of [`TokenInfo`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct TokenDebug {
    #[serde(default)]
    pub data: TokenInfo,
}

/// One row of `GET /{app}/subscriptions`, which takes the app's own token.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct AppSubscription {
    /// `whatsapp_business_account` is ours.
    #[serde(default)]
    pub object: String,
    #[serde(default)]
    pub callback_url: String,
    #[serde(default)]
    pub active: bool,
    #[serde(default)]
    pub fields: Vec<SubscribedField>,
}

/// `fields[]`
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct SubscribedField {
    #[serde(default)]
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

/// `health_status` of a node.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct HealthStatus {
    /// AVAILABLE, LIMITED or BLOCKED.
    #[serde(default)]
    pub can_send_message: String,
    #[serde(default)]
    pub entities: Vec<HealthEntity>,
}

/// `entities[]`
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct HealthEntity {
    /// PHONE_NUMBER, WABA, BUSINESS, APP or MESSAGE_TEMPLATE.
    #[serde(default)]
    pub entity_type: String,
    #[serde(default, deserialize_with = "wire::text_opt", skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    #[serde(default)]
    pub can_send_message: String,
    #[serde(default)]
    pub additional_info: Vec<String>,
    #[serde(default)]
    pub errors: Vec<Value>,
}

/// Body of `POST` and `DELETE /{phone}/block_users`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlockUsers {
    pub messaging_product: String,
    pub block_users: Vec<BlockedUser>,
}

/// `block_users[]`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlockedUser {
    pub user: String,
}

impl BlockUsers {
    pub fn of<'a>(users: impl IntoIterator<Item = &'a str>) -> Self {
        let block_users = users.into_iter().map(|user| BlockedUser { user: user.to_owned() }).collect();
        Self { messaging_product: "whatsapp".to_owned(), block_users }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_without_next_is_the_last_one() {
        let read = |json: &str| serde_json::from_str::<Page<PhoneNumber>>(json).unwrap();
        let last = read(r#"{"data":[{"id":"1","quality_rating":"NA"}],"paging":{"cursors":{"before":"a","after":"b"}}}"#);
        assert_eq!((last.next_after(), last.data[0].quality_rating.clone()), (None, Some(QualityScore::Unrated)));
        let more = read(r#"{"data":[],"paging":{"cursors":{"before":"a","after":"b"},"next":"https://graph.facebook.com/x"}}"#);
        assert_eq!(more.next_after(), Some("b"));
    }

    #[test]
    fn message_history_is_read() {
        let json = r#"{"data":[{"id":"9","message_id":"wamid.x","events":{"data":[{"id":"1","delivery_status":"READ","timestamp":1750030073,"webhook_update_state":"SENT"}]}}]}"#;
        let page: Page<MessageHistory> = serde_json::from_str(json).unwrap();
        let event = &page.data[0].events.as_ref().unwrap().data[0];
        assert_eq!((event.delivery_status.as_str(), event.timestamp), ("READ", Some(1_750_030_073)));
    }
}
