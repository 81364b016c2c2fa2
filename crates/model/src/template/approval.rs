//! Who said yes to one language of a template: a colleague, then the provider.

use serde::{Deserialize, Serialize};

use crate::{Timestamp, UserId};

/// The provider's word on one language of a template.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Approval {
    pub state: ApprovalState,
    /// The provider's own state when it is one we do not know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raw_state: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quality: Option<String>,
    /// What the provider bills it as; may differ from what was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// Version hash that was handed in. Without one, the provider's word is on a text that is not the present one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApprovalState {
    #[default]
    Draft,
    Pending,
    Approved,
    Rejected,
    Paused,
    Disabled,
    /// Any other state of the provider's; nothing is sent in it.
    Other,
}

/// A colleague's yes to the present text, before the provider is asked (R-TPL-1).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Endorsement {
    pub by: UserId,
    pub at: Timestamp,
}
