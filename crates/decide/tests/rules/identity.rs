//! Who somebody is changes: a number gets a business-scoped id beside it, one is left for another, an old one comes back. Whatever the order, a
//! refusal that stood for one of the person's addresses stands for all that they ever have, until they agree anew (U16, R-CON-4).

use std::collections::BTreeMap;

use model::consent::{ConsentAct, ConsentChange, ConsentState};
use model::inbound::{InboundContent, InboundMessage};
use model::signal::SignalBody;
use model::{AddressKey, AddressKind, Channel, Draws, MessageId, MessageStatus, Purpose, Rng, SenderId};
use policy::{ConsentModels, Rulebook};

use crate::world::{START, World, phone};

const QUIET: &str = "\
journey: quiet
title: Quiet
owner: desk
purpose: service
entry: { on: never, key: event.n, policy: once }
goal: { none: It only waits. }
takeover: { queue: desk }
start: over
steps:
  over: { end: done }
";

const MAILED: &str = "\
journey: mailed
title: Mailed
owner: desk
purpose: promotional
entry: { on: offer, policy: once }
goal: { none: It only mails. }
start: tell
steps:
  tell:
    send: { email: { text: Have a look. }, max_lateness: 1h, expects_reply: inbox }
    next: wait
  wait:
    await:
      events: [ { on: link_clicked, where: event.step == 'tell' && event.journey == 'mailed', to: over } ]
      timeout: { after: 2d, to: over }
  over: { end: done }
";

const SEQUENCES: u64 = 10_000;
const ACTS: usize = 10;

/// What the book must say, kept in the plainest way: when each address was last agreed for and last refused, by turns.
#[derive(Default)]
struct Oracle {
    agreed: BTreeMap<AddressKey, usize>,
    refused: BTreeMap<AddressKey, usize>,
}

impl Oracle {
    /// Agreed for itself, and every refusal was followed by an agreement, there or here.
    fn allows(&self, address: &AddressKey) -> bool {
        let later = |key: &AddressKey, refused: usize| self.agreed.get(key).is_some_and(|agreed| *agreed > refused);
        self.agreed.contains_key(address) && self.refused.iter().all(|(key, at)| later(key, *at) || later(address, *at))
    }
}

fn pool() -> [AddressKey; 6] {
    let numbered = |n: u32| [AddressKey::phone(format!("+1202555013{n}")), AddressKey::bsuid(format!("US.13491208655302741{n}"))];
    let [[a, b], [c, d], [e, f]] = [numbered(1), numbered(2), numbered(3)];
    [a, b, c, d, e, f]
}

fn agreement(address: &AddressKey, world: &World) -> SignalBody {
    SignalBody::Consent(ConsentChange {
        address: address.clone(),
        channel: Some(Channel::Whatsapp),
        purpose: Some(Purpose::Promotional),
        topic: None,
        state: ConsentState::OptedIn,
        act: ConsentAct::ApiRecorded,
        wording: None,
        source: "test".to_owned(),
        actor: "test".to_owned(),
        ip: None,
        user_agent: None,
        at: world.now,
        evidence: None,
    })
}

/// How often an address might be messaged, and how often only a refusal kept one silent: both must occur, else nothing is shown.
#[derive(Default)]
struct Seen {
    allowed: usize,
    kept_silent: usize,
}

