//! `messages[]`: the members that all message types share.

use super::{Content, Context, Referral};
use crate::error::ErrorObject;
use crate::wire;
use serde::de::{self, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::fmt;

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

/// Read member by member: collecting the unknown ones by `flatten` would first copy all of them into a tree.
struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = InboundMessage;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a message")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<InboundMessage, A::Error> {
        let (mut id, mut timestamp, mut type_name) = (None::<String>, None, None::<String>);
        let (mut from, mut from_user_id, mut from_parent_user_id, mut group_id) = (None, None, None, None);
        let (mut context, mut referral, mut errors) = (None, None, None);
        let mut rest = Map::new();
        while let Some(name) = members.next_key::<Cow<'de, str>>()? {
            match &*name {
                "id" => id = Some(members.next_value()?),
                "timestamp" => timestamp = Some(members.next_value::<Seconds>()?.0),
                "type" => type_name = Some(members.next_value()?),
                "from" => from = members.next_value::<TextOpt>()?.0,
                "from_user_id" => from_user_id = members.next_value()?,
                "from_parent_user_id" => from_parent_user_id = members.next_value()?,
                "group_id" => group_id = members.next_value()?,
                "context" => context = members.next_value()?,
                "referral" => referral = members.next_value()?,
                "errors" => errors = members.next_value::<Option<Vec<ErrorObject>>>()?,
                _ => {
                    rest.insert(name.into_owned(), members.next_value()?);
                }
            }
        }
        let id = id.ok_or_else(|| de::Error::missing_field("id"))?;
        if id.is_empty() {
            return Err(de::Error::custom("the message id is empty"));
        }
        let type_name = type_name.ok_or_else(|| de::Error::missing_field("type"))?;
        let content = Content::take(&type_name, &mut rest);
        Ok(InboundMessage {
            id,
            timestamp: timestamp.ok_or_else(|| de::Error::missing_field("timestamp"))?,
            from,
            from_user_id,
            from_parent_user_id,
            group_id,
            type_name,
            content,
            context,
            referral,
            errors: errors.unwrap_or_default(),
            extra: rest,
        })
    }
}

#[derive(Deserialize)]
#[serde(transparent)]
struct Seconds(#[serde(with = "wire::seconds")] i64);

#[derive(Deserialize)]
#[serde(transparent)]
struct TextOpt(#[serde(deserialize_with = "wire::text_opt")] Option<String>);

impl<'de> Deserialize<'de> for InboundMessage {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Members)
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
