//! Webhook values (reference 4.2 to 4.4), in the shape of 2026 or, by switch, older ones.

use serde_json::{Value, json};

use super::codes;
use crate::people::{Person, PersonId};
use crate::world::World;

/// Where Meta's errors point.
const HREF: &str = "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/";

impl World {
    /// The members that every value of a number begins with.
    pub(super) fn value_frame(&self, number: &str) -> Value {
        let display = self.cloud.numbers.get(number).map(|n| n.display().to_owned()).unwrap_or_default();
        json!({
            "messaging_product": "whatsapp",
            "metadata": { "display_phone_number": display, "phone_number_id": number },
        })
    }

    /// One member of `contacts`: the profile with inbound messages, and elsewhere only for people with a username.
    pub(super) fn contact(&self, person: &Person, inbound: bool) -> Value {
        let mut contact = json!({});
        if inbound || person.username.is_some() || self.knobs.contacts_always {
            contact["profile"] = json!({ "name": person.name });
            if let Some(username) = &person.username {
                contact["profile"]["username"] = username.as_str().into();
            }
        }
        if !person.phone_hidden || self.knobs.legacy_no_bsuid {
            contact["wa_id"] = person.wa_id().into();
        }
        if !self.knobs.legacy_no_bsuid {
            contact["user_id"] = person.user_id.as_str().into();
        }
        contact
    }

    /// Adds the sender of an inbound message.
    pub(super) fn sign_message(&self, message: &mut Value, person: &Person) {
        if !person.phone_hidden || self.knobs.legacy_no_bsuid {
            message["from"] = person.wa_id().into();
        }
        if !self.knobs.legacy_no_bsuid {
            message["from_user_id"] = person.user_id.as_str().into();
        }
    }

    /// Posts one status of a message.
    pub(super) fn post_status(&mut self, wamid: &str, status: &str, error: Option<u32>) {
        let Some(message) = self.cloud.messages.get(wamid) else { return };
        let Some(person) = self.people.get(message.person) else { return };
        let number = message.number.clone();
        let mut row = json!({ "id": wamid, "status": status, "timestamp": self.now.as_secs().to_string() });
        if !person.phone_hidden || message.by_phone || self.knobs.legacy_no_bsuid {
            row["recipient_id"] = person.wa_id().into();
        }
        // A failed send that was addressed to a phone number tells no user id.
        let untold = status == "failed" && message.by_phone;
        if !self.knobs.legacy_no_bsuid && !untold {
            row["recipient_user_id"] = person.user_id.as_str().into();
        }
        if let Some(opaque) = &message.opaque {
            row["biz_opaque_callback_data"] = opaque.as_str().into();
        }
        let priced = match status {
            "sent" => true,
            "delivered" => !message.skip_delivered,
            "read" => message.skip_delivered,
            _ => false,
        };
        if priced {
            if let Some(conversation) = &message.conversation {
                row["conversation"] = conversation.clone();
            }
            if let Some(pricing) = &message.pricing {
                row["pricing"] = pricing.clone();
            }
        }
        if let Some(code) = error {
            row["errors"] = json!([error_object(code)]);
        }
        let mut value = self.value_frame(&number);
        if (error.is_none() && !self.knobs.legacy_no_bsuid) || self.knobs.contacts_always {
            value["contacts"] = json!([self.contact(person, false)]);
        }
        value["statuses"] = json!([row]);
        self.post_cloud("messages", Some(&number), value, Vec::new());
    }

    /// `user_preferences`: a person stopped or resumed marketing.
    pub(crate) fn post_preference(&mut self, person: PersonId, number: &str, stop: bool) {
        let Some(who) = self.people.get(person) else { return };
        let mut row = json!({});
        if !who.phone_hidden || self.knobs.legacy_no_bsuid {
            row["wa_id"] = who.wa_id().into();
        }
        if !self.knobs.legacy_no_bsuid {
            row["user_id"] = who.user_id.as_str().into();
        }
        row["detail"] =
            if stop { "User requested to stop marketing messages" } else { "User requested to resume marketing messages" }.into();
        row["category"] = "marketing_messages".into();
        row["value"] = if stop { "stop" } else { "resume" }.into();
        row["timestamp"] = self.now.as_secs().into();
        let mut value = self.value_frame(number);
        value["contacts"] = json!([self.contact(who, true)]);
        value["user_preferences"] = json!([row]);
        self.post_cloud("user_preferences", Some(number), value, Vec::new());
    }
}

/// One member of `errors` in a status or a message.
pub fn error_object(code: u32) -> Value {
    let row = codes::row(code);
    json!({ "code": row.code, "title": row.title, "message": row.title, "error_data": { "details": row.details }, "href": HREF })
}
