//! How many different people a business may write to by itself in a moving day: WhatsApp's messaging limit, which all its numbers share.
//!
//! Whoever was handed a template in the last day is counted, by the moment of the last one. The limit concerns people outside of their service window;
//! a template inside of it counts here as well, because only the provider knows by its own clock. So less is sent than allowed, and never more.

use std::collections::{BTreeMap, VecDeque};

use model::{ContactId, Millis, Timestamp};

/// A day, and a while for calls that reach the provider later than they were counted here.
const KEPT_FOR: Millis = Millis(24 * 3_600_000 + 5 * 60_000);

/// People who were written to lately.
#[derive(Debug, Default)]
pub(super) struct People {
    limit: u32,
    last: BTreeMap<ContactId, Timestamp>,
    /// The oldest first. What is not somebody's last moment any more is skipped.
    order: VecDeque<(Timestamp, ContactId)>,
}

/// What counting somebody changed, so that it can be taken back.
#[derive(Clone, Copy, Debug)]
pub(super) struct Visit {
    pub(super) person: ContactId,
    pub(super) at: Timestamp,
    before: Option<Timestamp>,
}

impl People {
    pub(super) fn with_limit(mut self, limit: u32) -> Self {
        self.limit = limit;
        self
    }

    /// All that were to be remembered are.
    pub(super) fn put_in_order(&mut self) {
        self.order = self.last.iter().map(|(person, at)| (*at, *person)).collect();
        self.order.make_contiguous().sort_unstable();
    }

    /// From a message that was read.
    pub(super) fn remember(&mut self, person: ContactId, at: Timestamp) {
        let last = self.last.entry(person).or_insert(at);
        *last = (*last).max(at);
    }

    pub(super) fn is_old(at: Timestamp, now: Timestamp) -> bool {
        now - at >= KEPT_FOR
    }

    /// When this person may be written to: now, or when somebody's day is over.
    pub(super) fn next(&mut self, person: ContactId, now: Timestamp) -> Timestamp {
        self.forget(now);
        if self.last.contains_key(&person) || self.last.len() < self.limit as usize {
            return now;
        }
        self.order.front().map_or(now, |(at, _)| *at + KEPT_FOR)
    }

    pub(super) fn visit(&mut self, person: ContactId, now: Timestamp) -> Visit {
        let before = self.last.insert(person, now);
        self.order.push_back((now, person));
        Visit { person, at: now, before }
    }

    /// Nobody was written to after all.
    pub(super) fn take_back(&mut self, visit: Visit) {
        if self.last.get(&visit.person) != Some(&visit.at) {
            return;
        }
        match visit.before {
            Some(before) => {
                self.last.insert(visit.person, before);
                // Its place in the order may have been skipped meanwhile.
                let place = self.order.partition_point(|(at, _)| *at <= before);
                self.order.insert(place, (before, visit.person));
            }
            None => {
                self.last.remove(&visit.person);
            }
        }
    }

    fn forget(&mut self, now: Timestamp) {
        while let Some((at, person)) = self.order.front().copied() {
            let is_last = self.last.get(&person) == Some(&at);
            if is_last && !Self::is_old(at, now) {
                break;
            }
            if is_last {
                self.last.remove(&person);
            }
            self.order.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_secs(1_000_000);

    fn people(limit: u32) -> People {
        People::default().with_limit(limit)
    }

    fn person(n: u128) -> ContactId {
        ContactId::from_u128(n)
    }

    /// Against a list that is counted anew each time.
    #[test]
    fn a10_in_no_moving_day_are_there_more_people_than_the_limit() {
        let mut people = people(20);
        let mut sent: Vec<(Timestamp, u128)> = Vec::new();
        let mut draw = 7_u64;
        for minute in 0..6_000 {
            let now = NOW + Millis::from_mins(minute);
            draw = draw.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let who = u128::from((draw >> 33) % 60);
            if people.next(person(who), now) > now {
                continue;
            }
            let visit = people.visit(person(who), now);
            if draw.is_multiple_of(3) {
                people.take_back(visit);
            } else {
                sent.push((now, who));
            }
            let mut day: Vec<u128> = sent.iter().filter(|(at, _)| now - *at < Millis::from_hours(24)).map(|(_, who)| *who).collect();
            day.sort_unstable();
            day.dedup();
            assert!(day.len() <= 20, "{} people in the day before {now}", day.len());
        }
        assert!(sent.len() > 80, "{} were written to", sent.len());
    }

    #[test]
    fn a10_who_was_written_to_today_may_be_again_and_others_wait_for_the_first_to_leave() {
        let mut people = people(2);
        people.visit(person(1), NOW);
        people.visit(person(2), NOW + Millis::from_hours(1));
        let later = NOW + Millis::from_hours(2);
        assert_eq!(people.next(person(2), later), later);
        assert_eq!(people.next(person(3), later), NOW + KEPT_FOR);
        assert_eq!(people.next(person(3), NOW + KEPT_FOR), NOW + KEPT_FOR);
    }

    #[test]
    fn r_rate_1_a_message_that_did_not_go_leaves_the_day_as_it_was() {
        let mut people = people(1);
        people.visit(person(1), NOW);
        let again = people.visit(person(1), NOW + Millis::from_hours(5));
        people.take_back(again);
        assert_eq!(people.next(person(2), NOW + Millis::from_hours(6)), NOW + KEPT_FOR);
        assert_eq!(people.next(person(2), NOW + KEPT_FOR), NOW + KEPT_FOR);
    }
}
