//! What goes into a step, and what comes out of it.

use model::case::{HandoffReason, Priority};
use model::contact::Contact;
use model::conversion::{ConversionEvent, ConversionValue};
use model::inbound::InboundContent;
use model::message::Intent;
use model::send_error::FallbackCause;
use model::template::Template;
use model::value::Attributes;
use model::{MessageId, SignalId, Timestamp, Value};
use serde::Serialize;

use super::RunState;

/// A business event as a journey sees it.
#[derive(Clone, Copy, Debug)]
pub struct EventView<'a> {
    pub name: &'a str,
    pub properties: &'a Attributes,
    /// When it happened, by the source's clock.
    pub at: Timestamp,
    /// When it reached us (R-LATE-1 keeps both).
    pub arrived: Timestamp,
    pub id: SignalId,
}

#[derive(Clone, Copy, Debug)]
pub enum Input<'a> {
    Event(&'a EventView<'a>),
    Reply {
        /// Step and visit of the send that it answers, when the channel said which message that was.
        answers: Option<(&'a str, u32)>,
        content: &'a InboundContent,
        at: Timestamp,
    },
    /// Time has passed: every timer that is due fires. Doubled and early calls are harmless.
    Due,
    Send {
        step: &'a str,
        visit: u32,
        message: Option<MessageId>,
        news: SendNews,
    },
    /// A person takes the run out.
    Stop {
        reason: &'a str,
    },
}

/// What became of a send.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SendNews {
    /// A message was stored and waits for its hand-off.
    Queued,
    Accepted {
        at: Timestamp,
    },
    Delivered {
        at: Timestamp,
    },
    Read {
        at: Timestamp,
    },
    /// The provider refused it, at once or later.
    Failed {
        cause: FallbackCause,
        at: Timestamp,
    },
    /// The gate said no, or its time passed before hand-off.
    NotSent {
        cause: FallbackCause,
        at: Timestamp,
    },
    /// A person took it back; the run goes on at `next`.
    Cancelled {
        at: Timestamp,
    },
}

/// Facts that the caller loaded beforehand.
#[derive(Clone, Copy, Debug)]
pub struct StepEnv<'a> {
    pub now: Timestamp,
    pub contact: &'a Contact,
    /// IANA name of the contact's zone, resolved by the caller.
    pub zone: &'a str,
    pub templates: &'a [Template],
}

#[derive(Clone, PartialEq, Debug)]
pub struct StepOutcome {
    pub run: RunState,
    pub effects: Vec<Effect>,
    pub events: Vec<RunEvent>,
    /// What the run made of the input; callers need it for replies and for events.
    pub taken: Taken,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Taken {
    /// It changed nothing here. A reply that no run takes is for the inbox.
    No,
    Used,
    /// An answer that had been given before, such as a second tap: nothing to do, and nothing for a person either.
    Repeated,
}

#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(tag = "effect", rename_all = "snake_case")]
pub enum Effect {
    Send {
        step: String,
        visit: u32,
        intent: Box<Intent>,
    },
    /// All queued messages of this run that the provider does not have yet (R-EXIT-1).
    CancelMessages,
    SetAttribute {
        name: String,
        value: Value,
    },
    EmitEvent {
        name: String,
        properties: Attributes,
    },
    HandOff {
        queue: String,
        priority: Priority,
        reason: HandoffReason,
        summary: String,
        fields: serde_json::Map<String, serde_json::Value>,
        step: String,
    },
}

/// A goal as an advertising platform knows it.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Converted {
    pub event: ConversionEvent,
    /// Nothing where none was asked for, or it could not be computed.
    pub money: Option<ConversionValue>,
}

/// What happened in a run, for its timeline and its funnel.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum RunEvent {
    Entered,
    StepEntered {
        step: String,
        visit: u32,
    },
    /// `edge` is `next`, `timeout`, `default`, `reply:confirm`, `event:paid`, `fallback:not_capable`, `when:1`, `update`, …
    StepLeft {
        step: String,
        edge: String,
        to: String,
    },
    Goal {
        name: String,
        /// What the platform is told whose advertisement led here (A33).
        #[serde(skip_serializing_if = "Option::is_none")]
        conversion: Option<Converted>,
    },
    Exited {
        name: String,
    },
    Completed {
        result: String,
    },
    Failed {
        reason: String,
    },
    TimerSet {
        step: String,
        due: Timestamp,
    },
    TimerReanchored {
        step: String,
        from: Timestamp,
        to: Timestamp,
    },
    /// The anchored moment was past when the step was reached; the touch was skipped (A43).
    PastDue {
        step: String,
        moment: Timestamp,
    },
    Updated {
        variables: Vec<String>,
    },
    /// An event would have led an ordered variable back (A44).
    UpdateIgnored {
        variable: String,
        value: Value,
        kept: Value,
    },
    FallbackTaken {
        step: String,
        cause: FallbackCause,
        to: String,
    },
    /// The step said nothing and the run went on (A47).
    Skipped {
        step: String,
        cause: FallbackCause,
    },
    /// Delivered after a fallback had gone out (R-FB-1).
    DoubleReach {
        step: String,
    },
    Replied {
        step: String,
        reply: String,
    },
    /// Nobody understood the answer; the default branch took it.
    ReplyUnmatched {
        step: String,
        misses: u32,
    },
    ReplyRepeated {
        step: String,
    },
    AskedForHuman {
        step: String,
    },
    /// A condition could not be evaluated for this person; it counted as false.
    ConditionFailed {
        place: String,
        reason: String,
    },
}

impl RunEvent {
    /// The name on the wire: `step_entered`.
    #[must_use]
    pub fn name(&self) -> String {
        serde_json::to_value(self).ok().and_then(|v| v.get("event").and_then(|e| e.as_str().map(str::to_owned))).unwrap_or_default()
    }
}
