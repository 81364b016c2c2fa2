//! Webhooks to other systems: each delivery is tried by a schedule until it is taken.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::future::join_all;
use http::HeaderName;
use http_client::{HttpError, Request};
use integrations::endpoint::{Answer, read_status, wait_after};
use integrations::standard_webhooks::sign;
use model::delivery::{Attempt, Delivery, DeliveryStatus};
use model::{DeliveryId, Draws, Millis, Rng, Timestamp, WorkspaceId};
use serde_json::json;
use storage::{DocumentExt, StorageError};

use crate::documents::EndpointDoc;
use crate::{Engine, Spawning, conversions};

/// Deliveries looked at: those of others stand behind one endpoint's backlog.
const LOOK: u32 = 256;
const LOOK_FAR: u32 = 2_048;
/// Attempts under way, to one endpoint and in all.
const OPEN_TO_ONE: usize = 8;
const OPEN_MAX: usize = 128;
/// An endpoint answers within this, or the attempt failed.
const DEADLINE: Duration = Duration::from_secs(15);
const LOOK_AGAIN: Millis = Millis::from_secs(30);

/// Whose server it is.
type Whose = (WorkspaceId, String);

/// Tries what is due. Endpoints take turns, and one that hangs takes up its own attempts only.
pub struct DeliveryLoop {
    desk: Arc<Desk>,
    spawning: Spawning,
}

struct Desk {
    engine: Arc<Engine>,
    open: Mutex<Open>,
}

/// Attempts under way.
#[derive(Default)]
struct Open {
    deliveries: BTreeSet<DeliveryId>,
    to: BTreeMap<Whose, usize>,
}

impl DeliveryLoop {
    /// Each tick waits for its attempts, as simulations need it.
    #[must_use]
    pub fn new(engine: Arc<Engine>) -> Self {
        Self::spawning(engine, Spawning::Inline)
    }

    #[must_use]
    pub fn spawning(engine: Arc<Engine>, spawning: Spawning) -> Self {
        Self { desk: Arc::new(Desk { engine, open: Mutex::default() }), spawning }
    }

    pub async fn tick(&mut self, now: Timestamp) -> Result<Option<Timestamp>, StorageError> {
        loop {
            let chosen = self.desk.choose(now).await?;
            if chosen.is_empty() {
                return Ok(Some(now + LOOK_AGAIN));
            }
            let attempts = chosen.into_iter().map(|delivery| Arc::clone(&self.desk).deliver(delivery, now));
            match self.spawning {
                Spawning::Inline => {
                    for done in join_all(attempts).await {
                        done?;
                    }
                }
                Spawning::Tasks => {
                    for attempt in attempts {
                        tokio::spawn(async move {
                            if let Err(error) = attempt.await {
                                tracing::error!(error = %error, "What became of a delivery could not be stored; it is tried again");
                            }
                        });
                    }
                }
            }
        }
    }
}

impl Desk {
    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is tried now, marked as under way.
    async fn choose(&self, now: Timestamp) -> Result<Vec<Delivery>, StorageError> {
        let (near, all) = self.look(now, LOOK).await?;
        // At the front may stand those of one endpoint that hangs.
        if near.is_empty() && !all { Ok(self.look(now, LOOK_FAR).await?.0) } else { Ok(near) }
    }

    /// Chooses among so many; answers as well whether these were all.
    async fn look(&self, now: Timestamp, limit: u32) -> Result<(Vec<Delivery>, bool), StorageError> {
        // What ends while the store is read may still be in its answer.
        let before = self.open().deliveries.clone();
        if before.len() >= OPEN_MAX {
            return Ok((Vec::new(), true));
        }
        let due = self.engine.store().due_deliveries(now, limit).await?;
        let all = due.len() < limit as usize;
        let mut lines: BTreeMap<Whose, VecDeque<Delivery>> = BTreeMap::new();
        for delivery in due.into_iter().filter(|delivery| !before.contains(&delivery.id)) {
            lines.entry(whose(&delivery)).or_default().push_back(delivery);
        }
        let mut open = self.open();
        let mut chosen = Vec::new();
        while !lines.is_empty() {
            lines.retain(|whose, line| {
                let count = open.to.get(whose).copied().unwrap_or_default();
                if count >= OPEN_TO_ONE || open.deliveries.len() >= OPEN_MAX {
                    return false;
                }
                let Some(delivery) = line.pop_front() else { return false };
                open.to.insert(whose.clone(), count + 1);
                open.deliveries.insert(delivery.id);
                chosen.push(delivery);
                true
            });
        }
        Ok((chosen, all))
    }

