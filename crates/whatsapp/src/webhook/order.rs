//! Orders from a catalogue, and contact cards.

use crate::wire;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// `order`: a cart that the user sent.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Order {
    #[serde(default, deserialize_with = "wire::text_opt", skip_serializing_if = "Option::is_none")]
    pub catalog_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    #[serde(default, deserialize_with = "wire::list")]
    pub product_items: Vec<OrderItem>,
}

/// One line of an order. The price is per piece, in whole currency units with decimals, as the user saw it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct OrderItem {
    #[serde(deserialize_with = "wire::text")]
    pub product_retailer_id: String,
    #[serde(default, deserialize_with = "wire::decimal_opt", skip_serializing_if = "Option::is_none")]
    pub quantity: Option<f64>,
    #[serde(default, deserialize_with = "wire::decimal_opt", skip_serializing_if = "Option::is_none")]
    pub item_price: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
}

/// One of `contacts`: a card, or the answer to a contact request (`origin` is `contact_request`), or a vCard.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct SharedContact {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vcard: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<SharedName>,
    #[serde(default, deserialize_with = "wire::list", skip_serializing_if = "Vec::is_empty")]
    pub phones: Vec<SharedPhone>,
    /// Emails, addresses, organisation, urls, birthday: as received.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// `contacts[].name`
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct SharedName {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub formatted_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// `contacts[].phones[]`
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SharedPhone {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    #[serde(default, deserialize_with = "wire::text_opt", skip_serializing_if = "Option::is_none")]
    pub wa_id: Option<String>,
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
}
