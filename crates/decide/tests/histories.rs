//! Random histories of one contact: the same signals give the same decisions bit for bit, and what must always hold holds after every step.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use decide::{Catalogue, ContactState, Core, JourneyState, Published, Queue};
use journey::CompileContext;
use model::consent::{ConsentAct, ConsentChange, ConsentState};
use model::contact::ContactPatch;
use model::decision::{DecisionRecord, Outcome, Stage, Verdict};
use model::inbound::{InboundContent, InboundMessage};
use model::message::{Direction, Origin};
use model::send_error::{FallbackCause, Remedy, SendError};
use model::sender::{Sender, SenderStatus};
use model::signal::{AgentAct, Receipt, SendOutcome, Signal, SignalBody, Target};
use model::template::{ApprovalState, Template};
use model::value::Attributes;
use model::{
    AddressKey, Channel, ContactId, Draws, Message, MessageId, MessageStatus, Millis, Purpose, Rng, SenderId, SignalId, Timestamp, UserId,
    Value, WorkspaceId,
};
use policy::{Decision, GateKey};
use proptest::prelude::*;
use storage::{Decider, StepError, StepInput, named_message};

const WS: WorkspaceId = WorkspaceId::from_u128(1);
const CONTACT: ContactId = ContactId::from_u128(7);
const WHATSAPP: SenderId = SenderId::from_u128(11);
const SMS: SenderId = SenderId::from_u128(12);
const START: Timestamp = Timestamp::from_secs(1_780_300_800);
const PHONE: &str = "+12025550123";

fn template(file: &str, source: &str) -> Template {
    let mut template = journey::template_file::parse(file, source).unwrap();
    for text in template.languages.values_mut() {
        text.approval.state = ApprovalState::Approved;
        text.approval.version = Some(template.version.clone());
    }
    template
}

fn core() -> Core {
    let mut catalogue = Catalogue::empty(GateKey::new([7; 32]));
    let folder = "../../../gallery/appointment-reminder";
    catalogue.templates = vec![
        template("a", include_str!("../../../gallery/appointment-reminder/templates/appointment_reminder.yaml")),
        template("b", include_str!("../../../gallery/appointment-reminder/templates/appointment_soon.yaml")),
    ];
    let source = include_str!("../../../gallery/appointment-reminder/journey.yaml");
    let compiled = journey::compile(folder, source, &CompileContext { templates: &catalogue.templates, ..CompileContext::default() });
    let journey = Arc::new(compiled.journey.unwrap());
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
    catalogue.senders = vec![sender(WHATSAPP, Channel::Whatsapp, "+12025550100"), sender(SMS, Channel::Sms, "+12025550101")];
    catalogue
        .queues
        .insert("front_desk".to_owned(), Queue { id: "front_desk".to_owned(), title: "Front desk".to_owned(), first_reply_within: None });
    let core = Core::new();
    core.install(WS, catalogue);
    core
}

/// A store of one contact, in memory.
struct World {
    core: Core,
    draws: Draws,
    now: Timestamp,
    state: Option<Vec<u8>>,
    messages: BTreeMap<MessageId, Message>,
    decisions: Vec<DecisionRecord>,
    /// Left in the steps that planned them.
    handed: Vec<MessageId>,
    ledger: Vec<model::LedgerEntry>,
    booked: u64,
    /// Everything that came out, as bytes.
    log: Vec<u8>,
}

impl World {
    fn new(seed: u64) -> Self {
        Self {
            core: core(),
            draws: Draws::new(seed),
            now: START,
            state: None,
            messages: BTreeMap::new(),
            decisions: Vec::new(),
            handed: Vec::new(),
            ledger: Vec::new(),
            booked: 0,
            log: Vec::new(),
        }
    }

