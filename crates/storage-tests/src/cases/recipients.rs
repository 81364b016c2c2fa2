//! Broadcasts: every recipient is a row, and counters move with the rows.

use model::broadcast::{Closing, NewRecipient, Progress, Recipient, RecipientChange, RecipientNews, RecipientState, broadcast_scope};
use model::signal::Target;
use model::{BroadcastId, Channel, ContactId, DecisionId, MessageId, Timestamp};

use crate::make::{OTHER_WS, WS, World, at, event, page, to_phone};
use crate::{Backend, Script, Trace};

const OFFER: BroadcastId = BroadcastId::from_u128(77);
const OTHER: BroadcastId = BroadcastId::from_u128(78);

fn rows(contacts: &[ContactId], canary: bool) -> Vec<NewRecipient> {
    contacts.iter().map(|contact| NewRecipient { contact: *contact, canary }).collect()
}

async fn contacts<B: Backend>(world: &World<B>, many: u32) -> Vec<ContactId> {
    let signals = (1..=many).map(|n| event(u128::from(n), to_phone(n), &Script::default())).collect();
    let outcomes = world.store.step(signals).await.unwrap();
    outcomes.into_iter().map(|outcome| crate::make::applied(outcome).contact).collect()
}

async fn progress<B: Backend>(world: &World<B>, broadcast: BroadcastId) -> Progress {
    let counters = world.store.counters(WS, &broadcast_scope(broadcast)).await.unwrap();
    Progress::of(counters.iter().map(|counter| (counter.key.as_str(), counter.name.as_str(), counter.value)))
}

async fn pending<B: Backend>(world: &World<B>, canary: bool, until: Timestamp, limit: u32) -> Vec<ContactId> {
    let rows = world.store.pending_recipients(WS, OFFER, canary, until, limit).await.unwrap();
    rows.into_iter().map(|(contact, _)| contact).collect()
}

fn moved(state: RecipientState, code: Option<&str>) -> RecipientNews {
    let (code, reason) = (code.map(str::to_owned), code.map(|code| format!("because of {code}")));
    RecipientNews::Moved { state, not_before: None, code, reason, decision: None, message: None, channel: None }
}

fn say(broadcast: BroadcastId, secs: i64, news: RecipientNews) -> Script {
    Script { recipients: vec![RecipientChange { broadcast, at: at(secs), news }], ..Script::default() }
}

pub async fn contacts_are_read_once_in_the_order_of_their_ids<B: Backend>() {
    let world = World::<B>::fresh().await;
    let all = contacts(&world, 7).await;
    let elsewhere = model::signal::Signal { workspace: OTHER_WS, ..event(50, to_phone(50), &Script::default()) };
    world.apply(elsewhere).await;
    let mut seen = Vec::new();
    // Bounded, should a page ever not move on.
    for _ in 0..5 {
        let got = world.store.scan_contacts(WS, seen.last().copied(), 3).await.unwrap();
        for (contact, state) in &got {
            assert_eq!(Trace::read(state).seen.len(), 1, "{contact}");
        }
        seen.extend(got.into_iter().map(|(contact, _)| contact));
    }
    let mut sorted = all;
    sorted.sort_unstable();
    assert_eq!(seen, sorted);
}

pub async fn a_recipient_is_written_down_once<B: Backend>() {
    let world = World::<B>::fresh().await;
    let all = contacts(&world, 4).await;
    assert_eq!(world.store.add_recipients(WS, OFFER, &rows(&all[..3], false), at(1)).await.unwrap(), 3);
    // Freezing again after a crash: nobody twice, nobody moved.
    world.script(10, all[0], say(OFFER, 2, moved(RecipientState::Queued, None))).await;
    assert_eq!(world.store.add_recipients(WS, OFFER, &rows(&all, true), at(3)).await.unwrap(), 1);
    assert_eq!(world.store.add_recipients(WS, OTHER, &rows(&all, false), at(3)).await.unwrap(), 4);
    let progress = progress(&world, OFFER).await;
    assert_eq!((progress.total(), progress.count(RecipientState::Pending), progress.count(RecipientState::Queued)), (4, 3, 1));
    let row = world.store.recipient(WS, OFFER, all[0]).await.unwrap().unwrap();
    assert_eq!((row.state, row.canary, row.at), (RecipientState::Queued, false, at(2)));
    assert_eq!(world.store.recipient(OTHER_WS, OFFER, all[0]).await.unwrap(), None);
}

