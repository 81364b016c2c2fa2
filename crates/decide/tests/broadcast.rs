//! What becomes of one recipient of a broadcast: the row says it, and says one thing only.

use std::collections::BTreeMap;
use std::sync::Arc;

use decide::{Candidate, Catalogue, Core, RunningBroadcast};
use model::broadcast::{BroadcastState, RecipientNews, RecipientState};
use model::consent::{ConsentAct, ConsentChange, ConsentState};
use model::decision::Verdict;
use model::inbound::{InboundContent, InboundMessage};
use model::send_error::{FallbackCause, Remedy, SendError};
use model::sender::{Sender, SenderStatus};
use model::signal::{AgentAct, BroadcastAct, Receipt, SendOutcome, Signal, SignalBody, Target};
use model::{
    AddressKey, BroadcastId, Channel, ContactId, Draws, Message, MessageId, MessageStatus, Millis, Purpose, SenderId, SignalId, Timestamp,
    UserId, WorkspaceId,
};
use policy::GateKey;
use storage::{Decider, StepError, StepInput, named_message};

const WS: WorkspaceId = WorkspaceId::from_u128(1);
const OFFER: BroadcastId = BroadcastId::from_u128(3);
const SMS: SenderId = SenderId::from_u128(12);
/// A Monday, 17:00 UTC: the middle of the day in Washington.
const START: Timestamp = Timestamp::from_secs(1_780_333_200);
const FILE: &str = "broadcast: offer\npurpose: promotional\naudience: everybody\nsend:\n  sms: { text: \"Hello {{ contact.first_name | default: 'you' }}\" }\n  max_lateness: 24h\n";

/// One contact, and its row.
struct World {
    core: Core,
    contact: ContactId,
    draws: Draws,
    now: Timestamp,
    state: Option<Vec<u8>>,
    messages: BTreeMap<MessageId, Message>,
    row: Vec<(RecipientState, Option<String>)>,
    not_before: Option<Timestamp>,
    reactions: Vec<RecipientNews>,
}

impl World {
    fn new(file: &str) -> Self {
        let world = Self {
            core: Core::new(),
            contact: ContactId::from_u128(7),
            draws: Draws::new(5),
            now: START,
            state: None,
            messages: BTreeMap::new(),
            row: Vec::new(),
            not_before: None,
            reactions: Vec::new(),
        };
        world.install(file, BroadcastState::Running);
        world
    }

    fn install(&self, file: &str, state: BroadcastState) {
        let definition = Arc::new(journey::reload_broadcast(file).broadcast.unwrap());
        let mut catalogue = Catalogue::empty(GateKey::new([7; 32]));
        catalogue.broadcasts.insert(OFFER, Arc::new(RunningBroadcast { definition, state, due_at: START }));
        catalogue.senders.push(Sender {
            id: SMS,
            channel: Channel::Sms,
            name: "Texts".to_owned(),
            address: "+12025550101".to_owned(),
            provider_ref: "1".to_owned(),
            status: SenderStatus::Active,
            per_second: 10,
        });
        self.core.install(WS, catalogue);
    }

    fn with_consent(file: &str) -> Self {
        let mut world = Self::new(file);
        world.consent(ConsentState::OptedIn, ConsentAct::FormSubmitted);
        world
    }

