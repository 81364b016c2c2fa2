//! What a large broadcast needs, and what stops it by itself (A30).

use model::Millis;
use model::broadcast::{BroadcastState, GuardSettings, Missing, RecipientState};
use runtime::{BroadcastAsk, BroadcastError, RecipientRef};

use crate::world::{AUTHOR, OFFER, OTHER, WS, World};

const FILE: &str = "broadcast: spring_offer\npurpose: promotional\naudience: everybody\nholdout: 5%\nsend:\n  sms: { text: \"Spring is here\" }\n  max_lateness: 24h\n";
const START: BroadcastAsk = BroadcastAsk::Start { at: None };
const SECOND: Millis = Millis::from_secs(1);

/// As by default, at a tenth of the size: more than 1,000 recipients is many, and a tenth of them go first.
fn small() -> GuardSettings {
    GuardSettings { above: 1_000, canary_share: 1_000, ..GuardSettings::default() }
}

async fn ready(people: u32) -> (World, Vec<model::ContactId>) {
    let mut world = World::new(200, small()).await;
    let people = world.people(0, people).await;
    world.write(FILE).await;
    world.ask(BroadcastAsk::Freeze).await.unwrap();
    world.plan().await;
    assert_eq!(world.state().await, BroadcastState::Checking);
    (world, people)
}

#[tokio::test]
async fn a30_a_large_broadcast_starts_only_when_nothing_is_missing() {
    let (mut world, _) = ready(1_001).await;
    let Err(BroadcastError::Missing { recipients, missing }) = world.ask(START).await else { panic!("it started") };
    assert_eq!((recipients, missing), (1_001, vec![Missing::Approval, Missing::Preview]));
    let engine = world.engine();
    assert!(matches!(engine.approve_broadcast(WS, OFFER, AUTHOR, "user:author").await, Err(BroadcastError::OwnApproval)));
    engine.approve_broadcast(WS, OFFER, OTHER, "user:other").await.unwrap();
    let report = engine.preview_broadcast(WS, OFFER, "user:author").await.unwrap();
    assert_eq!((report.seen.recipients, report.seen.looked_at), (1_001, 1_001));
    assert_eq!(report.seen.would_go + report.held_out, 1_001);
    assert_eq!(report.samples[0].text, "Spring is here");
    // Another text was approved by nobody.
    engine.update_broadcast(WS, OFFER, &FILE.replace("is here", "has come"), AUTHOR, "user:author").await.unwrap();
    assert!(matches!(world.ask(START).await, Err(BroadcastError::Missing { missing, .. }) if missing.len() == 2));
    let other = engine.update_broadcast(WS, OFFER, &FILE.replace("everybody", "listed"), AUTHOR, "user:author").await;
    assert!(matches!(other, Err(BroadcastError::OtherAudience)));
    engine.approve_broadcast(WS, OFFER, OTHER, "user:other").await.unwrap();
    engine.preview_broadcast(WS, OFFER, "user:author").await.unwrap();
    world.ask(START).await.unwrap();
    world.plan().await;
    assert_eq!(world.state().await, BroadcastState::Canary);
}

#[tokio::test]
async fn a30_without_holdout_a_start_that_was_asked_for_early_waits_and_says_why() {
    let mut world = World::new(200, small()).await;
    world.people(0, 1_001).await;
    world.write(&FILE.replace("holdout: 5%\n", "")).await;
    world.ask(START).await.unwrap();
    world.run(Millis::from_secs(3), SECOND).await;
    let broadcast = world.broadcast().await;
    assert_eq!((broadcast.state, world.got().len()), (BroadcastState::Checking, 0));
    let reason = broadcast.history.last().and_then(|turn| turn.reason.clone()).unwrap();
    assert!(reason.ends_with("approval, holdout, preview"), "{reason}");
}

#[tokio::test]
async fn a30_ten_thousand_and_one_without_a_holdout_are_refused_at_once() {
    let mut world = World::new(200, GuardSettings::default()).await;
    let people = world.people(0, 10_001).await;
    world.write(&FILE.replace("everybody", "listed").replace("holdout: 5%\n", "")).await;
    for chunk in people.chunks(1_000) {
        let lines: Vec<_> = chunk.iter().map(|contact| RecipientRef::Contact(*contact)).collect();
        world.engine().add_broadcast_recipients(WS, OFFER, &lines, false).await.unwrap();
    }
    let Err(BroadcastError::Missing { recipients, missing }) = world.ask(START).await else { panic!("it started") };
    assert_eq!((recipients, missing), (10_001, vec![Missing::Approval, Missing::Holdout, Missing::Preview]));
    world.run(Millis::from_secs(2), SECOND).await;
    assert_eq!((world.state().await, world.got().len()), (BroadcastState::Draft, 0));
}

