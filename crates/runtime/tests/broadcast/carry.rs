//! Planning and sending: every recipient ends once, whatever happens in between.

use model::Millis;
use model::broadcast::{BroadcastState, GuardSettings, RecipientState};
use runtime::{BroadcastAsk, BroadcastLoop, RecipientRef};

use crate::world::{OFFER, WS, World, phone};

const FILE: &str =
    "broadcast: spring_offer\npurpose: promotional\naudience: everybody\nsend:\n  sms: { text: \"Spring is here\" }\n  max_lateness: 24h\n";
const START: BroadcastAsk = BroadcastAsk::Start { at: None };
const SECOND: Millis = Millis::from_secs(1);
/// A sender's bucket holds a fifth of a second's worth: who looks less often sends less.
const FIFTH: Millis = Millis(200);

fn listed() -> String {
    FILE.replace("everybody", "listed")
}

#[tokio::test]
async fn everybody_ends_in_one_explained_state() {
    let mut world = World::new(50, GuardSettings::default()).await;
    let people = world.people(0, 120).await;
    for n in 0..10 {
        world.opt_out(n, people[n as usize]).await;
    }
    world.write(&FILE.replace("send:", "holdout: 10%\nsend:")).await;
    world.ask(START).await.unwrap();
    world.run(Millis::from_secs(20), SECOND).await;
    assert_eq!(world.state().await, BroadcastState::Completed);
    let progress = world.progress().await;
    assert_eq!(progress.count(RecipientState::Silent), 10);
    assert!((3..=25).contains(&progress.count(RecipientState::HeldOut)), "{progress:?}");
    world.check_ends(120).await;
    let states: Vec<_> = world.broadcast().await.history.iter().map(|turn| turn.to).collect();
    use BroadcastState::{Checking, Completed, Draft, Freezing, Running};
    assert_eq!(states, [Draft, Freezing, Checking, Running, Completed]);
}

