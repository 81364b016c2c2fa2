//! Builders for the kinds of inbound messages (reference 4.3).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::inbound::Inbound;
use super::media::MediaFile;
use crate::people::{PersonId, Row, Shown, ShownMedia, Tap, TapKind};
use crate::world::World;

impl World {
    pub(crate) fn cloud_text(
        &mut self,
        person: PersonId,
        number: &str,
        text: &str,
        quoting: Option<&str>,
        referral: Option<Value>,
    ) -> String {
        let mut inbound = Inbound::new("text", json!({ "body": text }), Shown::text(text));
        inbound.context = quoting.map(str::to_owned);
        inbound.extra = referral.map(|r| ("referral", r));
        self.cloud_inbound(person, number, inbound)
    }

    /// A tap on a reply button: two shapes for one gesture.
    pub(crate) fn cloud_tap(&mut self, person: PersonId, number: &str, message: &str, tap: &Tap) -> String {
        let shown = Shown::text(tap.title.clone());
        let inbound = match tap.kind {
            TapKind::TemplateReply => Inbound::new("button", json!({ "payload": tap.id, "text": tap.title }), shown),
            _ => {
                Inbound::new("interactive", json!({ "type": "button_reply", "button_reply": { "id": tap.id, "title": tap.title } }), shown)
            }
        };
        self.cloud_inbound(person, number, inbound.answering(message))
    }

    pub(crate) fn cloud_pick(&mut self, person: PersonId, number: &str, message: &str, row: &Row) -> String {
        let mut reply = json!({ "id": row.id, "title": row.title });
        if let Some(description) = &row.description {
            reply["description"] = description.as_str().into();
        }
        let content = json!({ "type": "list_reply", "list_reply": reply });
        self.cloud_inbound(person, number, Inbound::new("interactive", content, Shown::text(row.title.clone())).answering(message))
    }

    /// A submitted Flow: `response_json` is a JSON string.
    pub(crate) fn cloud_flow(&mut self, person: PersonId, number: &str, message: &str, answers: &Value) -> String {
        let content = json!({ "type": "nfm_reply", "nfm_reply": { "name": "flow", "body": "Sent", "response_json": answers.to_string() } });
        self.cloud_inbound(person, number, Inbound::new("interactive", content, Shown::text("Sent")).answering(message))
    }

    pub(crate) fn cloud_reaction(&mut self, person: PersonId, number: &str, message: &str, emoji: &str) -> String {
        let mut content = json!({ "message_id": message });
        if !emoji.is_empty() {
            content["emoji"] = emoji.into();
        }
        self.cloud_inbound(person, number, Inbound::new("reaction", content, Shown::text(emoji)).quiet())
    }

    /// A file from the person's phone: kept for 7 days, its first URL for 5 minutes.
    pub(crate) fn cloud_media(&mut self, person: PersonId, number: &str, kind: &str, file: MediaFile, caption: Option<&str>) -> String {
        let sha = STANDARD.encode(&file.sha256);
        let (mime, filename) = (file.mime.clone(), file.filename.clone());
        let id = self.keep_media(file);
        let url = self.media_url(&id, None);
        let mut content = json!({ "mime_type": mime, "sha256": sha, "id": id, "url": url });
        if let Some(caption) = caption {
            content["caption"] = caption.into();
        }
        match kind {
            "document" => content["filename"] = filename.clone().unwrap_or_else(|| "document".into()).into(),
            "audio" => content["voice"] = mime.contains("opus").into(),
            "sticker" => content["animated"] = false.into(),
            _ => {}
        }
        let media = ShownMedia { kind: kind.to_owned(), id: Some(id), link: None, filename };
        let shown = Shown { media: Some(media), ..Shown::text(caption.unwrap_or_default()) };
        self.cloud_inbound(person, number, Inbound::new(kind, content, shown))
    }

    pub(crate) fn cloud_location(&mut self, person: PersonId, number: &str, latitude: f64, longitude: f64, name: Option<&str>) -> String {
        let mut content = json!({ "latitude": latitude, "longitude": longitude });
        if let Some(name) = name {
            content["name"] = name.into();
        }
        let shown = Shown::text(format!("{latitude},{longitude}"));
        self.cloud_inbound(person, number, Inbound::new("location", content, shown))
    }

    /// An order out of a catalogue.
    pub(crate) fn cloud_order(&mut self, person: PersonId, number: &str, order: Value) -> String {
        self.cloud_inbound(person, number, Inbound::new("order", order, Shown::text("Order")))
    }

