//! `messages[]`: the members that all message types share.

use super::{Content, Context, Referral};
use crate::error::ErrorObject;
use crate::wire;
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

/// A message from a user (or, in history and echoes, to one).
#[derive(Debug, Clone, PartialEq)]
pub struct InboundMessage {
    /// The wamid. Opaque.
    pub id: String,
    /// Unix seconds.
    pub timestamp: i64,
    /// Phone id of the writer, digits; absent for users with a username.
    pub from: Option<String>,
    /// Business-scoped user id of the writer.
    pub from_user_id: Option<String>,
    pub from_parent_user_id: Option<String>,
    pub group_id: Option<String>,
    /// `type` as written.
    pub type_name: String,
    pub content: Content,
    pub context: Option<Context>,
    pub referral: Option<Referral>,
    /// `errors[]` of the message itself (unsupported and undownloadable ones carry them).
    pub errors: Vec<ErrorObject>,
    /// Members without a typed place.
    pub extra: Map<String, Value>,
}

#[derive(Deserialize)]
struct Common {
    id: String,
    #[serde(with = "wire::seconds")]
    timestamp: i64,
    #[serde(default, deserialize_with = "wire::text_opt")]
    from: Option<String>,
    #[serde(default)]
    from_user_id: Option<String>,
    #[serde(default)]
    from_parent_user_id: Option<String>,
    #[serde(default)]
    group_id: Option<String>,
    #[serde(rename = "type")]
    type_name: String,
    #[serde(default)]
    context: Option<Context>,
    #[serde(default)]
    referral: Option<Referral>,
    #[serde(default, deserialize_with = "wire::list")]
    errors: Vec<ErrorObject>,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

impl<'de> Deserialize<'de> for InboundMessage {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut common = Common::deserialize(deserializer)?;
        if common.id.is_empty() {
            return Err(serde::de::Error::custom("the message id is empty"));
        }
        let content = Content::take(&common.type_name, &mut common.rest);
        Ok(Self {
            id: common.id,
            timestamp: common.timestamp,
            from: common.from,
            from_user_id: common.from_user_id,
            from_parent_user_id: common.from_parent_user_id,
            group_id: common.group_id,
            type_name: common.type_name,
            content,
            context: common.context,
            referral: common.referral,
            errors: common.errors,
            extra: common.rest,
        })
    }
}

impl InboundMessage {
    /// Whether Meta opens (or keeps open) the 24-hour service window for this message. Not stated for reactions, edits,
    /// revokes and system messages: those are taken as not opening it.
    pub fn opens_service_window(&self) -> bool {
        !matches!(
            self.content,
            Content::Reaction(_) | Content::Edit(_) | Content::Revoke(_) | Content::System { .. } | Content::MediaPlaceholder
        )
    }
}
