//! A decider that does what the signal says: tests write changes into an event, and get them back as the step's outcome.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use model::broadcast::RecipientChange;
use model::case::Conversation;
use model::change::{Changes, ContactRow, CounterDelta, RunRow};
use model::decision::DecisionRecord;
use model::delivery::Delivery;
use model::signal::{Signal, SignalBody};
use model::timeline::TimelineEntry;
use model::{AddressKey, ContactId, LedgerEntry, Message, MessageStatus, SignalId, Timestamp};
use serde::{Deserialize, Serialize};
use storage::{Decider, Rejection, StepError, StepInput, StepOutput};

/// The member of an event's properties that holds the script.
const SCRIPT: &str = "script";

/// What a step shall do. Owners (contact, workspace) are filled in by the decider unless `stray` is set.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Script {
    pub link: Vec<AddressKey>,
    pub unlink: Vec<AddressKey>,
    pub profile: Option<ContactRow>,
    pub messages: Vec<Message>,
    pub decisions: Vec<DecisionRecord>,
    pub ledger: Vec<LedgerEntry>,
    pub timeline: Vec<TimelineEntry>,
    pub conversation: Option<Conversation>,
    pub runs: Vec<RunRow>,
    pub counters: Vec<CounterDelta>,
    pub recipients: Vec<RecipientChange>,
    pub deliveries: Vec<Delivery>,
    pub next_wake: Option<Timestamp>,
    pub reply: serde_json::Value,
    pub reject: Option<Rejection>,
    /// Poison until the decider is healed.
    pub poison: Option<String>,
    /// Panic until the decider is healed.
    pub panic: bool,
    /// Leave owners as they are written.
    pub stray: bool,
    /// Milliseconds to take for it, so that groups form behind it.
    pub slow_ms: u64,
}

impl Script {
    /// As the properties of an event.
    #[must_use]
    pub fn properties(&self) -> model::value::Attributes {
        let json = serde_json::to_value(self).unwrap_or_default();
        [(SCRIPT.to_owned(), model::Value::from_json(json))].into()
    }

    fn of(signal: &Signal) -> Result<Self, StepError> {
        let SignalBody::Event { properties, .. } = &signal.body else { return Ok(Self::default()) };
        let Some(script) = properties.get(SCRIPT) else { return Ok(Self::default()) };
        serde_json::from_value(script.to_json()).map_err(|error| StepError::Poison(format!("the script cannot be read: {error}")))
    }
}

/// The state that the scripted decider keeps: which signals it saw, in order, and what they named.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Trace {
    pub seen: Vec<SignalId>,
    /// The status of the message that each signal named, as the store handed it in.
    pub named: Vec<Option<model::MessageStatus>>,
    /// Addresses that steps would have linked and that the store named as somebody else's.
    #[serde(default)]
    pub taken: Vec<AddressKey>,
}

impl Trace {
    /// Reads a contact's state.
    #[must_use]
    pub fn read(state: &[u8]) -> Self {
        serde_json::from_slice(state).unwrap_or_default()
    }
}

/// Does what scripts say. A receipt moves the message that it names.
#[derive(Debug, Default)]
pub struct ScriptedDecider {
    healed: AtomicBool,
}

impl ScriptedDecider {
    /// From now on what was poison is applied.
    pub fn heal(&self) {
        self.healed.store(true, Ordering::SeqCst);
    }
}

impl Decider for ScriptedDecider {
    #[expect(clippy::disallowed_methods, reason = "a slow decider is what some tests are about")]
    fn decide(&self, input: StepInput<'_>) -> Result<StepOutput, StepError> {
        let mut script = Script::of(input.signal)?;
        script.link.retain(|key| !input.taken.contains(key));
        let healed = self.healed.load(Ordering::SeqCst);
        if script.slow_ms > 0 {
            std::thread::sleep(Duration::from_millis(script.slow_ms));
        }
        if let Some(rejection) = script.reject {
            return Err(StepError::Rejected(rejection));
        }
        if let Some(text) = script.poison.as_ref().filter(|_| !healed) {
            return Err(StepError::Poison(text.clone()));
        }
        assert!(!script.panic || healed, "the script says panic");
        let mut trace = input.state.map(Trace::read).unwrap_or_default();
        trace.seen.push(input.signal.id);
        trace.named.push(input.message.map(|message| message.status));
        trace.taken.extend_from_slice(input.taken);
        let state = serde_json::to_vec(&trace).map_err(|error| StepError::Poison(error.to_string()))?;
        let reply = script.reply.clone();
        let mut changes = changes(script, input.signal, input.contact);
        if let (SignalBody::Receipt(receipt), Some(message)) = (&input.signal.body, input.message) {
            let mut message = message.clone();
            message.advance(receipt.status, receipt.at);
            changes.messages.push(message);
        }
        Ok(StepOutput { state, changes, reply })
    }
}

fn changes(mut script: Script, signal: &Signal, contact: ContactId) -> Changes {
    if !script.stray {
        let ws = signal.workspace;
        script.profile.iter_mut().for_each(|row| row.id = contact);
        script.messages.iter_mut().for_each(|row| (row.workspace, row.contact) = (ws, contact));
        script.decisions.iter_mut().for_each(|row| (row.workspace, row.contact) = (ws, contact));
        script.ledger.iter_mut().for_each(|row| (row.workspace, row.contact) = (ws, contact));
        script.timeline.iter_mut().for_each(|row| (row.workspace, row.contact) = (ws, contact));
        script.conversation.iter_mut().for_each(|row| (row.workspace, row.contact) = (ws, contact));
        script.runs.iter_mut().for_each(|row| row.contact = contact);
        script.deliveries.iter_mut().for_each(|row| (row.workspace, row.contact) = (ws, contact));
    }
    // As the core does: a message that goes at once went by a call that its sender kept free.
    let goes = |row: &&Message| row.status == MessageStatus::Sending && signal.permit.contains(&row.sender);
    let handed = script.messages.iter().filter(goes).map(|row| row.id).collect();
    Changes {
        handed,
        withdrawn: Vec::new(),
        contact: script.profile,
        link: script.link,
        unlink: script.unlink,
        messages: script.messages,
        decisions: script.decisions,
        ledger: script.ledger,
        timeline: script.timeline,
        conversation: script.conversation,
        runs: script.runs,
        counters: script.counters,
        recipients: script.recipients,
        deliveries: script.deliveries,
        next_wake: script.next_wake,
    }
}
