//! Purposes, and the shape of a consent ledger entry. The chain and the evaluation live in `policy`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{AddressKey, Channel, ConsentId, ContactId, Timestamp, WorkspaceId};

/// Why a message is sent. Each message, template and journey declares one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// Advertises. Needs an opt-in that names it.
    Promotional,
    /// About something the person did: an order, a payment, an appointment.
    Transactional,
    /// Answers a question or a case of the person's.
    Service,
    /// A code for signing in.
    Authentication,
}

crate::compact_code!(Purpose { 1 Promotional, 2 Transactional, 3 Service, 4 Authentication });

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConsentState {
    OptedIn,
    OptedOut,
}

crate::compact_code!(ConsentState { 1 OptedIn, 2 OptedOut });

/// What the person (or somebody for them) did.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConsentAct {
    FormSubmitted,
    Imported,
    /// Wrote STOP or an equivalent.
    StopWord,
    /// Wrote START or an equivalent.
    StartWord,
    /// Tapped a button that says so.
    ButtonTapped,
    /// Used the channel's own switch (WhatsApp: Stop / Resume promotions).
    PlatformSwitch,
    /// The provider told us on a send that the person opted out.
    ProviderReport,
    AgentRecorded,
    ApiRecorded,
    /// An administrator mapped a general consent to this channel.
    AdminMapped,
}

crate::compact_code!(ConsentAct { 1 FormSubmitted, 2 Imported, 3 StopWord, 4 StartWord, 5 ButtonTapped, 6 PlatformSwitch, 7 ProviderReport, 8 AgentRecorded, 9 ApiRecorded, 10 AdminMapped });

/// What changes, before it is chained. `None` in a scope means all of them (R-CON-4: scope is explicit).
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ConsentChange {
    pub address: AddressKey,
    #[serde(default)]
    pub channel: Option<Channel>,
    #[serde(default)]
    pub purpose: Option<Purpose>,
    #[serde(default)]
    pub topic: Option<String>,
    pub state: ConsentState,
    pub act: ConsentAct,
    /// SHA-256 (hex) of the wording that was shown; the text itself is kept in the registry of wordings.
    #[serde(default)]
    pub wording: Option<String>,
    /// Where it was captured: `meta_preference`, `sms_inbound`, `form:newsletter-2026`.
    pub source: String,
    /// Who acted: `contact`, `user:usr_…`, `key:key_…`, `provider:whatsapp`.
    pub actor: String,
    #[serde(default)]
    pub ip: Option<String>,
    #[serde(default)]
    pub user_agent: Option<String>,
    /// When it happened, by the source's clock.
    pub at: Timestamp,
    /// A message id, a delivery id, a document reference.
    #[serde(default)]
    pub evidence: Option<String>,
}

/// One link of a contact's consent chain (R-CON-1). Never changed, never removed.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct LedgerEntry {
    pub id: ConsentId,
    pub workspace: WorkspaceId,
    pub contact: ContactId,
    /// Position in the contact's chain, from 1.
    pub seq: u64,
    #[serde(flatten)]
    pub change: ConsentChange,
    pub recorded_at: Timestamp,
    /// Hash of the entry before; 64 zeros for the first.
    pub prev_hash: String,
    /// SHA-256 (hex) over the canonical form of all members above.
    pub hash: String,
}

/// A text that asked for consent, kept for ever (A66): the capture point, its version and the exact words.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Wording {
    /// SHA-256 (hex) of `text`.
    pub hash: String,
    pub capture_point: String,
    pub version: String,
    pub language: String,
    pub text: String,
    #[serde(default)]
    pub screenshot: Option<String>,
    pub created_at: Timestamp,
}

impl Purpose {
    pub const ALL: [Self; 4] = [Self::Promotional, Self::Transactional, Self::Service, Self::Authentication];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Promotional => "promotional",
            Self::Transactional => "transactional",
            Self::Service => "service",
            Self::Authentication => "authentication",
        }
    }
}

impl fmt::Display for Purpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("`{0}` is not a purpose; purposes are promotional, transactional, service, authentication")]
pub struct PurposeError(String);

impl FromStr for Purpose {
    type Err = PurposeError;
    fn from_str(text: &str) -> Result<Self, PurposeError> {
        Self::ALL.into_iter().find(|p| p.as_str() == text).ok_or_else(|| PurposeError(text.to_owned()))
    }
}
