//! Outcomes that somebody decided beforehand: by the ending of a number, or by an admin call for one person.
//!
//! | ending | WhatsApp | SMS |
//! |---|---|---|
//! | `0180` | | 21211 at once |
//! | `0181` | | 21610 at once |
//! | `0182` … `0186` | | 30003, 30005, 30006, 30007, 30008 later |
//! | `0187` | | 21614 at once |
//! | `0188` | | 30034 later |
//! | `0189` | | never delivered |
//! | `0190` | 131026 later | |
//! | `0191` | 131049 later | |
//! | `0192` | 131050 later | |
//! | `0193` | 130472 later | |
//! | `0194` | 131000 at once, the repeat succeeds | |
//! | `0195` | `sent`, never delivered | |
//! | `0196` | 137000 later | |
//! | `0197` | 131047 later, also inside the window | |
//! | `0198` | 130429 at once, always | 20429 at once |
//!
//! The codes for SMS are Twilio's; `telnyx/codes.rs` has their counterparts.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Line, PersonId};

/// What becomes of a send.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Outcome {
    /// Refused in the HTTP answer.
    Refuse { code: u32 },
    /// Refused in the HTTP answer this many times, then normal.
    RefuseFirst { code: u32, times: u32 },
    /// Accepted, then `failed` (SMS: `undelivered`).
    Fail { code: u32 },
    /// Accepted and `sent`, and nothing more.
    NeverDelivered,
}

/// A rule by the ending of the recipient's number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutcomeRule {
    pub line: Line,
    pub suffix: String,
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// All scripted outcomes of a world.
#[derive(Clone, Debug, Default)]
pub struct Outcomes {
    pub rules: Vec<OutcomeRule>,
    by_person: BTreeMap<(PersonId, Line), Outcome>,
    refused: BTreeMap<(PersonId, Line), u32>,
}

impl Outcomes {
    /// The table above.
    #[must_use]
    pub fn magic() -> Self {
        use Outcome::{Fail, NeverDelivered, Refuse, RefuseFirst};
        let sms = [
            ("0180", Refuse { code: 21211 }),
            ("0181", Refuse { code: 21610 }),
            ("0182", Fail { code: 30003 }),
            ("0183", Fail { code: 30005 }),
            ("0184", Fail { code: 30006 }),
            ("0185", Fail { code: 30007 }),
            ("0186", Fail { code: 30008 }),
            ("0187", Refuse { code: 21614 }),
            ("0188", Fail { code: 30034 }),
            ("0189", NeverDelivered),
            ("0198", Refuse { code: 20429 }),
        ];
        let whatsapp = [
            ("0190", Fail { code: 131026 }),
            ("0191", Fail { code: 131049 }),
            ("0192", Fail { code: 131050 }),
            ("0193", Fail { code: 130472 }),
            ("0194", RefuseFirst { code: 131000, times: 1 }),
            ("0195", NeverDelivered),
            ("0196", Fail { code: 137000 }),
            ("0197", Fail { code: 131047 }),
            ("0198", Refuse { code: 130429 }),
        ];
        let rule = |line| move |(suffix, outcome): (&str, Outcome)| OutcomeRule { line, suffix: suffix.to_owned(), outcome };
        let rules = sms.into_iter().map(rule(Line::Sms)).chain(whatsapp.into_iter().map(rule(Line::WhatsApp))).collect();
        Self { rules, ..Self::default() }
    }

    /// Sets or clears the outcome of every further send to one person.
    pub fn script(&mut self, person: PersonId, line: Line, outcome: Option<Outcome>) {
        self.refused.remove(&(person, line));
        match outcome {
            Some(outcome) => self.by_person.insert((person, line), outcome),
            None => self.by_person.remove(&(person, line)),
        };
    }

    /// The code to refuse with now, if the script says so. Counts the refusal.
    pub fn refusal(&mut self, person: PersonId, line: Line, phone: &str) -> Option<u32> {
        match self.lookup(person, line, phone)? {
            Outcome::Refuse { code } => Some(code),
            Outcome::RefuseFirst { code, times } => {
                let count = self.refused.entry((person, line)).or_default();
                *count += 1;
                (*count <= times).then_some(code)
            }
            Outcome::Fail { .. } | Outcome::NeverDelivered => None,
        }
    }

    /// What happens after acceptance, if the script says so.
    #[must_use]
    pub fn lookup(&self, person: PersonId, line: Line, phone: &str) -> Option<Outcome> {
        self.by_person
            .get(&(person, line))
            .copied()
            .or_else(|| self.rules.iter().find(|rule| rule.line == line && phone.ends_with(&rule.suffix)).map(|rule| rule.outcome))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_admin_script_wins_over_the_number_ending() {
        let mut outcomes = Outcomes::magic();
        let person = PersonId(1);
        assert_eq!(outcomes.lookup(person, Line::WhatsApp, "+12025550190"), Some(Outcome::Fail { code: 131026 }));
        outcomes.script(person, Line::WhatsApp, Some(Outcome::NeverDelivered));
        assert_eq!(outcomes.lookup(person, Line::WhatsApp, "+12025550190"), Some(Outcome::NeverDelivered));
        outcomes.script(person, Line::WhatsApp, None);
        assert_eq!(outcomes.lookup(person, Line::Sms, "+12025550190"), None);
    }

    #[test]
    fn refuse_first_lets_the_repeat_through() {
        let mut outcomes = Outcomes::magic();
        assert_eq!(outcomes.refusal(PersonId(1), Line::WhatsApp, "+12025550194"), Some(131000));
        assert_eq!(outcomes.refusal(PersonId(1), Line::WhatsApp, "+12025550194"), None);
    }
}
