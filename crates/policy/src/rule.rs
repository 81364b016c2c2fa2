//! What every rule has in common: stored inputs, and a finding that follows from them alone.

use model::decision::{Outcome, RuleResult};
use model::send_error::FallbackCause;
use model::{Channel, JsonText, Timestamp};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A rule of the gate. The value holds everything the rule looks at, so that a stored one can be asked again years later (U4).
pub trait Rule: Serialize + DeserializeOwned {
    const NAME: &'static str;

    fn evaluate(&self) -> Finding;
}

/// What a rule found.
#[derive(Clone, PartialEq, Debug)]
pub struct Finding {
    pub outcome: Outcome,
    /// `consent_missing`, `quiet_hours`; empty for a pass.
    pub code: &'static str,
    /// The fallback edge that a denial takes.
    pub cause: FallbackCause,
    /// One sentence for a person.
    pub detail: String,
    /// For a deferral: the first moment worth asking again.
    pub until: Option<Timestamp>,
}

impl Finding {
    #[must_use]
    pub fn pass(detail: impl Into<String>) -> Self {
        Self { outcome: Outcome::Pass, code: "", cause: FallbackCause::Rejected, detail: detail.into(), until: None }
    }

    #[must_use]
    pub fn not_applicable(detail: impl Into<String>) -> Self {
        Self { outcome: Outcome::NotApplicable, ..Self::pass(detail) }
    }

    #[must_use]
    pub fn deny(code: &'static str, cause: FallbackCause, detail: impl Into<String>) -> Self {
        Self { outcome: Outcome::Deny, code, cause, detail: detail.into(), until: None }
    }

    #[must_use]
    pub fn defer(code: &'static str, until: Timestamp, detail: impl Into<String>) -> Self {
        Self { outcome: Outcome::Defer, code, cause: FallbackCause::TooLate, detail: detail.into(), until: Some(until) }
    }

    /// Whether the rule does not stand in the way.
    #[must_use]
    pub fn clears(&self) -> bool {
        matches!(self.outcome, Outcome::Pass | Outcome::NotApplicable)
    }
}

/// Asks a rule and writes its answer down.
pub(crate) fn ask<R: Rule>(rule: &R, channel: Option<Channel>, into: &mut Vec<RuleResult>) -> Finding {
    let finding = rule.evaluate();
    into.push(RuleResult {
        rule: R::NAME.to_owned(),
        channel,
        outcome: finding.outcome,
        detail: finding.detail.clone(),
        inputs: JsonText::of(rule),
    });
    finding
}
