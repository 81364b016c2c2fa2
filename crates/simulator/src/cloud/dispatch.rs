//! From path and method to the operation. One world, one portfolio, one app.

use http::Method;
use serde_json::{Value, json};

use super::send::product;
use super::subscriptions::Handshake;
use super::{ApiAnswer, ApiRequest, GraphError};
use crate::world::{Fault, World};

/// What a request leads to.
#[derive(Debug)]
pub enum Outcome {
    Done(ApiAnswer),
    /// Done, but the connection breaks before the answer is out.
    Lost,
    /// The connection breaks and nothing was done.
    NeverCame,
    /// A callback must be asked first.
    Ask(Handshake),
}

/// Inner result: a value for HTTP 200, a finished answer, or a handshake.
enum Reply {
    Json(Value),
    Answer(ApiAnswer),
    Ask(Handshake),
}

impl From<Value> for Reply {
    fn from(value: Value) -> Self {
        Self::Json(value)
    }
}

impl World {
    /// Serves one request at the present moment.
    pub(super) fn serve_cloud(&mut self, request: &ApiRequest) -> Outcome {
        let sends = request.method == Method::POST
            && matches!(request.path.get(1).map(String::as_str), Some("messages" | "marketing_messages" | "events"));
        let fault = self.fault(sends);
        if fault == Some(Fault::RequestLost) {
            return Outcome::NeverCame;
        }
        let refusal = match fault {
            Some(Fault::Down) => Some(GraphError::of_code(2)),
            Some(Fault::Throttled) => Some(GraphError::of_code(130429)),
            Some(Fault::Rejected) => Some(GraphError::of_code(100)),
            Some(Fault::Refused) => Some(GraphError::of_code(131016)),
            _ => None,
        };
        let result = match refusal {
            Some(error) => Err(error),
            None => self.route(request),
        };
        match result {
            Ok(_) if fault == Some(Fault::AnswerLost) => Outcome::Lost,
            Ok(Reply::Json(value)) => Outcome::Done(ApiAnswer::json(&value)),
            Ok(Reply::Answer(answer)) => Outcome::Done(answer),
            Ok(Reply::Ask(handshake)) => Outcome::Ask(handshake),
            Err(error) => Outcome::Done(ApiAnswer::error(&error, &self.mint.trace())),
        }
    }

    fn route(&mut self, request: &ApiRequest) -> Result<Reply, GraphError> {
        let path: Vec<&str> = request.path.iter().map(String::as_str).collect();
        if path.as_slice() == ["oauth", "access_token"] {
            return self.give_app_token(request).map(Reply::Json);
        }
        self.authorise(request)?;
        if path.as_slice() == ["debug_token"] {
            return self.debug_token(request).map(Reply::Json);
        }
        if path.as_slice() == ["whatsapp_business", "attachments"] {
            return Ok(Reply::Answer(self.download_media(request)));
        }
        if path.as_slice() == ["whatsapp_business", "flow_assets"] {
            return Ok(Reply::Answer(self.download_flow(request)));
        }
        let node = *path.first().unwrap_or(&"");
        let edge = path.get(1).copied();
        if self.cloud.numbers.contains_key(node) {
            return self.route_number(request, node, edge);
        }
        let now = self.now;
        if !self.cloud.management_calls.take(now) {
            return Err(GraphError::of_code(80007));
        }
        if node == self.config.cloud.waba_id {
            return self.route_waba(request, node, edge);
        }
        if node == self.config.cloud.dataset_id {
            return match (&request.method, edge) {
                (&Method::POST, Some("events")) => self.take_conversions(&request.json()?).map(Reply::Json),
                _ => Err(GraphError::unknown_object(request.method.as_str(), node)),
            };
        }
        if node == self.config.cloud.app_id {
            return match (&request.method, edge) {
                (&Method::POST, Some("subscriptions")) => self.subscribe_app(request).map(Reply::Ask),
                (&Method::GET, Some("subscriptions")) => self.list_app_subscriptions(request).map(Reply::Json),
                (&Method::POST, Some("uploads")) => self.open_upload(request).map(Reply::Json),
                _ => Err(GraphError::unknown_object(request.method.as_str(), node)),
            };
        }
        if node == self.config.cloud.business_id
            && matches!(edge, Some("owned_whatsapp_business_accounts" | "client_whatsapp_business_accounts"))
        {
            return Ok(json!({ "data": [self.get_waba(request)] }).into());
        }
        self.route_object(request, node, edge)
    }

