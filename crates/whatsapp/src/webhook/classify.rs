//! From one change to its updates. Every item is read on its own, so that a broken one loses nothing but itself.

use super::envelope::Place;
use super::{ContactProfile, Update, UpdateKind};
use crate::wire;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Members of a value, as pieces of the body.
#[derive(Deserialize)]
#[serde(transparent)]
struct Members<'a>(#[serde(borrow)] BTreeMap<Cow<'a, str>, &'a RawValue>);

#[derive(Deserialize, Default)]
struct Metadata {
    #[serde(default, deserialize_with = "wire::text_opt")]
    display_phone_number: Option<String>,
    #[serde(default, deserialize_with = "wire::text_opt")]
    phone_number_id: Option<String>,
}

/// Appends the updates of one change. At least one is appended, so that nothing disappears silently.
pub(super) fn change(place: &Place, raw: &RawValue, out: &mut Vec<Update>) {
    let members = match wire::piece::<Members<'_>>(raw) {
        Ok(members) => members.0,
        Err(error) => {
            match wire::mended(raw) {
                Some(mended) => change(place, &mended, out),
                None => out.push(Update::unparsed(place, raw, error)),
            }
            return;
        }
    };
    let mut reader = Reader { place, raw, metadata: Metadata::default(), contacts: Vec::new(), members, out, before: 0 };
    reader.before = reader.out.len();
    reader.metadata = reader.members.get("metadata").and_then(|raw| wire::item(raw).ok()).unwrap_or_default();
    reader.contacts = reader.items("contacts").iter().filter_map(|raw| wire::item(raw).ok()).collect();
    reader.read();
}

struct Reader<'a> {
    place: &'a Place,
    raw: &'a RawValue,
    metadata: Metadata,
    contacts: Vec<ContactProfile>,
    members: BTreeMap<Cow<'a, str>, &'a RawValue>,
    out: &'a mut Vec<Update>,
    before: usize,
}

impl<'a> Reader<'a> {
    fn read(&mut self) {
        match self.place.field.as_str() {
            "messages" => self.messages(),
            "user_preferences" => {
                self.each("user_preferences", UpdateKind::UserPreference);
                self.errors();
            }
            "calls" => {
                self.each("calls", |call| UpdateKind::Call(Box::new(call)));
                self.each("statuses", UpdateKind::CallStatus);
                self.errors();
            }
            "automatic_events" => self.each("automatic_events", UpdateKind::AutomaticEvent),
            "group_lifecycle_update" | "group_participants_update" | "group_settings_update" | "group_status_update" => {
                self.each("groups", |group| UpdateKind::Group(Box::new(group)));
                self.errors();
            }
            // `message_echoes` is undocumented but seen in subscription lists.
            "smb_message_echoes" | "message_echoes" => self.each("message_echoes", |echo| UpdateKind::Echo(Box::new(echo))),
            "smb_app_state_sync" => self.each("state_sync", UpdateKind::ContactSync),
            "history" => {
                self.each("history", |history| UpdateKind::History(Box::new(history)));
                // Media of old messages come under this field with `messages` instead of `history`.
                self.each("messages", |message| UpdateKind::HistoryMedia(Box::new(message)));
                self.errors();
            }
            "message_template_status_update" | "message_template_quality_update" => self.template(),
            "message_template_components_update" => self.whole(UpdateKind::TemplateComponents),
            "template_category_update" => self.whole(UpdateKind::TemplateCategory),
            "template_correct_category_detection" => self.whole(UpdateKind::TemplateCorrectCategory),
            "phone_number_quality_update" => self.whole(UpdateKind::PhoneNumberQuality),
            "phone_number_name_update" => self.whole(UpdateKind::PhoneNumberName),
            "business_capability_update" => self.whole(UpdateKind::BusinessCapability),
            "business_username_updates" | "business_username_update" => self.whole(UpdateKind::BusinessUsername),
            "account_update" => self.whole(|update| UpdateKind::AccountUpdate(Box::new(update))),
            "account_alerts" => self.whole(UpdateKind::AccountAlert),
            "account_review_update" => self.whole(UpdateKind::AccountReview),
            "account_settings_update" => self.whole(UpdateKind::AccountSettings),
            "security" => self.whole(UpdateKind::Security),
            "flows" => self.whole(|flow| UpdateKind::Flow(Box::new(flow))),
            "partner_solutions" => self.whole(UpdateKind::PartnerSolution),
            "payment_configuration_update" => self.whole(UpdateKind::PaymentConfiguration),
            "messaging_handovers" => self.plain(UpdateKind::Handover),
            "standby" => self.plain(UpdateKind::Standby),
            _ => self.plain(UpdateKind::Unknown),
        }
        if self.out.len() == self.before {
            self.plain(UpdateKind::Unknown);
        }
    }

