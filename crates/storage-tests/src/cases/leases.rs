//! Leases: who does what for whom, among several nodes.

use storage::{Lease, LeaseClaim, Store};

use crate::Backend;
use crate::make::{OTHER_WS, WS, World, at};

fn free(names: &[&str]) -> Vec<LeaseClaim> {
    names.iter().map(|name| LeaseClaim::free(*name)).collect()
}

fn lease(name: &str, holder: Option<&str>, fence: u64, beat: u64) -> Lease {
    Lease { name: name.to_owned(), holder: holder.map(str::to_owned), fence, beat }
}

async fn claim(store: &dyn Store, holder: &str, claims: &[LeaseClaim]) -> Vec<Lease> {
    store.claim_leases(holder, claims).await.expect("the claim is answered")
}

pub async fn a_free_lease_is_taken_once<B: Backend>() {
    let world = World::<B>::fresh().await;
    assert_eq!(world.store.leases().await.unwrap(), []);
    let taken = claim(&*world.store, "a", &free(&["timers", "media"])).await;
    assert_eq!(taken, [lease("timers", Some("a"), 1, 0), lease("media", Some("a"), 1, 0)]);
    let refused = claim(&*world.store, "b", &free(&["media", "ledger"])).await;
    assert_eq!(refused, [lease("media", Some("a"), 1, 0), lease("ledger", Some("b"), 1, 0)]);
    let names: Vec<String> = world.store.leases().await.unwrap().into_iter().map(|lease| lease.name).collect();
    assert_eq!(names, ["ledger", "media", "timers"]);
    assert_eq!(claim(&*world.store, "a", &[]).await, []);
}

pub async fn a_renewal_moves_the_beat_and_keeps_the_fence<B: Backend>() {
    let world = World::<B>::fresh().await;
    for beat in 0..4 {
        assert_eq!(claim(&*world.store, "a", &free(&["timers"])).await, [lease("timers", Some("a"), 1, beat)]);
    }
    assert_eq!(world.store.leases().await.unwrap(), [lease("timers", Some("a"), 1, 3)]);
}

pub async fn a_lease_is_taken_from_the_dead_and_not_from_the_living<B: Backend>() {
    let world = World::<B>::fresh().await;
    let first = claim(&*world.store, "a", &free(&["timers"])).await.remove(0);
    let renewed = claim(&*world.store, "a", &free(&["timers"])).await.remove(0);
    // B watched the first beat; it moved on.
    assert_eq!(claim(&*world.store, "b", &[LeaseClaim::instead_of(&first)]).await, std::slice::from_ref(&renewed));
    assert_eq!(claim(&*world.store, "b", &[LeaseClaim::instead_of(&renewed)]).await, [lease("timers", Some("b"), 2, 0)]);
    // A wakes up and learns that it lost; what it knew of its own lease does not help it.
    assert_eq!(claim(&*world.store, "a", &free(&["timers"])).await, [lease("timers", Some("b"), 2, 0)]);
    assert_eq!(claim(&*world.store, "a", &[LeaseClaim::instead_of(&renewed)]).await, [lease("timers", Some("b"), 2, 0)]);
}

pub async fn a_released_lease_is_free_at_once_and_its_fence_grows<B: Backend>() {
    let world = World::<B>::fresh().await;
    claim(&*world.store, "a", &free(&["timers", "media"])).await;
    world.store.release_leases("b", &["timers".to_owned()]).await.unwrap();
    assert_eq!(world.store.leases().await.unwrap()[1], lease("timers", Some("a"), 1, 0));
    world.store.release_leases("a", &["timers".to_owned(), "unknown".to_owned()]).await.unwrap();
    assert_eq!(world.store.leases().await.unwrap(), [lease("media", Some("a"), 1, 0), lease("timers", None, 1, 0)]);
    assert_eq!(claim(&*world.store, "b", &free(&["timers"])).await, [lease("timers", Some("b"), 2, 0)]);
}

pub async fn of_many_who_claim_one_lease_one_gets_it<B: Backend>() {
    let world = World::<B>::fresh().await;
    let dead = claim(&*world.store, "dead", &free(&["timers"])).await.remove(0);
    for claims in [vec![LeaseClaim::instead_of(&dead)], free(&["media"])] {
        let tasks: Vec<_> = (0..16)
            .map(|n| {
                let (store, claims) = (world.store.clone(), claims.clone());
                tokio::spawn(async move {
                    let me = format!("node{n}");
                    let after = store.claim_leases(&me, &claims).await.expect("the claim is answered").remove(0);
                    (after.holder == Some(me)).then_some(after)
                })
            })
            .collect();
        let mut holders = Vec::new();
        for task in tasks {
            holders.extend(task.await.unwrap());
        }
        assert_eq!(holders.len(), 1, "{holders:?}");
        let stands = world.store.leases().await.unwrap();
        assert!(stands.contains(&holders[0]), "{stands:?}");
    }
}

pub async fn document_marks_tell_every_change<B: Backend>() {
    let world = World::<B>::fresh().await;
    let store = &*world.store;
    let kinds = ["queue", "team"];
    let mut seen = vec![store.document_marks(WS, &kinds).await.unwrap()];
    assert_eq!(seen[0], []);
    let mut changed = async || {
        let marks = store.document_marks(WS, &kinds).await.unwrap();
        let new = !seen.contains(&marks);
        seen.push(marks);
        new
    };
    let doc = serde_json::Value::Null;
    store.put_document(WS, "queue", "a", 0, doc.clone(), at(1)).await.unwrap();
    assert!(changed().await);
    store.put_document(WS, "queue", "a", 1, doc.clone(), at(1)).await.unwrap();
    assert!(changed().await);
    store.put_document(WS, "team", "a", 0, doc.clone(), at(2)).await.unwrap();
    assert!(changed().await);
    store.put_document(WS, "session", "a", 0, doc.clone(), at(2)).await.unwrap();
    store.put_document(OTHER_WS, "queue", "b", 0, doc.clone(), at(2)).await.unwrap();
    assert!(!changed().await);
    store.delete_document(WS, "queue", "a").await.unwrap();
    assert!(changed().await);
    // Made anew: it begins at version 1 again, at another moment.
    store.put_document(WS, "queue", "a", 0, doc, at(3)).await.unwrap();
    assert!(changed().await);
    let marks: Vec<_> =
        seen.last().unwrap().iter().map(|mark| (mark.kind.as_str(), mark.id.as_str(), mark.version, mark.updated_at)).collect();
    assert_eq!(marks, [("queue", "a", 1, at(3)), ("team", "a", 1, at(2))]);
}
