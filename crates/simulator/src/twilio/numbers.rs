//! The account and its numbers; `SmsUrl` says where inbound messages go.

use serde_json::{Value, json};

use super::error::TwilioError;
use super::message::VERSION;
use super::validate::{Form, url};
use crate::crypto;
use crate::world::World;

/// A stable `PN…` id of a number.
fn number_sid(phone: &str) -> String {
    format!("PN{}", &hex::encode(crypto::sha256(phone.as_bytes()))[..32])
}

impl World {
    pub(super) fn account(&self) -> Value {
        let sid = &self.config.twilio.account_sid;
        json!({
            "sid": sid,
            "friendly_name": "Simulated account",
            "status": "active",
            "type": "Full",
            "owner_account_sid": sid,
            "date_created": super::message::rfc2822(self.now),
            "date_updated": super::message::rfc2822(self.now),
            "auth_token": "",
            "subresource_uris": { "messages": format!("/{VERSION}/Accounts/{sid}/Messages.json") },
            "uri": format!("/{VERSION}/Accounts/{sid}.json"),
        })
    }

    fn number_json(&self, phone: &str) -> Value {
        let account = &self.config.twilio.account_sid;
        let sid = number_sid(phone);
        json!({
            "sid": sid,
            "account_sid": account,
            "phone_number": phone,
            "friendly_name": phone,
            "sms_url": self.twilio.numbers.get(phone).cloned().flatten(),
            "sms_method": "POST",
            "capabilities": { "sms": true, "mms": true, "voice": false, "fax": false },
            "uri": format!("/{VERSION}/Accounts/{account}/IncomingPhoneNumbers/{sid}.json"),
        })
    }

    pub(super) fn list_sms_numbers(&self, query: &Form) -> Value {
        let rows: Vec<Value> = self
            .twilio
            .numbers
            .keys()
            .filter(|p| query.some("PhoneNumber").is_none_or(|wanted| wanted == *p))
            .map(|p| self.number_json(p))
            .collect();
        let uri = format!("/{VERSION}/Accounts/{}/IncomingPhoneNumbers.json", self.config.twilio.account_sid);
        json!({ "incoming_phone_numbers": rows, "page": 0, "page_size": 50, "start": 0, "end": rows.len().saturating_sub(1), "uri": uri, "first_page_uri": uri, "next_page_uri": null, "previous_page_uri": null })
    }

    /// Reads or (with `SmsUrl`) changes one number.
    pub(super) fn sms_number(&mut self, sid: &str, change: Option<&Form>) -> Result<Value, TwilioError> {
        let phone = self.twilio.numbers.keys().find(|p| number_sid(p) == sid).cloned().ok_or_else(|| TwilioError::new(20404, sid))?;
        if let Some(link) = change.and_then(|form| form.get("SmsUrl")) {
            if !link.is_empty() {
                url(link, 20001)?;
            }
            self.set_sms_url(&phone, (!link.is_empty()).then_some(link));
        }
        Ok(self.number_json(&phone))
    }

    /// Sets where inbound messages of a number go.
    pub fn set_sms_url(&mut self, phone: &str, url: Option<&str>) {
        if let Some(slot) = self.twilio.numbers.get_mut(phone) {
            *slot = url.map(str::to_owned);
        }
    }
}
