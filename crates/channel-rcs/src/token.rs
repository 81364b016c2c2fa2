//! Access tokens for a service account (RFC 7523): a signed assertion is exchanged for one, which is good for an hour.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use channel::{RcsAccount, Secret, refusal};
use http_client::{Request, Transport};
use model::send_error::{FallbackCause, Remedy, SendError};
use model::{Millis, Timestamp};
use serde::Deserialize;
use serde_json::json;

use crate::key::{self, KeyError};

const SCOPE: &str = "https://www.googleapis.com/auth/rcsbusinessmessaging";
/// Longest life that Google gives, in seconds.
const LIFE_S: i64 = 3_600;
/// A token is not used when it ends this soon.
const MARGIN: Millis = Millis::from_mins(1);

/// Tokens by service account. They concern no message: losing them costs one more exchange.
#[derive(Default)]
pub(crate) struct Tokens {
    held: Mutex<BTreeMap<String, Held>>,
}

struct Held {
    token: Secret,
    until: Timestamp,
    /// What it was asked for with: other credentials do not get it.
    with: Secret,
}

/// A token, and whether Google gave it just now.
pub(crate) struct Token {
    pub bearer: Secret,
    pub fresh: bool,
}

#[derive(Deserialize)]
struct Given {
    access_token: String,
    #[serde(default)]
    expires_in: i64,
}

impl Tokens {
    pub(crate) async fn get(&self, transport: &dyn Transport, account: &RcsAccount, now: Timestamp) -> Result<Token, SendError> {
        if let Some(bearer) = self.held(account, now) {
            return Ok(Token { bearer, fresh: false });
        }
        let Given { access_token, expires_in } = exchange(transport, account, now).await?;
        let bearer = Secret::new(access_token);
        let until = now + Millis::from_secs(expires_in.clamp(0, LIFE_S)) - MARGIN;
        let held = Held { token: bearer.clone(), until, with: account.private_key.clone() };
        self.held.lock().unwrap_or_else(PoisonError::into_inner).insert(name(account), held);
        Ok(Token { bearer, fresh: true })
    }

    /// It was not taken: the next message asks for another.
    pub(crate) fn forget(&self, account: &RcsAccount) {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).remove(&name(account));
    }

    fn held(&self, account: &RcsAccount, now: Timestamp) -> Option<Secret> {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let token = held.get(&name(account)).filter(|held| held.until > now && held.with == account.private_key)?;
        Some(token.token.clone())
    }
}

fn name(account: &RcsAccount) -> String {
    format!("{} {}", account.token_url, account.service_account)
}

async fn exchange(transport: &dyn Transport, account: &RcsAccount, now: Timestamp) -> Result<Given, SendError> {
    let assertion = assertion(account, now)
        .map_err(|error| paused("key", format!("no token can be asked for: {error}; correct the sender's service account")))?;
    let form = format!("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion={assertion}");
    let request = Request::post(&account.token_url).body("application/x-www-form-urlencoded", form);
    let answer = match request {
        Ok(request) => transport.send(request).await,
        Err(error) => Err(error),
    };
    // Whatever happens here, the message itself has not left.
    let answer =
        answer.map_err(|error| if error.kind.certainly_not_sent() { refusal::not_sent(&error) } else { later(&error.to_string()) })?;
    match answer.status.as_u16() {
        200 => serde_json::from_slice(&answer.body).map_err(|_| later("its answer cannot be read")),
        status @ (408 | 429 | 500..) => Err(later(&format!("HTTP {status}"))),
        status => Err(paused(
            "token",
            format!("Google gives no token for {}: HTTP {status}; check the service account and its key", account.service_account),
        )),
    }
}

/// The assertion has only characters that a form takes as they are.
fn assertion(account: &RcsAccount, now: Timestamp) -> Result<String, KeyError> {
    let header = json!({ "alg": "RS256", "typ": "JWT" });
    let claims = json!({
        "iss": account.service_account, "scope": SCOPE, "aud": account.token_url, "iat": now.as_secs(), "exp": now.as_secs() + LIFE_S,
    });
    let part = |value: serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let signed = format!("{}.{}", part(header), part(claims));
    let signature = key::sign(account.private_key.reveal(), &signed)?;
    Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
}

fn paused(code: &str, for_user: String) -> SendError {
    SendError { remedy: Remedy::PauseSender, cause: FallbackCause::SenderUnavailable, code: format!("rcs:{code}"), for_user }
}

fn later(detail: &str) -> SendError {
    SendError {
        remedy: Remedy::SlowSender { after: Millis::from_secs(10) },
        cause: FallbackCause::Rejected,
        code: "rcs:token".to_owned(),
        for_user: format!("Google gave no token just now: {detail}; the message waits"),
    }
}