    fn apply(&mut self, body: SignalBody) {
        let own = matches!(body, SignalBody::HandOff { .. });
        let permit = if own || self.draws.below(2) == 0 { Vec::new() } else { vec![SMS, WHATSAPP] };
        let signal = Signal {
            id: SignalId::mint(self.now, &mut self.draws),
            workspace: WS,
            target: Target::Addresses { keys: vec![AddressKey::phone(PHONE)], create: true },
            event_time: self.now,
            arrival_time: self.now,
            source: "test".to_owned(),
            dedupe_key: None,
            fingerprint: None,
            permit,
            body,
        };
        let named = named_message(&signal).and_then(|named| match named {
            storage::Named::Id(id) => self.messages.get(&id).cloned(),
            storage::Named::Provider { provider_id, .. } => {
                self.messages.values().find(|m| m.provider_id.as_ref() == Some(&provider_id)).cloned()
            }
        });
        let input = StepInput { contact: CONTACT, state: self.state.as_deref(), signal: &signal, message: named.as_ref(), taken: &[] };
        match self.core.decide(input) {
            Ok(output) => {
                let state = ContactState::decode(&output.state).unwrap();
                // As values and not as bytes: the stored form may change, the decisions may not.
                self.log.extend(format!("{state:?}").into_bytes());
                self.log.extend(serde_json::to_vec(&output.changes.messages).unwrap());
                self.log.extend(serde_json::to_vec(&output.changes.decisions).unwrap());
                self.log.extend(serde_json::to_vec(&output.changes.timeline).unwrap());
                self.log.extend(serde_json::to_vec(&output.changes.counters).unwrap());
                self.log.extend(serde_json::to_vec(&output.changes.runs).unwrap());
                self.log.extend(serde_json::to_vec(&(output.changes.next_wake, &output.reply)).unwrap());
                self.state = Some(output.state);
                if !own {
                    self.handed.extend(output.changes.handed);
                }
                for message in output.changes.messages {
                    self.check_forward(&message);
                    self.messages.insert(message.id, message);
                }
                self.decisions.extend(output.changes.decisions);
                self.ledger.extend(output.changes.ledger);
                self.check(output.changes.next_wake);
            }
            Err(StepError::Rejected(rejection)) => self.log.extend(rejection.code.as_bytes()),
            Err(StepError::Poison(why)) => panic!("{why}"),
        }
    }

    fn check_forward(&self, message: &Message) {
        let Some(before) = self.messages.get(&message.id) else { return };
        let (from, to) = (before.status, message.status);
        // The one way back is a refusal before acceptance, and a doubt that the provider cleared: the call had no effect.
        let again = matches!(from, MessageStatus::Sending | MessageStatus::InDoubt) && to == MessageStatus::Queued;
        // What was taken back after an attempt of which nobody knew what became may be on the phone all the same.
        let after_all = before.attempts > 0
            && matches!(from, MessageStatus::Cancelled | MessageStatus::Expired)
            && matches!(to, MessageStatus::Delivered | MessageStatus::Read);
        assert!(again || after_all || from.merged(to) == to || from == to, "{} went from {from:?} to {to:?}", message.id);
    }

    fn check(&self, next_wake: Option<Timestamp>) {
        let state = ContactState::decode(self.state.as_ref().unwrap()).unwrap();
        assert_eq!(next_wake, state.runs.iter().filter_map(journey::RunState::due).min());
        let queued: BTreeSet<_> = state.outbox.iter().map(|message| message.id).collect();
        for message in self.messages.values().filter(|message| message.direction == Direction::Out) {
            let open = matches!(message.status, MessageStatus::Queued | MessageStatus::Sending | MessageStatus::InDoubt);
            assert_eq!(open, queued.contains(&message.id), "{} is {:?}", message.id, message.status);
            assert!(message.decision.is_some(), "a message without a decision");
        }
        for run in &state.runs {
            let waits_for_news = run.due().is_none();
            let has_message = state.outbox.iter().any(|m| matches!(&m.origin, Origin::Journey { run: of, .. } if *of == run.id));
            assert!(!waits_for_news || has_message, "run {} waits for nothing at {}", run.id, run.position.step);
        }
        let intents: Vec<_> = self
            .messages
            .values()
            .filter_map(|m| match &m.origin {
                Origin::Journey { run, step, visit, .. } => Some((*run, step.clone(), *visit)),
                _ => None,
            })
            .collect();
        let unique: BTreeSet<_> = intents.iter().collect();
        assert_eq!(unique.len(), intents.len(), "one message for each intent (R-DEDUP-2)");
        policy::verify_chain(&self.ledger).unwrap();
    }

