//! Documents and their versions.

use serde::{Deserialize, Serialize};
use serde_json::json;
use storage::{Document, DocumentExt, Page, StorageErrorKind};

use crate::Backend;
use crate::make::{OTHER_WS, WS, World, at, page};

pub async fn a_document_is_created_once<B: Backend>() {
    let world = World::<B>::fresh().await;
    assert_eq!(world.store.document(WS, "queue", "desk").await.unwrap(), None);
    assert_eq!(world.store.put_document(WS, "queue", "desk", 0, json!({ "a": 1 }), at(1)).await.unwrap(), 1);
    let error = world.store.put_document(WS, "queue", "desk", 0, json!({ "a": 2 }), at(2)).await.unwrap_err();
    assert_eq!(error.kind, StorageErrorKind::Conflict);
    let stored = world.store.document(WS, "queue", "desk").await.unwrap().unwrap();
    assert_eq!((stored.id.as_str(), stored.version, stored.updated_at, stored.value), ("desk", 1, at(1), json!({ "a": 1 })));
    // The same id of another kind is another document.
    assert_eq!(world.store.put_document(WS, "team", "desk", 0, json!(null), at(1)).await.unwrap(), 1);
}

pub async fn a_stale_version_is_a_conflict<B: Backend>() {
    let world = World::<B>::fresh().await;
    let put = |expected| world.store.put_document(WS, "queue", "desk", expected, json!(expected), at(1));
    assert_eq!(put(5).await.unwrap_err().kind, StorageErrorKind::Conflict);
    put(0).await.unwrap();
    assert_eq!(put(1).await.unwrap(), 2);
    assert_eq!(put(1).await.unwrap_err().kind, StorageErrorKind::Conflict);
    assert_eq!(put(3).await.unwrap_err().kind, StorageErrorKind::Conflict);
    assert_eq!(world.store.document(WS, "queue", "desk").await.unwrap().unwrap().value, json!(1));
}

pub async fn concurrent_writers_of_one_document_all_but_one_conflict<B: Backend>() {
    let world = World::<B>::fresh().await;
    let tasks: Vec<_> = (0..16)
        .map(|n| {
            let store = world.store.clone();
            tokio::spawn(async move { store.put_document(WS, "queue", "desk", 0, json!(n), at(1)).await })
        })
        .collect();
    let mut written = 0;
    for task in tasks {
        match task.await.unwrap() {
            Ok(version) => {
                assert_eq!(version, 1);
                written += 1;
            }
            Err(error) => assert_eq!(error.kind, StorageErrorKind::Conflict),
        }
    }
    assert_eq!(written, 1);
}

pub async fn documents_come_in_the_order_of_their_ids<B: Backend>() {
    let world = World::<B>::fresh().await;
    for id in ["b", "a", "d", "c", "ä"] {
        world.store.put_document(WS, "queue", id, 0, json!(id), at(1)).await.unwrap();
    }
    let mut ids = Vec::new();
    let mut next = page(2);
    loop {
        let got = world.store.documents(WS, "queue", next).await.unwrap();
        ids.extend(got.items.into_iter().map(|document| document.id));
        let Some(after) = got.next else { break };
        next = Page { limit: 2, after: Some(after) };
    }
    assert_eq!(ids, ["a", "b", "c", "d", "ä"]);
    assert!(world.store.documents(WS, "team", page(2)).await.unwrap().items.is_empty());
}

pub async fn a_deleted_document_is_gone_and_can_come_back<B: Backend>() {
    let world = World::<B>::fresh().await;
    assert!(!world.store.delete_document(WS, "queue", "desk").await.unwrap());
    world.store.put_document(WS, "queue", "desk", 0, json!(1), at(1)).await.unwrap();
    assert!(world.store.delete_document(WS, "queue", "desk").await.unwrap());
    assert_eq!(world.store.document(WS, "queue", "desk").await.unwrap(), None);
    assert_eq!(world.store.put_document(WS, "queue", "desk", 0, json!(2), at(2)).await.unwrap(), 1);
}

pub async fn workspaces_are_those_with_documents<B: Backend>() {
    let world = World::<B>::fresh().await;
    assert_eq!(world.store.workspaces().await.unwrap(), []);
    world.contact(1).await;
    assert_eq!(world.store.workspaces().await.unwrap(), []);
    for ws in [OTHER_WS, WS] {
        world.store.put_document(ws, "workspace", "self", 0, json!(null), at(1)).await.unwrap();
    }
    assert_eq!(world.store.workspaces().await.unwrap(), [WS, OTHER_WS]);
    world.store.delete_document(WS, "workspace", "self").await.unwrap();
    assert_eq!(world.store.workspaces().await.unwrap(), [OTHER_WS]);
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
struct Queue {
    name: String,
    capacity: u32,
}

impl Document for Queue {
    const KIND: &'static str = "queue";
    fn id(&self) -> String {
        self.name.clone()
    }
}

pub async fn typed_documents_survive<B: Backend>() {
    let world = World::<B>::fresh().await;
    let store = &*world.store;
    let desk = Queue { name: "desk".to_owned(), capacity: 3 };
    assert_eq!(store.put(WS, &desk, 0, at(1)).await.unwrap().version, 1);
    assert_eq!(store.get::<Queue>(WS, "desk").await.unwrap().unwrap().value, desk);
    for n in 0..600 {
        store.put(WS, &Queue { name: format!("q{n:04}"), capacity: n }, 0, at(1)).await.unwrap();
    }
    assert_eq!(store.all::<Queue>(WS).await.unwrap().len(), 601);
    store.put_document(WS, "queue", "odd", 0, json!({ "name": 5 }), at(1)).await.unwrap();
    assert_eq!(store.get::<Queue>(WS, "odd").await.unwrap_err().kind, StorageErrorKind::Corrupt);
}
