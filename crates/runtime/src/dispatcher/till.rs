//! What one sender may do now.

use std::collections::BTreeSet;

use channel::Account;
use model::{Channel, ContactId, Millis, Timestamp};
use storage::QueuedMessage;

use crate::bucket::{PairBucket, TokenBucket};
use crate::node::Tenure;

/// Hand-offs and calls of one sender that may be under way, whatever its rate. A provider that answers slowly is not called faster.
const OPEN_MIN: u32 = 16;
const OPEN_MAX: u32 = 1_024;

/// A sender's rates and what is under way for it.
pub(super) struct Till {
    pub(super) bucket: TokenBucket,
    pub(super) pairs: PairBucket,
    /// The provider asked for a rest.
    pub(super) slow_until: Option<Timestamp>,
    /// Hand-offs and calls under way.
    pub(super) open: usize,
    /// People to whom a message is under way. The next to them waits for its outcome, which keeps their order.
    pub(super) people: BTreeSet<ContactId>,
    /// Something waits for the end of a call.
    pub(super) waits: bool,
    fence: u64,
}

/// What may go, and when to look again.
#[derive(Default)]
pub(super) struct Choice {
    pub(super) chosen: Vec<QueuedMessage>,
    pub(super) later: Option<Timestamp>,
}

impl Till {
    /// A sender that another node served a moment ago starts with nothing.
    pub(super) fn new(rate: u32, tenure: Tenure, now: Timestamp) -> Self {
        let (bucket, pairs) = match tenure.taken {
            Some(at) => (TokenBucket::empty(rate, now), PairBucket::taken_over(at)),
            None => (TokenBucket::new(rate, now), PairBucket::default()),
        };
        Self { bucket, pairs, slow_until: None, open: 0, people: BTreeSet::new(), waits: false, fence: tenure.fence }
    }

    /// The rate may change at any time, and the sender may have been another node's meanwhile.
    pub(super) fn renew(&mut self, rate: u32, tenure: Tenure, now: Timestamp) {
        if self.fence != tenure.fence {
            let fresh = Self::new(rate, tenure, now);
            *self = Self { open: self.open, people: std::mem::take(&mut self.people), slow_until: self.slow_until, ..fresh };
        }
        self.bucket.set_rate(rate);
        self.pairs.forget(now);
    }

    /// More calls that may be opened, as the sender's rate goes.
    pub(super) fn room(&self, rate: u32) -> usize {
        (rate.clamp(OPEN_MIN, OPEN_MAX) as usize).saturating_sub(self.open)
    }

    /// Takes what may go at `now` out of the queue's front, with its tokens.
    pub(super) fn choose(&mut self, account: &Account, queued: Vec<QueuedMessage>, most: usize, now: Timestamp) -> Choice {
        let paced = account.sender.channel == Channel::Whatsapp;
        let mut choice = Choice::default();
        for message in queued {
            if choice.chosen.len() == most {
                break;
            }
            if self.people.contains(&message.contact) {
                self.waits = true;
                continue;
            }
            let may = if paced { self.pairs.next(&message.address, now) } else { now };
            if may > now {
                choice.later = Some(choice.later.map_or(may, |other: Timestamp| other.min(may)));
                continue;
            }
            self.take(&message, paced, now);
            choice.chosen.push(message);
        }
        choice
    }

    fn take(&mut self, message: &QueuedMessage, paced: bool, now: Timestamp) {
        self.bucket.take();
        if paced {
            self.pairs.take(&message.address, now);
        }
        self.people.insert(message.contact);
        self.open += 1;
    }

    /// It did not go, so it costs nothing (R-RATE-1).
    pub(super) fn give_back(&mut self, message: &QueuedMessage) {
        self.bucket.give_back();
        self.pairs.give_back(&message.address);
        self.close(message);
    }

    /// Its outcome is known.
    pub(super) fn close(&mut self, message: &QueuedMessage) {
        self.people.remove(&message.contact);
        self.open = self.open.saturating_sub(1);
    }

    /// When there is a token again.
    pub(super) fn next_token(&self, now: Timestamp) -> Timestamp {
        self.bucket.next(now).max(now + Millis(1))
    }
}
