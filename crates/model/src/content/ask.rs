//! What asks for more than words: forms, places, addresses, a call.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A form that opens inside the channel (WhatsApp: a flow). Its answer comes back as one message.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Form {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<String>,
    pub body: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub footer: Option<String>,
    /// Of the button that opens it.
    pub label: String,
    /// The provider's id of the form.
    pub form: String,
    /// Comes back with the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// The first page; a form whose pages come from our endpoint has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub screen: Option<String>,
    /// What the first page is filled with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<serde_json::Map<String, serde_json::Value>>,
    /// Of a form that is not published yet: only testers see it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub draft: bool,
}

crate::compact_struct!(Form { 1 header, 2 body, 3 footer, 4 label, 5 form, 6 token, 7 screen, 8 data, 9 draft });

/// A question that the phone answers with a tap.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Request {
    pub body: String,
    pub wanted: Wanted,
}

crate::compact_struct!(Request { 1 body, 2 wanted });

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Wanted {
    Location,
    /// The phone number of somebody who came under a name.
    PhoneNumber,
    /// That we may call.
    CallPermission,
    /// Where to deliver to. `country` is ISO 3166-1; `known` fills the form.
    Address {
        country: String,
        #[serde(default)]
        known: BTreeMap<String, String>,
    },
}

crate::compact_enum!(Wanted {
    unit 1 Location;
    unit 2 PhoneNumber;
    unit 3 CallPermission;
    of 4 Address { 1 country, 2 known };
});
