//! The adapter.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use channel::{Account, Adapter, Call, CapabilitySheet, FetchedMedia, Heard, Hop, Provider, Refused, Settled, TwilioAccount};
use http_client::{HttpError, Request, Response, Transport};
use model::inbound::InboundMedia;
use model::send_error::{FallbackCause, Remedy, SendError};
use model::signal::SendOutcome;
use model::{Message, Millis, Timestamp};

use crate::api::{self, Failure, Resource};
use crate::outbound::{self, Parcel};
use crate::{SHEET, checkup, errors, form, receive, settle};

/// Longest medium that is fetched; carriers stop far below. In bytes.
const MEDIA_MAX: usize = 20 * 1024 * 1024;

/// Twilio hands out media by a redirect to its storage.
const REDIRECTS_MAX: usize = 3;

/// SMS by Twilio. Holds no state about messages.
#[derive(Clone)]
pub struct Twilio {
    transport: Arc<dyn Transport>,
}

impl Twilio {
    #[must_use]
    pub fn new(transport: Arc<dyn Transport>) -> Self {
        Self { transport }
    }

    pub(crate) async fn deliver(&self, account: &Account, parcel: &Parcel<'_>) -> SendOutcome {
        match self.try_deliver(account, parcel).await {
            Ok(outcome) => outcome,
            Err(error) => SendOutcome::Refused { error },
        }
    }

    async fn try_deliver(&self, account: &Account, parcel: &Parcel<'_>) -> Result<SendOutcome, SendError> {
        let twilio = credentials(account)?;
        let form = outbound::request(twilio, parcel)?;
        let request = Request::post(api::messages_url(twilio))
            .body("application/x-www-form-urlencoded", form::write(&form))
            .and_then(|request| api::authorised(twilio, request))
            .map_err(|error| errors::not_sent(&error))?;
        match self.transport.send(request).await {
            Ok(answer) => judged(&answer).map_err(|error| errors::with_registration(error, twilio.from.as_deref(), &parcel.address.value)),
            Err(error) => without(&error),
        }
    }

    /// Follows Twilio's own redirects by hand: the credentials go to Twilio only, and the guard checks every hop.
    async fn fetch(&self, twilio: &TwilioAccount, link: &str) -> Result<FetchedMedia, SendError> {
        let mut url = link.to_owned();
        for _ in 0..=REDIRECTS_MAX {
            let mut request = Request::get(&url).within(Duration::from_secs(60)).accepting(MEDIA_MAX);
            if is_twilio(twilio, &url) {
                request = api::authorised(twilio, request).map_err(|error| errors::not_sent(&error))?;
            }
            let answer = self.transport.send(request).await.map_err(|error| retry(&error.to_string()))?;
            match (answer.status.as_u16(), answer.header("location")) {
                (200, _) => {
                    let mime = answer.header("content-type").unwrap_or("application/octet-stream").to_owned();
                    return Ok(FetchedMedia { bytes: answer.body.to_vec(), mime });
                }
                (301 | 302 | 303 | 307 | 308, Some(next)) if next.contains("://") => url = next.to_owned(),
                (status @ (429 | 500..), _) => return Err(retry(&format!("HTTP {status}"))),
                (status, _) => return Err(errors::fix("media", format!("the medium cannot be fetched: HTTP {status}"))),
            }
        }
        Err(errors::fix("media", "the medium's address redirects too often"))
    }
}

fn retry(detail: &str) -> SendError {
    SendError {
        remedy: Remedy::Retry { after: Millis::from_secs(30) },
        cause: FallbackCause::Rejected,
        code: "http:media".to_owned(),
        for_user: format!("the medium could not be fetched now: {detail}"),
    }
}

fn is_twilio(twilio: &TwilioAccount, url: &str) -> bool {
    let authority =
        |url: &str| url.split_once("://").map(|(_, rest)| rest.split(['/', '?', '#']).next().unwrap_or_default().to_ascii_lowercase());
    let (Some(own), Some(given)) = (authority(&twilio.base_url), authority(url)) else { return false };
    own == given || (url.starts_with("https://") && given.ends_with(".twilio.com"))
}

pub(crate) fn credentials(account: &Account) -> Result<&TwilioAccount, SendError> {
    match &account.provider {
        Provider::Twilio(credentials) => Ok(credentials),
        _ => Err(errors::fix("account", "the sender's credentials are not those of a Twilio account")),
    }
}

fn without(error: &HttpError) -> Result<SendOutcome, SendError> {
    if error.kind.certainly_not_sent() { Err(errors::not_sent(error)) } else { Ok(SendOutcome::Unknown { detail: error.to_string() }) }
}

fn judged(answer: &Response) -> Result<SendOutcome, SendError> {
    let status = answer.status.as_u16();
    if answer.status.is_success() {
        return match serde_json::from_slice::<Resource>(&answer.body) {
            Ok(message) if matches!(message.status.as_str(), "failed" | "undelivered") => {
                Err(errors::send_error(message.error_code.unwrap_or(0), None, message.error_message.as_deref().unwrap_or_default()))
            }
            Ok(message) => Ok(SendOutcome::Accepted { provider_id: message.sid, learnt: Vec::new() }),
            Err(error) => Ok(SendOutcome::Unknown { detail: format!("HTTP {status}, and the answer cannot be read: {error}") }),
        };
    }
    let failure = serde_json::from_slice::<Failure>(&answer.body).ok();
    match (status, failure) {
        // Whatever its body says, a 5xx may have happened after the message was taken.
        (500.., _) => Ok(SendOutcome::Unknown { detail: format!("HTTP {status}") }),
        (_, Some(failure)) => Err(errors::send_error(failure.code, Some(status), &failure.message)),
        (_, None) => {
            Err(errors::send_error(i64::from(status), Some(status), "not an answer of Twilio's; check the base address and proxies"))
        }
    }
}

#[async_trait]
impl Adapter for Twilio {
    fn capabilities(&self) -> &'static CapabilitySheet {
        &SHEET
    }

    async fn send(&self, account: &Account, decision: &policy::Decision) -> SendOutcome {
        if decision.sender() != account.sender.id || decision.workspace() != account.workspace {
            return SendOutcome::Refused { error: errors::fix("account", "the decision names another sender") };
        }
        let parcel = Parcel {
            message: decision.message(),
            sender: decision.sender(),
            address: decision.address(),
            content: decision.content(),
            lifetime: decision.lifetime(),
        };
        self.deliver(account, &parcel).await
    }

    async fn settle(&self, account: &Account, message: &Message) -> Settled {
        match credentials(account) {
            Ok(twilio) => settle::settle(&*self.transport, twilio, message).await,
            Err(_) => Settled::NotSupported,
        }
    }

    async fn receive(&self, account: &Account, call: &Call<'_>, now: Timestamp) -> Result<Heard, Refused> {
        let twilio = credentials(account).map_err(|_| Refused::NoSuchAddress)?;
        receive::receive(account, twilio, call, now)
    }

    async fn fetch_media(&self, account: &Account, media: &InboundMedia) -> Result<FetchedMedia, SendError> {
        self.fetch(credentials(account)?, &media.provider_ref).await
    }

    async fn examine(&self, account: &Account, _public_url: &str) -> Vec<Hop> {
        match credentials(account) {
            Ok(twilio) => checkup::hops(&*self.transport, account, twilio).await,
            Err(error) => vec![Hop::broken("credentials", error.for_user, "connect the sender anew")],
        }
    }
}
