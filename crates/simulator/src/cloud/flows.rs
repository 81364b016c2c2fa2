//! Flows as objects, the key of their endpoint, and a phone that fills one in: page by page through the encrypted endpoint, or at once (reference 9).

use std::collections::BTreeMap;

use aes_gcm::aead::{Aead as _, KeyInit as _};
use aes_gcm::aes::Aes128;
use aes_gcm::aes::cipher::consts::U16;
use aes_gcm::{AesGcm, Nonce};
use aws_lc_rs::rsa::{OAEP_SHA256_MGF1SHA256, OaepPublicEncryptingKey, PublicEncryptingKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::{ApiRequest, GraphError};
use crate::crypto;
use crate::people::{PersonId, RichMessage};
use crate::server::Simulator;
use crate::world::World;

/// Pages that a phone goes through before it gives up: a form that sends people in a circle has no end.
const PAGES_MAX: usize = 20;

/// A form at Meta.
#[derive(Clone, Debug, Default)]
pub struct Flow {
    pub name: String,
    pub endpoint: Option<String>,
    pub json: Option<Value>,
    /// The JSON as it came, also one with faults.
    pub text: String,
    /// DRAFT or PUBLISHED.
    pub published: bool,
}

/// How filling a form ended, for the person.
#[derive(Clone, Debug, PartialEq)]
pub enum FormEnd {
    /// Sent: the message's id.
    Sent(String),
    /// The endpoint complained about a page, in these words.
    Complained(String),
    /// The endpoint answered so, and the phone says that something went wrong.
    Failed(u16, String),
}

impl World {
    /// Every form at Meta, drafts too.
    pub fn flows(&self) -> impl Iterator<Item = &Flow> {
        self.cloud.flows.values()
    }

    /// `POST /{waba}/flows`
    pub(super) fn create_flow(&mut self, request: &ApiRequest) -> Result<Value, GraphError> {
        let name = request.param("name").ok_or_else(|| GraphError::required("name"))?;
        if request.param("categories").is_none() {
            return Err(GraphError::required("categories"));
        }
        let id = self.mint.decimal("flow", 15);
        self.cloud.flows.insert(id.clone(), Flow { name, endpoint: request.param("endpoint_uri"), ..Flow::default() });
        Ok(json!({ "id": id, "success": true, "validation_errors": [] }))
    }

    /// `POST /{flow}/assets`: the JSON of the pages.
    pub(super) fn put_flow_json(&mut self, id: &str, request: &ApiRequest) -> Result<Value, GraphError> {
        let file = request.file("file").ok_or_else(|| GraphError::required("file"))?;
        if request.form("asset_type") != Some("FLOW_JSON") || request.form("name") != Some("flow.json") {
            return Err(GraphError::invalid("name must be flow.json and asset_type FLOW_JSON"));
        }
        let faults = match serde_json::from_slice::<Value>(&file.bytes) {
            Ok(json) => {
                let faults = faults_of(&json);
                let flow = self.cloud.flows.get_mut(id).ok_or_else(|| GraphError::unknown_object("POST", id))?;
                if flow.published {
                    return Err(GraphError::of_code(139_000));
                }
                flow.text = String::from_utf8_lossy(&file.bytes).into_owned();
                flow.json = faults.is_empty().then_some(json);
                faults
            }
            Err(error) => vec![fault("INVALID_JSON", &error.to_string())],
        };
        Ok(json!({ "success": true, "validation_errors": faults }))
    }

    pub(super) fn publish_flow(&mut self, id: &str) -> Result<Value, GraphError> {
        let flow = self.cloud.flows.get_mut(id).ok_or_else(|| GraphError::unknown_object("POST", id))?;
        if flow.json.is_none() {
            return Err(GraphError::invalid("The flow has no valid JSON"));
        }
        flow.published = true;
        Ok(json!({ "success": true }))
    }

    pub(super) fn get_flow(&self, id: &str) -> Result<Value, GraphError> {
        let flow = self.cloud.flows.get(id).ok_or_else(|| GraphError::unknown_object("GET", id))?;
        let status = if flow.published { "PUBLISHED" } else { "DRAFT" };
        Ok(json!({ "id": id, "name": flow.name, "status": status, "endpoint_uri": flow.endpoint, "validation_errors": [] }))
    }

    /// `POST /{number}/whatsapp_business_encryption`
    pub(super) fn put_form_key(&mut self, number: &str, request: &ApiRequest) -> Result<Value, GraphError> {
        let pem = request.param("business_public_key").ok_or_else(|| GraphError::required("business_public_key"))?;
        if read_key(&pem).is_none() {
            return Err(GraphError::invalid("business_public_key must be a public RSA key of 2048 bits in PEM"));
        }
        if let Some(number) = self.cloud.numbers.get_mut(number) {
            number.form_key = Some(pem);
        }
        Ok(json!({ "success": true }))
    }

    pub(super) fn get_form_key(&self, number: &str) -> Value {
        let key = self.cloud.numbers.get(number).and_then(|number| number.form_key.as_ref());
        json!({ "data": key.map(|key| json!({ "business_public_key": key, "business_public_key_signature_status": "VALID" })) })
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

fn read_key(pem: &str) -> Option<OaepPublicEncryptingKey> {
    let text: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    let key = PublicEncryptingKey::from_der(&STANDARD.decode(text.trim()).ok()?).ok()?;
    OaepPublicEncryptingKey::new(key).ok()
}

/// What a phone needs to fill a form.
struct Opened {
    number: String,
    token: String,
    endpoint: Option<String>,
    key: Option<String>,
    secret: String,
}

impl Simulator {
    /// A person opens the form of a message and fills its pages, each with what `pages` has for its screen. A form without endpoint is sent at once.
    pub async fn fill_form(&self, person: PersonId, message: &str, pages: &BTreeMap<String, Map<String, Value>>) -> FormEnd {
        let opened = self.with(|world| world.open_form(person, message));
        let Some(opened) = opened else { return FormEnd::Failed(0, "the message has no form".to_owned()) };
        let answers = match opened.endpoint.clone() {
            Some(endpoint) => match self.through_endpoint(&opened, &endpoint, pages).await {
                Ok(answers) => answers,
                Err(end) => return end,
            },
            None => {
                let mut all: Map<String, Value> = pages.values().flatten().map(|(name, value)| (name.clone(), value.clone())).collect();
                all.insert("flow_token".to_owned(), opened.token.clone().into());
                all
            }
        };
        let sends = RichMessage::Flow { message: message.to_owned(), answers: Value::Object(answers) };
        match self.with(|world| world.person_sends(person, Some(&opened.number), sends)) {
            Ok(id) => FormEnd::Sent(id),
            Err(error) => FormEnd::Failed(0, error.to_string()),
        }
    }

    async fn through_endpoint(
        &self,
        opened: &Opened,
        endpoint: &str,
        pages: &BTreeMap<String, Map<String, Value>>,
    ) -> Result<Map<String, Value>, FormEnd> {
        let mut ask = json!({ "version": "3.0", "action": "INIT", "flow_token": opened.token });
        let mut seen = String::new();
        for _ in 0..PAGES_MAX {
            let answer = self.exchange(opened, endpoint, &ask).await?;
            let (screen, data) = (answer["screen"].as_str().unwrap_or_default(), answer["data"].as_object().cloned().unwrap_or_default());
            if screen == "SUCCESS" {
                return Ok(answer["data"]["extension_message_response"]["params"].as_object().cloned().unwrap_or_default());
            }
            if let Some(complaint) = data.get("error_message").and_then(Value::as_str) {
                return Err(FormEnd::Complained(complaint.to_owned()));
            }
            if screen == seen {
                return Err(FormEnd::Failed(200, format!("the page {screen} comes again without a word")));
            }
            let Some(filled) = pages.get(screen) else { return Err(FormEnd::Failed(200, format!("nobody fills the page {screen}"))) };
            // The page hands on what it was shown with, and what was typed.
            let given: Map<String, Value> = data.into_iter().chain(filled.clone()).collect();
            screen.clone_into(&mut seen);
            ask = json!({ "version": "3.0", "action": "data_exchange", "screen": screen, "data": given, "flow_token": opened.token });
        }
        Err(FormEnd::Failed(200, "the form has no end".to_owned()))
    }

    /// Asks whether an endpoint lives, as Meta does before a form is published and ever after.
    pub async fn ping_form(&self, number: &str, endpoint: &str) -> FormEnd {
        let opened = self.with(|world| world.form_of(number, String::new(), None));
        let Some(opened) = opened else { return FormEnd::Failed(0, "there is no such number".to_owned()) };
        match self.exchange(&opened, endpoint, &json!({ "version": "3.0", "action": "ping" })).await {
            Ok(answer) if answer == json!({ "data": { "status": "active" } }) => FormEnd::Sent(String::new()),
            Ok(answer) => FormEnd::Failed(200, answer.to_string()),
            Err(end) => end,
        }
    }

    /// One request, encrypted and signed, and its answer.
    async fn exchange(&self, opened: &Opened, endpoint: &str, ask: &Value) -> Result<Value, FormEnd> {
        let broken = |why: &str| FormEnd::Failed(0, why.to_owned());
        let key = opened.key.as_deref().and_then(read_key).ok_or_else(|| broken("the number has no key"))?;
        let random = self.with(|world| world.mint.hex("form", 64));
        let random = hex::decode(random).unwrap_or_default();
        let (aes, nonce) = random.split_at_checked(16).ok_or_else(|| broken("no randomness"))?;
        let cipher = AesGcm::<Aes128, U16>::new_from_slice(aes).map_err(|_| broken("no cipher"))?;
        let data = cipher.encrypt(Nonce::from_slice(nonce), ask.to_string().as_bytes()).map_err(|_| broken("no cipher"))?;
        let mut room = vec![0; key.ciphertext_size()];
        let wrapped = key.encrypt(&OAEP_SHA256_MGF1SHA256, aes, &mut room, None).map_err(|_| broken("the key cannot encrypt"))?;
        let body = json!({
            "encrypted_flow_data": STANDARD.encode(data),
            "encrypted_aes_key": STANDARD.encode(wrapped),
            "initial_vector": STANDARD.encode(nonce),
        });
        let body = body.to_string();
        let signature = crypto::hub_signature(&opened.secret, body.as_bytes());
        let headers = [("content-type".to_owned(), "application/json".to_owned()), ("x-hub-signature-256".to_owned(), signature)];
        let answer = self.sink().post(endpoint, &headers, body.into()).await.map_err(|error| broken(&error.0))?;
        if answer.status != 200 {
            return Err(FormEnd::Failed(answer.status, String::from_utf8_lossy(&answer.body).into_owned()));
        }
        let flipped: Vec<u8> = nonce.iter().map(|byte| !byte).collect();
        let sealed = STANDARD.decode(&answer.body).map_err(|_| broken("the answer is not base64"))?;
        let plain = cipher.decrypt(Nonce::from_slice(&flipped), sealed.as_slice()).map_err(|_| broken("the answer cannot be decrypted"))?;
        serde_json::from_slice(&plain).map_err(|_| broken("the answer is not JSON"))
    }
}

impl World {
    fn open_form(&self, person: PersonId, message: &str) -> Option<Opened> {
        let entry = self.people.get(person)?.entry(message)?;
        let tap = entry.shown.taps.iter().find(|tap| tap.target.as_deref().is_some_and(|target| target.starts_with("flow:")))?;
        let flow = tap.target.as_deref().and_then(|target| target.strip_prefix("flow:"));
        self.form_of(&entry.business, tap.id.clone(), flow.and_then(|named| self.flow_called(named)))
    }

    fn flow_called(&self, named: &str) -> Option<&Flow> {
        self.cloud.flows.get(named).or_else(|| self.cloud.flows.values().find(|flow| flow.published && flow.name == named))
    }

    fn form_of(&self, number: &str, token: String, flow: Option<&Flow>) -> Option<Opened> {
        let state = self.cloud.numbers.get(number)?;
        Some(Opened {
            number: number.to_owned(),
            token,
            endpoint: flow.and_then(|flow| flow.endpoint.clone()),
            key: state.form_key.clone(),
            secret: self.config.cloud.app_secret.clone(),
        })
    }
}
