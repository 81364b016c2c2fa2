//! Flows as objects: drafts, what is published, what is deprecated (reference 9), and the key of their endpoint.

use model::{Millis, Timestamp};
use serde_json::{Map, Value, json};

use super::phone::read_key;
use crate::cloud::{ApiAnswer, ApiRequest, GraphError, paging};
use crate::world::World;

/// What is shown of one unless more is asked for.
const FIELDS: [&str; 5] = ["id", "name", "status", "categories", "validation_errors"];

const CATEGORIES: [&str; 8] =
    ["SIGN_UP", "SIGN_IN", "APPOINTMENT_BOOKING", "LEAD_GENERATION", "CONTACT_US", "CUSTOMER_SUPPORT", "SURVEY", "OTHER"];

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FlowStatus {
    #[default]
    Draft,
    Published,
    /// Nothing new is sent with it.
    Deprecated,
}

impl FlowStatus {
    const fn name(self) -> &'static str {
        match self {
            Self::Draft => "DRAFT",
            Self::Published => "PUBLISHED",
            Self::Deprecated => "DEPRECATED",
        }
    }
}

/// A form at Meta.
#[derive(Clone, Debug, Default)]
pub struct Flow {
    pub id: String,
    pub name: String,
    pub categories: Vec<String>,
    pub endpoint: Option<String>,
    pub json: Option<Value>,
    /// The JSON as it came, also one with faults.
    pub text: String,
    pub faults: Vec<Value>,
    pub status: FlowStatus,
    pub updated_at: Timestamp,
}

/// A preview's address holds this long.
const PREVIEW: Millis = Millis::from_days(30);

/// `2026-11-23T21:45:00+0000`.
fn moment(at: Timestamp) -> String {
    at.to_jiff().to_zoned(jiff::tz::TimeZone::UTC).strftime("%Y-%m-%dT%H:%M:%S+0000").to_string()
}

impl Flow {
    #[must_use]
    pub fn is_published(&self) -> bool {
        self.status == FlowStatus::Published
    }

    fn node(&self, fields: &[String]) -> Value {
        let mut all = Map::new();
        for (name, value) in [
            ("id", json!(self.id)),
            ("name", json!(self.name)),
            ("status", json!(self.status.name())),
            ("categories", json!(self.categories)),
            ("validation_errors", json!(self.faults)),
            ("json_version", self.json.as_ref().map_or(Value::Null, |json| json["version"].clone())),
            ("data_api_version", self.json.as_ref().map_or(Value::Null, |json| json["data_api_version"].clone())),
            ("endpoint_uri", json!(self.endpoint)),
            ("updated_at", json!(moment(self.updated_at))),
            ("preview", self.preview()),
            ("health_status", json!({ "can_send_message": "AVAILABLE", "entities": [] })),
        ] {
            let wanted = if fields.is_empty() { FIELDS.contains(&name) } else { name == "id" || fields.iter().any(|field| field == name) };
            if wanted && !value.is_null() {
                all.insert(name.to_owned(), value);
            }
        }
        Value::Object(all)
    }

    fn preview(&self) -> Value {
        let link = format!("https://business.facebook.com/wa/manage/flows/{}/preview/?token=simulated", self.id);
        json!({ "preview_url": link, "expires_at": moment(self.updated_at + PREVIEW) })
    }

    fn take(&mut self, bytes: &[u8]) {
        self.text = String::from_utf8_lossy(bytes).into_owned();
        let (json, faults) = match serde_json::from_slice::<Value>(bytes) {
            Ok(json) => {
                let faults = faults_of(&json);
                (Some(json), faults)
            }
            Err(error) => (None, vec![fault("INVALID_JSON", &error.to_string())]),
        };
        self.json = json.filter(|_| faults.is_empty());
        self.faults = faults;
    }

    fn publish(&mut self) -> Result<(), GraphError> {
        match (self.status, &self.json) {
            (FlowStatus::Draft, Some(_)) => self.status = FlowStatus::Published,
            (FlowStatus::Draft, None) => return Err(GraphError::coded(139_002, "The flow has no valid JSON.")),
            _ => return Err(GraphError::coded(139_002, "Only a draft can be published.")),
        }
        Ok(())
    }
}

