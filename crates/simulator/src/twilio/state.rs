//! What Twilio knows.

use std::collections::BTreeMap;

use super::SmsMessage;
use crate::config::TwilioConfig;
use crate::people::PersonId;

#[derive(Debug)]
pub struct TwilioState {
    /// Numbers of the account, with the URL for inbound messages.
    pub numbers: BTreeMap<String, Option<String>>,
    pub messages: BTreeMap<String, SmsMessage>,
    /// Sids in the order of creation.
    pub order: Vec<String>,
    /// Which sender of a service somebody talks with.
    pub sticky: BTreeMap<(String, PersonId), String>,
    /// Files of inbound messages: message sid, media sid → type and bytes.
    pub media: BTreeMap<(String, String), (String, bytes::Bytes)>,
    /// The last base URL under which a client reached the API; media URLs are built from it.
    pub base: Option<String>,
}

impl TwilioState {
    #[must_use]
    pub fn new(config: &TwilioConfig) -> Self {
        Self {
            numbers: config.numbers.iter().map(|n| (n.phone.clone(), n.sms_url.clone())).collect(),
            messages: BTreeMap::new(),
            order: Vec::new(),
            sticky: BTreeMap::new(),
            media: BTreeMap::new(),
            base: None,
        }
    }

    #[must_use]
    pub fn author_of(&self, sid: &str) -> Option<PersonId> {
        self.messages.get(sid).filter(|m| m.inbound).map(|m| m.person)
    }

    pub fn keep(&mut self, message: SmsMessage) {
        self.order.push(message.sid.clone());
        self.messages.insert(message.sid.clone(), message);
    }
}
