//! Doing things as a person: by habit, or by hand through the control API.

use model::Millis;

use super::habits::react;
use super::{Deed, Entry, Line, PersonId, TapKind};
use crate::world::{Change, Event, World};

/// Why somebody cannot do that.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ActError {
    #[error("there is no person {0}")]
    UnknownPerson(PersonId),
    #[error("there is no message {0} on this phone")]
    UnknownMessage(String),
    #[error("the message has no tap or row `{0}`")]
    UnknownChoice(String),
    #[error("`{0}` opens something outside the conversation and sends nothing")]
    LeavesConversation(String),
    #[error("there is no business number {0}")]
    UnknownBusiness(String),
    #[error("this person cannot use {0:?}")]
    NoSuchLine(Line),
    #[error("{0} is no phone number in international form")]
    BadNumber(String),
    #[error("the media cannot be used: {0}")]
    BadMedia(String),
}

impl World {
    /// What a person will do about a message that just arrived.
    pub(crate) fn deeds_about(&self, person: PersonId, entry: &Entry) -> Vec<(Millis, Deed)> {
        let Some(who) = self.people.get(person).filter(|_| self.knobs.people_active) else { return Vec::new() };
        let sms_sender = self.twilio.numbers.keys().next().map(String::as_str);
        let speed = i64::from(self.knobs.people_speed.max(1));
        let deeds = react(who, entry, sms_sender, self.now, &mut self.keyed("habit", &entry.id));
        deeds.into_iter().map(|(wait, deed)| (Millis(wait.0 / speed), deed)).collect()
    }

    pub(crate) fn plan(&mut self, person: PersonId, deeds: Vec<(Millis, Deed)>) {
        for (wait, deed) in deeds {
            self.agenda.add(self.now + wait, Event::Habit { person, deed });
        }
    }

    /// A habit whose moment has come. What is no longer possible is left undone.
    pub(crate) fn habit(&mut self, person: PersonId, deed: Deed) {
        if !self.knobs.people_active {
            return;
        }
        let answers = matches!(deed, Deed::Tap { .. } | Deed::Pick { .. } | Deed::Type { .. });
        let done = match deed {
            Deed::Read { message } => self.person_reads(person, &message),
            Deed::Tap { message, tap } => match self.tap_id(person, &message, tap) {
                Some(id) => self.person_taps(person, &message, &id).map(drop),
                None => Err(ActError::UnknownMessage(message)),
            },
            Deed::Pick { message, row } => match self.row_id(person, &message, row) {
                Some(id) => self.person_picks(person, &message, &id).map(drop),
                None => Err(ActError::UnknownMessage(message)),
            },
            Deed::Type { line, business, text } => self.person_types(person, line, Some(&business), &text).map(drop),
            Deed::Block { business } => self.person_blocks(person, Some(&business), true),
            Deed::StopMarketing { business } => self.person_prefers_marketing(person, Some(&business), false),
        };
        match done {
            Ok(()) if answers => {
                let now = self.now;
                if let Some(who) = self.people.get_mut(person) {
                    who.answers.push(now);
                }
            }
            Ok(()) => {}
            Err(error) => tracing::debug!(%person, %error, "A habit came to nothing"),
        }
    }

    fn tap_id(&self, person: PersonId, message: &str, tap: usize) -> Option<String> {
        Some(self.people.get(person)?.entry(message)?.shown.taps.get(tap)?.id.clone())
    }

    fn row_id(&self, person: PersonId, message: &str, row: usize) -> Option<String> {
        Some(self.people.get(person)?.entry(message)?.shown.rows.get(row)?.id.clone())
    }

    /// The business number meant: the one given, the one of the last conversation, or the first there is.
    pub(crate) fn business_for(&self, person: PersonId, line: Line, business: Option<&str>) -> Result<String, ActError> {
        let who = self.people.get(person).ok_or(ActError::UnknownPerson(person))?;
        let able = match line {
            Line::WhatsApp => who.on_whatsapp,
            Line::Sms => who.on_sms,
            Line::Rcs => who.on_rcs,
            Line::Email => who.email.contains('@'),
        };
        if !able {
            return Err(ActError::NoSuchLine(line));
        }
        let first = match line {
            Line::WhatsApp => self.cloud.numbers.keys().next(),
            Line::Sms => self.twilio.numbers.keys().next(),
            Line::Rcs => self.config.rbm.agents.first().map(|agent| &agent.id),
            Line::Email => self.config.mail.business.first(),
        };
        let name = business.or(who.last_business(line)).or(first.map(String::as_str)).unwrap_or_default();
        let known = match line {
            Line::WhatsApp => self.cloud.numbers.contains_key(name),
            Line::Sms => self.twilio.numbers.contains_key(name) || self.is_smsc_number(name) || self.is_telnyx_number(name),
            Line::Rcs => self.twilio.agents.contains_key(name) || self.config.rbm.agents.iter().any(|agent| agent.id == name),
            Line::Email => name.contains('@'),
        };
        if known { Ok(name.to_owned()) } else { Err(ActError::UnknownBusiness(name.to_owned())) }
    }

