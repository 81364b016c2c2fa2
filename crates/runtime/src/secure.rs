//! The machine's random generator: for secrets, and for the seed of ids.

use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use aws_lc_rs::rsa::{KeySize, PrivateDecryptingKey};
use model::Rng;

/// Random numbers that nobody can guess.
#[derive(Debug, Default)]
pub struct SecureRng(SystemRandom);

impl SecureRng {
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the one place that opens the machine's generator")]
    pub fn new() -> Self {
        Self(SystemRandom::new())
    }

    /// Random bytes.
    ///
    /// # Panics
    /// When the machine has no randomness, because then no secret may be made.
    #[must_use]
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        #[expect(clippy::expect_used, reason = "without randomness no secret may be made")]
        self.0.fill(&mut bytes).expect("the machine has no randomness");
        bytes
    }
}

impl Rng for SecureRng {
    fn next_u64(&mut self) -> u64 {
        u64::from_le_bytes(self.bytes())
    }
}

/// A fresh RSA key of 2048 bits, in PKCS#8.
pub fn rsa_key() -> Result<Vec<u8>, NoKey> {
    let key = PrivateDecryptingKey::generate(KeySize::Rsa2048).map_err(|_| NoKey)?;
    let der: Pkcs8V1Der<'static> = key.as_der().map_err(|_| NoKey)?;
    Ok(der.as_ref().to_vec())
}

/// The machine made no key.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("an RSA key could not be made")]
pub struct NoKey;
