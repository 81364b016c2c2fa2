//! Who goes first.

use std::collections::{BTreeMap, BTreeSet};

use std::sync::Arc;

use model::message::Class;
use model::{MessageId, Millis, Timestamp};
use runtime::{Dispatcher, Spawning};

use crate::world::{RATE, SMS, WHATSAPP, World, phone};

/// The order of the queue does not depend on its length: what holds before 4,000 holds before a million.
#[tokio::test]
async fn a45_a_transactional_message_leaves_before_a_broadcast_on_the_same_sender() {
    const BACKLOG: u32 = 4_000;
    let mut world = World::new().await;
    for part in 0..BACKLOG / 1_000 {
        world.ask(SMS, Class::Promotional, part * 1_000..(part + 1) * 1_000, None).await;
    }
    let mut asked: BTreeMap<u32, Timestamp> = BTreeMap::new();
    for n in 0..100 {
        world.run(Millis(300 + i64::from(n * 37 % 200))).await;
        let person = 10_000 + n;
        let class = [Class::Transactional, Class::Service, Class::Agent][n as usize % 3];
        world.ask(SMS, class, [person], None).await;
        asked.insert(person, world.now());
    }
    world.run(Millis::from_secs(2)).await;
    world.assert_within_limits();
    let got = world.got();
    assert!(got.len() < BACKLOG as usize, "the broadcast is still going on");
    let mut delays: Vec<Millis> = Vec::new();
    for (person, at) in asked {
        let call = got.iter().find(|got| got.to == phone(person)).unwrap_or_else(|| panic!("nothing came to {person}"));
        delays.push(call.at - at);
    }
    delays.sort_unstable();
    assert!(delays[98] < Millis(100), "p99 {}, at most two seconds are allowed", delays[98]);
}

#[tokio::test]
async fn agents_go_first_then_transactional_then_service_then_promotional() {
    let mut world = World::new().await;
    let classes = [Class::Promotional, Class::Service, Class::Transactional, Class::Agent];
    for (n, class) in classes.into_iter().enumerate() {
        let first = 100 * n as u32;
        world.ask(SMS, class, first..first + 100, None).await;
    }
    world.run(Millis::from_secs(6)).await;
    let all: BTreeMap<MessageId, Class> = world.messages().await.into_iter().map(|message| (message.id, message.class)).collect();
    let order: Vec<u8> = world.got().iter().map(|got| all[&got.message].rank()).collect();
    assert_eq!(order.len(), 400);
    assert!(order.is_sorted(), "{order:?}");
}

#[tokio::test]
async fn messages_to_one_person_keep_their_order() {
    let mut world = World::new().await;
    for _ in 0..8 {
        world.ask(SMS, Class::Service, 0..20, None).await;
        world.set(world.now() + Millis(1));
    }
    world.run(Millis::from_secs(10)).await;
    let mut last: BTreeMap<String, MessageId> = BTreeMap::new();
    for got in world.got() {
        let before = last.insert(got.to.value.clone(), got.message);
        assert!(before.is_none_or(|before| before < got.message), "{got:?} overtook another");
    }
    assert_eq!(world.got().len(), 160);
}

/// A provider that does not answer takes up its own sender's calls and nobody else's.
#[tokio::test]
async fn a_provider_that_hangs_does_not_hold_up_other_senders() {
    let mut world = World::new().await;
    world.write_in(0..200, "Hello", WHATSAPP).await;
    world.book.lock().unwrap().stalled = Some(SMS);
    world.ask(SMS, Class::Agent, 0..300, None).await;
    world.ask(WHATSAPP, Class::Promotional, 0..200, None).await;
    world.loops.dispatcher = Dispatcher::new(Arc::clone(&world.engine), Spawning::Tasks);
    for _ in 0..100 {
        world.set(world.now() + Millis(50));
        world.loops.dispatcher.tick(world.now()).await.unwrap();
        // Hand-offs and calls are tasks of their own: they run while this one rests.
        let before = world.got().len();
        for _ in 0..200 {
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
            if world.got().len() > before {
                break;
            }
        }
        if world.got().len() == 200 {
            break;
        }
    }
    assert_eq!(world.got().iter().filter(|got| got.sender == WHATSAPP).count(), 200);
    world.assert_within_limits();
    let answered: BTreeSet<MessageId> = world.got().into_iter().map(|got| got.message).collect();
    let open = world.loops.dispatcher.active().difference(&answered).count();
    assert_eq!(open, RATE as usize, "as many calls hang as go in a second, and no more");
}
