//! Content resources. A message with buttons or cards names one; there is one for each shape, made when it is first needed.
//! Pages: "Content API resources", "Content API v2" (search by name).

use std::collections::BTreeMap;
use std::sync::Mutex;

use aws_lc_rs::digest::{SHA256, digest};
use channel::TwilioAccount;
use http_client::{HttpError, Request, Transport};
use model::Millis;
use model::send_error::{FallbackCause, Remedy, SendError};
use serde_json::{Value, json};

use super::compose::Rich;
use crate::api::{self, Failure};
use crate::errors;

/// Shapes that are remembered; beyond it they are looked up anew.
const KNOWN_MAX: usize = 10_000;

/// What Twilio calls the resources of which shapes, for each account. Losing it costs a question.
#[derive(Default)]
pub(crate) struct Contents {
    known: Mutex<BTreeMap<(String, String), String>>,
}

impl Contents {
    /// The resource's sid. Nothing has been sent to anybody when this fails.
    pub(crate) async fn of(&self, transport: &dyn Transport, twilio: &TwilioAccount, rich: &Rich) -> Result<String, SendError> {
        let key = (twilio.account_sid.clone(), name(&rich.types));
        if let Some(sid) = self.known.lock().ok().and_then(|known| known.get(&key).cloned()) {
            return Ok(sid);
        }
        let sid = match find(transport, twilio, &key.1).await? {
            Some(sid) => sid,
            None => make(transport, twilio, &key.1, rich).await?,
        };
        if let Ok(mut known) = self.known.lock() {
            if known.len() >= KNOWN_MAX {
                known.clear();
            }
            known.insert(key, sid.clone());
        }
        Ok(sid)
    }

    /// Twilio does not know it any more: somebody deleted it in the console.
    pub(crate) fn forget(&self, sid: &str) {
        if let Ok(mut known) = self.known.lock() {
            known.retain(|_, known| known != sid);
        }
    }
}

/// The same shape has the same name, whoever made it.
fn name(types: &Value) -> String {
    format!("antiphon_{}", &hex::encode(digest(&SHA256, types.to_string().as_bytes()))[..32])
}

async fn find(transport: &dyn Transport, twilio: &TwilioAccount, name: &str) -> Result<Option<String>, SendError> {
    let url = format!("{}/v2/Content?ContentName={name}&PageSize=50", api::beside(twilio, "content"));
    let found = ask(transport, twilio, Ok(Request::get(url))).await?;
    let same = |content: &&Value| content["friendly_name"] == name;
    let sid = found["contents"].as_array().and_then(|all| all.iter().find(same)?["sid"].as_str());
    Ok(sid.map(str::to_owned))
}

async fn make(transport: &dyn Transport, twilio: &TwilioAccount, name: &str, rich: &Rich) -> Result<String, SendError> {
    let content = json!({ "friendly_name": name, "language": "en", "variables": rich.samples(), "types": rich.types });
    let url = format!("{}/v1/Content", api::beside(twilio, "content"));
    let made = ask(transport, twilio, Request::post(url).body("application/json", content.to_string())).await?;
    made["sid"].as_str().map(str::to_owned).ok_or_else(|| later("the answer to a new content has no sid"))
}

async fn ask(transport: &dyn Transport, twilio: &TwilioAccount, request: Result<Request, HttpError>) -> Result<Value, SendError> {
    let request = request.and_then(|request| api::authorised(twilio, request)).map_err(|error| errors::not_sent(&error))?;
    let answer = match transport.send(request.accepting(4 * 1024 * 1024)).await {
        Ok(answer) => answer,
        Err(error) if error.kind.certainly_not_sent() => return Err(errors::not_sent(&error)),
        Err(error) => return Err(later(&error.to_string())),
    };
    let status = answer.status.as_u16();
    if answer.status.is_success() {
        return serde_json::from_slice(&answer.body)
            .map_err(|error| later(&format!("HTTP {status}, and the answer cannot be read: {error}")));
    }
    match serde_json::from_slice::<Failure>(&answer.body) {
        Ok(failure) if status < 500 => Err(errors::send_error(failure.code, Some(status), &failure.message)),
        _ => Err(later(&format!("HTTP {status}"))),
    }
}

/// The message itself has not left.
fn later(detail: &str) -> SendError {
    SendError {
        remedy: Remedy::Retry { after: Millis::from_secs(5) },
        cause: FallbackCause::Rejected,
        code: "twilio_rcs:content".to_owned(),
        for_user: format!("Twilio could not be asked for the content of a message ({detail}); it is asked again"),
    }
}
