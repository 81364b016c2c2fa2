//! Words, places, people, reactions.

use serde::{Deserialize, Serialize};

use crate::MessageId;

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Text {
    pub body: String,
    #[serde(default)]
    pub preview_url: bool,
}

crate::compact_struct!(Text { 1 body, 2 preview_url });

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Location {
    pub latitude: f64,
    pub longitude: f64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

crate::compact_struct!(Location { 1 latitude, 2 longitude, 3 name, 4 address });

/// An emoji on a message of the person's.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Reaction {
    pub message: MessageId,
    /// The provider's own id of that message; filled in by whoever accepts the request.
    #[serde(default)]
    pub provider_id: String,
    /// Empty takes the reaction back.
    pub emoji: String,
}

crate::compact_struct!(Reaction { 1 message, 2 provider_id, 3 emoji });

/// People to save in an address book.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Contacts {
    pub people: Vec<ContactCard>,
}

crate::compact_struct!(Contacts { 1 people });

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ContactCard {
    /// As it is shown.
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// E.164.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub phones: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub emails: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<String>,
}

crate::compact_struct!(ContactCard { 1 name, 2 first_name, 3 last_name, 4 organisation, 5 title, 6 phones, 7 emails, 8 links });
