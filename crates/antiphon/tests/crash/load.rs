//! The business: for each customer, at an even pace, a visit; for some also notes that build on one another, or offers. It does what a client
//! must: repeats every request until it is answered with success.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use http_client::Method;
use serde_json::{Value, json};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::http::Client;
use crate::process::now;

/// Requests at the same time.
const DESKS: usize = 12;
/// Notes to one customer, in this order, and offers to one customer.
pub const NOTES: usize = 3;
pub const OFFERS: usize = 3;
/// Between two offers: time to read the first and to write STOP.
const BETWEEN_OFFERS: Duration = Duration::from_secs(4);

/// What became of the requests.
#[derive(Clone, Copy, Default, Debug)]
pub struct Booked {
    /// Answered with success.
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

pub fn note(n: usize, k: usize) -> String {
    format!("N-{:05}-{k}", n + 1)
}

pub fn offer(n: usize, k: usize) -> String {
    format!("O-{:05}-{k}", n + 1)
}

/// Whose visit is sent by the rule `in_doubt: drop`: at most once, whatever happens.
pub fn at_most_once(n: usize) -> bool {
    n % 4 == 3
}

pub fn gets_notes(n: usize) -> bool {
    n % 4 == 1
}

pub fn gets_offers(n: usize) -> bool {
    n.is_multiple_of(2)
}

/// Every instance key of the person's runs.
pub fn keys(n: usize) -> Vec<String> {
    let mut keys = vec![visit(n)];
    keys.extend((1..=NOTES).filter(|_| gets_notes(n)).map(|k| note(n, k)));
    keys.extend((1..=OFFERS).filter(|_| gets_offers(n)).map(|k| offer(n, k)));
    keys
}

#[derive(Default)]
struct Counts {
    accepted: AtomicU64,
    repeated: AtomicU64,
    known: AtomicU64,
}

#[derive(Clone)]
pub struct Business {
    api: Client,
    desks: Arc<Semaphore>,
    counts: Arc<Counts>,
}

impl Business {
    pub fn new(api: &Client) -> Self {
        Self { api: api.clone(), desks: Arc::new(Semaphore::new(DESKS)), counts: Arc::default() }
    }

    pub fn booked(&self) -> Booked {
        let [accepted, repeated, known] =
            [&self.counts.accepted, &self.counts.repeated, &self.counts.known].map(|count| count.load(Ordering::Relaxed));
        Booked { accepted, repeated, known }
    }

    /// Serves everybody, beginning evenly over `span`.
    pub async fn serve(&self, phones: Vec<String>, span: Duration) {
        let gap = span / u32::try_from(phones.len().max(1)).unwrap_or(u32::MAX);
        let began = now();
        let mut customers = JoinSet::new();
        for (n, phone) in phones.into_iter().enumerate() {
            let business = self.clone();
            customers.spawn(async move {
                tokio::time::sleep((gap * u32::try_from(n).unwrap_or(0)).saturating_sub(now() - began)).await;
                business.customer(n, &phone).await;
            });
        }
        while let Some(customer) = customers.join_next().await {
            customer.expect("a customer is served to the end");
        }
    }

    async fn customer(&self, n: usize, phone: &str) {
        if gets_offers(n) {
            // Before anything is sent: a STOP must never be followed by this.
            let known = self.event("person_known", phone, &format!("known-{n}"), json!({})).await;
            self.agree(known["contact_id"].as_str().expect("whom the event was about"), phone).await;
        }
        // Offers come first: whoever asks for a person on account of a visit is spared them until that is done.
        for k in (1..=OFFERS).filter(|_| gets_offers(n)) {
            self.offer(n, k, phone).await;
            tokio::time::sleep(BETWEEN_OFFERS).await;
        }
        let name = if at_most_once(n) { "visit_once_booked" } else { "visit_booked" };
        self.event(name, phone, &visit(n), json!({ "visit": visit(n) })).await;
        for k in (1..=NOTES).filter(|_| gets_notes(n)) {
            self.event("note_added", phone, &note(n, k), json!({ "note": note(n, k) })).await;
        }
    }

    pub async fn offer(&self, n: usize, k: usize, phone: &str) {
        self.event("offer_made", phone, &offer(n, k), json!({ "offer": offer(n, k) })).await;
    }

    async fn event(&self, name: &str, phone: &str, id: &str, properties: Value) -> Value {
        let contact = json!({ "phone": phone, "attributes": { "first_name": "Sample" } });
        let event = json!({ "name": name, "event_id": id, "contact": contact, "properties": properties });
        self.post("/v1/events", &event, 202).await
    }

    async fn agree(&self, contact: &str, phone: &str) {
        let consent = json!({ "address": { "kind": "phone", "value": phone }, "channel": "whatsapp", "purpose": "promotional",
            "state": "opted_in", "source": "form:crash-test", "act": "form_submitted" });
        self.post(&format!("/v1/contacts/{contact}/consent"), &consent, 201).await;
    }

    async fn post(&self, path: &str, body: &Value, expected: u16) -> Value {
        let _desk = self.desks.acquire().await.expect("a desk");
        let ((status, answer), tries) = self.api.patiently(Method::POST, path, Some(body)).await;
        assert!(status == expected || status == 200, "{path} answered {status}: {answer}");
        self.counts.accepted.fetch_add(1, Ordering::Relaxed);
        self.counts.repeated.fetch_add(u64::from(tries > 1), Ordering::Relaxed);
        self.counts.known.fetch_add(u64::from(answer["duplicate"] == true), Ordering::Relaxed);
        answer
    }
}
