//! Calls to the Graph API: address, token, and what an answer says about the request.

use channel::WhatsappAccount;
use http_client::{HttpError, Method, Request, Response, Transport, header};
use model::Millis;
use model::send_error::{FallbackCause, Remedy, SendError};
use serde::Serialize;
use serde::de::DeserializeOwned;
use whatsapp::error::ErrorEnvelope;

use crate::errors;

/// Why a call has no good answer.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Trouble {
    /// Certainly without effect.
    Refused(Box<SendError>),
    /// It may have had its effect.
    Unknown(String),
}

impl Trouble {
    fn refused(error: SendError) -> Self {
        Self::Refused(Box::new(error))
    }

    /// For reads, where an unknown effect does no harm: repeat.
    pub(crate) fn into_error(self) -> SendError {
        match self {
            Self::Refused(error) => *error,
            Self::Unknown(detail) => SendError {
                remedy: Remedy::Retry { after: Millis::from_secs(30) },
                cause: FallbackCause::Rejected,
                code: "http:unknown".to_owned(),
                for_user: format!("the provider gave no usable answer: {detail}"),
            },
        }
    }
}

/// A call that is about to be made.
pub(crate) struct Call<'a> {
    pub transport: &'a dyn Transport,
    pub account: &'a WhatsappAccount,
}

impl Call<'_> {
    /// Address of an edge, as in `106540352242922/messages`.
    pub(crate) fn url(&self, edge: &str) -> String {
        format!("{}/{}/{edge}", self.account.base_url.trim_end_matches('/'), self.account.graph_version)
    }

    pub(crate) async fn get<T: DeserializeOwned>(&self, edge: &str) -> Result<T, Trouble> {
        self.read(Request::new(Method::GET, self.url(edge))).await
    }

    pub(crate) async fn post<B: Serialize, T: DeserializeOwned>(&self, edge: &str, body: &B) -> Result<T, Trouble> {
        let bytes = serde_json::to_vec(body).map_err(|error| Trouble::refused(errors::fix("unwritable", error.to_string())))?;
        let request = Request::new(Method::POST, self.url(edge)).body("application/json", bytes).map_err(|error| without(&error))?;
        self.read(request).await
    }

    pub(crate) async fn delete<T: DeserializeOwned>(&self, edge: &str) -> Result<T, Trouble> {
        self.read(Request::new(Method::DELETE, self.url(edge))).await
    }

    /// Adds the token, sends, and reads the answer.
    pub(crate) async fn read<T: DeserializeOwned>(&self, request: Request) -> Result<T, Trouble> {
        let answer = self.send(request).await?;
        serde_json::from_slice(&answer.body)
            .map_err(|error| Trouble::Unknown(format!("the answer {} cannot be read: {error}", answer.status)))
    }

    /// Adds the token and sends. Only a 2xx answer comes back as such.
    pub(crate) async fn send(&self, request: Request) -> Result<Response, Trouble> {
        let token = format!("Bearer {}", self.account.access_token.reveal());
        let request = request.header(header::AUTHORIZATION, &token).map_err(|error| without(&error))?;
        let answer = self.transport.send(request).await.map_err(|error| without(&error))?;
        if answer.status.is_success() { Ok(answer) } else { Err(refusal(&answer)) }
    }
}

fn without(error: &HttpError) -> Trouble {
    if error.kind.certainly_not_sent() { Trouble::refused(errors::not_sent(error)) } else { Trouble::Unknown(error.to_string()) }
}

fn refusal(answer: &Response) -> Trouble {
    let status = answer.status.as_u16();
    if let Some(envelope) = ErrorEnvelope::parse(&answer.body) {
        let error = envelope.error;
        return if error.class(Some(status)).ambiguous {
            Trouble::Unknown(format!("whatsapp:{} with HTTP {status}: {}", error.code, error.explanation()))
        } else {
            Trouble::refused(errors::send_error(&error, Some(status)))
        };
    }
    // Not the Graph API but something on the way (a proxy, a load balancer) answered.
    let (remedy, cause) = match status {
        500.. => return Trouble::Unknown(format!("HTTP {status} without an error of the Graph API")),
        429 => (Remedy::SlowSender { after: Millis::from_secs(10) }, FallbackCause::Rejected),
        _ => (Remedy::PauseSender, FallbackCause::SenderUnavailable),
    };
    let for_user = format!("HTTP {status} that is not of the Graph API; check the base address in the sender's settings, and proxies");
    Trouble::refused(SendError { remedy, cause, code: format!("http:{status}"), for_user })
}
