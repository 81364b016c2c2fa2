//! From an error to what to do, also for codes that the table does not have.

use super::{Action, Rule, Scope, find};

/// The verdict on one error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Class {
    pub action: Action,
    pub scope: Scope,
    /// The same message may be sent again without any risk of doubling it.
    pub replay_safe: bool,
    /// The message may have been accepted: wait for a status that carries our callback data before deciding.
    pub ambiguous: bool,
    pub attempts_max: u8,
    pub wait_s: u32,
    pub meaning: &'static str,
    pub advice: &'static str,
    /// The row it came from; `None` for a code that is not in the table.
    pub rule: Option<&'static Rule>,
}

/// Judges a code. `http` is the status of the answer, `None` for an error in a webhook. `is_transient: true` makes a
/// refusal repeatable, except where repeating is never right.
pub fn classify(code: i64, http: Option<u16>, is_transient: Option<bool>) -> Class {
    let mut class = match find(code) {
        Some(rule) => Class {
            action: rule.action,
            scope: rule.scope,
            replay_safe: rule.replay_safe,
            ambiguous: http.is_some_and(|status| rule.ambiguous || unexpected_5xx(rule, status)),
            attempts_max: rule.attempts_max,
            wait_s: rule.wait_s,
            meaning: rule.meaning,
            advice: rule.advice,
            rule: Some(rule),
        },
        None => by_status(http),
    };
    let repeatable = matches!(class.action, Action::Fix | Action::Fallback);
    if is_transient == Some(true) && repeatable {
        class.action = Action::Retry;
        class.attempts_max = class.attempts_max.max(3);
        class.wait_s = class.wait_s.max(10);
    }
    class
}

/// A 5xx where the table knows a refusal with another status: it may have happened after the message was taken.
fn unexpected_5xx(rule: &Rule, status: u16) -> bool {
    status >= 500 && !rule.replay_safe && rule.http.is_none_or(|documented| documented < 500)
}

fn by_status(http: Option<u16>) -> Class {
    let unknown = Class {
        action: Action::Fix,
        scope: Scope::Message,
        replay_safe: false,
        ambiguous: false,
        attempts_max: 0,
        wait_s: 0,
        meaning: "a code that is not in the table",
        advice: "look the code up on Meta's error page",
        rule: None,
    };
    match http {
        // It came in a `failed` status: the message did not arrive and will not.
        None => Class { action: Action::Fallback, scope: Scope::Recipient, ..unknown },
        Some(401 | 403) => Class { action: Action::PauseConnection, scope: Scope::App, ..unknown },
        Some(429) => Class { action: Action::Slow, scope: Scope::Sender, replay_safe: true, attempts_max: 10, wait_s: 10, ..unknown },
        Some(408 | 500..) => Class { action: Action::Retry, ambiguous: true, attempts_max: 3, wait_s: 30, ..unknown },
        Some(_) => unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::rules;

    #[test]
    fn every_row_is_well_formed_and_no_exact_code_is_listed_twice() {
        let mut exact = std::collections::BTreeSet::new();
        for rule in rules() {
            assert!(rule.from <= rule.to && !rule.meaning.is_empty() && !rule.advice.is_empty(), "{rule:?}");
            assert!(!(rule.replay_safe && rule.ambiguous), "{rule:?}");
            if rule.from == rule.to {
                assert!(exact.insert(rule.from), "{} is listed twice", rule.from);
            }
            if matches!(rule.action, Action::Retry | Action::Slow) {
                assert!(rule.attempts_max > 0 && rule.wait_s > 0, "{} repeats without attempts or wait", rule.from);
            }
        }
    }

    #[test]
    fn only_rate_limit_answers_are_safe_to_replay() {
        let safe: Vec<_> = rules().filter(|rule| rule.replay_safe).map(|rule| rule.from).collect();
        assert_eq!(safe, [4, 80007, 130429, 131056, 131057]);
    }

    #[test]
    fn codes_that_must_never_repeat_do_not_even_when_transient() {
        for code in [131048, 131050, 137000, 190] {
            let class = classify(code, Some(400), Some(true));
            assert!(!matches!(class.action, Action::Retry | Action::Slow), "{code}");
            assert_eq!(class.attempts_max, 0, "{code}");
        }
    }

    #[test]
    fn documented_actions_are_kept() {
        for (code, action, scope) in [
            (0, Action::PauseConnection, Scope::App),
            (250, Action::PauseConnection, Scope::App),
            (33, Action::PauseSender, Scope::Sender),
            (100, Action::Fix, Scope::Message),
            (130429, Action::Slow, Scope::Sender),
            (131026, Action::Fallback, Scope::Recipient),
            (131047, Action::Fallback, Scope::Recipient),
            (131049, Action::Fallback, Scope::Recipient),
            (131050, Action::Suppress, Scope::Recipient),
            (131056, Action::Slow, Scope::Recipient),
            (131203, Action::Fix, Scope::Message),
            (131208, Action::Retry, Scope::Sender),
            (132015, Action::PauseTemplate, Scope::Template),
            (133010, Action::PauseSender, Scope::Sender),
            (133007, Action::PauseSender, Scope::Sender),
            (138017, Action::Fix, Scope::Recipient),
        ] {
            let class = classify(code, Some(400), None);
            assert_eq!((class.action, class.scope), (action, scope), "{code}");
        }
    }

    #[test]
    fn unknown_codes_are_judged_by_status_and_transience() {
        assert_eq!(classify(999_999, Some(401), None).action, Action::PauseConnection);
        assert_eq!(classify(999_999, Some(429), None).action, Action::Slow);
        assert!(classify(999_999, Some(502), None).ambiguous);
        assert_eq!(classify(999_999, Some(400), None).action, Action::Fix);
        assert_eq!(classify(999_999, Some(400), Some(true)).action, Action::Retry);
        assert_eq!(classify(999_999, None, None).action, Action::Fallback);
        assert!(classify(100, Some(500), None).ambiguous && !classify(100, Some(400), None).ambiguous);
        assert!(!classify(131057, Some(500), None).ambiguous && !classify(131045, Some(500), None).ambiguous);
        assert!(classify(131000, Some(500), None).ambiguous && !classify(131000, None, None).ambiguous);
    }
}
