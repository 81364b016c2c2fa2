//! Settings of a connected sender, as they may be shown and changed.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// What a sender was connected with. Secrets are named and never shown.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
#[schema(example = json!({ "name": "Front desk", "address": "+12025550100", "per_second": 80,
    "provider": { "kind": "whatsapp_cloud", "phone_number_id": "106540352242922", "waba_id": "102290129340398", "read_receipts": true },
    "secrets": ["/provider/access_token", "/provider/app_secret", "/provider/verify_token"] }))]
pub struct SenderSettings {
    pub name: String,
    pub address: String,
    pub per_second: u32,
    /// The members that it takes to connect one, without the secrets.
    #[schema(value_type = Object)]
    pub provider: Map<String, Value>,
    /// Pointers to the secrets that are kept.
    pub secrets: Vec<String>,
}

/// New settings of a connected sender. They replace the ones before, except for secrets: one that is absent or empty stays, one that is
/// `null` is taken away.
#[derive(Clone, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "name": "Front desk", "address": "+12025550100", "per_second": 40,
    "provider": { "kind": "whatsapp_cloud", "phone_number_id": "106540352242922", "waba_id": "102290129340398", "read_receipts": false } }))]
pub struct SenderChange {
    pub name: String,
    pub address: String,
    pub per_second: u32,
    /// As when it is connected. The kind cannot change.
    #[schema(value_type = Object)]
    pub provider: Map<String, Value>,
}

/// Without the settings: some of them may be new secrets.
impl std::fmt::Debug for SenderChange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SenderChange({}, …)", self.name)
    }
}
