//! What a scenario file says.

use std::collections::BTreeMap;

use model::case::{ConversationStatus, HandoffReason, Priority};
use model::change::RunStatus;
use model::send_error::FallbackCause;
use model::value::Attributes;
use model::{Channel, MessageStatus, Millis, Purpose, Timestamp};
use serde_json::{Map, Value as Json};

/// One story.
#[derive(Clone, Debug)]
pub struct Scenario {
    pub file: String,
    pub name: String,
    pub about: String,
    /// Rows of the acceptance list that it shows.
    pub acceptance: Vec<String>,
    pub start: Timestamp,
    /// By the short name that the steps use.
    pub contacts: BTreeMap<String, Person>,
    pub steps: Vec<Step>,
}

#[derive(Clone, Debug)]
pub struct Person {
    pub phone: String,
    pub name: Option<String>,
    pub locale: Option<String>,
    pub time_zone: Option<String>,
    pub attributes: Attributes,
    /// Opt-ins from before the story.
    pub consent: Vec<OptIn>,
    pub whatsapp: bool,
}

#[derive(Clone, Debug)]
pub struct OptIn {
    pub channel: Option<Channel>,
    pub purpose: Option<Purpose>,
    pub topic: Option<String>,
}

#[derive(Clone, Debug)]
pub struct Step {
    pub line: usize,
    /// The clock runs to this moment first.
    pub at: Option<Timestamp>,
    pub what: What,
}

#[derive(Clone, Debug)]
pub enum What {
    Event { contact: String, name: String, properties: Attributes, occurred_at: Option<Timestamp> },
    Advance(Advance),
    Customer { contact: String, does: CustomerAct },
    Agent { contact: String, does: AgentWork },
    Downtime(Millis),
    Expect(Vec<Expectation>),
}

#[derive(Clone, Copy, Debug)]
pub enum Advance {
    By(Millis),
    To(Timestamp),
}

#[derive(Clone, Debug)]
pub enum CustomerAct {
    Tap {
        button: String,
        /// The send step whose message is meant; the last message with this button when absent.
        message: Option<String>,
        times: u32,
    },
    Write {
        text: String,
        channel: Option<Channel>,
        /// The send step whose message is quoted.
        message: Option<String>,
    },
    /// Fills in the last form on the phone: answers by the names of fields.
    Fill(serde_json::Map<String, serde_json::Value>),
    Silence,
    Unreachable,
}

#[derive(Clone, Debug)]
pub enum AgentWork {
    Reply(String),
    Resolve(String),
}

#[derive(Clone, Debug)]
pub struct Expectation {
    pub line: usize,
    pub contact: String,
    pub that: Expected,
}

#[derive(Clone, Debug)]
pub enum Expected {
    Message(MessageWanted),
    Messages { total: Option<u32>, by_channel: BTreeMap<Channel, u32> },
    Run(RunWanted),
    Runs { active: Option<u32>, total: Option<u32> },
    Event { name: String, times: u32, properties: Map<String, Json> },
    Conversation(ConversationWanted),
    Decision { step: Option<String>, silent: FallbackCause },
    Attribute { name: String, value: Json },
}

#[derive(Clone, Debug, Default)]
pub struct MessageWanted {
    pub channel: Option<Channel>,
    pub step: Option<String>,
    pub contains: Option<String>,
    pub template: Option<String>,
    pub status: Option<MessageStatus>,
    pub language: Option<String>,
    /// One or more when absent.
    pub times: Option<u32>,
    pub since_last_advance: bool,
}

#[derive(Clone, Debug, Default)]
pub struct RunWanted {
    pub key: Option<String>,
    pub status: Option<RunStatus>,
    pub step: Option<String>,
    pub result: Option<String>,
    pub goal: Option<bool>,
}

#[derive(Clone, Debug, Default)]
pub struct ConversationWanted {
    pub status: Option<ConversationStatus>,
    pub queue: Option<String>,
    pub reason: Option<HandoffReason>,
    pub priority: Option<Priority>,
    /// The step that handed over.
    pub step: Option<String>,
    /// At least these stand in the handoff.
    pub fields: Map<String, Json>,
    pub summary_contains: Option<String>,
    /// Never handed over.
    pub none: bool,
}
