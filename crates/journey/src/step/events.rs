//! Business events: goal, exits, updates, awaited events, in this order.

use model::Value;
use model::conversion::ConversionValue;

use super::machine::{Hop, Machine};
use crate::definition::{Await, Conversion, Delay, Goal, IfPast, StepKind, Timeout, TimeoutAfter, Update};
use crate::run::{Converted, Effect, EventView, RunEvent, Taken, Waiting};

impl<'a> Machine<'a> {
    pub fn event(&mut self, event: &'a EventView<'a>) {
        self.moment = event.arrived.min(self.env.now);
        self.scope.see_event(event);
        self.goal(event);
        if self.run.is_ended() {
            return;
        }
        let def = self.def;
        for exit in def.exits.iter().filter(|exit| exit.on == event.name) {
            if exit.condition.as_ref().is_none_or(|c| self.holds(c, || format!("exits.{}", exit.name))) {
                self.exit(&exit.name);
                return;
            }
        }
        if self.updates(event) {
            self.awaited(event);
        }
    }

    /// Counted once for a run, also after its end, within the window from its entry.
    fn goal(&mut self, event: &EventView<'_>) {
        let Goal::Reached { name, on, condition, within, conversion } = &self.def.goal else { return };
        if on != event.name || self.run.goal_at.is_some() || event.at > self.run.entered_at + *within {
            return;
        }
        if condition.as_ref().is_none_or(|c| self.holds(c, || "goal".to_owned())) {
            self.run.goal_at = Some(event.at);
            let conversion = conversion.as_ref().map(|conversion| self.converted(conversion));
            self.events.push(RunEvent::Goal { name: name.clone(), conversion });
            self.taken = Taken::Used;
        }
    }

    /// An amount that cannot be computed is noted; whether the event can go without it is for whoever reports it to say.
    fn converted(&mut self, conversion: &Conversion) -> Converted {
        let money = conversion.money.as_ref().and_then(|(value, currency)| {
            let value = match self.value(value, || "goal.conversion.value".to_owned())? {
                Value::Int(whole) => whole as f64,
                Value::Float(value) if value.is_finite() => value,
                Value::Text(text) => text.trim().parse().ok().filter(|value: &f64| value.is_finite())?,
                _ => return None,
            };
            let currency = self.value(currency, || "goal.conversion.currency".to_owned())?;
            let currency = currency.as_text()?.trim().to_uppercase();
            (currency.len() == 3 && currency.bytes().all(|b| b.is_ascii_uppercase())).then_some(ConversionValue { value, currency })
        });
        Converted { event: conversion.event, money }
    }

    /// Applies updates. `false` when the event is out of date or moved the run: then no wait may look at it any more.
    fn updates(&mut self, event: &EventView<'_>) -> bool {
        let def = self.def;
        let mut go = None;
        let mut applied = false;
        for (n, update) in def.updates.iter().enumerate().filter(|(_, update)| update.on == event.name) {
            if !update.condition.as_ref().is_none_or(|c| self.holds(c, || format!("updates[{}]", n + 1))) {
                continue;
            }
            self.taken = Taken::Used;
            if !self.apply(update, event) {
                return false;
            }
            applied = true;
            go = go.or(update.then.as_deref());
        }
        if let Some(to) = go {
            // Whatever was queued speaks of the old state of affairs.
            self.effects.push(Effect::CancelMessages);
            let before = self.anchored_due();
            self.travel(Some(Hop::new("update", to)));
            if let (Some((_, from)), Some((step, to))) = (before, self.anchored_due())
                && from != to
            {
                self.events.push(RunEvent::TimerReanchored { step, from, to });
            }
            return false;
        }
        if applied {
            self.reanchor();
        }
        !self.run.is_ended()
    }

