//! Channels, and the addresses by which a contact can be reached on them.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// A way to a person. RCS and email are known to the rules before their adapters exist, because consent may name them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    Whatsapp,
    Sms,
    Rcs,
    Email,
}

crate::compact_code!(Channel { 1 Whatsapp, 2 Sms, 3 Rcs, 4 Email });

/// What an address is. `External` is the business's own key for the person; it identifies and cannot be messaged.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AddressKind {
    /// E.164 with its plus: `+12025550123`.
    Phone,
    /// A business-scoped user id: `US.13491208655302741918`. A WhatsApp user may come with nothing else.
    Bsuid,
    /// Lower-cased.
    Email,
    External,
}

crate::compact_code!(AddressKind { 1 Phone, 2 Bsuid, 3 Email, 4 External });

/// An address without what is known about it: the key by which contacts are found.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct AddressKey {
    pub kind: AddressKind,
    pub value: String,
}

crate::compact_struct!(AddressKey { 1 kind, 2 value });

/// One address of a contact, with what is known about it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Address {
    #[serde(flatten)]
    pub key: AddressKey,
    /// Proved to be this person's: they wrote from it, or confirmed it.
    #[serde(default)]
    pub verified: bool,
    /// Who told us: `webhook`, `api`, `import`, `agent`.
    pub source: String,
    pub added_at: Timestamp,
    /// What sending to it taught us, per channel. A channel without an entry is untried.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub reach: BTreeMap<Channel, Reach>,
    /// When the channel last told that the person's device, and with it the key of the conversation, is another one: whoever answers now
    /// may be somebody else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity_changed_at: Option<Timestamp>,
}

crate::compact_struct!(Address { 1 key, 2 verified, 3 source, 4 added_at, 5 reach, 6 identity_changed_at });

/// Whether an address can be reached on a channel, as far as we know.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Reach {
    Reachable {
        since: Timestamp,
    },
    /// Not reachable for now; worth another try after `until`.
    Unreachable {
        since: Timestamp,
        until: Timestamp,
        reason: String,
        /// When it was found so before, lately; the last is `since`.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        strikes: Vec<Timestamp>,
    },
    /// Never to be messaged again on this channel unless the person comes back by themselves.
    Suppressed {
        since: Timestamp,
        reason: String,
    },
}

crate::compact_enum!(Reach {
    of 1 Reachable { 1 since };
    of 2 Unreachable { 1 since, 2 until, 3 reason, 4 strikes };
    of 3 Suppressed { 1 since, 2 reason };
});

impl Channel {
    pub const ALL: [Self; 4] = [Self::Whatsapp, Self::Sms, Self::Rcs, Self::Email];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Whatsapp => "whatsapp",
            Self::Sms => "sms",
            Self::Rcs => "rcs",
            Self::Email => "email",
        }
    }

    /// Whether an address of this kind can be messaged on this channel.
    #[must_use]
    pub const fn accepts(self, kind: AddressKind) -> bool {
        matches!(
            (self, kind),
            (Self::Whatsapp, AddressKind::Phone | AddressKind::Bsuid)
                | (Self::Sms | Self::Rcs, AddressKind::Phone)
                | (Self::Email, AddressKind::Email)
        )
    }
}

impl AddressKind {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Bsuid => "bsuid",
            Self::Email => "email",
            Self::External => "external",
        }
    }
}

impl AddressKey {
    #[must_use]
    pub fn new(kind: AddressKind, value: impl Into<String>) -> Self {
        Self { kind, value: value.into() }
    }

    #[must_use]
    pub fn phone(e164: impl Into<String>) -> Self {
        Self::new(AddressKind::Phone, e164)
    }

    #[must_use]
    pub fn bsuid(id: impl Into<String>) -> Self {
        Self::new(AddressKind::Bsuid, id)
    }
}

impl Address {
    #[must_use]
    pub fn new(key: AddressKey, source: &str, at: Timestamp) -> Self {
        Self { key, verified: false, source: source.to_owned(), added_at: at, reach: BTreeMap::new(), identity_changed_at: None }
    }
}

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for AddressKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.kind.as_str(), self.value)
    }
}

#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("`{0}` is not a channel; channels are whatsapp, sms, rcs, email")]
pub struct ChannelError(String);

impl FromStr for Channel {
    type Err = ChannelError;
    fn from_str(text: &str) -> Result<Self, ChannelError> {
        Self::ALL.into_iter().find(|c| c.as_str() == text).ok_or_else(|| ChannelError(text.to_owned()))
    }
}

#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("`{0}` is not an address; write kind:value with kind phone, bsuid, email or external")]
pub struct AddressKeyError(String);

impl FromStr for AddressKey {
    type Err = AddressKeyError;
    fn from_str(text: &str) -> Result<Self, AddressKeyError> {
        let fail = || AddressKeyError(text.to_owned());
        let (kind, value) = text.split_once(':').ok_or_else(fail)?;
        let kind = [AddressKind::Phone, AddressKind::Bsuid, AddressKind::Email, AddressKind::External]
            .into_iter()
            .find(|k| k.as_str() == kind)
            .ok_or_else(fail)?;
        if value.is_empty() { Err(fail()) } else { Ok(Self::new(kind, value)) }
    }
}
