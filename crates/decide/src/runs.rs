//! Carrying out what a journey's step decided.

use journey::{Effect, Input, Journey, RunEvent, RunState, SendNews, StepEnv, StepOutcome, Taken};
use model::change::RunRow;
use model::json_text;
use model::message::Origin;
use model::send_error::FallbackCause;
use model::timeline::TimelineKind;
use model::{Message, MessageStatus, RunId};

use crate::send::Planned;
use crate::state::PastRunRecord;
use crate::work::{Emitted, Work, journey_scope};

/// The run that wants an effect.
struct Wants {
    id: RunId,
    journey: String,
}

impl Work<'_> {
    /// What a step may look at.
    pub fn step_env(&self) -> StepEnv<'_> {
        let contact = &self.state.contact;
        let zone = policy::zones::likeliest(contact, &self.catalogue.rulebook.home_countries);
        StepEnv { now: self.now, contact, zone, templates: &self.catalogue.templates }
    }

    /// Gives one run an input, and answers what it made of it.
    pub fn advance(&mut self, run: RunId, input: Input<'_>) -> Taken {
        let Some(place) = self.state.runs.iter().position(|state| state.id == run) else { return Taken::No };
        let state = &self.state.runs[place];
        if self.fuel == 0 {
            let data = json_text!({ "what": "a journey took too many steps at once", "journey": state.journey });
            self.note(TimelineKind::RuntimeNotice, data).run = Some(run);
            return Taken::No;
        }
        self.fuel -= 1;
        let catalogue = self.catalogue;
        let Some(def) = catalogue.journey(&state.journey, &state.version) else {
            let data = json_text!({ "what": "the version that this run is pinned to is gone", "journey": state.journey, "version": state.version });
            self.note(TimelineKind::RuntimeNotice, data).run = Some(run);
            return Taken::No;
        };
        let state = self.state.runs.remove(place);
        if let Input::Event(event) = input
            && !def.listens_to(event.name)
        {
            // To its place at the end, where every run goes that has seen the event.
            self.state.runs.push(state);
            return Taken::No;
        }
        let outcome = journey::step(def, state, input, &self.step_env());
        self.carry_out(def, outcome)
    }

    /// Tells the run that sent a message what became of it.
    pub fn tell_run(&mut self, message: &Message, news: SendNews) {
        if let Origin::Journey { run, step, visit, .. } = &message.origin {
            self.advance(*run, Input::Send { step, visit: *visit, message: Some(message.id), news });
        }
    }

    /// Stores the run, notes its events, and carries out its effects in order.
    pub fn carry_out(&mut self, def: &Journey, outcome: StepOutcome) -> Taken {
        let StepOutcome { run, effects, events, taken } = outcome;
        let id = run.id;
        let wants = (!effects.is_empty()).then(|| Wants { id, journey: run.journey.clone() });
        let scope = journey_scope(&run.journey, &run.version);
        for event in &events {
            self.note_run_event(def, &run, &scope, event);
        }
        // An event that is about another instance leaves the run, and what lists show of it, as it was.
        if taken != Taken::No || !events.is_empty() || !effects.is_empty() {
            self.save_run(run_row(&run, self.state.contact.id));
        }
        self.state.runs.retain(|other| other.id != id);
        if run.is_ended() {
            self.state.past.retain(|past| past.run != id);
            self.state.past.push(PastRunRecord {
                run: id,
                journey: run.journey.clone(),
                instance_key: run.instance_key.clone(),
                entered_at: run.entered_at,
                ended_at: run.ended_at,
                result: run.result(),
            });
            if run.goal_open_until(def).is_some() {
                self.state.ended.push(run);
            }
        } else {
            self.state.runs.push(run);
        }
        if let Some(wants) = wants {
            for effect in effects {
                self.carry_out_effect(&wants, effect);
            }
        }
        taken
    }

    fn carry_out_effect(&mut self, run: &Wants, effect: Effect) {
        match effect {
            Effect::Send { step, visit, intent } => {
                let (message, news) = match self.plan(*intent) {
                    Planned::Queued { message } => (Some(message), SendNews::Queued),
                    Planned::Silent { cause, .. } => (None, SendNews::NotSent { cause, at: self.now }),
                };
                self.advance(run.id, Input::Send { step: &step, visit, message, news });
            }
            Effect::CancelMessages => self.cancel_of_run(run.id),
            Effect::SetAttribute { name, value } => {
                if value.is_null() {
                    self.state.contact.attributes.remove(&name);
                } else {
                    self.state.contact.attributes.insert(name.clone(), value);
                }
                self.touch_contact();
                self.note(TimelineKind::ContactUpdated, json_text!({ "source": "journey", "changed": [name] })).run = Some(run.id);
            }
            Effect::EmitEvent { name, properties } => {
                self.deliver(&name, &properties, Some((run.id, &run.journey)));
                self.emitted.push_back(Emitted { name, properties });
            }
            Effect::HandOff { queue, priority, reason, summary, fields, step } => {
                let handoff = model::case::Handoff { reason, summary, fields, journey: Some(run.journey.clone()), step: Some(step) };
                self.open_case(queue, priority, handoff, Some(run.id));
            }
        }
    }

    /// Takes back what a run has queued; what is already on its way is recorded as too late to stop (R-EXIT-1).
    fn cancel_of_run(&mut self, run: RunId) {
        let of_run: Vec<Message> =
            self.state.outbox.iter().filter(|message| crate::send::run_of(&message.origin) == Some(run)).cloned().collect();
        for message in of_run {
            if message.status == MessageStatus::Queued {
                self.take_back(message, MessageStatus::Cancelled, "run_ended", "the run that wanted it has ended", None);
            } else {
                let data = json_text!({ "what": "too late to stop: the provider was already being called", "summary": message.summary() });
                let line = self.note(TimelineKind::RuntimeNotice, data);
                line.message = Some(message.id);
                line.run = Some(run);
            }
        }
    }

    fn note_run_event(&mut self, def: &Journey, run: &RunState, scope: &str, event: &RunEvent) {
        let name = def.name.as_str();
        let at_step = run.position.step.as_str();
        let (kind, data) = match event {
            RunEvent::Entered => {
                (TimelineKind::RunEntered, json_text!({ "journey": name, "version": run.version, "key": run.instance_key }))
            }
            RunEvent::StepEntered { step, .. } => {
                self.count(scope, step, "entered", 1);
                self.count(scope, step, "waiting", 1);
                (TimelineKind::StepEntered, json_text!({ "journey": name, "step": step }))
            }
            RunEvent::StepLeft { step, edge, to } => {
                self.count(scope, step, "waiting", -1);
                self.count(scope, step, "left", 1);
                self.count(scope, step, &format!("edge:{edge}>{to}"), 1);
                return;
            }
            RunEvent::Goal { name: goal, conversion } => {
                self.count(scope, "", "goal", 1);
                let told = conversion.as_ref().map(|converted| self.report_conversion(converted, run));
                let data = match told {
                    Some(told) => json_text!({ "journey": name, "goal": goal, "conversion": told }),
                    None => json_text!({ "journey": name, "goal": goal }),
                };
                (TimelineKind::GoalReached, data)
            }
            RunEvent::Exited { name: exit } => {
                self.count(scope, at_step, "waiting", -1);
                self.count(scope, "", "exited", 1);
                self.count(scope, "", &format!("exited:{exit}"), 1);
                (TimelineKind::RunExited, json_text!({ "journey": name, "exit": exit, "step": at_step }))
            }
            RunEvent::Completed { result } => {
                self.count(scope, at_step, "waiting", -1);
                self.count(scope, "", "completed", 1);
                self.count(scope, "", &format!("completed:{result}"), 1);
                (TimelineKind::RunCompleted, json_text!({ "journey": name, "result": result }))
            }
            RunEvent::Failed { reason } => {
                self.count(scope, at_step, "waiting", -1);
                self.count(scope, "", "failed", 1);
                (TimelineKind::RunExited, json_text!({ "journey": name, "failed": reason, "step": at_step }))
            }
            RunEvent::TimerReanchored { step, from, to } => {
                (TimelineKind::TimerReanchored, json_text!({ "journey": name, "step": step, "from": from, "to": to }))
            }
            RunEvent::FallbackTaken { step, cause, .. } => {
                self.count(scope, step, &format!("fallback:{}", cause.as_str()), 1);
                let message = run.latest_attempt(step).and_then(|attempt| attempt.message);
                self.state.fallen_back.extend(message);
                if *cause == FallbackCause::NotDelivered {
                    self.changes.withdrawn.extend(message);
                }
                return;
            }
            RunEvent::Replied { step, reply } => {
                self.count(scope, step, "replied", 1);
                self.count(scope, step, &format!("reply:{reply}"), 1);
                return;
            }
            RunEvent::ReplyUnmatched { step, .. } => {
                self.count(scope, step, "unmatched", 1);
                return;
            }
            RunEvent::Skipped { step, cause } => {
                self.count(scope, step, "skipped", 1);
                self.count(scope, step, &format!("skipped:{}", cause.as_str()), 1);
                return;
            }
            RunEvent::PastDue { step, moment } => {
                self.count(scope, step, "past_due", 1);
                (
                    TimelineKind::StepEntered,
                    json_text!({ "journey": name, "step": step, "skipped": "its moment was already past", "moment": moment }),
                )
            }
            RunEvent::ConditionFailed { place, reason } => (
                TimelineKind::RuntimeNotice,
                json_text!({ "journey": name, "what": "a condition could not be evaluated and counted as false", "place": place, "reason": reason }),
            ),
            RunEvent::UpdateIgnored { variable, value, kept } => (
                TimelineKind::RuntimeNotice,
                json_text!({ "journey": name, "what": "an event would have led an ordered variable back", "variable": variable, "value": value, "kept": kept }),
            ),
            // Timers and repeats are in the run's own state; a double reach is noted with the receipt that reports it.
            RunEvent::TimerSet { .. }
            | RunEvent::Updated { .. }
            | RunEvent::DoubleReach { .. }
            | RunEvent::ReplyRepeated { .. }
            | RunEvent::AskedForHuman { .. } => return,
        };
        self.note(kind, data).run = Some(run.id);
    }
}

pub(crate) fn run_row(run: &RunState, contact: model::ContactId) -> RunRow {
    RunRow {
        id: run.id,
        contact,
        journey: run.journey.clone(),
        version: run.version.clone(),
        instance_key: run.instance_key.clone(),
        status: run.row_status(),
        step: run.position.step.clone(),
        entered_at: run.entered_at,
        ended_at: run.ended_at,
        due_at: run.due(),
        result: run.result(),
        goal_at: run.goal_at,
    }
}
