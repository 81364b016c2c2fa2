//! One-click unsubscription (RFC 8058): a POST acts at once, a GET shows a page with a button and changes nothing, because mail scanners open
//! every link.

use axum::Extension;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Html;
use model::SenderId;

use super::intake::settle;
use crate::auth::PeerAddress;
use crate::engine::ProviderDelivery;
use crate::extract::RawBody;
use crate::ops::prelude::*;

const PAGE: &str = include_str!("unsubscribe.html");
const DONE: &str = "<p>You will get no more of these mails. It may take a moment until those on their way have arrived.</p>";
const ASK: &str = "<p>Do you want to get no more of these mails?</p><form method=\"post\">\
    <input type=\"hidden\" name=\"List-Unsubscribe\" value=\"One-Click\"><button>Unsubscribe</button></form>";

/// Shows a button. Nothing is changed, and nothing is said about the link.
#[utoipa::path(get, path = "/u/{sender}/{link}", operation_id = "show_unsubscription", tag = "webhooks",
    params(("sender" = String, Path), ("link" = String, Path)),
    responses((status = 200, description = "A page with a button", content_type = "text/html", body = String)))]
pub async fn show_unsubscription(Path((_sender, _link)): Path<(SenderId, String)>) -> Response {
    page(ASK)
}

/// Takes the person off promotional mail. Mail programs press it for them.
#[utoipa::path(post, path = "/u/{sender}/{link}", operation_id = "unsubscribe", tag = "webhooks",
    params(("sender" = String, Path), ("link" = String, Path)),
    request_body(content_type = "application/x-www-form-urlencoded", content = String),
    responses((status = 200, description = "Durable", content_type = "text/html", body = String)))]
pub async fn unsubscribe(
    State(state): State<ApiState>,
    Path((sender, link)): Path<(SenderId, String)>,
    peer: Option<Extension<PeerAddress>>,
    headers: HeaderMap,
    RawBody(raw): RawBody,
) -> Result<Response, Problem> {
    let part = format!("unsubscribe.{link}");
    let delivery = ProviderDelivery { provider: "email", sender, part: &part, path_and_query: "", headers: &headers, raw: &raw };
    let intake = state.engine().receive_delivery(&delivery).await?;
    settle(&state, "email", &sender.to_string(), peer.map(|p| p.0.0), intake).await?;
    Ok(page(DONE))
}

fn page(inner: &str) -> Response {
    let mut response = Html(PAGE.replace("{{inner}}", inner)).into_response();
    // The link is as good as a key: it must not travel on, and the page needs nothing but its own button.
    let policy = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'";
    for (name, value) in
        [(header::CONTENT_SECURITY_POLICY, policy), (header::REFERRER_POLICY, "no-referrer"), (header::CACHE_CONTROL, "no-store")]
    {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}