impl World {
    /// Every form at Meta, drafts too.
    pub fn flows(&self) -> impl Iterator<Item = &Flow> {
        self.cloud.flows.values()
    }

    /// `GET /{waba}/flows`
    pub(in crate::cloud) fn list_flows(&self, request: &ApiRequest) -> Result<Value, GraphError> {
        let fields = request.fields();
        let items = self.cloud.flows.values().map(|flow| flow.node(&fields)).collect();
        paging::page(request, items, |item| item["id"].as_str().unwrap_or_default().to_owned())
    }

    /// `POST /{waba}/flows`
    pub(in crate::cloud) fn create_flow(&mut self, request: &ApiRequest) -> Result<Value, GraphError> {
        let name = request.param("name").ok_or_else(|| GraphError::required("name"))?;
        let categories = categories(request)?.ok_or_else(|| GraphError::required("categories"))?;
        let id = self.mint.decimal("flow", 15);
        let mut flow = match request.param("clone_flow_id") {
            Some(from) => self.cloud.flows.get(&from).cloned().ok_or_else(|| GraphError::unknown_object("POST", &from))?,
            None => Flow::default(),
        };
        flow.status = FlowStatus::Draft;
        flow.endpoint = request.param("endpoint_uri").or(flow.endpoint);
        (flow.id, flow.name, flow.categories, flow.updated_at) = (id.clone(), name, categories, self.now);
        if let Some(json) = request.param("flow_json") {
            flow.take(json.as_bytes());
        }
        if request.param("publish").is_some_and(|publish| publish == "true") {
            flow.publish()?;
        }
        let answer = json!({ "id": id, "success": true, "validation_errors": flow.faults });
        self.cloud.flows.insert(id, flow);
        Ok(answer)
    }

    /// `POST /{flow}`: what is not its pages.
    pub(in crate::cloud) fn edit_flow(&mut self, id: &str, request: &ApiRequest) -> Result<Value, GraphError> {
        let categories = categories(request)?;
        let flow = self.flow_mut(id)?;
        if flow.status == FlowStatus::Deprecated {
            return Err(GraphError::coded(139_001, "A deprecated flow stays as it is."));
        }
        flow.name = request.param("name").unwrap_or_else(|| flow.name.clone());
        flow.categories = categories.unwrap_or_else(|| flow.categories.clone());
        flow.endpoint = request.param("endpoint_uri").or_else(|| flow.endpoint.clone());
        Ok(json!({ "success": true }))
    }

    /// `POST /{flow}/assets`: the JSON of the pages.
    pub(in crate::cloud) fn put_flow_json(&mut self, id: &str, request: &ApiRequest) -> Result<Value, GraphError> {
        let file = request.file("file").ok_or_else(|| GraphError::required("file"))?;
        if request.form("asset_type") != Some("FLOW_JSON") || request.form("name") != Some("flow.json") {
            return Err(GraphError::invalid("name must be flow.json and asset_type FLOW_JSON"));
        }
        let flow = self.flow_mut(id)?;
        if flow.status != FlowStatus::Draft {
            return Err(GraphError::coded(139_001, "You attempted to update a flow that has been published; clone it."));
        }
        flow.take(&file.bytes);
        Ok(json!({ "success": true, "validation_errors": flow.faults }))
    }

    /// `GET /{flow}/assets`
    pub(in crate::cloud) fn list_flow_assets(&self, id: &str, request: &ApiRequest) -> Result<Value, GraphError> {
        let flow = self.cloud.flows.get(id).ok_or_else(|| GraphError::unknown_object("GET", id))?;
        let link = format!("{}/whatsapp_business/flow_assets?id={id}", request.base);
        let asset = json!({ "name": "flow.json", "asset_type": "FLOW_JSON", "download_url": link });
        let items = if flow.text.is_empty() { Vec::new() } else { vec![asset] };
        paging::page(request, items, |item| item["name"].as_str().unwrap_or_default().to_owned())
    }

    /// Where `download_url` leads.
    pub(in crate::cloud) fn download_flow(&self, request: &ApiRequest) -> ApiAnswer {
        let flow = request.query("id").and_then(|id| self.cloud.flows.get(id));
        let (status, body) = flow.map_or_else(|| (404, String::new()), |flow| (200, flow.text.clone()));
        ApiAnswer { status, content_type: "application/json".into(), body: body.into() }
    }

