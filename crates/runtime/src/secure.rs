//! The machine's random generator: for secrets, and for the seed of ids.

use aws_lc_rs::rand::{SecureRandom, SystemRandom};
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
