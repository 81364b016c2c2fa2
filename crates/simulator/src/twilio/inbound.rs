//! What people write by SMS, the words that the provider understands, and TwiML answers.

use bytes::Bytes;

use super::message::RCS;
use super::{SmsMessage, keyword, segments};
use crate::people::{Entry, Line, PersonId, Shown, ShownMedia, Tap};
use crate::twilio::Keyword;
use crate::world::{Change, World};

impl World {
    /// A person writes to one of the account's numbers. Returns the sid.
    pub(crate) fn sms_inbound(&mut self, person: PersonId, business: &str, text: &str, file: Option<(String, Bytes)>) -> String {
        self.twilio_inbound(person, business, text, file, None)
    }

    /// `tap` is the message and the button that is answered with.
    pub(super) fn twilio_inbound(
        &mut self,
        person: PersonId,
        business: &str,
        text: &str,
        file: Option<(String, Bytes)>,
        tap: Option<(&str, &Tap)>,
    ) -> String {
        let now = self.now;
        let sid = self.mint.sid(if file.is_some() { "MM" } else { "SM" });
        let (line, prefix) = if business.starts_with(RCS) { (Line::Rcs, RCS) } else { (Line::Sms, "") };
        let phone = self.people.get(person).map(|p| format!("{prefix}{}", p.phone)).unwrap_or_default();
        let word = keyword(text).filter(|_| file.is_none());
        let mut media = Vec::new();
        if let Some((mime, bytes)) = file.clone() {
            let media_sid = self.mint.sid("ME");
            self.twilio.media.insert((sid.clone(), media_sid.clone()), (mime, bytes));
            media.push(media_sid);
        }
        let service =
            self.config.twilio.services.iter().find(|s| s.numbers.iter().chain(&s.rcs).any(|n| n == business)).map(|s| s.sid.clone());
        let message = SmsMessage {
            sid: sid.clone(),
            person,
            inbound: true,
            from: Some(phone.clone()),
            to: business.to_owned(),
            body: text.to_owned(),
            shown: None,
            status: "received",
            service: service.clone(),
            segments: segments::count(text),
            media: media.clone(),
            error: None,
            callback: None,
            validity_s: 0,
            created: now,
            sent: Some(now),
            updated: now,
            done: None,
        };
        let mut form = self.inbound_form(&message, file.as_ref().map(|(mime, _)| mime.as_str()), word);
        if let Some((_, tap)) = tap {
            form.extend([("ButtonText".to_owned(), tap.title.clone()), ("ButtonPayload".to_owned(), tap.id.clone())]);
        }
        form.sort_unstable();
        self.twilio.keep(message);
        let shown_media = file.map(|_| ShownMedia { kind: "image".into(), id: media.first().cloned(), link: None, filename: None });
        let kind = if tap.is_some() { "tap" } else { "sms" };
        let context = tap.map(|(message, _)| message);
        self.push_text(person, (line, business), &sid, false, kind, Shown { media: shown_media, ..Shown::text(text) }, context);
        // The provider acts on the word before the business hears of it.
        self.obey(person, business, word);
        match self.twilio.inbound_url(business).cloned().flatten() {
            Some(url) => self.post_twilio(&url, &form, vec![sid.clone()], Some((business.to_owned(), phone))),
            None => tracing::debug!(business, "Inbound SMS has no webhook URL"),
        }
        self.announce(Change::Phone { person });
        sid
    }

    fn inbound_form(&self, message: &SmsMessage, mime: Option<&str>, word: Option<Keyword>) -> Vec<(String, String)> {
        let mut form = Vec::new();
        let mut add = |name: &str, value: &str| form.push((name.to_owned(), value.to_owned()));
        let from = message.from.as_deref().unwrap_or_default();
        for (name, phone) in [("From", from), ("To", message.to.as_str())] {
            add(name, phone);
            if phone.starts_with(RCS) {
                continue;
            }
            add(&format!("{name}Country"), if phone.starts_with("+44") { "GB" } else { "US" });
            for place in ["City", "State", "Zip"] {
                add(&format!("{name}{place}"), "");
            }
        }
        add("MessageSid", &message.sid);
        add("SmsSid", &message.sid);
        add("SmsMessageSid", &message.sid);
        add("SmsStatus", "received");
        add("AccountSid", &self.config.twilio.account_sid);
        add("ApiVersion", super::message::VERSION);
        add("Body", &message.body);
        add("NumMedia", &message.media.len().to_string());
        add("NumSegments", &message.segments.to_string());
        if let Some(service) = &message.service {
            add("MessagingServiceSid", service);
        }
        if let (Some(media), Some(mime)) = (message.media.first(), mime) {
            let base = self.twilio.base.as_deref().unwrap_or("https://api.twilio.com");
            let account = &self.config.twilio.account_sid;
            add("MediaUrl0", &format!("{base}/{}/Accounts/{account}/Messages/{}/Media/{media}", super::message::VERSION, message.sid));
            add("MediaContentType0", mime);
        }
        if let Some(word) = word.filter(|_| self.config.twilio.advanced_opt_out) {
            add("OptOutType", word.name());
        }
        form
    }

