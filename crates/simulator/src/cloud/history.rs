//! `GET /{number}/message_history`: the repair path for missing statuses (reference 8).

use serde_json::{Value, json};

use super::{ApiRequest, GraphError, paging};
use crate::world::World;

impl World {
    pub(super) fn message_history(&self, request: &ApiRequest, number: &str) -> Result<Value, GraphError> {
        let wanted = request.query("message_id");
        let app = &self.config.cloud.app_id;
        let url = self.cloud.callback_for(Some(number), "messages").unwrap_or_default();
        let rows = self
            .cloud
            .messages
            .values()
            .filter(|message| message.number == number && wanted.is_none_or(|id| id == message.wamid))
            .map(|message| {
                let events: Vec<Value> = message
                    .events
                    .iter()
                    .enumerate()
                    .map(|(n, (status, at))| {
                        json!({
                            "id": format!("{}_{n}", message.wamid),
                            "delivery_status": status,
                            "timestamp": at.as_secs().to_string(),
                            "webhook_update_state": if *status == "ACCEPTED" { "NOT_SENT" } else { "SENT" },
                            "webhook_uri": url,
                            "application": { "id": app },
                        })
                    })
                    .collect();
                json!({ "id": message.wamid, "message_id": message.wamid, "events": { "data": events } })
            })
            .collect();
        paging::page(request, rows, |row| row["id"].as_str().unwrap_or_default().to_owned())
    }
}
