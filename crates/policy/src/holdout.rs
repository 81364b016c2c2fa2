//! Recipients who could have been messaged and are kept back, so that what a broadcast changes can be measured (R-MEAS-1).
//!
//! Asked after everything else has passed: those kept back are people the message would have reached, and no others.

use model::decision::Verdict;
use model::draws::stable_hash;
use model::send_error::FallbackCause;
use model::{BroadcastId, ContactId};
use serde::{Deserialize, Serialize};

use crate::gate::Ruling;
use crate::rule::{Finding, Rule, ask};

/// Draws and shares are in hundredths of a percent.
const WHOLE: u64 = 10_000;

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct HoldoutRule {
    pub broadcast: BroadcastId,
    pub contact: ContactId,
    pub share: u32,
}

impl HoldoutRule {
    /// A keyed hash: the same contact of the same broadcast draws the same number, on every node and after every restart.
    #[must_use]
    pub fn draw(&self) -> u64 {
        stable_hash(&[b"holdout", &self.broadcast.to_bytes(), &self.contact.to_bytes()]) % WHOLE
    }

    /// Whether this recipient belongs to the few who go first; drawn apart from the holdout.
    #[must_use]
    pub fn canary(broadcast: BroadcastId, contact: ContactId, share: u32) -> bool {
        stable_hash(&[b"canary", &broadcast.to_bytes(), &contact.to_bytes()]) % WHOLE < u64::from(share)
    }
}

impl Rule for HoldoutRule {
    const NAME: &'static str = "holdout";

    fn evaluate(&self) -> Finding {
        let draw = self.draw();
        if self.share == 0 {
            return Finding::not_applicable("this broadcast keeps nobody back");
        }
        if draw < u64::from(self.share) {
            let detail = format!("kept back to compare with: drew {draw} of {WHOLE}, and the holdout is everything below {}", self.share);
            return Finding::deny("held_out", FallbackCause::Capped, detail);
        }
        Finding::pass(format!("drew {draw} of {WHOLE}, the holdout is everything below {}", self.share))
    }
}

/// Asks the holdout about somebody who may be messaged; answers whether they are kept back, and then nothing may be sent.
pub fn hold_out(ruling: &mut Ruling, rule: &HoldoutRule) -> bool {
    if !matches!(ruling.record.verdict, Verdict::Send { .. }) {
        return false;
    }
    let finding = ask(rule, None, &mut ruling.record.rules);
    if finding.clears() {
        return false;
    }
    ruling.record.verdict = Verdict::Silent { code: finding.code.to_owned(), cause: finding.cause, reason: finding.detail };
    ruling.chosen = None;
    ruling.decision = None;
    ruling.seal = None;
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(contact: u128, share: u32) -> HoldoutRule {
        HoldoutRule { broadcast: BroadcastId::from_u128(9), contact: ContactId::from_u128(contact), share }
    }

    #[test]
    fn r_meas_1_assignment_is_a_keyed_hash_of_the_stated_share() {
        let held = (0..20_000).filter(|n| !rule(*n, 500).evaluate().clears()).count();
        assert!((900..=1_100).contains(&held), "{held} of 20,000 at 5 %");
        assert!((0..1_000).all(|n| rule(n, 0).evaluate().clears()));
        let again = (0..20_000).filter(|n| !rule(*n, 500).evaluate().clears()).count();
        assert_eq!(held, again);
    }

    #[test]
    fn canary_and_holdout_are_drawn_apart() {
        let both = (0..100_000u128)
            .filter(|n| {
                HoldoutRule::canary(BroadcastId::from_u128(9), ContactId::from_u128(*n), 1_000) && !rule(*n, 1_000).evaluate().clears()
            })
            .count();
        assert!((800..=1_200).contains(&both), "{both} of 100,000 in both tenths");
    }
}
