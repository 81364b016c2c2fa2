//! Whether a call to our webhook comes from Meta.

use channel::{Refused, WhatsappAccount};
use whatsapp::handshake::Handshake;
use whatsapp::signature::{self, SignatureError};

/// Checks the signature over the raw body. An account without an app secret accepts nothing: anybody can sign with an empty key.
pub fn verify(account: &WhatsappAccount, signature_header: Option<&str>, raw: &[u8]) -> Result<(), Refused> {
    if account.app_secret.is_empty() {
        return Err(Refused::BadSignature);
    }
    signature::verify(&[account.app_secret.reveal()], raw, signature_header).map_err(|error| match error {
        SignatureError::Missing => Refused::NoSignature,
        SignatureError::Malformed | SignatureError::Mismatch => Refused::BadSignature,
    })
}

/// Answers the GET that Meta makes when the webhook is set up: the challenge, to be sent back as plain text.
pub fn handshake(account: &WhatsappAccount, query: &[(String, String)]) -> Result<String, Refused> {
    let find = |name: &str| query.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
    let asked = Handshake { mode: find("hub.mode"), challenge: find("hub.challenge"), verify_token: find("hub.verify_token") };
    asked.answer(account.verify_token.reveal()).map(str::to_owned).map_err(|_| Refused::BadToken)
}

/// The header's value for a body, as Meta would sign it: for asking our own door whether it lets Meta in.
#[must_use]
pub fn sign(account: &WhatsappAccount, raw: &[u8]) -> String {
    signature::sign(account.app_secret.reveal().as_bytes(), raw)
}
