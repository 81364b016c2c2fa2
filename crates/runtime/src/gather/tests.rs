use std::sync::Arc;

use model::signal::Target;
use model::{ContactId, MessageId, SignalId, Timestamp};

use super::*;

fn ws(n: u128) -> WorkspaceId {
    WorkspaceId::from_u128(n)
}

fn signal(workspace: u128, n: u128, body: SignalBody) -> Signal {
    Signal {
        id: SignalId::from_u128(n),
        workspace: ws(workspace),
        target: Target::Contact(ContactId::from_u128(n)),
        event_time: Timestamp::EPOCH,
        arrival_time: Timestamp::EPOCH,
        source: "test".to_owned(),
        dedupe_key: None,
        fingerprint: None,
        permit: Vec::new(),
        body,
    }
}

fn event(workspace: u128, n: u128) -> Signal {
    let body = SignalBody::Event { name: "tick".to_owned(), properties: Default::default(), contact: Default::default() };
    signal(workspace, n, body)
}

/// Puts a call in line; the answer's other end is dropped, as by a caller who went away.
fn line_up(waiting: &mut Waiting, signals: Vec<Signal>) {
    let key = (signals[0].workspace, lane(&signals[0]));
    waiting.push(key, Call { signals, answer: oneshot::channel().0 });
}

fn taken(waiting: &mut Waiting) -> Vec<u128> {
    waiting.take().into_iter().flat_map(|call| call.signals).map(|signal| signal.id.as_u128()).collect()
}

#[test]
fn a_flood_of_one_workspace_does_not_hold_up_another() {
    let mut waiting = Waiting::default();
    for n in 0..100_000 {
        line_up(&mut waiting, vec![event(1, n)]);
    }
    line_up(&mut waiting, vec![event(2, 900_000)]);
    line_up(&mut waiting, vec![event(3, 900_001)]);
    let first = taken(&mut waiting);
    assert_eq!(first.len(), GROUP);
    assert_eq!(&first[..4], [0, 900_000, 900_001, 1], "each has its turn");
}

#[test]
fn long_calls_of_one_workspace_take_turns_with_short_ones_of_another() {
    let mut waiting = Waiting::default();
    for n in 0..4 {
        line_up(&mut waiting, (0..200).map(|k| event(1, n * 1_000 + k)).collect());
    }
    for n in 0..3 {
        line_up(&mut waiting, vec![event(2, 900_000 + n)]);
    }
    let groups: Vec<Vec<u128>> = std::iter::from_fn(|| Some(taken(&mut waiting)).filter(|group| !group.is_empty())).collect();
    assert_eq!(groups.len(), 4, "two long calls do not fit into one group");
    for (n, group) in groups.iter().take(3).enumerate() {
        assert!(group.contains(&(900_000 + n as u128)), "the other workspace has its turn in group {n}");
    }
    assert_eq!(groups.iter().map(Vec::len).sum::<usize>(), 803);
}

#[test]
fn sends_go_before_what_arrives() {
    let mut waiting = Waiting::default();
    for n in 0..1_000 {
        line_up(&mut waiting, vec![event(1, n)]);
        line_up(&mut waiting, vec![signal(1, 10_000 + n, SignalBody::Wake)]);
    }
    line_up(&mut waiting, vec![signal(1, 50_000, SignalBody::HandOff { message: MessageId::from_u128(1) })]);
    assert_eq!(&taken(&mut waiting)[..3], [50_000, 0, 10_000], "and timers and arrivals take turns");
}

#[test]
fn calls_of_one_workspace_keep_their_order() {
    let mut waiting = Waiting::default();
    for n in 0..2_000 {
        line_up(&mut waiting, vec![event(1 + n % 3, n)]);
    }
    let mut seen: BTreeMap<u128, u128> = BTreeMap::new();
    loop {
        let group = taken(&mut waiting);
        if group.is_empty() {
            break;
        }
        for n in group {
            let last = seen.insert(n % 3, n);
            assert!(last.is_none_or(|last| last < n));
        }
    }
    assert_eq!(seen.len(), 3);
    assert!(waiting.is_empty());
}

