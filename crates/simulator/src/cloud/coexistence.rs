//! One number in the phone app and on the API (reference 11): what the owner writes on the phone, and the phone's address book.

use serde_json::{Value, json};

use crate::ids::Way;
use crate::people::{Entry, Line, PersonId, Shown};
use crate::world::{Change, World};

impl World {
    /// The owner writes to a person on the phone: it arrives as any message, and the API hears it as an echo. Answers its wamid, or nothing when
    /// there is no such number or person.
    pub fn owner_types(&mut self, number: &str, person: PersonId, text: &str) -> Option<String> {
        self.cloud.numbers.get(number)?;
        let phone = self.people.get(person).filter(|who| who.on_whatsapp)?.phone.clone();
        let wamid = self.mint.wamid(&phone, Way::Outbound);
        let entry = Entry {
            seq: self.next_history(),
            at: self.now,
            line: Line::WhatsApp,
            from_business: true,
            business: number.to_owned(),
            id: wamid.clone(),
            opaque: None,
            kind: "text".to_owned(),
            shown: Shown { text: text.to_owned(), ..Shown::default() },
            context: None,
            read_at: None,
            delivered_at: None,
            reaction: None,
            revoked: false,
        };
        let who = self.people.get_mut(person)?;
        who.thread.push(entry);
        self.tell_echo(number, person, &wamid, "text", json!({ "body": text }))?;
        self.announce(Change::Phone { person });
        Some(wamid)
    }

    /// The owner changes what was written on the phone, or (without a text) deletes it. Answers the wamid of the change.
    pub fn owner_changes(&mut self, number: &str, person: PersonId, message: &str, text: Option<&str>) -> Option<String> {
        let who = self.people.get_mut(person)?;
        let phone = who.phone.clone();
        let entry = who.entry_mut(message).filter(|entry| entry.from_business && entry.business == number)?;
        match text {
            Some(text) => entry.shown.text = text.to_owned(),
            None => entry.revoked = true,
        }
        let wamid = self.mint.wamid(&phone, Way::Outbound);
        let (kind, content) = match text {
            Some(text) => ("edit", json!({ "original_message_id": message, "message": { "type": "text", "text": { "body": text } } })),
            None => ("revoke", json!({ "original_message_id": message })),
        };
        self.tell_echo(number, person, &wamid, kind, content)?;
        self.announce(Change::Phone { person });
        Some(wamid)
    }

    fn tell_echo(&mut self, number: &str, person: PersonId, wamid: &str, kind: &str, content: Value) -> Option<()> {
        let display = self.cloud.numbers.get(number)?.display().to_owned();
        let who = self.people.get(person)?;
        let mut echo = json!({ "from": display, "id": wamid, "timestamp": self.now.as_secs().to_string(), "type": kind });
        echo[kind] = content;
        if !who.phone_hidden || self.knobs.legacy_no_bsuid {
            echo["to"] = who.wa_id().into();
        }
        if !self.knobs.legacy_no_bsuid {
            echo["to_user_id"] = who.user_id.as_str().into();
        }
        let mut value = self.value_frame(number);
        value["contacts"] = json!([self.contact(who, true)]);
        value["message_echoes"] = json!([echo]);
        self.post_cloud("smb_message_echoes", Some(number), value, vec![wamid.to_owned()]);
        Some(())
    }

    /// The owner writes an entry of the phone's address book, or takes it out. False when there is no such number.
    pub fn owner_notes_contact(&mut self, number: &str, phone: &str, name: &str, removes: bool) -> bool {
        if !self.cloud.numbers.contains_key(number) {
            return false;
        }
        let mut contact = json!({ "phone_number": phone.trim_start_matches('+') });
        if !removes {
            contact["full_name"] = name.into();
            contact["first_name"] = name.split(' ').next().unwrap_or_default().into();
        }
        let mut value = self.value_frame(number);
        value["state_sync"] = json!([{
            "type": "contact",
            "contact": contact,
            "action": if removes { "remove" } else { "add" },
            "metadata": { "timestamp": self.now.as_secs().to_string() },
        }]);
        self.post_cloud("smb_app_state_sync", Some(number), value, Vec::new());
        true
    }
}
