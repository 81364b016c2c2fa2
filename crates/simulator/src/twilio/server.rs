//! The HTTP face: Basic auth, form bodies, `.json` paths.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::Method;
use serde_json::Value;

use super::error::TwilioError;
use super::message::VERSION;
use super::validate::Form;
use crate::crypto;
use crate::server::Simulator;
use crate::wire::form_decode;
use crate::world::{Exchange, Fault, Party, World, note};

const BODY_MAX: usize = 1024 * 1024;

/// Twilio's API on a listener of its own.
pub fn router(simulator: Simulator) -> Router {
    Router::new().fallback(handle).with_state(simulator)
}

struct Call {
    method: Method,
    path: Vec<String>,
    target: String,
    query: Form,
    form: Form,
    body: Bytes,
    /// User and password of Basic auth.
    login: Option<(String, String)>,
    base: String,
}

enum Answer {
    Json(u16, Value),
    Bytes(String, Bytes),
    Empty,
}

async fn handle(State(simulator): State<Simulator>, request: Request) -> Response {
    let Some(call) = read(request).await else { return respond(&error(&TwilioError::new(20001, "body"))) };
    let (answer, lost) = simulator.with(|world| {
        let sends = call.method == Method::POST && call.path.last().is_some_and(|last| last == "Messages");
        let fault = world.fault(sends);
        let answer = match fault {
            Some(Fault::Down | Fault::Refused) => error(&TwilioError::new(20500, "")),
            Some(Fault::Throttled) => error(&TwilioError::new(20429, "")),
            Some(Fault::Rejected) => error(&TwilioError::new(21612, "")),
            Some(Fault::RequestLost) => Answer::Empty,
            _ => world.serve_twilio(&call).unwrap_or_else(|e| error(&e)),
        };
        let never_came = fault == Some(Fault::RequestLost);
        let lost = never_came || fault == Some(Fault::AnswerLost) && matches!(answer, Answer::Json(201, _));
        let mut exchange = Exchange::request(world.now(), Party::TwilioApi, call.method.as_str(), &call.target, &call.body);
        exchange = match &answer {
            _ if lost => exchange,
            Answer::Json(status, value) => exchange.answered(Some(*status), value.to_string().as_bytes()),
            Answer::Bytes(_, bytes) => exchange.answered(Some(200), bytes),
            Answer::Empty => exchange.answered(Some(204), b""),
        };
        if lost {
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
    let header = |name: &str| parts.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let body = axum::body::to_bytes(body, BODY_MAX).await.ok()?;
    let login = header("authorization").strip_prefix("Basic ").and_then(|text| STANDARD.decode(text.trim()).ok());
    let login = login.and_then(|raw| String::from_utf8(raw).ok());
    let login = login.and_then(|text| text.split_once(':').map(|(user, pass)| (user.to_owned(), pass.to_owned())));
    let path = parts.uri.path().trim_end_matches(".json").split('/').filter(|s| !s.is_empty()).map(str::to_owned).collect();
    Some(Call {
        base: format!("http://{}", header("host")),
        path,
        target: parts.uri.path_and_query().map_or_else(String::new, ToString::to_string),
        query: Form(form_decode(parts.uri.query().unwrap_or_default())),
        form: Form(form_decode(&String::from_utf8_lossy(&body))),
        method: parts.method,
        body,
        login,
    })
}

impl World {
    fn serve_twilio(&mut self, call: &Call) -> Result<Answer, TwilioError> {
        let path: Vec<&str> = call.path.iter().map(String::as_str).collect();
        let not_found = || TwilioError::new(20404, &call.target);
        if let [version @ ("v1" | "v2"), rest @ ..] = path.as_slice() {
            return self.serve_beside(call, version, rest);
        }
        let [VERSION, "Accounts", account, rest @ ..] = path.as_slice() else { return Err(not_found()) };
        if !self.twilio_login(account, call.login.as_ref()) {
            return Err(TwilioError::new(20003, ""));
        }
        self.twilio.base = Some(call.base.clone());
        let ok = |value| Ok(Answer::Json(200, value));
        match (&call.method, rest) {
            (&Method::GET, []) => ok(self.account()),
            (&Method::POST, ["Messages"]) => self.accept_sms(&call.form).map(|value| Answer::Json(201, value)),
            (&Method::GET, ["Messages"]) => ok(self.list_sms(&call.query)),
            (&Method::GET, ["Messages", sid]) => self.get_sms(sid).and_then(ok),
            (&Method::POST, ["Messages", sid]) => self.change_sms(sid, &call.form).and_then(ok),
            (&Method::DELETE, ["Messages", sid]) => self.delete_sms(sid).map(|()| Answer::Empty),
            (&Method::GET, ["Messages", sid, "Media"]) => self.list_sms_media(sid).and_then(ok),
            (&Method::GET, ["Messages", sid, "Media", media]) => {
                let key = ((*sid).to_owned(), (*media).to_owned());
                self.twilio.media.get(&key).map(|(mime, bytes)| Answer::Bytes(mime.clone(), bytes.clone())).ok_or_else(not_found)
            }
            (&Method::GET, ["IncomingPhoneNumbers"]) => ok(self.list_sms_numbers(&call.query)),
            (&Method::GET, ["IncomingPhoneNumbers", sid]) => self.sms_number(sid, None).and_then(ok),
            (&Method::POST, ["IncomingPhoneNumbers", sid]) => self.sms_number(sid, Some(&call.form)).and_then(ok),
            _ => Err(not_found()),
        }
    }

    /// The APIs of content and of senders, which stand beside the other at addresses of their own.
    fn serve_beside(&mut self, call: &Call, version: &str, path: &[&str]) -> Result<Answer, TwilioError> {
        let account = self.config.twilio.account_sid.clone();
        if !self.twilio_login(&account, call.login.as_ref()) {
            return Err(TwilioError::new(20003, ""));
        }
        let ok = |value| Ok(Answer::Json(200, value));
        match (&call.method, version, path) {
            (&Method::POST, "v1", ["Content"]) => self.make_content(&call.body).map(|value| Answer::Json(201, value)),
            (&Method::GET, _, ["Content"]) => self.list_contents(version, &call.query).and_then(ok),
            (&Method::GET, "v1", ["Content", sid]) => self.content(sid).and_then(ok),
            (&Method::DELETE, "v1", ["Content", sid]) => self.delete_content(sid).map(|()| Answer::Empty),
            (&Method::GET, "v2", ["Channels", "Senders"]) => ok(self.list_agents()),
            _ => Err(TwilioError::new(20404, &call.target)),
        }
    }

    /// Account and auth token, or an API key with its secret.
    fn twilio_login(&self, account: &str, login: Option<&(String, String)>) -> bool {
        let twilio = &self.config.twilio;
        let Some((user, password)) = login else { return false };
        let by_token = crypto::same(user, &twilio.account_sid) && crypto::same(password, &twilio.auth_token);
        let by_key = twilio.api_key.as_ref().is_some_and(|(key, secret)| crypto::same(user, key) && crypto::same(password, secret));
        account == twilio.account_sid && (by_token || by_key)
    }
}

fn error(error: &TwilioError) -> Answer {
    Answer::Json(error.status, error.body())
}

fn respond(answer: &Answer) -> Response {
    let (status, kind, body) = match answer {
        Answer::Json(status, value) => (*status, "application/json", Body::from(value.to_string())),
        Answer::Bytes(kind, bytes) => (200, kind.as_str(), Body::from(bytes.clone())),
        Answer::Empty => (204, "application/json", Body::empty()),
    };
    let response = Response::builder()
        .status(status)
        .header("content-type", kind)
        .header("twilio-request-id", "RQ00000000000000000000000000000000")
        .body(body);
    response.unwrap_or_else(|_| Response::new(Body::empty()))
}