    fn give_app_token(&self, request: &ApiRequest) -> Result<Value, GraphError> {
        let cloud = &self.config.cloud;
        let right = request.param("client_id").as_deref() == Some(&cloud.app_id)
            && request.param("client_secret").as_deref() == Some(&cloud.app_secret);
        if !right {
            return Err(GraphError::invalid("Error validating client secret."));
        }
        Ok(json!({ "access_token": self.app_token(), "token_type": "bearer" }))
    }

    fn route_number(&mut self, request: &ApiRequest, id: &str, edge: Option<&str>) -> Result<Reply, GraphError> {
        let unknown = || Err(GraphError::unknown_object(request.method.as_str(), id));
        let sends = matches!(edge, Some("messages" | "marketing_messages"));
        if sends && !self.cloud.numbers.get(id).is_some_and(|n| n.registered) {
            return Err(GraphError::of_code(133010));
        }
        match (&request.method, edge) {
            (&Method::POST, Some("messages")) => {
                let body = request.json()?;
                match body.get("status") {
                    Some(_) => self.mark_read(id, &body).map(Reply::Json),
                    None => self.accept_message(id, &body, false).map(Reply::Json),
                }
            }
            (&Method::POST, Some("marketing_messages")) => self.accept_message(id, &request.json()?, true).map(Reply::Json),
            (&Method::POST, Some("media")) => self.upload_media(request).map(Reply::Json),
            (&Method::GET, Some("message_history")) => self.message_history(request, id).map(Reply::Json),
            (&Method::GET, Some("whatsapp_business_profile")) => self.get_profile(request, id).map(Reply::Json),
            (&Method::POST, Some("whatsapp_business_profile")) => self.set_profile(id, &request.json()?).map(Reply::Json),
            (&Method::GET, Some("block_users")) => self.list_blocks(request, id).map(Reply::Json),
            (&Method::POST | &Method::DELETE, Some("block_users")) => {
                let (status, value) = self.change_blocks(id, &request.json()?, request.method == Method::POST)?;
                Ok(Reply::Answer(ApiAnswer { status, ..ApiAnswer::json(&value) }))
            }
            (&Method::GET, Some("whatsapp_business_encryption")) => Ok(self.get_form_key(id).into()),
            (&Method::POST, Some("whatsapp_business_encryption")) => self.put_form_key(id, request).map(Reply::Json),
            (&Method::GET, Some("whatsapp_commerce_settings")) => Ok(self.commerce_settings(id).into()),
            (&Method::POST, Some("whatsapp_commerce_settings")) => self.set_commerce_settings(id, request).map(Reply::Json),
            (&Method::GET, Some("settings")) => self.number_settings(id, None).map(Reply::Json),
            (&Method::POST, Some("settings")) => self.number_settings(id, Some(&request.json()?)).map(Reply::Json),
            (&Method::POST, Some(edge @ ("register" | "deregister" | "request_code" | "verify_code"))) => {
                self.number_registration(id, edge, request).map(Reply::Json)
            }
            (&Method::POST, Some("smb_app_data")) => self.sync_app(id, request).map(Reply::Json),
            (&Method::GET, None) => self.get_number(request, id).map(Reply::Json),
            (&Method::POST, None) => match self.configure_number(id, &request.json()?)? {
                Some(handshake) => Ok(Reply::Ask(handshake)),
                None => Ok(json!({ "success": true }).into()),
            },
            _ => unknown(),
        }
    }

