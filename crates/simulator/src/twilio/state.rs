//! What Twilio knows.

use std::collections::BTreeMap;

use super::SmsMessage;
use super::content::Content;
use crate::config::TwilioConfig;
use crate::people::PersonId;

#[derive(Debug)]
pub struct TwilioState {
    /// Numbers of the account, with the URL for inbound messages.
    pub numbers: BTreeMap<String, Option<String>>,
    /// RCS senders, with the URL for inbound messages.
    pub agents: BTreeMap<String, Option<String>>,
    /// Content resources by sid.
    pub contents: BTreeMap<String, Content>,
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
            agents: config.agents.iter().map(|agent| (agent.id.clone(), agent.webhook.clone())).collect(),
            contents: BTreeMap::new(),
            messages: BTreeMap::new(),
            order: Vec::new(),
            sticky: BTreeMap::new(),
            media: BTreeMap::new(),
            base: None,
        }
    }

    /// Where messages to a number or an RCS sender are posted; `None` when the account has no such sender.
    #[must_use]
    pub fn inbound_url(&self, sender: &str) -> Option<&Option<String>> {
        self.numbers.get(sender).or_else(|| self.agents.get(sender))
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
