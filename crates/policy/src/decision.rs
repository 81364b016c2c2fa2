//! The permission to send one message, and its seal.
//!
//! A [`Decision`] comes into being in two ways only: the gate made it, or [`Decision::open`] found the gate's own seal intact on a
//! stored message. The seal is an HMAC-SHA256 over everything that a send depends on, so a row that somebody edited in the store does not
//! leave: not to another address, not by another sender, not with other words.

use std::fmt;

use aws_lc_rs::hmac;
use model::content::{ButtonParam, Content};
use model::message::Intent;
use model::{AddressKey, Channel, ContactId, DecisionId, Message, MessageId, MessageStatus, Millis, Purpose, SenderId, WorkspaceId};
use serde::Serialize;
use serde_json::{Value, json};

use crate::lateness;

/// The gate's secret: 32 bytes from the machine's generator, made once and kept by the installation.
#[derive(Clone)]
pub struct GateKey([u8; 32]);

impl GateKey {
    #[must_use]
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    pub(crate) fn hmac(&self) -> hmac::Key {
        hmac::Key::new(hmac::HMAC_SHA256, &self.0)
    }
}

impl fmt::Debug for GateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("GateKey(…)")
    }
}

/// One message that may go now. Adapters take nothing else.
#[derive(Clone, PartialEq, Debug)]
pub struct Decision {
    id: DecisionId,
    workspace: WorkspaceId,
    contact: ContactId,
    message: MessageId,
    channel: Channel,
    sender: SenderId,
    address: AddressKey,
    content: Content,
    /// The provider's id of the message that this one quotes.
    quotes: Option<String>,
    /// Not under the seal: it is worked out anew from the intent, and says only how long a provider may try.
    lifetime: Option<Millis>,
    /// Not under it either: for providers who want to be told what a message is for.
    purpose: Purpose,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ForgedSeal {
    #[error("message {0} carries no decision to send it")]
    Unsealed(MessageId),
    #[error("message {message} is {}, so nothing may be handed over", status.as_str())]
    NotSending { message: MessageId, status: MessageStatus },
    #[error("message {0} was changed after it was decided")]
    Changed(MessageId),
}

impl Decision {
    /// Only the gate calls this, for a message that may go.
    pub(crate) fn grant(input: &crate::GateInput<'_>, message: MessageId, chosen: &crate::Chosen) -> Self {
        Self {
            id: input.decision_id,
            workspace: input.workspace,
            contact: input.contact.id,
            message,
            channel: chosen.channel,
            sender: chosen.sender,
            address: chosen.address.clone(),
            content: chosen.content.clone(),
            quotes: quotes(input.intent, chosen.channel, chosen.sender),
            lifetime: lateness::lifetime(input.intent, input.now),
            purpose: input.intent.purpose,
        }
    }

    /// The decision that a stored message carries. It must be about to be sent and be exactly what was decided.
    pub fn open(message: &Message, key: &GateKey) -> Result<Self, ForgedSeal> {
        let unsealed = ForgedSeal::Unsealed(message.id);
        let (Some(id), Some(content), Some(seal)) = (message.decision, &message.content, &message.seal) else {
            return Err(unsealed);
        };
        if message.status != MessageStatus::Sending {
            return Err(ForgedSeal::NotSending { message: message.id, status: message.status });
        }
        let decision = Self {
            id,
            workspace: message.workspace,
            contact: message.contact,
            message: message.id,
            channel: message.channel,
            sender: message.sender,
            address: message.address.clone(),
            content: content.clone(),
            quotes: message.intent.as_deref().and_then(|intent| quotes(intent, message.channel, message.sender)),
            lifetime: message
                .intent
                .as_deref()
                .zip(message.times.get(&MessageStatus::Sending))
                .and_then(|(intent, handed)| lateness::lifetime(intent, *handed)),
            purpose: message.purpose.unwrap_or(Purpose::Service),
        };
        let tag = hex::decode(seal).map_err(|_| ForgedSeal::Changed(message.id))?;
        // Compares in constant time.
        hmac::verify(&key.hmac(), decision.canonical().as_bytes(), &tag).map_err(|_| ForgedSeal::Changed(message.id))?;
        Ok(decision)
    }

