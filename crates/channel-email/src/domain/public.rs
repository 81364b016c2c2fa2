//! The public half of a DKIM key, as it is published (RFC 6376 §3.6.1, RFC 8463 §4).

use aws_lc_rs::signature::KeyPair as _;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::dkim::{KeyError, Pair, read};

/// `AlgorithmIdentifier` of rsaEncryption.
const RSA: [u8; 15] = [0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00];

/// What a record says of a key: its kind and its `p=`.
pub(super) struct Public {
    pub kind: &'static str,
    pub p: String,
    /// The same key as some older tools write it, without its frame.
    pub bare: String,
}

impl Public {
    pub(super) fn of(pem: &str) -> Result<Self, KeyError> {
        Ok(match read(pem)? {
            Pair::Rsa(pair) => {
                let bare = pair.public_key().as_ref();
                Self { kind: "rsa", p: STANDARD.encode(framed(bare)), bare: STANDARD.encode(bare) }
            }
            Pair::Ed25519(pair) => {
                let bare = STANDARD.encode(pair.public_key().as_ref());
                Self { kind: "ed25519", p: bare.clone(), bare }
            }
        })
    }

    pub(super) fn record(&self) -> String {
        format!("v=DKIM1; k={}; p={}", self.kind, self.p)
    }
}

/// A `SubjectPublicKeyInfo` around an RSA key.
fn framed(key: &[u8]) -> Vec<u8> {
    let bits = tagged(0x03, &[&[0], key].concat());
    tagged(0x30, &[RSA.as_slice(), &bits].concat())
}

/// DER: the tag, the length in as few bytes as it takes, the content.
fn tagged(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    let length = content.len().to_be_bytes();
    let used = &length[length.iter().position(|byte| *byte != 0).unwrap_or(length.len() - 1)..];
    match (used, u8::try_from(used.len())) {
        ([short @ 0..=0x7f], _) => out.push(*short),
        (_, Ok(count)) => {
            out.push(0x80 | count);
            out.extend_from_slice(used);
        }
        (_, Err(_)) => {}
    }
    out.extend_from_slice(content);
    out
}
