//! Messages that leave in the step that plans them: only where they could have gone at once anyway.

use std::collections::BTreeSet;

use model::message::Class;
use model::{Message, MessageStatus, Millis};

use crate::world::{RATE, SMS, WHATSAPP, World, phone};

/// Messages that were on their way in the step that planned them.
fn at_once(messages: &[Message]) -> usize {
    messages.iter().filter(|message| message.times.get(&MessageStatus::Sending) == Some(&message.created_at)).count()
}

/// The dispatcher has looked, and found nothing.
async fn idle() -> World {
    let mut world = World::new().await;
    world.run(Millis::from_secs(1)).await;
    world
}

#[tokio::test]
async fn with_room_a_message_takes_two_steps() {
    let mut world = idle().await;
    let before = world.store.stats().await.unwrap().steps;
    world.ask(SMS, Class::Service, [1], None).await;
    assert_eq!(world.messages().await[0].status, MessageStatus::Sending);
    world.work().await;
    assert_eq!(world.got().len(), 1);
    assert_eq!(world.messages().await[0].status, MessageStatus::Accepted);
    assert_eq!(world.store.stats().await.unwrap().steps - before, 2, "the wish and the provider's answer");
}

#[tokio::test]
async fn behind_others_a_message_waits_for_its_turn() {
    let mut world = idle().await;
    world.ask(SMS, Class::Promotional, 0..100, None).await;
    let left = at_once(&world.messages().await);
    assert_eq!(left, RATE as usize / 5, "as many as there are tokens");
    world.ask(SMS, Class::Transactional, [200], None).await;
    world.ask(SMS, Class::Agent, [201], None).await;
    assert_eq!(at_once(&world.messages().await), left, "something waits, so nobody goes past it");
    world.run(Millis::from_secs(2)).await;
    world.assert_within_limits();
    let order: Vec<_> = world.got().into_iter().map(|got| got.to).collect();
    assert_eq!(order.len(), 102);
    let place = |n: u32| order.iter().position(|to| *to == phone(n)).unwrap();
    assert!(place(201) < place(200) && place(200) == left + 1, "{} and {}", place(201), place(200));
}

/// R-RATE-1: whichever way they leave, no more leave than the number may send.
#[tokio::test]
async fn r_rate_1_a_flood_that_comes_and_goes_stays_within_the_rate() {
    let mut world = idle().await;
    let mut person = 0;
    for round in 0..400_u32 {
        // Bursts over the rate, and quiet moments in which the queue runs empty.
        let wanted = if round % 40 < 10 { 6 } else { u32::from(round % 2 == 0) };
        let sender = if round % 3 == 0 { SMS } else { WHATSAPP };
        if sender == WHATSAPP {
            world.write_in(person..person + wanted, "Hello", WHATSAPP).await;
        }
        world.ask(sender, Class::Service, person..person + wanted, None).await;
        person += wanted;
        world.run(Millis(25)).await;
    }
    world.run(Millis::from_secs(20)).await;
    world.assert_within_limits();
    let messages = world.messages().await;
    let sent = messages.iter().filter(|message| message.direction == model::Direction::Out).count();
    assert_eq!((world.got().len(), sent), (person as usize, person as usize));
    let (fast, all) = (at_once(&messages), person as usize);
    assert!(fast > all / 10 && fast < all, "{fast} of {all} at once: both ways are taken");
}

#[tokio::test]
async fn a10_a_person_who_has_had_enough_is_not_called_although_the_sender_has_room() {
    let mut world = idle().await;
    world.write_in([1], "Hello", WHATSAPP).await;
    for _ in 0..60 {
        world.ask(WHATSAPP, Class::Service, [1], None).await;
        world.run(Millis(100)).await;
    }
    world.assert_within_limits();
    assert!((45..=47).contains(&world.got().len()), "{}", world.got().len());
    world.run(Millis::from_mins(2)).await;
    world.assert_within_limits();
    let got = world.got();
    assert_eq!(got.len(), 60);
    assert!(got.is_sorted_by_key(|got| got.message), "in their order");
    let once: BTreeSet<_> = got.iter().map(|got| got.message).collect();
    assert_eq!(once.len(), 60);
}

#[tokio::test]
async fn room_that_no_message_used_comes_back() {
    let mut world = idle().await;
    // Signals that might lead to messages and do not.
    world.write_in(0..300, "Hello", WHATSAPP).await;
    world.event("nothing", 0..300).await;
    world.ask(WHATSAPP, Class::Service, 0..RATE / 5, None).await;
    assert_eq!(at_once(&world.messages().await), RATE as usize / 5, "all that a full bucket has");
    world.work().await;
    assert_eq!(world.got().len(), RATE as usize / 5);
    world.assert_within_limits();
}

#[tokio::test]
async fn what_left_with_a_step_whose_process_died_is_in_doubt_and_not_sent_blindly() {
    let mut world = idle().await;
    world.ask(SMS, Class::Service, [1], None).await;
    assert_eq!(world.messages().await[0].status, MessageStatus::Sending);
    let now = world.now() + Millis::from_secs(1);
    world.set(now);
    world.loops.settle.tick(now).await.unwrap();
    assert_eq!(world.messages().await[0].status, MessageStatus::Sending, "this process is about to call");
    world.restart().await;
    world.work().await;
    world.loops.settle.tick(now).await.unwrap();
    assert_eq!(world.messages().await[0].status, MessageStatus::InDoubt);
    world.run(Millis::from_mins(1)).await;
    assert!(world.got().is_empty(), "nobody knows whether it was called for");
}

/// A process that has just started has not looked: it cannot know who waits.
#[tokio::test]
async fn nobody_leaves_at_once_before_the_dispatcher_has_looked() {
    let mut world = World::new().await;
    world.ask(SMS, Class::Service, [1], None).await;
    assert_eq!(at_once(&world.messages().await), 0);
    world.run(Millis::from_secs(1)).await;
    assert_eq!(world.got().len(), 1);
}