    fn try_to(&mut self, body: SignalBody) -> Result<serde_json::Value, StepError> {
        let signal = Signal {
            id: SignalId::mint(self.now, &mut self.draws),
            workspace: WS,
            target: Target::Addresses { keys: vec![AddressKey::phone("+12025550123")], create: true },
            event_time: self.now,
            arrival_time: self.now,
            source: "test".to_owned(),
            dedupe_key: None,
            fingerprint: None,
            permit: Vec::new(),
            body,
        };
        let named = named_message(&signal).and_then(|named| match named {
            storage::Named::Id(id) => self.messages.get(&id).cloned(),
            storage::Named::Provider { .. } => None,
        });
        let input = StepInput { contact: self.contact, state: self.state.as_deref(), signal: &signal, message: named.as_ref(), taken: &[] };
        let output = self.core.decide(input)?;
        self.state = Some(output.state);
        self.messages.extend(output.changes.messages.into_iter().map(|message| (message.id, message)));
        for change in output.changes.recipients {
            assert_eq!(change.broadcast, OFFER);
            match change.news {
                RecipientNews::Moved { state, code, reason, not_before, .. } => {
                    assert!(code.is_none() || reason.is_some(), "a code has a reason");
                    self.not_before = not_before;
                    self.row.push((state, code));
                }
                reaction => self.reactions.push(reaction),
            }
        }
        Ok(output.reply)
    }

    fn apply(&mut self, body: SignalBody) -> serde_json::Value {
        self.try_to(body).unwrap()
    }

    fn act(&mut self, act: BroadcastAct) -> serde_json::Value {
        self.apply(SignalBody::Broadcast { broadcast: OFFER, act })
    }

    fn consent(&mut self, state: ConsentState, act: ConsentAct) {
        let change = ConsentChange {
            address: AddressKey::phone("+12025550123"),
            channel: Some(Channel::Sms),
            purpose: Some(Purpose::Promotional),
            topic: None,
            state,
            act,
            wording: None,
            source: "form:newsletter".to_owned(),
            actor: "contact".to_owned(),
            ip: None,
            user_agent: None,
            at: self.now,
            evidence: None,
        };
        self.apply(SignalBody::Consent(change));
    }

    fn message(&self) -> &Message {
        self.messages.values().find(|message| matches!(message.origin, model::message::Origin::Broadcast { .. })).unwrap()
    }

    fn hand_off(&mut self) -> serde_json::Value {
        let message = self.message().id;
        self.apply(SignalBody::HandOff { message })
    }

    fn outcome(&mut self, outcome: SendOutcome) {
        let (message, attempt) = (self.message().id, self.message().attempts);
        self.apply(SignalBody::SendResult { message, attempt, outcome });
    }

    fn sent(&mut self) {
        self.act(BroadcastAct::Plan);
        assert_eq!(self.hand_off()["go"], true);
        self.outcome(SendOutcome::Accepted { provider_id: "SM1".to_owned(), learnt: Vec::new() });
    }

    fn receipt(&mut self, status: MessageStatus) {
        let receipt = Receipt {
            message: Some(self.message().id),
            provider_id: None,
            channel: Channel::Sms,
            status,
            at: self.now,
            error: None,
            price: None,
            category: None,
            charged: None,
            learnt: Vec::new(),
        };
        self.apply(SignalBody::Receipt(receipt));
    }

    fn say(&mut self, text: &str) {
        let inbound = InboundMessage {
            channel: Channel::Sms,
            sender: SMS,
            provider_id: format!("in-{text}"),
            from: vec![AddressKey::phone("+12025550123")],
            profile_name: None,
            content: InboundContent::Text { body: text.to_owned() },
            in_reply_to: None,
            referral: None,
            sent_at: self.now,
        };
        self.apply(SignalBody::Inbound(inbound));
    }

    fn states(&self) -> Vec<RecipientState> {
        self.row.iter().map(|(state, _)| *state).collect()
    }

    fn code(&self) -> Option<&str> {
        self.row.last().and_then(|(_, code)| code.as_deref())
    }
}

#[test]
fn a_recipients_row_follows_its_message_to_the_end() {
    use RecipientState::{Delivered, Queued, Read, Sent};
    let mut world = World::with_consent(FILE);
    world.sent();
    world.receipt(MessageStatus::Delivered);
    world.receipt(MessageStatus::Read);
    world.receipt(MessageStatus::Delivered);
    assert_eq!(world.states()[..4], [Queued, Sent, Delivered, Read]);
    assert_eq!(world.states().last(), Some(&Read));
    assert_eq!(world.message().summary(), "Hello you");
}

