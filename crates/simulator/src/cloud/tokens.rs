//! What access tokens are worth (`debug_token`), and where the app's webhooks go (`/{app}/subscriptions`).

use model::Timestamp;
use serde_json::{Value, json};

use super::{ApiRequest, Callback, GraphError};
use crate::world::World;

/// Sends, and reads messages and media.
const MESSAGING: &str = "whatsapp_business_messaging";
/// Templates, numbers, subscriptions.
const MANAGEMENT: &str = "whatsapp_business_management";

/// Every field that an app may subscribe to and this world delivers.
const FIELDS: [&str; 13] = [
    "account_alerts",
    "account_review_update",
    "account_update",
    "business_capability_update",
    "flows",
    "message_template_components_update",
    "message_template_quality_update",
    "message_template_status_update",
    "messages",
    "phone_number_name_update",
    "phone_number_quality_update",
    "template_category_update",
    "user_preferences",
];

/// A token that is not as good as a new one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenState {
    /// Revoked by somebody.
    pub revoked: bool,
    pub expires: Option<Timestamp>,
    pub scopes: Vec<String>,
}

impl Default for TokenState {
    fn default() -> Self {
        Self { revoked: false, expires: None, scopes: vec![MESSAGING.to_owned(), MANAGEMENT.to_owned()] }
    }
}

impl World {
    /// Changes what one of the accepted tokens is worth.
    pub fn set_token(&mut self, token: &str, state: TokenState) {
        self.cloud.token_states.insert(token.to_owned(), state);
    }

    /// Points the app's webhooks elsewhere, as somebody does in the app's settings.
    pub fn set_app_callback(&mut self, url: Option<&str>) {
        self.cloud.app_callback = url.map(|url| Callback { url: url.to_owned() });
    }

    pub(super) fn app_token(&self) -> String {
        format!("{}|{}", self.config.cloud.app_id, self.config.cloud.app_secret)
    }

    fn known_token(&self, token: &str) -> bool {
        self.config.cloud.tokens.iter().any(|known| crate::crypto::same(known, token))
    }

    fn token_state(&self, token: &str) -> TokenState {
        self.cloud.token_states.get(token).cloned().unwrap_or_default()
    }

    fn token_lives(&self, token: &str) -> bool {
        let state = self.token_state(token);
        self.known_token(token) && !state.revoked && state.expires.is_none_or(|at| at > self.now)
    }

    /// Any request but those for a token itself. The app's own token may do everything here.
    pub(super) fn authorise(&self, request: &ApiRequest) -> Result<(), GraphError> {
        let token = request.token.as_deref().unwrap_or_default();
        if crate::crypto::same(&self.app_token(), token) {
            return Ok(());
        }
        if !self.known_token(token) {
            return Err(GraphError::bad_token());
        }
        if !self.token_lives(token) {
            return Err(GraphError { subcode: Some(463), ..GraphError::bad_token() }
                .with_message("Error validating access token: Session has expired or was invalidated."));
        }
        let needed = match (request.path.first().map(String::as_str), request.path.get(1).map(String::as_str)) {
            (Some("debug_token"), _) => return Ok(()),
            (Some(_), Some("messages" | "marketing_messages" | "media")) => MESSAGING,
            (Some(node), Some(_)) if node == self.config.cloud.waba_id => MANAGEMENT,
            _ => return Ok(()),
        };
        if self.token_state(token).scopes.iter().any(|scope| scope == needed) {
            return Ok(());
        }
        Err(GraphError::of_code(10).with_message("(#10) Application does not have permission for this action"))
    }

    /// `GET /debug_token?input_token=…`
    pub(super) fn debug_token(&self, request: &ApiRequest) -> Result<Value, GraphError> {
        let token = request.query("input_token").ok_or_else(|| GraphError::required("input_token"))?;
        if !self.known_token(token) {
            let error = json!({ "code": 190, "message": "Invalid OAuth access token - Cannot parse access token" });
            return Ok(json!({ "data": { "is_valid": false, "scopes": [], "error": error } }));
        }
        let state = self.token_state(token);
        Ok(json!({ "data": {
            "app_id": self.config.cloud.app_id,
            "type": "SYSTEM_USER",
            "application": "Simulated app",
            "data_access_expires_at": 0,
            "expires_at": state.expires.map_or(0, model::Timestamp::as_secs),
            "is_valid": self.token_lives(token),
            "issued_at": 1_700_000_000,
            "scopes": state.scopes,
            "user_id": "122100000000000001",
        } }))
    }

    /// `GET /{app}/subscriptions`, for the app's own token only.
    pub(super) fn list_app_subscriptions(&self, request: &ApiRequest) -> Result<Value, GraphError> {
        if !crate::crypto::same(&self.app_token(), request.token.as_deref().unwrap_or_default()) {
            return Err(GraphError::invalid("").with_message("(#15) This method must be called with an app access_token."));
        }
        let Some(callback) = &self.cloud.app_callback else { return Ok(json!({ "data": [] })) };
        let every = || FIELDS.iter().map(|field| (*field).to_owned()).collect();
        let fields: Vec<String> = self.cloud.fields.as_ref().map_or_else(every, |fields| fields.iter().cloned().collect());
        let fields: Vec<Value> = fields.into_iter().map(|name| json!({ "name": name, "version": "v26.0" })).collect();
        Ok(json!({ "data": [{
            "object": "whatsapp_business_account", "callback_url": callback.url, "active": true, "fields": fields,
        }] }))
    }
}
