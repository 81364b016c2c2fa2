//! The rarer things that a person can do: media, reactions, locations, edits, a new number, a call.

use bytes::Bytes;
use model::Rng as _;
use serde::Deserialize;
use serde_json::{Value, json};

use super::population::user_id;
use super::{ActError, Line, PersonId};
use crate::cloud::MediaFile;
use crate::world::{Change, World};

/// A message with more than text, as the control API takes it.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum RichMessage {
    Location {
        latitude: f64,
        longitude: f64,
        name: Option<String>,
    },
    Order {
        order: Value,
    },
    /// A submitted Flow, as the answer to the message that offered it.
    Flow {
        message: String,
        answers: Value,
    },
    Edit {
        message: String,
        text: String,
    },
    Revoke {
        message: String,
    },
    /// A text that quotes a message of the business.
    Quote {
        message: String,
        text: String,
    },
    /// The first message after an advertisement; `referral` is passed on as it is.
    AdReply {
        text: String,
        referral: Option<Value>,
    },
}

/// A file on its way from a phone.
#[derive(Clone, Debug)]
pub struct Attachment {
    pub mime: String,
    pub filename: Option<String>,
    pub bytes: Bytes,
    pub caption: Option<String>,
}

impl World {
    pub fn person_sends(&mut self, person: PersonId, business: Option<&str>, rich: RichMessage) -> Result<String, ActError> {
        let number = self.business_for(person, Line::WhatsApp, business)?;
        let known = |world: &Self, message: &str| {
            let entry = world.people.get(person).and_then(|p| p.entry(message));
            entry.map(drop).ok_or_else(|| ActError::UnknownMessage(message.to_owned()))
        };
        Ok(match rich {
            RichMessage::Location { latitude, longitude, name } => {
                self.cloud_location(person, &number, latitude, longitude, name.as_deref())
            }
            RichMessage::Order { order } => self.cloud_order(person, &number, order),
            RichMessage::Flow { message, answers } => {
                known(self, &message)?;
                self.cloud_flow(person, &number, &message, &answers)
            }
            RichMessage::Edit { message, text } => {
                known(self, &message)?;
                self.change_entry(person, &message, |entry| entry.shown.text.clone_from(&text));
                self.cloud_edit(person, &number, &message, &text)
            }
            RichMessage::Revoke { message } => {
                known(self, &message)?;
                self.change_entry(person, &message, |entry| entry.revoked = true);
                self.cloud_revoke(person, &number, &message)
            }
            RichMessage::Quote { message, text } => {
                known(self, &message)?;
                self.cloud_text(person, &number, &text, Some(&message), None)
            }
            RichMessage::AdReply { text, referral } => {
                let referral = referral.unwrap_or_else(|| self.sample_referral());
                self.cloud_text(person, &number, &text, None, Some(referral))
            }
        })
    }

    fn change_entry(&mut self, person: PersonId, message: &str, change: impl FnOnce(&mut super::Entry)) {
        if let Some(entry) = self.people.get_mut(person).and_then(|p| p.entry_mut(message)) {
            change(entry);
        }
        self.announce(Change::Phone { person });
    }

    fn sample_referral(&mut self) -> Value {
        json!({
            "source_url": "https://fb.me/example",
            "source_id": self.mint.decimal("ad", 18),
            "source_type": "ad",
            "headline": "Chat with us",
            "body": "An advertisement",
            "media_type": "image",
            "image_url": "https://example.com/ad.jpg",
            "ctwa_clid": self.mint.hex("ctwa", 32),
        })
    }

    /// Reacts to a message; an empty emoji takes the reaction back.
    pub fn person_reacts(&mut self, person: PersonId, message: &str, emoji: &str) -> Result<String, ActError> {
        let who = self.people.get(person).ok_or(ActError::UnknownPerson(person))?;
        let entry = who.entry(message).ok_or_else(|| ActError::UnknownMessage(message.to_owned()))?;
        let business = self.business_for(person, Line::WhatsApp, Some(&entry.business.clone()))?;
        self.change_entry(person, message, |entry| entry.reaction = (!emoji.is_empty()).then(|| emoji.to_owned()));
        Ok(self.cloud_reaction(person, &business, message, emoji))
    }

    /// Sends a file. The kind follows the MIME type unless it is a sticker.
    pub fn person_sends_file(
        &mut self,
        person: PersonId,
        line: Line,
        business: Option<&str>,
        file: Attachment,
    ) -> Result<String, ActError> {
        if file.bytes.is_empty() {
            return Err(ActError::BadMedia("the file is empty".into()));
        }
        let business = self.business_for(person, line, business)?;
        let by_twilio = line == Line::Rcs && self.twilio.agents.contains_key(&business);
        if line == Line::Email || (line == Line::Rcs && !by_twilio) {
            return Err(ActError::BadMedia("people here send files by WhatsApp, MMS and Twilio's RCS only".into()));
        }
        if line == Line::Sms || by_twilio {
            let text = file.caption.unwrap_or_default();
            let bytes = Some((file.mime, file.bytes));
            return Ok(match self.is_telnyx_number(&business) {
                true => self.telnyx_inbound(person, &business, &text, bytes),
                false => self.sms_inbound(person, &business, &text, bytes),
            });
        }
        let kind = match file.mime.split('/').next() {
            Some("image") if file.mime == "image/webp" => "sticker",
            Some(kind @ ("image" | "audio" | "video")) => kind,
            _ => "document",
        };
        let media = MediaFile::new(&file.mime, file.filename, file.bytes);
        if !media.fits(kind) {
            return Err(ActError::BadMedia(format!("{} cannot be sent as {kind}", file.mime)));
        }
        Ok(self.cloud_media(person, &business, kind, media, file.caption.as_deref()))
    }

    /// Moves to another number: a new business-scoped user id, told to every business of the conversations.
    pub fn person_changes_number(&mut self, person: PersonId, phone: &str) -> Result<(), ActError> {
        let who = self.people.get(person).ok_or(ActError::UnknownPerson(person))?;
        let digits = phone.strip_prefix('+').unwrap_or_default();
        let free = self.people.by_phone(phone).is_none();
        if !free || !(8..=15).contains(&digits.len()) || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(ActError::BadNumber(phone.to_owned()));
        }
        let old = (who.wa_id().to_owned(), who.user_id.clone());
        let businesses: Vec<String> = who.windows.keys().cloned().collect();
        let fresh = user_id(phone, &mut self.mint.draws("user-id"));
        self.people.renumber(person, phone, fresh);
        for number in businesses {
            self.cloud_number_changed(person, &number, (&old.0, &old.1));
        }
        self.announce(Change::Phone { person });
        Ok(())
    }

    /// Takes the account to another device: the same number and id, another key. Businesses that pin the old one are refused from now on.
    pub fn person_changes_device(&mut self, person: PersonId) -> Result<(), ActError> {
        let hash = format!("{:011x}=", self.mint.draws("device").next_u64() & 0xFFF_FFFF_FFFF);
        let who = self.people.get_mut(person).ok_or(ActError::UnknownPerson(person))?;
        who.identity_hash = hash;
        let businesses: Vec<String> = who.windows.keys().cloned().collect();
        for number in businesses {
            self.cloud_identity_changed(person, &number);
        }
        self.announce(Change::Phone { person });
        Ok(())
    }

    /// Calls the business on WhatsApp. Nobody picks up; the service window opens all the same.
    pub fn person_calls(&mut self, person: PersonId, business: Option<&str>) -> Result<String, ActError> {
        let number = self.business_for(person, Line::WhatsApp, business)?;
        Ok(self.cloud_call(person, &number))
    }
}
