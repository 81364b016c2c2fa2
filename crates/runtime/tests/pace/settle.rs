//! Doubt, however much there is of it.

use channel::{Received, SenderReport};
use model::message::Class;
use model::sender::SenderStatus;
use model::{MessageStatus, Millis, SenderId};
use serde_json::json;
use storage::Page;

use crate::world::{OTHER, SMS, WHATSAPP, WS, World};

/// Thousands that stay in doubt do not keep the provider from being asked about the rest.
#[tokio::test]
async fn the_oldest_doubts_do_not_hide_the_others() {
    const PEOPLE: u32 = 1_500;
    let mut world = World::new().await;
    world.book.lock().unwrap().silent = true;
    for part in 0..3 {
        world.ask(SMS, Class::Service, part * 500..(part + 1) * 500, None).await;
    }
    world.run(Millis::from_secs(30)).await;
    let last: Vec<_> = world.got().iter().rev().take(10).map(|got| got.message).collect();
    assert_eq!(world.got().len(), PEOPLE as usize);
    world.book.lock().unwrap().knows.extend(last.iter().copied());
    // Until all were asked about: a fixed number goes in one tick.
    world.set(world.now() + Millis::from_mins(3));
    for _ in 0..4 {
        let now = world.now();
        world.loops.settle.tick(now).await.unwrap();
        world.set(now + Millis(1));
    }
    let asked = world.book.lock().unwrap().asked.clone();
    assert_eq!(asked.len(), PEOPLE as usize, "everybody was asked about");
    assert!(asked.values().all(|times| *times == 1), "and nobody twice in one moment");
    let accepted: Vec<_> = world.messages().await.into_iter().filter(|message| message.status == MessageStatus::Accepted).collect();
    assert_eq!(accepted.len(), last.len());
    assert!(accepted.iter().all(|message| last.contains(&message.id)));
    // In time the author's rule decides on all the others.
    world.set(world.now() + Millis::from_mins(20));
    for _ in 0..5 {
        let now = world.now();
        world.loops.settle.tick(now).await.unwrap();
        world.set(now + Millis::from_secs(20));
    }
    let doubt = world.messages().await.into_iter().filter(|message| message.status == MessageStatus::InDoubt).count();
    assert_eq!(doubt, 0);
}

/// What is said of an account holds for all of its numbers, and for no other.
#[tokio::test]
async fn a_ban_of_an_account_pauses_each_of_its_senders() {
    let world = World::new().await;
    world.another_number().await;
    let report = |senders: &[SenderId], pause: Option<&str>, key: &str| {
        let (kind, pause) = ("account DISABLED_UPDATE".to_owned(), pause.map(str::to_owned));
        Received::Sender(SenderReport {
            senders: senders.to_vec(),
            kind,
            pause,
            people: None,
            throughput: None,
            raw: json!({}),
            key: key.to_owned(),
        })
    };
    let paused = || {
        let status = |sender| world.engine.account(sender).unwrap().sender.status.clone();
        [WHATSAPP, OTHER, SMS].map(|sender| matches!(status(sender), SenderStatus::Paused { reason } if reason == "banned"))
    };
    world.engine.take_in(WS, "webhook:whatsapp", vec![report(&[WHATSAPP, OTHER], None, "warned")]).await.unwrap();
    assert_eq!(paused(), [false; 3]);
    world.engine.take_in(WS, "webhook:whatsapp", vec![report(&[WHATSAPP, OTHER], Some("banned"), "banned")]).await.unwrap();
    assert_eq!(paused(), [true, true, false]);
}

/// A provider repeats its notices until it sees them taken, and sometimes afterwards.
#[tokio::test]
async fn a_notice_that_is_delivered_again_is_audited_once() {
    let world = World::new().await;
    let kept = |n: u32| Received::Kept { kind: "flows".to_owned(), raw: json!({ "n": n }), key: format!("whatsapp:flows:{n}") };
    let report = |n: u32| {
        let (kind, raw) = ("quality".to_owned(), json!({ "n": n }));
        Received::Sender(SenderReport {
            senders: Vec::new(),
            kind,
            pause: None,
            people: None,
            throughput: None,
            raw,
            key: format!("whatsapp:quality:{n}"),
        })
    };
    for n in [1, 2, 1, 1, 2] {
        world.engine.take_in(WS, "webhook:whatsapp", vec![kept(n), report(n)]).await.unwrap();
    }
    let audited = |action: &'static str| {
        let store = &world.store;
        async move { store.audit(WS, Page::first(100)).await.unwrap().items.iter().filter(|entry| entry.action == action).count() }
    };
    assert_eq!((audited("provider.notice").await, audited("sender.reported").await), (2, 2));
    // After two weeks nobody repeats it any more, and its key is forgotten.
    world.set(world.now() + Millis::from_days(15));
    assert_eq!(world.engine.forget_notices().await.unwrap(), 4);
    assert_eq!(world.engine.forget_notices().await.unwrap(), 0);
}