    /// Tries it, and stores what came of it before anything else may take its place.
    async fn deliver(self: Arc<Self>, delivery: Delivery, now: Timestamp) -> Result<(), StorageError> {
        let (id, whose) = (delivery.id, whose(&delivery));
        let done = match self.attempt(delivery, now).await {
            Ok(tried) => self.engine.store().update_delivery(&tried).await,
            Err(error) => Err(error),
        };
        let left = {
            let mut open = self.open();
            open.deliveries.remove(&id);
            let left = open.to.get(&whose).copied().unwrap_or_default().saturating_sub(1);
            if left == 0 {
                open.to.remove(&whose);
            } else {
                open.to.insert(whose, left);
            }
            left
        };
        // A look costs more than an attempt: not after each.
        if done.is_ok() && left <= OPEN_TO_ONE / 2 {
            self.engine.deliveries.notify_one();
        }
        done
    }

    async fn attempt(&self, mut delivery: Delivery, now: Timestamp) -> Result<Delivery, StorageError> {
        if let Ok(sender) = delivery.endpoint.parse() {
            let end = conversions::report(&self.engine, &delivery, sender).await;
            delivery.attempts.push(Attempt { at: now, status: None, detail: end.detail });
            delivery.status = end.status;
            if delivery.status == DeliveryStatus::Pending {
                try_again(&mut delivery, now);
            }
            return Ok(delivery);
        }
        let endpoint = self.engine.store().get::<EndpointDoc>(delivery.workspace, &delivery.endpoint).await?;
        let Some(endpoint) = endpoint.filter(|stored| stored.value.0.enabled) else {
            delivery.status = DeliveryStatus::Failed;
            delivery.attempts.push(Attempt { at: now, status: None, detail: "the endpoint is gone or switched off".to_owned() });
            return Ok(delivery);
        };
        let (status, detail) = self.post(&delivery, &endpoint.value.0, now).await;
        delivery.attempts.push(Attempt { at: now, status, detail });
        match status.map_or(Answer::TryAgain, read_status) {
            Answer::Taken => delivery.status = DeliveryStatus::Delivered,
            Answer::Gone => {
                delivery.status = DeliveryStatus::Failed;
                let mut gone = endpoint.value;
                gone.0.enabled = false;
                self.engine.store().put(delivery.workspace, &gone, endpoint.version, now).await?;
                let detail = json!({ "reason": "it answered 410 Gone" });
                self.engine.audit(delivery.workspace, "system", "webhook_endpoint.disabled", &delivery.endpoint, detail).await?;
            }
            Answer::TryAgain => try_again(&mut delivery, now),
        }
        Ok(delivery)
    }

    async fn post(&self, delivery: &Delivery, endpoint: &integrations::endpoint::Endpoint, now: Timestamp) -> (Option<u16>, String) {
        let id = delivery.id.to_string();
        let signature = match sign(&endpoint.secret, &id, now, delivery.body.as_bytes()) {
            Ok(signature) => signature,
            Err(error) => return (None, error.to_string()),
        };
        let sent = match self.request(delivery, endpoint, &id, now, &signature) {
            Ok(request) => self.engine.adapters().transport.send(request).await,
            Err(error) => Err(error),
        };
        match sent {
            Ok(response) => (Some(response.status.as_u16()), String::new()),
            Err(error) => (None, error.to_string()),
        }
    }

    fn request(
        &self,
        delivery: &Delivery,
        endpoint: &integrations::endpoint::Endpoint,
        id: &str,
        now: Timestamp,
        signature: &str,
    ) -> Result<Request, HttpError> {
        let header = HeaderName::from_static;
        Ok(Request::post(&endpoint.url)
            .body("application/json", delivery.body.clone())?
            .header(header("webhook-id"), id)?
            .header(header("webhook-timestamp"), &now.as_secs().to_string())?
            .header(header("webhook-signature"), signature)?
            .within(DEADLINE))
    }
}

/// Waits for the next attempt of the schedule, or gives up.
fn try_again(delivery: &mut Delivery, now: Timestamp) {
    match wait_after(delivery.attempts.len()) {
        Some(wait) => delivery.next_at = now + jittered(delivery, wait),
        None => delivery.status = DeliveryStatus::Failed,
    }
}

/// Up to a tenth later, so that many failed deliveries do not come back in one moment.
fn jittered(delivery: &Delivery, wait: Millis) -> Millis {
    let mut draws = Draws::keyed(&[&delivery.id.to_bytes(), &[u8::try_from(delivery.attempts.len()).unwrap_or(u8::MAX)]]);
    Millis(wait.0 + i64::try_from(draws.below(u64::try_from(wait.0 / 10).unwrap_or(0))).unwrap_or(0))
}

fn whose(delivery: &Delivery) -> Whose {
    (delivery.workspace, delivery.endpoint.clone())
}
