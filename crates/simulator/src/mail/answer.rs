//! What people do with mail: write, unsubscribe, complain.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{reading, reports, submit};
use crate::delivery::{Parcel, Provider};
use crate::people::{ActError, Entry, Line, PersonId, Shown};
use crate::world::{Change, World};

impl World {
    /// Answers the last mail from this address, or writes a new one to it. Returns the id in the person's thread.
    pub(crate) fn mail_inbound(&mut self, person: PersonId, business: &str, words: &str) -> String {
        let Some(who) = self.people.get(person) else { return String::new() };
        let (from, name) = (who.email.clone(), who.name.clone());
        let last = who.thread.iter().rev().find(|entry| entry.line == Line::Email && entry.from_business && entry.business == business);
        let (last_id, quoted) = (last.map(|entry| entry.id.clone()), last.map(|entry| entry.shown.text.clone()).unwrap_or_default());
        let kept = last_id.as_deref().and_then(|id| self.mail.kept.get(id)).cloned();
        let seq = self.next_history();
        let id = format!("mail-in-{seq}");
        let date = reports::date(self.now);
        let mut head =
            format!("From: \"{name}\" <{from}>\r\nDate: {date}\r\nMessage-ID: <{id}.{}@example.net>\r\nMIME-Version: 1.0\r\n", self.seed);
        let (to, body) = match &kept {
            Some(kept) => {
                let quote: Vec<String> = quoted.lines().map(|line| format!("> {line}")).collect();
                head.push_str(&format!(
                    "In-Reply-To: {0}\r\nReferences: {0}\r\nSubject: {1}\r\n",
                    kept.message_id,
                    subject(&format!("Re: {}", kept.subject))
                ));
                (kept.reply_to.clone(), format!("{words}\r\n\r\nOn {date}, {business} wrote:\r\n{}\r\n", quote.join("\r\n")))
            }
            None => {
                let first: String = words.lines().next().unwrap_or_default().chars().take(60).collect();
                head.push_str(&format!("Subject: {}\r\n", subject(&first)));
                (business.to_owned(), format!("{words}\r\n"))
            }
        };
        let encoded = STANDARD.encode(body.as_bytes());
        let lines: Vec<&str> = encoded.as_bytes().chunks(76).filter_map(|line| std::str::from_utf8(line).ok()).collect();
        let mail = format!(
            "{head}To: <{to}>\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n{}\r\n",
            lines.join("\r\n")
        );
        self.mail_out(&from, &to, mail.into_bytes());
        let entry = Entry {
            seq,
            at: self.now,
            line: Line::Email,
            from_business: false,
            business: business.to_owned(),
            id: id.clone(),
            opaque: None,
            kind: "email".to_owned(),
            shown: Shown::text(words),
            context: last_id,
            read_at: None,
            delivered_at: None,
            reaction: None,
            revoked: false,
        };
        if let Some(who) = self.people.get_mut(person) {
            who.thread.push(entry);
        }
        self.announce(Change::Phone { person });
        id
    }

    /// Presses the mail program's own button: one POST, or a mail where there is only an address for it.
    pub fn person_unsubscribes(&mut self, person: PersonId, message: &str) -> Result<(), ActError> {
        let kept = self.kept_mail(person, message)?;
        if let Some(url) = kept.one_click {
            let headers = vec![("content-type".to_owned(), "application/x-www-form-urlencoded".to_owned())];
            let body = bytes::Bytes::from_static(b"List-Unsubscribe=One-Click");
            let parcel = Parcel { id: 0, provider: Provider::Mail, url, headers, body, attempt: 0, carries: Vec::new(), reply_route: None };
            self.postbox.post_parcel(self.now, parcel);
            return Ok(());
        }
        let Some(to) = kept.unsubscribe_mail else { return Err(ActError::UnknownChoice("unsubscribe".to_owned())) };
        let from = self.people.get(person).map(|who| who.email.clone()).unwrap_or_default();
        let mail = format!("From: <{from}>\r\nTo: <{to}>\r\nSubject: unsubscribe\r\nDate: {}\r\n\r\n\r\n", reports::date(self.now));
        self.mail_out(&from, &to, mail.into_bytes());
        Ok(())
    }

    /// Calls a mail spam; the person's provider tells the business.
    pub fn person_complains(&mut self, person: PersonId, message: &str) -> Result<(), ActError> {
        let kept = self.kept_mail(person, message)?;
        let recipient = self.people.get(person).map(|who| who.email.clone()).unwrap_or_default();
        let seq = self.next_history();
        let mail = reports::complaint(&kept, &recipient, seq, self.now);
        self.mail_out("", &kept.return_path, mail);
        Ok(())
    }

    /// The person's provider took the mail and sends it back after all: `code` 511 is status 5.1.1, no such mailbox.
    pub fn person_bounces(&mut self, person: PersonId, message: &str, code: u32) -> Result<(), ActError> {
        let kept = self.kept_mail(person, message)?;
        let recipient = self.people.get(person).map(|who| who.email.clone()).unwrap_or_default();
        let seq = self.next_history();
        let (envelope, head) = (kept.envelope.as_deref(), kept.head.as_str());
        let returned = reports::Returned { return_path: &kept.return_path, recipient: &recipient, envelope, head };
        let mail = reports::bounce(&returned, &submit::status(code), seq, self.now);
        self.mail_out("", &kept.return_path, mail);
        Ok(())
    }

    /// A mail as its reader's program has it.
    pub(crate) fn mail_of(&self, person: PersonId, message: &str) -> Result<super::state::Kept, ActError> {
        self.kept_mail(person, message)
    }

    fn kept_mail(&self, person: PersonId, message: &str) -> Result<super::state::Kept, ActError> {
        let who = self.people.get(person).ok_or(ActError::UnknownPerson(person))?;
        let unknown = || ActError::UnknownMessage(message.to_owned());
        who.entry(message).ok_or_else(unknown)?;
        self.mail.kept.get(message).cloned().ok_or_else(unknown)
    }
}

/// Encoded when it has to be (RFC 2047).
fn subject(text: &str) -> String {
    let text: String = text.chars().filter(|letter| !letter.is_control()).collect();
    if text.is_ascii() {
        return text;
    }
    reading::encoded_words(&text)
}