    pub(crate) fn cloud_edit(&mut self, person: PersonId, number: &str, message: &str, text: &str) -> String {
        let content = json!({
            "original_message_id": message,
            "message": { "context": { "id": message }, "type": "text", "text": { "body": text } },
        });
        self.cloud_inbound(person, number, Inbound::new("edit", content, Shown::text(text)).quiet())
    }

    pub(crate) fn cloud_revoke(&mut self, person: PersonId, number: &str, message: &str) -> String {
        self.cloud_inbound(person, number, Inbound::new("revoke", json!({ "original_message_id": message }), Shown::default()).quiet())
    }

    /// Two system messages tell of a new number: one for the classic id, one for the business-scoped one.
    pub(crate) fn cloud_number_changed(&mut self, person: PersonId, number: &str, old: (&str, &str)) {
        let Some(who) = self.people.get(person) else { return };
        let (name, wa_id, user_id, hidden) = (who.name.clone(), who.wa_id().to_owned(), who.user_id.clone(), who.phone_hidden);
        let (old_wa_id, old_user_id) = old;
        if !hidden {
            let body = format!("User {name} changed from {old_wa_id} to {wa_id}");
            self.post_system(person, number, old, json!({ "body": body, "wa_id": wa_id, "type": "user_changed_number" }), None, true);
        }
        if !self.knobs.legacy_no_bsuid {
            let body = format!("User {name} changed from {old_user_id} to {user_id}");
            let system = json!({ "body": body, "user_id": user_id, "previous_user_id": old_user_id, "type": "user_changed_user_id" });
            self.post_system(person, number, old, system, None, false);
        }
    }

    /// The key of the conversation is another one. Told as to a business that has the identity check switched on.
    pub(crate) fn cloud_identity_changed(&mut self, person: PersonId, number: &str) {
        let Some(who) = self.people.get(person) else { return };
        let (name, ids, hash) = (who.name.clone(), (who.wa_id().to_owned(), who.user_id.clone()), who.identity_hash.clone());
        let by_phone = !who.phone_hidden || self.knobs.legacy_no_bsuid;
        let body = format!("The security code of {name} changed");
        let identity = json!({ "acknowledged": false, "created_timestamp": self.now.as_secs().to_string(), "hash": hash });
        let system = json!({ "body": body, "type": "customer_identity_changed" });
        self.post_system(person, number, (&ids.0, &ids.1), system, Some(identity), by_phone);
    }

    /// System messages come from the old identity and leave the phone's thread alone.
    fn post_system(&mut self, person: PersonId, number: &str, old: (&str, &str), system: Value, identity: Option<Value>, by_phone: bool) {
        let wamid = self.mint.wamid(old.0, crate::ids::Way::Inbound);
        let mut message = json!({});
        if by_phone {
            message["from"] = old.0.into();
        }
        if !self.knobs.legacy_no_bsuid {
            message["from_user_id"] = old.1.into();
        }
        message["id"] = wamid.into();
        message["timestamp"] = self.now.as_secs().to_string().into();
        message["type"] = "system".into();
        message["system"] = system;
        if let Some(identity) = identity {
            message["identity"] = identity;
        }
        let mut value = self.value_frame(number);
        if self.knobs.contacts_always
            && let Some(who) = self.people.get(person)
        {
            value["contacts"] = json!([self.contact(who, true)]);
        }
        value["messages"] = json!([message]);
        self.post_cloud("messages", Some(number), value, Vec::new());
    }

    /// A call that nobody answers: `connect`, then `terminate`. It opens the service window like a message.
    pub(crate) fn cloud_call(&mut self, person: PersonId, number: &str) -> String {
        let now = self.now;
        let id = format!("wacid.{}", STANDARD.encode(self.mint.hex("call", 32)));
        let Some(who) = self.people.get_mut(person) else { return id };
        who.window_mut(number).last_inbound = Some(now);
        let from = who.wa_id().to_owned();
        let to = self.cloud.numbers.get(number).map(|n| n.display().to_owned()).unwrap_or_default();
        let call = |event: &str| json!({ "id": id, "from": from, "to": to, "event": event, "direction": "USER_INITIATED", "timestamp": now.as_secs().to_string() });
        let mut connect = call("connect");
        connect["session"] = json!({ "sdp_type": "offer", "sdp": "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n" });
        let mut terminate = call("terminate");
        terminate["status"] = "FAILED".into();
        for call in [connect, terminate] {
            let mut value = self.value_frame(number);
            if let Some(who) = self.people.get(person) {
                value["contacts"] = json!([self.contact(who, true)]);
            }
            value["calls"] = json!([call]);
            self.post_cloud("calls", Some(number), value, Vec::new());
        }
        id
    }
}
