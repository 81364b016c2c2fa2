//! What people page through.

use std::future::Future;

use model::case::{Conversation, ConversationStatus};
use model::change::{RunRow, RunStatus};
use model::{Direction, Message, MessageId, MessageStatus};
use storage::{ContactFilter, ConversationFilter, DecisionFilter, MessageFilter, Page, Paged, RunFilter, StorageErrorKind};

use crate::make::{WS, World, at, by_journey, conversation, decision, message, page, phone, profile, run, to_phone};
use crate::{Backend, Script};

/// Walks a list page by page.
pub(super) async fn walk<T, F: Future<Output = Paged<T>>>(limit: u32, read: impl Fn(Page) -> F) -> Vec<T> {
    let mut items = Vec::new();
    let mut next = Page::first(limit);
    for _ in 0..1_000 {
        let got = read(next).await;
        assert!(got.items.len() <= limit as usize);
        items.extend(got.items);
        match got.next {
            Some(after) => next = Page { limit, after: Some(after) },
            None => return items,
        }
    }
    panic!("the list does not end");
}

pub async fn pages_hold_still_while_rows_are_added<B: Backend>() {
    let world = World::<B>::fresh().await;
    let contact = world.contact(1).await;
    let add = |from: u128, to: u128| {
        let messages = (from..to).map(|n| message(n, MessageStatus::Accepted)).collect();
        world.script(from + 10_000, contact, Script { messages, ..Script::default() })
    };
    add(0, 25).await;
    let first = world.store.messages(WS, MessageFilter::default(), page(10)).await.unwrap();
    add(100, 150).await;
    let mut seen: Vec<u128> = first.items.iter().map(|m| m.id.as_u128()).collect();
    let mut next = first.next;
    while let Some(after) = next {
        let got = world.store.messages(WS, MessageFilter::default(), Page { limit: 10, after: Some(after) }).await.unwrap();
        seen.extend(got.items.iter().map(|m| m.id.as_u128()));
        next = got.next;
    }
    assert_eq!(seen, (0..25).rev().collect::<Vec<_>>());
    // A page that is exactly full is the last one.
    let all = world.store.messages(WS, MessageFilter::default(), page(75)).await.unwrap();
    assert_eq!((all.items.len(), all.next), (75, None));
}

pub async fn a_wrong_cursor_is_refused<B: Backend>() {
    let world = World::<B>::fresh().await;
    world.contact(1).await;
    let wrong = || Page { limit: 10, after: Some("no cursor".to_owned()) };
    let error = world.store.messages(WS, MessageFilter::default(), wrong()).await.unwrap_err();
    assert_eq!(error.kind, StorageErrorKind::Invalid);
    let error = world.store.conversations(WS, ConversationFilter::default(), wrong()).await.unwrap_err();
    assert_eq!(error.kind, StorageErrorKind::Invalid);
}

pub async fn contacts_are_found_by_words_and_addresses<B: Backend>() {
    let world = World::<B>::fresh().await;
    for (n, name, search) in
        [(1, "Rosa Prata", "rosa prata +12025550001"), (2, "Émile 100%", "émile 100% +12025550002"), (3, "Rosa", "rosa")]
    {
        let script = Script { profile: Some(profile(name, search)), link: vec![phone(n)], ..Script::default() };
        world.apply(crate::make::event(u128::from(n), to_phone(n), &script)).await;
    }
    let find = |search: &str, address| {
        let filter = ContactFilter { search: Some(search.to_owned()).filter(|s| !s.is_empty()), address };
        let store = world.store.clone();
        async move {
            let read = |page| {
                let (store, filter) = (store.clone(), filter.clone());
                async move { store.contacts(WS, filter, page).await.unwrap() }
            };
            walk(1, read).await.into_iter().map(|row| row.id.as_u128()).collect::<Vec<_>>()
        }
    };
    assert_eq!(find("", None).await, [3, 2, 1]);
    assert_eq!(find("ROSA", None).await, [3, 1]);
    assert_eq!(find("prata ros", None).await, [1]);
    assert_eq!(find("5550002", None).await, [2]);
    // Signs that mean something to SQL mean themselves.
    assert_eq!(find("100%", None).await, [2]);
    assert_eq!(find("r_sa", None).await, Vec::<u128>::new());
    assert_eq!(find("", Some(phone(2))).await, [2]);
    assert_eq!(find("rosa", Some(phone(2))).await, Vec::<u128>::new());
}

