//! What happens around every request: its id, its log line, its panics, its problem, and the headers that keep browsers careful.

use std::panic::AssertUnwindSafe;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use model::RequestId;

use crate::problem::Problem;
use crate::state::ApiState;

pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Outermost: nothing leaves that has not passed here.
pub async fn finish(State(state): State<ApiState>, request: Request, next: Next) -> Response {
    let id = RequestId::from_u128(state.engine().mint());
    let method = request.method().clone();
    // The template and never the path itself: paths carry ids, and queries carry addresses.
    let route = request.extensions().get::<MatchedPath>().map_or_else(|| "-".to_owned(), |p| p.as_str().to_owned());
    let start = state.wall_now();
    let response = match AssertUnwindSafe(next.run(request)).catch_unwind().await {
        Ok(response) => response,
        Err(panic) => Problem::internal(format!("panic: {}", panic_text(&*panic))).into_response(),
    };
    let mut response = explained(response, id);
    let status = response.status().as_u16();
    let ms = (state.wall_now() - start).0;
    tracing::info!(request.id = %id, %method, route, status, ms, "Answered {method} {route} with {status}");
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(&id.to_string()) {
        headers.insert(REQUEST_ID, value);
    }
    if state.config().public_url.starts_with("https://") {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
    for (name, value) in GUARDS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}

/// The console loads nothing from elsewhere, runs no inline script and is framed by nobody.
const GUARDS: [(HeaderName, &str); 6] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; media-src 'self' blob:; font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), "camera=(), microphone=(), geolocation=()"),
];

/// Makes every error a problem, and logs what the caller is not told.
fn explained(mut response: Response, id: RequestId) -> Response {
    let problem = response.extensions_mut().remove::<Problem>();
    let status = response.status();
    let problem = match problem {
        Some(problem) => problem,
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
    response.headers_mut().entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}
