//! A Graph API of a few answers, in process.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Request, State};
use axum::response::IntoResponse as _;
use channel::{Account, Provider, Secret, WhatsappAccount};
use http_client::{HttpError, HttpErrorKind, Response, RouterTransport, StatusCode, Transport};
use model::sender::{Sender, SenderStatus};
use model::{Channel, SenderId, WorkspaceId};

pub(super) const NUMBER: &str = "106540352242922";

pub(super) fn account() -> Account {
    Account {
        workspace: WorkspaceId::from_u128(1),
        sender: Sender {
            id: SenderId::from_u128(2),
            channel: Channel::Whatsapp,
            name: "Main".into(),
            address: "+15550783881".into(),
            provider_ref: NUMBER.into(),
            status: SenderStatus::Active,
            per_second: 80,
        },
        provider: Provider::WhatsappCloud(WhatsappAccount {
            phone_number_id: NUMBER.into(),
            waba_id: "102290129340398".into(),
            access_token: Secret::new("TOKEN"),
            app_secret: Secret::new("app-secret"),
            verify_token: Secret::new("vt"),
            base_url: "https://graph.example.com/".into(),
            graph_version: "v26.0".into(),
            read_receipts: true,
            dataset_id: None,
        }),
    }
}

pub(super) struct Seen {
    pub line: String,
    pub authorization: Option<String>,
    pub content_type: Option<String>,
    pub body: String,
}

type Answers = Vec<(u16, &'static str, Vec<u8>)>;

#[derive(Clone)]
pub(super) struct Graph {
    seen: Arc<Mutex<Vec<Seen>>>,
    answers: Arc<Mutex<Answers>>,
}

impl Graph {
    /// Answers in this order; then 500.
    pub(super) fn answering(answers: &[(u16, &str)]) -> Self {
        Self::answering_bytes(answers.iter().map(|(status, body)| (*status, "application/json", body.as_bytes().to_vec())).collect())
    }

    pub(super) fn answering_bytes(mut answers: Answers) -> Self {
        answers.reverse();
        Self { seen: Arc::default(), answers: Arc::new(Mutex::new(answers)) }
    }

    pub(super) fn transport(&self) -> Arc<dyn Transport> {
        let router = Router::new().fallback(answer).with_state(self.clone());
        Arc::new(RouterTransport::new().host("graph.example.com", router.clone()).host("lookaside.fbsbx.com", router))
    }

    pub(super) fn seen(&self) -> Vec<Seen> {
        std::mem::take(&mut *self.seen.lock().unwrap())
    }
}

async fn answer(State(graph): State<Graph>, request: Request) -> axum::response::Response {
    let (parts, body) = request.into_parts();
    let header = |name: &str| parts.headers.get(name).map(|value| value.to_str().unwrap().to_owned());
    let (authorization, content_type) = (header("authorization"), header("content-type"));
    let line = format!("{} {}", parts.method, parts.uri);
    let body = axum::body::to_bytes(body, 1 << 20).await.unwrap();
    let body = String::from_utf8_lossy(&body).into_owned();
    graph.seen.lock().unwrap().push(Seen { line, authorization, content_type, body });
    let (status, kind, body) = graph.answers.lock().unwrap().pop().unwrap_or((500, "text/plain", b"nothing more".to_vec()));
    (StatusCode::from_u16(status).unwrap(), [("content-type", kind)], body).into_response()
}

/// A transport that only fails.
pub(super) struct Failing(pub HttpErrorKind);

#[async_trait::async_trait]
impl Transport for Failing {
    async fn send(&self, _request: http_client::Request) -> Result<Response, HttpError> {
        Err(HttpError::new(self.0, "graph.example.com: test"))
    }
}
