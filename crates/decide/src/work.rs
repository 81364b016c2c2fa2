//! The bench on which one step is worked: the state, the changes so far, and the means to note things.

use model::json_text;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

use model::case::Conversation;
use model::change::{Changes, ContactRow, CounterDelta, RunRow};
use model::compact::Compact as _;
use model::consent::ConsentChange;
use model::decision::DecisionRecord;
use model::signal::Signal;
use model::timeline::{TimelineEntry, TimelineKind};
use model::value::Attributes;
use model::{AddressKey, DecisionId, Draws, JsonText, Message, MessageId, RunId, SignalId, TimelineId, Timestamp};
use serde_json::{Map, Value as Json, json};
use storage::{StepInput, StepOutput};

use crate::at_once::AtOnce;
use crate::{Catalogue, ContactState};

/// Member of a step's reply: what a person refused for addresses that are another contact's, as consent changes. Whoever gave the signal passes them
/// on to the owners (R-CON-4); the reply stays with the signal's dedupe key, so a crash in between loses none.
pub const REFUSED_ELSEWHERE: &str = "refused_elsewhere";

/// An event that a journey emitted, waiting to be seen by the contact's journeys.
#[derive(Clone, Debug)]
pub(crate) struct Emitted {
    pub name: String,
    pub properties: Attributes,
}

pub(crate) struct Work<'a> {
    pub catalogue: &'a Catalogue,
    pub signal: &'a Signal,
    /// The message that the signal names, as the store has it.
    pub named: Option<&'a Message>,
    /// Addresses that the step would link and that are another contact's.
    taken: &'a [AddressKey],
    /// Refusals for addresses of other contacts, which must hear of them.
    pub elsewhere: Vec<ConsentChange>,
    pub now: Timestamp,
    pub state: ContactState,
    pub changes: Changes,
    pub reply: Map<String, Json>,
    pub emitted: VecDeque<Emitted>,
    /// Why messages of broadcasts were taken back: code and reason.
    pub taken_back: BTreeMap<MessageId, (String, String)>,
    /// Steps that journeys may still take in this signal. A definition's loops wait, so only a fault reaches the end.
    pub fuel: u32,
    draws: Draws,
    counters: Vec<CounterDelta>,
    /// Changed messages that are not in the outbox.
    messages: BTreeMap<MessageId, Message>,
    /// Changed messages in the outbox: they are written there and need no second copy before the end.
    in_outbox: BTreeSet<MessageId>,
    runs: BTreeMap<RunId, RunRow>,
    contact_touched: bool,
    thread_touched: bool,
    /// The message that came in with this signal.
    pub came: Option<MessageId>,
    /// Changes of what is known of the contact.
    pub contact_edits: u32,
    /// Messages of this step that may leave at its end.
    pub at_once: Vec<AtOnce>,
    /// The compact form of the thread as it was: cheaper to make and to compare than a copy.
    thread_before: Vec<u8>,
}

impl<'a> Work<'a> {
    pub fn new(catalogue: &'a Catalogue, input: &StepInput<'a>, state: ContactState) -> Self {
        let signal = input.signal;
        Self {
            catalogue,
            signal,
            named: input.message,
            taken: input.taken,
            elsewhere: Vec::new(),
            now: signal.arrival_time,
            thread_before: compact(&state.thread),
            state,
            changes: Changes::default(),
            reply: Map::new(),
            emitted: VecDeque::new(),
            taken_back: BTreeMap::new(),
            fuel: 512,
            draws: Draws::keyed(&[&signal.id.to_bytes()]),
            counters: Vec::new(),
            messages: BTreeMap::new(),
            in_outbox: BTreeSet::new(),
            runs: BTreeMap::new(),
            contact_touched: false,
            thread_touched: false,
            came: None,
            contact_edits: 0,
            at_once: Vec::new(),
        }
    }

    /// A stream of draws for ids; each call goes on where the last one stopped.
    pub fn draws(&mut self) -> &mut Draws {
        &mut self.draws
    }

    pub fn decision_id(&mut self) -> DecisionId {
        DecisionId::mint(self.now, &mut self.draws)
    }

    /// Whether an address that the signal brought is another contact's.
    pub fn is_taken(&self, key: &AddressKey) -> bool {
        self.taken.contains(key)
    }

    pub fn contact_created(&mut self) {
        self.contact_touched = true;
        self.note(TimelineKind::ContactCreated, json_text!({ "source": self.signal.source }));
    }

    pub fn touch_contact(&mut self) {
        self.contact_touched = true;
        self.contact_edits += 1;
    }

    /// Whoever looks at the thread sees something else now, although the thread's own row is as it was.
    pub fn touch_thread(&mut self) {
        self.thread_touched = true;
    }

    /// A line on the contact's timeline.
    pub fn note(&mut self, kind: TimelineKind, data: impl Into<JsonText>) -> &mut TimelineEntry {
        let entry = TimelineEntry {
            id: TimelineId::mint(self.now, &mut self.draws),
            workspace: self.signal.workspace,
            contact: self.state.contact.id,
            at: self.signal.event_time,
            recorded_at: self.now,
            kind,
            data: data.into(),
            message: None,
            decision: None,
            run: None,
        };
        self.changes.timeline.push(entry);
        let last = self.changes.timeline.len() - 1;
        &mut self.changes.timeline[last]
    }

