//! Events for other systems.

use std::sync::Arc;
use std::time::Duration;

use integrations::endpoint::Endpoint;
use model::Timestamp;
use runtime::documents::EndpointDoc;
use runtime::{DeliveryLoop, Spawning};
use storage::DocumentExt;

use crate::world::{START, WHATSAPP, WS, World};

const PEOPLE: u32 = 400;

async fn endpoint(world: &World, id: &str) {
    let endpoint = Endpoint {
        id: id.to_owned(),
        url: format!("https://{id}.example.com/events"),
        events: vec!["*".to_owned()],
        secret: integrations::standard_webhooks::secret_from(&[7; 32]),
        enabled: true,
        created_at: START,
    };
    world.store.put(WS, &EndpointDoc(endpoint), 0, START).await.unwrap();
}

/// An endpoint that hangs, with a long backlog, does not keep another's events.
#[tokio::test]
async fn an_endpoint_that_hangs_does_not_hold_up_another() {
    let world = World::new().await;
    endpoint(&world, "hangs").await;
    world.engine.reload(WS).await.unwrap();
    world.write_in(0..PEOPLE, "Hello", WHATSAPP).await;
    let backlog = world.store.due_deliveries(Timestamp::MAX, 10_000).await.unwrap().len();
    assert!(backlog >= PEOPLE as usize, "{backlog} events wait for it");
    endpoint(&world, "takes").await;
    world.engine.reload(WS).await.unwrap();
    world.set(world.now() + model::Millis(1));
    world.write_in(PEOPLE..PEOPLE + 100, "Hello", WHATSAPP).await;
    let all = world.store.due_deliveries(Timestamp::MAX, 10_000).await.unwrap();
    let expected = all.iter().filter(|delivery| delivery.endpoint == "takes").count();
    assert!(expected >= 100);
    let mut deliveries = DeliveryLoop::spawning(Arc::clone(&world.engine), Spawning::Tasks);
    for _ in 0..1_000 {
        deliveries.tick(world.now()).await.unwrap();
        tokio::time::sleep(Duration::from_millis(2)).await;
        let left = world.store.due_deliveries(Timestamp::MAX, 10_000).await.unwrap();
        if left.iter().all(|delivery| delivery.endpoint == "hangs") {
            break;
        }
    }
    let posted = world.book.lock().unwrap().posted.clone();
    let to = |name: &str| posted.iter().filter(|url| url.contains(name)).count();
    assert_eq!(to("takes"), expected, "each once");
    assert_eq!(to("hangs"), 8, "and no more than a few wait for an answer");
}
