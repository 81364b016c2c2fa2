//! The inbox's lists.

use std::collections::BTreeMap;

use model::case::{Conversation, ConversationStatus};
use model::{ConversationId, Draws, Rng as _, UserId};
use storage::ConversationFilter;

use super::lists::walk;
use crate::make::{WS, World, case, conversation};
use crate::{Backend, Script};

async fn conversations<B: Backend>(world: &World<B>, filter: ConversationFilter) -> Vec<u128> {
    let read = |page| {
        let (store, filter) = (world.store.clone(), filter.clone());
        async move { store.conversations(WS, filter, page).await.unwrap() }
    };
    walk(1, read).await.into_iter().map(|row| row.id.as_u128()).collect()
}

pub async fn conversations_come_by_latest_message<B: Backend>() {
    let world = World::<B>::fresh().await;
    for (n, secs) in [(1, 30), (2, 10), (3, 20), (4, 20)] {
        let contact = world.contact(n).await;
        let thread = conversation(u128::from(n), ConversationStatus::Bot, secs);
        world.script(u128::from(n) + 100, contact, Script { conversation: Some(thread), ..Script::default() }).await;
    }
    assert_eq!(conversations(&world, ConversationFilter::default()).await, [1, 4, 3, 2]);
    let moved = conversation(2, ConversationStatus::Bot, 99);
    let contact = model::ContactId::from_u128(2);
    let applied = world.script(200, contact, Script { conversation: Some(moved.clone()), ..Script::default() }).await;
    assert!(applied.conversation);
    assert_eq!(conversations(&world, ConversationFilter::default()).await, [2, 1, 4, 3]);
    assert_eq!(world.store.conversation(WS, moved.id).await.unwrap(), Some(Conversation { contact, ..moved }));
}

pub async fn conversations_of_many_hours_come_by_latest_message<B: Backend>() {
    let world = World::<B>::fresh().await;
    let (mut draws, mut latest) = (Draws::new(7), BTreeMap::new());
    for n in 1..=12 {
        latest.insert(n, 0);
        world.contact(n).await;
    }
    for step in 0..120_u128 {
        let (n, secs) = (1 + draws.below(12) as u32, 1 + draws.below(9_000) as i64);
        let thread = conversation(u128::from(n), ConversationStatus::Bot, secs);
        let contact = model::ContactId::from_u128(u128::from(n));
        world.script(1_000 + step, contact, Script { conversation: Some(thread), ..Script::default() }).await;
        latest.insert(n, secs);
    }
    // Those that were last touched in one second come by number; every one was touched.
    let mut wanted: Vec<(i64, u32)> = latest.into_iter().map(|(n, secs)| (secs, n)).collect();
    wanted.sort_unstable_by(|a, b| b.cmp(a));
    let wanted: Vec<u128> = wanted.into_iter().map(|(_, n)| u128::from(n)).collect();
    assert_eq!(conversations(&world, ConversationFilter::default()).await, wanted);
}

pub async fn a_conversation_without_a_word_is_found_and_in_no_list_of_many<B: Backend>() {
    let world = World::<B>::fresh().await;
    let contact = world.contact(1).await;
    let silent = Conversation { last_message: String::new(), ..conversation(1, ConversationStatus::Bot, 10) };
    world.script(100, contact, Script { conversation: Some(silent.clone()), ..Script::default() }).await;
    let other = world.contact(2).await;
    // One with an id of its own.
    let thread = Conversation { id: ConversationId::from_u128(77), ..conversation(2, ConversationStatus::Bot, 5) };
    world.script(101, other, Script { conversation: Some(thread.clone()), ..Script::default() }).await;
    assert_eq!(conversations(&world, ConversationFilter::default()).await, [77]);
    let of = |contact| ConversationFilter { contact: Some(contact), ..ConversationFilter::default() };
    assert_eq!(conversations(&world, of(contact)).await, [1]);
    assert_eq!(world.store.conversation(WS, silent.id).await.unwrap(), Some(Conversation { contact, ..silent.clone() }));
    assert_eq!(world.store.conversation(WS, thread.id).await.unwrap(), Some(Conversation { contact: other, ..thread }));
    assert_eq!(world.store.conversation(WS, ConversationId::from_u128(2)).await.unwrap(), None);
    let begun = Conversation { last_message: "hello".to_owned(), ..silent };
    world.script(102, contact, Script { conversation: Some(begun), ..Script::default() }).await;
    assert_eq!(conversations(&world, ConversationFilter::default()).await, [1, 77]);
}

pub async fn conversation_filters_narrow_the_list<B: Backend>() {
    let world = World::<B>::fresh().await;
    let threads = [
        (1, ConversationStatus::Bot, None, "hello"),
        (2, ConversationStatus::Waiting, Some(case("front_desk", None)), "I need help"),
        (3, ConversationStatus::Open, Some(case("front_desk", Some(9))), "hello again"),
        (4, ConversationStatus::Resolved, Some(case("billing", Some(8))), "thanks"),
    ];
    for (n, status, case, words) in threads {
        let contact = world.contact(n).await;
        let thread = Conversation {
            case,
            contact_name: Some("Rosa".to_owned()).filter(|_| n == 4),
            last_message: words.to_owned(),
            ..conversation(u128::from(n), status, i64::from(n))
        };
        world.script(u128::from(n) + 100, contact, Script { conversation: Some(thread), ..Script::default() }).await;
    }
    let all = ConversationFilter::default;
    let statuses = |statuses: &[ConversationStatus]| ConversationFilter { statuses: statuses.to_vec(), ..ConversationFilter::default() };
    let inbox = [ConversationStatus::Waiting, ConversationStatus::Open];
    assert_eq!(conversations(&world, statuses(&inbox)).await, [3, 2]);
    assert_eq!(conversations(&world, statuses(&[ConversationStatus::Bot, ConversationStatus::Open])).await, [3, 1]);
    assert_eq!(conversations(&world, ConversationFilter { queue: Some("front_desk".to_owned()), ..all() }).await, [3, 2]);
    assert_eq!(conversations(&world, ConversationFilter { assignee: Some(UserId::from_u128(9)), ..all() }).await, [3]);
    assert_eq!(conversations(&world, ConversationFilter { unassigned: true, ..statuses(&inbox) }).await, [2]);
    assert_eq!(conversations(&world, ConversationFilter { search: Some("HELLO".to_owned()), ..all() }).await, [3, 1]);
    assert_eq!(conversations(&world, ConversationFilter { search: Some("rosa".to_owned()), ..all() }).await, [4]);
    assert_eq!(conversations(&world, ConversationFilter { contact: Some(model::ContactId::from_u128(2)), ..all() }).await, [2]);
}
