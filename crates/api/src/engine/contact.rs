//! What only a decoded state can tell about a contact.

use std::collections::BTreeMap;

use model::change::RunRow;
use model::content::TemplatePreview;
use model::decision::{DecisionRecord, Price, RuleResult};
use model::template::{TemplateText, VariableKind};
use model::{AddressKey, Channel, ConsentState, ConversationId, MessageId, Purpose, SenderId, TemplateId, Timestamp, Value};
use serde::Serialize;
use utoipa::ToSchema;

use crate::schema;

#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct ContactView {
    #[serde(flatten)]
    #[schema(value_type = schema::Contact)]
    pub contact: model::contact::Contact,
    #[schema(value_type = Option<String>)]
    pub conversation_id: Option<ConversationId>,
    /// Runs that are still going.
    pub runs: Vec<ActiveRun>,
    pub windows: Vec<WindowView>,
    pub caps: Vec<Cap>,
    /// The current consent of every address, a projection of the ledger.
    #[serde(skip)]
    pub consent: Vec<ConsentLine>,
}

#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct ActiveRun {
    #[serde(flatten)]
    #[schema(value_type = schema::RunRow)]
    pub row: RunRow,
    pub title: String,
    pub timers: Vec<TimerView>,
    #[schema(value_type = BTreeMap<String, serde_json::Value>)]
    pub variables: BTreeMap<String, Value>,
}

#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct TimerView {
    /// `delay`, `timeout` or `watch`.
    pub kind: String,
    pub step: String,
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    #[schema(example = "no answer → by_sms")]
    pub label: String,
}

#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct WindowView {
    #[schema(value_type = schema::Channel)]
    pub channel: Channel,
    #[schema(value_type = String)]
    pub sender: SenderId,
    pub open: bool,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub closes_at: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub entry_point_until: Option<Timestamp>,
}

#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct Cap {
    #[schema(example = "promotional 2 / 7 d")]
    pub name: String,
    pub used: u32,
    pub limit: u32,
    pub window_ms: i64,
}

#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct ConsentLine {
    #[schema(value_type = schema::AddressKey)]
    pub address: AddressKey,
    #[schema(value_type = Option<schema::Channel>)]
    pub channel: Option<Channel>,
    #[schema(value_type = Option<schema::Purpose>)]
    pub purpose: Option<Purpose>,
    pub topic: Option<String>,
    #[schema(value_type = schema::ConsentState)]
    pub state: ConsentState,
    #[schema(value_type = String, format = DateTime)]
    pub since: Timestamp,
    /// The ledger entry that says so.
    pub entry: String,
}

/// What verifying a hash chain found.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct ChainProof {
    pub ok: bool,
    /// Hash of the last entry.
    pub head: Option<String>,
    pub length: u64,
    /// Position of the first entry that does not fit.
    pub broken_at: Option<u64>,
    pub detail: Option<String>,
}

/// The answer to "why did this journey (not) run for this person?".
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct Why {
    pub journey: String,
    pub entered: bool,
    /// `never_triggered`, `entered`, `rejected_entry`, `held_by_gate`, …
    pub code: String,
    /// One sentence.
    pub answer: String,
    #[schema(value_type = Vec<schema::RuleResult>)]
    pub checks: Vec<RuleResult>,
    #[schema(value_type = Vec<schema::RunRow>)]
    pub runs: Vec<RunRow>,
    #[schema(value_type = Vec<schema::DecisionRecord>)]
    pub decisions: Vec<DecisionRecord>,
}

/// What an agent can answer with, right now (A99).
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct Composer {
    /// The newest message of the thread: what a reply must name as seen.
    #[schema(value_type = Option<String>)]
    pub seen: Option<MessageId>,
    pub channels: Vec<ComposerChannel>,
}

#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct ComposerChannel {
    #[schema(value_type = schema::Channel)]
    pub channel: Channel,
    #[schema(value_type = String)]
    pub sender: SenderId,
    pub sender_name: String,
    #[schema(value_type = schema::AddressKey)]
    pub address: AddressKey,
    /// Absent on channels without windows.
    pub window: Option<ComposerWindow>,
    pub free_form: FreeForm,
    pub templates: Vec<ComposerTemplate>,
    /// A sentence, when nothing at all may be sent here.
    pub blocked_reason: Option<String>,
    /// Whether the person can be shown that somebody writes.
    pub typing: bool,
}

/// What a person is shown besides messages.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Presence {
    Read,
    Typing,
}

#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct ComposerWindow {
    pub open: bool,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub closes_at: Option<Timestamp>,
}

#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct FreeForm {
    pub allowed: bool,
    #[schema(value_type = Option<schema::Price>)]
    pub price: Option<Price>,
    pub reason: Option<String>,
}

/// What a reply would cost if it were sent now.
#[derive(Clone, PartialEq, Debug, Default, Serialize, ToSchema)]
pub struct Estimate {
    /// `null` when no rate table covers it.
    #[schema(value_type = Option<schema::Price>)]
    pub price: Option<Price>,
    /// The size of the words, on channels that bill them by parts.
    pub text: Option<TextSize>,
    /// Why it may not leave now.
    pub reason: Option<String>,
}

#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct TextSize {
    /// `gsm7`, or `ucs2` when a letter is not in it.
    #[schema(example = "gsm7")]
    pub alphabet: &'static str,
    /// Septets or UTF-16 units.
    pub units: u32,
    /// Parts that are billed.
    pub parts: u32,
    /// Units that still fit into the last part.
    pub room: u32,
    /// The letters that make it `ucs2`, the first ten of them.
    #[schema(example = json!(["’"]))]
    pub wide: Vec<String>,
    /// The same words written so that they take fewer parts.
    pub plain: Option<PlainText>,
}

#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct PlainText {
    pub body: String,
    pub parts: u32,
    #[schema(value_type = Option<schema::Price>)]
    pub price: Option<Price>,
}

#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct ComposerTemplate {
    #[schema(value_type = String)]
    pub id: TemplateId,
    pub name: String,
    pub language: String,
    #[schema(value_type = schema::Purpose)]
    pub purpose: Purpose,
    #[schema(value_type = schema::TemplateText)]
    pub text: TemplateText,
    #[schema(value_type = schema::TemplatePreview)]
    pub preview: TemplatePreview,
    #[schema(value_type = Option<schema::Price>)]
    pub price: Option<Price>,
    pub variables: Vec<ComposerVariable>,
}

#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct ComposerVariable {
    pub name: String,
    #[schema(value_type = schema::VariableKind)]
    pub kind: VariableKind,
    pub sample: String,
    pub fallback: Option<String>,
    pub max_length: Option<u32>,
    /// What is known of the contact, filled in.
    pub value: Option<String>,
}