    /// A44: nothing goes back. An ordered variable by its declared order, any other by the time of its event.
    fn apply(&mut self, update: &Update, event: &EventView<'_>) -> bool {
        let mut values = Vec::new();
        for (name, from) in &update.set {
            let Some(variable) = self.def.context.iter().find(|v| v.name == *name) else { continue };
            let place = || format!("updates.{}.{name}", update.on);
            let Some(value) = self.value(from, place).and_then(|v| self.typed(v, variable.kind, place)) else { continue };
            let kept = self.run.context.get(name).cloned().unwrap_or_default();
            let back = if variable.order.is_empty() {
                self.run.context_at.get(name).is_some_and(|known| event.at < *known)
            } else {
                let rank = |value: &Value| variable.order.iter().position(|known| Some(known.as_str()) == value.as_text());
                // A value outside the order has no place in it and is refused; anything goes forward from nothing.
                rank(&value).is_none() || rank(&value) <= rank(&kept)
            };
            if back {
                self.events.push(RunEvent::UpdateIgnored { variable: name.clone(), value, kept });
                return false;
            }
            values.push((name.clone(), value));
        }
        let variables = values.iter().map(|(name, _)| name.clone()).collect();
        for (name, value) in values {
            self.run.context_at.insert(name.clone(), event.at);
            self.run.context.insert(name, value);
        }
        self.scope.see_run();
        self.events.push(RunEvent::Updated { variables });
        true
    }

    fn anchored_due(&self) -> Option<(String, model::Timestamp)> {
        let step = self.def.steps.get(&self.run.position.step)?;
        match (&step.kind, &self.run.position.waiting) {
            (StepKind::Delay(Delay::Until { .. }), Waiting::Time { due }) => Some((step.name.clone(), *due)),
            _ => None,
        }
    }

    /// R-WAIT-2: an anchored timer moves with what it is computed from. A31: nothing fires at the old time.
    pub fn reanchor(&mut self) {
        let def = self.def;
        let Some(step) = def.steps.get(&self.run.position.step) else { return };
        let place = || format!("{}.until", step.name);
        let anchor = match (&step.kind, &self.run.position.waiting) {
            (StepKind::Delay(Delay::Until { moment, .. }), Waiting::Time { .. }) => moment,
            (StepKind::Await(Await { timeout: Timeout { after: TimeoutAfter::Until(moment), .. }, .. }), Waiting::Answer { .. }) => moment,
            _ => return,
        };
        let to = match anchor.moment(&self.view()) {
            Ok(to) => to,
            Err(reason) => return self.events.push(RunEvent::ConditionFailed { place: place(), reason }),
        };
        match (&step.kind, &mut self.run.position.waiting) {
            (StepKind::Delay(Delay::Until { if_past, .. }), Waiting::Time { due }) => {
                let from = *due;
                if to == from {
                    return;
                }
                *due = to;
                self.events.push(RunEvent::TimerReanchored { step: step.name.clone(), from, to });
                if to < self.moment {
                    self.events.push(RunEvent::PastDue { step: step.name.clone(), moment: to });
                    let hop = match if_past {
                        IfPast::Next => self.go_on(step),
                        IfPast::SkipTo(to) => Some(Hop::new("if_past", to)),
                    };
                    self.travel(hop);
                }
            }
            (StepKind::Await(_), Waiting::Answer { due, .. }) if to != *due => {
                let from = std::mem::replace(due, to);
                self.events.push(RunEvent::TimerReanchored { step: step.name.clone(), from, to });
            }
            _ => {}
        }
    }

    /// R-WAIT-1: the first branch in declared order that holds; at most one fires.
    fn awaited(&mut self, event: &EventView<'_>) {
        let def = self.def;
        if !matches!(self.run.position.waiting, Waiting::Answer { .. }) {
            return self.keep(event);
        }
        let name = self.run.position.step.clone();
        let Some(StepKind::Await(wait)) = def.steps.get(&name).map(|step| &step.kind) else { return };
        for branch in wait.events.iter().filter(|branch| branch.on == event.name) {
            if branch.condition.as_ref().is_none_or(|c| self.holds(c, || format!("{name}.events.{}", branch.on))) {
                self.taken = Taken::Used;
                self.travel(Some(Hop::new(format!("event:{}", branch.on), &branch.to)));
                return;
            }
        }
    }
}
