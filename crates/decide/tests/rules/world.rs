//! One contact in memory, with a journey and an SMS sender; copies are cheap, so that a test can try every way to go on.

use std::collections::BTreeMap;
use std::sync::Arc;

use decide::{Catalogue, ContactState, Core, JourneyState, Published};
use journey::CompileContext;
use model::consent::{ConsentAct, ConsentChange, ConsentState};
use model::contact::ContactPatch;
use model::inbound::{InboundContent, InboundMessage};
use model::sender::{Sender, SenderStatus};
use model::signal::{SendOutcome, Signal, SignalBody, Target};
use model::value::Attributes;
use model::{
    AddressKey, Channel, ContactId, Direction, Message, MessageId, MessageStatus, Purpose, SenderId, SignalId, Timestamp, WorkspaceId,
};
use policy::{GateKey, Rulebook};
use storage::{Decider, Named, StepError, StepInput, StepOutput, named_message};

pub const WS: WorkspaceId = WorkspaceId::from_u128(1);
pub const SMS: SenderId = SenderId::from_u128(12);
/// A Monday, 17:00 UTC: the middle of the day in Washington.
pub const START: Timestamp = Timestamp::from_secs(1_780_333_200);

#[derive(Clone)]
pub struct World {
    pub core: Arc<Core>,
    pub now: Timestamp,
    pub state: Option<Arc<Vec<u8>>>,
    pub messages: BTreeMap<MessageId, Arc<Message>>,
    /// Whom the next signals name.
    pub target: Vec<AddressKey>,
    /// Addresses that the store gives to another contact.
    pub of_others: Vec<AddressKey>,
    /// Senders with room for what the next signals lead to.
    pub permit: Vec<SenderId>,
    /// Messages that the last signal marked as sending.
    pub handed: Vec<MessageId>,
    planned: Vec<MessageId>,
    serial: u128,
}

impl World {
    /// With the rules as they are given and no quiet hours.
    pub fn new(journey: &str, rules: Rulebook) -> Self {
        Self::over(journey, rules, &[])
    }

    /// With senders of other channels beside that of SMS; their ids begin at 20.
    pub fn over(journey: &str, rules: Rulebook, channels: &[Channel]) -> Self {
        let compiled = journey::compile("journey.yaml", journey, &CompileContext::default());
        let told: Vec<String> = compiled.diagnostics.iter().map(journey::Diagnostic::one_line).collect();
        let journey = Arc::new(compiled.journey.unwrap_or_else(|| panic!("{}", told.join("\n"))));
        let mut catalogue = Catalogue::empty(GateKey::new([7; 32]));
        let versions = BTreeMap::from([(journey.version.clone(), Arc::clone(&journey))]);
        catalogue.journeys.insert(journey.name.clone(), Published { state: JourneyState::Open, current: journey, versions });
        catalogue.rulebook = Arc::new(Rulebook { quiet_hours: Vec::new(), ..rules });
        let sender = |id, channel| Sender {
            id,
            channel,
            name: "Example".to_owned(),
            address: "+12025550101".to_owned(),
            provider_ref: "+12025550101".to_owned(),
            status: SenderStatus::Active,
            per_second: 10,
        };
        let others = channels.iter().zip(20..).map(|(channel, id)| sender(SenderId::from_u128(id), *channel));
        catalogue.senders = [sender(SMS, Channel::Sms)].into_iter().chain(others).collect();
        let core = Arc::new(Core::new());
        core.install(WS, catalogue);
        let mut world = Self {
            core,
            now: START,
            state: None,
            messages: BTreeMap::new(),
            target: vec![phone()],
            of_others: Vec::new(),
            permit: Vec::new(),
            handed: Vec::new(),
            planned: Vec::new(),
            serial: 0,
        };
        let consent = ConsentChange {
            address: phone(),
            channel: Some(Channel::Sms),
            purpose: Some(Purpose::Promotional),
            topic: None,
            state: ConsentState::OptedIn,
            act: ConsentAct::ApiRecorded,
            wording: None,
            source: "test".to_owned(),
            actor: "test".to_owned(),
            ip: None,
            user_agent: None,
            at: START,
            evidence: None,
        };
        world.apply(SignalBody::Consent(consent)).unwrap();
        world
    }

    pub fn apply(&mut self, body: SignalBody) -> Result<StepOutput, StepError> {
        self.apply_dated(body, self.now)
    }

