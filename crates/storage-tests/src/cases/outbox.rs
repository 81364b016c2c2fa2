//! What the dispatcher sees.

use std::collections::BTreeMap;

use model::message::Class;
use model::signal::{Signal, Target};
use model::{Message, MessageStatus, SenderId, Timestamp};

use crate::make::{SENDER, WS, World, at, event, message};
use crate::{Backend, Script};

fn queued(n: u128, class: Class, secs: i64) -> Message {
    Message { class, not_before: Some(at(secs)), ..message(n, MessageStatus::Queued) }
}

async fn ids<B: Backend>(world: &World<B>, now: Timestamp, limit: u32) -> Vec<u128> {
    world.store.queued(SENDER, now, limit).await.unwrap().into_iter().map(|row| row.message.as_u128()).collect()
}

pub async fn queued_messages_come_by_class_then_time_then_id<B: Backend>() {
    let world = World::<B>::fresh().await;
    let contact = world.contact(1).await;
    let messages = vec![
        queued(1, Class::Promotional, 0),
        queued(2, Class::Service, 5),
        queued(4, Class::Service, 3),
        queued(3, Class::Service, 3),
        queued(5, Class::Agent, 9),
        queued(6, Class::Transactional, 9),
        Message { not_before: None, ..queued(7, Class::Service, 0) },
        Message { sender: SenderId::from_u128(8), ..queued(8, Class::Agent, 0) },
    ];
    let applied = world.script(10, contact, Script { messages, ..Script::default() }).await;
    assert!(applied.queued);
    // The one without a time counts from its creation, second 10.
    assert_eq!(ids(&world, at(10), 100).await, [5, 6, 3, 4, 2, 7, 1]);
    assert_eq!(ids(&world, at(10), 3).await, [5, 6, 3]);
    let first = world.store.queued(SENDER, at(10), 1).await.unwrap().remove(0);
    assert_eq!((first.workspace, first.contact, first.sender, first.class), (crate::make::WS, contact, SENDER, Class::Agent.rank()));
    assert_eq!((first.address, first.not_before), (crate::make::phone(1), at(9)));
}

pub async fn a_deferred_message_waits_in_the_queue<B: Backend>() {
    let world = World::<B>::fresh().await;
    let contact = world.contact(1).await;
    let messages = vec![queued(1, Class::Agent, 60), queued(2, Class::Promotional, 0)];
    world.script(10, contact, Script { messages, ..Script::default() }).await;
    assert_eq!(ids(&world, at(59), 100).await, [2]);
    assert_eq!(ids(&world, at(60), 100).await, [1, 2]);
}

pub async fn queue_heads_name_each_sender_once_with_its_earliest<B: Backend>() {
    let world = World::<B>::fresh().await;
    assert_eq!(world.store.queue_heads().await.unwrap(), []);
    let contact = world.contact(1).await;
    let other = SenderId::from_u128(8);
    let messages = vec![
        queued(1, Class::Agent, 60),
        queued(2, Class::Promotional, 30),
        Message { sender: other, ..queued(3, Class::Service, 90) },
        Message { sender: SenderId::from_u128(9), ..message(4, MessageStatus::Sending) },
    ];
    world.script(10, contact, Script { messages, ..Script::default() }).await;
    let mut heads = world.store.queue_heads().await.unwrap();
    heads.sort_unstable();
    assert_eq!(heads, [(SENDER, at(30)), (other, at(90))]);
}

pub async fn a_message_that_leaves_the_queue_is_not_queued<B: Backend>() {
    let world = World::<B>::fresh().await;
    let contact = world.contact(1).await;
    let status = |n, status| Message { status, ..queued(n, Class::Service, 0) };
    let messages = vec![queued(1, Class::Service, 0), queued(2, Class::Service, 0), queued(3, Class::Service, 0)];
    world.script(10, contact, Script { messages, ..Script::default() }).await;
    let messages = vec![status(1, MessageStatus::Sending), status(3, MessageStatus::Cancelled)];
    let applied = world.script(11, contact, Script { messages, ..Script::default() }).await;
    assert!(!applied.queued);
    assert_eq!(ids(&world, at(100), 100).await, [2]);
    // Refused before acceptance: it waits again.
    world.script(12, contact, Script { messages: vec![queued(1, Class::Service, 50)], ..Script::default() }).await;
    assert_eq!(ids(&world, at(100), 100).await, [2, 1]);
}

pub async fn messages_in_flight_come_oldest_first<B: Backend>() {
    let world = World::<B>::fresh().await;
    let contact = world.contact(1).await;
    let since = |n, status, secs| Message { times: BTreeMap::from([(status, at(secs))]), ..message(n, status) };
    let messages = vec![
        since(1, MessageStatus::InDoubt, 20),
        since(2, MessageStatus::Sending, 10),
        since(3, MessageStatus::Sending, 30),
        since(4, MessageStatus::Queued, 0),
        since(5, MessageStatus::Accepted, 0),
    ];
    world.script(10, contact, Script { messages, ..Script::default() }).await;
    let flying = |older, limit| {
        let store = world.store.clone();
        async move {
            let rows = store.in_flight(older, limit).await.unwrap();
            rows.into_iter().map(|row| (row.message.id.as_u128(), row.since)).collect::<Vec<_>>()
        }
    };
    assert_eq!(flying(at(31), 10).await, [(2, at(10)), (1, at(20)), (3, at(30))]);
    // Since before: the very moment does not count.
    assert_eq!(flying(at(30), 10).await, [(2, at(10)), (1, at(20))]);
    assert_eq!(flying(at(31), 1).await, [(2, at(10))]);
    let settled = vec![since(2, MessageStatus::Accepted, 40)];
    world.script(11, contact, Script { messages: settled, ..Script::default() }).await;
    assert_eq!(flying(at(31), 10).await, [(1, at(20)), (3, at(30))]);
}

/// Handed over in the step that made it: never queued, in flight at once, and whoever sent the signal gets it with the answer.
pub async fn what_a_step_marks_as_sending_is_handed_out_with_it<B: Backend>() {
    let world = World::<B>::fresh().await;
    let contact = world.contact(1).await;
    let at_once = Message { times: BTreeMap::from([(MessageStatus::Sending, at(10))]), ..message(1, MessageStatus::Sending) };
    let script = Script { messages: vec![at_once.clone(), queued(2, Class::Service, 0)], ..Script::default() };
    let signal = Signal { permit: vec![SENDER], ..event(10, Target::Contact(contact), &script) };
    let applied = world.apply(signal.clone()).await;
    assert!(applied.queued);
    let handed: Vec<_> = applied.handed.iter().map(|message| (message.id, message.status)).collect();
    assert_eq!(handed, [(at_once.id, MessageStatus::Sending)]);
    assert_eq!(ids(&world, at(100), 100).await, [2]);
    let flying = world.store.in_flight(at(100), 10).await.unwrap();
    assert_eq!(flying.iter().map(|row| row.message.id).collect::<Vec<_>>(), [at_once.id]);
    let logged = world.store.signals(WS, 0, 100).await.unwrap();
    assert_eq!(logged.last().unwrap().signal, signal, "who plays the log again decides the same");
}
