//! The gallery's journey with everything that it needs, and the signals of one person's way through it.

use std::collections::BTreeMap;
use std::sync::Arc;

use decide::{Catalogue, Core, JourneyState, Published};
use journey::CompileContext;
use model::contact::ContactPatch;
use model::inbound::{InboundContent, InboundMessage};
use model::sender::{Sender, SenderStatus};
use model::signal::{Receipt, SendOutcome, Signal, SignalBody, Target};
use model::template::{ApprovalState, Template};
use model::{
    AddressKey, Channel, ContactId, Direction, Message, MessageId, MessageStatus, Millis, SenderId, SignalId, TemplateId, Timestamp, Value,
    WorkspaceId,
};
use policy::{GateKey, Rulebook};

const JOURNEY: &str = include_str!("../../../../gallery/appointment-reminder/journey.yaml");
const TEMPLATES: [&str; 2] = [
    include_str!("../../../../gallery/appointment-reminder/templates/appointment_reminder.yaml"),
    include_str!("../../../../gallery/appointment-reminder/templates/appointment_soon.yaml"),
];

const WORKSPACE: WorkspaceId = WorkspaceId::from_u128(1);
pub const WHATSAPP: SenderId = SenderId::from_u128(2);
/// A Monday noon in UTC.
const START: Timestamp = Timestamp::from_secs(1_795_521_600);

pub fn core() -> Result<Core, String> {
    let told = |found: &[journey::Diagnostic]| found.iter().map(journey::Diagnostic::one_line).collect::<Vec<_>>().join("\n");
    let mut templates = Vec::new();
    for (n, source) in TEMPLATES.into_iter().enumerate() {
        let mut template: Template = journey::template_file::parse("template.yaml", source).map_err(|found| told(&found))?;
        template.id = TemplateId::from_u128(10 + n as u128);
        for text in template.languages.values_mut() {
            text.approval.state = ApprovalState::Approved;
            text.approval.version = Some(template.version.clone());
        }
        templates.push(template);
    }
    let compiled = journey::compile("journey.yaml", JOURNEY, &CompileContext { schema: None, templates: &templates, queues: &[] });
    let journey = Arc::new(compiled.journey.ok_or_else(|| told(&compiled.diagnostics))?);
    let versions = BTreeMap::from([(journey.version.clone(), Arc::clone(&journey))]);
    let sender = |id, channel, address: &str| Sender {
        id,
        channel,
        name: "Example".to_owned(),
        address: address.to_owned(),
        provider_ref: address.to_owned(),
        status: SenderStatus::Active,
        per_second: 80,
    };
    let mut catalogue = Catalogue::empty(GateKey::new([7; 32]));
    catalogue.journeys.insert(journey.name.clone(), Published { state: JourneyState::Open, current: journey, versions });
    catalogue.templates = templates;
    catalogue.senders =
        vec![sender(WHATSAPP, Channel::Whatsapp, "+12025550100"), sender(SenderId::from_u128(3), Channel::Sms, "+12025550101")];
    catalogue.rulebook = Arc::new(Rulebook { home_countries: vec!["US".to_owned()], ..Rulebook::default() });
    let core = Core::new();
    core.install(WORKSPACE, catalogue);
    Ok(core)
}

/// Makes signals with ids of their own.
#[derive(Default)]
pub struct Maker {
    serial: u128,
}

impl Maker {
    fn make(&mut self, target: Target, at: Timestamp, body: SignalBody) -> Signal {
        self.serial += 1;
        let id = SignalId::from_u128((u128::from(at.as_millis().unsigned_abs()) << 80) | (7 << 76) | self.serial);
        Signal {
            id,
            workspace: WORKSPACE,
            target,
            event_time: at,
            arrival_time: at,
            source: "example".to_owned(),
            dedupe_key: None,
            fingerprint: None,
            permit: Vec::new(),
            body,
        }
    }
}

/// The signal of one step of the story for one person, who has got these messages so far.
pub fn signal(maker: &mut Maker, step: &str, who: usize, messages: &[Message]) -> Signal {
    let contact = Target::Contact(ContactId::from_u128(1 + who as u128));
    let due = START + Millis::from_hours(6) + Millis::from_secs(1);
    let tapped = due + Millis::from_secs(30);
    let latest = messages.iter().filter(|message| message.direction == Direction::Out).max_by_key(|message| message.id).map(|m| m.id);
    let latest = latest.unwrap_or(MessageId::from_u128(0));
    let second = step.ends_with('2');
    let sent_at = if second { tapped + Millis::from_secs(1) } else { due + Millis::from_secs(1) };
    let provider_id = format!("wamid.{}{who}", if second { "thanks" } else { "reminder" });
    match step.trim_end_matches(" 2") {
        "booking" => booking(maker, who),
        "wake" => maker.make(contact, due, SignalBody::Wake),
        "hand-off" => maker.make(contact, sent_at, SignalBody::HandOff { message: latest }),
        "result" => {
            let outcome = SendOutcome::Accepted { provider_id, learnt: Vec::new() };
            maker.make(contact, sent_at, SignalBody::SendResult { message: latest, attempt: 1, outcome })
        }
        "tap" => tap(maker, who, &provider_id, tapped),
        status => {
            let (status, after) = match status {
                "accepted" => (MessageStatus::Accepted, 1),
                "delivered" => (MessageStatus::Delivered, 2),
                _ => (MessageStatus::Read, 20),
            };
            let at = sent_at + Millis::from_secs(after);
            let receipt = Receipt {
                message: Some(latest),
                provider_id: Some(provider_id),
                channel: Channel::Whatsapp,
                status,
                at,
                error: None,
                price: None,
                category: Some("utility".to_owned()),
                charged: None,
                learnt: Vec::new(),
            };
            maker.make(Target::Message(latest), at, SignalBody::Receipt(receipt))
        }
    }
}

/// An appointment in thirty hours: the day's reminder is due in six.
fn booking(maker: &mut Maker, who: usize) -> Signal {
    let text = |text: String| Value::from(text);
    let properties = BTreeMap::from([
        ("appointment_id".to_owned(), text(format!("A-{who}"))),
        ("starts_at".to_owned(), text((START + Millis::from_hours(30)).to_string())),
        ("service".to_owned(), text("your dental check-up".to_owned())),
    ]);
    let attributes = BTreeMap::from([("first_name".to_owned(), text("Sample".to_owned()))]);
    let contact = ContactPatch { attributes, ..ContactPatch::default() };
    let body = SignalBody::Event { name: "appointment_booked".to_owned(), properties, contact };
    maker.make(Target::Addresses { keys: vec![phone(who)], create: true }, START, body)
}

fn tap(maker: &mut Maker, who: usize, provider_id: &str, at: Timestamp) -> Signal {
    let body = InboundMessage {
        channel: Channel::Whatsapp,
        sender: WHATSAPP,
        provider_id: format!("wamid.tap{who}"),
        from: vec![phone(who)],
        profile_name: Some("Sample".to_owned()),
        content: InboundContent::ButtonReply { id: "confirm".to_owned(), title: "Confirm".to_owned() },
        in_reply_to: Some(provider_id.to_owned()),
        referral: None,
        sent_at: at,
    };
    maker.make(Target::Addresses { keys: vec![phone(who)], create: true }, at, SignalBody::Inbound(body))
}

fn phone(who: usize) -> AddressKey {
    AddressKey::phone(format!("+1202555{:04}", 100 + who % 9_900))
}
