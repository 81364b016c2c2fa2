//! What people write to the profile's numbers, and the words that Telnyx itself understands.

use bytes::Bytes;

use super::TelnyxMessage;
use crate::people::{PersonId, Shown, ShownMedia};
use crate::twilio::{Keyword, keyword};
use crate::world::{Change, World};

impl World {
    /// Whether a business number is one of the profile's.
    pub(crate) fn is_telnyx_number(&self, business: &str) -> bool {
        self.config.telnyx.numbers.iter().any(|number| number == business)
    }

    /// Where the profile's webhooks go.
    pub fn set_telnyx_webhook(&mut self, url: Option<String>) {
        self.config.telnyx.webhook_url = url;
    }

    /// A person writes to one of the numbers. Returns the id of the message.
    pub(crate) fn telnyx_inbound(&mut self, person: PersonId, business: &str, text: &str, file: Option<(String, Bytes)>) -> String {
        let id = self.mint.uuid("telnyx");
        let word = keyword(text).filter(|_| file.is_none());
        let mut media = Vec::new();
        if let Some((mime, bytes)) = file {
            let base = self.telnyx.base.as_deref().unwrap_or("https://api.telnyx.com");
            media.push((format!("{base}/media/{id}"), Some(mime.clone())));
            self.telnyx.files.insert(id.clone(), (mime, bytes));
        }
        let message = TelnyxMessage {
            id: id.clone(),
            person,
            inbound: true,
            from: self.people.get(person).map(|who| who.phone.clone()).unwrap_or_default(),
            to: business.to_owned(),
            text: text.to_owned(),
            media,
            tags: Vec::new(),
            webhook_url: None,
            status: "webhook_delivered",
            code: None,
            received: self.now,
            sent: None,
            completed: None,
        };
        let shown = message.media.first().map(|_| ShownMedia { kind: "image".into(), id: Some(id.clone()), link: None, filename: None });
        self.push_telnyx(&message, "sms", Shown { media: shown, ..Shown::text(text) });
        // The provider acts on the word before the business hears of it.
        if let Some(word) = word {
            self.obey_telnyx(&message, word);
        }
        self.post_telnyx_event("message.received", &message);
        self.telnyx.messages.insert(id.clone(), message);
        self.announce(Change::Phone { person });
        id
    }

    /// STOP to one number stops the whole profile, START lifts it again. Somebody who did not stop gets no answer to START.
    fn obey_telnyx(&mut self, message: &TelnyxMessage, word: Keyword) {
        let numbers = self.config.telnyx.numbers.clone();
        let Some(who) = self.people.get_mut(message.person) else { return };
        let stopped = who.sms_stopped.contains(&message.to);
        let answers = match word {
            Keyword::Stop => {
                who.sms_stopped.extend(numbers);
                !stopped
            }
            Keyword::Start => {
                numbers.iter().for_each(|number| {
                    who.sms_stopped.remove(number);
                });
                stopped
            }
            Keyword::Help => true,
        };
        if answers {
            let reply = TelnyxMessage {
                id: self.mint.uuid("telnyx"),
                inbound: false,
                from: message.to.clone(),
                to: message.from.clone(),
                ..message.clone()
            };
            self.push_telnyx(&reply, "provider_auto_reply", Shown::text(word.auto_reply()));
        }
    }

    fn push_telnyx(&mut self, message: &TelnyxMessage, kind: &str, shown: Shown) {
        let entry = self.telnyx_entry(message, kind, shown);
        if let Some(who) = self.people.get_mut(message.person) {
            who.thread.push(entry);
        }
    }
}
