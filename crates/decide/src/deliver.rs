//! Events for other systems: one delivery for each endpoint that wants the event.

use model::delivery::{Delivery, DeliveryStatus};
use model::value::Attributes;
use model::{DeliveryId, RunId};
use serde_json::json;

use crate::Subscription;
use crate::work::Work;

impl Work<'_> {
    pub fn deliver(&mut self, event: &str, properties: &Attributes, run: Option<(RunId, &str)>) {
        let catalogue = self.catalogue;
        let wanted = |subscription: &&Subscription| subscription.events.iter().any(|wanted| wanted == event || wanted == "*");
        for subscription in catalogue.subscriptions.iter().filter(wanted) {
            let now = self.now;
            let external = self.state.contact.addresses.iter().find(|address| address.key.kind == model::AddressKind::External);
            let body = json!({
                "type": event,
                "timestamp": self.signal.event_time,
                "data": {
                    "contact": { "id": self.state.contact.id, "external_id": external.map(|address| &address.key.value) },
                    "properties": properties,
                    "journey": run.map(|(_, journey)| journey),
                    "run": run.map(|(run, _)| run),
                },
            });
            let delivery = Delivery {
                id: DeliveryId::mint(now, self.draws()),
                workspace: self.signal.workspace,
                contact: self.state.contact.id,
                endpoint: subscription.endpoint.clone(),
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
