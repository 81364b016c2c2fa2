//! A phone that fills a form in: page by page through the encrypted endpoint, or at once (reference 9).

use std::collections::BTreeMap;

use aes_gcm::aead::{Aead as _, KeyInit as _};
use aes_gcm::aes::Aes128;
use aes_gcm::aes::cipher::consts::U16;
use aes_gcm::{AesGcm, Nonce};
use aws_lc_rs::rsa::{OAEP_SHA256_MGF1SHA256, OaepPublicEncryptingKey, PublicEncryptingKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::Flow;
use crate::crypto;
use crate::people::{PersonId, RichMessage};
use crate::server::Simulator;
use crate::world::World;

/// Pages that a phone goes through before it gives up: a form that sends people in a circle has no end.
const PAGES_MAX: usize = 20;

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

pub(super) fn read_key(pem: &str) -> Option<OaepPublicEncryptingKey> {
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
        self.cloud.flows.get(named).or_else(|| self.cloud.flows.values().find(|flow| flow.is_published() && flow.name == named))
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
