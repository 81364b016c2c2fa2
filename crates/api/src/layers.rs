//! What happens around every request: its id, its log line, its panics, its problem, and the headers that keep browsers careful.

use std::future::Future;
use std::panic::AssertUnwindSafe;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::FutureExt;
use model::RequestId;

use crate::problem::Problem;
use crate::state::ApiState;

pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Outermost: nothing leaves that has not passed here.
pub async fn finish(State(state): State<ApiState>, request: Request, next: Next) -> Response {
    let method = request.method().clone();
    // The template and never the path itself: paths carry ids, and queries carry addresses.
    let route = request.extensions().get::<MatchedPath>().cloned();
    finished(&state, &method, route.as_ref().map_or("-", MatchedPath::as_str), next.run(request)).await
}

/// Sees one request through, whichever way it took: `work` answers it, `route` is its template.
pub async fn finished(state: &ApiState, method: &Method, route: &str, work: impl Future<Output = Response>) -> Response {
    let id = RequestId::from_u128(state.engine().mint());
    let start = state.wall_now();
    let response = match AssertUnwindSafe(work).catch_unwind().await {
        Ok(response) => response,
        Err(panic) => Problem::internal(format!("panic: {}", panic_text(&*panic))).into_response(),
    };
    let mut response = explained(response, id);
    let status = response.status().as_u16();
    let ms = (state.wall_now() - start).0;
    tracing::info!(request.id = %id, %method, route, status, ms, "Answered {method} {route} with {status}");
    guard(response.headers_mut(), id, route, state.config().public_url.starts_with("https://"));
    response
}

/// Where providers call: no browser shows what is answered there, so its guards would only be weight, thousands of times a second.
const OF_PROVIDERS: &str = "/webhooks/";

fn guard(headers: &mut HeaderMap, id: RequestId, route: &str, https: bool) {
    headers.reserve(GUARDS.len() + 2);
    if let Ok(value) = HeaderValue::from_maybe_shared(Bytes::from(id.to_string())) {
        headers.insert(REQUEST_ID, value);
    }
    if https {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
    let guards = if route.starts_with(OF_PROVIDERS) { &GUARDS[..1] } else { &GUARDS };
    for (name, value) in guards {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
}

/// For every answer the first; for what a browser may show all of them: the console loads nothing from elsewhere, runs no inline script and is framed by nobody.
const GUARDS: [(HeaderName, &str); 6] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; media-src 'self' blob:; font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    ),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), "camera=(), microphone=(), geolocation=()"),
];

/// An answer that a provider's contract fixes, down to its status and body: it stays as it is.
#[derive(Clone, Copy)]
pub(crate) struct AsProvided;

/// Makes every error a problem, and logs what the caller is not told.
fn explained(mut response: Response, id: RequestId) -> Response {
    let problem = response.extensions_mut().remove::<Problem>();
    let status = response.status();
    let problem = match problem {
        Some(problem) => problem,
        None if response.extensions().get::<AsProvided>().is_some() => return response,
        None if status.is_client_error() || status.is_server_error() => Problem::of_status(status),
        None => return response,
    };
    if let Some(internal) = &problem.internal {
        if status.is_server_error() {
            tracing::error!(request.id = %id, code = problem.code.as_str(), "{internal}");
        } else {
            tracing::info!(request.id = %id, code = problem.code.as_str(), "{internal}");
        }
    }
    let mut rendered = problem.render(id);
    // What a layer said besides its status stays: `allow`, `set-cookie`.
    for name in [header::ALLOW, header::SET_COOKIE] {
        if let Some(value) = response.headers().get(&name) {
            rendered.headers_mut().insert(name, value.clone());
        }
    }
    rendered.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    rendered
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> &str {
    panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("without a text")
}

/// What the API answers is for the caller alone and for now.
pub async fn private(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    keep_private(&mut response);
    response
}

pub fn keep_private(response: &mut Response) {
    response.headers_mut().entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
}
