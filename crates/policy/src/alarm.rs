//! Alarms: more messages to one person than anybody meant (R-CAP-4). What people need is never stopped by a count; it is counted apart from
//! promotions, and where the count looks like a fault (a journey in a circle, a shop that reports each order ten times) operators are told.

use model::{Millis, Purpose, Timestamp};
use serde::{Deserialize, Serialize};

use crate::history::{LONGEST, Mark};

/// One threshold. It never stops a message.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Alarm {
    pub name: String,
    /// What it counts, together.
    pub purposes: Vec<Purpose>,
    /// More than this in the window is told.
    pub above: u32,
    /// Length of the sliding window, milliseconds.
    pub window: Millis,
}

impl Alarm {
    /// Orders and appointments apart from service. A day with more than twelve of either is hardly ever meant.
    #[must_use]
    pub fn defaults() -> Vec<Self> {
        let day = |name: &str, purpose| Self { name: name.to_owned(), purposes: vec![purpose], above: 12, window: Millis::from_hours(24) };
        vec![day("transactional", Purpose::Transactional), day("service", Purpose::Service)]
    }

    /// How many messages the window that ends now holds, of those that it counts. What people write by hand is a conversation and not pressure.
    #[must_use]
    pub fn count(&self, now: Timestamp, marks: &[Mark]) -> usize {
        let counts =
            |mark: &&Mark| mark.is_gone() && !mark.by_person && self.purposes.contains(&mark.purpose) && now - mark.at < self.window;
        marks.iter().filter(counts).count()
    }

    /// Whether one of `purpose`, just counted, makes it too many.
    #[must_use]
    pub fn rings(&self, purpose: Purpose, now: Timestamp, marks: &[Mark]) -> Option<usize> {
        let asked = self.purposes.contains(&purpose);
        asked.then(|| self.count(now, marks)).filter(|count| *count > self.above as usize)
    }

    pub(crate) fn fault(&self) -> Option<(&'static str, &'static str)> {
        if self.window <= Millis::ZERO || self.window > LONGEST {
            return Some(("window", "an alarm's window is between a moment and 90 days"));
        }
        if self.name.is_empty() || self.name.len() > 64 {
            return Some(("name", "a name has 1 to 64 bytes"));
        }
        self.purposes.is_empty().then_some(("purposes", "name at least one purpose"))
    }
}