#[tokio::test]
async fn kill_9_at_any_moment_loses_and_doubles_nobody() {
    killed(World::new(40, GuardSettings::default()).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_postgres_kill_9_at_any_moment_loses_and_doubles_nobody() {
    killed(World::on_postgres(40, GuardSettings::default()).await).await;
}

async fn killed(mut world: World) {
    world.people(0, 600).await;
    world.write(FILE).await;
    world.ask(START).await.unwrap();
    // Between any two ticks, while freezing, planning and sending.
    for round in 0..30 {
        for _ in 0..=round % 4 {
            world.tick().await;
            world.dispatch().await;
            world.pass(Millis(250));
        }
        world.kill();
        world.start().await;
    }
    world.run(Millis::from_mins(2), SECOND).await;
    assert_eq!(world.state().await, BroadcastState::Completed);
    world.check_ends(600).await;
}

#[tokio::test]
async fn two_loops_at_once_decide_about_nobody_twice() {
    let mut world = World::new(1_000, GuardSettings::default()).await;
    world.people(0, 700).await;
    world.write(FILE).await;
    world.ask(START).await.unwrap();
    let mut rival = BroadcastLoop::new(world.engine());
    for _ in 0..40 {
        world.tick_with(&mut rival).await;
    }
    world.run(Millis::from_secs(5), FIFTH).await;
    assert_eq!(world.state().await, BroadcastState::Completed);
    assert_eq!(world.progress().await.sent(), 700);
    world.check_ends(700).await;
}

#[tokio::test]
async fn planning_keeps_only_a_little_ahead_of_sending() {
    // One a second: ten minutes' worth is 600.
    let mut world = World::new(1, GuardSettings::default()).await;
    world.people(0, 900).await;
    world.write(FILE).await;
    world.ask(START).await.unwrap();
    world.plan().await;
    let progress = world.progress().await;
    assert_eq!((progress.count(RecipientState::Queued), progress.count(RecipientState::Pending)), (600, 300));
    world.run(Millis::from_secs(30), SECOND).await;
    let progress = world.progress().await;
    assert_eq!(progress.count(RecipientState::Queued), 600);
    assert!((29..=32).contains(&progress.sent()), "{progress:?}");
}

#[tokio::test]
async fn a_pause_acts_at_once_and_going_on_loses_nobody() {
    let mut world = World::new(10, GuardSettings::default()).await;
    let people = world.people(0, 200).await;
    world.write(FILE).await;
    world.ask(START).await.unwrap();
    world.run(Millis::from_secs(5), FIFTH).await;
    world.ask(BroadcastAsk::Pause).await.unwrap();
    let before = world.got().len();
    assert!((10..100).contains(&before), "{before}");
    // Consent is judged as late as can be.
    let waiting = people.iter().position(|contact| !world.got().iter().any(|(got, _)| got == contact)).unwrap();
    world.run(Millis::from_mins(2), FIFTH).await;
    assert_eq!(world.got().len(), before);
    world.opt_out(u32::try_from(waiting).unwrap(), people[waiting]).await;
    world.ask(BroadcastAsk::Resume).await.unwrap();
    world.run(Millis::from_secs(40), FIFTH).await;
    assert_eq!(world.state().await, BroadcastState::Completed);
    assert_eq!(world.got().len(), 199);
    world.check_ends(200).await;
}

#[tokio::test]
async fn a_stop_takes_back_what_has_not_left_and_says_so() {
    let mut world = World::new(2, GuardSettings::default()).await;
    world.people(0, 1_500).await;
    world.write(FILE).await;
    world.ask(START).await.unwrap();
    world.run(Millis::from_secs(4), SECOND).await;
    let sent = world.got().len() as u64;
    let reason = Some("the price is wrong");
    world.engine().ask_broadcast(WS, OFFER, &BroadcastAsk::Stop, "user:other", reason).await.unwrap();
    world.plan().await;
    assert_eq!(world.state().await, BroadcastState::Stopped);
    world.run(Millis::from_secs(20), SECOND).await;
    let progress = world.progress().await;
    assert_eq!((progress.sent(), progress.causes[&RecipientState::Cancelled]["stopped"]), (sent, 1_500 - sent));
    world.check_ends(1_500).await;
    let (rows, _) = world.rows().await;
    assert!(rows.iter().any(|row| row.reason.as_deref().is_some_and(|reason| reason.contains("the price is wrong"))));
    assert!(world.ask(START).await.is_err());
}

#[tokio::test]
async fn the_stated_pace_is_kept() {
    let mut world = World::new(100, GuardSettings::default()).await;
    world.people(0, 400).await;
    world.write(&FILE.replace("send:", "per_minute: 60\nsend:")).await;
    world.ask(START).await.unwrap();
    world.run(Millis::from_mins(2), SECOND).await;
    let went = world.got().len();
    assert!((100..=130).contains(&went), "{went} in two minutes at 60 a minute");
}

#[tokio::test]
async fn a_broadcast_begins_at_its_time() {
    let mut world = World::new(100, GuardSettings::default()).await;
    world.people(0, 20).await;
    world.write(FILE).await;
    let at = world.engine().now() + Millis::from_mins(10);
    world.ask(BroadcastAsk::Start { at: Some(at) }).await.unwrap();
    world.run(Millis::from_mins(9), Millis::from_secs(10)).await;
    assert_eq!((world.state().await, world.got().len()), (BroadcastState::Scheduled, 0));
    world.run(Millis::from_mins(2), Millis::from_secs(10)).await;
    assert_eq!((world.state().await, world.got().len()), (BroadcastState::Completed, 20));
    assert_eq!(world.broadcast().await.due_at, Some(at));
}

#[tokio::test]
async fn a_list_is_added_to_in_chunks_and_each_line_is_answered() {
    let mut world = World::new(100, GuardSettings::default()).await;
    let people = world.people(0, 3).await;
    world.write(&listed()).await;
    let engine = world.engine();
    let lines = [
        RecipientRef::Contact(people[0]),
        RecipientRef::Address(phone(1)),
        RecipientRef::Address(phone(900)),
        RecipientRef::Contact(model::ContactId::from_u128(5)),
    ];
    let added = engine.add_broadcast_recipients(WS, OFFER, &lines, false).await.unwrap();
    assert_eq!((added.added, added.already, added.created), (2, 0, 0));
    assert_eq!(added.refused.iter().map(|refused| refused.line).collect::<Vec<_>>(), [2, 3]);
    let again = engine.add_broadcast_recipients(WS, OFFER, &lines[..3], true).await.unwrap();
    assert_eq!((again.added, again.already, again.created, again.refused.len()), (1, 2, 1, 0));
    world.ask(START).await.unwrap();
    world.run(Millis::from_secs(5), SECOND).await;
    assert_eq!(world.state().await, BroadcastState::Completed);
    let progress = world.progress().await;
    // Whoever was made of a number has agreed to nothing.
    assert_eq!((progress.sent(), progress.count(RecipientState::Silent), progress.total()), (2, 1, 3));
    assert!(engine.add_broadcast_recipients(WS, OFFER, &lines, false).await.is_err());
}

#[tokio::test]
async fn a45_a_marketing_backlog_does_not_delay_a_message_to_one() {
    let mut world = World::new(20, GuardSettings::default()).await;
    let people = world.people(0, 3_000).await;
    world.write(FILE).await;
    world.ask(START).await.unwrap();
    world.plan().await;
    assert!(world.progress().await.count(RecipientState::Queued) >= 3_000, "a backlog of minutes");
    for n in 0..20 {
        world.transactional(people[2_900 + n]).await;
        let before = world.got().len();
        // At 20 a second each tenth of a second lets two go: the very next ones are these.
        world.pass(Millis(100));
        world.dispatch().await;
        let got = world.got();
        assert!(got[before..].iter().take(1).any(|(_, text)| text.starts_with("Your code")), "{:?}", &got[before..]);
    }
}

/// R-RATE-1: who is held back as a control comes up as evenly as who gets it, or the two could not be compared.
#[tokio::test]
async fn r_rate_1_controls_are_decided_about_at_the_same_pace() {
    let mut world = World::new(1_000, GuardSettings::default()).await;
    world.people(0, 240).await;
    world.write(&FILE.replace("send:", "per_minute: 120\nholdout: 50%\nsend:")).await;
    world.ask(START).await.unwrap();
    let began = world.broadcast().await.history.last().unwrap().at;
    world.run(Millis::from_mins(3), SECOND).await;
    assert_eq!(world.state().await, BroadcastState::Completed);
    let (rows, _) = world.rows().await;
    for held in [true, false] {
        let of: Vec<i64> =
            rows.iter().filter(|row| (row.state == RecipientState::HeldOut) == held).map(|row| (row.at - began).0 / 1_000).collect();
        assert!((80..=160).contains(&of.len()), "{} held out: {held}", of.len());
        // Two a second in all, of which the half is held back, and what five seconds hold at once.
        for from in (0..120).step_by(10) {
            let in_ten = of.iter().filter(|at| (from..from + 10).contains(*at)).count();
            assert!((3..=25).contains(&in_ten), "{in_ten} in the ten seconds from {from}, held out: {held}");
        }
    }
}