pub async fn message_filters_narrow_the_list<B: Backend>() {
    let world = World::<B>::fresh().await;
    let (one, two) = (world.contact(1).await, world.contact(2).await);
    let in_thread = |n, status| Message { conversation: model::ConversationId::from_u128(5), ..message(n, status) };
    let messages = vec![
        in_thread(1, MessageStatus::Read),
        Message { direction: Direction::In, ..in_thread(2, MessageStatus::Received) },
        Message { origin: by_journey("reminder"), ..in_thread(3, MessageStatus::Failed) },
    ];
    let thread = Conversation { id: model::ConversationId::from_u128(5), ..conversation(5, ConversationStatus::Bot, 10) };
    world.script(10, one, Script { messages, conversation: Some(thread), ..Script::default() }).await;
    let messages = vec![Message { origin: by_journey("reminder"), ..message(4, MessageStatus::Failed) }, message(5, MessageStatus::Read)];
    world.script(11, two, Script { messages, ..Script::default() }).await;
    let find = |filter: MessageFilter| {
        let store = world.store.clone();
        async move {
            let read = |page| {
                let (store, filter) = (store.clone(), filter.clone());
                async move { store.messages(WS, filter, page).await.unwrap() }
            };
            walk(2, read).await.into_iter().map(|row| row.id.as_u128()).collect::<Vec<_>>()
        }
    };
    let all = MessageFilter::default;
    assert_eq!(find(all()).await, [5, 4, 3, 2, 1]);
    assert_eq!(find(MessageFilter { contact: Some(one), ..all() }).await, [3, 2, 1]);
    assert_eq!(find(MessageFilter { contact: Some(model::ContactId::from_u128(9)), ..all() }).await, Vec::<u128>::new());
    assert_eq!(find(MessageFilter { conversation: Some(model::ConversationId::from_u128(5)), ..all() }).await, [3, 2, 1]);
    assert_eq!(find(MessageFilter { direction: Some(Direction::In), ..all() }).await, [2]);
    assert_eq!(find(MessageFilter { statuses: vec![MessageStatus::Read, MessageStatus::Failed], ..all() }).await, [5, 4, 3, 1]);
    assert_eq!(find(MessageFilter { journey: Some("reminder".to_owned()), ..all() }).await, [4, 3]);
    assert_eq!(find(MessageFilter { journey: Some("reminder".to_owned()), contact: Some(two), ..all() }).await, [4]);
}

pub async fn decision_filters_narrow_the_list<B: Backend>() {
    let world = World::<B>::fresh().await;
    let (one, two) = (world.contact(1).await, world.contact(2).await);
    let about = MessageId::from_u128(50);
    let mut journeys = decision(3, None, true);
    journeys.wanted.origin = by_journey("reminder");
    let first = decision(1, Some(about), false);
    world.script(10, one, Script { decisions: vec![first.clone(), decision(2, None, true)], ..Script::default() }).await;
    world.script(11, two, Script { decisions: vec![journeys], ..Script::default() }).await;
    let find = |filter: DecisionFilter| {
        let store = world.store.clone();
        async move {
            let read = |page| {
                let (store, filter) = (store.clone(), filter.clone());
                async move { store.decisions(WS, filter, page).await.unwrap() }
            };
            walk(1, read).await.into_iter().map(|row| row.id.as_u128()).collect::<Vec<_>>()
        }
    };
    let all = DecisionFilter::default;
    assert_eq!(find(all()).await, [3, 2, 1]);
    assert_eq!(find(DecisionFilter { contact: Some(one), ..all() }).await, [2, 1]);
    assert_eq!(find(DecisionFilter { message: Some(about), ..all() }).await, [1]);
    assert_eq!(find(DecisionFilter { journey: Some("reminder".to_owned()), ..all() }).await, [3]);
    assert_eq!(find(DecisionFilter { silent: true, ..all() }).await, [3, 2]);
    assert_eq!(find(DecisionFilter { silent: true, contact: Some(one), ..all() }).await, [2]);
    let stored = world.store.decision(WS, first.id).await.unwrap().unwrap();
    assert_eq!(stored, model::decision::DecisionRecord { contact: one, ..first });
}