/// Plays one sequence and checks every address of the person after every act.
fn play(start: &World, seed: u64, seen: &mut Seen) {
    let mut world = start.clone();
    let mut draws = Draws::new(seed);
    let mut oracle = Oracle::default();
    let mut told = Vec::new();
    for turn in 1..=ACTS {
        world.now = world.now + model::Millis::from_mins(1);
        let owned: Vec<AddressKey> = world.state().contact.addresses.iter().map(|address| address.key.clone()).collect();
        let pick = |draws: &mut Draws, from: &[AddressKey]| from[usize::try_from(draws.below(from.len() as u64)).unwrap()].clone();
        let (own, any) = (pick(&mut draws, &owned), pick(&mut draws, &pool()));
        world.target = vec![own.clone()];
        match draws.below(5) {
            // The provider names two addresses of one person.
            0 => {
                told.push(format!("link {own} {any}"));
                world.target.push(any);
                world.writes("hello");
            }
            // The person changes the number, or the id.
            1 => {
                told.push(format!("change {own} to {any}"));
                let change = SignalBody::AddressChange { from: own, to: vec![any], reason: "user_changed_number".to_owned() };
                world.apply(change).unwrap();
            }
            2 => {
                told.push(format!("stop from {own}"));
                world.writes("STOP");
                oracle.refused.extend(owned.into_iter().map(|key| (key, turn)));
            }
            _ => {
                told.push(format!("agree for {own}"));
                world.apply(agreement(&own, &world)).unwrap();
                oracle.agreed.insert(own, turn);
            }
        }
        let state = world.state();
        for address in &state.contact.addresses {
            let verdict = state.consent.check(&address.key, Channel::Whatsapp, Purpose::Promotional, None, &ConsentModels::default());
            let agreed = oracle.allows(&address.key);
            // The book may be stricter: a refusal that moved to a new number is younger there than the agreement for the old one.
            assert!(agreed || !verdict.allowed, "seed {seed}: {} after {told:#?}: {verdict:?}", address.key);
            seen.kept_silent += usize::from(!verdict.allowed && oracle.agreed.contains_key(&address.key));
            seen.allowed += usize::from(verdict.allowed);
        }
    }
}

#[test]
fn u16_no_order_of_links_and_changes_brings_a_refused_consent_back() {
    let mut start = World::new(QUIET, Rulebook::default());
    start.target = vec![phone()];
    let mut seen = Seen::default();
    (0..SEQUENCES).for_each(|seed| play(&start, seed, &mut seen));
    assert!(seen.allowed > 10_000 && seen.kept_silent > 10_000, "{} allowed, {} kept silent", seen.allowed, seen.kept_silent);
}

fn mailbox(name: &str) -> AddressKey {
    AddressKey::new(AddressKind::Email, format!("{name}@example.com"))
}

fn wants_mail(of: &AddressKey, world: &World) -> SignalBody {
    let SignalBody::Consent(change) = agreement(of, world) else { unreachable!("an agreement is consent") };
    SignalBody::Consent(ConsentChange { channel: Some(Channel::Email), ..change })
}

fn mail(from: AddressKey, words: &str, answers: Option<&str>) -> SignalBody {
    SignalBody::Inbound(InboundMessage {
        channel: Channel::Email,
        sender: SenderId::from_u128(20),
        provider_id: format!("mail.{words}"),
        from: vec![from],
        profile_name: Some("Somebody Else".to_owned()),
        content: InboundContent::Text { body: words.to_owned() },
        in_reply_to: answers.map(str::to_owned),
        referral: None,
        sent_at: START,
    })
}

/// A person with a mail of ours that was accepted.
fn mailed() -> (World, MessageId) {
    let mut world = World::over(MAILED, Rulebook::default(), &[Channel::Email]);
    world.target = vec![mailbox("alex")];
    world.state = None;
    world.apply(wants_mail(&mailbox("alex"), &world)).unwrap();
    world.event("offer", BTreeMap::new());
    let message = world.outgoing(MessageStatus::Queued)[0];
    assert!(world.hand_off(message));
    world.accept(message);
    (world, message)
}

fn may_mail(world: &World) -> bool {
    world.state().consent.check(&mailbox("alex"), Channel::Email, Purpose::Promotional, None, &ConsentModels::default()).allowed
}

#[test]
fn u16_who_answers_a_forwarded_mail_joins_the_thread_and_does_not_become_the_person() {
    let (mut world, message) = mailed();
    let provider_id = world.messages[&message].provider_id.clone().unwrap();
    let output = world.apply_about(message, mail(mailbox("other"), "Is this still open?", Some(&provider_id)));
    let contact = &world.state().contact;
    assert_eq!(contact.addresses.iter().map(|address| &address.key).collect::<Vec<_>>(), [&mailbox("alex")]);
    assert_eq!(contact.name, None);
    let written = output.changes.messages.iter().find(|message| message.direction == model::Direction::In).unwrap();
    assert_eq!((&written.address, written.in_reply_to), (&mailbox("other"), Some(message)), "people see who wrote it, and to what");
    assert!(world.state().thread.case.is_some(), "somebody looks at it");
    // The person's own answer is theirs.
    world.apply_about(message, mail(mailbox("alex"), "It is me", Some(&provider_id)));
    assert_eq!(world.state().contact.name.as_deref(), Some("Somebody Else"));
}

