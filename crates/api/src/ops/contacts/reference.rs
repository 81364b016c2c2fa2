//! How callers name a contact and say what they know of it.

use std::collections::BTreeMap;

use model::contact::ContactPatch;
use model::signal::Target;
use model::{AddressKey, AddressKind, Channel, ContactId, Value};

use crate::ops::prelude::*;

/// A contact by its id or by any of its addresses, with what is newly known of it. Attributes that are `null` are removed.
#[derive(Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "external_id": "patient-42", "phone": "+12025550123", "name": "Sample Person", "attributes": { "first_name": "Sample" } }))]
pub struct ContactInput {
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub id: Option<ContactId>,
    /// The business's own key for the person.
    #[serde(default)]
    pub external_id: Option<String>,
    /// E.164: `+12025550123`.
    #[serde(default)]
    pub phone: Option<String>,
    #[serde(default)]
    pub email: Option<String>,
    /// WhatsApp's business-scoped user id.
    #[serde(default)]
    pub bsuid: Option<String>,
    #[serde(default)]
    pub name: Option<String>,
    /// BCP 47.
    #[serde(default)]
    pub locale: Option<String>,
    /// IANA name.
    #[serde(default)]
    pub time_zone: Option<String>,
    #[serde(default)]
    #[schema(value_type = Option<schema::Channel>)]
    pub preferred_channel: Option<Channel>,
    #[serde(default)]
    #[schema(value_type = BTreeMap<String, serde_json::Value>)]
    pub attributes: BTreeMap<String, Value>,
}

impl ContactInput {
    /// The target and the patch, or every fault in it. `at` is the pointer to this object.
    pub fn read(self, at: &str, create: bool) -> Result<(Target, ContactPatch), Vec<Fault>> {
        let mut faults = Vec::new();
        let keys = self.keys(at, &mut faults);
        check_tags(at, self.locale.as_deref(), self.time_zone.as_deref(), &mut faults);
        if let Some(name) = self.attributes.keys().find(|name| name.is_empty() || name.len() > 100) {
            faults.push(Fault::new(format!("{at}/attributes"), format!("`{name}` is no attribute name: it must have 1 to 100 bytes")));
        }
        if self.id.is_none() && keys.is_empty() && faults.is_empty() {
            faults.push(Fault::new(at, "name the contact by id, external_id, phone, email or bsuid"));
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let target = match self.id {
            Some(id) => Target::Contact(id),
            None => {
                // Looked for last: who is known under the other spelling is the same person.
                let twins = keys.iter().filter(|key| key.kind == AddressKind::Phone).filter_map(|key| phone::twin(&key.value));
                let twins: Vec<_> = twins.map(AddressKey::phone).collect();
                Target::Addresses { keys: keys.iter().cloned().chain(twins).collect(), create }
            }
        };
        let patch = ContactPatch {
            name: self.name,
            locale: self.locale,
            time_zone: self.time_zone,
            preferred_channel: self.preferred_channel,
            addresses: keys,
            attributes: self.attributes,
        };
        Ok((target, patch))
    }

    fn keys(&self, at: &str, faults: &mut Vec<Fault>) -> Vec<AddressKey> {
        let given = [
            (AddressKind::External, "external_id", &self.external_id),
            (AddressKind::Phone, "phone", &self.phone),
            (AddressKind::Bsuid, "bsuid", &self.bsuid),
            (AddressKind::Email, "email", &self.email),
        ];
        let mut keys = Vec::new();
        for (kind, member, value) in given {
            let Some(value) = value else { continue };
            match address(kind, value) {
                Ok(key) => keys.push(key),
                Err(detail) => faults.push(Fault::new(format!("{at}/{member}"), detail)),
            }
        }
        keys
    }
}

/// Reads an address into its canonical form.
pub fn address(kind: AddressKind, value: &str) -> Result<AddressKey, String> {
    let value = value.trim();
    match kind {
        // No country is guessed: a number without one could be anybody's.
        AddressKind::Phone => phone::parse(value, None).map(|n| AddressKey::phone(n.into_string())).map_err(|e| e.to_string()),
        AddressKind::Email => {
            let value = value.to_lowercase();
            if crate::ops::is_email(&value) {
                Ok(AddressKey::new(kind, value))
            } else {
                Err("must be an e-mail address such as desk@example.com".to_owned())
            }
        }
        AddressKind::Bsuid => {
            let shape = value.split_once('.').is_some_and(|(country, rest)| country.len() == 2 && !rest.is_empty());
            if shape && value.len() <= 150 {
                Ok(AddressKey::bsuid(value))
            } else {
                Err("must be a business-scoped user id such as US.13491208655302741918".to_owned())
            }
        }
        AddressKind::External => {
            if (1..=200).contains(&value.len()) {
                Ok(AddressKey::new(kind, value))
            } else {
                Err("must have 1 to 200 bytes".to_owned())
            }
        }
    }
}

pub fn check_tags(at: &str, locale: Option<&str>, zone: Option<&str>, faults: &mut Vec<Fault>) {
    if let Some(locale) = locale
        && !(2..=35).contains(&locale.len()) | !locale.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
    {
        faults.push(Fault::new(format!("{at}/locale"), "must be a language tag such as pt-BR"));
    }
    if let Some(zone) = zone
        && jiff::tz::TimeZone::get(zone).is_err()
    {
        faults.push(Fault::new(format!("{at}/time_zone"), format!("`{zone}` is not a time zone such as Europe/Lisbon")));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_are_none_are_refused_with_a_reason() {
        let read = |text| address(AddressKind::Phone, text).map(|key| key.value);
        assert_eq!(read("+1 (202) 555-0123").as_deref(), Ok("+12025550123"));
        for wrong in ["", "2025550123", "+1", "+1202555012x", "+1202555012345678", "call me"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }

    /// Under either spelling one person is found; Brazil and Mexico have one spelling here, whatever was typed.
    #[test]
    fn u16_one_number_in_two_spellings_is_one_person() {
        let keys = |phone: &str| {
            let input = ContactInput { phone: Some(phone.into()), ..Default::default() };
            let Target::Addresses { keys, .. } = input.read("/contact", true).unwrap().0 else { panic!("it names no id") };
            keys.into_iter().map(|key| key.value).collect::<Vec<_>>()
        };
        assert_eq!(keys("+551161234567"), keys("+5511961234567"));
        assert_eq!(keys("+5215512345678"), keys("+525512345678"));
        assert_eq!(keys("+541123456789"), ["+541123456789", "+5491123456789"]);
        assert_eq!(keys("+5491123456789"), ["+5491123456789", "+541123456789"]);
    }

    #[test]
    fn every_fault_is_named_at_once() {
        let input =
            ContactInput { phone: Some("12".into()), email: Some("x".into()), time_zone: Some("Mars/Base".into()), ..Default::default() };
        let faults = input.read("/contact", true).unwrap_err();
        let pointers: Vec<_> = faults.iter().map(|f| f.pointer.as_str()).collect();
        assert_eq!(pointers, ["/contact/phone", "/contact/email", "/contact/time_zone"]);
    }
}
