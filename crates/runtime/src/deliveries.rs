//! Webhooks to other systems: each delivery is tried by a schedule until it is taken.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use http::HeaderName;
use http_client::{HttpError, Request};
use integrations::endpoint::{Answer, read_status, wait_after};
use integrations::standard_webhooks::sign;
use model::delivery::{Attempt, Delivery, DeliveryStatus};
use model::{Draws, Millis, Rng, Timestamp};
use serde_json::json;
use storage::{DocumentExt, StorageError};

use crate::Engine;
use crate::documents::EndpointDoc;

const BATCH: u32 = 32;
/// An endpoint answers within this, or the attempt failed.
const DEADLINE: Duration = Duration::from_secs(15);
const LOOK_AGAIN: Millis = Millis::from_secs(30);

pub struct DeliveryLoop {
    engine: Arc<Engine>,
}

impl DeliveryLoop {
    #[must_use]
    pub const fn new(engine: Arc<Engine>) -> Self {
        Self { engine }
    }

    pub async fn tick(&mut self, now: Timestamp) -> Result<Option<Timestamp>, StorageError> {
        loop {
            let due = self.engine.store().due_deliveries(now, BATCH).await?;
            let full = due.len() == BATCH as usize;
            let attempts = join_all(due.into_iter().map(|delivery| self.attempt(delivery, now))).await;
            for delivery in attempts {
                self.engine.store().update_delivery(&delivery?).await?;
            }
            if !full {
                return Ok(Some(now + LOOK_AGAIN));
            }
        }
    }

    async fn attempt(&self, mut delivery: Delivery, now: Timestamp) -> Result<Delivery, StorageError> {
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
            Answer::TryAgain => match wait_after(delivery.attempts.len()) {
                Some(wait) => delivery.next_at = now + jittered(&delivery, wait),
                None => delivery.status = DeliveryStatus::Failed,
            },
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

/// Up to a tenth later, so that many failed deliveries do not come back in one moment.
fn jittered(delivery: &Delivery, wait: Millis) -> Millis {
    let mut draws = Draws::keyed(&[&delivery.id.to_bytes(), &[u8::try_from(delivery.attempts.len()).unwrap_or(u8::MAX)]]);
    Millis(wait.0 + i64::try_from(draws.below(u64::try_from(wait.0 / 10).unwrap_or(0))).unwrap_or(0))
}
