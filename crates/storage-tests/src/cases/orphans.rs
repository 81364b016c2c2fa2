//! Statuses may overtake the answer to the send that they are about.

use model::signal::{Signal, Target};
use model::{Channel, ContactId, Message, MessageStatus, SignalId};
use storage::StepOutcome;

use crate::make::{OTHER_WS, WS, World, at, event, keyed, message, page, receipt};
use crate::{Backend, Script};

fn accepted(n: u128, provider_id: &str) -> Message {
    Message { provider_id: Some(provider_id.to_owned()), ..message(n, MessageStatus::Accepted) }
}

async fn accept<B: Backend>(world: &World<B>, n: u128, contact: ContactId, provider_id: &str) -> storage::Applied {
    world.script(n, contact, Script { messages: vec![accepted(50, provider_id)], next_wake: Some(at(99)), ..Script::default() }).await
}

async fn status<B: Backend>(world: &World<B>) -> MessageStatus {
    world.store.message(WS, model::MessageId::from_u128(50)).await.unwrap().unwrap().status
}

pub async fn a_status_that_overtakes_its_message_is_applied_later<B: Backend>() {
    let world = World::<B>::fresh().await;
    let contact = world.contact(1).await;
    assert_eq!(world.one(receipt(10, "wamid.1", MessageStatus::Delivered)).await, StepOutcome::Unresolved { kept: true });
    assert_eq!(world.store.stats().await.unwrap().unresolved, 1);
    let applied = accept(&world, 11, contact, "wamid.1").await;
    assert_eq!(status(&world).await, MessageStatus::Delivered);
    assert_eq!(world.trace(contact).await.seen, [1, 11, 10].map(SignalId::from_u128));
    assert_eq!(world.store.stats().await.unwrap().unresolved, 0);
    // The late step was the last to speak about the wake, and the caller is told so.
    assert_eq!((applied.next_wake, world.store.next_due().await.unwrap()), (None, None));
}

pub async fn a_waiting_signal_is_applied_once_although_redelivered<B: Backend>() {
    let world = World::<B>::fresh().await;
    let contact = world.contact(1).await;
    let late = keyed(receipt(10, "wamid.1", MessageStatus::Read), "wamid.1:read");
    assert_eq!(world.one(late.clone()).await, StepOutcome::Unresolved { kept: true });
    let again = Signal { id: SignalId::from_u128(11), ..late };
    assert!(matches!(world.one(again.clone()).await, StepOutcome::Duplicate { contact: None, .. }));
    accept(&world, 12, contact, "wamid.1").await;
    assert!(matches!(world.one(again).await, StepOutcome::Duplicate { contact: Some(owner), .. } if owner == contact));
    assert_eq!(world.trace(contact).await.seen, [1, 12, 10].map(SignalId::from_u128));
}

pub async fn a_waiting_signal_expires_where_people_see_it<B: Backend>() {
    let world = World::<B>::fresh().await;
    let contact = world.contact(1).await;
    let aged = |n: u128, id: &str, ms: i64| {
        let signal = keyed(receipt(n, id, MessageStatus::Delivered), &format!("{id}:delivered"));
        Signal { arrival_time: at(ms), ..signal }
    };
    for (n, id, ms) in [(10, "wamid.a", 1_000), (11, "wamid.b", 2_000), (12, "wamid.c", 3_000)] {
        assert_eq!(world.one(aged(n, id, ms)).await, StepOutcome::Unresolved { kept: true });
    }
    assert_eq!(world.store.expire_waiting(at(1_000), "too old", 10).await.unwrap(), 0, "not before its time");
    assert_eq!(world.store.expire_waiting(at(3_000), "too old", 1).await.unwrap(), 1, "no more than asked for");
    assert_eq!(world.store.expire_waiting(at(3_000), "too old", 10).await.unwrap(), 1);
    assert_eq!(world.store.expire_waiting(at(3_000), "too old", 10).await.unwrap(), 0);
    let stats = world.store.stats().await.unwrap();
    assert_eq!((stats.unresolved, stats.parked), (1, 2));
    let parked = world.store.parked(WS, page(10)).await.unwrap().items;
    let seen: Vec<_> = parked.iter().rev().map(|p| (p.signal.id, p.error.as_str(), p.parked_at, p.tries)).collect();
    assert_eq!(seen, [(SignalId::from_u128(10), "too old", at(1_000), 1), (SignalId::from_u128(11), "too old", at(2_000), 1)]);
    // It is still the signal that it was: a redelivery is one, and when its message is known after all a retry brings it there.
    assert!(matches!(world.one(Signal { id: SignalId::from_u128(20), ..aged(10, "wamid.a", 1_000) }).await, StepOutcome::Duplicate { .. }));
    assert!(matches!(world.store.retry_parked(WS, SignalId::from_u128(10)).await.unwrap(), Some(StepOutcome::Unresolved { .. })));
    accept(&world, 21, contact, "wamid.a").await;
    assert!(matches!(world.store.retry_parked(WS, SignalId::from_u128(10)).await.unwrap(), Some(StepOutcome::Applied(_))));
    assert_eq!(status(&world).await, MessageStatus::Delivered);
    // Who still waits is brought as ever.
    let message = Message { id: model::MessageId::from_u128(51), ..accepted(51, "wamid.c") };
    world.script(22, contact, Script { messages: vec![message], ..Script::default() }).await;
    assert_eq!(world.store.stats().await.unwrap().unresolved, 0);
}