#[test]
fn r_con_4_a_word_from_elsewhere_can_stop_the_mail_that_it_answers_and_never_agree() {
    let (mut world, message) = mailed();
    let provider_id = world.messages[&message].provider_id.clone().unwrap();
    assert!(may_mail(&world));
    world.apply_about(message, mail(mailbox("other"), "STOP", Some(&provider_id)));
    assert!(!may_mail(&world));
    let entries = world.state().consent.standing().len();
    world.apply_about(message, mail(mailbox("other"), "START", Some(&provider_id)));
    assert!(!may_mail(&world));
    assert_eq!(world.state().consent.standing().len(), entries, "nobody else's words are an agreement");
}

#[test]
fn an_event_about_a_message_says_which_step_sent_it_and_counts_once() {
    let (mut world, message) = mailed();
    let clicks = |world: &mut World, name: &str| {
        let event =
            SignalBody::Event { name: name.to_owned(), properties: BTreeMap::new(), contact: model::contact::ContactPatch::default() };
        let output = world.apply_about(message, event);
        output
            .changes
            .counters
            .iter()
            .filter(|delta| delta.name == "clicked")
            .map(|delta| (delta.key.clone(), delta.by))
            .collect::<Vec<_>>()
    };
    assert_eq!(clicks(&mut world, "link_followed_by_machine"), []);
    assert!(world.state().runs.iter().any(|run| run.position.step == "wait"), "a machine ends no wait");
    assert_eq!(clicks(&mut world, "link_clicked"), [("tell".to_owned(), 1)]);
    assert!(world.state().runs.is_empty(), "the wait was for this step's mail");
    assert_eq!(clicks(&mut world, "link_clicked"), []);
}

/// Two contacts, one number: it stays with whom it belongs to, and a refusal for it is handed on to them.
#[test]
fn r_con_4_an_address_of_another_contact_is_not_taken_and_a_refusal_of_it_is_passed_on() {
    let mut world = World::new(QUIET, Rulebook::default());
    let (theirs, own) = (AddressKey::phone("+12025550177"), phone());
    world.of_others = vec![theirs.clone()];
    world.target = vec![own.clone(), theirs.clone()];
    let first = world.writes("Hello");
    assert!(world.state().contact.address(&theirs).is_none() && first.changes.link.is_empty());
    let told = |output: &storage::StepOutput| {
        output.changes.timeline.iter().filter(|line| line.kind == model::timeline::TimelineKind::AddressElsewhere).count()
    };
    assert_eq!((told(&first), told(&world.writes("Hello again"))), (1, 0), "said once");
    let stopped = world.writes("STOP");
    let passed_on: Vec<ConsentChange> = serde_json::from_value(stopped.reply[decide::REFUSED_ELSEWHERE].clone()).unwrap();
    assert!(!passed_on.is_empty() && passed_on.iter().all(|change| change.address == theirs && change.state == ConsentState::OptedOut));
    // A number change to an address of somebody else takes the refusal there, too.
    let moved = world.apply(SignalBody::AddressChange { from: own.clone(), to: vec![theirs.clone()], reason: "test".to_owned() }).unwrap();
    let passed_on: Vec<ConsentChange> = serde_json::from_value(moved.reply[decide::REFUSED_ELSEWHERE].clone()).unwrap();
    assert!(passed_on.iter().any(|change| change.address == theirs));
    assert!(world.state().contact.address(&own).is_none() && world.state().contact.address(&theirs).is_none());
    // Once the other contact has left it, it can be this one's.
    world.of_others.clear();
    world.writes("Hello once more");
    assert!(world.state().contact.address(&theirs).is_some());
}
