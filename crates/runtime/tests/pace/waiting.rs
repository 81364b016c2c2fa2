//! Statuses about messages that nobody here sent: kept for a stated time, then shown to operators.

use model::signal::{Receipt, SignalBody, Target};
use model::{Channel, MessageStatus, Millis};
use runtime::{NewSignal, WaitingLoop};
use storage::{Page, StepOutcome};

use crate::world::{WS, World};

fn status(n: u32) -> NewSignal {
    let receipt = Receipt {
        message: None,
        provider_id: Some(format!("elsewhere.{n}")),
        channel: Channel::Sms,
        status: MessageStatus::Delivered,
        at: model::Timestamp::from_secs(0),
        error: None,
        price: None,
        category: None,
        charged: None,
        learnt: Vec::new(),
    };
    let target = Target::ProviderMessage { channel: Channel::Sms, provider_id: format!("elsewhere.{n}") };
    NewSignal { dedupe_key: Some(format!("elsewhere.{n}")), ..NewSignal::new(WS, target, "webhook:sms", SignalBody::Receipt(receipt)) }
}

#[tokio::test]
async fn a_status_that_nobody_claims_is_parked_with_its_reason_after_the_stated_time() {
    let world = World::new().await;
    let after = Millis::from_days(7);
    let mut waiting = WaitingLoop::new(world.engine.clone(), after);
    let outcomes = world.engine.submit((0..1_200).map(status).collect()).await.unwrap();
    assert!(outcomes.iter().all(|outcome| *outcome == StepOutcome::Unresolved { kept: true }));
    let start = world.now();
    world.set(start + Millis::from_hours(1));
    world.engine.submit(vec![status(9_999)]).await.unwrap();
    let figures = async || {
        let stats = world.engine.store().stats().await.unwrap();
        (stats.unresolved, stats.parked)
    };
    world.set(start + after);
    assert_eq!(waiting.tick(world.now()).await.unwrap(), Some(world.now() + Millis::from_hours(1)));
    assert_eq!(figures().await, (1_201, 0), "the whole time is theirs");
    world.set(start + after + Millis(1));
    waiting.tick(world.now()).await.unwrap();
    assert_eq!(figures().await, (1, 1_200), "more than one transaction takes");
    let parked = world.engine.store().parked(WS, Page::first(1)).await.unwrap().items;
    assert_eq!(parked[0].error, "waited 7d for the message that it names, and no message ever got this id from the provider");
    // A node that starts anew goes on with the same.
    world.set(start + after + Millis::from_hours(1) + Millis(1));
    WaitingLoop::new(world.engine.clone(), after).tick(world.now()).await.unwrap();
    assert_eq!(figures().await, (0, 1_201));
}
