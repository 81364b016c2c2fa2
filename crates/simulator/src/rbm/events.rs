//! Events as the service pushes them: base64 of JSON inside a Pub/Sub envelope, signed over what is inside.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::crypto;
use crate::world::World;

impl World {
    /// To the agent's webhook, if it has one.
    pub(crate) fn post_rbm(&mut self, agent: &str, event: &Value, carries: Vec<String>) {
        let Some(known) = self.config.rbm.agents.iter().find(|known| known.id == agent).cloned() else { return };
        let Some(url) = known.webhook else {
            return tracing::debug!(agent, "The RCS agent has no webhook");
        };
        let data = event.to_string();
        let headers = vec![
            ("content-type".to_owned(), "application/json".to_owned()),
            ("x-goog-signature".to_owned(), crypto::goog_signature(&known.client_token, data.as_bytes())),
            ("user-agent".to_owned(), "APIs-Google".to_owned()),
        ];
        let id = self.mint.hex("rbm-push", 16);
        let body = json!({
            "message": { "data": STANDARD.encode(&data), "messageId": id, "publishTime": self.now.to_string(), "attributes": {} },
            "subscription": format!("projects/simulated/subscriptions/{agent}"),
        });
        self.post_pushed(&url, headers, body.to_string(), carries);
    }

    pub(super) fn rbm_user_event(&mut self, id: &str, kind: &str) {
        let Some(message) = self.rbm.messages.get(id) else { return };
        let (agent, to) = (message.agent.clone(), message.to.clone());
        let event = json!({
            "senderPhoneNumber": to, "eventType": kind, "eventId": self.mint.hex("rbm-event", 16), "messageId": id,
            "sendTime": self.now.to_string(), "agentId": agent,
        });
        self.post_rbm(&agent, &event, Vec::new());
    }

    pub(super) fn rbm_server_event(&mut self, id: &str, kind: &str) {
        let Some(message) = self.rbm.messages.get(id) else { return };
        let (agent, to) = (message.agent.clone(), message.to.clone());
        let event = json!({
            "phoneNumber": to, "messageId": id, "agentId": agent, "eventType": kind,
            "eventId": self.mint.hex("rbm-event", 16), "sendTime": self.now.to_string(),
        });
        self.post_rbm(&agent, &event, Vec::new());
    }
}
