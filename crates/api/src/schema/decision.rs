//! The gate's verdicts.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{AddressKey, Channel, FallbackCause, Money, Origin, Purpose};

/// The gate's verdict for one intended message, with everything it looked at.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct DecisionRecord {
    pub id: String,
    pub workspace: String,
    pub contact: String,
    pub message: Option<String>,
    #[schema(format = DateTime)]
    pub at: String,
    pub stage: Stage,
    pub wanted: Wanted,
    /// In the order in which they were asked.
    pub rules: Vec<RuleResult>,
    /// Best first.
    pub channels: Vec<ChannelOption>,
    pub price: Option<Price>,
    pub verdict: Verdict,
    pub versions: Vec<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    Plan,
    HandOff,
    Journey,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Wanted {
    pub origin: Origin,
    pub purpose: Option<Purpose>,
    pub topic: Option<String>,
    #[schema(format = DateTime)]
    pub due_at: String,
    pub summary: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct RuleResult {
    #[schema(example = "quiet_hours")]
    pub rule: String,
    pub channel: Option<Channel>,
    pub outcome: Outcome,
    pub detail: String,
    pub inputs: serde_json::Value,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Pass,
    Defer,
    Deny,
    NotApplicable,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ChannelOption {
    pub channel: Channel,
    pub address: Option<AddressKey>,
    pub sender: Option<String>,
    pub eligible: bool,
    pub form: Option<Form>,
    pub price: Option<Price>,
    pub reason: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    FreeForm,
    Template,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Price {
    pub amount: Money,
    #[schema(example = "utility")]
    pub category: String,
    pub rate: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(tag = "say", rename_all = "snake_case")]
pub enum Verdict {
    Send {
        channel: Channel,
        address: AddressKey,
        sender: String,
        form: Form,
    },
    Defer {
        #[schema(format = DateTime)]
        until: String,
        reason: String,
    },
    Silent {
        code: String,
        cause: FallbackCause,
        reason: String,
    },
}
