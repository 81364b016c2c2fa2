//! At Meta: our public key, and the flow itself.

use channel::Account;
use http_client::{Method, Request};
use model::send_error::SendError;
use serde::Deserialize;
use whatsapp::message::Success;

use crate::errors::not_sent;
use crate::graph::Trouble;
use crate::settle::encode;
use crate::{Whatsapp, media};

/// What Meta does not like about a flow's JSON. Lines and columns count from 1, in the text that was uploaded.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
pub struct FormFault {
    #[serde(default)]
    pub error: String,
    #[serde(default)]
    pub message: String,
    #[serde(default)]
    pub line_start: u32,
    #[serde(default)]
    pub line_end: u32,
    #[serde(default)]
    pub column_start: u32,
    #[serde(default)]
    pub column_end: u32,
    #[serde(default)]
    pub pointers: Vec<FormPointer>,
}

/// `{"line_start":10,…,"path":"screens[0].layout.children[0].type"}`
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
pub struct FormPointer {
    #[serde(default)]
    pub path: String,
}

impl FormFault {
    /// Where it is in the flow, as JSON pointers; the whole flow when Meta names no member.
    #[must_use]
    pub fn places(&self) -> Vec<String> {
        let named = self.pointers.iter().filter(|pointer| !pointer.path.is_empty());
        let places: Vec<String> =
            named.map(|pointer| format!("/{}", pointer.path.replace('[', "/").replace(']', "").replace('.', "/"))).collect();
        if places.is_empty() { vec![String::new()] } else { places }
    }

    /// What is wrong, and on which lines.
    #[must_use]
    pub fn words(&self) -> String {
        let Self { error, message, line_start, line_end, column_start, column_end, .. } = self;
        let end = if *line_end > 0 { format!(" to line {line_end}, column {column_end}") } else { String::new() };
        format!("{error}: {message} (line {line_start}, column {column_start}{end} of the flow)")
    }
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

    /// Makes a draft without pages at Meta: its id.
    pub async fn draft_form(&self, account: &Account, name: &str, endpoint: &str) -> Result<String, SendError> {
        let call = self.call(account)?;
        let body = serde_json::json!({ "name": name, "categories": ["LEAD_GENERATION"], "endpoint_uri": endpoint });
        let made: Made = call.post(&format!("{}/flows", encode(&call.account.waba_id)), &body).await.map_err(Trouble::into_error)?;
        made.id.ok_or_else(|| crate::errors::fix("flow", "Meta gave the form no id"))
    }

    /// Gives a draft its pages, as they are written, and publishes it when Meta finds no faults.
    pub async fn publish_form(&self, account: &Account, id: &str, flow: &str) -> Result<Vec<FormFault>, SendError> {
        let call = self.call(account)?;
        let fields = [("name", "flow.json"), ("asset_type", "FLOW_JSON")];
        let (kind, body) = media::file_form(&fields, "flow.json", "application/json", flow.as_bytes());
        let request =
            Request::new(Method::POST, call.url(&format!("{}/assets", encode(id)))).body(&kind, body).map_err(|error| not_sent(&error))?;
        let asset: Made = call.read(request).await.map_err(Trouble::into_error)?;
        if !asset.validation_errors.is_empty() {
            return Ok(asset.validation_errors);
        }
        let _published: Success =
            call.post(&format!("{}/publish", encode(id)), &serde_json::json!({})).await.map_err(Trouble::into_error)?;
        Ok(Vec::new())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_says_where_it_begins_where_it_ends_and_in_which_member() {
        let answer = serde_json::json!({ "error": "INVALID_PROPERTY_VALUE", "error_type": "FLOW_JSON_ERROR", "message": "Invalid value.",
            "line_start": 10, "line_end": 11, "column_start": 21, "column_end": 34,
            "pointers": [{ "line_start": 10, "line_end": 11, "column_start": 21, "column_end": 34, "path": "screens[0].layout.children[12].type" }] });
        let fault: FormFault = serde_json::from_value(answer).expect("it is read");
        assert_eq!(fault.places(), ["/screens/0/layout/children/12/type"]);
        assert_eq!(fault.words(), "INVALID_PROPERTY_VALUE: Invalid value. (line 10, column 21 to line 11, column 34 of the flow)");

        let short = FormFault { line_start: 3, column_start: 1, ..FormFault::default() };
        assert_eq!(short.places(), [""]);
        assert!(short.words().ends_with("(line 3, column 1 of the flow)"));
    }
}
