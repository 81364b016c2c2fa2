//! The business: books visits at an even pace and repeats every event until it is taken.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use http_client::Method;
use serde_json::json;
use tokio::task::JoinSet;

use crate::http::Client;
use crate::process::now;

/// Customers who book at the same time.
const DESKS: usize = 12;

/// What became of the events.
#[derive(Clone, Copy, Default, Debug)]
pub struct Booked {
    /// Answered with 202.
    pub accepted: u64,
    /// Of these, how many needed more than one try.
    pub repeated: u64,
    /// Of these, how many turned out to have been taken before the answer was lost.
    pub known: u64,
}

/// The name of a visit: it stands in every message about it.
pub fn visit(n: usize) -> String {
    format!("V-{:05}", n + 1)
}

/// Books one visit for each phone, evenly over `span`.
pub async fn book(api: &Client, phones: Arc<Vec<String>>, span: Duration) -> Booked {
    let next = Arc::new(AtomicUsize::new(0));
    let counts = Arc::new([AtomicU64::new(0), AtomicU64::new(0), AtomicU64::new(0)]);
    let began = now();
    let gap = span / u32::try_from(phones.len().max(1)).unwrap_or(u32::MAX);
    let mut desks = JoinSet::new();
    for _ in 0..DESKS {
        let (api, phones, next, counts) = (api.clone(), Arc::clone(&phones), Arc::clone(&next), Arc::clone(&counts));
        desks.spawn(async move {
            loop {
                let n = next.fetch_add(1, Ordering::Relaxed);
                let Some(phone) = phones.get(n) else { break };
                tokio::time::sleep((gap * u32::try_from(n).unwrap_or(0)).saturating_sub(now() - began)).await;
                let event = json!({
                    "name": "visit_booked", "event_id": format!("booking-{n}"),
                    "contact": { "phone": phone, "attributes": { "first_name": "Sample" } }, "properties": { "visit": visit(n) },
                });
                let ((status, answer), tries) = api.patiently(Method::POST, "/v1/events", Some(&event)).await;
                assert!(status == 202, "event {n} answered {status}: {answer}");
                counts[0].fetch_add(1, Ordering::Relaxed);
                counts[1].fetch_add(u64::from(tries > 1), Ordering::Relaxed);
                counts[2].fetch_add(u64::from(answer["duplicate"] == true), Ordering::Relaxed);
            }
        });
    }
    while let Some(desk) = desks.join_next().await {
        desk.expect("a desk books to the end");
    }
    let [accepted, repeated, known] = [0, 1, 2].map(|n: usize| counts[n].load(Ordering::Relaxed));
    Booked { accepted, repeated, known }
}
