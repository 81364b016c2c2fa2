//! The work that is measured: parcels under way. Each person waits for one; when it moves they are told, and wait on with a new deadline.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context as _, Result, bail};
use decide::{Catalogue, ComplianceTexts, Core, JourneyState, Published};
use journey::CompileContext;
use model::contact::ContactPatch;
use model::sender::{Sender, SenderStatus};
use model::signal::{SendOutcome, Signal, SignalBody, Target};
use model::template::{ApprovalState, Template};
use model::{AddressKey, Channel, ContactId, MessageId, Millis, SenderId, SignalId, TemplateId, Timestamp, Value, WorkspaceId};
use policy::{GateKey, Rulebook};

const JOURNEY: &str = "
journey: parcel
title: Parcel
owner: front_desk
purpose: transactional
max_messages: 1000
goal: { none: measures speed }
entry: { on: parcel_shipped, key: event.parcel, policy: once }
context:
  parcel: event.parcel
  place: { type: text, from: \"'the depot'\" }
updates:
  - { on: parcel_moved, where: event.parcel == run.parcel, set: { place: event.place } }
start: underway
steps:
  underway:
    await:
      events: [{ on: parcel_moved, where: event.parcel == run.parcel, to: tell }]
      timeout: { after: 30d, to: stuck }
  tell:
    send:
      whatsapp:
        in_window: { text: \"Your parcel {{ run.parcel }} is at {{ run.place }} now.\" }
        out_of_window: { template: parcel_moved, variables: { parcel: \"{{ run.parcel }}\", place: \"{{ run.place }}\" } }
      max_lateness: 1h
      expects_reply: inbox
    next: underway
  stuck: { end: stuck }
";

const TEMPLATE: &str = "
template: parcel_moved
purpose: transactional
default_language: en
variables:
  parcel: { sample: P-1001, max_length: 20 }
  place: { sample: the depot, max_length: 40 }
languages:
  en: { body: \"Your parcel {{parcel}} is at {{place}} now. We tell you when it moves on.\" }
";

pub const WORKSPACE: WorkspaceId = WorkspaceId::from_u128(1);
pub const WHATSAPP: SenderId = SenderId::from_u128(2);
/// A Monday noon in UTC.
pub const START: Timestamp = Timestamp::from_secs(1_795_521_600);
/// Where parcels are seen.
const PLACES: [&str; 5] = ["the depot", "the port of entry", "customs", "the delivery base", "your door"];

/// The core with the journey published, its template approved and the sender connected.
pub fn core() -> Result<Core> {
    let mut template: Template = match journey::template_file::parse("template.yaml", TEMPLATE) {
        Ok(template) => template,
        Err(found) => bail!("{}", found.iter().map(journey::Diagnostic::one_line).collect::<Vec<_>>().join("\n")),
    };
    template.id = TemplateId::from_u128(10);
    for text in template.languages.values_mut() {
        text.approval.state = ApprovalState::Approved;
        text.approval.version = Some(template.version.clone());
    }
    let templates = vec![template];
    let compiled = journey::compile("parcel.yaml", JOURNEY, &CompileContext { schema: None, templates: &templates, queues: &[] });
    let Some(journey) = compiled.journey.map(Arc::new) else {
        bail!("{}", compiled.diagnostics.iter().map(journey::Diagnostic::one_line).collect::<Vec<_>>().join("\n"));
    };
    let published = Published {
        state: JourneyState::Open,
        current: Arc::clone(&journey),
        versions: BTreeMap::from([(journey.version.clone(), Arc::clone(&journey))]),
    };
    let sender = Sender {
        id: WHATSAPP,
        channel: Channel::Whatsapp,
        name: "Bench".to_owned(),
        address: "+12025550100".to_owned(),
        provider_ref: "+12025550100".to_owned(),
        status: SenderStatus::Active,
        per_second: 80,
    };
    let core = Core::new();
    core.install(
        WORKSPACE,
        Catalogue {
            version: 1,
            journeys: BTreeMap::from([(journey.name.clone(), published)]),
            templates,
            senders: vec![sender],
            rulebook: Arc::new(Rulebook { home_countries: vec!["US".to_owned()], ..Rulebook::default() }),
            queues: BTreeMap::new(),
            default_queue: "front_desk".to_owned(),
            subscriptions: Vec::new(),
            broadcasts: BTreeMap::new(),
            compliance: ComplianceTexts::default(),
            gate_key: GateKey::new([7; 32]),
        },
    );
    Ok(core)
}

pub fn phone(person: u32) -> AddressKey {
    AddressKey::phone(format!("+1202{:07}", 2_000_000 + person))
}

/// Makes signals with ids of their own, in the order of time.
#[derive(Default)]
pub struct Maker {
    serial: AtomicU64,
}

impl Maker {
    fn signal(&self, target: Target, key: Option<String>, at: Timestamp, source: &str, body: SignalBody) -> Signal {
        let serial = self.serial.fetch_add(1, Ordering::Relaxed);
        let id = SignalId::from_u128((u128::from(at.as_millis().unsigned_abs()) << 80) | (7 << 76) | u128::from(serial));
        Signal {
            id,
            workspace: WORKSPACE,
            target,
            event_time: at,
            arrival_time: at,
            source: source.to_owned(),
            dedupe_key: key,
            fingerprint: None,
            permit: Vec::new(),
            body,
        }
    }

    fn event(&self, name: &str, person: u32, extra: Option<(&str, Value)>, at: Timestamp) -> Signal {
        let mut properties = BTreeMap::from([("parcel".to_owned(), Value::from(format!("P-{person}")))]);
        properties.extend(extra.map(|(name, value)| (name.to_owned(), value)));
        let body = SignalBody::Event { name: name.to_owned(), properties, contact: ContactPatch::default() };
        let key = format!("event:{name}:{person}:{}", self.serial.load(Ordering::Relaxed));
        self.signal(Target::Addresses { keys: vec![phone(person)], create: true }, Some(key), at, "api:bench", body)
    }

    /// The person is new: a contact with a run that waits.
    pub fn shipped(&self, person: u32) -> Signal {
        named(self.event("parcel_shipped", person, None, START))
    }

    /// The person is new and waits for nothing.
    pub fn known(&self, person: u32) -> Signal {
        named(self.event("account_opened", person, None, START))
    }

    /// The event that is measured. There is room at the sender, as everywhere where messages do not pile up.
    pub fn moved(&self, person: u32, at: Timestamp) -> Signal {
        let place = PLACES[person as usize % PLACES.len()];
        let moved = self.event("parcel_moved", person, Some(("place", Value::from(place.to_owned()))), at);
        Signal { permit: vec![WHATSAPP], ..moved }
    }

    /// What a provider's webhook said about a contact.
    pub fn incoming(&self, incoming: channel::Incoming) -> Signal {
        self.signal(incoming.target, Some(incoming.dedupe_key), incoming.event_time, "webhook:whatsapp", incoming.body)
    }

    /// The provider took it.
    pub fn accepted(&self, contact: ContactId, message: MessageId, attempt: u32, at: Timestamp) -> Signal {
        // As long as real ones: six letters and 48 digits.
        let provider_id = format!("wamid.{:048x}", message.as_u128());
        let outcome = SendOutcome::Accepted { provider_id, learnt: Vec::new() };
        self.signal(Target::Contact(contact), None, at, "dispatcher", SignalBody::SendResult { message, attempt, outcome })
    }
}

/// With what the business knows of the person.
fn named(mut signal: Signal) -> Signal {
    if let SignalBody::Event { contact, .. } = &mut signal.body {
        let text = |text: &str| Value::from(text.to_owned());
        contact.attributes = BTreeMap::from([("first_name".to_owned(), text("Sample")), ("city".to_owned(), text("Washington"))]);
    }
    signal
}

/// The time of the measured world: it starts when the parcels were shipped and goes on with the machine's.
#[derive(Clone, Copy)]
pub struct Clock(std::time::Instant);

impl Clock {
    pub fn start() -> Self {
        Self(std::time::Instant::now())
    }

    pub fn now(self) -> Result<Timestamp> {
        let passed = i64::try_from(self.0.elapsed().as_millis()).context("the bench runs for ages")?;
        Ok(START + Millis::from_hours(1) + Millis(passed))
    }
}
