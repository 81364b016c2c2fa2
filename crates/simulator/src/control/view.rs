//! How people look in JSON.

use model::Timestamp;
use serde::Serialize;

use crate::people::{Entry, Line, Person, PersonId, Persona};

/// One line of the list of people.
#[derive(Debug, Serialize)]
pub struct PersonRow {
    pub id: PersonId,
    pub name: String,
    pub phone: String,
    pub email: String,
    pub persona: Persona,
    pub on_whatsapp: bool,
    pub on_sms: bool,
    pub on_rcs: bool,
    pub username: Option<String>,
    pub last: Option<LastMessage>,
    pub messages: usize,
    /// On WhatsApp; nobody can tell whether a text message was read.
    pub unread: usize,
}

#[derive(Debug, Serialize)]
pub struct LastMessage {
    pub at: Timestamp,
    pub line: Line,
    pub from_business: bool,
    pub text: String,
}

impl PersonRow {
    pub fn of(person: &Person) -> Self {
        let last = person.thread.last().map(|entry| LastMessage {
            at: entry.at,
            line: entry.line,
            from_business: entry.from_business,
            text: summary(entry),
        });
        Self {
            id: person.id,
            name: person.name.clone(),
            phone: person.phone.clone(),
            email: person.email.clone(),
            persona: person.persona,
            on_whatsapp: person.on_whatsapp,
            on_sms: person.on_sms,
            on_rcs: person.on_rcs,
            username: person.username.clone(),
            last,
            messages: person.thread.len(),
            unread: person.thread.iter().filter(|e| e.line == Line::WhatsApp && e.from_business && e.read_at.is_none()).count(),
        }
    }
}

fn summary(entry: &Entry) -> String {
    if entry.shown.text.is_empty() { format!("[{}]", entry.kind) } else { entry.shown.text.chars().take(120).collect() }
}

/// A whole phone.
#[derive(Debug, Serialize)]
pub struct Phone {
    #[serde(flatten)]
    pub row: PersonRow,
    pub user_id: String,
    pub phone_hidden: bool,
    pub read_receipts: bool,
    /// Business numbers that this person blocked, stopped marketing from, stopped SMS from.
    pub blocked: Vec<String>,
    pub marketing_stopped: Vec<String>,
    pub sms_stopped: Vec<String>,
    pub windows: Vec<WindowView>,
    /// Business numbers that are shown as writing now.
    pub typing: Vec<String>,
    pub whatsapp: Vec<Entry>,
    pub sms: Vec<Entry>,
    pub rcs: Vec<Entry>,
    pub email_messages: Vec<Entry>,
    pub duplicates: Vec<String>,
}

#[derive(Debug, Serialize)]
pub struct WindowView {
    pub business: String,
    pub open: bool,
    pub service_until: Option<Timestamp>,
    pub entry_point_until: Option<Timestamp>,
}

impl Phone {
    pub fn of(person: &Person, now: Timestamp) -> Self {
        let thread = |line| person.thread.iter().filter(|e| e.line == line).cloned().collect();
        let list = |set: &std::collections::BTreeSet<String>| set.iter().cloned().collect();
        Self {
            row: PersonRow::of(person),
            user_id: person.user_id.clone(),
            phone_hidden: person.phone_hidden,
            read_receipts: person.read_receipts,
            blocked: list(&person.blocked),
            marketing_stopped: list(&person.marketing_stopped),
            sms_stopped: list(&person.sms_stopped),
            windows: person
                .windows
                .iter()
                .map(|(business, window)| WindowView {
                    business: business.clone(),
                    open: window.service_open(now),
                    service_until: window.service_until(),
                    entry_point_until: window.entry_point_until,
                })
                .collect(),
            typing: person.typing.iter().filter(|(_, until)| now < **until).map(|(business, _)| business.clone()).collect(),
            whatsapp: thread(Line::WhatsApp),
            sms: thread(Line::Sms),
            rcs: thread(Line::Rcs),
            email_messages: thread(Line::Email),
            duplicates: person.duplicates().iter().map(|e| e.id.clone()).collect(),
        }
    }
}
