//! The HTTP face: a bearer key and JSON.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::response::Response;
use http::Method;
use serde_json::{Value, json};

use super::error::TelnyxError;
use crate::crypto;
use crate::server::Simulator;
use crate::world::{Exchange, Fault, Party, World, note};

const BODY_MAX: usize = 1024 * 1024;

/// Telnyx's API on a listener of its own.
pub fn router(simulator: Simulator) -> Router {
    Router::new().fallback(handle).with_state(simulator)
}

struct Call {
    method: Method,
    path: Vec<String>,
    target: String,
    key: Option<String>,
    base: String,
    body: Bytes,
}

enum Answer {
    Json(u16, Value),
    File(String, Bytes),
}

async fn handle(State(simulator): State<Simulator>, request: Request) -> Response {
    let Some(call) = read(request).await else { return respond(refused(&TelnyxError::new(10015, "The request is too long."))) };
    let (answer, lost) = simulator.with(|world| {
        let fault = world.fault(call.method == Method::POST);
        let answer = match fault {
            Some(Fault::Down | Fault::Refused | Fault::RequestLost) => refused(&TelnyxError::new(10007, "")),
            Some(Fault::Throttled) => refused(&TelnyxError::new(10011, "")),
            Some(Fault::Rejected) => refused(&TelnyxError::new(10015, "")),
            _ => world.serve_telnyx(&call).unwrap_or_else(|error| refused(&error)),
        };
        let never_came = fault == Some(Fault::RequestLost);
        let lost = never_came || fault == Some(Fault::AnswerLost) && matches!(answer, Answer::Json(200, _));
        let mut exchange = Exchange::request(world.now(), Party::TelnyxApi, call.method.as_str(), &call.target, &call.body);
        if lost {
            exchange.note = Some(if never_came { note::REQUEST_LOST } else { note::ANSWER_LOST }.into());
        } else {
            exchange = match &answer {
                Answer::Json(status, value) => exchange.answered(Some(*status), value.to_string().as_bytes()),
                Answer::File(_, bytes) => exchange.answered(Some(200), bytes),
            };
        }
        world.record(exchange);
        (answer, lost)
    });
    simulator.hold_answer().await;
    if lost { crate::cloud::broken() } else { respond(answer) }
}

async fn read(request: Request) -> Option<Call> {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, BODY_MAX).await.ok()?;
    let header = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    Some(Call {
        path: parts.uri.path().split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect(),
        target: parts.uri.path_and_query().map_or_else(String::new, ToString::to_string),
        key: header("authorization").strip_prefix("Bearer ").map(str::to_owned),
        base: format!("http://{}", header("host")),
        method: parts.method.clone(),
        body,
    })
}

impl World {
    fn serve_telnyx(&mut self, call: &Call) -> Result<Answer, TelnyxError> {
        let path: Vec<&str> = call.path.iter().map(String::as_str).collect();
        let missing = || TelnyxError::new(10005, format!("There is nothing at {}.", call.target));
        // Files lie at public addresses.
        if let (&Method::GET, ["media", id]) = (&call.method, path.as_slice()) {
            return self.telnyx.files.get(*id).map(|(kind, bytes)| Answer::File(kind.clone(), bytes.clone())).ok_or_else(missing);
        }
        if !call.key.as_ref().is_some_and(|key| crypto::same(key, &self.config.telnyx.api_key)) {
            return Err(TelnyxError::new(10009, "The API key is missing or wrong."));
        }
        self.telnyx.base = Some(call.base.clone());
        let data = match (&call.method, path.as_slice()) {
            (&Method::POST, ["v2", "messages"]) => self.accept_telnyx(&call.body)?,
            (&Method::GET, ["v2", "messages", id]) => {
                self.telnyx.messages.get(*id).ok_or_else(missing)?.json(&self.config.telnyx.profile_id)
            }
            _ => return Err(missing()),
        };
        Ok(Answer::Json(200, json!({ "data": data })))
    }
}

fn refused(error: &TelnyxError) -> Answer {
    Answer::Json(error.status, error.body())
}

fn respond(answer: Answer) -> Response {
    let (status, kind, body) = match answer {
        Answer::Json(status, value) => (status, "application/json".to_owned(), Body::from(value.to_string())),
        Answer::File(kind, bytes) => (200, kind, Body::from(bytes)),
    };
    Response::builder().status(status).header("content-type", kind).body(body).unwrap_or_else(|_| Response::new(Body::empty()))
}
