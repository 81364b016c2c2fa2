//! Calls to Twilio: address, credentials, answers.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use channel::TwilioAccount;
use http_client::{HttpError, Request, header};
use serde::Deserialize;

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

/// Adds the credentials.
pub(crate) fn authorised(account: &TwilioAccount, request: Request) -> Result<Request, HttpError> {
    let credentials = STANDARD.encode(format!("{}:{}", account.account_sid, account.auth_token.reveal()));
    request.header(header::AUTHORIZATION, &format!("Basic {credentials}"))
}
