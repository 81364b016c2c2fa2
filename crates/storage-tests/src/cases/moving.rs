//! Moving to another store: what was there is there, row by row.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use model::broadcast::{NewRecipient, RecipientChange, RecipientNews, RecipientState};
use model::case::ConversationStatus;
use model::change::{ContactRow, CounterDelta, RunStatus};
use model::signal::{Signal, Target};
use model::timeline::TimelineKind;
use model::{AddressKey, BroadcastId, ContactId, Message, MessageId, MessageStatus, SignalId};
use serde_json::json;
use storage::{StepOutcome, Store};
use transfer::{Importer, Look, Stage, TransferError, compare, copy, finish, is_unfinished};

use crate::make::{
    OTHER_WS, WS, World, at, audit, case, conversation, decision, delivery, event, keyed, ledger, message, phone, plain, profile, receipt,
    run, timeline, to_phone,
};
use crate::{Backend, Script, ScriptedDecider};

const OFFER: BroadcastId = BroadcastId::from_u128(77);

/// What the scripted decider's states do not tell.
#[derive(Default)]
struct Known(BTreeMap<ContactId, (ContactRow, Vec<AddressKey>)>);

impl Look for Known {
    fn look(&self, contact: ContactId, _state: &[u8]) -> Result<(ContactRow, Vec<AddressKey>), String> {
        self.0.get(&contact).cloned().ok_or_else(|| "nobody knows this contact".to_owned())
    }
}

fn quiet(_stage: Stage, _done: u64, _total: u64) {}

/// A contact with something in every table.
fn full() -> Script {
    let sent = Message { provider_id: Some("wamid.1".to_owned()), ..message(50, MessageStatus::Sending) };
    let news = |news| RecipientChange { broadcast: OFFER, at: at(40), news };
    let moved = RecipientNews::Moved {
        state: RecipientState::Sent,
        not_before: Some(at(3)),
        code: Some("because".to_owned()),
        reason: Some("because of it".to_owned()),
        decision: None,
        message: Some(MessageId::from_u128(50)),
        channel: Some(model::Channel::Whatsapp),
    };
    Script {
        link: vec![phone(1), phone(11), phone(12)],
        unlink: vec![phone(12)],
        profile: Some(profile("Ada", "ada +12025550001")),
        messages: vec![sent, message(51, MessageStatus::Queued), message(52, MessageStatus::Cancelled)],
        decisions: vec![decision(60, Some(MessageId::from_u128(50)), false), decision(61, None, true)],
        ledger: vec![ledger(1, phone(1)), ledger(2, phone(11))],
        timeline: vec![timeline(70, TimelineKind::NoteAdded), timeline(71, TimelineKind::StepEntered)],
        conversation: Some(model::case::Conversation {
            case: Some(case("desk", Some(9))),
            ..conversation(80, ConversationStatus::Open, 7)
        }),
        runs: vec![run(90, "visit", RunStatus::Active, "ask"), run(91, "visit", RunStatus::Completed, "done")],
        counters: vec![counter("journey:visit:1", "ask", "entered", 5), counter("other", "", "sum", -2)],
        recipients: vec![news(moved), news(RecipientNews::Replied), news(RecipientNews::OptedOut { complaint: true })],
        deliveries: vec![delivery(100, "hook", 5), delivery(101, "hook", 9)],
        next_wake: Some(at(500)),
        reply: json!({ "message": "msg_1" }),
        ..Script::default()
    }
}

fn counter(scope: &str, key: &str, name: &str, by: i64) -> CounterDelta {
    CounterDelta { scope: scope.to_owned(), key: key.to_owned(), name: name.to_owned(), by }
}