#[test]
fn without_consent_the_row_says_why_nothing_went() {
    let mut world = World::new(FILE);
    let reply = world.act(BroadcastAct::Plan);
    assert_eq!(world.states(), [RecipientState::Silent]);
    assert_eq!(reply["sent"], false);
    assert_eq!(world.code(), reply["code"].as_str());
    assert!(world.messages.is_empty());
}

#[test]
fn r_meas_1_who_is_kept_back_could_have_been_messaged() {
    let file = FILE.replace("send:", "holdout: 50%\nsend:");
    let mut held = 0;
    for n in 0..40 {
        // Without consent nobody is drawn: both arms pass the same gate.
        let mut refused = World { contact: ContactId::from_u128(n), ..World::new(&file) };
        refused.act(BroadcastAct::Plan);
        assert_eq!(refused.states(), [RecipientState::Silent]);
        let mut world = World { contact: ContactId::from_u128(n), ..World::new(&file) };
        world.consent(ConsentState::OptedIn, ConsentAct::FormSubmitted);
        let candidate = Candidate {
            catalogue: &world.core.catalogue(WS).unwrap(),
            workspace: WS,
            contact: world.contact,
            state: world.state.as_deref().unwrap(),
            now: world.now,
        };
        let preview = candidate.preview(OFFER, &journey::reload_broadcast(&file).broadcast.unwrap()).unwrap();
        world.act(BroadcastAct::Plan);
        match world.row.as_slice() {
            [(RecipientState::HeldOut, Some(code))] => {
                assert_eq!(code, "held_out");
                assert!(preview.held_out && world.messages.is_empty());
                held += 1;
            }
            [(RecipientState::Queued, None)] => assert!(!preview.held_out && preview.content.is_some()),
            other => panic!("{other:?}"),
        }
        assert!(preview.record.rules.iter().all(|rule| policy::explain::reevaluate(rule).unwrap() == rule.outcome));
    }
    assert!((10..=30).contains(&held), "{held} of 40");
}

#[test]
fn who_may_not_be_messaged_now_stays_pending_and_is_asked_again() {
    let mut world = World::with_consent(FILE);
    let user = UserId::from_u128(1);
    world.apply(SignalBody::Agent { user, act: AgentAct::Open { queue: "front_desk".to_owned() } });
    world.act(BroadcastAct::Plan);
    assert_eq!(world.states(), [RecipientState::Pending], "{:?}", world.row);
    assert!(world.not_before > Some(world.now) && world.messages.is_empty());
    world.apply(SignalBody::Agent { user, act: AgentAct::Resolve { category: None } });
    world.now = world.not_before.unwrap();
    world.act(BroadcastAct::Plan);
    assert_eq!(world.states(), [RecipientState::Pending, RecipientState::Queued]);
}

#[test]
fn a_paused_broadcast_holds_what_is_queued_and_goes_on_at_once() {
    let mut world = World::with_consent(FILE);
    world.act(BroadcastAct::Plan);
    world.install(FILE, BroadcastState::Paused);
    assert_eq!(world.hand_off()["go"], false);
    assert!(world.message().not_before > Some(world.now));
    let refused = world.try_to(SignalBody::Broadcast { broadcast: OFFER, act: BroadcastAct::Plan }).unwrap_err();
    assert!(matches!(refused, StepError::Rejected(rejection) if rejection.code == "broadcast_not_going"));
    world.install(FILE, BroadcastState::Running);
    world.act(BroadcastAct::Release);
    assert_eq!(world.message().not_before, Some(world.now));
    assert_eq!(world.hand_off()["go"], true);
}