    /// STOP to one number of a pool stops the pool; START lifts it again. `YES` means START only for somebody who stopped.
    fn obey(&mut self, person: PersonId, business: &str, word: Option<Keyword>) {
        let Some(word) = word else { return };
        let pools = self.config.twilio.services.iter().filter(|s| s.numbers.iter().chain(&s.rcs).any(|n| n == business));
        let senders: Vec<String> = pools.flat_map(|s| s.numbers.iter().chain(&s.rcs).cloned()).chain([business.to_owned()]).collect();
        let Some(who) = self.people.get_mut(person) else { return };
        let stopped = who.sms_stopped.contains(business);
        match word {
            Keyword::Stop => who.sms_stopped.extend(senders),
            Keyword::Start => senders.iter().for_each(|s| {
                who.sms_stopped.remove(s);
            }),
            Keyword::Help => {}
        }
        let answers = match word {
            Keyword::Stop => !stopped,
            Keyword::Start => stopped,
            Keyword::Help => true,
        };
        if answers {
            let sid = self.mint.sid("SM");
            let line = if business.starts_with(RCS) { Line::Rcs } else { Line::Sms };
            self.push_text(person, (line, business), &sid, true, "provider_auto_reply", Shown::text(word.auto_reply()), None);
        }
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of an entry")]
    fn push_text(
        &mut self,
        person: PersonId,
        (line, business): (Line, &str),
        sid: &str,
        from_business: bool,
        kind: &str,
        shown: Shown,
        context: Option<&str>,
    ) {
        let entry = Entry {
            seq: self.next_history(),
            at: self.now,
            line,
            from_business,
            business: business.to_owned(),
            id: sid.to_owned(),
            opaque: None,
            kind: kind.to_owned(),
            shown,
            context: context.map(str::to_owned),
            read_at: None,
            delivered_at: from_business.then_some(self.now),
            reaction: None,
            revoked: false,
        };
        if let Some(who) = self.people.get_mut(person) {
            who.thread.push(entry);
        }
    }

    /// `<Response><Message>…</Message></Response>` in the answer to an inbound webhook sends those messages back.
    pub(crate) fn twiml_reply(&mut self, business: &str, phone: &str, body: &[u8]) {
        let text = String::from_utf8_lossy(body);
        for message in twiml_messages(&text) {
            let form = super::validate::Form(vec![
                ("To".into(), phone.to_owned()),
                ("From".into(), business.to_owned()),
                ("Body".into(), message),
            ]);
            if let Err(error) = self.accept_sms(&form) {
                tracing::debug!(code = error.code, "A TwiML answer was refused");
            }
        }
    }
}

/// The texts of all `<Message>` verbs, with or without an inner `<Body>`. At most ten, as many as the provider takes.
fn twiml_messages(xml: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut rest = xml;
    while let (Some(start), true) = (rest.find("<Message"), out.len() < 10) {
        let Some(open) = rest[start..].find('>') else { break };
        let inner = &rest[start + open + 1..];
        let Some(end) = inner.find("</Message>") else { break };
        let text = &inner[..end];
        let text = text.split_once("<Body>").and_then(|(_, t)| t.split_once("</Body>")).map_or(text, |(t, _)| t);
        let plain = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&apos;", "'").replace("&amp;", "&");
        out.push(plain.trim().to_owned());
        rest = &inner[end..];
    }
    out.retain(|text| !text.is_empty());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twiml_answers_are_read() {
        assert_eq!(twiml_messages("<Response/>"), Vec::<String>::new());
        assert_eq!(twiml_messages("<Response><Message>a &amp; b</Message><Message><Body>c</Body></Message></Response>"), ["a & b", "c"]);
    }
}
