//! A Twilio of a few answers, in process.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::response::IntoResponse as _;
use channel::{Account, Provider, Secret, TwilioAccount};
use http_client::{HttpError, HttpErrorKind, Response, RouterTransport, StatusCode, Transport};
use model::sender::{Sender, SenderStatus};
use model::{Channel, SenderId, WorkspaceId};

pub(super) const SID: &str = "ACbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";

pub(super) fn twilio() -> TwilioAccount {
    TwilioAccount {
        account_sid: SID.into(),
        auth_token: Secret::new("token"),
        signing_key: None,
        from: Some("+15017250604".into()),
        messaging_service_sid: None,
        base_url: "https://api.example.com".into(),
        public_url: "https://antiphon.example.com/".into(),
    }
}

pub(super) fn account_with(twilio: TwilioAccount) -> Account {
    Account {
        workspace: WorkspaceId::from_u128(1),
        sender: Sender {
            id: SenderId::from_u128(2),
            channel: Channel::Sms,
            name: "Main".into(),
            address: "+15017250604".into(),
            provider_ref: SID.into(),
            status: SenderStatus::Active,
            per_second: 1,
        },
        provider: Provider::Twilio(twilio),
    }
}

pub(super) fn account() -> Account {
    account_with(twilio())
}

pub(super) struct Seen {
    pub line: String,
    pub authorization: Option<String>,
    pub body: String,
}

/// Status, header name and value, body.
pub(super) type Answer = (u16, (&'static str, &'static str), String);

#[derive(Clone)]
pub(super) struct Fake {
    seen: Arc<Mutex<Vec<Seen>>>,
    answers: Arc<Mutex<Vec<Answer>>>,
}

impl Fake {
    /// Answers in this order; then 500.
    pub(super) fn answering(answers: &[(u16, &str)]) -> Self {
        Self::with(answers.iter().map(|(status, body)| (*status, ("content-type", "application/json"), (*body).to_owned())).collect())
    }

    pub(super) fn with(mut answers: Vec<Answer>) -> Self {
        answers.reverse();
        Self { seen: Arc::default(), answers: Arc::new(Mutex::new(answers)) }
    }

    pub(super) fn transport(&self) -> Arc<dyn Transport> {
        let router = Router::new().fallback(answer).with_state(self.clone());
        Arc::new(RouterTransport::new().host("api.example.com", router.clone()).host("storage.example.org", router))
    }

    pub(super) fn seen(&self) -> Vec<Seen> {
        std::mem::take(&mut *self.seen.lock().unwrap())
    }
}

async fn answer(State(fake): State<Fake>, request: Request) -> axum::response::Response {
    let (parts, body) = request.into_parts();
    let authorization = parts.headers.get("authorization").map(|value| value.to_str().unwrap().to_owned());
    let line = format!("{} {}", parts.method, parts.uri);
    let body = axum::body::to_bytes(body, 1 << 20).await.unwrap();
    fake.seen.lock().unwrap().push(Seen { line, authorization, body: String::from_utf8_lossy(&body).into_owned() });
    let next = fake.answers.lock().unwrap().pop();
    let (status, (name, value), body) = next.unwrap_or((500, ("content-type", "text/plain"), "nothing more".to_owned()));
    let headers = HeaderMap::from_iter([(name.parse().unwrap(), value.parse().unwrap())]);
    (StatusCode::from_u16(status).unwrap(), headers, body).into_response()
}

/// A transport that only fails.
pub(super) struct Failing(pub HttpErrorKind);

#[async_trait::async_trait]
impl Transport for Failing {
    async fn send(&self, _request: http_client::Request) -> Result<Response, HttpError> {
        Err(HttpError::new(self.0, "api.example.com: test"))
    }
}
