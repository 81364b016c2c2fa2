//! Each request brings a fresh AES key under our RSA key (OAEP, SHA-256 twice). Its body and the answer to it are AES-128-GCM with a nonce of 16 bytes,
//! whose bits are all flipped for the answer.

use aes_gcm::aead::{Aead as _, KeyInit as _};
use aes_gcm::aes::Aes128;
use aes_gcm::aes::cipher::consts::U16;
use aes_gcm::{AesGcm, Nonce};
use aws_lc_rs::encoding::{AsDer as _, PublicKeyX509Der};
use aws_lc_rs::rsa::{OAEP_SHA256_MGF1SHA256, OaepPrivateDecryptingKey, PrivateDecryptingKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::Value;

use super::FormRequest;

/// The common form with a nonce of 12 bytes is another function.
type Cipher = AesGcm<Aes128, U16>;

const KEY_LEN: usize = 16;
const NONCE_LEN: usize = 16;

/// The private half of the key whose public half was uploaded to Meta.
pub struct FormKey {
    oaep: OaepPrivateDecryptingKey,
    public_pem: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no RSA key in PKCS#8")]
pub struct KeyError;

/// Why a request cannot be read. Answered 421: the phone then asks Meta for our key again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    #[error("the request is not three texts in base64")]
    Frame,
    #[error("its key is not encrypted for ours; was the key uploaded, and after the number was registered?")]
    Key,
    #[error("its body does not belong to its key")]
    Body,
    #[error("what it says is not a request of a form")]
    Words,
}

/// As it arrives.
#[derive(Deserialize)]
struct Sealed {
    encrypted_flow_data: String,
    encrypted_aes_key: String,
    initial_vector: String,
}

/// A request that was read, and what its answer is sealed with.
pub struct Opened {
    pub request: FormRequest,
    cipher: Cipher,
    nonce: [u8; NONCE_LEN],
}

impl FormKey {
    pub fn from_pkcs8(der: &[u8]) -> Result<Self, KeyError> {
        let key = PrivateDecryptingKey::from_pkcs8(der).map_err(|_| KeyError)?;
        let public: PublicKeyX509Der<'static> = key.public_key().as_der().map_err(|_| KeyError)?;
        let public_pem = pem(public.as_ref());
        Ok(Self { oaep: OaepPrivateDecryptingKey::new(key).map_err(|_| KeyError)?, public_pem })
    }

    /// What is uploaded to Meta.
    pub fn public_pem(&self) -> &str {
        &self.public_pem
    }

    pub fn open(&self, body: &[u8]) -> Result<Opened, OpenError> {
        let sealed: Sealed = serde_json::from_slice(body).map_err(|_| OpenError::Frame)?;
        let decode = |text: &str| STANDARD.decode(text).map_err(|_| OpenError::Frame);
        let nonce: [u8; NONCE_LEN] = decode(&sealed.initial_vector)?.try_into().map_err(|_| OpenError::Frame)?;
        let (wrapped, data) = (decode(&sealed.encrypted_aes_key)?, decode(&sealed.encrypted_flow_data)?);
        let mut room = vec![0; self.oaep.min_output_size()];
        let key = self.oaep.decrypt(&OAEP_SHA256_MGF1SHA256, &wrapped, &mut room, None).map_err(|_| OpenError::Key)?;
        if key.len() != KEY_LEN {
            return Err(OpenError::Key);
        }
        let cipher = Cipher::new_from_slice(key).map_err(|_| OpenError::Key)?;
        let plain = cipher.decrypt(Nonce::from_slice(&nonce), data.as_slice()).map_err(|_| OpenError::Body)?;
        let request = serde_json::from_slice(&plain).map_err(|_| OpenError::Words)?;
        Ok(Opened { request, cipher, nonce })
    }
}

impl Opened {
    /// The answer's body, to be sent as plain text. `None` only for a text that is too long for the cipher.
    pub fn seal(&self, answer: &Value) -> Option<String> {
        let flipped = self.nonce.map(|byte| !byte);
        let sealed = self.cipher.encrypt(Nonce::from_slice(&flipped), answer.to_string().as_bytes()).ok()?;
        Some(STANDARD.encode(sealed))
    }
}

fn pem(der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let lines: Vec<&str> = text.as_bytes().chunks(64).filter_map(|line| std::str::from_utf8(line).ok()).collect();
    format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", lines.join("\n"))
}