/// A store whose steps wait until they are let go, counted.
mod store;

#[tokio::test]
async fn what_arrives_during_a_step_is_one_group() {
    let (gather, held) = store::held();
    let calls: Vec<_> = (0..100)
        .map(|n| {
            let gather = Arc::clone(&gather);
            tokio::spawn(async move { gather.pass(vec![event(1 + n % 5, n)], true).await })
        })
        .collect();
    held.let_all_go().await;
    for call in calls {
        assert_eq!(call.await.unwrap().unwrap().len(), 1);
    }
    let groups = held.groups();
    assert_eq!(groups.iter().sum::<usize>(), 100);
    assert!(groups.len() <= GROUPS_AT_ONCE + 1, "groups of {groups:?}");
}

#[tokio::test]
async fn a_workspace_with_too_much_waiting_is_turned_away_and_others_are_not() {
    let (gather, held) = store::held();
    let mut calls = Vec::new();
    let call = |workspace: u128, n: usize| {
        let gather = Arc::clone(&gather);
        tokio::spawn(async move { gather.pass((0..n as u128).map(|k| event(workspace, k)).collect(), true).await })
    };
    for _ in 0..(GROUPS_AT_ONCE + WAITING_MAX / GROUP) {
        calls.push(call(1, GROUP));
        tokio::task::yield_now().await;
    }
    let refused = call(1, 1).await.unwrap().unwrap_err();
    assert_eq!(refused.kind, StorageErrorKind::Busy);
    let other = call(2, 1);
    let own = {
        let gather = Arc::clone(&gather);
        tokio::spawn(async move { gather.pass(vec![event(1, 7)], false).await })
    };
    held.let_all_go().await;
    assert_eq!(other.await.unwrap().unwrap().len(), 1);
    assert_eq!(own.await.unwrap().unwrap().len(), 1, "the product's own signals are never refused");
    for call in calls {
        assert_eq!(call.await.unwrap().unwrap().len(), GROUP);
    }
}

#[tokio::test]
async fn long_calls_are_answered_whole_and_in_order() {
    let (gather, held) = store::held();
    let signals: Vec<Signal> = (0..1_000).map(|n| event(1, n)).collect();
    let call = {
        let gather = Arc::clone(&gather);
        tokio::spawn(async move { gather.pass(signals, true).await })
    };
    held.let_all_go().await;
    let outcomes = call.await.unwrap().unwrap();
    let contacts: Vec<u128> = outcomes.iter().map(store::contact_of).collect();
    assert_eq!(contacts, (0..1_000).collect::<Vec<_>>());
}

#[tokio::test]
async fn loops_hear_of_the_signals_of_a_caller_who_went_away() {
    let (gather, held) = store::held();
    let call = {
        let gather = Arc::clone(&gather);
        tokio::spawn(async move { gather.pass(vec![event(1, 1)], true).await })
    };
    held.until_one_waits().await;
    call.abort();
    assert!(call.await.unwrap_err().is_cancelled());
    held.let_all_go().await;
    tokio::time::timeout(std::time::Duration::from_secs(10), gather.bells.queued.notified()).await.expect("the dispatcher is woken");
}

#[tokio::test]
async fn a_failed_group_fails_all_its_callers_and_the_next_one_goes_on() {
    let (gather, held) = store::held();
    held.fail(true);
    let calls: Vec<_> = (0..10)
        .map(|n| {
            let gather = Arc::clone(&gather);
            tokio::spawn(async move { gather.pass(vec![event(1, n)], n % 2 == 0).await })
        })
        .collect();
    held.let_all_go().await;
    for call in calls {
        assert_eq!(call.await.unwrap().unwrap_err().kind, StorageErrorKind::Unavailable);
    }
    held.fail(false);
    assert_eq!(gather.pass(vec![event(1, 1)], true).await.unwrap().len(), 1);
}