pub async fn run_filters_narrow_the_list<B: Backend>() {
    let world = World::<B>::fresh().await;
    let (one, two) = (world.contact(1).await, world.contact(2).await);
    let runs = vec![
        run(1, "reminder", RunStatus::Active, "ask"),
        RunRow { version: "2".to_owned(), ..run(2, "reminder", RunStatus::Completed, "done") },
    ];
    world.script(10, one, Script { runs, ..Script::default() }).await;
    let runs = vec![run(3, "reminder", RunStatus::Active, "wait"), run(4, "welcome", RunStatus::Failed, "ask")];
    world.script(11, two, Script { runs, ..Script::default() }).await;
    let find = |filter: RunFilter| {
        let store = world.store.clone();
        async move {
            let read = |page| {
                let (store, filter) = (store.clone(), filter.clone());
                async move { store.runs(WS, filter, page).await.unwrap() }
            };
            walk(1, read).await.into_iter().map(|row| row.id.as_u128()).collect::<Vec<_>>()
        }
    };
    let all = RunFilter::default;
    let reminder = || RunFilter { journey: Some("reminder".to_owned()), ..RunFilter::default() };
    assert_eq!(find(all()).await, [4, 3, 2, 1]);
    assert_eq!(find(reminder()).await, [3, 2, 1]);
    assert_eq!(find(RunFilter { version: Some("2".to_owned()), ..reminder() }).await, [2]);
    assert_eq!(find(RunFilter { status: Some(RunStatus::Active), ..reminder() }).await, [3, 1]);
    assert_eq!(find(RunFilter { status: Some(RunStatus::Active), step: Some("ask".to_owned()), ..reminder() }).await, [1]);
    assert_eq!(find(RunFilter { status: Some(RunStatus::Failed), ..all() }).await, [4]);
    assert_eq!(find(RunFilter { contact: Some(two), ..all() }).await, [4, 3]);
    // A run that ends is no longer among the active ones.
    world.script(12, one, Script { runs: vec![run(1, "reminder", RunStatus::Exited, "ask")], ..Script::default() }).await;
    assert_eq!(find(RunFilter { status: Some(RunStatus::Active), ..reminder() }).await, [3]);
    assert_eq!(find(reminder()).await, [3, 2, 1]);
}

pub async fn a_changed_row_replaces_the_old_one<B: Backend>() {
    let world = World::<B>::fresh().await;
    let contact = world.contact(1).await;
    let first = message(50, MessageStatus::Queued);
    world.script(10, contact, Script { messages: vec![first.clone()], profile: Some(profile("Rosa", "rosa")), ..Script::default() }).await;
    let changed = Message { provider_id: Some("wamid.1".to_owned()), attempts: 1, status: MessageStatus::Accepted, ..first };
    let script = Script { messages: vec![changed.clone()], profile: Some(profile("Ana", "ana")), ..Script::default() };
    world.script(11, contact, script).await;
    let stored = world.store.message(WS, changed.id).await.unwrap();
    assert_eq!(stored, Some(Message { contact, ..changed }));
    assert_eq!(world.store.messages(WS, MessageFilter::default(), page(10)).await.unwrap().items.len(), 1);
    let rows = world.store.contacts(WS, ContactFilter::default(), page(10)).await.unwrap().items;
    assert_eq!(rows.iter().map(|row| (row.id, row.name.as_deref())).collect::<Vec<_>>(), [(contact, Some("Ana"))]);
    assert_eq!(world.store.stats().await.unwrap().messages, 1);
    assert_eq!(at(0), rows[0].created_at);
}