    /// With a time of the source's own.
    pub fn apply_dated(&mut self, body: SignalBody, event_time: Timestamp) -> Result<StepOutput, StepError> {
        self.apply_to(Target::Addresses { keys: self.target.clone(), create: true }, body, event_time)
    }

    /// About one of the contact's messages.
    pub fn apply_about(&mut self, message: MessageId, body: SignalBody) -> StepOutput {
        self.apply_to(Target::Message(message), body, self.now).unwrap()
    }

    fn apply_to(&mut self, target: Target, body: SignalBody, event_time: Timestamp) -> Result<StepOutput, StepError> {
        self.serial += 1;
        // Ids grow with time and, within a moment, with the order of signals.
        let id = SignalId::from_u128((u128::from(self.now.as_millis().unsigned_abs()) << 80) | (7 << 76) | self.serial);
        let signal = Signal {
            id,
            workspace: WS,
            target,
            event_time,
            arrival_time: self.now,
            source: "test".to_owned(),
            dedupe_key: None,
            fingerprint: None,
            permit: self.permit.clone(),
            body,
        };
        let named = named_message(&signal).and_then(|named| match named {
            Named::Id(id) => self.messages.get(&id).cloned(),
            Named::Provider { provider_id, .. } => self.messages.values().find(|m| m.provider_id.as_ref() == Some(&provider_id)).cloned(),
        });
        let state = self.state.as_ref().map(|state| state.as_slice());
        let decide = |taken: &[AddressKey]| {
            self.core.decide(StepInput { contact: ContactId::from_u128(7), state, signal: &signal, message: named.as_deref(), taken })
        };
        let mut output = decide(&[])?;
        let taken: Vec<AddressKey> = output.changes.link.iter().filter(|key| self.of_others.contains(key)).cloned().collect();
        if !taken.is_empty() {
            output = decide(&taken)?;
        }
        self.state = Some(Arc::new(std::mem::take(&mut output.state)));
        let new = output.changes.messages.iter().map(|message| message.id).filter(|id| !self.messages.contains_key(id));
        self.planned.extend(new);
        self.handed.clone_from(&output.changes.handed);
        self.messages.extend(output.changes.messages.iter().map(|message| (message.id, Arc::new(message.clone()))));
        Ok(output)
    }

    pub fn state(&self) -> ContactState {
        ContactState::decode(self.state.as_ref().unwrap()).unwrap()
    }

    pub fn event(&mut self, name: &str, properties: Attributes) -> StepOutput {
        self.apply(SignalBody::Event { name: name.to_owned(), properties, contact: ContactPatch::default() }).unwrap()
    }

    pub fn writes(&mut self, text: &str) -> StepOutput {
        self.sends_in(&format!("in.{}", self.serial + 1), InboundContent::Text { body: text.to_owned() }, self.now)
    }

    /// Anything from the contact, under the provider's id.
    pub fn sends_in(&mut self, provider_id: &str, content: InboundContent, sent_at: Timestamp) -> StepOutput {
        self.serial += 1;
        let inbound = InboundMessage {
            channel: Channel::Sms,
            sender: SMS,
            provider_id: provider_id.to_owned(),
            from: self.target.clone(),
            profile_name: None,
            content,
            in_reply_to: None,
            referral: None,
            sent_at,
        };
        self.apply(SignalBody::Inbound(inbound)).unwrap()
    }

    /// The hand-off of a message; whether it may go now.
    pub fn hand_off(&mut self, message: MessageId) -> bool {
        self.apply(SignalBody::HandOff { message }).unwrap().reply["go"] == true
    }

    pub fn result(&mut self, message: MessageId, outcome: SendOutcome) {
        let attempt = self.messages[&message].attempts;
        self.apply(SignalBody::SendResult { message, attempt, outcome }).unwrap();
    }

    pub fn accept(&mut self, message: MessageId) {
        self.result(message, SendOutcome::Accepted { provider_id: format!("sms.{message}"), learnt: Vec::new() });
    }

    /// Messages to the contact in a status, in the order in which they were planned.
    pub fn outgoing(&self, status: MessageStatus) -> Vec<MessageId> {
        let is_it = |m: &Message| m.direction == Direction::Out && m.status == status;
        self.planned.iter().copied().filter(|id| is_it(&self.messages[id])).collect()
    }
}

pub fn phone() -> AddressKey {
    AddressKey::phone("+12025550123")
}
