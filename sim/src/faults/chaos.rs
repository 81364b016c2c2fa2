//! The source of all faults. A crash is a flag: from then on no port of the product reaches anything, so whatever it still does in memory
//! has no effect, and the play throws it away.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use model::{Channel, Draws, MessageId, Millis, Rng, Timestamp};

use crate::clock::PlayClock;

/// How often things go wrong, in thousandths of the calls of each port.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mood {
    pub store: u32,
    pub wire: u32,
    pub sink: u32,
}

/// One request to a provider to send a message, as it left the product.
#[derive(Clone, Debug)]
pub struct Call {
    pub tenant: usize,
    pub channel: Channel,
    /// The product's id of the message, which travels with it.
    pub message: Option<MessageId>,
    pub at: Timestamp,
    /// Whether it came to the provider at all.
    pub arrived: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StoreFault {
    Before,
    After,
    CrashBefore,
    CrashAfter,
    Stall(Millis),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WireFault {
    NotConnected,
    LostBefore,
    LostAfter,
    TimedOutBefore,
    TimedOutAfter,
    /// A proxy's page, before or after the provider took the message: nobody can tell which.
    BadGateway {
        arrives: bool,
    },
    /// Success without a word that can be read.
    Garbage,
    TooMany,
    CrashBefore,
    CrashAfter,
    Slow(Millis),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SinkFault {
    /// The provider's request never reaches the product.
    Unreachable,
    /// The product has taken it in, and its answer is lost: the provider delivers again.
    AnswerLost,
}

struct Inner {
    alive: bool,
    mood: Mood,
    draws: Draws,
    /// Calls of the product's ports since the last look, for the history.
    ports: u64,
    faults: Vec<String>,
    calls: Vec<Call>,
}

pub struct Chaos {
    pub(super) clock: Arc<PlayClock>,
    inner: Mutex<Inner>,
}

impl Chaos {
    #[must_use]
    pub fn new(seed: u64, clock: Arc<PlayClock>) -> Self {
        let draws = Draws::keyed(&[b"chaos", &seed.to_le_bytes()]);
        let inner = Inner { alive: true, mood: Mood::default(), draws, ports: 0, faults: Vec::new(), calls: Vec::new() };
        Self { clock, inner: Mutex::new(inner) }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[must_use]
    pub fn alive(&self) -> bool {
        self.lock().alive
    }

    /// The process dies here.
    pub fn kill(&self) {
        self.lock().alive = false;
    }

    /// Another process, on the same store.
    pub fn revive(&self) {
        self.lock().alive = true;
    }

    pub fn set_mood(&self, mood: Mood) {
        self.lock().mood = mood;
    }

    pub(super) fn record(&self, call: Call) {
        self.lock().calls.push(call);
    }

    /// What left the product since the last look.
    pub fn take_calls(&self) -> Vec<Call> {
        std::mem::take(&mut self.lock().calls)
    }

    /// What went wrong since the last look, and how many calls the ports saw.
    pub fn take_faults(&self) -> (Vec<String>, u64) {
        let mut inner = self.lock();
        (std::mem::take(&mut inner.faults), std::mem::take(&mut inner.ports))
    }

    fn draw<T: std::fmt::Debug>(&self, place: &str, rate: impl Fn(Mood) -> u32, choose: impl Fn(&mut Draws) -> T) -> Option<T> {
        let mut inner = self.lock();
        inner.ports += 1;
        let rate = u64::from(rate(inner.mood));
        if rate == 0 || inner.draws.below(1_000) >= rate {
            return None;
        }
        let fault = choose(&mut inner.draws);
        inner.faults.push(format!("{place}: {fault:?}"));
        Some(fault)
    }

    pub(super) fn store_fault(&self, place: &str) -> Option<StoreFault> {
        self.draw(
            place,
            |mood| mood.store,
            |draws| match draws.below(10) {
                0..=2 => StoreFault::Before,
                3..=5 => StoreFault::After,
                6 => StoreFault::CrashBefore,
                7 => StoreFault::CrashAfter,
                _ => StoreFault::Stall(Millis(1 + draws.below(20_000) as i64)),
            },
        )
    }

    pub(super) fn wire_fault(&self, place: &str) -> Option<WireFault> {
        self.draw(
            place,
            |mood| mood.wire,
            |draws| match draws.below(14) {
                0 => WireFault::NotConnected,
                1 => WireFault::LostBefore,
                2 => WireFault::LostAfter,
                3 => WireFault::TimedOutBefore,
                4 | 5 => WireFault::TimedOutAfter,
                6 => WireFault::BadGateway { arrives: false },
                7 => WireFault::BadGateway { arrives: true },
                8 => WireFault::Garbage,
                9 => WireFault::TooMany,
                10 => WireFault::CrashBefore,
                11 | 12 => WireFault::CrashAfter,
                _ => WireFault::Slow(Millis(1 + draws.below(30_000) as i64)),
            },
        )
    }

    pub(super) fn sink_fault(&self, place: &str) -> Option<SinkFault> {
        self.draw(
            place,
            |mood| mood.sink,
            |draws| match draws.below(2) {
                0 => SinkFault::Unreachable,
                _ => SinkFault::AnswerLost,
            },
        )
    }
}
