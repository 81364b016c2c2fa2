//! Business events: what they say about the contact, then what journeys make of them.

use journey::{Admission, EventView, Input, Journey, PastRun, Taken};
use model::RunId;
use model::contact::ContactPatch;
use model::json_text;
use model::timeline::TimelineKind;
use model::value::Attributes;

use crate::JourneyState;
use crate::work::{Emitted, Work, journey_scope};

/// Events emitted by journeys that may follow from one signal. More means that journeys call each other in a circle.
const EMITTED_MAX: usize = 32;

impl Work<'_> {
    /// Attributes first, then the event: both are visible to the same decision (R-ENTRY-3).
    pub fn event(&mut self, name: &str, properties: &Attributes, patch: &ContactPatch) {
        self.apply_patch(patch);
        let properties = &self.about_message(properties);
        self.count_engagement(name);
        self.note(TimelineKind::EventTracked, json_text!({ "name": name, "properties": properties, "source": self.signal.source }));
        self.feed(name, properties);
        self.drain_emitted();
        let id = self.signal_id();
        self.reply("signal_id", id.to_string());
    }

    /// Lets the contact's journeys see what their steps emitted, until nothing is left.
    pub fn drain_emitted(&mut self) {
        let mut budget = EMITTED_MAX;
        while let Some(Emitted { name, properties }) = self.emitted.pop_front() {
            if budget == 0 {
                self.note(
                    TimelineKind::RuntimeNotice,
                    json_text!({ "what": "journeys emit events in a circle", "event": name, "dropped": self.emitted.len() + 1 }),
                );
                self.emitted.clear();
                return;
            }
            budget -= 1;
            self.note(TimelineKind::EventTracked, json_text!({ "name": name, "properties": properties, "source": "journey" }));
            self.feed(&name, &properties);
        }
    }

    /// Answers whether a journey made something of it.
    pub fn feed(&mut self, name: &str, properties: &Attributes) -> bool {
        let signal = self.signal;
        let mut used = false;
        let event = EventView { name, properties, at: signal.event_time, arrived: signal.arrival_time, id: signal.id };
        // Runs first: an event that ends one instance and starts another must find the first one ended.
        let runs: Vec<RunId> = self.state.runs.iter().map(|run| run.id).collect();
        for run in runs {
            used |= self.advance(run, Input::Event(&event)) != Taken::No;
        }
        self.feed_ended(&event);
        let catalogue = self.catalogue;
        for (name, published) in &catalogue.journeys {
            if published.state == JourneyState::Open && published.current.entry.on == event.name {
                used |= self.admit(name, &published.current, &event);
            }
        }
        used
    }

    /// A goal may be reached after the run has ended, within its window.
    fn feed_ended(&mut self, event: &EventView<'_>) {
        let now = self.now;
        let catalogue = self.catalogue;
        for run in std::mem::take(&mut self.state.ended) {
            let Some(def) = catalogue.journey(&run.journey, &run.version) else { continue };
            if run.goal_open_until(def).is_none_or(|until| until < now) {
                continue;
            }
            let outcome = journey::step(def, run, Input::Event(event), &self.step_env());
            self.carry_out(def, outcome);
        }
    }

    fn admit(&mut self, name: &str, def: &Journey, event: &EventView<'_>) -> bool {
        let active = self.state.runs.iter().filter(|run| run.journey == name).map(journey::RunState::past);
        let ended = self.state.past.iter().filter(|past| past.journey == name).map(|past| PastRun {
            instance_key: &past.instance_key,
            entered_at: past.entered_at,
            ended_at: past.ended_at,
        });
        let past: Vec<_> = ended.chain(active).collect();
        let scope = journey_scope(name, &def.version);
        match journey::admit(def, event, &past, &self.state.contact, self.now) {
            Admission::NotMine => false,
            Admission::Reject { code, reason } => {
                self.count(&scope, "", "rejected", 1);
                self.note(TimelineKind::RunRejected, json_text!({ "journey": name, "code": code, "reason": reason, "event": event.name }));
                false
            }
            Admission::Enter { instance_key } => {
                let now = self.now;
                let id = RunId::mint(now, self.draws());
                let outcome = journey::enter(def, id, instance_key, event, &self.step_env());
                self.count(&scope, "", "entered", 1);
                self.carry_out(def, outcome);
                true
            }
        }
    }
}