    pub fn count(&mut self, scope: &str, key: &str, name: &str, by: i64) {
        // A step counts a few things at most, so looking through them is the quickest way.
        let same = |delta: &&mut CounterDelta| delta.name == name && delta.key == key && delta.scope == scope;
        match self.counters.iter_mut().find(same) {
            Some(delta) => delta.by += by,
            None => self.counters.push(CounterDelta { scope: scope.to_owned(), key: key.to_owned(), name: name.to_owned(), by }),
        }
    }

    /// Counts for a message's journey step, if it has one.
    pub fn count_step(&mut self, message: &Message, name: &str) {
        if let model::message::Origin::Journey { journey, version, step, .. } = &message.origin {
            let scope = journey_scope(journey, version);
            self.count(&scope, step, name, 1);
        }
    }

    /// A changed message that is not in the outbox, or not any more.
    pub fn save_message(&mut self, message: Message) {
        self.in_outbox.remove(&message.id);
        self.messages.insert(message.id, message);
    }

    /// A message that was just put into the outbox or changed there.
    pub fn save_queued(&mut self, id: MessageId) {
        self.messages.remove(&id);
        self.in_outbox.insert(id);
    }

    pub fn save_run(&mut self, row: RunRow) {
        self.runs.insert(row.id, row);
    }

    pub fn record(&mut self, record: DecisionRecord) {
        self.changes.decisions.push(record);
    }

    /// The message that the signal names: from this step, from the outbox, or as the store has it.
    pub fn find_message(&self, id: MessageId) -> Option<Message> {
        let stored = self.named.filter(|message| message.id == id);
        self.messages.get(&id).or_else(|| self.state.queued(id)).or(stored).cloned()
    }

    /// The messages that this step has changed so far.
    pub fn changed_messages(&self) -> impl Iterator<Item = &Message> {
        let queued = self.state.outbox.iter().filter(|message| self.in_outbox.contains(&message.id));
        self.messages.values().chain(queued)
    }

    pub fn reply(&mut self, key: &str, value: impl Into<Json>) {
        self.reply.insert(key.to_owned(), value.into());
    }

    pub fn signal_id(&self) -> SignalId {
        self.signal.id
    }

    pub fn finish(mut self) -> StepOutput {
        self.leave_at_once();
        self.state.forget_old();
        self.follow_broadcasts();
        self.state.history.prune(self.now);
        self.state.thread.contact_name = display_name(&self.state);
        self.state.thread.window_closes_at = self.latest_window();
        if self.contact_touched {
            self.changes.contact = Some(contact_row(&self.state));
        }
        self.changes.runs = self.runs.into_values().collect();
        self.counters.retain(|delta| delta.by != 0);
        self.counters.sort_unstable();
        self.changes.counters = self.counters;
        let catalogue = self.catalogue;
        // A held journey's clocks go on, but nothing fires: its runs must not wake anybody until it is opened again (R-VER-3).
        self.changes.next_wake =
            self.state.runs.iter().filter(|run| !catalogue.held(&run.journey)).filter_map(journey::RunState::due).min();
        self.reply.entry("contact_id".to_owned()).or_insert_with(|| self.state.contact.id.to_string().into());
        if !self.elsewhere.is_empty() {
            self.reply.insert(REFUSED_ELSEWHERE.to_owned(), json!(self.elsewhere));
        }
        let state = self.state.encode();
        if self.contact_touched || self.thread_touched || compact(&self.state.thread) != self.thread_before {
            self.changes.conversation = Some(self.state.thread);
        }
        // The state is written, so what it holds may go.
        let queued = self.state.outbox.into_iter().filter(|message| self.in_outbox.contains(&message.id));
        self.messages.extend(queued.map(|message| (message.id, message)));
        self.changes.messages = self.messages.into_values().collect();
        StepOutput { state, changes: self.changes, reply: Json::Object(self.reply) }
    }

    fn latest_window(&self) -> Option<Timestamp> {
        let of_whatsapp = self.catalogue.senders.iter().filter(|sender| sender.channel == model::Channel::Whatsapp);
        of_whatsapp.filter_map(|sender| self.state.windows.state(sender.id, self.now, model::Millis::ZERO).closes_at).max()
    }
}

fn compact(thread: &Conversation) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(256);
    thread.put(&mut bytes);
    bytes
}

/// Where a journey's counters are kept.
pub(crate) fn journey_scope(journey: &str, version: &str) -> String {
    format!("journey:{journey}:{version}")
}

/// What people call the contact: the name, or else the best address.
pub(crate) fn display_name(state: &ContactState) -> Option<String> {
    let contact = &state.contact;
    contact.name.clone().or_else(|| contact.addresses.first().map(|address| address.key.value.clone()))
}

/// What lists and searches read of a contact.
#[must_use]
pub fn contact_row(state: &ContactState) -> ContactRow {
    let contact = &state.contact;
    let words = contact.name.iter().map(String::as_str).chain(contact.addresses.iter().map(|address| address.key.value.as_str()));
    ContactRow {
        id: contact.id,
        name: contact.name.clone(),
        locale: contact.locale.clone(),
        created_at: contact.created_at,
        last_seen_at: state.thread.last_inbound_at,
        search: words.collect::<Vec<_>>().join(" ").to_lowercase(),
    }
}
