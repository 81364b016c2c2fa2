//! The way in. Two operations come by the thousand, messages of WhatsApp and events; they take a short way: the same rules, the same
//! reading, the same answers, without the router's layers, each of which costs an allocation or two for every request.
//!
//! What the short way does not take it leaves to the router untouched, so it may be choosy: an address that needs decoding is not its business.

use std::net::IpAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Body as Bytes;
use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method};
use axum::response::{IntoResponse, Response};
use tower::ServiceExt;

use crate::auth::{PeerAddress, Principal, Rules, pass};
use crate::extract::{Body, IdempotencyKey, read_large};
use crate::layers::{finished, keep_private};
use crate::ops::{accept_event, take_whatsapp};
use crate::problem::Problem;
use crate::state::ApiState;

const EVENTS: &str = "/v1/events";
const WHATSAPP: &str = "/webhooks/whatsapp/";
/// As the document has it.
const WHATSAPP_TEMPLATE: &str = "/webhooks/whatsapp/{endpoint}";

/// All that answers requests.
#[derive(Clone)]
pub struct Front {
    router: Router,
    short: Option<Arc<Short>>,
}

struct Short {
    state: ApiState,
    rules: Arc<Rules>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Way {
    Event,
    Whatsapp,
}

impl Front {
    pub(crate) fn new(router: Router, state: ApiState, rules: Arc<Rules>) -> Self {
        Self { router, short: Some(Arc::new(Short { state, rules })) }
    }

    /// Answers one request. `peer` is the other end of its connection.
    pub async fn answer(&self, mut request: Request, peer: IpAddr) -> Response {
        let way = Way::of(request.method(), request.uri().path());
        if let (Some(short), Some(way)) = (&self.short, way) {
            let (parts, body) = request.into_parts();
            return short.answer(way, parts, body, peer).await;
        }
        request.extensions_mut().insert(PeerAddress(peer));
        match self.router.clone().oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        }
    }
}

/// Everything through the router: for nodes that answer little.
impl From<Router> for Front {
    fn from(router: Router) -> Self {
        Self { router, short: None }
    }
}

impl Way {
    fn of(method: &Method, path: &str) -> Option<Self> {
        if method != Method::POST {
            return None;
        }
        if path == EVENTS {
            return Some(Self::Event);
        }
        let endpoint = path.strip_prefix(WHATSAPP)?;
        let plain = !endpoint.is_empty() && endpoint.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
        plain.then_some(Self::Whatsapp)
    }

    const fn template(self) -> &'static str {
        match self {
            Self::Event => EVENTS,
            Self::Whatsapp => WHATSAPP_TEMPLATE,
        }
    }
}

impl Short {
    async fn answer(&self, way: Way, parts: Parts, body: Bytes, peer: IpAddr) -> Response {
        let work = async {
            let passed = pass(&self.state, &self.rules, way.template(), &parts.method, &parts.headers, Some(peer)).await;
            let mut response = match (way, passed) {
                (_, Err(refusal)) => *refusal,
                (Way::Event, Ok((_, Some(principal)))) => self.event(&principal, &parts.headers, body).await.into_response(),
                (Way::Event, Ok((_, None))) => Problem::internal("events came without a caller").into_response(),
                (Way::Whatsapp, Ok(_)) => self.whatsapp(&parts, body, peer).await.into_response(),
            };
            keep_private(&mut response);
            response
        };
        finished(&self.state, &parts.method, way.template(), work).await
    }

    async fn event(&self, principal: &Principal, headers: &HeaderMap, body: Bytes) -> Result<Response, Problem> {
        let IdempotencyKey(key) = IdempotencyKey::of(headers)?;
        accept_event(&self.state, principal, key, Body::read(headers, body).await?).await
    }

    async fn whatsapp(&self, parts: &Parts, body: Bytes, peer: IpAddr) -> Result<Response, Problem> {
        let endpoint = parts.uri.path().strip_prefix(WHATSAPP).unwrap_or_default();
        let raw = read_large(body).await?;
        take_whatsapp(&self.state, endpoint, Some(peer), &parts.headers, &raw).await.map(IntoResponse::into_response)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_needs_no_decoding_takes_the_short_way() {
        assert_eq!(Way::of(&Method::POST, "/v1/events"), Some(Way::Event));
        assert_eq!(Way::of(&Method::POST, "/webhooks/whatsapp/snd_01abc"), Some(Way::Whatsapp));
        for path in ["/v1/events/", "/v1/event_batches", "/webhooks/whatsapp/", "/webhooks/whatsapp/a/b", "/webhooks/whatsapp/a%62", "/"] {
            assert_eq!(Way::of(&Method::POST, path), None, "{path}");
        }
        assert_eq!(Way::of(&Method::GET, "/webhooks/whatsapp/snd_01abc"), None, "the handshake");
    }
}
