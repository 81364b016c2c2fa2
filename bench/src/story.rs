//! The work that is measured: the gallery's appointment reminder, from the booking to the thanks, as the signals of many people.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use decide::{Catalogue, ComplianceTexts, Core, JourneyState, Published};
use journey::CompileContext;
use model::contact::ContactPatch;
use model::inbound::{InboundContent, InboundMessage};
use model::sender::{Sender, SenderStatus};
use model::signal::{Receipt, SendOutcome, Signal, SignalBody, Target};
use model::template::{ApprovalState, Template};
use model::{
    AddressKey, Channel, ContactId, MessageId, MessageStatus, Millis, SenderId, SignalId, TemplateId, Timestamp, Value, WorkspaceId,
};
use policy::{GateKey, Rulebook};

const JOURNEY: &str = include_str!("../../gallery/appointment-reminder/journey.yaml");
const TEMPLATES: [&str; 2] = [
    include_str!("../../gallery/appointment-reminder/templates/appointment_reminder.yaml"),
    include_str!("../../gallery/appointment-reminder/templates/appointment_soon.yaml"),
];

pub const WORKSPACE: WorkspaceId = WorkspaceId::from_u128(1);
pub const WHATSAPP: SenderId = SenderId::from_u128(2);
/// A Monday noon in UTC.
pub const START: Timestamp = Timestamp::from_secs(1_795_521_600);

/// The core with the journey published, its templates approved and both senders connected.
pub fn core() -> Result<Core> {
    let mut templates = Vec::new();
    for (n, source) in TEMPLATES.into_iter().enumerate() {
        let mut template: Template = match journey::template_file::parse("template.yaml", source) {
            Ok(template) => template,
            Err(found) => bail!("{}", found.iter().map(journey::Diagnostic::one_line).collect::<Vec<_>>().join("\n")),
        };
        template.id = TemplateId::from_u128(10 + n as u128);
        for text in template.languages.values_mut() {
            text.approval.state = ApprovalState::Approved;
            text.approval.version = Some(template.version.clone());
        }
        templates.push(template);
    }
    let compiled = journey::compile("journey.yaml", JOURNEY, &CompileContext { schema: None, templates: &templates, queues: &[] });
    let journey = Arc::new(compiled.journey.context("the gallery's journey compiles")?);
    let published = Published {
        state: JourneyState::Open,
        current: Arc::clone(&journey),
        versions: BTreeMap::from([(journey.version.clone(), Arc::clone(&journey))]),
    };
    let sender = |id, channel, address: &str| Sender {
        id,
        channel,
        name: "Bench".to_owned(),
        address: address.to_owned(),
        provider_ref: address.to_owned(),
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
            senders: vec![
                sender(WHATSAPP, Channel::Whatsapp, "+12025550100"),
                sender(SenderId::from_u128(3), Channel::Sms, "+12025550101"),
            ],
            rulebook: Arc::new(Rulebook { home_countries: vec!["US".to_owned()], ..Rulebook::default() }),
            queues: BTreeMap::new(),
            default_queue: "front_desk".to_owned(),
            subscriptions: Vec::new(),
            compliance: ComplianceTexts::default(),
            gate_key: GateKey::new([7; 32]),
        },
    );
    Ok(core)
}

/// Makes signals with ids of their own.
#[derive(Default)]
pub struct Maker {
    serial: u128,
}

impl Maker {
    pub fn signal(&mut self, target: Target, key: Option<String>, at: Timestamp, body: SignalBody) -> Signal {
        self.serial += 1;
        let id = SignalId::from_u128((u128::from(at.as_millis().unsigned_abs()) << 80) | (7 << 76) | self.serial);
        Signal {
            id,
            workspace: WORKSPACE,
            target,
            event_time: at,
            arrival_time: at,
            source: "bench".to_owned(),
            dedupe_key: key,
            fingerprint: None,
            body,
        }
    }

    /// An appointment in thirty hours: the day's reminder is due in six.
    pub fn booking(&mut self, person: usize) -> Signal {
        let text = |text: String| Value::from(text);
        let properties = BTreeMap::from([
            ("appointment_id".to_owned(), text(format!("A-{person}"))),
            ("starts_at".to_owned(), text((START + Millis::from_hours(30)).to_string())),
            ("service".to_owned(), text("your dental check-up".to_owned())),
        ]);
        let attributes = BTreeMap::from([("first_name".to_owned(), text("Sample".to_owned()))]);
        let contact = ContactPatch { attributes, ..ContactPatch::default() };
        let body = SignalBody::Event { name: "appointment_booked".to_owned(), properties, contact };
        let target = Target::Addresses { keys: vec![phone(person)], create: true };
        self.signal(target, Some(format!("event:{person}")), START, body)
    }

    pub fn receipt(&mut self, message: MessageId, provider_id: &str, status: MessageStatus, at: Timestamp) -> Signal {
        let receipt = Receipt {
            message: Some(message),
            provider_id: Some(provider_id.to_owned()),
            channel: Channel::Whatsapp,
            status,
            at,
            error: None,
            price: None,
            category: Some("utility".to_owned()),
            learnt: Vec::new(),
        };
        let key = format!("status:{provider_id}:{}", status.as_str());
        self.signal(Target::Message(message), Some(key), at, SignalBody::Receipt(receipt))
    }

    pub fn accepted(&mut self, contact: ContactId, message: MessageId, provider_id: &str, at: Timestamp) -> Signal {
        let outcome = SendOutcome::Accepted { provider_id: provider_id.to_owned(), learnt: Vec::new() };
        self.signal(Target::Contact(contact), None, at, SignalBody::SendResult { message, attempt: 1, outcome })
    }

    pub fn tap(&mut self, person: usize, provider_id: &str, at: Timestamp) -> Signal {
        let own = format!("wamid.tap{person}");
        let body = InboundMessage {
            channel: Channel::Whatsapp,
            sender: WHATSAPP,
            provider_id: own.clone(),
            from: vec![phone(person)],
            profile_name: Some("Sample".to_owned()),
            content: InboundContent::ButtonReply { id: "confirm".to_owned(), title: "Confirm".to_owned() },
            in_reply_to: Some(provider_id.to_owned()),
            referral: None,
            sent_at: at,
        };
        let target = Target::Addresses { keys: vec![phone(person)], create: true };
        self.signal(target, Some(own), at, SignalBody::Inbound(body))
    }
}

pub fn phone(person: usize) -> AddressKey {
    AddressKey::phone(format!("+1202{:07}", 2_000_000 + person))
}