#[test]
fn a_stopped_broadcast_takes_back_what_has_not_left() {
    for at_hand_off in [true, false] {
        let mut world = World::with_consent(FILE);
        world.act(BroadcastAct::Plan);
        world.install(FILE, BroadcastState::Stopping);
        if at_hand_off {
            assert_eq!(world.hand_off()["go"], false);
        } else {
            world.act(BroadcastAct::Withdraw);
        }
        assert_eq!(world.states(), [RecipientState::Queued, RecipientState::Cancelled]);
        assert_eq!((world.code(), world.message().status), (Some("stopped"), MessageStatus::Cancelled));
        // Again, for nothing.
        world.act(BroadcastAct::Withdraw);
        assert_eq!(world.row.len(), 2);
    }
}

#[test]
fn r_late_2_a_message_that_waited_too_long_expires_and_says_so() {
    let mut world = World::with_consent(FILE);
    world.act(BroadcastAct::Plan);
    world.now = START + Millis::from_hours(25);
    assert_eq!(world.hand_off()["go"], false);
    assert_eq!(world.row.last(), Some(&(RecipientState::Expired, Some("too_late".to_owned()))));
}

#[test]
fn consent_that_is_withdrawn_before_hand_off_cancels_at_once() {
    let mut world = World::with_consent(FILE);
    world.act(BroadcastAct::Plan);
    world.say("STOP");
    assert_eq!(world.states().last(), Some(&RecipientState::Cancelled));
    assert!(world.reactions.is_empty(), "nothing of this broadcast had reached the person");
}

#[test]
fn a103_a_reply_is_a_response_and_stop_is_not() {
    let mut world = World::with_consent(FILE);
    world.sent();
    world.say("Do you have it in blue?");
    assert_eq!(world.reactions, [RecipientNews::Replied]);
    world.say("STOP");
    assert_eq!(world.reactions[1..], [RecipientNews::OptedOut { complaint: false }]);
    let mut later = World::with_consent(FILE);
    later.sent();
    later.now = START + Millis::from_hours(73);
    later.say("STOP");
    assert_eq!(later.reactions, []);
}

#[test]
fn what_the_provider_refuses_is_explained_and_a_withdrawal_there_is_a_complaint() {
    let mut world = World::with_consent(FILE);
    world.act(BroadcastAct::Plan);
    world.hand_off();
    let error = SendError {
        remedy: Remedy::RevokeConsent,
        cause: FallbackCause::OptedOut,
        code: "sms:21610".to_owned(),
        for_user: "the person has opted out at the provider".to_owned(),
    };
    world.outcome(SendOutcome::Refused { error });
    assert_eq!(world.row.last(), Some(&(RecipientState::Failed, Some("sms:21610".to_owned()))));
    assert_eq!(world.reactions, [RecipientNews::OptedOut { complaint: true }]);
}

#[test]
fn doubt_is_a_state_of_its_own_until_it_is_settled() {
    let mut world = World::with_consent(FILE);
    world.act(BroadcastAct::Plan);
    world.hand_off();
    world.outcome(SendOutcome::Unknown { detail: "timed out".to_owned() });
    assert_eq!(world.states().last(), Some(&RecipientState::InDoubt));
    world.outcome(SendOutcome::Unsettled);
    assert_eq!(world.row.last(), Some(&(RecipientState::Failed, Some("in_doubt".to_owned()))));
}

#[test]
fn the_verdicts_of_a_preview_are_those_of_the_plan() {
    let mut world = World::new(FILE);
    world.apply(SignalBody::Wake);
    let catalogue = world.core.catalogue(WS).unwrap();
    let state = world.state.clone().unwrap();
    let candidate = Candidate { catalogue: &catalogue, workspace: WS, contact: world.contact, state: &state, now: world.now };
    let definition = journey::reload_broadcast(FILE).broadcast.unwrap();
    assert!(candidate.chosen_by(&definition).unwrap().0);
    let preview = candidate.preview(OFFER, &definition).unwrap();
    let reply = world.act(BroadcastAct::Plan);
    let Verdict::Silent { code, .. } = preview.record.verdict else { panic!("{:?}", preview.record.verdict) };
    assert_eq!(reply["code"], code);
}