    /// The seal to store with the message, hex.
    #[must_use]
    pub fn seal(&self, key: &GateKey) -> String {
        hex::encode(hmac::sign(&key.hmac(), self.canonical().as_bytes()))
    }

    /// One text for one decision: a JSON array, so that no two different decisions share one.
    fn canonical(&self) -> String {
        let text = match &self.content {
            content if !has_fractions(content) => self.with(content),
            content => self.with(&in_whole_numbers(content)),
        };
        // Writing JSON into memory fails only for maps whose keys are no text, and there are none in it.
        text.unwrap_or_default()
    }

    fn with<T: Serialize>(&self, content: &T) -> serde_json::Result<String> {
        let Self { id, workspace, contact, message, channel, sender, address, quotes, .. } = self;
        let decided = (id, workspace, contact, message, channel, sender, address, content);
        let Some(quotes) = quotes else {
            let (id, workspace, contact, message, channel, sender, address, content) = decided;
            return serde_json::to_string(&("antiphon decision 1", id, workspace, contact, message, channel, sender, address, content));
        };
        serde_json::to_string(&("antiphon decision 2", decided, quotes))
    }

    #[must_use]
    pub const fn id(&self) -> DecisionId {
        self.id
    }

    #[must_use]
    pub const fn workspace(&self) -> WorkspaceId {
        self.workspace
    }

    #[must_use]
    pub const fn contact(&self) -> ContactId {
        self.contact
    }

    #[must_use]
    pub const fn message(&self) -> MessageId {
        self.message
    }

    #[must_use]
    pub const fn channel(&self) -> Channel {
        self.channel
    }

    #[must_use]
    pub const fn sender(&self) -> SenderId {
        self.sender
    }

    #[must_use]
    pub const fn address(&self) -> &AddressKey {
        &self.address
    }

    #[must_use]
    pub const fn content(&self) -> &Content {
        &self.content
    }

    /// The provider's id of the message that this one quotes, where it is quoted.
    #[must_use]
    pub fn quotes(&self) -> Option<&str> {
        self.quotes.as_deref()
    }

    /// How long the provider may go on trying, from the hand-off: what is left of the author's patience (R-LATE-2). `None` when it does not matter.
    #[must_use]
    pub const fn lifetime(&self) -> Option<Millis> {
        self.lifetime
    }

    #[must_use]
    pub const fn purpose(&self) -> Purpose {
        self.purpose
    }
}

/// What was said elsewhere cannot be quoted here: then the message goes without.
fn quotes(intent: &Intent, channel: Channel, sender: SenderId) -> Option<String> {
    let here = intent.quote.as_ref().filter(|quote| quote.channel == channel && quote.sender == sender);
    here.map(|quote| quote.provider_id.clone())
}

/// Whether there may be a float in it. The others are written as they are.
fn has_fractions(content: &Content) -> bool {
    match content {
        Content::Location(_) | Content::Cards(_) | Content::Form(_) => true,
        Content::Buttons(buttons) => buttons.buttons.iter().any(|button| button.action.is_some()),
        Content::Template(call) => call.parts.is_some() || call.buttons.iter().any(|button| matches!(button, ButtonParam::Form { .. })),
        _ => false,
    }
}

/// Fractions are taken to a ten-millionth (of a degree that is about a centimetre): the last bits of a float may not survive a store.
fn in_whole_numbers(content: &Content) -> Value {
    fn walk(value: &mut Value) {
        match value {
            Value::Number(number) if number.is_f64() => *value = json!((number.as_f64().unwrap_or_default() * 1e7).round() as i64),
            Value::Array(items) => items.iter_mut().for_each(walk),
            Value::Object(members) => members.values_mut().for_each(walk),
            _ => {}
        }
    }
    let mut json = serde_json::to_value(content).unwrap_or_default();
    walk(&mut json);
    json
}
