//! People who look at what reaches their WhatsApp, and do nothing more unless they are told to.

use std::collections::BTreeSet;

use model::{Millis, Timestamp};
use simulator::{Line, PersonId, Simulator};

/// How long a message lies unread on the phone of somebody who reads.
const READS_AFTER: Millis = Millis::from_secs(10);

#[derive(Clone, Debug, Default)]
pub struct Readers(BTreeSet<PersonId>);

impl Readers {
    pub fn add(&mut self, person: PersonId) {
        self.0.insert(person);
    }

    pub fn remove(&mut self, person: PersonId) {
        self.0.remove(&person);
    }

    /// Reads what is due at `now`; answers when the next message is read.
    pub fn tick(&self, simulator: &Simulator, now: Timestamp) -> Option<Timestamp> {
        if self.0.is_empty() {
            return None;
        }
        simulator.with(|world| {
            let unread: Vec<(Timestamp, PersonId, String)> = self
                .0
                .iter()
                .filter_map(|id| world.person(*id))
                .flat_map(|person| {
                    let of_business = person.thread.iter().filter(|entry| entry.from_business && entry.line == Line::WhatsApp);
                    let unread = of_business.filter(|entry| entry.read_at.is_none());
                    unread.map(|entry| (entry.at + READS_AFTER, person.id, entry.id.clone())).collect::<Vec<_>>()
                })
                .collect();
            for (_, person, message) in unread.iter().filter(|(at, ..)| *at <= now) {
                // The message is on the phone, so reading it cannot fail.
                let _ = world.person_reads(*person, message);
            }
            unread.into_iter().map(|(at, ..)| at).filter(|at| *at > now).min()
        })
    }
}
