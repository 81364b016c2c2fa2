//! Acting as a customer, and looking at their phone.

use model::Timestamp;
use simulator::{Entry, Line, PersonId, Persona, TruthRow};

use super::Bench;

impl Bench {
    /// The person with this number; somebody who does nothing by themselves if there is none yet.
    pub fn person(&self, phone: &str) -> PersonId {
        self.stage.simulator.with(|world| {
            let known = world.people().by_phone(phone);
            known.unwrap_or_else(|| world.invite("Sample Customer", phone, Persona::Manual).expect("a free number"))
        })
    }

    pub fn types(&self, phone: &str, line: Line, words: &str) -> String {
        let person = self.person(phone);
        self.stage.simulator.with(|world| world.person_types(person, line, None, words)).expect("a person can write")
    }

    /// Taps a button of the newest message that has it.
    pub fn taps(&self, phone: &str, button: &str) {
        let person = self.person(phone);
        let entries = self.phone(phone);
        let newest = entries.iter().rev().find(|entry| entry.shown.taps.iter().any(|tap| tap.id == button || tap.title == button));
        let message = newest.unwrap_or_else(|| panic!("no message with `{button}` on the phone: {entries:#?}")).id.clone();
        self.stage.simulator.with(|world| world.person_taps(person, &message, button)).expect("a tap");
    }

    /// What arrived on a phone from the business, in order.
    pub fn phone(&self, phone: &str) -> Vec<Entry> {
        let person = self.person(phone);
        self.stage.simulator.with(|world| {
            let who = world.person(person).expect("a person");
            who.thread.iter().filter(|entry| entry.from_business).cloned().collect()
        })
    }

    /// What our product put on phones: not the provider's own answers to STOP.
    pub fn truth(&self) -> Vec<TruthRow> {
        let rows = self.stage.simulator.with(|world| world.ground_truth());
        rows.into_iter().filter(|row| row.kind != "provider_auto_reply").collect()
    }

    pub fn truth_after(&self, moment: Timestamp) -> Vec<TruthRow> {
        self.truth().into_iter().filter(|row| row.at > moment).collect()
    }

    pub fn knobs(&self, change: impl FnOnce(&mut simulator::Knobs)) {
        self.stage.simulator.with(|world| {
            let mut knobs = world.knobs().clone();
            change(&mut knobs);
            world.set_knobs(knobs);
        });
    }
}

/// Texts of entries, for comparing.
pub fn says(entries: &[Entry]) -> Vec<&str> {
    entries.iter().map(|entry| entry.shown.text.as_str()).collect()
}
