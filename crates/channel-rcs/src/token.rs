//! Tokens of a service account (RFC 7523): a signed statement is exchanged for a token that lives an hour.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use channel::{RcsAccount, refusal};
use http_client::{Request, Transport};
use model::send_error::{FallbackCause, Remedy, SendError};
use model::{Millis, Timestamp};
use serde::Deserialize;
use serde_json::json;

const SCOPE: &str = "https://www.googleapis.com/auth/rcsbusinessmessaging";

/// A token is renewed before it ends, because a call takes time and clocks differ.
const MARGIN: Millis = Millis::from_mins(5);

/// Why a service account's key cannot sign.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum KeyError {
    #[error("the key is not PEM text that begins with -----BEGIN PRIVATE KEY-----; take `private_key` of the key file whole")]
    NotPem,
    #[error("the key is not an RSA key, or it is broken")]
    NotRsa,
}

#[derive(Deserialize)]
struct Granted {
    access_token: String,
    #[serde(default)]
    expires_in: i64,
}

/// Tokens by service account and address. Nothing about messages.
#[derive(Default)]
pub(crate) struct Tokens(Mutex<BTreeMap<(String, String), (String, Timestamp)>>);

/// Says whether a key could sign.
pub fn check_key(pem: &str) -> Result<(), KeyError> {
    read(pem).map(drop)
}

fn read(pem: &str) -> Result<RsaKeyPair, KeyError> {
    if !pem.contains("-----BEGIN PRIVATE KEY-----") {
        return Err(KeyError::NotPem);
    }
    let body: String = pem.lines().map(str::trim).filter(|line| !line.starts_with("-----")).collect();
    let der = STANDARD.decode(body).map_err(|_| KeyError::NotPem)?;
    RsaKeyPair::from_pkcs8(&der).map_err(|_| KeyError::NotRsa)
}

fn statement(account: &RcsAccount, now: Timestamp) -> Result<String, KeyError> {
    let pair = read(account.private_key.reveal())?;
    let part = |value: &serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let head = part(&json!({ "alg": "RS256", "typ": "JWT" }));
    let at = now.as_secs();
    let claims = json!({ "iss": account.service_account, "scope": SCOPE, "aud": account.token_url, "iat": at, "exp": at + 3600 });
    let signed = format!("{head}.{}", part(&claims));
    let mut signature = vec![0; pair.public_modulus_len()];
    #[expect(clippy::disallowed_methods, reason = "PKCS#1 v1.5 signatures draw nothing; the interface asks for a generator")]
    let generator = SystemRandom::new();
    pair.sign(&RSA_PKCS1_SHA256, &generator, signed.as_bytes(), &mut signature).map_err(|_| KeyError::NotRsa)?;
    Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
}

impl Tokens {
    /// A token that is good for a while. Nothing of a message has left when this fails.
    pub(crate) async fn get(&self, transport: &dyn Transport, account: &RcsAccount, now: Timestamp) -> Result<String, SendError> {
        let key = (account.service_account.clone(), account.token_url.clone());
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        if let Some((token, ends)) = known
            && now < ends
        {
            return Ok(token);
        }
        let statement = statement(account, now).map_err(|error| paused(&error.to_string()))?;
        let body = format!("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion={statement}");
        let request = Request::post(&account.token_url).body("application/x-www-form-urlencoded", body);
        let answer = match request {
            Ok(request) => transport.send(request).await.map_err(|error| unreachable(&error.to_string()))?,
            Err(error) => return Err(refusal::not_sent(&error)),
        };
        match answer.status.as_u16() {
            200 => {}
            status @ (429 | 500..) => return Err(unreachable(&format!("HTTP {status}"))),
            status => return Err(paused(&format!("no token is given for the service account: HTTP {status}"))),
        }
        let granted: Granted = serde_json::from_slice(&answer.body).map_err(|_| unreachable("the answer about a token cannot be read"))?;
        let ends = now + Millis::from_secs(granted.expires_in.clamp(0, 86_400)) - MARGIN;
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.insert(key, (granted.access_token.clone(), ends));
        Ok(granted.access_token)
    }

    /// The provider did not take it, whatever its time.
    pub(crate) fn forget(&self, account: &RcsAccount) {
        let key = (account.service_account.clone(), account.token_url.clone());
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&key);
    }
}

fn unreachable(detail: &str) -> SendError {
    SendError {
        remedy: Remedy::Retry { after: Millis::from_secs(10) },
        cause: FallbackCause::Rejected,
        code: "rcs:token".to_owned(),
        for_user: format!("no token could be fetched now: {detail}"),
    }
}

fn paused(detail: &str) -> SendError {
    SendError {
        remedy: Remedy::PauseSender,
        cause: FallbackCause::SenderUnavailable,
        code: "rcs:token".to_owned(),
        for_user: format!("{detail}; check the service account's key in the sender's settings"),
    }
}
