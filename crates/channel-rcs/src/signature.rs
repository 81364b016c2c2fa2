//! HMAC-SHA512 over the event itself, not over the envelope around it. Page: "Webhooks".

use aws_lc_rs::hmac::{HMAC_SHA512, Key, verify};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use channel::{Call, RcsAccount, Refused};
use serde::Deserialize;

pub(crate) const HEADER: &str = "x-goog-signature";

#[derive(Deserialize)]
struct Envelope {
    message: Pushed,
}

#[derive(Deserialize)]
struct Pushed {
    data: String,
}

/// The event's bytes, when they are Google's. Nothing else of the envelope is signed, and nothing else of it is used.
pub(crate) fn verified(account: &RcsAccount, call: &Call<'_>) -> Result<Vec<u8>, Refused> {
    if account.client_token.is_empty() {
        return Err(Refused::BadSignature);
    }
    let signature = call.header(HEADER).filter(|text| !text.trim().is_empty()).ok_or(Refused::NoSignature)?;
    let tag = STANDARD.decode(signature.trim()).map_err(|_| Refused::BadSignature)?;
    // What cannot be read has no signature that fits.
    let envelope: Envelope = serde_json::from_slice(call.body).map_err(|_| Refused::BadSignature)?;
    let event = STANDARD.decode(envelope.message.data.as_bytes()).map_err(|_| Refused::BadSignature)?;
    // Compares in constant time.
    verify(&Key::new(HMAC_SHA512, account.client_token.reveal().as_bytes()), &event, &tag).map_err(|_| Refused::BadSignature)?;
    Ok(event)
}
