//! Calls to Twilio: address, credentials, answers.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use channel::{ProviderKind, TwilioAccount};
use http_client::{HttpError, Request, Response, Transport, header};
use model::send_error::SendError;
use model::signal::SendOutcome;
use model::{MessageId, SenderId};
use serde::Deserialize;

use crate::{errors, form};

/// A message as Twilio answers and lists it.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub(crate) struct Resource {
    pub sid: String,
    #[serde(default)]
    pub status: String,
    #[serde(default)]
    pub body: Option<String>,
    #[serde(default)]
    pub to: Option<String>,
    #[serde(default)]
    pub direction: String,
    /// RFC 2822.
    #[serde(default)]
    pub date_created: Option<String>,
    #[serde(default)]
    pub error_code: Option<i64>,
    #[serde(default)]
    pub error_message: Option<String>,
}

/// A page of the list, newest first.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub(crate) struct Page {
    #[serde(default)]
    pub messages: Vec<Resource>,
    #[serde(default)]
    pub next_page_uri: Option<String>,
}

/// The body of an answer that is not 2xx.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub(crate) struct Failure {
    pub code: i64,
    #[serde(default)]
    pub message: String,
}

pub(crate) fn messages_url(account: &TwilioAccount) -> String {
    format!("{}/2010-04-01/Accounts/{}/Messages.json", account.base_url.trim_end_matches('/'), account.account_sid)
}

/// One message, to be changed.
pub(crate) fn message_url(account: &TwilioAccount, sid: &str) -> String {
    format!("{}/2010-04-01/Accounts/{}/Messages/{sid}.json", account.base_url.trim_end_matches('/'), account.account_sid)
}

/// The base of another of Twilio's APIs: `https://content.twilio.com` stands beside `https://api.twilio.com`. Behind an address of one's own there is
/// one base for all.
pub(crate) fn beside(account: &TwilioAccount, product: &str) -> String {
    let base = account.base_url.trim_end_matches('/');
    match base.strip_prefix("https://api.") {
        Some(rest) if rest.ends_with("twilio.com") => format!("https://{product}.{rest}"),
        _ => base.to_owned(),
    }
}

/// Statuses name the message themselves, so that one whose answer was lost is settled by its first status.
pub(crate) fn callback(account: &TwilioAccount, kind: ProviderKind, sender: SenderId, message: MessageId) -> String {
    format!("{}/webhooks/{}/{sender}/status?message={message}", account.public_url.trim_end_matches('/'), kind.as_str())
}

/// `POST …/Messages.json`, once.
pub(crate) async fn hand_over(
    transport: &dyn Transport,
    account: &TwilioAccount,
    form: &[(&str, String)],
) -> Result<SendOutcome, SendError> {
    let request = Request::post(messages_url(account))
        .body("application/x-www-form-urlencoded", form::write(form))
        .and_then(|request| authorised(account, request))
        .map_err(|error| errors::not_sent(&error))?;
    match transport.send(request).await {
        Ok(answer) => judged(&answer),
        Err(error) => without(&error),
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
    // Whatever its body says, a 5xx may have happened after the message was taken.
    if status >= 500 { Ok(SendOutcome::Unknown { detail: format!("HTTP {status}") }) } else { Err(refused(answer)) }
}

/// An answer that is not 2xx.
pub(crate) fn refused(answer: &Response) -> SendError {
    let status = answer.status.as_u16();
    match serde_json::from_slice::<Failure>(&answer.body) {
        Ok(failure) => errors::send_error(failure.code, Some(status), &failure.message),
        Err(_) => errors::send_error(i64::from(status), Some(status), "not an answer of Twilio's; check the base address and proxies"),
    }
}

/// Adds the credentials.
pub(crate) fn authorised(account: &TwilioAccount, request: Request) -> Result<Request, HttpError> {
    let credentials = STANDARD.encode(format!("{}:{}", account.account_sid, account.auth_token.reveal()));
    request.header(header::AUTHORIZATION, &format!("Basic {credentials}"))
}
