//! A person the business talks with.

use serde::{Deserialize, Serialize};

use crate::conversion::Advert;
use crate::value::Attributes;
use crate::{Address, AddressKey, AddressKind, Channel, ContactId, Timestamp};

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Contact {
    pub id: ContactId,
    pub created_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// BCP 47: `pt-BR`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    #[serde(default)]
    pub addresses: Vec<Address>,
    #[serde(default)]
    pub attributes: Attributes,
    /// Evidence of where the person's clock is, at most one entry a kind (R-QUIET-1).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub zones: Vec<ZoneEvidence>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preferred_channel: Option<Channel>,
    /// The advertisement that led the person here (A33).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub advert: Option<Advert>,
}

crate::compact_struct!(Contact { 1 id, 2 created_at, 3 name, 4 locale, 5 addresses, 6 attributes, 7 zones, 8 preferred_channel, 9 advert });

/// How we know a time zone, best first (R-QUIET-1). Number and country are derived from the address and not stored.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ZoneSource {
    Declared,
    RecentBehaviour,
    BillingAddress,
    NumberPrefix,
    Country,
}

crate::compact_code!(ZoneSource { 1 Declared, 2 RecentBehaviour, 3 BillingAddress, 4 NumberPrefix, 5 Country });

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ZoneEvidence {
    pub source: ZoneSource,
    /// IANA name: `Europe/Lisbon`.
    pub zone: String,
    pub at: Timestamp,
}

crate::compact_struct!(ZoneEvidence { 1 source, 2 zone, 3 at });

/// What somebody says about a contact; merged into what is known. A `Null` attribute removes it.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct ContactPatch {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preferred_channel: Option<Channel>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub addresses: Vec<AddressKey>,
    #[serde(default, skip_serializing_if = "Attributes::is_empty")]
    pub attributes: Attributes,
}

impl Contact {
    #[must_use]
    pub fn new(id: ContactId, at: Timestamp) -> Self {
        Self {
            id,
            created_at: at,
            name: None,
            locale: None,
            addresses: Vec::new(),
            attributes: Attributes::new(),
            zones: Vec::new(),
            preferred_channel: None,
            advert: None,
        }
    }

    #[must_use]
    pub fn address(&self, key: &AddressKey) -> Option<&Address> {
        self.addresses.iter().find(|a| a.key == *key)
    }

    /// Addresses usable on a channel, in the order in which they became known; on WhatsApp a phone before a business-scoped id,
    /// because the provider prefers the phone number when it is known.
    pub fn addresses_on(&self, channel: Channel) -> impl Iterator<Item = &Address> {
        let of = move |kind| self.addresses.iter().filter(move |a| a.key.kind == kind && channel.accepts(kind));
        of(AddressKind::Phone).chain(of(AddressKind::Bsuid)).chain(of(AddressKind::Email))
    }
}
