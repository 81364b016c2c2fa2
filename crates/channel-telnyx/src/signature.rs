//! Ed25519 over `{timestamp}|{body}`. Page: "Webhook signing".

use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use channel::{Call, Refused, TelnyxAccount};
use model::{Millis, Timestamp};

/// Older deliveries are somebody playing them again; also how far the clocks may be apart.
const TOLERANCE: Millis = Millis::from_mins(5);

pub(crate) fn verify(account: &TelnyxAccount, call: &Call<'_>, now: Timestamp) -> Result<(), Refused> {
    let (Some(signature), Some(at)) = (call.header("telnyx-signature-ed25519"), call.header("telnyx-timestamp")) else {
        return Err(Refused::NoSignature);
    };
    let seconds: i64 = at.parse().map_err(|_| Refused::BadSignature)?;
    let bytes = |text: &str| STANDARD.decode(text.trim()).map_err(|_| Refused::BadSignature);
    let key = UnparsedPublicKey::new(&ED25519, bytes(&account.public_key)?);
    let signed = [at.as_bytes(), b"|", call.body].concat();
    key.verify(&signed, &bytes(signature)?).map_err(|_| Refused::BadSignature)?;
    let apart = now.as_secs().abs_diff(seconds);
    if apart <= TOLERANCE.0.unsigned_abs() / 1000 { Ok(()) } else { Err(Refused::BadSignature) }
}
