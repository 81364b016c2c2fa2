//! What a person sends: one entry on the phone, one webhook to the business.

use serde_json::{Value, json};

use crate::ids::Way;
use crate::people::{Entry, Line, PersonId, Shown};
use crate::world::{Change, World};

/// A message on its way from a phone to the business.
#[derive(Clone, Debug, Default)]
pub struct Inbound {
    pub kind: String,
    /// The member of the message that is named like the type.
    pub content: Value,
    pub shown: Shown,
    /// The business message that it quotes or answers.
    pub context: Option<String>,
    /// Further members such as `referral`.
    pub extra: Option<(&'static str, Value)>,
    /// Messages open the service window; reactions, edits and revokes do not (reference 10.1).
    pub opens_window: bool,
}

impl Inbound {
    #[must_use]
    pub fn new(kind: &str, content: Value, shown: Shown) -> Self {
        Self { kind: kind.to_owned(), content, shown, opens_window: true, ..Self::default() }
    }

    #[must_use]
    pub fn answering(mut self, message: &str) -> Self {
        self.context = Some(message.to_owned());
        self
    }

    #[must_use]
    pub fn quiet(mut self) -> Self {
        self.opens_window = false;
        self
    }
}

impl World {
    /// Puts a message on the phone and tells the business. Returns its wamid.
    pub(crate) fn cloud_inbound(&mut self, person: PersonId, number: &str, inbound: Inbound) -> String {
        let now = self.now;
        let phone = self.people.get(person).map(|p| p.phone.clone()).unwrap_or_default();
        let wamid = self.mint.wamid(&phone, Way::Inbound);
        self.cloud.inbound.insert(wamid.clone(), person);
        let entry = Entry {
            seq: self.next_history(),
            at: now,
            line: Line::WhatsApp,
            from_business: false,
            business: number.to_owned(),
            id: wamid.clone(),
            opaque: None,
            kind: inbound.kind.clone(),
            shown: inbound.shown.clone(),
            context: inbound.context.clone(),
            read_at: None,
            delivered_at: None,
            reaction: None,
            revoked: false,
        };
        let blocked = self.cloud.numbers.get(number).is_some_and(|n| n.blocked.contains_key(&person));
        if let Some(who) = self.people.get_mut(person) {
            if !matches!(inbound.kind.as_str(), "reaction" | "revoke" | "edit") {
                who.thread.push(entry);
            }
            if inbound.opens_window && !blocked {
                let window = who.window_mut(number);
                window.last_inbound = Some(now);
                if matches!(inbound.extra, Some(("referral", _))) {
                    window.entry_point_at = Some(now);
                }
            }
        }
        if let Some(("referral", referral)) = &inbound.extra
            && let Some(click) = referral["ctwa_clid"].as_str()
        {
            self.cloud.clicks.entry(click.to_owned()).or_insert(now);
        }
        // Whom the business blocked can write, and nobody hears it.
        if !blocked {
            self.post_inbound(person, number, &wamid, inbound);
        }
        self.announce(Change::Phone { person });
        wamid
    }

    fn post_inbound(&mut self, person: PersonId, number: &str, wamid: &str, inbound: Inbound) {
        let Some(who) = self.people.get(person) else { return };
        let mut message = json!({});
        if let Some(context) = &inbound.context {
            let display = self.cloud.numbers.get(number).map(|n| n.display().to_owned()).unwrap_or_default();
            message["context"] = json!({ "from": display, "id": context });
        }
        self.sign_message(&mut message, who);
        message["id"] = wamid.into();
        message["timestamp"] = self.now.as_secs().to_string().into();
        message["type"] = inbound.kind.as_str().into();
        if !inbound.content.is_null() {
            message[inbound.kind.as_str()] = inbound.content;
        }
        if let Some((name, extra)) = inbound.extra {
            message[name] = extra;
        }
        let mut value = self.value_frame(number);
        // System messages come without contacts.
        if inbound.kind != "system" || self.knobs.contacts_always {
            value["contacts"] = json!([self.contact(who, true)]);
        }
        value["messages"] = json!([message]);
        self.post_cloud("messages", Some(number), value, vec![wamid.to_owned()]);
    }
}