    /// Hands over what is due, as the dispatcher does, and lets the provider answer by chance.
    fn dispatch(&mut self) {
        let state = ContactState::decode(self.state.as_ref().unwrap()).unwrap();
        let due: Vec<MessageId> = state
            .outbox
            .iter()
            .filter(|m| m.status == MessageStatus::Queued && m.not_before.is_none_or(|at| at <= self.now))
            .map(|m| m.id)
            .collect();
        // What left in the step that planned it waits for its answer only.
        let under_way = std::mem::take(&mut self.handed);
        for id in under_way.iter().chain(&due).copied() {
            if due.contains(&id) {
                self.apply(SignalBody::HandOff { message: id });
            }
            let message = self.messages[&id].clone();
            if message.status != MessageStatus::Sending {
                continue;
            }
            let catalogue = self.core.catalogue(WS).unwrap();
            let decision = Decision::open(&message, &catalogue.gate_key).expect("what is sending carries the gate's seal");
            assert_eq!(decision.address(), &message.address);
            self.check_allowed(&message);
            let outcome = match self.draws.below(10) {
                0 => SendOutcome::Unknown { detail: "time-out".to_owned() },
                1 => SendOutcome::Refused { error: refusal(Remedy::NextChannel) },
                2 => SendOutcome::Refused { error: refusal(Remedy::Retry { after: Millis::from_mins(5) }) },
                _ => SendOutcome::Accepted { provider_id: format!("wamid.{id}"), learnt: Vec::new() },
            };
            self.apply(SignalBody::SendResult { message: id, attempt: message.attempts, outcome });
        }
    }

    /// At the moment of hand-off the decision that lets it go must itself say so, and consent must hold in the ledger as it is.
    fn check_allowed(&self, message: &Message) {
        let decision = self.decisions.iter().find(|d| Some(d.id) == message.decision).expect("the decision is stored");
        assert_eq!(decision.stage, Stage::HandOff);
        assert!(matches!(decision.verdict, Verdict::Send { .. }));
        assert!(
            decision.rules.iter().any(|rule| rule.rule == "consent" && rule.outcome == Outcome::Pass)
                || matches!(message.origin, Origin::Compliance { .. })
        );
    }

    fn random_step(&mut self) {
        match self.draws.below(14) {
            0 | 1 => {
                self.booked += 1;
                let lead = Millis::from_hours(i64::try_from(self.draws.below(100)).unwrap());
                let body = self.appointment("appointment_booked", self.booked, Some(self.now + lead));
                self.apply(body);
            }
            2 => {
                let which = 1 + self.draws.below(self.booked.max(1));
                let body = self.appointment("appointment_cancelled", which, None);
                self.apply(body);
            }
            3 => {
                let which = 1 + self.draws.below(self.booked.max(1));
                let at = self.now + Millis::from_hours(i64::try_from(self.draws.below(100)).unwrap());
                let body = self.appointment("appointment_moved", which, Some(at));
                self.apply(body);
            }
            4 | 5 => self.reply(),
            6 => {
                let words = ["yes", "what?", "STOP", "START", "please stop texting me", "human please"];
                let text = words[usize::try_from(self.draws.below(words.len() as u64)).unwrap()];
                let channel = if self.draws.below(2) == 0 { Channel::Sms } else { Channel::Whatsapp };
                self.inbound(channel, InboundContent::Text { body: text.to_owned() }, None);
            }
            7 | 8 => self.status(),
            9 => self.settle_doubt(),
            10 => self.agent(),
            11 => {
                let state = if self.draws.below(2) == 0 { ConsentState::OptedIn } else { ConsentState::OptedOut };
                let purpose = if self.draws.below(2) == 0 { None } else { Some(Purpose::Promotional) };
                self.apply(SignalBody::Consent(consent(state, purpose, self.now)));
            }
            _ => {
                self.now = self.now + Millis::from_mins(i64::try_from(self.draws.below(600)).unwrap());
                self.apply(SignalBody::Wake);
            }
        }
        self.dispatch();
        self.now = self.now + Millis(1 + i64::try_from(self.draws.below(5_000)).unwrap());
    }

