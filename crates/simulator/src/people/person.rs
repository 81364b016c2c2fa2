//! One person: identity on the two channels, settings of the phone, and the phone's threads.

use std::collections::{BTreeMap, BTreeSet};

use model::{Millis, Timestamp};
use serde::Serialize;

use super::{Entry, Line, Persona};

/// Position in the population; stable for the life of a world. Written `p17` in the control API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PersonId(pub u32);

/// The two windows between a business number and a person (reference 10.1).
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Window {
    /// Last message or call from the person; the service window is open for 24 h from here.
    pub last_inbound: Option<Timestamp>,
    /// The person came through an advertisement and waits for an answer since then.
    pub entry_point_at: Option<Timestamp>,
    /// End of the 72 h free entry point window that the business's first answer started.
    pub entry_point_until: Option<Timestamp>,
}

#[derive(Clone, Debug)]
pub struct Person {
    pub id: PersonId,
    pub name: String,
    /// E.164 with plus.
    pub phone: String,
    /// In lower case.
    pub email: String,
    /// Business-scoped user id; changes with the phone number.
    pub user_id: String,
    pub username: Option<String>,
    /// The phone number is kept out of webhooks, as for users who are known by username only.
    pub phone_hidden: bool,
    pub on_whatsapp: bool,
    pub on_sms: bool,
    pub on_rcs: bool,
    pub read_receipts: bool,
    pub persona: Persona,
    /// `phone_number_id`s that this person blocked.
    pub blocked: BTreeSet<String>,
    /// `phone_number_id`s from which marketing was stopped.
    pub marketing_stopped: BTreeSet<String>,
    /// Until when each business number is shown as writing.
    pub typing: BTreeMap<String, Timestamp>,
    /// SMS senders to which STOP was written.
    pub sms_stopped: BTreeSet<String>,
    pub windows: BTreeMap<String, Window>,
    /// What is on the phone, in order of arrival; also the ground truth for tests.
    pub thread: Vec<Entry>,
    /// When this person last answered by habit, newest last; bounds how chatty a pair of bots can get.
    pub answers: Vec<Timestamp>,
    pub identity_hash: String,
}

impl std::fmt::Display for PersonId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "p{}", self.0)
    }
}

impl std::str::FromStr for PersonId {
    type Err = std::num::ParseIntError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.strip_prefix('p').unwrap_or(text).parse().map(Self)
    }
}

impl Serialize for PersonId {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl Window {
    /// Length of the customer service window.
    pub const SERVICE: Millis = Millis::from_hours(24);
    /// Length of the free entry point window.
    pub const ENTRY_POINT: Millis = Millis::from_hours(72);

    #[must_use]
    pub fn service_until(&self) -> Option<Timestamp> {
        self.last_inbound.map(|at| at + Self::SERVICE)
    }

    #[must_use]
    pub fn service_open(&self, now: Timestamp) -> bool {
        self.service_until().is_some_and(|until| now < until)
    }

    #[must_use]
    pub fn entry_point_open(&self, now: Timestamp) -> bool {
        self.entry_point_until.is_some_and(|until| now < until)
    }
}

impl Person {
    /// The classic WhatsApp id: the number's digits.
    #[must_use]
    pub fn wa_id(&self) -> &str {
        self.phone.trim_start_matches('+')
    }

    #[must_use]
    pub fn window(&self, business: &str) -> Window {
        self.windows.get(business).copied().unwrap_or_default()
    }

    pub fn window_mut(&mut self, business: &str) -> &mut Window {
        self.windows.entry(business.to_owned()).or_default()
    }

    #[must_use]
    pub fn entry(&self, message_id: &str) -> Option<&Entry> {
        self.thread.iter().rev().find(|entry| entry.id == message_id)
    }

    pub fn entry_mut(&mut self, message_id: &str) -> Option<&mut Entry> {
        self.thread.iter_mut().rev().find(|entry| entry.id == message_id)
    }

    /// The business number this person talked with last on a line.
    #[must_use]
    pub fn last_business(&self, line: Line) -> Option<&str> {
        self.thread.iter().rev().find(|entry| entry.line == line).map(|entry| entry.business.as_str())
    }

    /// Messages that reached the phone more than once: same opaque id (or, without one, same sender, kind and text).
    #[must_use]
    pub fn duplicates(&self) -> Vec<&Entry> {
        let mut seen = BTreeSet::new();
        self.thread
            .iter()
            .filter(|entry| entry.from_business)
            .filter(|entry| match &entry.opaque {
                Some(opaque) => !seen.insert((opaque.clone(), String::new())),
                None => !seen.insert((entry.business.clone(), format!("{}|{}", entry.kind, entry.shown.text))),
            })
            .collect()
    }
}
