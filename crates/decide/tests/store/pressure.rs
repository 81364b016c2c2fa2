//! Caps with many at once (A79, U9): sixty-four threads ask, hand over and report for a few people through one store.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use model::consent::{ConsentAct, ConsentChange, ConsentState};
use model::content::Content;
use model::message::{ChannelDraft, Class, Origin, Rendered};
use model::send_error::{FallbackCause, Remedy, SendError};
use model::signal::{MessageRequest, SendOutcome, Signal, SignalBody, Target};
use model::{Channel, ContactId, Draws, MessageId, Millis, Purpose, Rng, Timestamp};
use policy::{Cap, Rulebook};
use storage::{StepOutcome, Store};

use crate::product::{Product, SMS, START, phone, product, signal};

const THREADS: u64 = 64;
const ROUNDS: usize = 60;
const PEOPLE: u64 = 6;
const LIMITS: [(u32, Millis); 2] = [(2, Millis::from_hours(24)), (5, Millis::from_days(7))];

struct Shared {
    product: Product,
    /// Virtual milliseconds since the start. Threads read it and are overtaken, so signals also come with times of before.
    clock: AtomicI64,
    serial: AtomicU64,
    /// Messages that may have reached somebody.
    sent: Mutex<BTreeMap<MessageId, (ContactId, Timestamp)>>,
    handed_over: AtomicU64,
    capped: AtomicU64,
}

impl Shared {
    fn signal(&self, person: usize, body: SignalBody) -> Signal {
        let now = START + Millis(self.clock.load(Ordering::Relaxed));
        signal(u128::from(self.serial.fetch_add(1, Ordering::Relaxed)), phone(person), now, body)
    }

    /// The contact and the reply of one signal; nothing when the contact's state does not allow it.
    async fn step(&self, signal: Signal) -> Option<(ContactId, serde_json::Value)> {
        match self.product.store.step(vec![signal]).await.unwrap().pop() {
            Some(StepOutcome::Applied(applied)) => Some((applied.contact, applied.reply)),
            Some(StepOutcome::Rejected(_)) => None,
            other => panic!("{other:?}"),
        }
    }

    async fn work(&self, thread: u64) {
        let mut draws = Draws::new(thread);
        for _ in 0..ROUNDS {
            self.clock.fetch_add(i64::try_from(draws.below(120_000)).unwrap(), Ordering::Relaxed);
            let person = usize::try_from(draws.below(PEOPLE)).unwrap();
            let asked = self.step(self.signal(person, SignalBody::Request(Box::new(request())))).await;
            if asked.is_some_and(|(_, reply)| reply["code"] == "capped") {
                self.capped.fetch_add(1, Ordering::Relaxed);
            }
            let now = START + Millis(self.clock.load(Ordering::Relaxed));
            let queued = self.product.store.queued(SMS, now, 64).await.unwrap();
            if queued.is_empty() {
                continue;
            }
            let queued = &queued[usize::try_from(draws.below(queued.len() as u64)).unwrap()];
            self.send(queued.contact, queued.message, &mut draws).await;
        }
    }

    /// As a dispatcher does; several threads may be after the same message.
    async fn send(&self, contact: ContactId, message: MessageId, draws: &mut Draws) {
        let mut hand_off = self.signal(0, SignalBody::HandOff { message });
        hand_off.target = Target::Contact(contact);
        let at = hand_off.arrival_time;
        let Some((_, reply)) = self.step(hand_off).await.filter(|(_, reply)| reply["go"] == true) else { return };
        self.handed_over.fetch_add(1, Ordering::Relaxed);
        self.sent.lock().unwrap().insert(message, (contact, at));
        let attempt = u32::try_from(reply["attempt"].as_u64().unwrap()).unwrap();
        let accepted = || SendOutcome::Accepted { provider_id: format!("sms.{message}"), learnt: Vec::new() };
        let unknown = || SendOutcome::Unknown { detail: "time-out".to_owned() };
        let outcomes = match draws.below(8) {
            0 => vec![refused(Remedy::NextChannel)],
            1 => vec![refused(Remedy::Retry { after: Millis::from_mins(5) })],
            2 => vec![unknown(), SendOutcome::Unsettled],
            3 => vec![unknown(), SendOutcome::NeverArrived],
            4 => vec![unknown(), accepted()],
            _ => vec![accepted()],
        };
        let reached = !matches!(outcomes.last(), Some(SendOutcome::Refused { .. } | SendOutcome::NeverArrived));
        if !reached {
            // Forgotten before the place is given free, so that a second try of the same message is not forgotten with the first.
            self.sent.lock().unwrap().remove(&message);
        }
        for outcome in outcomes {
            let mut result = self.signal(0, SignalBody::SendResult { message, attempt, outcome });
            result.target = Target::Contact(contact);
            assert!(self.step(result).await.is_some(), "nobody else has this message");
        }
    }
}

fn request() -> MessageRequest {
    let draft = ChannelDraft {
        channel: Channel::Sms,
        sender: Some(SMS),
        address: None,
        in_window: Some(Rendered::Ready(Content::text("Sample"))),
        out_of_window: None,
    };
    let origin = Origin::Api { key: "key".to_owned() };
    let (class, purpose) = (Class::Promotional, Purpose::Promotional);
    MessageRequest { origin, class, purpose, topic: None, channels: vec![draft], max_lateness: Some(Millis::from_days(30)) }
}

fn refused(remedy: Remedy) -> SendOutcome {
    let error = SendError { remedy, cause: FallbackCause::Rejected, code: "test".to_owned(), for_user: "refused".to_owned() };
    SendOutcome::Refused { error }
}

fn opt_in(person: usize) -> SignalBody {
    SignalBody::Consent(ConsentChange {
        address: phone(person),
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
    })
}

#[test]
fn a79_u9_sixty_four_threads_never_put_more_into_a_window_than_its_cap() {
    let cap = |(limit, window): (u32, Millis)| Cap {
        name: format!("{window}"),
        purposes: vec![Purpose::Promotional],
        channels: Vec::new(),
        limit,
        window,
    };
    let rules = Rulebook { caps: LIMITS.into_iter().map(cap).collect(), ..Rulebook::default() };
    let shared = Shared {
        product: product(&[], rules),
        clock: AtomicI64::new(0),
        serial: AtomicU64::new(1),
        sent: Mutex::default(),
        handed_over: AtomicU64::new(0),
        capped: AtomicU64::new(0),
    };
    block_on(async {
        for person in 0..usize::try_from(PEOPLE).unwrap() {
            shared.step(shared.signal(person, opt_in(person))).await.unwrap();
        }
    });
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            let shared = &shared;
            scope.spawn(move || block_on(shared.work(thread)));
        }
    });
    let mut by_contact: BTreeMap<ContactId, Vec<Timestamp>> = BTreeMap::new();
    for (contact, at) in shared.sent.lock().unwrap().values() {
        by_contact.entry(*contact).or_default().push(*at);
    }
    for (contact, times) in &by_contact {
        for (limit, window) in LIMITS {
            for first in times {
                let within = times.iter().filter(|at| **at >= *first && **at - *first < window).count();
                assert!(within <= limit as usize, "{within} messages to {contact} within {window} of {first}");
            }
        }
    }
    // The caps were really pressed against, by everybody.
    let (handed_over, capped) = (shared.handed_over.load(Ordering::Relaxed), shared.capped.load(Ordering::Relaxed));
    assert_eq!(by_contact.len() as u64, PEOPLE);
    assert!(handed_over > 4 * PEOPLE && capped > 1_000, "{handed_over} handed over, {capped} capped");
}

fn block_on<F: Future>(work: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(work)
}
