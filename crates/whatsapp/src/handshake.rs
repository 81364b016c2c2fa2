//! The GET by which Meta checks a callback address before it delivers there. It carries no signature.
//! Page: Webhooks, "Create a webhook endpoint".

use aws_lc_rs::constant_time::verify_slices_are_equal;

/// Query parameters of the GET, as received.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
pub struct Handshake {
    #[serde(rename = "hub.mode", default)]
    pub mode: Option<String>,
    #[serde(rename = "hub.challenge", default)]
    pub challenge: Option<String>,
    #[serde(rename = "hub.verify_token", default)]
    pub verify_token: Option<String>,
}

/// Why the handshake is answered 403.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HandshakeError {
    #[error("hub.mode is not subscribe")]
    Mode,
    #[error("hub.verify_token does not match the configured token")]
    Token,
    #[error("hub.challenge is missing")]
    Challenge,
}

impl Handshake {
    /// The plain body to answer 200 with. An empty configured token accepts nobody.
    pub fn answer(&self, verify_token: &str) -> Result<&str, HandshakeError> {
        if self.mode.as_deref() != Some("subscribe") {
            return Err(HandshakeError::Mode);
        }
        let given = self.verify_token.as_deref().unwrap_or_default();
        if verify_token.is_empty() || verify_slices_are_equal(given.as_bytes(), verify_token.as_bytes()).is_err() {
            return Err(HandshakeError::Token);
        }
        self.challenge.as_deref().filter(|challenge| !challenge.is_empty()).ok_or(HandshakeError::Challenge)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_right_token_gets_the_challenge() {
        let asked = Handshake { mode: Some("subscribe".into()), challenge: Some("1158201444".into()), verify_token: Some("vt".into()) };
        assert_eq!(asked.answer("vt"), Ok("1158201444"));
        assert_eq!(asked.answer("vx"), Err(HandshakeError::Token));
        assert_eq!(asked.answer(""), Err(HandshakeError::Token));
        assert_eq!(Handshake { mode: None, ..asked.clone() }.answer("vt"), Err(HandshakeError::Mode));
        assert_eq!(Handshake { challenge: None, ..asked }.answer("vt"), Err(HandshakeError::Challenge));
    }
}
