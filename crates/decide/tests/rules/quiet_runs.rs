//! What an event costs a contact that is in many journeys: only what it is about is written.

use model::Value;
use model::value::Attributes;
use policy::Rulebook;

use crate::world::World;

const ORDERS: &str = "\
journey: order_state
owner: support
purpose: transactional
entry: { on: order_placed, key: event.order_id }
context:
  order_id: event.order_id
  state: { type: text, from: \"'placed'\" }
updates:
  - { on: order_updated, where: event.order_id == run.order_id, set: { state: event.state } }
goal: { name: delivered, on: order_delivered, where: event.order_id == run.order_id, within: 90d }
takeover: { queue: support }
start: wait
steps:
  wait: { delay: { for: 30d }, next: over }
  over: { end: done }
";

fn order(id: &str) -> Attributes {
    Attributes::from([("order_id".to_owned(), Value::from(id)), ("state".to_owned(), Value::from("shipped"))])
}

fn keys(runs: &[model::change::RunRow]) -> Vec<&str> {
    runs.iter().map(|run| run.instance_key.as_str()).collect()
}

#[test]
fn an_event_writes_the_runs_that_it_is_about_and_no_other() {
    let mut world = World::new(ORDERS, Rulebook::default());
    for id in ["a", "b", "c"] {
        assert_eq!(keys(&world.event("order_placed", order(id)).changes.runs), [id]);
    }
    assert_eq!(keys(&world.event("order_updated", order("b")).changes.runs), ["b"]);
    assert!(world.event("page_viewed", order("b")).changes.runs.is_empty());
    // Seen or not, they stand in the order in which they came.
    let state = world.state();
    assert_eq!(state.runs.iter().map(|run| run.instance_key.as_str()).collect::<Vec<_>>(), ["a", "b", "c"]);
    assert_eq!(state.runs[1].context["state"], Value::from("shipped"));
}

/// R-GOAL: a goal may come after the end, and then its run is written.
#[test]
fn an_ended_run_is_written_when_its_goal_is_reached() {
    let mut world = World::new(ORDERS, Rulebook::default());
    for id in ["a", "b"] {
        world.event("order_placed", order(id));
    }
    world.now = world.now + model::Millis::from_days(30);
    world.apply(model::signal::SignalBody::Wake).unwrap();
    assert_eq!((world.state().runs.len(), world.state().ended.len()), (0, 2));
    assert!(world.event("page_viewed", order("a")).changes.runs.is_empty());
    let reached = world.event("order_delivered", order("a")).changes.runs;
    assert_eq!((keys(&reached), reached[0].goal_at), (vec!["a"], Some(world.now)));
}
