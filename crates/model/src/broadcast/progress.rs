//! How far a broadcast is: counters that move with the rows, so that nobody counts rows.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::RecipientState;
use crate::BroadcastId;

/// Where a broadcast's counters are kept. The counter's name is the state, its key the code (empty while nothing needs explaining).
#[must_use]
pub fn broadcast_scope(broadcast: BroadcastId) -> String {
    format!("broadcast:{broadcast}")
}

/// Where it is counted what people and machines did with a broadcast's messages: apart from its recipients, whose counters are made of their rows.
#[must_use]
pub fn engagement_scope(broadcast: BroadcastId) -> String {
    format!("broadcast_engagement:{broadcast}")
}

/// Recipients by state, and what people made of it.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Progress {
    pub states: BTreeMap<RecipientState, u64>,
    /// Why recipients got nothing, by code.
    pub causes: BTreeMap<RecipientState, BTreeMap<String, u64>>,
    pub replied: u64,
    pub opted_out: u64,
    /// Of those, people who told the provider.
    pub complained: u64,
}

impl Progress {
    pub const REPLIED: &'static str = "replied";
    pub const OPTED_OUT: &'static str = "opted_out";
    pub const COMPLAINED: &'static str = "complained";

    /// From counters `(key, name, value)`.
    pub fn of<'a>(counters: impl IntoIterator<Item = (&'a str, &'a str, i64)>) -> Self {
        let mut progress = Self::default();
        for (key, name, value) in counters {
            let count = u64::try_from(value).unwrap_or_default();
            match (name, RecipientState::parse(name)) {
                (_, Some(state)) if count > 0 => {
                    *progress.states.entry(state).or_default() += count;
                    if !key.is_empty() {
                        *progress.causes.entry(state).or_default().entry(key.to_owned()).or_default() += count;
                    }
                }
                (Self::REPLIED, _) => progress.replied += count,
                (Self::OPTED_OUT, _) => progress.opted_out += count,
                (Self::COMPLAINED, _) => progress.complained += count,
                _ => {}
            }
        }
        progress
    }

    #[must_use]
    pub fn count(&self, state: RecipientState) -> u64 {
        self.states.get(&state).copied().unwrap_or_default()
    }

    /// Everybody in the audience.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.states.values().sum()
    }

    /// What the provider took, whatever came of it.
    #[must_use]
    pub fn sent(&self) -> u64 {
        use RecipientState::{Delivered, Failed, Read, Sent};
        [Sent, Delivered, Read, Failed].into_iter().map(|state| self.count(state)).sum()
    }

    /// Recipients whose end is not known yet.
    #[must_use]
    pub fn open(&self) -> u64 {
        self.states.iter().filter(|(state, _)| !state.is_settled()).map(|(_, count)| count).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_add_up() {
        let progress = Progress::of([
            ("", "pending", 5),
            ("capped", "silent", 2),
            ("no_consent", "silent", 1),
            ("", "read", 4),
            ("", "queued", 0),
            ("", "replied", 3),
        ]);
        assert_eq!((progress.total(), progress.sent(), progress.open(), progress.replied), (12, 4, 5, 3));
        assert_eq!(progress.causes[&RecipientState::Silent]["capped"], 2);
        assert!(!progress.states.contains_key(&RecipientState::Queued));
    }
}