    /// Writes a text. Returns the id of the message.
    pub fn person_types(&mut self, person: PersonId, line: Line, business: Option<&str>, text: &str) -> Result<String, ActError> {
        let business = self.business_for(person, line, business)?;
        Ok(match line {
            Line::WhatsApp => self.cloud_text(person, &business, text, None, None),
            Line::Sms if self.is_smsc_number(&business) => self.smsc_inbound(person, &business, text),
            Line::Sms if self.is_telnyx_number(&business) => self.telnyx_inbound(person, &business, text, None),
            Line::Sms => self.sms_inbound(person, &business, text, None),
            Line::Rcs if self.twilio.agents.contains_key(&business) => self.sms_inbound(person, &business, text, None),
            Line::Rcs => self.rbm_inbound(person, &business, text),
            Line::Email => self.mail_inbound(person, &business, text),
        })
    }

    /// Taps a button of a message, by its id or its title.
    pub fn person_taps(&mut self, person: PersonId, message: &str, tap: &str) -> Result<String, ActError> {
        let who = self.people.get(person).ok_or(ActError::UnknownPerson(person))?;
        let entry = who.entry(message).ok_or_else(|| ActError::UnknownMessage(message.to_owned()))?;
        let taps = &entry.shown.taps;
        let found = taps.iter().find(|t| t.id == tap).or_else(|| taps.iter().find(|t| t.title == tap));
        let found = found.cloned().ok_or_else(|| ActError::UnknownChoice(tap.to_owned()))?;
        if !matches!(found.kind, TapKind::Reply | TapKind::TemplateReply) {
            return Err(ActError::LeavesConversation(found.title));
        }
        let (line, business) = (entry.line, entry.business.clone());
        let business = self.business_for(person, line, Some(&business))?;
        if line == Line::Rcs {
            self.person_reads(person, message)?;
            if self.twilio.agents.contains_key(&business) {
                return Ok(self.twilio_tap(person, &business, message, &found));
            }
            return Ok(self.rbm_tap(person, &business, message, &found));
        }
        self.cloud_read(person, message);
        Ok(self.cloud_tap(person, &business, message, &found))
    }

    /// Picks a row of a list, by its id or its title.
    pub fn person_picks(&mut self, person: PersonId, message: &str, row: &str) -> Result<String, ActError> {
        let who = self.people.get(person).ok_or(ActError::UnknownPerson(person))?;
        let entry = who.entry(message).ok_or_else(|| ActError::UnknownMessage(message.to_owned()))?;
        let rows = &entry.shown.rows;
        let found = rows.iter().find(|r| r.id == row).or_else(|| rows.iter().find(|r| r.title == row));
        let found = found.cloned().ok_or_else(|| ActError::UnknownChoice(row.to_owned()))?;
        let business = self.business_for(person, Line::WhatsApp, Some(&entry.business.clone()))?;
        self.cloud_read(person, message);
        Ok(self.cloud_pick(person, &business, message, &found))
    }

    /// Opens the conversation: everything up to this message is read.
    pub fn person_reads(&mut self, person: PersonId, message: &str) -> Result<(), ActError> {
        let who = self.people.get(person).ok_or(ActError::UnknownPerson(person))?;
        let entry = who.entry(message).ok_or_else(|| ActError::UnknownMessage(message.to_owned()))?;
        if entry.line == Line::Rcs {
            if self.twilio.agents.contains_key(&entry.business) {
                self.twilio_read(person, message);
            } else {
                self.rbm_read(person, message);
            }
            return Ok(());
        }
        self.cloud_read(person, message);
        Ok(())
    }

    /// Blocks a business number, or lifts the block. The business is not told.
    pub fn person_blocks(&mut self, person: PersonId, business: Option<&str>, block: bool) -> Result<(), ActError> {
        let business = self.business_for(person, Line::WhatsApp, business)?;
        self.change_person(person, |who| {
            if block {
                who.blocked.insert(business);
            } else {
                who.blocked.remove(&business);
            }
        });
        Ok(())
    }

    /// Stops or resumes marketing messages; the business hears of it through `user_preferences`.
    pub fn person_prefers_marketing(&mut self, person: PersonId, business: Option<&str>, wanted: bool) -> Result<(), ActError> {
        let business = self.business_for(person, Line::WhatsApp, business)?;
        let Some(who) = self.people.get_mut(person) else { return Err(ActError::UnknownPerson(person)) };
        let changed = if wanted { who.marketing_stopped.remove(&business) } else { who.marketing_stopped.insert(business.clone()) };
        if changed {
            self.post_preference(person, &business, !wanted);
        }
        self.announce(Change::Phone { person });
        Ok(())
    }
}
