//! How each hop of a sender's set-up stands. Adapters ask their providers; nothing is changed by asking.

use serde::{Deserialize, Serialize};

/// One thing that must be right before messages go and come.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Hop {
    /// Stable name, for programs: `token`, `callback`.
    pub hop: String,
    pub state: HopState,
    /// What was found, for people. Never a secret.
    pub found: String,
    /// What to do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mend: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HopState {
    Good,
    /// It could not be asked, because there is no way or something before it is broken.
    Unasked,
    /// It works now, and will not for long, or not for everything.
    Doubtful,
    Broken,
}

impl Hop {
    #[must_use]
    pub fn good(hop: &str, found: impl Into<String>) -> Self {
        Self { hop: hop.to_owned(), state: HopState::Good, found: found.into(), mend: None }
    }

    #[must_use]
    pub fn unasked(hop: &str, why: impl Into<String>) -> Self {
        Self { state: HopState::Unasked, ..Self::good(hop, why) }
    }

    #[must_use]
    pub fn doubtful(hop: &str, found: impl Into<String>, mend: impl Into<String>) -> Self {
        Self { state: HopState::Doubtful, mend: Some(mend.into()), ..Self::good(hop, found) }
    }

    #[must_use]
    pub fn broken(hop: &str, found: impl Into<String>, mend: impl Into<String>) -> Self {
        Self { state: HopState::Broken, mend: Some(mend.into()), ..Self::good(hop, found) }
    }
}
