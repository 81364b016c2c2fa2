//! At Meta: our public key, and the flow itself.

use channel::Account;
use http_client::{Method, Request};
use model::send_error::SendError;
use serde::Deserialize;
use serde_json::Value;
use whatsapp::message::Success;

use crate::errors::not_sent;
use crate::graph::Trouble;
use crate::settle::encode;
use crate::{Whatsapp, media};

/// What Meta does not like about a flow's JSON.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
pub struct FormFault {
    #[serde(default)]
    pub error: String,
    #[serde(default)]
    pub message: String,
    #[serde(default)]
    pub line_start: u32,
    #[serde(default)]
    pub column_start: u32,
}

/// `POST /{waba}/flows`, `POST /{flow}/assets`
#[derive(Deserialize)]
struct Made {
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    validation_errors: Vec<FormFault>,
}

impl Whatsapp {
    /// Gives Meta the key that requests of forms are encrypted for. Needed anew after each registration of the number.
    pub async fn upload_form_key(&self, account: &Account, public_pem: &str) -> Result<(), SendError> {
        let call = self.call(account)?;
        let edge = format!("{}/whatsapp_business_encryption", encode(&call.account.phone_number_id));
        let request = Request::new(Method::POST, call.url(&edge))
            .body("application/x-www-form-urlencoded", format!("business_public_key={}", encode(public_pem)))
            .map_err(|error| not_sent(&error))?;
        let _done: Success = call.read(request).await.map_err(Trouble::into_error)?;
        Ok(())
    }

    /// Makes a flow at Meta and publishes it when its JSON has no faults. The flow's id, and the faults.
    pub async fn create_form(
        &self,
        account: &Account,
        name: &str,
        endpoint: &str,
        json: &Value,
    ) -> Result<(String, Vec<FormFault>), SendError> {
        let call = self.call(account)?;
        let body = serde_json::json!({ "name": name, "categories": ["LEAD_GENERATION"], "endpoint_uri": endpoint });
        let made: Made = call.post(&format!("{}/flows", encode(&call.account.waba_id)), &body).await.map_err(Trouble::into_error)?;
        let id = made.id.ok_or_else(|| crate::errors::fix("flow", "Meta gave the form no id"))?;
        let bytes = json.to_string().into_bytes();
        let (kind, body) = media::file_form(&[("name", "flow.json"), ("asset_type", "FLOW_JSON")], "flow.json", "application/json", &bytes);
        let request =
            Request::new(Method::POST, call.url(&format!("{}/assets", encode(&id)))).body(&kind, body).map_err(|error| not_sent(&error))?;
        let asset: Made = call.read(request).await.map_err(Trouble::into_error)?;
        if !asset.validation_errors.is_empty() {
            return Ok((id, asset.validation_errors));
        }
        let _published: Success =
            call.post(&format!("{}/publish", encode(&id)), &serde_json::json!({})).await.map_err(Trouble::into_error)?;
        Ok((id, Vec::new()))
    }
}