pub async fn pending_recipients_come_by_their_time_and_wave<B: Backend>() {
    let world = World::<B>::fresh().await;
    let all = contacts(&world, 6).await;
    world.store.add_recipients(WS, OFFER, &rows(&all[..2], true), at(0)).await.unwrap();
    world.store.add_recipients(WS, OFFER, &rows(&all[2..], false), at(0)).await.unwrap();
    assert_eq!(pending(&world, true, at(0), 10).await, all[..2]);
    assert_eq!(pending(&world, false, at(0), 3).await, all[2..5]);
    // Put off, decided, and left alone.
    let later = RecipientNews::Moved {
        state: RecipientState::Pending,
        not_before: Some(at(60)),
        code: None,
        reason: Some("quiet hours".to_owned()),
        decision: Some(DecisionId::from_u128(5)),
        message: None,
        channel: None,
    };
    world.script(10, all[2], say(OFFER, 1, later)).await;
    world.script(11, all[3], say(OFFER, 1, moved(RecipientState::Silent, Some("capped")))).await;
    assert_eq!(pending(&world, false, at(59), 10).await, all[4..]);
    assert_eq!(pending(&world, false, at(60), 10).await, [all[4], all[5], all[2]]);
    let until = world.store.pending_recipients(WS, OFFER, false, Timestamp::MAX, 10).await.unwrap();
    assert_eq!(until.last(), Some(&(all[2], at(60))));
    assert_eq!(progress(&world, OFFER).await.count(RecipientState::Pending), 5);
    assert_eq!(world.store.pending_recipients(OTHER_WS, OFFER, false, Timestamp::MAX, 10).await.unwrap(), []);
}

pub async fn a_row_moves_with_the_step_that_says_so<B: Backend>() {
    let world = World::<B>::fresh().await;
    let all = contacts(&world, 2).await;
    world.store.add_recipients(WS, OFFER, &rows(&all[..1], false), at(0)).await.unwrap();
    let queued = RecipientNews::Moved {
        state: RecipientState::Queued,
        not_before: None,
        code: None,
        reason: None,
        decision: Some(DecisionId::from_u128(5)),
        message: Some(MessageId::from_u128(6)),
        channel: Some(Channel::Sms),
    };
    world.script(10, all[0], say(OFFER, 1, queued)).await;
    world.script(11, all[0], say(OFFER, 2, moved(RecipientState::Failed, Some("sms:30003")))).await;
    for secs in [3, 4] {
        world.script(12 + secs as u128, all[0], say(OFFER, secs, RecipientNews::Replied)).await;
    }
    world.script(20, all[0], say(OFFER, 5, RecipientNews::OptedOut { complaint: true })).await;
    let expected = Recipient {
        broadcast: OFFER,
        contact: all[0],
        canary: false,
        state: RecipientState::Failed,
        not_before: None,
        at: at(2),
        code: Some("sms:30003".to_owned()),
        reason: Some("because of sms:30003".to_owned()),
        decision: Some(DecisionId::from_u128(5)),
        message: Some(MessageId::from_u128(6)),
        channel: Some(Channel::Sms),
        replied_at: Some(at(3)),
        opted_out_at: Some(at(5)),
    };
    assert_eq!(world.store.recipient(WS, OFFER, all[0]).await.unwrap(), Some(expected));
    let got = progress(&world, OFFER).await;
    assert_eq!((got.total(), got.causes[&RecipientState::Failed]["sms:30003"]), (1, 1));
    assert_eq!((got.replied, got.opted_out, got.complained), (1, 1, 1));
    // Nobody gets into an audience by a step.
    world.script(30, all[1], say(OFFER, 1, moved(RecipientState::Sent, None))).await;
    assert_eq!(world.store.recipient(WS, OFFER, all[1]).await.unwrap(), None);
    assert_eq!(progress(&world, OFFER).await.total(), 1);
}

