//! `health_status` of nodes (reference 8).

use serde_json::{Value, json};

use crate::world::World;

impl World {
    /// Whether messages can go out, for one node and those above it.
    pub(super) fn health_of(&self, kind: &str, id: &str) -> Value {
        let registered = self.cloud.numbers.get(id).is_none_or(|number| number.registered);
        let own = if registered { "AVAILABLE" } else { "BLOCKED" };
        let mut first = json!({ "entity_type": kind, "id": id, "can_send_message": own });
        if !registered {
            first["errors"] = json!([{
                "error_code": 141000,
                "error_description": "The phone number is not registered.",
                "possible_solution": "Register the phone number.",
            }]);
        }
        let mut entities = vec![first];
        for (above, above_id) in
            [("WABA", &self.config.cloud.waba_id), ("BUSINESS", &self.config.cloud.business_id), ("APP", &self.config.cloud.app_id)]
        {
            if above != kind {
                entities.push(json!({ "entity_type": above, "id": above_id, "can_send_message": "AVAILABLE" }));
            }
        }
        json!({ "can_send_message": own, "entities": entities })
    }
}
