//! Limits that several senders of a workspace share (R-RATE-1): the account at the provider, a template, a journey, a queue's people, and how many
//! different people may be written to in a day. All of these senders are served by one node (see `node/spread.rs`), so its counts are exact.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use decide::Catalogue;
use model::content::Content;
use model::message::Origin;
use model::{Channel, ContactId, Message, MessageId, SenderId, Timestamp};
use policy::{Pace, Paced};

use super::crowds::{Crowds, Reading};
use super::people::Visit;
use crate::bucket::TokenBucket;
use crate::limits::Limits;
use crate::node::Tenure;

/// What the limits see of a message.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Facts {
    journey: Option<String>,
    queue: Option<String>,
    template: Option<String>,
    /// It is written to somebody who may not have written lately.
    approaches: bool,
}

impl Facts {
    pub(super) fn of(message: &Message, catalogue: &Catalogue) -> Self {
        let journey = if let Origin::Journey { journey, version, .. } = &message.origin { Some((journey, version)) } else { None };
        let template = if let Some(Content::Template(call)) = &message.content { Some(call.name.clone()) } else { None };
        Self {
            queue: journey.and_then(|(name, version)| catalogue.journey(name, version)).map(|journey| journey.owner.clone()),
            journey: journey.map(|(name, _)| name.clone()),
            approaches: approaches(message),
            template,
        }
    }

    fn paced(&self, account: &str) -> [Option<Paced>; 4] {
        [
            Some(Paced::Account(account.to_owned())),
            self.template.clone().map(Paced::Template),
            self.journey.clone().map(Paced::Journey),
            self.queue.clone().map(Paced::Queue),
        ]
    }
}

/// Whether a message counts for the limit of people.
pub(super) fn approaches(message: &Message) -> bool {
    message.channel == Channel::Whatsapp && matches!(message.content, Some(Content::Template(_)))
}

/// What a message took, to be given back if it does not go.
#[derive(Debug, Default)]
pub(super) struct Spent {
    facts: Facts,
    paced: Vec<Paced>,
    /// By which account.
    visit: Option<(String, Visit)>,
}

/// One workspace's shared limits and what is left of them.
#[derive(Default)]
pub(super) struct Shared {
    /// [`Catalogue::version`] of the paces.
    version: Option<u64>,
    buckets: BTreeMap<Paced, (Pace, TokenBucket)>,
    pub(super) people: Crowds,
    /// By what right this node serves the senders that share.
    fences: BTreeMap<SenderId, u64>,
    facts: BTreeMap<MessageId, Arc<Facts>>,
    spent: BTreeMap<MessageId, Spent>,
}

/// Messages known at once. What waits beyond is looked up again.
const FACTS_MAX: usize = 65_536;

impl Shared {
    /// The limits may change at any time, and a sender may have been another node's meanwhile.
    pub(super) fn renew(&mut self, limits: &Limits, sender: SenderId, tenure: Tenure, now: Timestamp) {
        if self.version != Some(limits.catalogue.version) {
            self.version = Some(limits.catalogue.version);
            let before = std::mem::take(&mut self.buckets);
            for pace in &limits.catalogue.rulebook.paces {
                let bucket = match before.get(&pace.of) {
                    Some((known, bucket)) if known == pace => bucket.clone(),
                    _ => TokenBucket::of(pace.per_second(), now),
                };
                self.buckets.insert(pace.of.clone(), (pace.clone(), bucket));
            }
            self.facts.clear();
        }
        if self.people.renew(&limits.people) {
            for (account, visit) in self.spent.values_mut().filter_map(|spent| spent.visit.as_mut()) {
                if let Some(again) = self.people.visit_again(account, *visit) {
                    *visit = again;
                }
            }
        }
        if self.fences.insert(sender, tenure.fence) != Some(tenure.fence) {
            self.people.read_again();
            if tenure.taken.is_some() {
                // Another node spent them until a moment ago.
                for (_, bucket) in self.buckets.values_mut() {
                    bucket.drain(now);
                }
            }
        }
    }

    /// Whether a message must be looked into before it is known what limits it.
    pub(super) fn looks_inside(&self) -> bool {
        self.people.is_limited() || self.buckets.keys().any(|paced| !matches!(paced, Paced::Account(_)))
    }

    /// Of these messages, those that are not known yet.
    pub(super) fn unknown(&self, messages: impl Iterator<Item = MessageId>) -> BTreeSet<MessageId> {
        messages.filter(|id| !self.facts.contains_key(id)).collect()
    }

