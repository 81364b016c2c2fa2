//! Events for other systems: one delivery for each endpoint that wants the event.

use journey::RunState;
use model::DeliveryId;
use model::delivery::{Delivery, DeliveryStatus};
use model::value::Attributes;
use serde_json::json;

use crate::work::Work;

impl Work<'_> {
    pub fn deliver(&mut self, event: &str, properties: &Attributes, run: Option<&RunState>) {
        let endpoints: Vec<String> = self
            .catalogue
            .subscriptions
            .iter()
            .filter(|subscription| subscription.events.iter().any(|wanted| wanted == event || wanted == "*"))
            .map(|subscription| subscription.endpoint.clone())
            .collect();
        for endpoint in endpoints {
            let now = self.now;
            let external = self.state.contact.addresses.iter().find(|address| address.key.kind == model::AddressKind::External);
            let body = json!({
                "type": event,
                "timestamp": self.signal.event_time,
                "data": {
                    "contact": { "id": self.state.contact.id, "external_id": external.map(|address| &address.key.value) },
                    "properties": properties,
                    "journey": run.map(|run| run.journey.as_str()),
                    "run": run.map(|run| run.id),
                },
            });
            let delivery = Delivery {
                id: DeliveryId::mint(now, self.draws()),
                workspace: self.signal.workspace,
                contact: self.state.contact.id,
                endpoint,
                event: event.to_owned(),
                body: body.to_string(),
                status: DeliveryStatus::Pending,
                created_at: now,
                next_at: now,
                attempts: Vec::new(),
            };
            self.changes.deliveries.push(delivery);
        }
    }
}