    fn route_waba(&mut self, request: &ApiRequest, id: &str, edge: Option<&str>) -> Result<Reply, GraphError> {
        match (&request.method, edge) {
            (&Method::GET, Some("message_templates")) => self.list_templates(request).map(Reply::Json),
            (&Method::POST, Some("message_templates")) => self.create_template(&request.json()?).map(Reply::Json),
            (&Method::DELETE, Some("message_templates")) => self.delete_templates(request).map(Reply::Json),
            (&Method::GET, Some("phone_numbers")) => self.list_numbers(request).map(Reply::Json),
            (&Method::GET, Some("subscribed_apps")) => Ok(self.list_subscribed_apps().into()),
            (&Method::POST, Some("subscribed_apps")) => match self.subscribe_waba(request)? {
                Some(handshake) => Ok(Reply::Ask(handshake)),
                None => Ok(json!({ "success": true }).into()),
            },
            (&Method::POST, Some("upsert_message_templates")) => self.upsert_templates(&request.json()?).map(Reply::Json),
            (&Method::GET, Some("flows")) => self.list_flows(request).map(Reply::Json),
            (&Method::POST, Some("flows")) => self.create_flow(request).map(Reply::Json),
            (&Method::DELETE, Some("subscribed_apps")) => Ok(self.unsubscribe_waba().into()),
            (&Method::GET, None) => Ok(self.get_waba(request).into()),
            _ => Err(GraphError::unknown_object(request.method.as_str(), id)),
        }
    }

    /// Templates, media and uploads: objects that are known by their own id.
    fn route_object(&mut self, request: &ApiRequest, id: &str, edge: Option<&str>) -> Result<Reply, GraphError> {
        let unknown = || GraphError::unknown_object(request.method.as_str(), id);
        if id.starts_with("upload:") {
            return match request.method {
                Method::POST => self.continue_upload(id, request).map(Reply::Json),
                Method::GET => self.upload_state(id).map(Reply::Json),
                _ => Err(unknown()),
            };
        }
        if let Some(template) = self.cloud.templates.get(id) {
            return match (&request.method, edge) {
                (&Method::GET, None) => Ok(template.node(&request.fields()).into()),
                (&Method::POST, None) => self.edit_template(id, &request.json()?).map(Reply::Json),
                (&Method::POST, Some("unpause")) => self.unpause_template(id).map(Reply::Json),
                _ => Err(unknown()),
            };
        }
        if self.cloud.flows.contains_key(id) {
            return match (&request.method, edge) {
                (&Method::GET, None) => self.get_flow(id, request).map(Reply::Json),
                (&Method::POST, None) => self.edit_flow(id, request).map(Reply::Json),
                (&Method::DELETE, None) => self.delete_flow(id).map(Reply::Json),
                (&Method::GET, Some("assets")) => self.list_flow_assets(id, request).map(Reply::Json),
                (&Method::POST, Some("deprecate")) => self.deprecate_flow(id).map(Reply::Json),
                (&Method::POST, Some("assets")) => self.put_flow_json(id, request).map(Reply::Json),
                (&Method::POST, Some("publish")) => self.publish_flow(id).map(Reply::Json),
                _ => Err(unknown()),
            };
        }
        match (&request.method, edge) {
            (&Method::GET, None) => self.look_up_media(request, id).map(Reply::Json),
            (&Method::DELETE, None) => self.delete_media(id).map(Reply::Json),
            _ => Err(unknown()),
        }
    }

    /// `{"status":"read","message_id":…}`, with or without a typing indicator; answers `{"success":true}`.
    fn mark_read(&mut self, number: &str, body: &Value) -> Result<Value, GraphError> {
        product(body)?;
        if body.get("status").and_then(Value::as_str) != Some("read") {
            return Err(GraphError::invalid("Param status must be one of {READ}"));
        }
        let message = body.get("message_id").and_then(Value::as_str).ok_or_else(|| GraphError::required("message_id"))?;
        if let Some(typing) = body.get("typing_indicator")
            && typing.get("type").and_then(Value::as_str) != Some("text")
        {
            return Err(GraphError::invalid("Param typing_indicator['type'] must be one of {TEXT}"));
        }
        let author = self.cloud.author_of(message);
        let person = author.filter(|id| self.people.get(*id).and_then(|p| p.entry(message)).is_none_or(|entry| entry.business == number));
        match person {
            Some(person) => {
                self.business_read(person, number, message, body.get("typing_indicator").is_some());
                Ok(json!({ "success": true }))
            }
            None => Err(GraphError::value("Message ID is invalid")),
        }
    }
}