#[tokio::test]
async fn a30_of_ten_thousand_and_one_less_than_two_percent_go_when_the_canary_leaves() {
    let mut world = World::new(80, GuardSettings::default()).await;
    let people = world.people(0, 10_001).await;
    world.write(FILE).await;
    world.engine().approve_broadcast(WS, OFFER, OTHER, "user:other").await.unwrap();
    world.ask(BroadcastAsk::Freeze).await.unwrap();
    world.plan().await;
    let report = world.engine().preview_broadcast(WS, OFFER, "user:author").await.unwrap();
    assert_eq!((report.seen.recipients, report.seen.looked_at), (10_001, 2_000));
    world.ask(START).await.unwrap();
    world.run(Millis::from_secs(20), Millis(500)).await;
    let reached: Vec<_> = world.got().into_iter().map(|(contact, _)| contact).collect();
    for contact in reached.iter().take(3) {
        let n = people.iter().position(|one| one == contact).unwrap();
        world.says(u32::try_from(n).unwrap(), *contact, "STOP").await;
    }
    // Long enough for the others to follow, had nobody objected.
    world.run(Millis::from_mins(40), Millis::from_mins(1)).await;
    let progress = world.progress().await;
    assert_eq!((world.state().await, progress.total(), progress.open()), (BroadcastState::Stopped, 10_001, 0));
    assert!((50..200).contains(&progress.sent()), "{} went", progress.sent());
}

async fn started(people: u32) -> (World, Vec<model::ContactId>) {
    let (world, people) = ready(people).await;
    world.engine().approve_broadcast(WS, OFFER, OTHER, "user:other").await.unwrap();
    world.engine().preview_broadcast(WS, OFFER, "user:author").await.unwrap();
    world.ask(START).await.unwrap();
    (world, people)
}

#[tokio::test]
async fn a30_the_canary_goes_first_and_the_others_follow_after_a_while() {
    let (mut world, _) = started(1_200).await;
    world.run(Millis::from_mins(10), Millis::from_secs(5)).await;
    let canary = world.broadcast().await.canary;
    assert!((90..=150).contains(&canary), "{canary}");
    let (rows, _) = world.rows().await;
    assert!(rows.iter().all(|row| row.canary == (row.state != RecipientState::Pending)));
    assert_eq!(world.state().await, BroadcastState::Canary);
    world.run(Millis::from_mins(25), Millis::from_secs(5)).await;
    assert_eq!(world.state().await, BroadcastState::Completed);
    world.check_ends(1_200).await;
}

#[tokio::test]
async fn a30_a_canary_over_the_opt_out_limit_stops_before_the_others_go() {
    let (mut world, people) = started(1_200).await;
    world.run(Millis::from_mins(1), SECOND).await;
    let reached: Vec<_> = world.got().into_iter().map(|(contact, _)| contact).collect();
    for contact in reached.iter().take(3) {
        let n = people.iter().position(|one| one == contact).unwrap();
        world.says(u32::try_from(n).unwrap(), *contact, "STOP").await;
    }
    world.run(Millis::from_secs(10), SECOND).await;
    assert_eq!(world.state().await, BroadcastState::Stopped);
    let progress = world.progress().await;
    assert_eq!((progress.opted_out, progress.sent()), (3, reached.len() as u64));
    // The confirmations of STOP go too; of the offer nothing more does.
    world.check_ends(1_200).await;
    let reason = world.broadcast().await.history.iter().rev().find_map(|turn| turn.reason.clone()).unwrap();
    assert!(reason.starts_with("3 opt-outs among"), "{reason}");
}

#[tokio::test]
async fn answers_are_counted_and_stop_is_no_answer() {
    let (mut world, people) = started(1_200).await;
    world.run(Millis::from_mins(1), SECOND).await;
    let reached: Vec<_> = world.got().into_iter().map(|(contact, _)| contact).collect();
    for (contact, text) in reached.iter().zip(["Yes please", "STOP"]) {
        let n = people.iter().position(|one| one == contact).unwrap();
        world.says(u32::try_from(n).unwrap(), *contact, text).await;
    }
    let progress = world.progress().await;
    assert_eq!((progress.replied, progress.opted_out), (1, 1));
    let row = world.engine().store().recipient(WS, OFFER, reached[0]).await.unwrap().unwrap();
    assert!(row.replied_at.is_some() && row.state == RecipientState::Sent);
}
