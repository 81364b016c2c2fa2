//! A6: how long it takes from an event to the provider's call, measured by the product itself and compared with what the provider saw.

use model::message::Class;
use model::{Millis, Timestamp};
use runtime::PULSE_TARGET;

use crate::world::{SMS, World};

/// More than the sender may say in a moment, so that there are all kinds of delays.
#[tokio::test]
async fn a06_the_measured_delays_are_those_that_the_provider_saw() {
    let mut world = World::new().await;
    let mut asked: Vec<(u32, Timestamp)> = Vec::new();
    for wave in 0..6_u32 {
        let people = wave * 100..(wave + 1) * 100;
        asked.extend(people.clone().map(|n| (n, world.now())));
        world.ask(SMS, Class::Transactional, people, None).await;
        world.run(Millis(900)).await;
    }
    world.run(Millis::from_secs(10)).await;
    let got = world.got();
    assert_eq!(got.len(), 600, "nothing is dropped");
    let mut truth: Vec<i64> = Vec::new();
    for (n, at) in asked {
        let call = got.iter().find(|got| got.to == crate::world::phone(n)).expect("it went");
        truth.push((call.at - at).0);
    }
    truth.sort_unstable();
    let report = world.engine.pulse();
    assert_eq!(report.messages, 600);
    assert_eq!(report.slowest.0, truth[599]);
    assert_eq!(report.slow, truth.iter().filter(|took| **took > PULSE_TARGET.0).count() as u64);
    assert!(report.slow > 0 && report.slow < 600, "{report:?}");
    for (share, shown) in [(50, report.median.0), (99, report.p99.0)] {
        let exact = truth[600 * share / 100 - 1];
        assert!(shown >= exact && shown <= exact + exact / 4, "{share} of 100: {shown} ms shown, {exact} ms measured");
    }
}

#[tokio::test]
async fn a06_what_keeps_up_is_within_the_target_and_old_minutes_are_forgotten() {
    let mut world = World::new().await;
    for n in 0..300 {
        world.ask(SMS, Class::Transactional, [n], None).await;
        world.run(Millis(25)).await;
    }
    let report = world.engine.pulse();
    assert_eq!((report.messages, report.slow), (300, 0));
    assert!(report.p99 <= PULSE_TARGET, "{report:?}");
    world.run(Millis::from_mins(12)).await;
    assert_eq!(world.engine.pulse(), runtime::PulseReport::default());
}
