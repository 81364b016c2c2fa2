//! `POST /v2/messages`: accepting a message.

use model::{Millis, Rng};
use serde::Deserialize;
use serde_json::Value;

use super::error::TelnyxError;
use super::{TelnyxMessage, codes};
use crate::people::{Line, Outcome};
use crate::twilio::segments;
use crate::world::{Event, World};

/// Parts that one message may have.
const PARTS_MAX: u32 = 10;
const MEDIA_MAX: usize = 10;
/// Without any receipt Telnyx says in the end that it does not know.
const UNCONFIRMED_AFTER: Millis = Millis::from_hours(24);

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wish {
    from: Option<String>,
    to: Option<String>,
    text: String,
    media_urls: Vec<String>,
    tags: Vec<String>,
    webhook_url: Option<String>,
    messaging_profile_id: Option<String>,
}

impl World {
    pub(super) fn accept_telnyx(&mut self, body: &[u8]) -> Result<Value, TelnyxError> {
        let wish: Wish = serde_json::from_slice(body).map_err(|error| TelnyxError::new(10015, error.to_string()))?;
        let to = wish.to.filter(|to| !to.is_empty()).ok_or_else(|| TelnyxError::new(10004, "The parameter `to` is required."))?;
        if !is_e164(&to) {
            return Err(TelnyxError::new(40310, format!("{to} is not in +E.164 form.")));
        }
        let from = self.telnyx_sender(wish.from.as_deref(), wish.messaging_profile_id.as_deref())?;
        if wish.text.is_empty() && wish.media_urls.is_empty() {
            return Err(TelnyxError::new(40316, ""));
        }
        if segments::count(&wish.text) > PARTS_MAX {
            return Err(TelnyxError::new(40302, format!("A message has {PARTS_MAX} parts at most.")));
        }
        if wish.media_urls.len() > MEDIA_MAX || wish.media_urls.iter().any(|url| !is_web(url)) {
            return Err(TelnyxError::new(40317, ""));
        }
        if wish.webhook_url.as_deref().is_some_and(|url| !is_web(url)) {
            return Err(TelnyxError::new(10015, "`webhook_url` is not a web address."));
        }
        let person = self.sms_person(&to);
        if self.people.get(person).is_some_and(|who| who.sms_stopped.contains(&from)) {
            return Err(TelnyxError::new(40300, "Messages cannot be sent from this number to somebody who replied STOP."));
        }
        if let Some(code) = self.outcomes.refusal(person, Line::Sms, &to) {
            return Err(TelnyxError::new(codes::of_script(code), ""));
        }
        let id = self.mint.uuid("telnyx");
        let message = TelnyxMessage {
            id: id.clone(),
            person,
            inbound: false,
            from,
            to,
            text: wish.text,
            media: wish.media_urls.into_iter().map(|url| (url, None)).collect(),
            tags: wish.tags,
            webhook_url: wish.webhook_url,
            status: "queued",
            code: None,
            received: self.now,
            sent: None,
            completed: None,
        };
        let answer = message.json(&self.config.telnyx.profile_id);
        self.telnyx.messages.insert(id.clone(), message);
        self.plan_telnyx(&id);
        Ok(answer)
    }

    /// A number of the profile; a name is good with the profile's id, because it belongs to none by itself.
    fn telnyx_sender(&self, from: Option<&str>, profile: Option<&str>) -> Result<String, TelnyxError> {
        let config = &self.config.telnyx;
        if profile.is_some_and(|profile| profile != config.profile_id) {
            return Err(TelnyxError::new(10005, "There is no such messaging profile."));
        }
        let first = || config.numbers.first().map(String::as_str);
        let from = from.filter(|from| !from.is_empty()).or_else(|| profile.and_then(|_| first()));
        let from = from.ok_or_else(|| TelnyxError::new(10004, "Either `from` or `messaging_profile_id` is required."))?;
        let name = from.len() <= 11
            && from.chars().any(|c| c.is_ascii_alphabetic())
            && from.chars().all(|c| c.is_ascii_alphanumeric() || c == ' ');
        let known = config.numbers.iter().any(|number| number == from) || name && profile.is_some();
        if known { Ok(from.to_owned()) } else { Err(TelnyxError::new(40305, format!("{from} is not a sender of this profile."))) }
    }

    /// Decides what becomes of a message that was accepted.
    fn plan_telnyx(&mut self, id: &str) {
        let Some(message) = self.telnyx.messages.get(id) else { return };
        let (person, to) = (message.person, message.to.clone());
        let mut draws = self.keyed("telnyx", id);
        let sent = self.now + Millis(100 + draws.below(500) as i64);
        // As by Twilio: handsets answer within seconds, a few only after minutes.
        let slow = draws.below(200) < u64::from(self.knobs.slow_phones_percent);
        let wait = Millis(if slow { 60_000 + draws.below(1_200_000) } else { 600 + draws.below(5_000) } as i64);
        let reachable = self.people.get(person).is_some_and(|who| who.on_sms);
        let end = match self.outcomes.lookup(person, Line::Sms, &to) {
            Some(Outcome::Fail { code }) => Some(codes::of_script(code)),
            Some(Outcome::NeverDelivered) => {
                self.add_telnyx(sent, id, "sent", None);
                return self.add_telnyx(sent + UNCONFIRMED_AFTER, id, "delivery_unconfirmed", None);
            }
            _ if !reachable => Some(40012),
            _ => None,
        };
        match end {
            Some(code) if codes::before_the_carrier(code) => self.add_telnyx(sent, id, "sending_failed", Some(code)),
            _ => {
                self.add_telnyx(sent, id, "sent", None);
                self.add_telnyx(sent + wait, id, if end.is_some() { "delivery_failed" } else { "delivered" }, end);
            }
        }
    }

    fn add_telnyx(&mut self, at: model::Timestamp, id: &str, status: &'static str, code: Option<u32>) {
        self.agenda.add(at, Event::TelnyxStatus { id: id.to_owned(), status, code });
    }
}

fn is_e164(text: &str) -> bool {
    let digits = text.strip_prefix('+').unwrap_or_default();
    (8..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with('0')
}

fn is_web(url: &str) -> bool {
    let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    host.is_some_and(|host| !host.is_empty() && !host.starts_with('/') && !host.contains(' '))
}