/// A store with something of everything.
async fn furnished<B: Backend>() -> (World<B>, Known) {
    let world = World::<B>::fresh().await;
    let store = &world.store;
    for (ws, kind, id) in [(WS, "workspace", "self"), (WS, "queue", "desk"), (WS, "queue", "other"), (OTHER_WS, "workspace", "self")] {
        store.put_document(ws, kind, id, 0, json!({ "id": id }), at(1)).await.unwrap();
    }
    store.put_document(WS, "queue", "desk", 1, json!({ "changed": true }), at(2)).await.unwrap();
    let ada = ContactId::from_u128(1);
    let ben = ContactId::from_u128(2);
    let cleo = ContactId::from_u128(9);
    let people = [NewRecipient { contact: ada, canary: true }, NewRecipient { contact: ben, canary: false }];
    store.add_recipients(WS, OFFER, &people, at(2)).await.unwrap();
    let first = Signal { fingerprint: Some(77), ..keyed(event(1, to_phone(1), &full()), "key-1") };
    world.apply(first).await;
    // Ada's second number leads to her, whoever else claims it.
    let claim =
        Script { link: vec![phone(2), phone(11)], profile: Some(profile("Ben", "ben")), next_wake: Some(at(3)), ..Script::default() };
    world.apply(event(2, to_phone(2), &claim)).await;
    world.apply(Signal { workspace: OTHER_WS, ..event(9, to_phone(1), &Script { profile: Some(profile("Cleo", "")), ..full() }) }).await;
    // Signals that changed little: each has its place and its answer. The wake of each contact is what the last one left.
    let answer = Script { reply: json!({ "n": 2 }), next_wake: Some(at(600)), ..Script::default() };
    world.apply(keyed(event(3, Target::Contact(ada), &answer), "key-3")).await;
    world.apply(plain(4, Target::Contact(ben))).await;
    let poison = Script { poison: Some("cannot".to_owned()), ..Script::default() };
    assert!(matches!(world.one(keyed(event(5, to_phone(5), &poison), "key-5")).await, StepOutcome::Parked { .. }));
    store.retry_parked(WS, SignalId::from_u128(5)).await.unwrap();
    store.park_raw(WS, "webhook:whatsapp", b"{ no json \xff", "unreadable", at(8)).await.unwrap();
    let early = keyed(receipt(6, "wamid.later", MessageStatus::Read), "later:read");
    assert_eq!(world.one(early).await, StepOutcome::Unresolved { kept: true });
    for action in ["first", "second"] {
        store.append_audit(&audit(WS, action)).await.unwrap();
    }
    let row = |id, profile: ContactRow| ContactRow { id, ..profile };
    let known = BTreeMap::from([
        (ada, (row(ada, profile("Ada", "ada +12025550001")), vec![phone(1), phone(11)])),
        (ben, (row(ben, profile("Ben", "ben")), vec![phone(2), phone(11)])),
        (cleo, (row(cleo, profile("Cleo", "")), vec![phone(1), phone(11)])),
    ]);
    (world, Known(known))
}

async fn differences(source: &dyn Store, target: &dyn Store) -> Vec<String> {
    compare(source, target, &quiet).await.expect("both are read").told
}

