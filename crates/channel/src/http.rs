//! Calls of providers over HTTP, and what their outcome means.

use std::time::Duration;

use http_client::{HttpError, Request, Response, Transport};
use model::inbound::InboundMedia;
use model::send_error::SendError;
use model::signal::SendOutcome;

use crate::{FetchedMedia, refusal};

/// Longest medium that is fetched, in bytes; carriers stop far below.
const MEDIA_MAX: usize = 20 * 1024 * 1024;

/// Sends a message's request, once. What may have arrived and was not confirmed is unknown: no answer, an answer of 5xx whatever its body says,
/// an answer of 2xx that `accepted` cannot read. `accepted` finds the provider's id; `refused` reads an answer of 3xx or 4xx.
pub async fn send(
    transport: &dyn Transport,
    request: Result<Request, HttpError>,
    accepted: impl FnOnce(&[u8]) -> Option<String>,
    refused: impl FnOnce(u16, &[u8]) -> SendError,
) -> SendOutcome {
    let answer = match request {
        Ok(request) => transport.send(request).await,
        Err(error) => Err(error),
    };
    match answer {
        Ok(Response { status, body, .. }) => match (status.as_u16(), accepted) {
            (code @ 200..=299, accepted) => accepted(&body).map_or_else(
                || SendOutcome::Unknown { detail: format!("HTTP {code}, and the answer cannot be read") },
                |provider_id| SendOutcome::Accepted { provider_id, learnt: Vec::new() },
            ),
            (code @ 500.., _) => SendOutcome::Unknown { detail: format!("HTTP {code}") },
            (code, _) => SendOutcome::Refused { error: refused(code, &body) },
        },
        Err(error) if error.kind.certainly_not_sent() => SendOutcome::Refused { error: refusal::not_sent(&error) },
        Err(error) => SendOutcome::Unknown { detail: error.to_string() },
    }
}

/// Fetches a medium from a public address, without credentials.
pub async fn fetch(transport: &dyn Transport, media: &InboundMedia) -> Result<FetchedMedia, SendError> {
    let request = Request::get(&media.provider_ref).within(Duration::from_secs(60)).accepting(MEDIA_MAX);
    let answer = transport.send(request).await.map_err(|error| refusal::not_fetched(&error.to_string()))?;
    match answer.status.as_u16() {
        200 => {
            let mime = answer.header("content-type").unwrap_or(&media.mime).to_owned();
            Ok(FetchedMedia { bytes: answer.body.to_vec(), mime })
        }
        status @ (429 | 500..) => Err(refusal::not_fetched(&format!("HTTP {status}"))),
        status => Err(refusal::fix("http", "media", format!("the medium cannot be fetched: HTTP {status}"))),
    }
}
