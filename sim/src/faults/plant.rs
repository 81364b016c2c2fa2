//! Faults planted on purpose: a check that cannot fail says nothing, so a test plants each of these and sees it reported.

use std::sync::atomic::{AtomicI64, Ordering};

use model::Millis;
use model::consent::ConsentState;
use model::signal::{Signal, SignalBody};

/// One way to be broken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Plant {
    #[default]
    None,
    /// The store forgets the keys by which it knows a redelivery.
    NoKeys,
    /// A withdrawal is written down as a yes.
    WithdrawalsLost,
    /// An adapter repeats its request by itself.
    SentTwice,
    /// The gate asks nobody for consent.
    NoConsent,
    /// Nothing is capped.
    NoCaps,
    /// Promotions do not compete.
    NoContests,
    /// Something that no seed decides leaks into what is stored.
    Ambient,
}

/// Goes on from one play to the next, as time and memory addresses do.
static LEAK: AtomicI64 = AtomicI64::new(1);

impl Plant {
    /// What the broken product hands to its store.
    pub(super) fn spoil(self, mut signals: Vec<Signal>) -> Vec<Signal> {
        for signal in &mut signals {
            match (self, &mut signal.body) {
                (Self::NoKeys, _) => signal.dedupe_key = None,
                (Self::WithdrawalsLost, SignalBody::Consent(change)) => change.state = ConsentState::OptedIn,
                (Self::Ambient, SignalBody::Event { .. }) => {
                    signal.event_time = signal.event_time - Millis(LEAK.fetch_add(1, Ordering::SeqCst) % 97);
                }
                _ => {}
            }
        }
        signals
    }
}
