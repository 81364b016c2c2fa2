//! The inbox's lists.

use model::UserId;
use model::case::{Conversation, ConversationStatus};
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
