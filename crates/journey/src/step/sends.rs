//! Send steps: what is asked for, and what the news about it mean (R-FB-1).

use model::message::{Class, Intent, Origin};
use model::send_error::FallbackCause;
use model::{MessageId, Purpose, Timestamp};

use super::machine::{Hop, Machine};
use crate::definition::{Fallback, Send, Step, StepKind};
use crate::render;
use crate::run::{ATTEMPTS_KEPT, Attempt, AttemptState, Effect, RunEvent, SendNews, Taken, Waiting};

impl Machine<'_> {
    pub(super) fn arrive_at_send(&mut self, step: &Step, send: &Send) -> Option<Hop> {
        if self.def.max_messages.is_some_and(|most| self.run.sends >= most) {
            let cause = FallbackCause::Capped;
            self.events.push(RunEvent::Skipped { step: step.name.clone(), cause });
            return match send.fallback.edge(cause) {
                Some(to) => Some(Hop::new("fallback:capped", to)),
                None => self.go_on(step),
            };
        }
        let visit = self.run.position.visit;
        self.run.sends = self.run.sends.saturating_add(1);
        self.run.attempts.push(Attempt {
            step: step.name.clone(),
            visit,
            message: None,
            state: AttemptState::Wanted,
            accepted_at: None,
            delivered_at: None,
            read_at: None,
            deliver_by: None,
            read_by: None,
            fell: None,
            double_reach: false,
            answered: false,
            closed: false,
        });
        if self.run.attempts.len() > ATTEMPTS_KEPT {
            self.run.attempts.remove(0);
        }
        self.run.position.waiting = Waiting::Acceptance;
        let intent = Intent {
            origin: Origin::Journey {
                journey: self.def.name.clone(),
                version: self.def.version.clone(),
                run: self.run.id,
                step: step.name.clone(),
                visit,
            },
            class: class_of(send.purpose),
            purpose: send.purpose,
            topic: send.topic.clone(),
            channels: render::drafts(send, &self.view(), self.env),
            due_at: self.moment,
            max_lateness: Some(send.max_lateness),
            on_late: send.on_late.clone(),
            on_cap: send.on_cap.clone(),
            in_doubt: send.in_doubt,
            replaced_after: send.fallback.not_delivered_after,
            quote: None,
        };
        self.effects.push(Effect::Send { step: step.name.clone(), visit, intent: Box::new(intent) });
        None
    }

    pub fn news(&mut self, step: &str, visit: u32, message: Option<MessageId>, news: SendNews) {
        let Some(attempt) = self.run.attempt_mut(step, visit) else { return };
        attempt.message = message.or(attempt.message);
        self.taken = Taken::Used;
        match news {
            SendNews::Queued => {}
            SendNews::Accepted { at } => self.accepted(step, visit, at),
            SendNews::Delivered { at } => self.delivered(step, visit, at, false),
            SendNews::Read { at } => self.delivered(step, visit, at, true),
            SendNews::Failed { cause, at } => {
                // Reported both delivered and failed (several devices): it was delivered.
                if attempt.delivered_at.is_none() {
                    attempt.state = AttemptState::Failed;
                    self.moment = at.min(self.env.now);
                    self.fall_back(step, visit, cause);
                }
            }
            SendNews::NotSent { cause, at } => {
                if attempt.state == AttemptState::Wanted {
                    attempt.state = AttemptState::NotSent;
                    self.moment = at.min(self.env.now);
                    self.fall_back(step, visit, cause);
                }
            }
            SendNews::Cancelled { at } => {
                if attempt.state == AttemptState::Wanted {
                    attempt.state = AttemptState::Cancelled;
                    self.leave_send(step, visit, at, "cancelled");
                }
            }
        }
    }

    /// The provider has the message. The run goes on, unless a refusal may still come and nobody else would hear of it.
    pub(super) fn accepted(&mut self, step: &str, visit: u32, at: Timestamp) {
        let def = self.def;
        let Some((found, send)) = def.steps.get(step).and_then(|s| if let StepKind::Send(send) = &s.kind { Some((s, send)) } else { None })
        else {
            return;
        };
        let here = self.run.position.step == step && self.run.position.visit == visit && self.run.position.waiting == Waiting::Acceptance;
        let Some(attempt) = self.run.attempt_mut(step, visit) else { return };
        if attempt.accepted_at.is_some() {
            return;
        }
        attempt.state = attempt.state.max(AttemptState::Accepted);
        attempt.accepted_at = Some(at);
        attempt.deliver_by = send.fallback.not_delivered_after.filter(|_| attempt.delivered_at.is_none()).map(|after| at + after);
        if !here {
            return;
        }
        let answered_next = found.next.as_deref().and_then(|next| def.steps.get(next)).is_some_and(|next| match &next.kind {
            StepKind::Await(wait) => wait.reply_to.iter().any(|to| to == step),
            _ => false,
        });
        if answered_next || send.fallback.is_empty() {
            return self.leave_send(step, visit, at, "next");
        }
        if self.next_wait_has_come() {
            return self.leave_send(step, visit, at, "next");
        }
        let watched = [send.fallback.not_delivered_after, send.fallback.not_read_after].into_iter().flatten().max();
        self.run.position.waiting = Waiting::Settling { due: at + watched.unwrap_or(send.settle).max(send.settle) };
    }

    fn delivered(&mut self, step: &str, visit: u32, at: Timestamp, read: bool) {
        // A status may overtake the answer of the call: whatever was delivered has been accepted.
        self.accepted(step, visit, at);
        let not_read_after = match self.def.steps.get(step).map(|s| &s.kind) {
            Some(StepKind::Send(send)) => send.fallback.not_read_after,
            _ => None,
        };
        let Some(attempt) = self.run.attempt_mut(step, visit) else { return };
        let first = attempt.delivered_at.is_none();
        attempt.delivered_at.get_or_insert(at);
        attempt.deliver_by = None;
        if read {
            attempt.read_at.get_or_insert(at);
            attempt.read_by = None;
        } else if first && attempt.read_at.is_none() {
            attempt.read_by = not_read_after.map(|after| at + after);
        }
        attempt.state = attempt.state.max(if read { AttemptState::Read } else { AttemptState::Delivered });
        let watch = attempt.read_by;
        if attempt.fell.is_some_and(|cause| cause != FallbackCause::NotReadOrUnknown) && !attempt.double_reach {
            attempt.double_reach = true;
            self.events.push(RunEvent::DoubleReach { step: step.to_owned() });
        }
        let here = self.run.position.step == step && self.run.position.visit == visit;
        if let (true, Waiting::Settling { due }) = (here, &mut self.run.position.waiting) {
            match watch {
                Some(by) => *due = by,
                None => self.leave_send(step, visit, at, "next"),
            }
        }
    }

    /// On along `next`, if the run still stands there.
    pub(super) fn leave_send(&mut self, step: &str, visit: u32, at: Timestamp, edge: &str) {
        if self.run.is_ended() || self.run.position.step != step || self.run.position.visit != visit {
            return;
        }
        self.moment = at.min(self.env.now);
        let Some(next) = self.def.steps.get(step).and_then(|s| s.next.clone()) else { return };
        self.travel(Some(Hop::new(edge, next)));
    }

    /// R-FB-1: exactly one edge for one attempt, and only while the run still waits for something of it.
    pub(super) fn fall_back(&mut self, step: &str, visit: u32, cause: FallbackCause) {
        let def = self.def;
        let Some(StepKind::Send(send)) = def.steps.get(step).map(|s| &s.kind) else { return };
        if self.run.is_ended() || !self.run.attempt(step, visit).is_some_and(|attempt| self.run.still_open(attempt)) {
            return;
        }
        if let Some(attempt) = self.run.attempt_mut(step, visit) {
            attempt.fell = Some(cause);
        }
        let next = def.steps.get(step).and_then(|s| s.next.as_deref());
        match (send.fallback.edge(cause), next) {
            (Some(to), _) => {
                self.events.push(RunEvent::FallbackTaken { step: step.to_owned(), cause, to: to.to_owned() });
                self.travel(Some(Hop::new(format!("fallback:{}", cause.as_str()), to)));
            }
            (None, Some(next)) if Fallback::skips(cause) => {
                self.events.push(RunEvent::Skipped { step: step.to_owned(), cause });
                self.travel(Some(Hop::new("skipped", next)));
            }
            (None, _) => self.fail(format!("{step}: {} and no fallback for it", cause.as_str())),
        }
    }
}

const fn class_of(purpose: Purpose) -> Class {
    match purpose {
        Purpose::Promotional => Class::Promotional,
        Purpose::Service => Class::Service,
        // Codes for signing in are as urgent as anything about an order.
        Purpose::Transactional | Purpose::Authentication => Class::Transactional,
    }
}
