//! Events that come while a message is on its way, before the wait behind it is reached: a link is pressed while the provider may still refuse,
//! a form is filled in while nobody knows whether the message arrived. What happened after the message left satisfies the wait that follows.

use model::Timestamp;

use super::machine::{Hop, Machine, storable};
use crate::definition::{Await, StepKind};
use crate::run::{Asked, EventView, Kept, Taken, Waiting};

/// Events kept for one wait, the latest; a wait has use for one.
const KEPT_MAX: usize = 8;

impl<'a> Machine<'a> {
    /// Keeps an event for which a wait comes before the next message. Where that wait is the next step, the run need not stand any longer: whatever the
    /// provider reports now, what was hoped for has come.
    pub(super) fn keep(&mut self, event: &EventView<'_>) {
        let left = match &self.run.position.waiting {
            Waiting::Acceptance => None,
            Waiting::Settling { .. } => self.accepted_at(&self.run.position.step, self.run.position.visit),
            _ => return,
        };
        if left.is_some_and(|left| event.at < left) || !self.will_hear_of(event.name) {
            return;
        }
        if self.run.kept.len() >= KEPT_MAX {
            self.run.kept.remove(0);
        }
        self.run.kept.push(Kept {
            name: event.name.to_owned(),
            properties: event.properties.iter().map(|(name, value)| (name.clone(), storable(value.clone()))).collect(),
            at: event.at,
            during: Asked { step: self.run.position.step.clone(), visit: self.run.position.visit },
        });
        if left.is_some() {
            self.taken = Taken::Used;
            let (step, visit) = (self.run.position.step.clone(), self.run.position.visit);
            if self.next_wait_has_come() {
                self.leave_send(&step, visit, event.arrived, "next");
            }
        }
    }

    /// Whether the send in which the run stands leads straight to a wait that a kept event satisfies.
    pub(super) fn next_wait_has_come(&mut self) -> bool {
        let def = self.def;
        if self.run.kept.is_empty() {
            return false;
        }
        let next = def.steps.get(&self.run.position.step).and_then(|step| step.next.as_deref());
        match next.and_then(|next| def.steps.get(next)) {
            Some(step) => matches!(&step.kind, StepKind::Await(wait) if self.came_for(&step.name, wait).is_some()),
            None => false,
        }
    }

    /// On arrival at a wait: the edge of what came before. Nothing is kept beyond it.
    pub(super) fn early_event(&mut self, wait: &'a Await) -> Option<Hop> {
        if self.run.kept.is_empty() {
            return None;
        }
        let name = self.run.position.step.clone();
        let came = self.came_for(&name, wait);
        self.run.kept.clear();
        let (hop, at) = came?;
        self.taken = Taken::Used;
        // What follows follows from the event, and that may have come after the provider took the message.
        self.moment = self.moment.max(at).min(self.env.now);
        Some(hop)
    }

    /// The first event, in the order in which they came, that a branch wants; it is then the event at hand.
    fn came_for(&mut self, name: &str, wait: &'a Await) -> Option<(Hop, Timestamp)> {
        for kept in self.run.kept.clone() {
            // While the message was still here nobody can have answered it.
            if self.accepted_at(&kept.during.step, kept.during.visit).is_none_or(|left| kept.at < left) {
                continue;
            }
            self.scope.see_kept(&kept);
            for branch in wait.events.iter().filter(|branch| branch.on == kept.name) {
                if branch.condition.as_ref().is_none_or(|c| self.holds(c, || format!("{name}.events.{}", branch.on))) {
                    return Some((Hop::new(format!("event:{}", branch.on), &branch.to), kept.at));
                }
            }
            self.scope.forget_kept();
        }
        None
    }

    fn accepted_at(&self, step: &str, visit: u32) -> Option<Timestamp> {
        self.run.attempt(step, visit).and_then(|attempt| attempt.accepted_at)
    }

    /// Whether a wait for such an event comes before the next message or delay.
    fn will_hear_of(&self, event: &str) -> bool {
        let here = self.run.position.step.as_str();
        let mut seen = std::collections::BTreeSet::new();
        let mut open = vec![here];
        while let Some(name) = open.pop() {
            let Some(step) = self.def.steps.get(name).filter(|_| seen.insert(name)) else { continue };
            match &step.kind {
                StepKind::Await(wait) if wait.events.iter().any(|branch| branch.on == event) => return true,
                // Beyond it only what comes while it waits counts.
                StepKind::Await(_) | StepKind::Delay(_) => {}
                StepKind::Send(_) if name != here => {}
                _ => open.extend(crate::graph::edges_of(step).into_iter().map(|edge| edge.to)),
            }
        }
        false
    }
}
