//! What providers tell us, in our words.

use model::signal::{SignalBody, Target};
use model::template::ApprovalState;
use model::{SenderId, Timestamp};
use serde::{Deserialize, Serialize};

/// One thing that a webhook told. A webhook may tell a thousand; a broken one among them costs only itself.
#[derive(Clone, PartialEq, Debug)]
pub enum Received {
    /// Something that happened to a contact.
    Contact(Box<Incoming>),
    Template(TemplateReport),
    Sender(SenderReport),
    /// Understood, kept whole, and of no consequence yet; also what is new to us.
    Kept {
        kind: String,
        raw: serde_json::Value,
        /// Natural key: a redelivery has the same.
        key: String,
    },
    /// Not understood although it should have been: kept whole where an operator sees it.
    Broken {
        raw: serde_json::Value,
        error: String,
    },
}

#[derive(Clone, PartialEq, Debug)]
pub struct Incoming {
    /// Natural key of the event: a redelivery has the same.
    pub dedupe_key: String,
    pub event_time: Timestamp,
    pub target: Target,
    pub body: SignalBody,
}

/// The provider's word on a template.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct TemplateReport {
    /// The account that the template belongs to (WhatsApp: WABA id).
    pub account: String,
    pub provider_id: Option<String>,
    pub name: String,
    pub language: String,
    pub news: TemplateNews,
    pub at: Timestamp,
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "news", rename_all = "snake_case")]
pub enum TemplateNews {
    State { state: ApprovalState, raw: String, reason: Option<String>, category: Option<String> },
    Quality { score: String },
    Category { category: String, correct: Option<String> },
}

/// The provider's word on a number or account.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct SenderReport {
    /// The senders it concerns: one, all of an account, or none of ours.
    pub senders: Vec<SenderId>,
    pub kind: String,
    /// Set when it must stop sending: the reason for people.
    pub pause: Option<String>,
    /// Set when it says how many different people may be written to in a day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub people: Option<PeopleLimit>,
    /// Set when it says how many messages a second it takes of each of the senders.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub throughput: Option<Throughput>,
    pub raw: serde_json::Value,
    /// Natural key: a redelivery has the same.
    pub key: String,
}

/// How many different people an account may write to by itself in a moving day.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PeopleLimit {
    PerDay(u32),
    Unlimited,
}

/// How many messages a second a provider takes of a number.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Throughput {
    /// What it grants this number now.
    pub granted: u32,
    /// What every number begins with. Whoever asks for just this asks for what the number has.
    pub standard: u32,
    /// The most it grants.
    pub most: u32,
}

impl Throughput {
    /// The rate that follows from one that people set: what they chose below the grant stays, and what is a level of the provider's moves with it.
    #[must_use]
    pub fn follow(self, rate: u32) -> u32 {
        let is_level = rate == self.standard || rate == self.most;
        // With the highest grant a higher rate is an agreement of its own that the level does not show.
        let is_agreed = self.granted == self.most && rate > self.most;
        if is_level || (rate > self.granted && !is_agreed) { self.granted } else { rate }
    }
}

/// Why a webhook is turned away.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Refused {
    #[error("the signature is missing")]
    NoSignature,
    #[error("the signature does not match: check the secret, and that no proxy rewrites the body or the address")]
    BadSignature,
    #[error("the body cannot be read: {0}")]
    BadBody(String),
    #[error("the provider delivers nothing to this address")]
    NoSuchAddress,
    #[error("the verify token does not match")]
    BadToken,
}
