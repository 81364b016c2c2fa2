//! How the statuses of one message merge. Webhooks come doubled, reordered and with gaps; the state only moves forward.
//!
//! Ranks: accepted 0, sent 1, delivered 2, read 3, played 4. `failed` wins only over rank 0 and 1, and a later proof of
//! delivery wins over `failed` (with several devices both happen). The earliest time of each status is kept, and a read
//! fills in a delivery that was skipped.

use crate::webhook::StatusName;

/// What is known of one message (or of one group participant's copy). Times are Unix seconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    pub state: State,
    pub sent_at: Option<i64>,
    pub delivered_at: Option<i64>,
    pub read_at: Option<i64>,
    pub played_at: Option<i64>,
    pub failed_at: Option<i64>,
}

/// Where the message stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum State {
    #[default]
    Accepted,
    Sent,
    Delivered,
    Read,
    Played,
    Failed,
}

impl State {
    /// Position on the way; `None` for `Failed`, which is beside it.
    pub fn rank(self) -> Option<u8> {
        match self {
            Self::Accepted => Some(0),
            Self::Sent => Some(1),
            Self::Delivered => Some(2),
            Self::Read => Some(3),
            Self::Played => Some(4),
            Self::Failed => None,
        }
    }
}

/// What a status changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Merge {
    /// The state moved.
    Moved,
    /// Only a time was filled in or corrected.
    Timed,
    /// A repetition, or a value that carries no progress (`deleted`, `warning`, unknown ones).
    Nothing,
}

/// Applies one status. The result does not depend on the order in which statuses arrive.
pub fn merge(before: Progress, status: &StatusName, at: i64) -> (Progress, Merge) {
    let state = match status {
        StatusName::Sent => State::Sent,
        StatusName::Delivered => State::Delivered,
        StatusName::Read => State::Read,
        StatusName::Played => State::Played,
        StatusName::Failed => State::Failed,
        StatusName::Deleted | StatusName::Warning | StatusName::Unknown(_) => return (before, Merge::Nothing),
    };
    let mut after = before;
    match state {
        State::Accepted => {}
        State::Sent => earliest(&mut after.sent_at, at),
        State::Delivered => earliest(&mut after.delivered_at, at),
        State::Read => {
            earliest(&mut after.read_at, at);
            earliest(&mut after.delivered_at, at);
        }
        State::Played => {
            earliest(&mut after.played_at, at);
            earliest(&mut after.read_at, at);
            earliest(&mut after.delivered_at, at);
        }
        State::Failed => earliest(&mut after.failed_at, at),
    }
    let forward = match (before.state.rank(), state.rank()) {
        (Some(old), Some(new)) => new > old,
        (Some(old), None) => old <= 1,
        (None, Some(new)) => new >= 2,
        (None, None) => false,
    };
    if forward {
        after.state = state;
    }
    let merge = match (forward, after == before) {
        (true, _) => Merge::Moved,
        (false, false) => Merge::Timed,
        (false, true) => Merge::Nothing,
    };
    (after, merge)
}

fn earliest(slot: &mut Option<i64>, at: i64) {
    *slot = Some(slot.map_or(at, |known| known.min(at)));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(statuses: &[(StatusName, i64)]) -> Progress {
        statuses.iter().fold(Progress::default(), |progress, (name, at)| merge(progress, name, *at).0)
    }

    #[test]
    fn status_never_goes_down_and_order_does_not_matter() {
        use StatusName::{Delivered, Failed, Played, Read, Sent};
        let all = [(Sent, 10), (Delivered, 12), (Read, 20), (Failed, 11), (Played, 30)];
        let expected = run(&all);
        assert_eq!(expected.state, State::Played);
        // Every rotation and its reverse, also doubled.
        for turn in 0..all.len() {
            let mut mixed: Vec<_> = all.iter().cycle().skip(turn).take(all.len() * 2).cloned().collect();
            assert_eq!(run(&mixed), expected);
            mixed.reverse();
            assert_eq!(run(&mixed), expected);
        }
    }

    #[test]
    fn failed_wins_only_before_delivery() {
        use StatusName::{Delivered, Failed, Sent};
        assert_eq!(run(&[(Sent, 1), (Failed, 2)]).state, State::Failed);
        assert_eq!(run(&[(Failed, 2), (Sent, 1)]).state, State::Failed);
        assert_eq!(run(&[(Delivered, 1), (Failed, 2)]).state, State::Delivered);
        assert_eq!(run(&[(Failed, 1), (Delivered, 2)]).state, State::Delivered);
    }

    #[test]
    fn read_fills_in_a_skipped_delivery() {
        let progress = run(&[(StatusName::Read, 20)]);
        assert_eq!((progress.state, progress.delivered_at), (State::Read, Some(20)));
        let (progress, merge) = merge(progress, &StatusName::Delivered, 15);
        assert_eq!((progress.state, progress.delivered_at, merge), (State::Read, Some(15), Merge::Timed));
        assert_eq!(super::merge(progress, &StatusName::Unknown("seen".into()), 1).1, Merge::Nothing);
    }
}
