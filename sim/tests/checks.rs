//! The checks can fail: each fault that is planted on purpose is reported, under the rule that it breaks.

use sim::faults::Plant;
use sim::play::{self, Plan};

/// The rules under which some of these seeds are reported.
fn reported(plant: Plant, both: bool) -> Vec<&'static str> {
    reported_within(plant, both, 150)
}

fn reported_within(plant: Plant, both: bool, steps: u64) -> Vec<&'static str> {
    let mut rules = Vec::new();
    for seed in 1..=12 {
        let plan = Plan { plant, ..Plan::new(seed, steps) };
        let played = if both { play::twice(&plan) } else { play::once(&plan) };
        if let Err(failure) = played {
            rules.push(failure.invariant.unwrap_or_else(|| panic!("the play broke off: {}", failure.detail)));
            break;
        }
    }
    rules
}

#[test]
fn r_dedup_1_a_store_that_forgets_keys_is_reported() {
    assert_eq!(reported(Plant::NoKeys, false), ["accepted once"]);
}

#[test]
fn r_con_3_a_withdrawal_that_is_lost_is_reported() {
    assert_eq!(reported(Plant::WithdrawalsLost, false), ["as asked"]);
}

#[test]
fn r_dedup_2_a_request_that_is_repeated_blindly_is_reported() {
    assert_eq!(reported(Plant::SentTwice, false), ["one message"]);
}

#[test]
fn r_con_3_a_gate_that_asks_nobody_is_reported() {
    assert_eq!(reported(Plant::NoConsent, false), ["consent"]);
}

#[test]
fn what_leaks_in_from_outside_is_reported() {
    assert_eq!(reported(Plant::Ambient, true), ["same seed, same history"]);
}

#[test]
fn r_prio_1_a_gate_that_lets_everybody_speak_at_once_is_reported() {
    assert_eq!(reported_within(Plant::NoContests, false, 600), ["contest"]);
}

#[test]
fn r_cap_1_a_gate_that_counts_nothing_is_reported() {
    assert_eq!(reported_within(Plant::NoCaps, false, 300), ["caps"]);
}
