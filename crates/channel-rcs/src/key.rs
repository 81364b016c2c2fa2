//! A service account's key: RSA in PKCS#8, as Google's key files have it.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Why a key cannot sign.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum KeyError {
    #[error("the key is not PEM text that begins with -----BEGIN PRIVATE KEY-----; take `private_key` from the service account's file")]
    NotPem,
    #[error("the key is no RSA key, or it is broken")]
    NotAKey,
    #[error("the key could not sign")]
    Failed,
}

/// Says whether tokens could be asked for with this key.
pub fn check_key(pem: &str) -> Result<(), KeyError> {
    read(pem).map(|_| ())
}

fn read(pem: &str) -> Result<RsaKeyPair, KeyError> {
    if !pem.trim_start().starts_with("-----BEGIN PRIVATE KEY-----") {
        return Err(KeyError::NotPem);
    }
    let body: String = pem.lines().map(str::trim).filter(|line| !line.starts_with("-----")).collect();
    let der = STANDARD.decode(body).map_err(|_| KeyError::NotPem)?;
    RsaKeyPair::from_pkcs8(&der).map_err(|_| KeyError::NotAKey)
}

/// RS256.
pub(crate) fn sign(pem: &str, text: &str) -> Result<Vec<u8>, KeyError> {
    let pair = read(pem)?;
    let mut signature = vec![0; pair.public_modulus_len()];
    #[expect(clippy::disallowed_methods, reason = "signing blinds with it; the signature itself depends on key and text alone")]
    let generator = SystemRandom::new();
    pair.sign(&RSA_PKCS1_SHA256, &generator, text.as_bytes(), &mut signature).map_err(|_| KeyError::Failed)?;
    Ok(signature)
}
