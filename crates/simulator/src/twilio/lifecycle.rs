//! From the queue to the phone, and the status callbacks that tell of it.

use super::SmsMessage;
use super::message::done_date;
use crate::people::{Entry, Line, Shown, ShownMedia};
use crate::world::{Change, World};

/// What Twilio calls the installation of a channel.
const CHANNEL: &str = "XEaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

fn kind(message: &SmsMessage) -> &'static str {
    match (message.line(), message.media.is_empty()) {
        (Line::Rcs, _) if message.shown.is_some() => "card",
        (Line::Rcs, _) => "rcs",
        (_, true) => "sms",
        (_, false) => "mms",
    }
}

impl World {
    pub(crate) fn sms_scheduled_due(&mut self, sid: &str) {
        let now = self.now;
        if let Some(message) = self.twilio.messages.get_mut(sid).filter(|m| m.status == "scheduled") {
            message.status = "queued";
            message.updated = now;
            self.queue_sms(sid);
        }
    }

    pub(crate) fn sms_status(&mut self, sid: &str, status: &'static str, code: Option<u32>) {
        let now = self.now;
        let sender = self.choose_sender(sid);
        let Some(message) = self.twilio.messages.get_mut(sid).filter(|m| !m.is_final()) else { return };
        message.from = message.from.take().or(sender);
        message.status = status;
        message.error = code;
        message.updated = now;
        if status == "sent" {
            message.sent = Some(now);
        } else {
            message.done = Some(now);
        }
        if status == "delivered" {
            self.sms_arrives(sid);
        }
        self.post_sms_status(sid);
    }

    /// A service keeps to the sender that somebody knows already.
    fn choose_sender(&mut self, sid: &str) -> Option<String> {
        let message = self.twilio.messages.get(sid)?;
        let key = (message.service.clone()?, message.person);
        let pool = self.config.twilio.services.iter().find(|s| s.sid == key.0)?;
        Some(self.twilio.sticky.entry(key).or_insert_with(|| pool.numbers.first().cloned().unwrap_or_default()).clone())
    }

    fn sms_arrives(&mut self, sid: &str) {
        let Some(message) = self.twilio.messages.get(sid).cloned() else { return };
        let media =
            message.media.first().map(|link| ShownMedia { kind: "image".into(), id: None, link: Some(link.clone()), filename: None });
        let entry = Entry {
            seq: self.next_history(),
            at: self.now,
            line: message.line(),
            from_business: true,
            business: message.from.clone().unwrap_or_default(),
            id: sid.to_owned(),
            opaque: message.callback.clone(),
            kind: kind(&message).to_owned(),
            shown: match message.shown.clone().filter(|_| message.line() == Line::Rcs) {
                Some(shown) => shown,
                None => Shown { media, ..Shown::text(message.body.clone()) },
            },
            context: None,
            read_at: None,
            delivered_at: Some(self.now),
            reaction: None,
            revoked: false,
        };
        let deeds = self.deeds_about(message.person, &entry);
        if let Some(person) = self.people.get_mut(message.person) {
            person.thread.push(entry);
        }
        self.plan(message.person, deeds);
        self.announce(Change::Phone { person: message.person });
    }

    /// The form POST to the status callback (reference A.2).
    pub(super) fn post_sms_status(&mut self, sid: &str) {
        let Some(message) = self.twilio.messages.get(sid) else { return };
        let Some(url) = message.callback.clone() else { return };
        let mut form: Vec<(String, String)> = Vec::new();
        let mut add = |name: &str, value: &str| form.push((name.to_owned(), value.to_owned()));
        if let Some(code) = message.error {
            add("ErrorCode", &code.to_string());
        }
        if let Some(done) = message.done.filter(|_| matches!(message.status, "delivered" | "undelivered")) {
            add("RawDlrDoneDate", &done_date(done));
        }
        add("SmsSid", sid);
        add("SmsStatus", message.status);
        add("MessageStatus", message.status);
        add("To", &message.to);
        if let Some(service) = &message.service {
            add("MessagingServiceSid", service);
        }
        add("MessageSid", sid);
        add("AccountSid", &self.config.twilio.account_sid);
        add("From", message.from.as_deref().unwrap_or_default());
        add("ApiVersion", super::message::VERSION);
        if message.line() == Line::Rcs {
            add("ChannelPrefix", "rcs");
            add("ChannelInstallSid", CHANNEL);
            if let Some(code) = message.error {
                add("ChannelStatusMessage", super::codes::failure(code));
            }
            if message.status == "read" {
                add("EventType", "READ");
            }
        }
        self.post_twilio(&url, &form, Vec::new(), None);
    }
}