    fn appointment(&self, name: &str, which: u64, at: Option<Timestamp>) -> SignalBody {
        let mut properties = Attributes::from([("appointment_id".to_owned(), Value::from(format!("a{which}")))]);
        if let Some(at) = at {
            properties.insert("starts_at".to_owned(), Value::from(at.to_string()));
        }
        SignalBody::Event { name: name.to_owned(), properties, contact: ContactPatch::default() }
    }

    fn any_message(&mut self, keep: impl Fn(&Message) -> bool) -> Option<Message> {
        let fitting: Vec<_> = self.messages.values().filter(|m| keep(m)).cloned().collect();
        let index = usize::try_from(self.draws.below(fitting.len() as u64)).unwrap();
        fitting.into_iter().nth(index)
    }

    fn reply(&mut self) {
        let Some(message) = self.any_message(|m| m.direction == Direction::Out && m.provider_id.is_some()) else { return };
        let id = if self.draws.below(2) == 0 { "confirm" } else { "reschedule" };
        let content = InboundContent::ButtonReply { id: id.to_owned(), title: id.to_owned() };
        self.inbound(message.channel, content, message.provider_id);
    }

    fn inbound(&mut self, channel: Channel, content: InboundContent, in_reply_to: Option<String>) {
        let inbound = InboundMessage {
            channel,
            sender: if channel == Channel::Sms { SMS } else { WHATSAPP },
            provider_id: format!("in.{}", self.draws.next_u64()),
            from: vec![AddressKey::phone(PHONE)],
            profile_name: None,
            content,
            in_reply_to,
            referral: None,
            sent_at: self.now,
        };
        self.apply(SignalBody::Inbound(inbound));
    }

    fn status(&mut self) {
        let Some(message) = self.any_message(|m| m.direction == Direction::Out && m.attempts > 0) else { return };
        let status = [MessageStatus::Accepted, MessageStatus::Delivered, MessageStatus::Read, MessageStatus::Failed]
            [usize::try_from(self.draws.below(4)).unwrap()];
        let error = (status == MessageStatus::Failed).then(|| refusal(Remedy::NextChannel));
        self.apply(SignalBody::Receipt(Receipt {
            message: Some(message.id),
            provider_id: Some(format!("wamid.{}", message.id)),
            channel: message.channel,
            status,
            at: self.now,
            error,
            price: None,
            category: None,
            charged: None,
            learnt: Vec::new(),
        }));
    }

    fn settle_doubt(&mut self) {
        let Some(message) = self.any_message(|m| m.status == MessageStatus::InDoubt) else { return };
        let outcome = match self.draws.below(3) {
            0 => SendOutcome::NeverArrived,
            1 => SendOutcome::Unsettled,
            _ => SendOutcome::Accepted { provider_id: format!("wamid.{}", message.id), learnt: Vec::new() },
        };
        self.apply(SignalBody::SendResult { message: message.id, attempt: message.attempts, outcome });
    }

    fn agent(&mut self) {
        let act = match self.draws.below(4) {
            0 => AgentAct::Resolve { category: None },
            1 => AgentAct::ReturnToBot,
            2 => AgentAct::Assign { to: Some(UserId::from_u128(1)), queue: None },
            _ => AgentAct::Note { text: "called".to_owned() },
        };
        self.apply(SignalBody::Agent { user: UserId::from_u128(1), act });
    }
}

fn refusal(remedy: Remedy) -> SendError {
    SendError { remedy, cause: FallbackCause::Rejected, code: "test".to_owned(), for_user: "refused".to_owned() }
}