    pub(super) fn learn(&mut self, id: MessageId, facts: Facts) {
        if self.facts.len() >= FACTS_MAX {
            self.facts.clear();
        }
        self.facts.insert(id, Arc::new(facts));
    }

    /// When a message may go, as far as these limits are concerned.
    pub(super) fn next(&mut self, account: &str, id: MessageId, to: ContactId, now: Timestamp) -> Timestamp {
        let facts = self.facts.get(&id).cloned().unwrap_or_default();
        self.next_of(account, &facts, to, now)
    }

    fn next_of(&mut self, account: &str, facts: &Facts, to: ContactId, now: Timestamp) -> Timestamp {
        let mut next = now;
        for paced in facts.paced(account).into_iter().flatten() {
            if let Some((_, bucket)) = self.buckets.get_mut(&paced)
                && bucket.available(now) == 0
            {
                next = next.max(bucket.next(now));
            }
        }
        if facts.approaches && self.people.reading().is_some() {
            return next.max(now + model::Millis(1));
        }
        if facts.approaches { next.max(self.people.next(account, to, now)) } else { next }
    }

    /// The same for a call that is kept free for a message which nobody knows yet.
    pub(super) fn keeps(&mut self, account: &str, now: Timestamp) -> bool {
        self.people.reading().is_none() && self.next_of(account, &Facts::default(), ContactId::from_u128(0), now) <= now
    }

    /// A message goes.
    pub(super) fn spend(&mut self, account: &str, id: MessageId, to: ContactId, now: Timestamp) {
        let facts = self.facts.get(&id).cloned().unwrap_or_default();
        self.spend_as(account, &facts, id, to, now);
    }

    fn spend_as(&mut self, account: &str, facts: &Facts, id: MessageId, to: ContactId, now: Timestamp) {
        let mut spent = Spent { facts: facts.clone(), ..Spent::default() };
        for paced in facts.paced(account).into_iter().flatten() {
            if let Some((_, bucket)) = self.buckets.get_mut(&paced) {
                bucket.take();
                spent.paced.push(paced);
            }
        }
        if facts.approaches {
            spent.visit = self.people.visit(account, to, now).map(|visit| (account.to_owned(), visit));
        }
        self.spent.insert(id, spent);
    }

    /// A message that is handed over, as it really goes: what it was thought to be may have changed. Answers whether it still may.
    pub(super) fn settle(&mut self, account: &str, facts: &Facts, id: MessageId, to: ContactId, now: Timestamp) -> bool {
        if self.spent.get(&id).is_some_and(|spent| spent.facts == *facts) {
            return true;
        }
        self.give_back(id);
        self.learn(id, facts.clone());
        let may = self.next_of(account, facts, to, now) <= now;
        if may {
            self.spend_as(account, facts, id, to, now);
        }
        may
    }

    /// It did not go, so it costs nothing (R-RATE-1).
    pub(super) fn give_back(&mut self, id: MessageId) {
        let Some(spent) = self.spent.remove(&id) else { return };
        for paced in &spent.paced {
            if let Some((_, bucket)) = self.buckets.get_mut(paced) {
                bucket.give_back();
            }
        }
        if let Some((account, visit)) = spent.visit {
            self.people.take_back(&account, visit);
        }
    }

    /// The provider never got it: nobody was written to. The calls were made, and count.
    pub(super) fn nobody_reached(&mut self, id: MessageId) {
        if let Some((account, visit)) = self.spent.get_mut(&id).and_then(|spent| spent.visit.take()) {
            self.people.take_back(&account, visit);
        }
    }

    /// Its outcome is known.
    pub(super) fn close(&mut self, id: MessageId) {
        self.spent.remove(&id);
        self.facts.remove(&id);
    }

    /// Takes the account's part of a kept call, or gives it back.
    pub(super) fn keep(&mut self, account: &str) {
        if let Some((_, bucket)) = self.buckets.get_mut(&Paced::Account(account.to_owned())) {
            bucket.take();
        }
    }

    pub(super) fn give_back_kept(&mut self, account: &str) {
        if let Some((_, bucket)) = self.buckets.get_mut(&Paced::Account(account.to_owned())) {
            bucket.give_back();
        }
    }

    /// Where reading of who was written to goes on.
    pub(super) fn reading(&self) -> Option<Reading> {
        self.people.reading().cloned()
    }
}
