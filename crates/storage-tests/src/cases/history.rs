//! What was learnt, said and counted: timeline, ledger, log, counters.

use model::change::CounterDelta;
use model::signal::Target;
use model::timeline::TimelineKind;
use storage::{LedgerFilter, TimelineFilter};

use super::lists::walk;
use crate::make::{OTHER_WS, WS, World, ledger, page, phone, plain, timeline, to_phone};
use crate::{Backend, Script};

pub async fn a_timeline_is_newest_first_and_filters_by_kind<B: Backend>() {
    let world = World::<B>::fresh().await;
    let (one, two) = (world.contact(1).await, world.contact(2).await);
    let lines =
        vec![timeline(1, TimelineKind::EventTracked), timeline(2, TimelineKind::RunEntered), timeline(3, TimelineKind::StepEntered)];
    world.script(10, one, Script { timeline: lines, ..Script::default() }).await;
    world.script(11, two, Script { timeline: vec![timeline(4, TimelineKind::RunEntered)], ..Script::default() }).await;
    let find = |kinds: &[TimelineKind]| {
        let (store, filter) = (world.store.clone(), TimelineFilter { kinds: kinds.to_vec() });
        async move {
            let read = |page| {
                let (store, filter) = (store.clone(), filter.clone());
                async move { store.timeline(WS, one, filter, page).await.unwrap() }
            };
            walk(2, read).await.into_iter().map(|row| row.id.as_u128()).collect::<Vec<_>>()
        }
    };
    assert_eq!(find(&[]).await, [3, 2, 1]);
    assert_eq!(find(&[TimelineKind::RunEntered, TimelineKind::EventTracked]).await, [2, 1]);
}

pub async fn a_ledger_is_oldest_first<B: Backend>() {
    let world = World::<B>::fresh().await;
    let (one, two) = (world.contact(1).await, world.contact(2).await);
    world.script(10, one, Script { ledger: vec![ledger(1, phone(1)), ledger(2, phone(5))], ..Script::default() }).await;
    world.script(11, two, Script { ledger: vec![ledger(1, phone(5))], ..Script::default() }).await;
    world.script(12, one, Script { ledger: vec![ledger(3, phone(1))], ..Script::default() }).await;
    let find = |filter: LedgerFilter| {
        let store = world.store.clone();
        async move {
            let read = |page| {
                let (store, filter) = (store.clone(), filter.clone());
                async move { store.ledger(WS, filter, page).await.unwrap() }
            };
            walk(1, read).await.into_iter().map(|row| (row.contact.as_u128(), row.seq)).collect::<Vec<_>>()
        }
    };
    assert_eq!(find(LedgerFilter::default()).await, [(1, 1), (1, 2), (2, 1), (1, 3)]);
    assert_eq!(find(LedgerFilter { contact: Some(one), address: None }).await, [(1, 1), (1, 2), (1, 3)]);
    assert_eq!(find(LedgerFilter { contact: None, address: Some(phone(5)) }).await, [(1, 2), (2, 1)]);
    assert_eq!(find(LedgerFilter { contact: Some(one), address: Some(phone(5)) }).await, [(1, 2)]);
    let stored = world.store.ledger(WS, LedgerFilter::default(), page(1)).await.unwrap().items.remove(0);
    assert_eq!(stored, model::LedgerEntry { contact: one, ..ledger(1, phone(1)) });
}

pub async fn the_log_is_read_forwards_from_a_position<B: Backend>() {
    let world = World::<B>::fresh().await;
    let contact = world.contact(1).await;
    for n in 2..=5 {
        let ws = if n == 3 { OTHER_WS } else { WS };
        let target = if n == 3 { to_phone(1) } else { Target::Contact(contact) };
        world.apply(model::signal::Signal { workspace: ws, ..plain(n, target) }).await;
    }
    let log = world.store.signals(WS, 0, 10).await.unwrap();
    assert_eq!(log.iter().map(|row| row.signal.id.as_u128()).collect::<Vec<_>>(), [1, 2, 4, 5]);
    assert!(log.iter().all(|row| row.contact == Some(contact)));
    assert_eq!(log[1].signal, plain(2, Target::Contact(contact)));
    assert!(log.is_sorted_by(|a, b| a.seq < b.seq));
    let rest = world.store.signals(WS, log[1].seq, 1).await.unwrap();
    assert_eq!(rest, log[2..3]);
    assert_eq!(world.store.signals(WS, log[3].seq, 10).await.unwrap(), []);
    assert_eq!(world.store.signals(WS, u64::MAX, 10).await.unwrap(), []);
}

pub async fn counters_are_sums<B: Backend>() {
    let world = World::<B>::fresh().await;
    let (one, two) = (world.contact(1).await, world.contact(2).await);
    let count =
        |scope: &str, key: &str, name: &str, by| CounterDelta { scope: scope.to_owned(), key: key.to_owned(), name: name.to_owned(), by };
    let counters =
        vec![count("journey:a:1", "ask", "waiting", 1), count("journey:a:1", "", "entered", 1), count("journey:a:2", "", "entered", 1)];
    let script = Script { counters, ..Script::default() };
    let batch = vec![crate::make::event(10, Target::Contact(one), &script), crate::make::event(11, Target::Contact(two), &script)];
    world.store.step(batch).await.unwrap();
    world.script(12, one, Script { counters: vec![count("journey:a:1", "ask", "waiting", -1)], ..Script::default() }).await;
    let read = world.store.counters(WS, "journey:a:1").await.unwrap();
    let sums: Vec<_> = read.iter().map(|c| (c.scope.as_str(), c.key.as_str(), c.name.as_str(), c.value)).collect();
    assert_eq!(sums, [("journey:a:1", "", "entered", 2), ("journey:a:1", "ask", "waiting", 1)]);
    assert_eq!(world.store.counters(OTHER_WS, "journey:a:1").await.unwrap(), []);
}
