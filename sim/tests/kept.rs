//! Seeds that once found something, played again.

use sim::play::{self, Plan};
use sim::seeds;

const KEPT: &str = include_str!("../../crates/simulator/seeds.txt");

#[test]
fn a16_kept_seeds_hold_every_rule() {
    let kept = seeds::parse(KEPT).expect("the file of kept seeds");
    assert!(!kept.is_empty());
    for one in kept {
        if let Err(failure) = play::twice(&Plan::new(one.seed, one.steps)) {
            let last = &failure.last[failure.last.len().saturating_sub(25)..];
            panic!("seed {} at step {}: {:?}\n{}\n{}", one.seed, failure.step, failure.invariant, failure.detail, last.join("\n"));
        }
    }
}

#[test]
fn one_seed_has_one_history_and_another_seed_another() {
    let hash = |seed| play::once(&Plan::new(seed, 60)).map(|report| report.history.hash()).map_err(|failure| failure.detail);
    assert_eq!(hash(5), hash(5));
    assert_ne!(hash(5), hash(6));
}

/// Both ways that a message may leave are played: in the step that planned it, and by a hand-off of its own.
#[test]
fn messages_leave_at_once_and_by_hand_offs() {
    let mut shown = (0, 0);
    for seed in 1..=4 {
        let report = play::once(&Plan::new(seed, 150)).map_err(|failure| failure.detail).unwrap();
        shown = (shown.0 + report.at_once, shown.1 + report.phone_rows);
    }
    let (at_once, rows) = shown;
    assert!(at_once > 0 && rows > at_once, "{at_once} of {rows} at once");
}
