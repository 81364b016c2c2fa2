//! `POST …/Messages.json`: accepting an SMS.

use model::{Millis, Rng};
use serde_json::Value;

use super::error::TwilioError;
use super::message::RCS;
use super::validate::{self, Form};
use super::{SmsMessage, segments};
use crate::people::{Line, Outcome, PersonId};
use crate::world::{Event, World};

impl World {
    pub(super) fn accept_sms(&mut self, form: &Form) -> Result<Value, TwilioError> {
        let to = form.some("To").ok_or_else(|| TwilioError::new(21604, ""))?;
        let (phone, to) = match to.strip_prefix(RCS) {
            Some(phone) => validate::phone(phone).map(|phone| (phone.clone(), format!("{RCS}{phone}")))?,
            None => validate::phone(to).map(|phone| (phone.clone(), phone))?,
        };
        if let Some(code) = validate::magic(&phone) {
            return Err(TwilioError::new(code, &phone));
        }
        let (from, service) = self.sender_of(form, &to)?;
        let (body, media, shown) = match form.some("ContentSid") {
            Some(sid) => {
                let shown = self.show_content(sid, form.some("ContentVariables"))?;
                let media = shown.media.as_ref().and_then(|media| media.link.clone()).into_iter().collect();
                (shown.text.clone(), media, Some(shown))
            }
            None => validate::content(form).map(|(body, media)| (body, media, None))?,
        };
        if let Some(callback) = form.some("StatusCallback") {
            validate::url(callback, 21609)?;
        }
        let validity_s = validate::validity(form)?;
        let send_at = validate::schedule(form, self.now)?;
        if from.as_deref() == Some(to.as_str()) {
            return Err(TwilioError::new(21266, ""));
        }
        let person = self.sms_person(&phone);
        let senders = self.senders(from.as_deref(), service.as_deref());
        if self.people.get(person).is_some_and(|p| senders.iter().any(|s| p.sms_stopped.contains(s))) {
            return Err(TwilioError::new(21610, &to));
        }
        let line = if from.as_deref().is_some_and(|from| from.starts_with(RCS)) { Line::Rcs } else { Line::Sms };
        if let Some(code) = self.outcomes.refusal(person, line, &phone) {
            return Err(TwilioError::new(code, &to));
        }
        let body = if form.get("SmartEncoded") == Some("true") { segments::smart(&body) } else { body };
        let callback = form.some("StatusCallback").map(str::to_owned).or_else(|| {
            let services = &self.config.twilio.services;
            services.iter().find(|s| Some(&s.sid) == service.as_ref()).and_then(|s| s.status_callback.clone())
        });
        let sid = self.mint.sid(if media.is_empty() { "SM" } else { "MM" });
        let message = SmsMessage {
            sid: sid.clone(),
            person,
            inbound: false,
            segments: segments::count(&body),
            status: match (&send_at, &service) {
                (Some(_), _) => "scheduled",
                (None, Some(_)) if from.is_none() => "accepted",
                _ => "queued",
            },
            from,
            to,
            body,
            shown,
            service,
            media,
            error: None,
            callback,
            validity_s,
            created: self.now,
            sent: None,
            updated: self.now,
            done: None,
        };
        let answer = message.json(&self.config.twilio.account_sid);
        self.twilio.keep(message);
        match send_at {
            Some(at) => self.agenda.add(at, Event::SmsScheduled { sid }),
            None => self.queue_sms(&sid),
        }
        Ok(answer)
    }

    /// `From` must be ours; with a service as well it must be in its pool. A phone that is to be reached by RCS needs an RCS sender.
    fn sender_of(&self, form: &Form, to: &str) -> Result<(Option<String>, Option<String>), TwilioError> {
        let service = form.some("MessagingServiceSid");
        if let Some(sid) = service {
            let pool = self.config.twilio.services.iter().find(|s| s.sid == sid).ok_or_else(|| TwilioError::new(21701, sid))?;
            if pool.numbers.is_empty() {
                return Err(TwilioError::new(21704, ""));
            }
            if let Some(from) = form.some("From")
                && !pool.numbers.iter().chain(&pool.rcs).any(|n| n == from)
            {
                return Err(TwilioError::new(21606, from));
            }
        }
        let by_rcs = to.starts_with(RCS);
        let from = match form.some("From") {
            Some(from) if by_rcs && !from.starts_with(RCS) => return Err(TwilioError::new(21612, to)),
            Some(from) if self.twilio.inbound_url(from).is_some() => Some(from.to_owned()),
            Some(from) => return Err(TwilioError::new(21606, from)),
            None if service.is_none() => return Err(TwilioError::new(21603, "")),
            None if by_rcs => {
                let pool = self.config.twilio.services.iter().find(|s| Some(s.sid.as_str()) == service);
                Some(pool.and_then(|pool| pool.rcs.clone()).ok_or_else(|| TwilioError::new(21612, to))?)
            }
            None => None,
        };
        Ok((from, service.map(str::to_owned)))
    }

    /// Every number behind a sender: STOP to one of a pool stops the pool.
    fn senders(&self, from: Option<&str>, service: Option<&str>) -> Vec<String> {
        let pools = self.config.twilio.services.iter();
        let pool = pools.filter(|s| Some(s.sid.as_str()) == service).flat_map(|s| s.numbers.iter().chain(&s.rcs).cloned());
        from.map(str::to_owned).into_iter().chain(pool).collect()
    }

    pub(crate) fn sms_person(&mut self, phone: &str) -> PersonId {
        match self.people.by_phone(phone) {
            Some(person) => person,
            None => {
                let person = self.people.adopt(phone, &self.mint);
                let adopt = self.config.population.adopt_unknown;
                self.change_person(person, |p| (p.on_whatsapp, p.on_sms) = (adopt, adopt));
                person
            }
        }
    }

    /// Plans what becomes of a message that is in the queue.
    pub(super) fn queue_sms(&mut self, sid: &str) {
        self.prefer_rcs(sid);
        let Some(message) = self.twilio.messages.get(sid) else { return };
        let (person, phone, line) = (message.person, message.phone().to_owned(), message.line());
        let validity = Millis::from_secs(message.validity_s);
        let mut draws = self.keyed("sms", sid);
        let sent = self.now + Millis(100 + draws.below(500) as i64);
        // Handsets answer within seconds, a few only after minutes; text messages suffer half as often as data does.
        let slow = draws.below(200) < u64::from(self.knobs.slow_phones_percent);
        let wait = Millis(if slow { 60_000 + draws.below(1_200_000) } else { 600 + draws.below(5_000) } as i64);
        let add = |world: &mut Self, at, status, code| world.agenda.add(at, Event::SmsStatus { sid: sid.to_owned(), status, code });
        add(self, sent, "sent", None);
        let by_rcs = line == Line::Rcs;
        let reachable = self.people.get(person).is_some_and(|p| if by_rcs { p.on_rcs } else { p.on_sms });
        match self.outcomes.lookup(person, line, &phone) {
            Some(Outcome::Fail { code }) => add(self, sent + wait, "undelivered", Some(code)),
            // By SMS nobody hears of it again.
            Some(Outcome::NeverDelivered) if by_rcs => add(self, sent + validity, "undelivered", Some(30036)),
            Some(Outcome::NeverDelivered) => {}
            _ if !reachable => add(self, sent + wait, "undelivered", Some(if by_rcs { 63036 } else { 30005 })),
            _ if wait > validity => add(self, sent + validity, "undelivered", Some(30036)),
            _ => add(self, sent + wait, "delivered", None),
        }
    }
}
