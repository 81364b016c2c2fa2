//! Timers: the store keeps when each contact next needs a wake, and nothing else of them.

use model::Timestamp;
use model::signal::{SignalBody, Target};

use crate::make::{OTHER_WS, WS, World, at, event, signal, to_phone};
use crate::{Backend, Script};

fn waking(secs: i64) -> Script {
    Script { next_wake: Some(at(secs)), ..Script::default() }
}

pub async fn due_contacts_come_earliest_first<B: Backend>() {
    let world = World::<B>::fresh().await;
    for (n, secs) in [(1u32, 30), (2, 10), (3, 20), (4, 40)] {
        world.apply(event(u128::from(n), to_phone(n), &waking(secs))).await;
    }
    let elsewhere = model::signal::Signal { workspace: OTHER_WS, ..event(5, to_phone(1), &waking(15)) };
    world.apply(elsewhere).await;
    let due = |now, limit| {
        let store = world.store.clone();
        async move { store.due(now, limit).await.unwrap().into_iter().map(|(ws, id, at)| (ws, id.as_u128(), at)).collect::<Vec<_>>() }
    };
    // At the very moment it is due.
    assert_eq!(due(at(30), 10).await, [(WS, 2, at(10)), (OTHER_WS, 5, at(15)), (WS, 3, at(20)), (WS, 1, at(30))]);
    assert_eq!(due(at(30), 2).await, [(WS, 2, at(10)), (OTHER_WS, 5, at(15))]);
    assert_eq!(due(at(9), 10).await, []);
}

pub async fn a_contact_stays_due_until_a_step_moves_its_wake<B: Backend>() {
    let world = World::<B>::fresh().await;
    let contact = world.contact(1).await;
    world.script(10, contact, waking(10)).await;
    for _ in 0..2 {
        assert_eq!(world.store.due(at(20), 10).await.unwrap(), [(WS, contact, at(10))]);
    }
    // Two steps in one batch: the last one speaks.
    let wake = signal(12, Target::Contact(contact), SignalBody::Wake);
    world.store.step(vec![event(11, Target::Contact(contact), &waking(500)), wake]).await.unwrap();
    assert_eq!(world.store.due(Timestamp::MAX, 10).await.unwrap(), []);
    world.script(13, contact, waking(30)).await;
    assert_eq!(world.store.due(at(20), 10).await.unwrap(), []);
    assert_eq!(world.store.due(at(30), 10).await.unwrap(), [(WS, contact, at(30))]);
}

pub async fn the_next_wake_is_the_earliest_of_all<B: Backend>() {
    let world = World::<B>::fresh().await;
    assert_eq!(world.store.next_due().await.unwrap(), None);
    for (n, secs) in [(1u32, 30), (2, 10)] {
        world.apply(event(u128::from(n), to_phone(n), &waking(secs))).await;
    }
    assert_eq!(world.store.next_due().await.unwrap(), Some(at(10)));
}
