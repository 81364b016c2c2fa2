//! The HTTP face of the Cloud API: any version prefix or none, JSON, form and multipart bodies.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{FromRequest as _, Multipart, Request, State};
use axum::response::Response;
use futures_util::stream;

use super::dispatch::Outcome;
use super::{ApiAnswer, ApiRequest, FormFile, FormPart};
use crate::server::Simulator;
use crate::wire::form_decode;
use crate::world::{Exchange, Party, note};

/// The largest document plus its multipart frame.
const BODY_MAX: usize = 101 * 1024 * 1024;

/// The Cloud API on a listener of its own.
pub fn router(simulator: Simulator) -> Router {
    Router::new().fallback(handle).with_state(simulator)
}

async fn handle(State(simulator): State<Simulator>, request: Request) -> Response {
    let request = match read(request).await {
        Ok(request) => request,
        Err(text) => return answer(ApiAnswer { status: 400, content_type: "text/plain".into(), body: text.into() }),
    };
    let outcome = simulator.with(|world| {
        let outcome = world.serve_cloud(&request);
        let mut exchange = Exchange::request(world.now(), Party::CloudApi, request.method.as_str(), &request.target, &request.body);
        match &outcome {
            Outcome::Done(answer) => exchange = exchange.answered(Some(answer.status), &answer.body),
            Outcome::Lost => exchange.note = Some(note::ANSWER_LOST.into()),
            Outcome::NeverCame => exchange.note = Some(note::REQUEST_LOST.into()),
            Outcome::Ask(_) => exchange.note = Some("asks the callback first".into()),
        }
        world.record(exchange);
        outcome
    });
    // Webhooks that are due already (the early status) go out before the answer.
    simulator.flush_early().await;
    simulator.hold_answer().await;
    match outcome {
        Outcome::Done(done) => answer(done),
        Outcome::Lost | Outcome::NeverCame => broken(),
        Outcome::Ask(handshake) => {
            let result = simulator.sink().get(&handshake.get).await;
            answer(simulator.with(|world| world.finish_handshake(&handshake, result)))
        }
    }
}

async fn read(request: Request) -> Result<ApiRequest, String> {
    let (parts, body) = request.into_parts();
    let header = |name: &str| parts.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
    let content_type = header("content-type");
    let body = axum::body::to_bytes(body, BODY_MAX).await.map_err(|e| format!("the body cannot be read: {e}"))?;
    let mut form = Vec::new();
    if content_type.starts_with("multipart/form-data") {
        form = multipart(&content_type, body.clone()).await?;
    } else if content_type.starts_with("application/x-www-form-urlencoded") {
        let text = String::from_utf8_lossy(&body);
        form = form_decode(&text).into_iter().map(|(name, text)| FormPart { name, text, file: None }).collect();
    }
    let query = form_decode(parts.uri.query().unwrap_or_default());
    let authorization = header("authorization");
    let token = ["Bearer ", "OAuth "].iter().find_map(|scheme| authorization.strip_prefix(scheme)).map(|t| t.trim().to_owned());
    let token = token.or_else(|| query.iter().find(|(name, _)| name == "access_token").map(|(_, value)| value.clone()));
    let mut path: Vec<String> =
        parts.uri.path().split('/').filter(|s| !s.is_empty()).map(|s| s.replace("%3A", ":").replace("%3a", ":")).collect();
    if path.first().is_some_and(|first| is_version(first)) {
        path.remove(0);
    }
    let host = header("host");
    Ok(ApiRequest {
        method: parts.method,
        path,
        target: parts.uri.path_and_query().map_or_else(String::new, ToString::to_string),
        query,
        token,
        body,
        form,
        base: if host.is_empty() { "https://graph.facebook.com".into() } else { format!("http://{host}") },
    })
}

/// `v26.0`.
fn is_version(segment: &str) -> bool {
    let Some((major, minor)) = segment.strip_prefix('v').and_then(|rest| rest.split_once('.')) else { return false };
    [major, minor].iter().all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
}

async fn multipart(content_type: &str, body: Bytes) -> Result<Vec<FormPart>, String> {
    let request = Request::builder().header("content-type", content_type).body(Body::from(body)).map_err(|e| e.to_string())?;
    let mut fields = Multipart::from_request(request, &()).await.map_err(|e| e.to_string())?;
    let mut parts = Vec::new();
    while let Some(field) = fields.next_field().await.map_err(|e| e.to_string())? {
        let name = field.name().unwrap_or_default().to_owned();
        let filename = field.file_name().map(str::to_owned);
        let content_type = field.content_type().unwrap_or("application/octet-stream").to_owned();
        let bytes = field.bytes().await.map_err(|e| e.to_string())?;
        let (text, file) = match filename {
            Some(filename) => (String::new(), Some(FormFile { filename, content_type, bytes })),
            None => (String::from_utf8_lossy(&bytes).into_owned(), None),
        };
        parts.push(FormPart { name, text, file });
    }
    Ok(parts)
}

fn answer(answer: ApiAnswer) -> Response {
    let response = Response::builder()
        .status(answer.status)
        .header("content-type", answer.content_type)
        .header("x-fb-rev", "1030000000")
        .header("x-app-usage", r#"{"call_count":1,"total_time":1,"total_cputime":1}"#)
        .body(Body::from(answer.body));
    // Status and header values come from our own tables; the fallback never shows in practice.
    response.unwrap_or_else(|_| Response::new(Body::empty()))
}

/// An answer whose body breaks off: the client sees a connection error after the send was carried out.
pub fn broken() -> Response {
    let end = std::io::Error::new(std::io::ErrorKind::ConnectionReset, "connection reset by the simulator");
    Response::new(Body::from_stream(stream::once(async move { Err::<Bytes, _>(end) })))
}
