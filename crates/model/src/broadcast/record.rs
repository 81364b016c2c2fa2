//! The broadcast itself, as a versioned document.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{ActRefused, BroadcastState, GuardSettings, Missing};
use crate::{BroadcastId, Purpose, Timestamp, UserId};

/// A broadcast: its file, where it stands, and who brought it there.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Broadcast {
    pub id: BroadcastId,
    /// The file it was made from.
    pub source: String,
    /// A hash of what the file means: approval and preview are for one version.
    pub version: String,
    // Read out of the file, for lists.
    pub name: String,
    #[serde(default)]
    pub title: Option<String>,
    pub purpose: Purpose,
    /// Whether recipients are listed one by one; otherwise the file's condition chooses them.
    pub listed: bool,
    /// Share kept back, in hundredths of a percent.
    pub holdout: u32,
    pub state: BroadcastState,
    /// How it came into each state, oldest first.
    pub history: Vec<Turn>,
    pub created_at: Timestamp,
    /// Who wrote this version: somebody else must approve it.
    pub author: UserId,
    #[serde(default)]
    pub approval: Option<Approval>,
    #[serde(default)]
    pub preview: Option<SeenPreview>,
    /// Recipients in the frozen audience.
    #[serde(default)]
    pub recipients: u64,
    /// Of those, how many go first.
    #[serde(default)]
    pub canary: u64,
    /// Start by itself as soon as the audience stands, for whoever asked.
    #[serde(default)]
    pub start_asked_by: Option<String>,
    /// Not to begin before this.
    #[serde(default)]
    pub starts_at: Option<Timestamp>,
    /// When it began: lateness counts from here.
    #[serde(default)]
    pub due_at: Option<Timestamp>,
    /// When the last of the canary was decided.
    #[serde(default)]
    pub canary_done_at: Option<Timestamp>,
    /// Where a paused one goes on.
    #[serde(default)]
    pub paused_in: Option<BroadcastState>,
}

/// One change of state.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Turn {
    pub to: BroadcastState,
    pub at: Timestamp,
    pub by: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Approval {
    pub by: UserId,
    pub at: Timestamp,
    pub version: String,
}

/// What a preview said when somebody looked.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct SeenPreview {
    pub by: String,
    pub at: Timestamp,
    pub version: String,
    /// Recipients in all, and how many of them were looked at for the figures.
    pub recipients: u64,
    pub looked_at: u64,
    pub would_go: u64,
    pub costs: Vec<Cost>,
    /// Why the others would get nothing, by code.
    pub silent: BTreeMap<String, u64>,
}

/// Expected price of the messages on one channel.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Cost {
    pub channel: crate::Channel,
    pub messages: u64,
    /// Absent when no rate table covers them.
    pub amount: Option<crate::Money>,
}

impl Broadcast {
    /// Moves to a state, if the present one leads there.
    pub fn turn(&mut self, to: BroadcastState, at: Timestamp, by: &str, reason: Option<String>) -> Result<(), ActRefused> {
        if !self.state.leads_to(to) {
            return Err(ActRefused { from: self.state, to });
        }
        if to == BroadcastState::Paused {
            self.paused_in = Some(self.state);
        } else if self.state == BroadcastState::Paused {
            self.paused_in = None;
        }
        self.state = to;
        self.history.push(Turn { to, at, by: by.to_owned(), reason });
        Ok(())
    }

    /// What keeps it from starting.
    #[must_use]
    pub fn missing(&self, guard: &GuardSettings) -> Vec<Missing> {
        guard.missing(self, self.recipients)
    }

    /// The state in which a checked broadcast begins: at its time, with a canary if it is large.
    #[must_use]
    pub fn beginning(&self, guard: &GuardSettings, now: Timestamp) -> BroadcastState {
        if self.starts_at.is_some_and(|at| at > now) {
            BroadcastState::Scheduled
        } else if guard.applies(self.recipients) && self.canary > 0 {
            BroadcastState::Canary
        } else {
            BroadcastState::Running
        }
    }

    /// Begins, or waits for its time.
    pub fn begin(&mut self, guard: &GuardSettings, now: Timestamp, by: &str) -> Result<(), ActRefused> {
        let to = self.beginning(guard, now);
        self.turn(to, now, by, None)?;
        if to != BroadcastState::Scheduled {
            self.due_at = Some(now);
        }
        Ok(())
    }

    /// When the present state began.
    #[must_use]
    pub fn since(&self) -> Timestamp {
        self.history.last().map_or(self.created_at, |turn| turn.at)
    }
}

#[cfg(test)]
mod tests {
    use super::BroadcastState::{Canary, Checking, Draft, Freezing, Paused, Running, Stopped, Stopping};
    use super::*;

    fn broadcast(recipients: u64) -> Broadcast {
        Broadcast {
            id: BroadcastId::from_u128(1),
            source: String::new(),
            version: "v1".to_owned(),
            name: "offer".to_owned(),
            title: None,
            purpose: Purpose::Promotional,
            listed: false,
            holdout: 0,
            state: Draft,
            history: Vec::new(),
            created_at: Timestamp::EPOCH,
            author: UserId::from_u128(1),
            approval: None,
            preview: None,
            recipients,
            canary: recipients / 100,
            start_asked_by: None,
            starts_at: None,
            due_at: None,
            canary_done_at: None,
            paused_in: None,
        }
    }

    #[test]
    fn a30_a_large_broadcast_without_anything_is_told_all_that_is_missing() {
        let guard = GuardSettings::default();
        assert_eq!(broadcast(10_000).missing(&guard), []);
        let mut large = broadcast(10_001);
        assert_eq!(large.missing(&guard), [Missing::Approval, Missing::Holdout, Missing::Preview]);
        large.holdout = 500;
        large.approval = Some(Approval { by: UserId::from_u128(2), at: Timestamp::EPOCH, version: "v0".to_owned() });
        assert_eq!(large.missing(&guard), [Missing::Approval, Missing::Preview]);
        large.approval = Some(Approval { by: UserId::from_u128(2), at: Timestamp::EPOCH, version: "v1".to_owned() });
        assert_eq!(large.missing(&guard), [Missing::Preview]);
    }

    #[test]
    fn a_pause_goes_on_where_it_was() {
        let guard = GuardSettings::default();
        let mut large = broadcast(20_000);
        for to in [Freezing, Checking] {
            large.turn(to, Timestamp::EPOCH, "user:1", None).unwrap();
        }
        large.begin(&guard, Timestamp::from_secs(5), "user:1").unwrap();
        assert_eq!((large.state, large.due_at), (Canary, Some(Timestamp::from_secs(5))));
        large.turn(Paused, Timestamp::from_secs(6), "user:1", None).unwrap();
        assert_eq!(large.paused_in, Some(Canary));
        assert!(large.turn(Freezing, Timestamp::EPOCH, "user:1", None).is_err());
        large.turn(Canary, Timestamp::from_secs(7), "user:1", None).unwrap();
        assert_eq!((large.paused_in, large.since()), (None, Timestamp::from_secs(7)));
    }

    #[test]
    fn what_is_over_stays_over() {
        let mut stopped = broadcast(1);
        stopped.turn(Stopping, Timestamp::EPOCH, "user:1", Some("a typo".to_owned())).unwrap();
        stopped.turn(Stopped, Timestamp::EPOCH, "system", None).unwrap();
        for to in [Draft, Freezing, Checking, Running, Paused, Stopping] {
            assert_eq!(stopped.turn(to, Timestamp::EPOCH, "user:1", None).unwrap_err().to_string().split_whitespace().next(), Some("a"));
        }
    }
}
