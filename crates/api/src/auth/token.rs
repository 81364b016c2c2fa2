//! Secrets that people and programs carry: 256 random bits, stored only as a hash.

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use model::WorkspaceId;

use crate::state::SecretSource;

/// A secret that names its workspace, so that finding its row takes one read: `<workspace><random>`, 26 and 43 characters.
pub struct Token {
    pub text: String,
    pub hash: String,
}

const WORKSPACE_CHARS: usize = 26;

impl Token {
    /// `kind` stands in front: `ak_` for API keys.
    pub fn mint(secrets: &dyn SecretSource, kind: &str, ws: WorkspaceId) -> Self {
        let ws = ws.to_string();
        let ws = ws.strip_prefix("ws_").unwrap_or(&ws);
        let text = format!("{kind}{ws}{}", URL_SAFE_NO_PAD.encode(random(secrets)));
        let hash = sha256_hex(text.as_bytes());
        Self { text, hash }
    }

    /// The workspace that a token names, and the hash to look for there. `None` for what cannot be a token.
    pub fn read(kind: &str, text: &str) -> Option<(WorkspaceId, String)> {
        let rest = text.strip_prefix(kind)?;
        let ws = rest.get(..WORKSPACE_CHARS)?;
        if rest.len() != WORKSPACE_CHARS + 43 {
            return None;
        }
        Some((format!("ws_{ws}").parse().ok()?, sha256_hex(text.as_bytes())))
    }
}

fn random(secrets: &dyn SecretSource) -> [u8; 32] {
    let mut bytes = [0u8; 32];
    secrets.fill(&mut bytes);
    bytes
}

/// A Standard Webhooks signing secret.
pub fn signing_secret(secrets: &dyn SecretSource) -> String {
    integrations::standard_webhooks::secret_from(&random(secrets))
}

pub fn sha256_hex(bytes: &[u8]) -> String {
    hex::encode(digest::digest(&digest::SHA256, bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::CountingSecrets;

    #[test]
    fn a_token_names_its_workspace_and_nothing_else_is_a_token() {
        let ws = WorkspaceId::from_u128(0x0123_4567_89ab_7000_8000_0000_0000_0001);
        let token = Token::mint(&CountingSecrets::default(), "ak_", ws);
        assert_eq!(Token::read("ak_", &token.text), Some((ws, token.hash.clone())));
        assert_eq!(token.hash.len(), 64);
        for wrong in ["", "ak_", "ak_x", &token.text[1..], &token.text[..token.text.len() - 1], "ak_é00000000000000000000000000"] {
            assert_eq!(Token::read("ak_", wrong), None, "{wrong}");
        }
    }
}
