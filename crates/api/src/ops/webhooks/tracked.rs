//! Links that lead through us, and the picture that tells that a mail was shown.
//!
//! Where a mail's link leads stands in it under our proof, and where a text's leads is kept under its code: whatever else is asked for leads
//! nowhere, so nobody can make this host redirect for them.

use axum::Extension;
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::response::Html;
use model::SenderId;

use super::intake::settle;
use crate::auth::PeerAddress;
use crate::engine::{Intake, ProviderDelivery};
use crate::layers::AsProvided;
use crate::ops::prelude::*;

const PAGE: &str = include_str!("no_link.html");
/// A transparent GIF of one pixel.
const PICTURE: &[u8] = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x01D\x00;";

/// Leads on to where the link of a mail led, once it is noted that it was followed.
#[utoipa::path(get, path = "/c/{sender}/{link}", operation_id = "follow_link", tag = "webhooks",
    params(("sender" = String, Path), ("link" = String, Path)),
    responses((status = 302, description = "To the link's target"), (status = 404, description = "A page: no link of ours", content_type = "text/html", body = String)))]
pub async fn follow_link(
    State(state): State<ApiState>,
    Path((sender, link)): Path<(SenderId, String)>,
    method: Method,
    peer: Option<Extension<PeerAddress>>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let part = if method == Method::HEAD { format!("look.{link}") } else { format!("click.{link}") };
    let delivery = ProviderDelivery { provider: "email", sender, part: &part, path_and_query: "", headers: &headers, raw: b"" };
    let intake = state.engine().receive_delivery(&delivery).await?;
    if matches!(intake, Intake::Unknown) {
        return Ok(nowhere());
    }
    let answer = settle(&state, "email", &sender.to_string(), peer.map(|p| p.0.0), intake).await?;
    Ok(answer.map_or_else(nowhere, |answer| on_to(&answer.body)))
}

/// Leads on to where the short link of a text led, once it is noted that it was followed.
#[utoipa::path(get, path = "/s/{code}", operation_id = "follow_short_link", tag = "webhooks", params(("code" = String, Path)),
    responses((status = 302, description = "To the link's target"), (status = 404, description = "A page: no link of ours, or its time is over", content_type = "text/html", body = String)))]
pub async fn follow_short_link(
    State(state): State<ApiState>,
    Path(code): Path<String>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let target = state.engine().follow_link(&code, method == Method::HEAD, &headers).await?;
    Ok(target.map_or_else(nowhere, |target| on_to(&target)))
}

/// The picture. It looks the same whoever asks, and whether or not it is one of ours.
#[utoipa::path(get, path = "/o/{sender}/{link}", operation_id = "show_picture", tag = "webhooks",
    params(("sender" = String, Path), ("link" = String, Path)),
    responses((status = 200, description = "One transparent pixel", content_type = "image/gif", body = Vec<u8>)))]
pub async fn show_picture(
    State(state): State<ApiState>,
    Path((sender, link)): Path<(SenderId, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let part = format!("open.{link}");
    let delivery = ProviderDelivery { provider: "email", sender, part: &part, path_and_query: "", headers: &headers, raw: b"" };
    state.engine().receive_delivery(&delivery).await?;
    let mut response = PICTURE.into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("image/gif"));
    Ok(guarded(response))
}

fn on_to(target: &str) -> Response {
    let Ok(target) = HeaderValue::from_bytes(target.as_bytes()) else { return nowhere() };
    let mut response = StatusCode::FOUND.into_response();
    response.headers_mut().insert(header::LOCATION, target);
    guarded(response)
}

/// People see this, so it is a page and no problem document.
fn nowhere() -> Response {
    let mut response = (StatusCode::NOT_FOUND, Html(PAGE)).into_response();
    response.extensions_mut().insert(AsProvided);
    guarded(response)
}

/// A link is as good as a name: it must not travel on, and must be asked for each time.
fn guarded(mut response: Response) -> Response {
    let policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
        (header::HeaderName::from_static("x-robots-tag"), "noindex, nofollow"),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}
