//! The HTTP face: a token endpoint, and the API under `/v1/phones/…`.

use std::collections::BTreeMap;

use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use http::Method;
use model::Millis;
use serde_json::{Value, json};

use super::{RbmMessage, RbmStatus, reading};
use crate::people::{Line, PersonId};
use crate::server::Simulator;
use crate::wire::form_decode;
use crate::world::{Exchange, Fault, Party, World, note};

const BODY_MAX: usize = 256 * 1024;
const SCOPE: &str = "https://www.googleapis.com/auth/rcsbusinessmessaging";

/// The service on a listener of its own, with its token endpoint at `/token`.
pub fn router(simulator: Simulator) -> Router {
    Router::new().fallback(handle).with_state(simulator)
}

struct Call {
    method: Method,
    path: Vec<String>,
    target: String,
    query: BTreeMap<String, String>,
    token: Option<String>,
    body: Bytes,
}

/// Status and message.
type Trouble = (u16, String);

async fn handle(State(simulator): State<Simulator>, request: Request) -> Response {
    let Some(call) = read(request).await else { return respond(&(413, error(413, "the request is too long"))) };
    let (answer, lost) = simulator.with(|world| {
        let sends = call.method == Method::POST && call.path.last().is_some_and(|last| last == "agentMessages");
        let fault = world.fault(sends);
        let answer = match fault {
            Some(Fault::Down | Fault::Refused) => (503, error(503, "The service is currently unavailable.")),
            Some(Fault::Throttled) => (429, error(429, "Quota exceeded.")),
            Some(Fault::Rejected) => (400, error(400, "Request contains an invalid argument.")),
            Some(Fault::RequestLost) => (503, Value::Null),
            _ => world.serve_rbm(&call).map_or_else(|(status, text)| (status, error(status, &text)), |value| (200, value)),
        };
        let never_came = fault == Some(Fault::RequestLost);
        let lost = never_came || fault == Some(Fault::AnswerLost) && answer.0 == 200;
        let mut exchange = Exchange::request(world.now(), Party::RbmApi, call.method.as_str(), &call.target, &call.body);
        if !lost {
            exchange = exchange.answered(Some(answer.0), answer.1.to_string().as_bytes());
        } else {
            exchange.note = Some(if never_came { note::REQUEST_LOST } else { note::ANSWER_LOST }.into());
        }
        world.record(exchange);
        (answer, lost)
    });
    simulator.hold_answer().await;
    if lost { crate::cloud::broken() } else { respond(&answer) }
}

async fn read(request: Request) -> Option<Call> {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, BODY_MAX).await.ok()?;
    let header = parts.headers.get("authorization").and_then(|v| v.to_str().ok());
    let decoded = |text: &str| form_decode(&format!("x={}", text.replace('+', "%2B"))).pop().map(|(_, value)| value).unwrap_or_default();
    Some(Call {
        path: parts.uri.path().split('/').filter(|s| !s.is_empty()).map(decoded).collect(),
        target: parts.uri.path_and_query().map_or_else(String::new, ToString::to_string),
        query: form_decode(parts.uri.query().unwrap_or_default()).into_iter().collect(),
        token: header.and_then(|text| text.strip_prefix("Bearer ")).map(str::to_owned),
        method: parts.method,
        body,
    })
}

impl World {
    fn serve_rbm(&mut self, call: &Call) -> Result<Value, Trouble> {
        let path: Vec<&str> = call.path.iter().map(String::as_str).collect();
        if let (&Method::POST, ["token"]) = (&call.method, path.as_slice()) {
            return self.grant(&call.body);
        }
        let known = call.token.as_ref().and_then(|token| self.rbm.tokens.get(token));
        if known.is_none_or(|ends| *ends <= self.now) {
            return Err((401, "Request had invalid authentication credentials.".to_owned()));
        }
        let ["v1", "phones", phone, rest @ ..] = path.as_slice() else { return Err(missing(call)) };
        let agent = call.query.get("agentId").cloned().unwrap_or_default();
        if !self.config.rbm.agents.iter().any(|known| known.id == agent) {
            return Err((403, format!("The agent {agent} is not launched.")));
        }
        match (&call.method, rest) {
            (&Method::POST, ["agentMessages"]) => self.accept_rbm(phone, &agent, call),
            (&Method::DELETE, ["agentMessages", id]) => {
                self.rbm_asked_back(id);
                Ok(json!({}))
            }
            (&Method::GET, ["capabilities"]) => {
                self.rbm_person(phone)?;
                Ok(json!({ "features": ["RICHCARD_STANDALONE", "RICHCARD_CAROUSEL", "ACTION_CREATE_CALENDAR_EVENT", "ACTION_DIAL",
                    "ACTION_OPEN_URL", "ACTION_SHARE_LOCATION", "ACTION_VIEW_LOCATION"] }))
            }
            (&Method::POST, ["agentEvents"]) => {
                let person = self.rbm_person(phone)?;
                let event: Value = serde_json::from_slice(&call.body).map_err(|error| (400, error.to_string()))?;
                let id = call.query.get("eventId").filter(|id| !id.is_empty()).ok_or((400, "eventId is required".to_owned()))?;
                match (event["eventType"].as_str(), event["messageId"].as_str()) {
                    (Some("READ"), Some(message)) => self.rbm_agent_read(person, &agent, message),
                    (Some("READ"), None) => return Err((400, "messageId is required".to_owned())),
                    (Some("IS_TYPING"), _) => self.rbm_agent_types(person, &agent),
                    (other, _) => return Err((400, format!("eventType {other:?} is not valid"))),
                }
                Ok(json!({ "name": format!("phones/{phone}/agentEvents/{id}") }))
            }
            _ => Err(missing(call)),
        }
    }

