//! What one sender may do now.

use std::collections::BTreeMap;

use channel::Account;
use model::{AddressKey, ContactId, Millis, Timestamp};
use storage::QueuedMessage;

use super::ahead::is_paced;
use super::shared::Shared;
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
    /// Of these, calls that are kept free for steps which are being applied. Nothing is chosen from the queue meanwhile: one of them may be about a
    /// person to whom something is queued.
    pub(super) kept: usize,
    /// People to whom messages are under way, and how many. The next to them waits for their outcome, which keeps the order.
    people: BTreeMap<ContactId, usize>,
    /// Something waits for the end of a call.
    pub(super) waits: bool,
    pub(super) waits_for_kept: bool,
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
        Self {
            bucket,
            pairs,
            slow_until: None,
            open: 0,
            kept: 0,
            people: BTreeMap::new(),
            waits: false,
            waits_for_kept: false,
            fence: tenure.fence,
        }
    }

    /// The rate may change at any time, and the sender may have been another node's meanwhile.
    pub(super) fn renew(&mut self, rate: u32, tenure: Tenure, now: Timestamp) {
        if self.fence != tenure.fence {
            let fresh = Self::new(rate, tenure, now);
            *self = Self {
                open: self.open,
                kept: self.kept,
                people: std::mem::take(&mut self.people),
                waits: self.waits,
                waits_for_kept: self.waits_for_kept,
                slow_until: self.slow_until,
                ..fresh
            };
        }
        self.bucket.set_rate(rate);
        self.pairs.forget(now);
    }

    /// More calls that may be opened, as the sender's rate goes.
    pub(super) fn room(&self, rate: u32) -> usize {
        (rate.clamp(OPEN_MIN, OPEN_MAX) as usize).saturating_sub(self.open)
    }

    /// Takes what may go at `now` out of the queue's front, with its tokens.
    pub(super) fn choose(
        &mut self,
        account: &Account,
        mut shared: Option<&mut Shared>,
        queued: Vec<QueuedMessage>,
        most: usize,
        now: Timestamp,
    ) -> Choice {
        let paced = is_paced(account);
        let mut choice = Choice::default();
        for message in queued {
            if choice.chosen.len() == most {
                break;
            }
            if self.people.contains_key(&message.contact) {
                self.waits = true;
                continue;
            }
            let may = if paced { self.pairs.next(&message.address, now) } else { now };
            let of_account = account.provider.account();
            let together = shared.as_mut().map_or(now, |shared| shared.next(of_account, message.message, message.contact, now));
            let may = may.max(together);
            if may > now {
                choice.later = Some(choice.later.map_or(may, |other: Timestamp| other.min(may)));
                continue;
            }
            self.take(&message, paced, now);
            if let Some(shared) = &mut shared {
                shared.spend(of_account, message.message, message.contact, now);
            }
            choice.chosen.push(message);
        }
        choice
    }

    fn take(&mut self, message: &QueuedMessage, paced: bool, now: Timestamp) {
        self.bucket.take();
        if paced {
            self.pairs.take(&message.address, now);
        }
        self.enter(message);
        self.open += 1;
    }

    fn enter(&mut self, message: &QueuedMessage) {
        *self.people.entry(message.contact).or_default() += 1;
    }

    /// Keeps one call free for a message that may come of a step, and perhaps goes to one of these addresses.
    pub(super) fn keep(&mut self, rate: u32, to: &[AddressKey], now: Timestamp) -> bool {
        let rests = self.slow_until.is_some_and(|until| until > now) || to.iter().any(|to| self.pairs.next(to, now) > now);
        if rests || self.room(rate) == 0 || self.bucket.available(now) == 0 {
            return false;
        }
        self.bucket.take();
        self.open += 1;
        self.kept += 1;
        true
    }

    /// No message came of the step.
    pub(super) fn give_back_kept(&mut self) {
        self.bucket.give_back();
        self.open = self.open.saturating_sub(1);
        self.kept = self.kept.saturating_sub(1);
    }

    /// A message took a kept call. Answers whether it may be made: if the person has had too many, it costs nothing and is queued again.
    pub(super) fn use_kept(&mut self, message: &QueuedMessage, paced: bool, now: Timestamp) -> bool {
        self.kept = self.kept.saturating_sub(1);
        self.enter(message);
        let may = !paced || self.pairs.next(&message.address, now) <= now;
        match may {
            true if paced => self.pairs.take(&message.address, now),
            true => {}
            false => self.bucket.give_back(),
        }
        may
    }

    /// It did not go, so it costs nothing (R-RATE-1).
    pub(super) fn give_back(&mut self, message: &QueuedMessage) {
        self.refund(message);
        self.close(message);
    }

    /// Its call will not be made, and its outcome is still to be told.
    pub(super) fn refund(&mut self, message: &QueuedMessage) {
        self.bucket.give_back();
        self.pairs.give_back(&message.address);
    }

    /// Its outcome is known.
    pub(super) fn close(&mut self, message: &QueuedMessage) {
        if let Some(under_way) = self.people.get_mut(&message.contact) {
            *under_way -= 1;
            if *under_way == 0 {
                self.people.remove(&message.contact);
            }
        }
        self.open = self.open.saturating_sub(1);
    }

    /// When there is a token again.
    pub(super) fn next_token(&self, now: Timestamp) -> Timestamp {
        self.bucket.next(now).max(now + Millis(1))
    }
}
