//! The only way out: every HTTP request of the product leaves through a [`Transport`].
//!
//! **Knows** HTTP, addresses that must not be reached from inside ([`Guard`]), deadlines, size caps,
//! and whose certificates are trusted. **Must never know** what the requests
//! are about, and never logs bodies, headers or query strings.
//!
//! A caller that sends something that must not be sent twice needs to know whether a failed request may have arrived: that is what
//! [`HttpErrorKind`] tells apart, and why nothing here repeats a request or follows a redirect.
//!
//! To add a transport (a proxy, a recorder): implement [`Transport`] in its own file. To widen what may be reached: [`Guard`].

mod error;
mod guard;
mod message;
mod reqwest_transport;
mod router_transport;
mod trust;

pub use error::{HttpError, HttpErrorKind};
pub use guard::{Blocked, Guard, is_private};
pub use message::{Request, Response, redacted};
pub use reqwest_transport::ReqwestTransport;
pub use router_transport::RouterTransport;
pub use trust::{is_authority, trust};

pub use bytes::Bytes;
pub use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};

/// Sends one request once.
#[async_trait::async_trait]
pub trait Transport: Send + Sync + 'static {
    /// Returns the answer whatever its status, or why there is none.
    async fn send(&self, request: Request) -> Result<Response, HttpError>;
}
