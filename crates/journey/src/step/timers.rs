//! Delays, awaits and everything that comes due.

use jiff::tz::TimeZone;
use model::Timestamp;
use model::send_error::FallbackCause;

use super::machine::{Hop, Machine};
use crate::calendar;
use crate::definition::{Await, Delay, IfPast, Step, StepKind, TimeoutAfter, Zone};
use crate::run::{Asked, RunEvent, Taken, Waiting};

/// Timers that one call may fire. After a long downtime the rest fires at the next wake, which is at once.
const FIRED_MAX: usize = 64;

/// What comes due, in the order in which ties are broken: the watches of a message stand before the wait that follows it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Timer {
    Watch { cause: FallbackCause, step: String, visit: u32 },
    Position,
}

impl<'a> Machine<'a> {
    pub fn due(&mut self) {
        for _ in 0..FIRED_MAX {
            let Some((due, timer)) = self.next_timer().filter(|(due, _)| *due <= self.env.now) else { return };
            self.moment = due;
            self.taken = Taken::Used;
            match timer {
                Timer::Watch { cause, step, visit } => {
                    if let Some(attempt) = self.run.attempt_mut(&step, visit) {
                        attempt.deliver_by = attempt.deliver_by.filter(|_| cause != FallbackCause::NotDelivered);
                        attempt.read_by = attempt.read_by.filter(|_| cause != FallbackCause::NotReadOrUnknown);
                    }
                    self.fall_back(&step, visit, cause);
                }
                Timer::Position => self.position_due(due),
            }
        }
    }

    fn next_timer(&self) -> Option<(Timestamp, Timer)> {
        if self.run.is_ended() {
            return None;
        }
        let own = match &self.run.position.waiting {
            Waiting::Nothing | Waiting::Acceptance => None,
            Waiting::Time { due } | Waiting::Settling { due } | Waiting::Answer { due, .. } => Some((*due, Timer::Position)),
        };
        let watches = self.run.attempts.iter().filter(|a| self.run.still_open(a)).flat_map(|a| {
            let timer = |cause| Timer::Watch { cause, step: a.step.clone(), visit: a.visit };
            let delivery = a.deliver_by.map(|due| (due, timer(FallbackCause::NotDelivered)));
            let read = a.read_by.map(|due| (due, timer(FallbackCause::NotReadOrUnknown)));
            [delivery, read]
        });
        watches.flatten().chain(own).min()
    }

    fn position_due(&mut self, due: Timestamp) {
        let def = self.def;
        let Some(step) = def.steps.get(&self.run.position.step) else {
            return self.fail(format!("there is no step `{}`", self.run.position.step));
        };
        let hop = match (&step.kind, &self.run.position.waiting) {
            (StepKind::Delay(Delay::Until { moment, .. }), Waiting::Time { .. }) => match moment.moment(&self.view()) {
                // What the moment is computed from changed without an event, such as an attribute of the contact.
                Ok(to) if to > due => {
                    self.run.position.waiting = Waiting::Time { due: to };
                    self.events.push(RunEvent::TimerReanchored { step: step.name.clone(), from: due, to });
                    None
                }
                Ok(_) | Err(_) => self.go_on(step),
            },
            (StepKind::Await(wait), Waiting::Answer { .. }) => Some(Hop::new("timeout", &wait.timeout.to)),
            _ => self.go_on(step),
        };
        self.travel(hop);
    }

    pub(super) fn arrive_at_delay(&mut self, step: &Step, delay: &Delay) -> Option<Hop> {
        let due = match delay {
            Delay::For(span) => self.moment + *span,
            Delay::At { time, days, zone } => {
                let name = match zone {
                    Zone::Contact => self.env.zone,
                    Zone::Named(name) => name,
                };
                let zone = model::zone::find(name).unwrap_or(TimeZone::UTC);
                calendar::next_at(self.moment, *time, *days, &zone)
            }
            Delay::Until { moment, if_past } => match moment.moment(&self.view()) {
                Err(reason) => {
                    self.fail(format!("{}: the moment to wait for is not known: {reason}", step.name));
                    return None;
                }
                Ok(due) if due < self.moment => {
                    self.events.push(RunEvent::PastDue { step: step.name.clone(), moment: due });
                    return match if_past {
                        IfPast::Next => self.go_on(step),
                        IfPast::SkipTo(to) => Some(Hop::new("if_past", to)),
                    };
                }
                Ok(due) => due,
            },
        };
        self.run.position.waiting = Waiting::Time { due };
        self.events.push(RunEvent::TimerSet { step: step.name.clone(), due });
        None
    }

    pub(super) fn arrive_at_await(&mut self, wait: &'a Await) -> Option<Hop> {
        let asked: Vec<Asked> = wait
            .reply_to
            .iter()
            .filter_map(|step| self.run.latest_attempt(step))
            .filter(|attempt| attempt.fell.is_none() || attempt.accepted_at.is_some())
            .map(|attempt| Asked { step: attempt.step.clone(), visit: attempt.visit })
            .collect();
        // The silence begins when the provider accepted the latest message that is waited for.
        let accepted = asked.iter().filter_map(|a| self.run.attempt(&a.step, a.visit)?.accepted_at).max();
        let due = match &wait.timeout.after {
            TimeoutAfter::Elapsed(span) => accepted.unwrap_or(self.moment) + *span,
            TimeoutAfter::Until(moment) => match moment.moment(&self.view()) {
                Ok(due) => due,
                Err(reason) => {
                    self.fail(format!("{}: the timeout is not known: {reason}", self.run.position.step));
                    return None;
                }
            },
        };
        self.run.position.waiting = Waiting::Answer { due, to: asked };
        self.events.push(RunEvent::TimerSet { step: self.run.position.step.clone(), due });
        // Also where an answer decides: what was kept was for this wait.
        let event = self.early_event(wait);
        self.early_answer(wait).or(event)
    }
}
