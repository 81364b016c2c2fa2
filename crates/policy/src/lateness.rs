//! A message that is later than its author allows (R-LATE-2), asked again at hand-off so that no backlog talks about yesterday.

use model::message::{Intent, OnLate};
use model::send_error::FallbackCause;
use model::{Millis, Timestamp};
use serde::{Deserialize, Serialize};

use crate::rule::{Finding, Rule};

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct LatenessRule {
    pub now: Timestamp,
    pub due_at: Timestamp,
    /// The author's limit, or the rulebook's for the purpose.
    pub max_lateness: Option<Millis>,
    pub on_late: OnLate,
    /// Whether a newer message with the same collapse key waits.
    pub newer_with_collapse_key: bool,
}

/// What is left at a moment of the time within which a message is worth anything, for providers that can be told: a code that arrives after
/// its time only confuses, and so does a message that another one has replaced. Only where the author set a limit and wants nothing said
/// after it, or set a time after which another channel goes; never less than a second.
#[must_use]
pub fn lifetime(intent: &Intent, at: Timestamp) -> Option<Millis> {
    let limit = intent.max_lateness.filter(|_| intent.on_late == OnLate::Skip);
    let in_time = limit.map(|limit| intent.due_at + limit - at);
    in_time.into_iter().chain(intent.replaced_after).min().map(|left| left.max(Millis::from_secs(1)))
}

impl Rule for LatenessRule {
    const NAME: &'static str = "lateness";

    fn evaluate(&self) -> Finding {
        let Some(limit) = self.max_lateness else {
            return Finding::not_applicable("no limit of lateness");
        };
        let late = self.now - self.due_at;
        if late <= limit {
            return Finding::pass(if late > Millis::ZERO { format!("{late} late, at most {limit} allowed") } else { "in time".to_owned() });
        }
        let deny = |code, detail: String| Finding::deny(code, FallbackCause::TooLate, detail);
        match &self.on_late {
            OnLate::Send => Finding::pass(format!("{late} late, and its author wants it sent all the same")),
            OnLate::Skip => deny("too_late", format!("{late} late, at most {limit} allowed")),
            OnLate::CollapseToLatest(key) if self.newer_with_collapse_key => {
                deny("collapsed", format!("{late} late, and a newer message with key `{key}` takes its place"))
            }
            OnLate::CollapseToLatest(key) => Finding::pass(format!("{late} late, and the newest with key `{key}`")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(late_secs: i64, on_late: OnLate, newer: bool) -> LatenessRule {
        LatenessRule {
            now: Timestamp::from_secs(10_000 + late_secs),
            due_at: Timestamp::from_secs(10_000),
            max_lateness: Some(Millis::from_secs(60)),
            on_late,
            newer_with_collapse_key: newer,
        }
    }

    /// Every lateness around the limit, every rule of the author's, with and without a newer message.
    #[test]
    fn r_late_2_the_limit_is_exact_and_the_authors_rule_decides_beyond_it() {
        for late in -120..=180 {
            for newer in [false, true] {
                let key = OnLate::CollapseToLatest("k".into());
                assert_eq!(rule(late, OnLate::Skip, newer).evaluate().clears(), late <= 60);
                assert!(rule(late, OnLate::Send, newer).evaluate().clears());
                assert_eq!(rule(late, key, newer).evaluate().clears(), late <= 60 || !newer);
            }
        }
    }

    #[test]
    fn r_late_2_without_a_limit_nothing_is_late() {
        let rule = LatenessRule { max_lateness: None, ..rule(1_000_000, OnLate::Skip, true) };
        assert!(rule.evaluate().clears());
    }
}