    fn messages(&mut self) {
        self.each("messages", |message| UpdateKind::Message(Box::new(message)));
        self.each("statuses", |status| UpdateKind::Status(Box::new(status)));
        self.each("user_actions", UpdateKind::UserAction);
        // Under `messages` errors stand alone or beside messages; either way they are not the messages' own.
        self.errors();
    }

    /// Meta's own page once printed the quality update under the status field: the members decide.
    fn template(&mut self) {
        if self.members.contains_key("new_quality_score") && !self.members.contains_key("event") {
            self.whole(UpdateKind::TemplateQuality);
        } else {
            self.whole(UpdateKind::TemplateStatus);
        }
    }

    fn errors(&mut self) {
        self.each("errors", UpdateKind::ValueError);
    }

    /// The items of a list member. A member that is there but is no list becomes an `Unparsed` update.
    fn items(&mut self, member: &str) -> Vec<&'a RawValue> {
        let Some(raw) = self.members.get(member).copied() else { return Vec::new() };
        match wire::piece::<Option<Vec<&'a RawValue>>>(raw) {
            Ok(items) => items.unwrap_or_default(),
            Err(error) => {
                let update = Update::unparsed(self.place, raw, format!("{member}: {error}"));
                self.out.push(update);
                Vec::new()
            }
        }
    }

    fn each<T: DeserializeOwned>(&mut self, member: &str, build: impl Fn(T) -> UpdateKind) {
        for raw in self.items(member) {
            let kind = match wire::item(raw) {
                Ok(read) => build(read),
                Err(error) => UpdateKind::Unparsed { error: format!("{member}: {error}") },
            };
            self.push(raw, kind);
        }
    }

    fn whole<T: DeserializeOwned>(&mut self, build: impl FnOnce(T) -> UpdateKind) {
        let kind = match wire::item(self.raw) {
            Ok(read) => build(read),
            Err(error) => UpdateKind::Unparsed { error },
        };
        self.plain(kind);
    }

    fn plain(&mut self, kind: UpdateKind) {
        let raw = self.raw;
        self.push(raw, kind);
    }

    fn push(&mut self, raw: &RawValue, kind: UpdateKind) {
        let contact = self.contact_of(&kind).cloned();
        let mut update = Update::at(self.place, raw, kind);
        update.phone_number_id = self.metadata.phone_number_id.clone();
        update.display_phone_number = self.metadata.display_phone_number.clone();
        update.contact = contact;
        self.out.push(update);
    }

    fn contact_of(&self, kind: &UpdateKind) -> Option<&ContactProfile> {
        let (phone, user_id) = match kind {
            UpdateKind::Message(message) | UpdateKind::HistoryMedia(message) => (message.from.as_deref(), message.from_user_id.as_deref()),
            UpdateKind::Status(status) if status.recipient_type.as_deref() == Some("group") => {
                (status.recipient_participant_id.as_deref(), status.recipient_participant_user_id.as_deref())
            }
            UpdateKind::Status(status) => (status.recipient_id.as_deref(), status.recipient_user_id.as_deref()),
            UpdateKind::UserPreference(preference) => (preference.wa_id.as_deref(), preference.user_id.as_deref()),
            UpdateKind::Echo(echo) => (echo.to.as_deref(), echo.to_user_id.as_deref()),
            UpdateKind::Call(call) => (call.from.as_deref(), call.from_user_id.as_deref()),
            // A click names nobody; with one contact in the delivery it is that one's.
            UpdateKind::UserAction(_) => return self.contacts.first().filter(|_| self.contacts.len() == 1),
            _ => return None,
        };
        self.contacts.iter().find(|contact| contact.is_of(phone, user_id))
    }
}
