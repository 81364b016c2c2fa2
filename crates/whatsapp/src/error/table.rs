//! The shape of the error table and the look-up in it. The rows are in `table_*.rs`, by subject.

use super::{table_platform, table_send, table_setup};

/// What a good sender does. Only these leave this crate's neighbourhood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// The same message again, after a wait.
    Retry,
    /// Hold back everything in the scope for a while, then the same message again.
    Slow,
    /// This recipient cannot be reached so: another channel (or, for a closed window, a template).
    Fallback,
    /// Do not message this address on this channel any more.
    Suppress,
    PauseTemplate,
    PauseSender,
    /// Stop the whole account or token until a human acted.
    PauseConnection,
    /// Our request is wrong: keep it for a human, do not repeat.
    Fix,
}

/// What the action is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    Message,
    /// One user on one of our numbers.
    Recipient,
    Template,
    Flow,
    /// One of our numbers.
    Sender,
    /// The business account (WABA) or the portfolio.
    Account,
    /// The app or its token.
    App,
}

/// One row: a code, or an inclusive range of codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    pub from: i64,
    pub to: i64,
    /// Documented HTTP status, where one is.
    pub http: Option<u16>,
    pub meaning: &'static str,
    pub action: Action,
    pub scope: Scope,
    /// True only when the message was certainly refused before it was accepted, so that sending it again cannot double
    /// it.
    pub replay_safe: bool,
    /// True when the message may have been accepted in spite of the error.
    pub ambiguous: bool,
    /// Automatic repetitions of one message; 0 is never.
    pub attempts_max: u8,
    /// Shortest wait before the next attempt (Retry, Slow, or a later try after Fallback), in seconds.
    pub wait_s: u32,
    /// For a human who reads the failure.
    pub advice: &'static str,
}

impl Rule {
    pub(super) const fn new(code: i64, http: u16, meaning: &'static str, action: Action, scope: Scope, advice: &'static str) -> Self {
        Self::range(code, code, http, meaning, action, scope, advice)
    }

    pub(super) const fn range(
        from: i64,
        to: i64,
        http: u16,
        meaning: &'static str,
        action: Action,
        scope: Scope,
        advice: &'static str,
    ) -> Self {
        let http = if http == 0 { None } else { Some(http) };
        Self { from, to, http, meaning, action, scope, replay_safe: false, ambiguous: false, attempts_max: 0, wait_s: 0, advice }
    }

    /// Adds automatic repetition.
    pub(super) const fn tries(mut self, attempts_max: u8, wait_s: u32) -> Self {
        self.attempts_max = attempts_max;
        self.wait_s = wait_s;
        self
    }

    pub(super) const fn replay_safe(mut self) -> Self {
        self.replay_safe = true;
        self
    }

    pub(super) const fn ambiguous(mut self) -> Self {
        self.ambiguous = true;
        self
    }
}

/// All rows.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    [table_platform::RULES, table_send::RULES, table_setup::RULES].into_iter().flatten()
}

/// The row of a code. An exact row wins over a range.
pub fn find(code: i64) -> Option<&'static Rule> {
    rules().filter(|rule| (rule.from..=rule.to).contains(&code)).min_by_key(|rule| rule.to - rule.from)
}
