//! `X-Twilio-Signature`, both schemes. Page: "Webhooks security", and "Shared keys" (2026).
//!
//! Base64 of an HMAC over the address and all form values sorted by name: SHA-1 under the auth token, or SHA-256 under a shared key when the
//! settings header says so. A JSON body is covered by a hash of it in the address instead. The address is the configured public one, never
//! taken from the request's own host.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::{digest, hmac};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use channel::{Refused, Secret, TwilioAccount};

use crate::form::Form;

/// Checks one call. `url` is `public_url` with the path and query of the request; `settings` is `X-Twilio-Webhooks-Signature-Settings`.
pub fn verify(
    account: &TwilioAccount,
    url: &str,
    signature: Option<&str>,
    settings: Option<&str>,
    raw: &[u8],
    content_type: &str,
) -> Result<(), Refused> {
    let signature = signature.filter(|text| !text.trim().is_empty()).ok_or(Refused::NoSignature)?;
    let tag = STANDARD.decode(signature.trim()).map_err(|_| Refused::BadSignature)?;
    let key = key(account, settings).ok_or(Refused::BadSignature)?;
    let json = content_type.trim_start().to_ascii_lowercase().starts_with("application/json");
    let params = if json {
        // The address is signed and holds the body's hash; without it the body is not covered at all.
        if !covers(url, raw) {
            return Err(Refused::BadSignature);
        }
        String::new()
    } else {
        params(&Form::parse(raw))
    };
    let matches = |url: &String| hmac::verify(&key, format!("{url}{params}").as_bytes(), &tag).is_ok();
    if spellings(url).iter().any(matches) { Ok(()) } else { Err(Refused::BadSignature) }
}

/// The key of the scheme that the request names. An empty secret is no key: anybody can sign with it.
fn key(account: &TwilioAccount, settings: Option<&str>) -> Option<hmac::Key> {
    let usable = |secret: &Secret| (!secret.is_empty()).then(|| secret.reveal().as_bytes().to_vec());
    match settings.map(str::trim).filter(|settings| !settings.is_empty()) {
        None => Some(hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &usable(&account.auth_token)?)),
        Some(settings) => {
            let algorithm = settings.split(',').filter_map(|part| part.trim().strip_prefix("algorithm=")).next()?;
            (algorithm == "HMAC_SHA256").then_some(())?;
            Some(hmac::Key::new(hmac::HMAC_SHA256, &usable(account.signing_key.as_ref()?)?))
        }
    }
}

/// Names and values, sorted; a repeated pair counts once.
fn params(form: &Form) -> String {
    let mut pairs: Vec<&(String, String)> = form.pairs().iter().collect();
    pairs.sort();
    pairs.dedup();
    pairs.into_iter().map(|(name, value)| format!("{name}{value}")).collect()
}

fn covers(url: &str, raw: &[u8]) -> bool {
    let query = url.split_once('?').map(|(_, query)| query).unwrap_or_default();
    let form = Form::parse(query.as_bytes());
    let Some(named) = form.get("bodySHA256") else { return false };
    let actual = hex::encode(digest::digest(&digest::SHA256, raw));
    verify_slices_are_equal(named.to_ascii_lowercase().as_bytes(), actual.as_bytes()).is_ok()
}

/// Twilio signs the address with or without the default port.
fn spellings(url: &str) -> Vec<String> {
    let mut all = vec![url.to_owned()];
    let Some((scheme, rest)) = url.split_once("://") else { return all };
    let (authority, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    let default = if scheme == "http" { ":80" } else { ":443" };
    match authority.strip_suffix(default) {
        Some(host) => all.push(format!("{scheme}://{host}{path}")),
        None if !authority.contains(':') => all.push(format!("{scheme}://{authority}{default}{path}")),
        None => {}
    }
    all
}
