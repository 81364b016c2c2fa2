//! The product's own core on both stores: appointments, answers, hand-offs, statuses, wakes.

use std::collections::BTreeMap;
use std::sync::Arc;

use decide::{Catalogue, Core, JourneyState, Published, Queue};
use journey::CompileContext;
use model::consent::{ConsentAct, ConsentChange, ConsentState};
use model::contact::ContactPatch;
use model::inbound::{InboundContent, InboundMessage};
use model::sender::{Sender, SenderStatus};
use model::signal::{Receipt, SendOutcome, Signal, SignalBody, Target};
use model::template::{ApprovalState, Template};
use model::value::Attributes;
use model::{AddressKey, Channel, Draws, MessageStatus, Millis, Rng as _, SenderId, SignalId, Timestamp, Value};
use policy::GateKey;
use storage::{MessageFilter, Page, StepOutcome};
use storage_tests::make::WS;

use crate::pair::Pair;

const WHATSAPP: SenderId = SenderId::from_u128(11);
const SMS: SenderId = SenderId::from_u128(12);
const START: Timestamp = Timestamp::from_secs(1_780_300_800);
const PEOPLE: u64 = 6;
const ROUNDS: u64 = 30;

fn template(file: &str, source: &str) -> Template {
    let mut template = journey::template_file::parse(file, source).unwrap();
    for text in template.languages.values_mut() {
        text.approval.state = ApprovalState::Approved;
        text.approval.version = Some(template.version.clone());
    }
    template
}

pub fn core() -> Core {
    let mut catalogue = Catalogue::empty(GateKey::new([7; 32]));
    catalogue.templates = vec![
        template("a", include_str!("../../../../gallery/appointment-reminder/templates/appointment_reminder.yaml")),
        template("b", include_str!("../../../../gallery/appointment-reminder/templates/appointment_soon.yaml")),
    ];
    let source = include_str!("../../../../gallery/appointment-reminder/journey.yaml");
    let context = CompileContext { templates: &catalogue.templates, ..CompileContext::default() };
    let journey = Arc::new(journey::compile("journey.yaml", source, &context).journey.unwrap());
    let versions = BTreeMap::from([(journey.version.clone(), Arc::clone(&journey))]);
    catalogue.journeys.insert(journey.name.clone(), Published { state: JourneyState::Open, current: journey, versions });
    let sender = |id, channel, address: &str| Sender {
        id,
        channel,
        name: address.to_owned(),
        address: address.to_owned(),
        provider_ref: address.to_owned(),
        status: SenderStatus::Active,
        per_second: 10,
    };
    catalogue.senders = vec![sender(WHATSAPP, Channel::Whatsapp, "+12025550190"), sender(SMS, Channel::Sms, "+12025550191")];
    let queue = Queue { id: "front_desk".to_owned(), title: "Front desk".to_owned(), first_reply_within: None };
    catalogue.queues.insert("front_desk".to_owned(), queue);
    let core = Core::new();
    core.install(WS, catalogue);
    core
}

struct World<'p> {
    pair: &'p Pair,
    seed: u64,
    draws: Draws,
    now: Timestamp,
}