pub async fn a_refused_step_moves_no_row<B: Backend>() {
    let world = World::<B>::fresh().await;
    let all = contacts(&world, 1).await;
    world.store.add_recipients(WS, OFFER, &rows(&all, false), at(0)).await.unwrap();
    let poison = Script { poison: Some("cannot".to_owned()), ..say(OFFER, 1, moved(RecipientState::Sent, None)) };
    let fine = event(11, to_phone(9), &Script::default());
    world.store.step(vec![event(10, Target::Contact(all[0]), &poison), fine]).await.unwrap();
    assert_eq!(world.store.recipient(WS, OFFER, all[0]).await.unwrap().unwrap().state, RecipientState::Pending);
    assert_eq!(progress(&world, OFFER).await.count(RecipientState::Pending), 1);
}

pub async fn only_pending_recipients_are_closed<B: Backend>() {
    let world = World::<B>::fresh().await;
    let all = contacts(&world, 3).await;
    world.store.add_recipients(WS, OFFER, &rows(&all, false), at(0)).await.unwrap();
    world.script(10, all[1], say(OFFER, 1, moved(RecipientState::Queued, None))).await;
    let closing =
        Closing { state: RecipientState::Cancelled, code: "stopped".to_owned(), reason: "somebody stopped it".to_owned(), at: at(9) };
    assert_eq!(world.store.close_recipients(WS, OFFER, &all, &closing).await.unwrap(), 2);
    assert_eq!(world.store.close_recipients(WS, OFFER, &all, &closing).await.unwrap(), 0);
    let got = progress(&world, OFFER).await;
    assert_eq!((got.total(), got.open(), got.causes[&RecipientState::Cancelled]["stopped"]), (3, 1, 2));
    let row = world.store.recipient(WS, OFFER, all[0]).await.unwrap().unwrap();
    assert_eq!((row.reason.as_deref(), row.at), (Some("somebody stopped it"), at(9)));
    let reopened = world.reopened().await;
    assert_eq!(progress(&reopened, OFFER).await, got);
}

pub async fn recipients_are_listed_whole_and_by_state<B: Backend>() {
    let world = World::<B>::fresh().await;
    let all = contacts(&world, 9).await;
    world.store.add_recipients(WS, OFFER, &rows(&all[..4], true), at(0)).await.unwrap();
    world.store.add_recipients(WS, OFFER, &rows(&all[4..], false), at(0)).await.unwrap();
    for (n, contact) in all.iter().enumerate().filter(|(n, _)| n % 2 == 0) {
        world.script(100 + n as u128, *contact, say(OFFER, 1, moved(RecipientState::Silent, Some("capped")))).await;
    }
    for (state, expected) in
        [(None, 9), (Some(RecipientState::Silent), 5), (Some(RecipientState::Pending), 4), (Some(RecipientState::Read), 0)]
    {
        let mut seen = Vec::new();
        let mut next = page(2);
        // Bounded, should a page ever not move on.
        for _ in 0..9 {
            let got = world.store.recipients(WS, OFFER, state, next).await.unwrap();
            seen.extend(got.items.into_iter().map(|row| row.contact));
            match got.next {
                Some(after) => next = storage::Page { limit: 2, after: Some(after) },
                None => break,
            }
        }
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), expected, "{state:?}");
    }
    let wrong = world.store.recipients(WS, OFFER, None, storage::Page { limit: 2, after: Some("nowhere".to_owned()) }).await;
    assert_eq!(wrong.unwrap_err().kind, storage::StorageErrorKind::Invalid);
}
