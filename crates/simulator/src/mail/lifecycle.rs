//! From the server to the mailbox, and what comes back when it does not get there.

use super::reading;
use super::reports::Returned;
use super::state::{Kept, Outgoing};
use super::{reports, submit};
use crate::people::{Entry, Line, Shown, Tap, TapKind};
use crate::world::{Change, World};

impl World {
    pub(crate) fn mail_arrives(&mut self, id: u64) {
        let Some(taken) = self.mail.on_way.remove(&id) else { return };
        let mail = reading::read(&taken.bytes);
        let business = mail.address("from").unwrap_or_default();
        let name = format!("mail-{id}");
        let links = mail.links.iter().enumerate().map(|(at, target)| Tap {
            id: format!("link-{at}"),
            title: target.clone(),
            kind: TapKind::Url,
            target: Some(target.clone()),
        });
        let entry = Entry {
            seq: self.next_history(),
            at: self.now,
            line: Line::Email,
            from_business: true,
            business: business.clone(),
            id: name.clone(),
            opaque: taken.envelope.clone(),
            kind: "email".to_owned(),
            shown: Shown {
                header: mail.field("subject"),
                taps: links.collect(),
                pictures: mail.pictures.clone(),
                ..Shown::text(mail.text.trim_end())
            },
            context: mail.field("in-reply-to"),
            read_at: None,
            delivered_at: Some(self.now),
            reaction: None,
            revoked: false,
        };
        let one_click = mail.field("list-unsubscribe-post").is_some().then(|| mail.unsubscribe("http")).flatten();
        let kept = Kept {
            from: mail.field("from").unwrap_or_default(),
            message_id: mail.field("message-id").unwrap_or_default(),
            reply_to: mail.address("reply-to").unwrap_or(business),
            subject: mail.field("subject").unwrap_or_default(),
            return_path: taken.return_path,
            one_click,
            unsubscribe_mail: mail.unsubscribe("mailto:").map(|link| link.trim_start_matches("mailto:").to_owned()),
            head: mail.head,
            html: mail.html,
            text: mail.text,
            envelope: taken.envelope,
        };
        self.mail.kept.insert(name, kept);
        let deeds = self.deeds_about(taken.person, &entry);
        if let Some(person) = self.people.get_mut(taken.person) {
            person.thread.push(entry);
        }
        self.plan(taken.person, deeds);
        self.announce(Change::Phone { person: taken.person });
    }

    pub(crate) fn mail_returned(&mut self, id: u64, code: u32) {
        let Some(taken) = self.mail.on_way.remove(&id) else { return };
        // A mail without return path is itself a report: nobody is told.
        if taken.return_path.is_empty() {
            return;
        }
        let head = reading::head(&taken.bytes);
        let returned =
            Returned { return_path: &taken.return_path, recipient: &taken.recipient, envelope: taken.envelope.as_deref(), head: &head };
        let bytes = reports::bounce(&returned, &submit::status(code), id, self.now);
        self.mail_out("", &taken.return_path, bytes);
    }

    pub(super) fn mail_out(&mut self, from: &str, to: &str, bytes: Vec<u8>) {
        let not_before = self.now;
        self.mail.outgoing.push_back(Outgoing { from: from.to_owned(), to: to.to_owned(), bytes, not_before, tries: 0 });
    }
}
