//! An agent of RCS for Business.

use serde::Deserialize;
use utoipa::ToSchema;

/// Settings of an RCS agent. The sender's address is the agent's id.
#[derive(Clone, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RcsDraft {
    /// `client_email` of the service account's key file.
    #[schema(example = "antiphon@example-project.iam.gserviceaccount.com")]
    pub service_account: String,
    /// `private_key` of the key file, whole.
    pub private_key: String,
    /// A word of your choice that stands in the webhook's settings at the provider too.
    pub client_token: String,
    /// Seconds after which a message that was not delivered is taken back, 10 seconds to 30 days. Ten minutes when absent.
    #[serde(default)]
    #[schema(example = 600)]
    pub ttl_s: Option<u32>,
    /// What holds when the provider does not tell whether a phone has RCS: `try` sends all the same (when absent), `skip` takes the next channel
    /// at once.
    #[serde(default)]
    pub on_unknown: Option<RcsOnUnknown>,
    #[serde(default)]
    pub token_url: Option<String>,
    /// One of the provider's regions, when the agent belongs to it.
    #[serde(default)]
    #[schema(example = "https://europe-rcsbusinessmessaging.googleapis.com")]
    pub base_url: Option<String>,
}

/// A phone of which nobody knows whether it has RCS.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RcsOnUnknown {
    Try,
    Skip,
}

/// Without the credentials.
impl std::fmt::Debug for RcsDraft {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Rcs({}, …)", self.service_account)
    }
}