    pub(in crate::cloud) fn publish_flow(&mut self, id: &str) -> Result<Value, GraphError> {
        self.flow_mut(id)?.publish()?;
        Ok(json!({ "success": true }))
    }

    pub(in crate::cloud) fn deprecate_flow(&mut self, id: &str) -> Result<Value, GraphError> {
        let flow = self.flow_mut(id)?;
        if !flow.is_published() {
            return Err(GraphError::coded(139_003, "Only a published flow can be deprecated."));
        }
        flow.status = FlowStatus::Deprecated;
        Ok(json!({ "success": true }))
    }

    pub(in crate::cloud) fn delete_flow(&mut self, id: &str) -> Result<Value, GraphError> {
        if self.flow_mut(id)?.status != FlowStatus::Draft {
            return Err(GraphError::coded(139_004, "Only a draft can be deleted."));
        }
        self.cloud.flows.remove(id);
        Ok(json!({ "success": true }))
    }

    pub(in crate::cloud) fn get_flow(&self, id: &str, request: &ApiRequest) -> Result<Value, GraphError> {
        let flow = self.cloud.flows.get(id).ok_or_else(|| GraphError::unknown_object("GET", id))?;
        Ok(flow.node(&request.fields()))
    }

    /// To be changed now.
    fn flow_mut(&mut self, id: &str) -> Result<&mut Flow, GraphError> {
        let flow = self.cloud.flows.get_mut(id).ok_or_else(|| GraphError::unknown_object("POST", id))?;
        flow.updated_at = self.now;
        Ok(flow)
    }

    /// `POST /{number}/whatsapp_business_encryption`
    pub(in crate::cloud) fn put_form_key(&mut self, number: &str, request: &ApiRequest) -> Result<Value, GraphError> {
        let pem = request.param("business_public_key").ok_or_else(|| GraphError::required("business_public_key"))?;
        if read_key(&pem).is_none() {
            return Err(GraphError::invalid("business_public_key must be a public RSA key of 2048 bits in PEM"));
        }
        if let Some(number) = self.cloud.numbers.get_mut(number) {
            number.form_key = Some(pem);
        }
        Ok(json!({ "success": true }))
    }

    pub(in crate::cloud) fn get_form_key(&self, number: &str) -> Value {
        let key = self.cloud.numbers.get(number).and_then(|number| number.form_key.as_ref());
        json!({ "data": key.map(|key| json!({ "business_public_key": key, "business_public_key_signature_status": "VALID" })) })
    }
}

/// A list, as JSON or as text of JSON.
fn categories(request: &ApiRequest) -> Result<Option<Vec<String>>, GraphError> {
    let Some(given) = request.param("categories") else { return Ok(None) };
    let all: Vec<String> = serde_json::from_str(&given).map_err(|_| GraphError::invalid("Param categories must be an array."))?;
    match all.iter().find(|category| !CATEGORIES.contains(&category.as_str())) {
        Some(other) => {
            Err(GraphError::invalid(format!("Param categories[0] must be one of {{{}}} - got \"{other}\".", CATEGORIES.join(", "))))
        }
        None if all.is_empty() => Err(GraphError::invalid("Param categories must not be empty.")),
        None => Ok(Some(all)),
    }
}

fn fault(error: &str, message: &str) -> Value {
    json!({ "error": error, "error_type": "FLOW_JSON_ERROR", "message": message, "line_start": 1, "column_start": 1 })
}

/// The least that Meta looks at.
fn faults_of(json: &Value) -> Vec<Value> {
    let screens = json["screens"].as_array();
    if json["version"].as_str().is_none() {
        return vec![fault("MISSING_PROPERTY", "The property 'version' is missing.")];
    }
    match screens {
        None => vec![fault("MISSING_PROPERTY", "The property 'screens' is missing.")],
        Some(screens) if !screens.iter().any(|screen| screen["terminal"] == true) => {
            vec![fault("MISSING_TERMINAL_SCREEN", "A flow needs a screen with 'terminal': true.")]
        }
        Some(screens) => {
            let nameless = screens.iter().any(|screen| screen["id"].as_str().is_none() || screen["layout"].is_null());
            if nameless { vec![fault("MISSING_PROPERTY", "Each screen needs 'id' and 'layout'.")] } else { Vec::new() }
        }
    }
}