pub async fn a_moved_store_holds_the_same_and_goes_on<B: Backend>() {
    let (world, known) = furnished::<B>().await;
    let importer = Arc::new(Importer::default());
    let backend = B::fresh(importer.clone()).await;
    let target = backend.store();
    let told = Mutex::new(Vec::new());
    let progress = |stage: Stage, done: u64, total: u64| told.lock().unwrap().push((stage, done, total));
    let counts = copy(&*world.store, &*target, &importer, &known, &progress).await.unwrap();
    assert_eq!((counts.workspaces, counts.contacts, counts.signals, counts.parked, counts.waiting), (2, 3, 5, 2, 1));
    assert!(is_unfinished(&*target).await.unwrap());
    let found = compare(&*world.store, &*target, &progress).await.unwrap();
    assert!(found.is_same(), "{:#?}", found.told);
    // Whoever watches sees each stage grow, and come to its end.
    for (stage, whole) in [(Stage::Log, counts.signals), (Stage::Comparison, counts.contacts)] {
        let seen: Vec<(u64, u64)> = told.lock().unwrap().iter().filter(|one| one.0 == stage).map(|one| (one.1, one.2)).collect();
        assert!(seen.is_sorted() && seen.iter().all(|one| one.1 == whole), "{stage:?}: {seen:?}");
        assert_eq!(seen.last(), Some(&(whole, whole)), "{stage:?}");
    }
    assert!(told.lock().unwrap().iter().any(|one| one.0 == Stage::Documents && one.1 > 0));
    for what in [
        "states",
        "messages",
        "decisions",
        "ledger entries",
        "timeline entries",
        "runs",
        "conversations",
        "recipients",
        "deliveries",
        "wakes",
    ] {
        assert!(found.rows[what] > 0, "nothing was compared of {what}");
    }
    finish(&*target).await.unwrap();
    assert!(!is_unfinished(&*target).await.unwrap());
    drop(target);
    // The moved store goes on where the other stopped.
    let backend = backend.reopened(Arc::new(ScriptedDecider::default())).await;
    let target = backend.store();
    let again = keyed(plain(1_000, to_phone(1)), "key-1");
    let outcome = target.step(vec![again]).await.unwrap().remove(0);
    assert_eq!(
        outcome,
        StepOutcome::Duplicate { contact: Some(ContactId::from_u128(1)), reply: json!({ "message": "msg_1" }), same: true }
    );
    let late = Message { provider_id: Some("wamid.later".to_owned()), ..message(55, MessageStatus::Accepted) };
    let brings = Script { messages: vec![late], ..Script::default() };
    target.step(vec![event(1_001, to_phone(11), &brings)]).await.unwrap();
    let message = target.message(WS, MessageId::from_u128(55)).await.unwrap().unwrap();
    assert_eq!((message.contact, message.status), (ContactId::from_u128(1), MessageStatus::Read), "what waited is applied");
    assert_eq!(target.due(at(500), 10).await.unwrap().len(), 1, "the other workspace's contact is due");
}

pub async fn a_comparison_tells_what_is_not_the_same<B: Backend>() {
    let (world, known) = furnished::<B>().await;
    let importer = Arc::new(Importer::default());
    let backend = B::fresh(importer.clone()).await;
    copy(&*world.store, &*backend.store(), &importer, &known, &quiet).await.unwrap();
    let target = backend.store();
    assert_eq!(differences(&*world.store, &*target).await, Vec::<String>::new());
    target.put_document(WS, "queue", "desk", 1, json!({ "changed": 2 }), at(2)).await.unwrap();
    assert_eq!(differences(&*world.store, &*target).await.len(), 1);
    let more = Script { timeline: vec![timeline(75, TimelineKind::StepEntered)], next_wake: Some(at(600)), ..Script::default() };
    world.script(20, ContactId::from_u128(1), more).await;
    let told = differences(&*world.store, &*target).await.join("\n");
    for what in ["documents", "the state of", "timeline entries", "logs"] {
        assert!(told.contains(what), "{what} is missing in {told}");
    }
}

pub async fn only_an_empty_store_takes_another_in<B: Backend>() {
    let (world, known) = furnished::<B>().await;
    let importer = Arc::new(Importer::default());
    let backend = B::fresh(importer.clone()).await;
    let target = backend.store();
    let into = async || copy(&*world.store, &*target, &importer, &known, &quiet).await;
    target.put_document(OTHER_WS, "workspace", "self", 0, json!(1), at(1)).await.unwrap();
    assert!(matches!(into().await, Err(TransferError::NotEmpty(_))));
    target.delete_document(OTHER_WS, "workspace", "self").await.unwrap();
    // Cut off in the middle, it says so and is refused too.
    let lost = copy(&*world.store, &*target, &importer, &Known::default(), &quiet).await;
    assert!(matches!(lost, Err(TransferError::Unreadable { .. })), "{lost:?}");
    assert!(is_unfinished(&*target).await.unwrap());
    assert!(matches!(into().await, Err(TransferError::NotEmpty(_))));
}
