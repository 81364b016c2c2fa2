//! The people whom each business of a workspace wrote to lately: its numbers share a count, and another business has one of its own.

use std::collections::BTreeMap;
use std::sync::Arc;

use model::{ContactId, Timestamp};

use super::people::{People, Visit};
use crate::portfolios::Portfolios;

/// How far the messages of the last day were read, after which alone the counts are known.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) enum Reading {
    #[default]
    Begins,
    After(String),
    Done,
}

/// One count for each business that has a limit.
#[derive(Debug, Default)]
pub(super) struct Crowds {
    portfolios: Arc<Portfolios>,
    of: BTreeMap<String, People>,
    read: Reading,
}

impl Crowds {
    /// Takes in who shares what now. Answers whether accounts are grouped anew, so that nothing that was counted is.
    pub(super) fn renew(&mut self, portfolios: &Arc<Portfolios>) -> bool {
        if Arc::ptr_eq(&self.portfolios, portfolios) || self.portfolios == *portfolios {
            return false;
        }
        let regrouped = !self.portfolios.groups_as(portfolios);
        self.portfolios = Arc::clone(portfolios);
        let mut before = if regrouped { BTreeMap::new() } else { std::mem::take(&mut self.of) };
        self.of.clear();
        for (portfolio, limit) in portfolios.limits() {
            let people = before.remove(portfolio).unwrap_or_else(|| {
                self.read = Reading::Begins;
                People::default()
            });
            self.of.insert(portfolio.clone(), people.with_limit(*limit));
        }
        regrouped
    }

    pub(super) fn is_limited(&self) -> bool {
        !self.of.is_empty()
    }

    /// Where reading goes on; `None` when the counts are known, or nobody needs them.
    pub(super) fn reading(&self) -> Option<&Reading> {
        Some(&self.read).filter(|read| self.is_limited() && **read != Reading::Done)
    }

    pub(super) fn read_on(&mut self, reading: Reading) {
        self.read = reading;
        if self.read == Reading::Done {
            self.of.values_mut().for_each(People::put_in_order);
        }
    }

    /// Somebody else may have written to people meanwhile.
    pub(super) fn read_again(&mut self) {
        self.read = Reading::Begins;
    }

    /// From a message that was read. Whoever had the sender that is no more is counted everywhere.
    pub(super) fn remember(&mut self, account: Option<&str>, person: ContactId, at: Timestamp) {
        match account {
            Some(account) => {
                if let Some(people) = self.of.get_mut(self.portfolios.of(account)) {
                    people.remember(person, at);
                }
            }
            None => self.of.values_mut().for_each(|people| people.remember(person, at)),
        }
    }

    /// When an account may write to a person.
    pub(super) fn next(&mut self, account: &str, person: ContactId, now: Timestamp) -> Timestamp {
        self.of.get_mut(self.portfolios.of(account)).map_or(now, |people| people.next(person, now))
    }

    pub(super) fn visit(&mut self, account: &str, person: ContactId, now: Timestamp) -> Option<Visit> {
        Some(self.of.get_mut(self.portfolios.of(account))?.visit(person, now))
    }

    /// Counts again who was counted before accounts were grouped anew.
    pub(super) fn visit_again(&mut self, account: &str, visit: Visit) -> Option<Visit> {
        self.visit(account, visit.person, visit.at)
    }

    /// Nobody was written to after all.
    pub(super) fn take_back(&mut self, account: &str, visit: Visit) {
        if let Some(people) = self.of.get_mut(self.portfolios.of(account)) {
            people.take_back(visit);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_secs(1_000_000);

    #[test]
    fn a10_a_limit_that_is_lifted_counts_nobody_and_one_that_comes_back_is_read_first() {
        let mut crowds = Crowds::default();
        let person = ContactId::from_u128(1);
        assert!(crowds.visit("1", person, NOW).is_none() && crowds.reading().is_none());
        let limited = Arc::new(Portfolios::whole(1));
        assert!(!crowds.renew(&limited), "one business before and after");
        assert_eq!(crowds.reading(), Some(&Reading::Begins));
        crowds.remember(Some("1"), person, NOW);
        crowds.read_on(Reading::Done);
        assert!(crowds.next("2", ContactId::from_u128(2), NOW) > NOW);
        assert_eq!(crowds.next("2", person, NOW), NOW, "who was written to today may be again");
        crowds.renew(&Arc::default());
        assert_eq!(crowds.next("2", ContactId::from_u128(2), NOW), NOW);
        crowds.renew(&limited);
        assert_eq!(crowds.reading(), Some(&Reading::Begins));
    }
}
