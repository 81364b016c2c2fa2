//! Purposes, the consent ledger, wordings.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{AddressKey, Channel};

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    Promotional,
    Transactional,
    Service,
    Authentication,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ConsentState {
    OptedIn,
    OptedOut,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ConsentAct {
    FormSubmitted,
    Imported,
    StopWord,
    StartWord,
    ButtonTapped,
    PlatformSwitch,
    ProviderReport,
    AgentRecorded,
    ApiRecorded,
    AdminMapped,
}

/// One link of a contact's consent chain.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct LedgerEntry {
    pub id: String,
    pub workspace: String,
    pub contact: String,
    /// Position in the chain, from 1.
    pub seq: u64,
    pub address: AddressKey,
    /// All channels when absent.
    pub channel: Option<Channel>,
    /// All purposes when absent.
    pub purpose: Option<Purpose>,
    pub topic: Option<String>,
    pub state: ConsentState,
    pub act: ConsentAct,
    /// SHA-256 (hex) of the wording that was shown.
    pub wording: Option<String>,
    pub source: String,
    pub actor: String,
    pub ip: Option<String>,
    pub user_agent: Option<String>,
    #[schema(format = DateTime)]
    pub at: String,
    pub evidence: Option<String>,
    #[schema(format = DateTime)]
    pub recorded_at: String,
    pub prev_hash: String,
    pub hash: String,
}

/// A text that asked for consent, kept for ever.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Wording {
    /// SHA-256 (hex) of `text`.
    pub hash: String,
    pub capture_point: String,
    pub version: String,
    pub language: String,
    pub text: String,
    pub screenshot: Option<String>,
    #[schema(format = DateTime)]
    pub created_at: String,
}