impl World<'_> {
    fn signal(&mut self, target: Target, body: SignalBody) -> Signal {
        Signal {
            id: SignalId::mint(self.now, &mut self.draws),
            workspace: WS,
            target,
            event_time: self.now,
            arrival_time: self.now,
            source: "test".to_owned(),
            dedupe_key: None,
            fingerprint: None,
            permit: Vec::new(),
            body,
        }
    }

    fn somebody(&mut self) -> AddressKey {
        AddressKey::phone(format!("+120255501{:02}", self.draws.below(PEOPLE)))
    }

    fn outside(&mut self) -> Signal {
        let phone = self.somebody();
        let to = Target::Addresses { keys: vec![phone.clone()], create: true };
        let body = match self.draws.below(8) {
            0..=2 => {
                let hours = i64::try_from(self.draws.below(100)).unwrap();
                let starts = self.now + Millis::from_hours(hours);
                let properties = Attributes::from([
                    ("appointment_id".to_owned(), Value::from(format!("a{}", self.draws.below(40)))),
                    ("starts_at".to_owned(), Value::from(starts.to_string())),
                ]);
                SignalBody::Event { name: "appointment_booked".to_owned(), properties, contact: ContactPatch::default() }
            }
            3 => SignalBody::Consent(ConsentChange {
                address: phone,
                channel: None,
                purpose: None,
                topic: None,
                state: ConsentState::OptedIn,
                act: ConsentAct::ApiRecorded,
                wording: None,
                source: "test".to_owned(),
                actor: "key:key".to_owned(),
                ip: None,
                user_agent: None,
                at: self.now,
                evidence: None,
            }),
            _ => {
                let words = ["yes", "what?", "STOP", "START", "human please"];
                let text = words[self.draws.below(words.len() as u64) as usize];
                let sms = self.draws.below(2) == 0;
                let serial = self.draws.below(1 << 40);
                SignalBody::Inbound(InboundMessage {
                    channel: if sms { Channel::Sms } else { Channel::Whatsapp },
                    sender: if sms { SMS } else { WHATSAPP },
                    provider_id: format!("in.{serial}"),
                    from: vec![phone],
                    profile_name: Some("Somebody".to_owned()),
                    content: InboundContent::Text { body: text.to_owned() },
                    in_reply_to: None,
                    referral: None,
                    sent_at: self.now,
                })
            }
        };
        let mut signal = self.signal(to, body);
        signal.dedupe_key = Some(format!("in {}", self.draws.below(300)));
        signal
    }

    async fn step(&mut self, signals: Vec<Signal>) -> Vec<StepOutcome> {
        let what = format!("seed {}, at {}", self.seed, self.now);
        let outcomes = self.pair.step(&what, signals).await;
        assert!(!outcomes.iter().any(|outcome| matches!(outcome, StepOutcome::Parked { .. })), "{what}: {outcomes:?}");
        outcomes
    }

    /// Hands over what is due, as the dispatcher does; statuses may overtake the results.
    async fn dispatch(&mut self) {
        let mut due = Vec::new();
        for sender in [WHATSAPP, SMS] {
            due.extend(self.pair.sqlite.queued(sender, self.now, 100).await.unwrap());
        }
        let hand_offs = due.iter().map(|row| (row.contact, row.message)).collect::<Vec<_>>();
        let signals =
            hand_offs.iter().map(|(contact, message)| self.signal(Target::Contact(*contact), SignalBody::HandOff { message: *message }));
        let signals = signals.collect();
        let outcomes = self.step(signals).await;
        let mut results = Vec::new();
        for outcome in outcomes {
            let StepOutcome::Applied(applied) = outcome else { continue };
            let Some(message) = applied.handed.into_iter().next() else { continue };
            let provider_id = format!("wamid.{}", message.id);
            let outcome = match self.draws.below(5) {
                0 => SendOutcome::Unknown { detail: "time-out".to_owned() },
                _ => SendOutcome::Accepted { provider_id: provider_id.clone(), learnt: Vec::new() },
            };
            let result = SignalBody::SendResult { message: message.id, attempt: message.attempts, outcome };
            results.push(self.signal(Target::Contact(applied.contact), result));
            let status = [MessageStatus::Delivered, MessageStatus::Read][self.draws.below(2) as usize];
            let receipt = Receipt {
                message: None,
                provider_id: Some(provider_id.clone()),
                channel: message.channel,
                status,
                at: self.now,
                error: None,
                price: None,
                category: None,
                charged: None,
                learnt: Vec::new(),
            };
            let target = Target::ProviderMessage { channel: message.channel, provider_id };
            let status = self.signal(target, SignalBody::Receipt(receipt));
            let place = if self.draws.below(2) == 0 { 0 } else { results.len() };
            results.insert(place, status);
        }
        self.step(results).await;
    }

    async fn wake(&mut self) {
        let due = self.pair.sqlite.due(self.now, 100).await.unwrap();
        assert_eq!(due, self.pair.postgres.due(self.now, 100).await.unwrap());
        let signals = due.into_iter().map(|(_, contact, _)| self.signal(Target::Contact(contact), SignalBody::Wake)).collect();
        self.step(signals).await;
    }
}

pub async fn play(pair: &Pair, seed: u64) {
    let mut world = World { pair, seed, draws: Draws::new(seed), now: START };
    for _ in 0..ROUNDS {
        let signals = (0..=world.draws.below(20)).map(|_| world.outside()).collect();
        world.step(signals).await;
        world.dispatch().await;
        world.now = world.now + Millis::from_mins(i64::try_from(world.draws.below(600)).unwrap());
        world.wake().await;
        world.dispatch().await;
    }
    let sent = pair.sqlite.messages(WS, MessageFilter::default(), Page::first(1_000)).await.unwrap().items;
    assert!(sent.iter().any(|message| message.provider_id.is_some()), "seed {seed}: something was sent");
}
