//! How fast a workspace wants to send, beyond what each number may (R-RATE-1): limits that its senders share.
//!
//! The gate never asks them. Who serves the senders spends them, because only there is a rate exact.

use model::Millis;
use serde::{Deserialize, Serialize};

/// The longest time over which a pace may be stated: a day.
const LONGEST: Millis = Millis::from_hours(24);

/// At most so many messages in such a time, spread evenly.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pace {
    pub of: Paced,
    pub messages: u32,
    /// Milliseconds; a second when nothing is said.
    #[serde(default = "second")]
    pub per: Millis,
}

const fn second() -> Millis {
    Millis::from_secs(1)
}

/// What a pace counts.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Paced {
    /// All senders of one account at the provider, by the provider's id of it: WABA id, account SID, system id.
    Account(String),
    /// A template by name, in all its languages.
    Template(String),
    Journey(String),
    /// All journeys whose answers a queue takes: no more goes out than its people can answer.
    Queue(String),
}

impl Pace {
    /// Messages a second.
    #[must_use]
    pub fn per_second(&self) -> f64 {
        f64::from(self.messages) * 1_000.0 / self.per.0.max(1) as f64
    }

    /// What is wrong with it.
    pub(crate) fn fault(&self) -> Option<&'static str> {
        let (Paced::Account(name) | Paced::Template(name) | Paced::Journey(name) | Paced::Queue(name)) = &self.of;
        if name.is_empty() {
            return Some("name what the pace is for");
        }
        if self.messages == 0 {
            return Some("a pace of nothing would hold messages for ever; pause the sender or close the journey instead");
        }
        (self.per < second() || self.per > LONGEST).then_some("a pace is over one second to 24 hours")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r_rate_1_a_pace_is_written_as_people_say_it() {
        let pace: Pace = serde_json::from_str(r#"{"of": {"queue": "front_desk"}, "messages": 90, "per": 3600000}"#).unwrap();
        assert_eq!((pace.of.clone(), pace.per_second()), (Paced::Queue("front_desk".to_owned()), 0.025));
        let short: Pace = serde_json::from_str(r#"{"of": {"journey": "win_back"}, "messages": 20}"#).unwrap();
        assert_eq!(short.per_second(), 20.0);
        assert!(serde_json::from_str::<Pace>(r#"{"of": {"number": "1"}, "messages": 1}"#).is_err());
        assert_eq!((pace.fault(), short.fault()), (None, None));
        assert!(Pace { messages: 0, ..short.clone() }.fault().is_some());
        assert!(Pace { per: Millis(10), ..short }.fault().is_some());
    }
}
