//! DKIM signatures (RFC 6376, RFC 8463): relaxed/relaxed, over the finished bytes.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{Ed25519KeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use channel::DkimKey;
use model::Timestamp;

use crate::header;

/// What is signed, where it is there. `Content-Type` is left out: relays rewrite it.
const SIGNED: [&str; 12] = [
    "from",
    "to",
    "subject",
    "date",
    "message-id",
    "mime-version",
    "reply-to",
    "in-reply-to",
    "references",
    "list-unsubscribe",
    "list-unsubscribe-post",
    "feedback-id",
];
/// Bits that receivers ask for since 2018 (RFC 8301).
const RSA_BITS_MIN: usize = 1024;

/// Why a key cannot sign.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum KeyError {
    #[error("the key is not PEM text that begins with -----BEGIN … PRIVATE KEY-----")]
    NotPem,
    #[error("the key is neither RSA nor Ed25519, or it is broken")]
    NotAKey,
    #[error("the key has {0} bits; receivers refuse less than {RSA_BITS_MIN}")]
    Short(usize),
    #[error("the key could not sign")]
    Failed,
}

pub(crate) enum Pair {
    Rsa(RsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

/// Says whether mails could be signed with this key.
pub fn check_key(pem: &str) -> Result<(), KeyError> {
    read(pem).map(|_| ())
}

pub(crate) fn read(pem: &str) -> Result<Pair, KeyError> {
    let pkcs1 = pem.contains("-----BEGIN RSA PRIVATE KEY-----");
    if !pkcs1 && !pem.contains("-----BEGIN PRIVATE KEY-----") {
        return Err(KeyError::NotPem);
    }
    let body: String = pem.lines().map(str::trim).filter(|line| !line.starts_with("-----")).collect();
    let der = STANDARD.decode(body).map_err(|_| KeyError::NotPem)?;
    let rsa = if pkcs1 { RsaKeyPair::from_der(&der) } else { RsaKeyPair::from_pkcs8(&der) };
    if let Ok(pair) = rsa {
        let bits = pair.public_modulus_len() * 8;
        return if bits < RSA_BITS_MIN { Err(KeyError::Short(bits)) } else { Ok(Pair::Rsa(pair)) };
    }
    Ed25519KeyPair::from_pkcs8_maybe_unchecked(&der).map(Pair::Ed25519).map_err(|_| KeyError::NotAKey)
}

/// The header line to put before the mail.
pub(crate) fn sign(key: &DkimKey, mail: &str, at: Timestamp) -> Result<String, KeyError> {
    let pair = read(key.private_key.reveal())?;
    let (head, body) = mail.split_once("\r\n\r\n").unwrap_or((mail, ""));
    let fields = fields(head);
    let (mut names, mut signed) = (Vec::new(), String::new());
    for name in SIGNED {
        if let Some((_, value)) = fields.iter().find(|(given, _)| given == name) {
            names.push(name);
            signed.push_str(&format!("{name}:{}\r\n", relaxed_value(value)));
        }
    }
    let algorithm = if matches!(pair, Pair::Rsa(_)) { "rsa-sha256" } else { "ed25519-sha256" };
    let hash = STANDARD.encode(digest(&SHA256, relaxed_body(body).as_bytes()));
    let value = format!(
        "v=1; a={algorithm}; c=relaxed/relaxed; d={}; s={}; t={}; h={}; bh={hash}; b=",
        key.domain,
        key.selector,
        at.as_secs(),
        names.join(":")
    );
    let folded = header::line("DKIM-Signature", &value);
    let field = folded.trim_end_matches("\r\n");
    signed.push_str(&format!("dkim-signature:{}", relaxed_value(field.split_once(':').map_or("", |(_, value)| value))));
    let signature = STANDARD.encode(made(&pair, signed.as_bytes())?);
    // White space inside the signature does not count, so it is folded wherever the line is full.
    let lines: Vec<&str> = signature.as_bytes().chunks(70).filter_map(|line| std::str::from_utf8(line).ok()).collect();
    Ok(format!("{field}\r\n {}\r\n", lines.join("\r\n ")))
}

fn made(pair: &Pair, bytes: &[u8]) -> Result<Vec<u8>, KeyError> {
    match pair {
        Pair::Rsa(pair) => {
            let mut signature = vec![0; pair.public_modulus_len()];
            #[expect(clippy::disallowed_methods, reason = "PKCS#1 v1.5 signatures draw nothing; the interface asks for a generator")]
            let generator = SystemRandom::new();
            pair.sign(&RSA_PKCS1_SHA256, &generator, bytes, &mut signature).map_err(|_| KeyError::Failed)?;
            Ok(signature)
        }
        // RFC 8463 §3: what is signed is the hash.
        Pair::Ed25519(pair) => Ok(pair.sign(digest(&SHA256, bytes).as_ref()).as_ref().to_vec()),
    }
}

/// Names in lower case with unfolded values.
fn fields(head: &str) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> = Vec::new();
    for line in head.split("\r\n") {
        if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = fields.last_mut() {
                value.push_str(line);
            }
        } else if let Some((name, value)) = line.split_once(':') {
            fields.push((name.trim().to_ascii_lowercase(), value.to_owned()));
        }
    }
    fields
}

/// RFC 6376 §3.4.2.
fn relaxed_value(value: &str) -> String {
    value.replace("\r\n", "").split([' ', '\t']).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// RFC 6376 §3.4.4.
fn relaxed_body(body: &str) -> String {
    let mut out = String::with_capacity(body.len());
    for line in body.split("\r\n") {
        let mut space = false;
        for letter in line.chars() {
            if letter == ' ' || letter == '\t' {
                space = true;
                continue;
            }
            if std::mem::take(&mut space) {
                out.push(' ');
            }
            out.push(letter);
        }
        out.push_str("\r\n");
    }
    let kept = out.trim_end_matches("\r\n").len();
    out.truncate(kept);
    if !out.is_empty() {
        out.push_str("\r\n");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of RFC 6376 §3.4.5.
    #[test]
    fn the_standards_example_is_made_canonical_as_it_says() {
        assert_eq!(relaxed_body(" C \r\nD \t E\r\n\r\n\r\n"), " C\r\nD E\r\n");
        assert_eq!(relaxed_value("  X  "), "X");
        assert_eq!(fields("A: X\r\nB : Y\t\r\n\tZ  "), [("a".to_owned(), " X".to_owned()), ("b".to_owned(), " Y\t\tZ  ".to_owned())]);
        assert_eq!(relaxed_body(""), "");
        assert_eq!(relaxed_body("\r\n\r\n"), "");
    }

    #[test]
    fn a_key_that_cannot_sign_is_said_to_be_one() {
        assert_eq!(check_key("nothing"), Err(KeyError::NotPem));
        assert_eq!(check_key("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"), Err(KeyError::NotAKey));
    }
}
