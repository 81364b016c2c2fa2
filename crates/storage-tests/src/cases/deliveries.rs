//! Events for other systems, and the audit log.

use model::delivery::{Attempt, Delivery, DeliveryStatus};
use storage::StorageErrorKind;

use crate::make::{OTHER_WS, WS, World, at, audit, delivery, page};
use crate::{Backend, Script};

async fn due<B: Backend>(world: &World<B>, secs: i64, limit: u32) -> Vec<u128> {
    world.store.due_deliveries(at(secs), limit).await.unwrap().into_iter().map(|row| row.id.as_u128()).collect()
}

pub async fn due_deliveries_come_earliest_first<B: Backend>() {
    let world = World::<B>::fresh().await;
    let contact = world.contact(1).await;
    let deliveries = vec![delivery(1, "crm", 30), delivery(2, "crm", 10), delivery(3, "shop", 20)];
    let applied = world.script(10, contact, Script { deliveries, ..Script::default() }).await;
    assert!(applied.deliveries, "whoever delivers is told that there is something");
    assert!(!world.script(11, contact, Script::default()).await.deliveries);
    assert_eq!(due(&world, 20, 10).await, [2, 3]);
    assert_eq!(due(&world, 30, 10).await, [2, 3, 1]);
    assert_eq!(due(&world, 30, 1).await, [2]);
    let first = world.store.due_deliveries(at(30), 1).await.unwrap().remove(0);
    assert_eq!(first, Delivery { contact, ..delivery(2, "crm", 10) });
}

pub async fn a_delivered_event_is_not_due_any_more<B: Backend>() {
    let world = World::<B>::fresh().await;
    let contact = world.contact(1).await;
    let deliveries = vec![delivery(1, "crm", 10), delivery(2, "crm", 10)];
    world.script(10, contact, Script { deliveries, ..Script::default() }).await;
    let attempt = Attempt { at: at(10), status: Some(500), detail: "server error".to_owned() };
    let later = Delivery { contact, next_at: at(60), attempts: vec![attempt], ..delivery(1, "crm", 10) };
    world.store.update_delivery(&later).await.unwrap();
    let done = Delivery { contact, status: DeliveryStatus::Delivered, ..delivery(2, "crm", 10) };
    world.store.update_delivery(&done).await.unwrap();
    assert_eq!(due(&world, 59, 10).await, Vec::<u128>::new());
    assert_eq!(world.store.due_deliveries(at(60), 10).await.unwrap(), [later]);
}

pub async fn an_unknown_delivery_cannot_be_updated<B: Backend>() {
    let world = World::<B>::fresh().await;
    let error = world.store.update_delivery(&delivery(1, "crm", 10)).await.unwrap_err();
    assert_eq!(error.kind, StorageErrorKind::Invalid);
    world.contact(1).await;
    let error = world.store.update_delivery(&delivery(1, "crm", 10)).await.unwrap_err();
    assert_eq!(error.kind, StorageErrorKind::Invalid);
}

pub async fn deliveries_are_listed_by_endpoint<B: Backend>() {
    let world = World::<B>::fresh().await;
    let contact = world.contact(1).await;
    let deliveries = vec![delivery(1, "crm", 30), delivery(2, "shop", 10), delivery(3, "crm", 20)];
    world.script(10, contact, Script { deliveries, ..Script::default() }).await;
    for (endpoint, expected) in [(None, vec![3, 2, 1]), (Some("crm"), vec![3, 1]), (Some("none"), vec![])] {
        let items = world.store.deliveries(WS, endpoint, page(10)).await.unwrap().items;
        assert_eq!(items.into_iter().map(|row| row.id.as_u128()).collect::<Vec<_>>(), expected);
    }
    let first = world.store.deliveries(WS, Some("crm"), page(1)).await.unwrap();
    assert!(first.next.is_some());
}

pub async fn the_audit_log_is_newest_first<B: Backend>() {
    let world = World::<B>::fresh().await;
    for action in ["session.opened", "journey.published", "session.refused"] {
        world.store.append_audit(&audit(WS, action)).await.unwrap();
    }
    world.store.append_audit(&audit(OTHER_WS, "key.created")).await.unwrap();
    let first = world.store.audit(WS, page(2)).await.unwrap();
    assert_eq!(first.items, [audit(WS, "session.refused"), audit(WS, "journey.published")]);
    let rest = world.store.audit(WS, storage::Page { limit: 2, after: first.next }).await.unwrap();
    assert_eq!((rest.items, rest.next), (vec![audit(WS, "session.opened")], None));
}
