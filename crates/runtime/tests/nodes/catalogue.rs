//! What one node changes, the others act on: at once when they are told, and soon when nobody told them.

use model::sender::SenderStatus;
use model::signal::{SignalBody, Target};
use model::{Millis, SenderId};
use runtime::{NewSignal, News, Publication};
use storage::{Notice, Page, RunFilter, StepOutcome};

use crate::world::{WS, World};

const S: SenderId = SenderId::from_u128(1);

const JOURNEY: &str = "
journey: welcome
title: Welcome
owner: inbox
purpose: service
entry: { on: signed_up }
goal: { name: activated, on: activated, within: 7d }
start: hello
steps:
  hello: { end: done }
";

async fn two_nodes() -> World {
    let mut world = World::new(1).await;
    world.start("a").await;
    world.start("b").await;
    world.pass(Millis::from_secs(3)).await;
    world
}

async fn publish(world: &World, title: &str) -> String {
    let source = JOURNEY.replace("title: Welcome", &format!("title: {title}"));
    match world.nodes["a"].engine.publish_journey(WS, "welcome.yaml", &source, "test").await.unwrap() {
        Publication::Done(journey) => journey.version.clone(),
        Publication::Refused(diagnostics) => panic!("{diagnostics:?}"),
    }
}

fn title(world: &World, node: &str) -> Option<String> {
    let catalogue = world.nodes[node].core.catalogue(WS).unwrap();
    catalogue.journeys.get("welcome").map(|published| published.current.title.clone())
}

#[tokio::test]
async fn a_journey_published_on_one_node_acts_on_the_other() {
    let mut world = two_nodes().await;
    let version = publish(&world, "Welcome").await;
    assert_eq!(title(&world, "b"), None);
    let within = world.pass_until(Millis::from_secs(5), |world| title(world, "b").is_some()).await;
    assert!(within <= Millis::from_secs(1), "without a word from the store it looks every second: {within:?}");
    assert!(world.nodes["b"].core.catalogue(WS).unwrap().journey("welcome", &version).is_some());
    // A change of the title keeps the version (R-VER-4), and is seen all the same.
    assert_eq!(publish(&world, "Welcome back").await, version);
    world.pass_until(Millis::from_secs(5), |world| title(world, "b").as_deref() == Some("Welcome back")).await;
}

#[tokio::test]
async fn a_sender_paused_on_one_node_is_paused_on_the_other() {
    let mut world = two_nodes().await;
    world.nodes["a"].engine.pause_sender(WS, S, "a person said so").await.unwrap();
    let status = |world: &World| world.nodes["b"].engine.account(S).unwrap().sender.status.clone();
    assert_eq!(status(&world), SenderStatus::Active);
    world.pass_until(Millis::from_secs(5), |world| status(world) != SenderStatus::Active).await;
}

#[tokio::test]
async fn a_notice_makes_a_node_look_at_once() {
    let mut world = two_nodes().await;
    world.pass_until(Millis::from_secs(5), |world| world.nodes["b"].core.catalogue(WS).is_some()).await;
    world.pass(Millis(100)).await;
    publish(&world, "Welcome").await;
    let b = world.nodes.get_mut("b").unwrap();
    let mut news = b.engine.subscribe();
    b.engine.hear(Notice::document(WS));
    b.look(Millis(60)).await;
    assert_eq!(title(&world, "b").as_deref(), Some("Welcome"));
    assert_eq!(news.try_recv().unwrap(), News::Anything(Some(WS)), "whoever looks at the workspace reads it again");
}

#[tokio::test]
async fn a_store_that_cannot_be_read_loses_no_notice() {
    let mut world = two_nodes().await;
    let b = world.nodes.get_mut("b").unwrap();
    b.engine.hear(Notice::lost());
    let mut news = b.engine.subscribe();
    b.engine.hear(Notice::lost());
    assert_eq!(news.try_recv().unwrap(), News::Anything(None));
    b.look(Millis(60)).await;
    assert!(news.try_recv().is_err(), "nothing had changed, so nothing is installed again");
}

/// Told or not: the step itself finds out that its catalogue is old, on whichever node it is taken.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_postgres_what_one_node_published_acts_on_the_very_next_step_of_another() {
    let mut world = World::on_postgres(1).await;
    world.start("a").await;
    world.start("b").await;
    for round in 0..5 {
        publish(&world, &format!("Welcome {round}")).await;
        let version =
            publish_with(&world, &format!("  hello: {{ delay: {{ for: {}h }}, next: bye }}\n  bye: {{ end: done }}\n", round + 1)).await;
        // Nobody ticked: B has heard nothing, or is just hearing it.
        let contact = sign_up(&world, "b", round).await;
        let runs = world.store.runs(WS, RunFilter { contact: Some(contact), ..RunFilter::default() }, Page::first(10)).await.unwrap().items;
        assert_eq!(runs.iter().map(|run| run.version.as_str()).collect::<Vec<_>>(), [version.as_str()], "round {round}");
        assert!(world.nodes["b"].core.catalogue(WS).unwrap().journey("welcome", &version).is_some());
    }
}

async fn publish_with(world: &World, steps: &str) -> String {
    let source = JOURNEY.replace("  hello: { end: done }\n", steps);
    match world.nodes["a"].engine.publish_journey(WS, "welcome.yaml", &source, "test").await.unwrap() {
        Publication::Done(journey) => journey.version.clone(),
        Publication::Refused(diagnostics) => panic!("{diagnostics:?}"),
    }
}

async fn sign_up(world: &World, node: &str, n: u32) -> model::ContactId {
    let keys = vec![model::AddressKey::phone(format!("+1202555{n:04}"))];
    let body = SignalBody::Event { name: "signed_up".to_owned(), properties: Default::default(), contact: Default::default() };
    let signal = NewSignal::new(WS, Target::Addresses { keys, create: true }, "test", body);
    match world.nodes[node].engine.submit(vec![signal]).await.unwrap().remove(0) {
        StepOutcome::Applied(applied) => applied.contact,
        other => panic!("{other:?}"),
    }
}
