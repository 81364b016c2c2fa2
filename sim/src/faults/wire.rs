//! The way out: real requests to the simulated providers, behind faults. It also writes down each call for a message, as it leaves.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use axum::Router;
use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};
use http_client::{HttpError, HttpErrorKind, Request, Response, RouterTransport, Transport};
use model::{Channel, Clock as _, MessageId};

use super::chaos::{Call, Chaos, WireFault};
use super::plant::Plant;

/// Whose API a host is.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    pub tenant: usize,
    pub channel: Channel,
}

pub struct ChaosWire {
    inner: RouterTransport,
    places: BTreeMap<String, Place>,
    chaos: Arc<Chaos>,
    plant: Plant,
}

impl ChaosWire {
    #[must_use]
    pub fn new(chaos: Arc<Chaos>, plant: Plant) -> Self {
        Self { inner: RouterTransport::new(), places: BTreeMap::new(), chaos, plant }
    }

    #[must_use]
    pub fn host(mut self, host: &str, place: Place, router: Router) -> Self {
        self.inner = self.inner.host(host, router);
        self.places.insert(host.to_owned(), place);
        self
    }

    fn place(&self, url: &str) -> Option<Place> {
        let host = url.split("://").nth(1)?.split('/').next()?;
        self.places.get(host).copied()
    }
}

fn error(kind: HttpErrorKind) -> HttpError {
    HttpError::new(kind, "simulated")
}

fn answer(status: StatusCode, body: &'static str) -> Response {
    Response { status, headers: HeaderMap::new(), body: Bytes::from_static(body.as_bytes()) }
}

#[async_trait]
impl Transport for ChaosWire {
    async fn send(&self, request: Request) -> Result<Response, HttpError> {
        let chaos = &self.chaos;
        if !chaos.alive() {
            return Err(error(HttpErrorKind::NotConnected));
        }
        let place = self.place(&request.url);
        let message = place.filter(|place| is_send(&request, place.channel)).map(|place| Call {
            tenant: place.tenant,
            channel: place.channel,
            message: message_of(&request, place.channel),
            at: chaos.clock.now(),
            arrived: true,
        });
        let fault = chaos.wire_fault("wire");
        let (before, after) = match fault {
            None => (None, None),
            Some(WireFault::NotConnected) => (Some(Err(error(HttpErrorKind::NotConnected))), None),
            Some(WireFault::LostBefore) => (Some(Err(error(HttpErrorKind::Lost))), None),
            Some(WireFault::TimedOutBefore) => (Some(Err(error(HttpErrorKind::TimedOut))), None),
            Some(WireFault::BadGateway { arrives: false }) => (Some(Ok(answer(StatusCode::BAD_GATEWAY, "<html>502</html>"))), None),
            Some(WireFault::TooMany) => (Some(Ok(answer(StatusCode::TOO_MANY_REQUESTS, "{}"))), None),
            Some(WireFault::CrashBefore) => {
                chaos.kill();
                (Some(Err(error(HttpErrorKind::NotConnected))), None)
            }
            Some(WireFault::LostAfter) => (None, Some(Err(error(HttpErrorKind::Lost)))),
            Some(WireFault::TimedOutAfter) => (None, Some(Err(error(HttpErrorKind::TimedOut)))),
            Some(WireFault::BadGateway { arrives: true }) => (None, Some(Ok(answer(StatusCode::BAD_GATEWAY, "<html>502</html>")))),
            Some(WireFault::Garbage) => (None, Some(Ok(answer(StatusCode::OK, "<html>ok</html>")))),
            Some(WireFault::CrashAfter) => (None, Some(Err(error(HttpErrorKind::Lost)))),
            Some(WireFault::Slow(span)) => {
                chaos.clock.pass(span);
                (None, None)
            }
        };
        let sends = message.is_some();
        if let Some(call) = message {
            chaos.record(Call { arrived: before.is_none(), ..call });
        }
        if let Some(before) = before {
            return before;
        }
        if sends && self.plant == Plant::SentTwice {
            let _ = self.inner.send(request.clone()).await;
        }
        let real = self.inner.send(request).await;
        if fault == Some(WireFault::CrashAfter) {
            chaos.kill();
        }
        after.unwrap_or(real)
    }
}

fn is_send(request: &Request, channel: Channel) -> bool {
    let path = request.url.split('?').next().unwrap_or_default();
    let end = if channel == Channel::Sms { "/Messages.json" } else { "/messages" };
    request.method == Method::POST && path.ends_with(end)
}

/// The product's own reference, read from the bytes as the provider gets them.
fn message_of(request: &Request, channel: Channel) -> Option<MessageId> {
    if channel == Channel::Sms {
        let text = std::str::from_utf8(&request.body).ok()?;
        let (_, id) = text.split_once("message%3D")?;
        return id.split('&').next()?.parse().ok();
    }
    let body: serde_json::Value = serde_json::from_slice(&request.body).ok()?;
    body.get("biz_opaque_callback_data")?.as_str()?.parse().ok()
}