    /// RFC 7523, as a service account does it.
    fn grant(&mut self, body: &[u8]) -> Result<Value, Trouble> {
        let invalid = |why: &str| (400, format!("invalid_grant: {why}"));
        let form: BTreeMap<String, String> = form_decode(&String::from_utf8_lossy(body)).into_iter().collect();
        if form.get("grant_type").map(String::as_str) != Some("urn:ietf:params:oauth:grant-type:jwt-bearer") {
            return Err((400, "unsupported_grant_type".to_owned()));
        }
        let assertion = form.get("assertion").ok_or_else(|| invalid("assertion is missing"))?;
        let parts: Vec<&str> = assertion.split('.').collect();
        let [head, claims, signature] = parts.as_slice() else { return Err(invalid("the assertion is no JWT")) };
        let json = |part: &str| URL_SAFE_NO_PAD.decode(part).ok().and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok());
        let (head_json, claims_json) = (json(head), json(claims));
        let (Some(header), Some(said)) = (head_json, claims_json) else { return Err(invalid("the assertion is no JWT")) };
        if header["alg"] != "RS256" || said["scope"] != SCOPE || said["iss"] != self.config.rbm.service_account.as_str() {
            return Err(invalid("algorithm, scope or account"));
        }
        let (now, iat, exp) = (self.now.as_secs(), said["iat"].as_i64().unwrap_or_default(), said["exp"].as_i64().unwrap_or_default());
        if exp <= now - 300 || iat > now + 300 || exp - iat > 3600 {
            return Err(invalid("Token must be a short-lived token (60 minutes) and in a reasonable timeframe"));
        }
        if let Some(key) = &self.config.rbm.public_key {
            let key = STANDARD.decode(key).map_err(|_| (500, "the configured public key is no base64".to_owned()))?;
            let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| invalid("Invalid JWT Signature."))?;
            let signed = format!("{head}.{claims}");
            UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key)
                .verify(signed.as_bytes(), &signature)
                .map_err(|_| invalid("Invalid JWT Signature."))?;
        }
        let token = format!("ya29.{}", self.mint.hex("rbm-token", 32));
        self.rbm.tokens.retain(|_, ends| *ends > self.now);
        self.rbm.tokens.insert(token.clone(), self.now + Millis::from_hours(1));
        Ok(json!({ "access_token": token, "expires_in": 3599, "token_type": "Bearer" }))
    }

    fn accept_rbm(&mut self, phone: &str, agent: &str, call: &Call) -> Result<Value, Trouble> {
        let invalid = |why: String| (400, format!("Request contains an invalid argument: {why}"));
        let id = call.query.get("messageId").filter(|id| is_uuid(id)).ok_or_else(|| invalid("messageId must be a UUID".to_owned()))?;
        let body: Value = serde_json::from_slice(&call.body).map_err(|error| invalid(error.to_string()))?;
        let (shown, kind) = reading::read(&body).map_err(invalid)?;
        reading::traffic(&body).map_err(invalid)?;
        let ttl = match body.get("ttl").map(|ttl| ttl.as_str().and_then(|ttl| ttl.strip_suffix('s')?.parse::<f64>().ok())) {
            None => None,
            Some(Some(seconds)) if seconds > 0.0 => Some(Millis((seconds * 1000.0) as i64)),
            Some(_) => return Err(invalid("ttl must be seconds such as 600s".to_owned())),
        };
        let person = self.rbm_person(phone)?;
        if let Some(code) = self.outcomes.refusal(person, Line::Rcs, phone) {
            return Err((u16::try_from(code).unwrap_or(500), "as the script says".to_owned()));
        }
        let answer = json!({ "name": format!("phones/{phone}/agentMessages/{id}"), "sendTime": self.now.to_string(), "contentMessage": body["contentMessage"] });
        // The same id again is the same message.
        if !self.rbm.messages.contains_key(id) {
            let message = RbmMessage {
                agent: agent.to_owned(),
                person,
                to: phone.to_owned(),
                shown,
                kind: kind.to_owned(),
                status: RbmStatus::Accepted,
                accepted_at: self.now,
            };
            self.rbm_take(id, message, ttl);
        }
        Ok(answer)
    }

    /// Somebody whose phone has RCS.
    fn rbm_person(&mut self, phone: &str) -> Result<PersonId, Trouble> {
        let known = self.people.by_phone(phone).filter(|id| self.people.get(*id).is_some_and(|person| person.on_rcs));
        known.ok_or_else(|| (404, "The specified phone number cannot be reached by RBM at this time.".to_owned()))
    }
}

fn is_uuid(text: &str) -> bool {
    let dashes = [8, 13, 18, 23];
    text.len() == 36 && text.bytes().enumerate().all(|(at, b)| if dashes.contains(&at) { b == b'-' } else { b.is_ascii_hexdigit() })
}

fn missing(call: &Call) -> Trouble {
    (404, format!("{} is not found", call.target))
}

fn error(status: u16, message: &str) -> Value {
    let word = match status {
        400 => "INVALID_ARGUMENT",
        401 => "UNAUTHENTICATED",
        403 => "PERMISSION_DENIED",
        404 => "NOT_FOUND",
        429 => "RESOURCE_EXHAUSTED",
        503 => "UNAVAILABLE",
        _ => "INTERNAL",
    };
    json!({ "error": { "code": status, "message": message, "status": word } })
}

fn respond((status, value): &(u16, Value)) -> Response {
    let response = Response::builder().status(*status).header("content-type", "application/json").body(Body::from(value.to_string()));
    response.unwrap_or_else(|_| Response::new(Body::empty()))
}
