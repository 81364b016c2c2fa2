//! Where webhooks go: app subscription, WABA and phone-number overrides, each with its handshake (reference 4.1 and 8).

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{ApiAnswer, ApiRequest, Callback, GraphError};
use crate::delivery::{SinkError, WebhookAnswer};
use crate::world::{Exchange, Party, World};

/// Which callback is being set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HandshakeScope {
    App { fields: Option<BTreeSet<String>> },
    Waba,
    Number(String),
}

/// A callback URL that must first echo a challenge.
#[derive(Clone, Debug)]
pub struct Handshake {
    pub scope: HandshakeScope,
    pub url: String,
    pub challenge: String,
    /// The GET to make, with its query.
    pub get: String,
}

/// Longest override URL.
const URL_MAX: usize = 200;

impl World {
    fn handshake(&mut self, scope: HandshakeScope, url: &str, verify_token: Option<String>) -> Result<Handshake, GraphError> {
        let token = verify_token.ok_or_else(|| GraphError::required("verify_token"))?;
        if !(url.starts_with("https://") || url.starts_with("http://")) || url.len() > URL_MAX {
            return Err(GraphError::invalid("The callback URL must be an http(s) URL of at most 200 characters"));
        }
        let challenge = self.mint.decimal("challenge", 10);
        let query = crate::wire::form_encode(&[
            ("hub.mode".to_owned(), "subscribe".to_owned()),
            ("hub.challenge".to_owned(), challenge.clone()),
            ("hub.verify_token".to_owned(), token),
        ]);
        let joint = if url.contains('?') { '&' } else { '?' };
        Ok(Handshake { scope, url: url.to_owned(), get: format!("{url}{joint}{query}"), challenge })
    }

    /// `POST /{waba}/subscribed_apps`: plain, or with an override.
    pub(super) fn subscribe_waba(&mut self, request: &ApiRequest) -> Result<Option<Handshake>, GraphError> {
        match request.param("override_callback_uri").filter(|url| !url.is_empty()) {
            Some(url) => self.handshake(HandshakeScope::Waba, &url, request.param("verify_token")).map(Some),
            None => {
                self.cloud.subscribed = true;
                self.cloud.waba_callback = None;
                Ok(None)
            }
        }
    }

    pub(super) fn unsubscribe_waba(&mut self) -> Value {
        self.cloud.subscribed = false;
        self.cloud.waba_callback = None;
        json!({ "success": true })
    }

    pub(super) fn list_subscribed_apps(&self) -> Value {
        if !self.cloud.subscribed {
            return json!({ "data": [] });
        }
        let app = &self.config.cloud.app_id;
        let mut row = json!({ "whatsapp_business_api_data": { "id": app, "link": format!("https://www.facebook.com/games/?app_id={app}"), "name": "Simulated app" } });
        if let Some(callback) = &self.cloud.waba_callback {
            row["override_callback_uri"] = callback.url.as_str().into();
        }
        json!({ "data": [row] })
    }

    /// `POST /{app}/subscriptions` with an app token.
    pub(super) fn subscribe_app(&mut self, request: &ApiRequest) -> Result<Handshake, GraphError> {
        if request.param("object").as_deref() != Some("whatsapp_business_account") {
            return Err(GraphError::invalid("Param object must be whatsapp_business_account"));
        }
        let url = request.param("callback_url").ok_or_else(|| GraphError::required("callback_url"))?;
        let fields = request.param("fields").map(|text| {
            let names = text.trim_matches(['[', ']']).split(',').map(|name| name.trim().trim_matches('"').to_owned());
            names.filter(|name| !name.is_empty()).collect::<BTreeSet<_>>()
        });
        self.handshake(HandshakeScope::App { fields }, &url, request.param("verify_token"))
    }

    /// `POST /{number}` with `webhook_configuration`; an empty URL takes the override away.
    pub(super) fn configure_number(&mut self, number: &str, body: &Value) -> Result<Option<Handshake>, GraphError> {
        let Some(configuration) = body.get("webhook_configuration") else { return Ok(None) };
        let url = configuration.get("override_callback_uri").and_then(Value::as_str).unwrap_or_default();
        if url.is_empty() {
            if let Some(state) = self.cloud.numbers.get_mut(number) {
                state.callback = None;
            }
            return Ok(None);
        }
        let token = configuration.get("verify_token").and_then(Value::as_str).map(str::to_owned);
        self.handshake(HandshakeScope::Number(number.to_owned()), url, token).map(Some)
    }

    /// Takes the receiver's answer to the challenge and, when it is right, sets the callback.
    pub(super) fn finish_handshake(&mut self, handshake: &Handshake, answer: Result<WebhookAnswer, SinkError>) -> ApiAnswer {
        let (status, body, note) = match answer {
            Ok(answer) => (Some(answer.status), answer.body, None),
            Err(error) => (None, Default::default(), Some(error.to_string())),
        };
        let mut exchange = Exchange::request(self.now, Party::Handshake, "GET", &handshake.get, b"").answered(status, &body);
        exchange.note = note;
        self.record(exchange);
        if status != Some(200) || body != handshake.challenge.as_bytes() {
            let mut error = GraphError::coded(
                100,
                "The URL couldn't be validated. Response does not match challenge, expected value = the challenge that was sent.",
            );
            error.message = "(#2200) Callback verification failed".into();
            error.code = 2200;
            return ApiAnswer::error(&error, &self.mint.trace());
        }
        self.set_callback(handshake.scope.clone(), Some(&handshake.url));
        ApiAnswer::success()
    }

    /// Sets a callback without a handshake: for set-up and tests.
    pub fn set_callback(&mut self, scope: HandshakeScope, url: Option<&str>) {
        let callback = url.map(|url| Callback { url: url.to_owned() });
        match scope {
            HandshakeScope::App { fields } => {
                self.cloud.app_callback = callback;
                self.cloud.fields = fields;
            }
            HandshakeScope::Waba => {
                self.cloud.subscribed = true;
                self.cloud.waba_callback = callback;
            }
            HandshakeScope::Number(id) => {
                if let Some(number) = self.cloud.numbers.get_mut(&id) {
                    number.callback = callback;
                }
            }
        }
    }
}