fn consent(state: ConsentState, purpose: Option<Purpose>, at: Timestamp) -> ConsentChange {
    ConsentChange {
        address: AddressKey::phone(PHONE),
        channel: None,
        purpose,
        topic: None,
        state,
        act: ConsentAct::ApiRecorded,
        wording: None,
        source: "test".to_owned(),
        actor: "test".to_owned(),
        ip: None,
        user_agent: None,
        at,
        evidence: None,
    }
}

fn play(seed: u64, steps: usize) -> World {
    let mut world = World::new(seed);
    world.apply(SignalBody::ContactUpdate(ContactPatch::default()));
    for _ in 0..steps {
        world.random_step();
    }
    world
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn what_must_hold_holds_after_every_step_of_any_history(seed: u64) {
        play(seed, 60);
    }

    #[test]
    fn the_same_signals_give_the_same_decisions_bit_for_bit(seed: u64) {
        prop_assert_eq!(play(seed, 30).log, play(seed, 30).log);
    }
}

/// R-CON-3: once everything is revoked, what is queued is taken back in the same step.
#[test]
fn r_con_3_a_revocation_takes_back_what_is_queued() {
    let mut world = World::new(1);
    let body = world.appointment("appointment_booked", 1, Some(START + Millis::from_hours(30)));
    world.apply(body);
    world.now = START + Millis::from_hours(6) + Millis::from_mins(1);
    world.apply(SignalBody::Wake);
    let queued = |world: &World| world.messages.values().filter(|m| m.status == MessageStatus::Queued).count();
    assert_eq!(queued(&world), 1);
    world.apply(SignalBody::Consent(consent(ConsentState::OptedOut, None, world.now)));
    assert_eq!(queued(&world), 0);
    world.dispatch();
    assert!(world.messages.values().all(|m| m.attempts == 0));
}

/// R-EXIT-1: the exit takes back what is queued, and the run is over.
#[test]
fn r_exit_1_an_exit_takes_back_what_is_queued() {
    let mut world = World::new(1);
    let body = world.appointment("appointment_booked", 1, Some(START + Millis::from_hours(30)));
    world.apply(body);
    world.now = START + Millis::from_hours(6) + Millis::from_mins(1);
    world.apply(SignalBody::Wake);
    let body = world.appointment("appointment_cancelled", 1, None);
    world.apply(body);
    let state = ContactState::decode(world.state.as_ref().unwrap()).unwrap();
    assert!(state.runs.is_empty());
    assert!(world.messages.values().all(|m| m.status == MessageStatus::Cancelled));
}

/// Whoever wrote STOP gets no agent's message either, until they write again: then a person may answer, and journeys stay silent.
#[test]
fn after_stop_an_agent_may_answer_only_what_came_later() {
    use model::content::Content;
    use model::message::{ChannelDraft, Rendered};
    let reply = || {
        let draft = ChannelDraft {
            channel: Channel::Sms,
            sender: Some(SMS),
            address: None,
            in_window: Some(Rendered::Ready(Content::text("We open at nine."))),
            out_of_window: None,
        };
        SignalBody::Agent { user: UserId::from_u128(1), act: AgentAct::Reply { draft, seen: None, reply_to: None } }
    };
    let by_agent = |world: &World| world.messages.values().filter(|m| matches!(m.origin, Origin::Agent { .. })).count();
    let mut world = World::new(1);
    world.inbound(Channel::Sms, InboundContent::Text { body: "STOP".to_owned() }, None);
    world.now = world.now + Millis::from_mins(1);
    world.apply(reply());
    assert_eq!(by_agent(&world), 0);
    let verdict = &world.decisions.last().unwrap().verdict;
    assert!(matches!(verdict, Verdict::Silent { code, .. } if code == "consent_revoked"), "{verdict:?}");
    world.inbound(Channel::Sms, InboundContent::Text { body: "When do you open?".to_owned() }, None);
    world.now = world.now + Millis::from_mins(1);
    world.apply(reply());
    assert_eq!(by_agent(&world), 1);
}
