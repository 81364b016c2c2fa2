//! Signals that could not be processed.

use model::signal::{Signal, Target};
use model::{MessageStatus, SignalId};
use storage::StepOutcome;

use crate::make::{OTHER_WS, WS, World, applied, at, event, message, page, to_phone};
use crate::{Backend, Script};

fn poison() -> Script {
    Script { poison: Some("cannot".to_owned()), ..Script::default() }
}

pub async fn a_healed_signal_leaves_the_parking_place<B: Backend>() {
    let world = World::<B>::fresh().await;
    let contact = world.contact(1).await;
    world.one(event(10, Target::Contact(contact), &poison())).await;
    let world = world.reopened().await;
    world.decider.heal();
    let retried = world.store.retry_parked(WS, SignalId::from_u128(10)).await.unwrap().unwrap();
    assert_eq!(applied(retried).contact, contact);
    assert_eq!(world.store.parked(WS, page(10)).await.unwrap().items, Vec::new());
    assert_eq!(world.store.retry_parked(WS, SignalId::from_u128(10)).await.unwrap(), None);
    assert_eq!(world.trace(contact).await.seen, [1, 10].map(SignalId::from_u128));
}

/// What was kept free for it when it came has long been another's.
pub async fn a_signal_that_is_tried_again_has_no_permit<B: Backend>() {
    let world = World::<B>::fresh().await;
    let contact = world.contact(1).await;
    let at_once = message(50, MessageStatus::Sending);
    let script = Script { messages: vec![at_once.clone()], ..poison() };
    let permit = vec![at_once.sender];
    world.one(Signal { permit, ..event(10, Target::Contact(contact), &script) }).await;
    world.decider.heal();
    let retried = world.store.retry_parked(WS, SignalId::from_u128(10)).await.unwrap().unwrap();
    assert_eq!(applied(retried).handed, Vec::new());
}

pub async fn a_signal_that_fails_again_stays_and_counts_its_tries<B: Backend>() {
    let world = World::<B>::fresh().await;
    world.one(event(10, to_phone(1), &poison())).await;
    let again = world.store.retry_parked(WS, SignalId::from_u128(10)).await.unwrap();
    assert_eq!(again, Some(StepOutcome::Parked { error: "cannot".to_owned() }));
    let parked = world.store.parked(WS, page(10)).await.unwrap().items;
    assert_eq!((parked.len(), parked[0].tries, parked[0].parked_at), (1, 2, at(1)));
}

pub async fn retrying_what_is_not_parked_is_nothing<B: Backend>() {
    let world = World::<B>::fresh().await;
    assert_eq!(world.store.retry_parked(WS, SignalId::from_u128(1)).await.unwrap(), None);
    world.one(event(10, to_phone(1), &poison())).await;
    assert_eq!(world.store.retry_parked(OTHER_WS, SignalId::from_u128(10)).await.unwrap(), None);
}

pub async fn bytes_that_are_no_signal_are_kept_and_shown<B: Backend>() {
    let world = World::<B>::fresh().await;
    world.store.park_raw(WS, "webhook:whatsapp", b"{\"entry\": \xff", "not UTF-8", at(3)).await.unwrap();
    world.store.park_raw(WS, "webhook:whatsapp", b"{}", "no entry", at(4)).await.unwrap();
    let parked = world.store.parked(WS, page(10)).await.unwrap().items;
    let shown: Vec<_> = parked.iter().map(|p| (p.signal.source.as_str(), p.error.as_str(), p.parked_at)).collect();
    assert_eq!(shown, [("webhook:whatsapp", "no entry", at(4)), ("webhook:whatsapp", "not UTF-8", at(3))]);
    assert_eq!(world.store.stats().await.unwrap().parked, 2);
    let retried = world.store.retry_parked(WS, parked[0].signal.id).await.unwrap();
    assert_eq!(retried, Some(StepOutcome::Unresolved { kept: false }));
    assert_eq!(world.store.parked(WS, page(10)).await.unwrap().items[0].tries, 2);
}
