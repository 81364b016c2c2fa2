//! A shop's order events, each delivered several times and in any order (A83, R-DEDUP-1).

use std::collections::BTreeMap;

use decide::ContactState;
use model::contact::ContactPatch;
use model::signal::{Signal, SignalBody};
use model::value::Attributes;
use model::{Draws, Millis, Rng, Value};
use policy::Rulebook;
use storage::{StepOutcome, Store};

use crate::product::{START, WS, phone, product, signal};

/// Goes forward along a declared order.
const STATES: &str = "\
journey: order_state
owner: support
purpose: transactional
entry: { on: order_updated, key: event.order_id }
context:
  order_id: event.order_id
  state: { type: text, from: event.state, order: [placed, paid, packed, shipped, delivered] }
updates:
  - { on: order_updated, where: event.order_id == run.order_id, set: { state: event.state } }
goal: { none: It only keeps what is known. }
takeover: { queue: support }
start: wait
steps:
  wait: { delay: { for: 30d }, next: over }
  over: { end: done }
";

/// Has no order of its own: the latest word by the shop's clock counts.
const PROMISES: &str = "\
journey: order_promise
owner: support
purpose: transactional
entry: { on: order_updated, key: event.order_id }
context:
  order_id: event.order_id
  promise: { type: text, from: event.promise }
updates:
  - { on: order_updated, where: event.order_id == run.order_id, set: { promise: event.promise } }
goal: { none: It only keeps what is known. }
takeover: { queue: support }
start: wait
steps:
  wait: { delay: { for: 30d }, next: over }
  over: { end: done }
";

const NAMES: [&str; 5] = ["placed", "paid", "packed", "shipped", "delivered"];
const PEOPLE: usize = 2_500;
const ORDERS: usize = 2 * PEOPLE;
const COPIES: usize = 4;
const GROUP: usize = 500;

/// What a person who reads every event once would write down: state and promise of each order.
type Oracle = BTreeMap<String, (String, String)>;

fn events(draws: &mut Draws) -> (Vec<Signal>, Oracle) {
    let mut signals = Vec::with_capacity(ORDERS * NAMES.len() * COPIES);
    let mut oracle = Oracle::new();
    for order in 0..ORDERS {
        let id = format!("B-{order}");
        // Some orders do not get far, and the shop's clock runs along with the states.
        let reached = 1 + usize::try_from(draws.below(NAMES.len() as u64)).unwrap();
        for n in 0..NAMES.len() {
            let name = NAMES[n.min(reached - 1)];
            let promise = format!("day {}", draws.below(1_000));
            let properties = Attributes::from([
                ("order_id".to_owned(), Value::from(id.as_str())),
                ("state".to_owned(), Value::from(name)),
                ("promise".to_owned(), Value::from(promise.as_str())),
            ]);
            let body = SignalBody::Event { name: "order_updated".to_owned(), properties, contact: ContactPatch::default() };
            let serial = (order * NAMES.len() + n) as u128;
            let mut signal = signal(serial, phone(order % PEOPLE), START, body);
            signal.event_time = START - Millis::from_hours(10) + Millis::from_mins(i64::try_from(n).unwrap());
            signal.dedupe_key = Some(format!("shop:{id}:{n}"));
            oracle.insert(id.clone(), (name.to_owned(), promise));
            signals.extend(std::iter::repeat_n(signal, COPIES));
        }
    }
    // Fisher and Yates.
    for last in (1..signals.len()).rev() {
        signals.swap(last, usize::try_from(draws.below(last as u64 + 1)).unwrap());
    }
    (signals, oracle)
}

#[tokio::test]
async fn a83_a_hundred_thousand_shuffled_and_doubled_events_leave_every_order_as_it_is() {
    let product = product(&[STATES, PROMISES], Rulebook::default());
    let (signals, oracle) = events(&mut Draws::new(83));
    assert_eq!(signals.len(), 100_000);
    let (mut applied, mut doubled) = (0, 0);
    let mut signals = signals.into_iter();
    loop {
        let group: Vec<Signal> = signals.by_ref().take(GROUP).collect();
        if group.is_empty() {
            break;
        }
        for outcome in product.store.step(group).await.unwrap() {
            match outcome {
                StepOutcome::Applied(_) => applied += 1,
                StepOutcome::Duplicate { same, .. } => {
                    assert!(same);
                    doubled += 1;
                }
                other => panic!("{other:?}"),
            }
        }
    }
    assert_eq!((applied, doubled), (100_000 / COPIES, 100_000 - 100_000 / COPIES));
    let mut seen: BTreeMap<String, [Option<String>; 2]> = BTreeMap::new();
    for person in 0..PEOPLE {
        let contact = product.store.find_contact(WS, &[phone(person)]).await.unwrap().unwrap();
        let state = product.store.contact_state(WS, contact).await.unwrap().unwrap();
        for run in ContactState::decode(&state).unwrap().runs {
            let place = usize::from(run.journey == "order_promise");
            let name = ["state", "promise"][place];
            let known = run.context[name].as_text().unwrap().to_owned();
            let slot = &mut seen.entry(run.instance_key).or_default()[place];
            assert!(slot.replace(known).is_none(), "one run for each order");
        }
    }
    let seen: Oracle = seen.into_iter().map(|(id, [state, promise])| (id, (state.unwrap(), promise.unwrap()))).collect();
    assert!(seen == oracle, "{:?}", seen.iter().zip(&oracle).find(|(is, ought)| is != ought));
}