pub async fn several_waiting_signals_are_applied_in_order<B: Backend>() {
    let world = World::<B>::fresh().await;
    let contact = world.contact(1).await;
    world.one(receipt(10, "wamid.1", MessageStatus::Delivered)).await;
    world.one(receipt(11, "wamid.1", MessageStatus::Read)).await;
    // In one batch: the status first, then the message, then another signal of the contact.
    let batch = vec![
        receipt(12, "wamid.1", MessageStatus::Delivered),
        event(13, Target::Contact(contact), &Script { messages: vec![accepted(50, "wamid.1")], ..Script::default() }),
        crate::make::plain(14, Target::Contact(contact)),
    ];
    world.store.step(batch).await.unwrap();
    assert_eq!(world.trace(contact).await.seen, [1, 13, 10, 11, 12, 14].map(SignalId::from_u128));
    assert_eq!(status(&world).await, MessageStatus::Read);
}

pub async fn a_waiting_signal_survives_a_restart<B: Backend>() {
    let world = World::<B>::fresh().await;
    let contact = world.contact(1).await;
    world.one(receipt(10, "wamid.1", MessageStatus::Delivered)).await;
    let world = world.reopened().await;
    accept(&world, 11, contact, "wamid.1").await;
    assert_eq!(status(&world).await, MessageStatus::Delivered);
}

pub async fn a_poisonous_waiting_signal_is_parked<B: Backend>() {
    let world = World::<B>::fresh().await;
    let contact = world.contact(1).await;
    let target = Target::ProviderMessage { channel: Channel::Whatsapp, provider_id: "wamid.1".to_owned() };
    let poison = Script { poison: Some("cannot".to_owned()), ..Script::default() };
    assert_eq!(world.one(event(10, target, &poison)).await, StepOutcome::Unresolved { kept: true });
    accept(&world, 11, contact, "wamid.1").await;
    assert_eq!(world.trace(contact).await.seen, [1, 11].map(SignalId::from_u128));
    assert_eq!(world.store.parked(WS, page(10)).await.unwrap().items[0].signal.id, SignalId::from_u128(10));
    assert_eq!(world.store.stats().await.unwrap().unresolved, 0);
}

pub async fn ids_of_another_channel_or_workspace_wake_nobody<B: Backend>() {
    let world = World::<B>::fresh().await;
    let contact = world.contact(1).await;
    world.one(receipt(10, "id.1", MessageStatus::Delivered)).await;
    world.one(Signal { workspace: OTHER_WS, ..receipt(11, "id.2", MessageStatus::Delivered) }).await;
    let sms = Message { channel: Channel::Sms, ..accepted(50, "id.1") };
    world.script(12, contact, Script { messages: vec![sms, accepted(51, "id.2")], ..Script::default() }).await;
    assert_eq!(world.store.stats().await.unwrap().unresolved, 2);
    assert_eq!(status(&world).await, MessageStatus::Accepted);
}
