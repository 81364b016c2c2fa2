//! Real HTTP.

use std::error::Error as StdError;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::guard::is_private;
use crate::{Blocked, Guard, HttpError, HttpErrorKind, Request, Response, Transport, redacted};

/// A pool of connections behind the guard. No redirects, no proxies from the environment, no cookies.
#[derive(Clone)]
pub struct ReqwestTransport {
    client: reqwest::Client,
    guard: Arc<Guard>,
}

impl ReqwestTransport {
    /// Fails only where the machine has no usable TLS roots.
    #[expect(clippy::disallowed_methods, reason = "this is the one client of the product")]
    pub fn new(guard: Guard) -> Result<Self, HttpError> {
        let guard = Arc::new(guard);
        let client = reqwest::Client::builder()
            .user_agent(concat!("antiphon/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .connect_timeout(Duration::from_secs(5))
            .pool_idle_timeout(Duration::from_secs(60))
            .dns_resolver(GuardedResolver { guard: Arc::clone(&guard) })
            .build()
            .map_err(|error| HttpError::new(HttpErrorKind::Invalid, format!("no HTTP client: {error}")))?;
        Ok(Self { client, guard })
    }

    async fn exchange(&self, request: Request, url: reqwest::Url) -> Result<Response, HttpError> {
        let host = url.host_str().unwrap_or_default().to_owned();
        let sent = self
            .client
            .request(request.method, url)
            .headers(request.headers)
            .body(request.body)
            .timeout(request.deadline)
            .send()
            .await
            .map_err(|error| judged(&host, &error))?;
        let (status, headers) = (sent.status(), sent.headers().clone());
        let body = read(sent, request.max_response, &host).await?;
        Ok(Response { status, headers, body })
    }
}

#[async_trait::async_trait]
impl Transport for ReqwestTransport {
    #[expect(clippy::disallowed_methods, reason = "how long a request took is told to the log and decides nothing")]
    async fn send(&self, request: Request) -> Result<Response, HttpError> {
        let (method, place) = (request.method.clone(), redacted(&request.url));
        let url: reqwest::Url =
            request.url.parse().map_err(|error| HttpError::new(HttpErrorKind::Invalid, format!("{place} is not an address: {error}")))?;
        self.guard.check(&url).map_err(|blocked| HttpError::new(HttpErrorKind::BlockedAddress, blocked.to_string()))?;
        let started = Instant::now();
        let outcome = self.exchange(request, url).await;
        let took_ms = started.elapsed().as_millis() as u64;
        match &outcome {
            Ok(answer) => {
                tracing::debug!(http.method = %method, http.url = %place, http.status = answer.status.as_u16(), took_ms, "HTTP answer");
            }
            Err(error) => tracing::warn!(http.method = %method, http.url = %place, error = %error, took_ms, "No HTTP answer"),
        }
        outcome
    }
}

async fn read(mut answer: reqwest::Response, max: usize, host: &str) -> Result<Bytes, HttpError> {
    let too_large = || HttpError::new(HttpErrorKind::TooLarge, format!("{host} answered more than {max} bytes"));
    if answer.content_length().is_some_and(|length| length > max as u64) {
        return Err(too_large());
    }
    let mut body = BytesMut::new();
    while let Some(chunk) = answer.chunk().await.map_err(|error| judged(host, &error))? {
        if body.len() + chunk.len() > max {
            return Err(too_large());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

/// What an error of the library says about the request. Whatever is not certain counts as possibly sent.
fn judged(host: &str, error: &reqwest::Error) -> HttpError {
    let mut causes = Vec::new();
    let mut cause: Option<&dyn StdError> = error.source();
    while let Some(inner) = cause {
        if let Some(blocked) = inner.downcast_ref::<Blocked>() {
            return HttpError::new(HttpErrorKind::BlockedAddress, blocked.to_string());
        }
        causes.push(inner.to_string());
        cause = inner.source();
    }
    let kind = if error.is_builder() {
        HttpErrorKind::Invalid
    } else if error.is_connect() {
        HttpErrorKind::NotConnected
    } else if error.is_timeout() {
        HttpErrorKind::TimedOut
    } else {
        HttpErrorKind::Lost
    };
    // The library's own text would repeat the whole address with its query; its causes do not.
    HttpError::new(kind, format!("{host}: {}", causes.last().map_or("no further cause", String::as_str)))
}

struct GuardedResolver {
    guard: Arc<Guard>,
}

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = Arc::clone(&self.guard);
        Box::pin(async move {
            let host = name.as_str().to_owned();
            let found: Vec<SocketAddr> = tokio::net::lookup_host((host.as_str(), 0)).await?.collect();
            if !guard.lists_name(&host) && found.iter().any(|address| is_private(address.ip())) {
                return Err(Box::new(Blocked::Private(host)) as Box<dyn StdError + Send + Sync>);
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}
