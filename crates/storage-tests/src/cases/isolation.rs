//! Nothing crosses from one workspace into another.

use model::case::ConversationStatus;
use model::change::{CounterDelta, RunStatus};
use model::signal::{Signal, Target};
use model::timeline::TimelineKind;
use model::{Message, MessageStatus, SignalId};
use serde_json::json;
use storage::{ContactFilter, ConversationFilter, DecisionFilter, LedgerFilter, MessageFilter, RunFilter, StepOutcome, TimelineFilter};

use crate::make::{
    OTHER_WS, WS, World, at, audit, conversation, decision, delivery, event, ledger, message, page, phone, plain, profile, run, timeline,
    to_phone,
};
use crate::{Backend, Script};

/// One of everything.
fn everything() -> Script {
    Script {
        link: vec![phone(1)],
        profile: Some(profile("Rosa", "rosa")),
        messages: vec![Message { provider_id: Some("wamid.1".to_owned()), ..message(50, MessageStatus::Queued) }],
        decisions: vec![decision(60, None, true)],
        ledger: vec![ledger(1, phone(1))],
        timeline: vec![timeline(70, TimelineKind::EventTracked)],
        conversation: Some(conversation(80, ConversationStatus::Open, 10)),
        runs: vec![run(90, "reminder", RunStatus::Active, "ask")],
        counters: vec![CounterDelta { scope: "s".to_owned(), key: String::new(), name: "n".to_owned(), by: 1 }],
        deliveries: vec![delivery(95, "crm", 10)],
        next_wake: Some(at(10)),
        ..Script::default()
    }
}

pub async fn nothing_of_one_workspace_is_seen_in_another<B: Backend>() {
    let world = World::<B>::fresh().await;
    let contact = world.apply(event(1, to_phone(1), &everything())).await.contact;
    world.one(event(2, to_phone(2), &Script { poison: Some("cannot".to_owned()), ..Script::default() })).await;
    world.store.append_audit(&audit(WS, "journey.published")).await.unwrap();
    world.store.put_document(WS, "queue", "desk", 0, json!(1), at(1)).await.unwrap();
    let store = &world.store;
    // Once as a workspace that nobody has written to, once as one that has a little of its own.
    for round in 0..2 {
        if round == 1 {
            world.apply(Signal { workspace: OTHER_WS, ..plain(3, to_phone(9)) }).await;
        }
        assert_eq!(store.contact_state(OTHER_WS, contact).await.unwrap(), None);
        assert_eq!(store.find_contact(OTHER_WS, &[phone(1)]).await.unwrap(), None);
        assert!(store.contacts(OTHER_WS, ContactFilter::default(), page(9)).await.unwrap().items.is_empty());
        let by_address = ContactFilter { search: None, address: Some(phone(1)) };
        assert!(store.contacts(OTHER_WS, by_address, page(9)).await.unwrap().items.is_empty());
        assert!(store.timeline(OTHER_WS, contact, TimelineFilter::default(), page(9)).await.unwrap().items.is_empty());
        assert_eq!(store.message(OTHER_WS, model::MessageId::from_u128(50)).await.unwrap(), None);
        for filter in [MessageFilter::default(), MessageFilter { contact: Some(contact), ..MessageFilter::default() }] {
            assert!(store.messages(OTHER_WS, filter, page(9)).await.unwrap().items.is_empty());
        }
        let by_thread = MessageFilter { conversation: Some(model::ConversationId::from_u128(80)), ..MessageFilter::default() };
        assert!(store.messages(OTHER_WS, by_thread, page(9)).await.unwrap().items.is_empty());
        assert_eq!(store.decision(OTHER_WS, model::DecisionId::from_u128(60)).await.unwrap(), None);
        for filter in [DecisionFilter::default(), DecisionFilter { contact: Some(contact), ..DecisionFilter::default() }] {
            assert!(store.decisions(OTHER_WS, filter, page(9)).await.unwrap().items.is_empty());
        }
        for (contact, address) in [(None, None), (Some(contact), None), (None, Some(phone(1)))] {
            assert!(store.ledger(OTHER_WS, LedgerFilter { contact, address }, page(9)).await.unwrap().items.is_empty());
        }
        assert_eq!(store.conversation(OTHER_WS, model::ConversationId::from_u128(80)).await.unwrap(), None);
        for filter in [ConversationFilter::default(), ConversationFilter { contact: Some(contact), ..ConversationFilter::default() }] {
            assert!(store.conversations(OTHER_WS, filter, page(9)).await.unwrap().items.is_empty());
        }
        assert_eq!(store.run(OTHER_WS, model::RunId::from_u128(90)).await.unwrap(), None);
        for filter in [RunFilter::default(), RunFilter { contact: Some(contact), ..RunFilter::default() }] {
            assert!(store.runs(OTHER_WS, filter, page(9)).await.unwrap().items.is_empty());
        }
        assert_eq!(store.counters(OTHER_WS, "s").await.unwrap(), []);
        assert_eq!(store.signals(OTHER_WS, 0, 9).await.unwrap().len(), round);
        assert!(store.parked(OTHER_WS, page(9)).await.unwrap().items.is_empty());
        assert_eq!(store.retry_parked(OTHER_WS, SignalId::from_u128(2)).await.unwrap(), None);
        assert!(store.deliveries(OTHER_WS, None, page(9)).await.unwrap().items.is_empty());
        assert!(store.audit(OTHER_WS, page(9)).await.unwrap().items.is_empty());
        assert_eq!(store.document(OTHER_WS, "queue", "desk").await.unwrap(), None);
        assert!(store.documents(OTHER_WS, "queue", page(9)).await.unwrap().items.is_empty());
        assert!(!store.delete_document(OTHER_WS, "queue", "desk").await.unwrap());
    }
    assert_eq!(store.document(WS, "queue", "desk").await.unwrap().unwrap().version, 1);
}

pub async fn a_signal_cannot_reach_into_another_workspace<B: Backend>() {
    let world = World::<B>::fresh().await;
    let contact = world.apply(event(1, to_phone(1), &everything())).await.contact;
    let there = |n, target| Signal { workspace: OTHER_WS, ..plain(n, target) };
    world.apply(there(2, to_phone(7))).await;
    for target in [Target::Contact(contact), Target::Message(model::MessageId::from_u128(50))] {
        assert_eq!(world.one(there(3, target)).await, StepOutcome::Unresolved { kept: false });
    }
    let provider = Target::ProviderMessage { channel: model::Channel::Whatsapp, provider_id: "wamid.1".to_owned() };
    assert_eq!(world.one(there(4, provider)).await, StepOutcome::Unresolved { kept: true });
    // The same address and even the same signal id are somebody else there.
    let theirs = world.apply(Signal { workspace: OTHER_WS, ..event(1, to_phone(1), &everything()) }).await;
    assert_eq!(theirs.contact.as_u128(), contact.as_u128());
    assert_eq!(world.trace(contact).await.seen, [SignalId::from_u128(1)]);
    assert_eq!(world.store.counters(WS, "s").await.unwrap()[0].value, 1);
    assert_eq!(world.store.stats().await.unwrap().contacts, 3);
}
