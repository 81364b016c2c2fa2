//! Secrets that are not: each differs from the one before, and every run makes the same ones.

use std::sync::atomic::{AtomicU64, Ordering};

use model::{Draws, Rng};

use crate::state::SecretSource;

#[derive(Default)]
pub struct CountingSecrets(AtomicU64);

impl SecretSource for CountingSecrets {
    fn fill(&self, bytes: &mut [u8]) {
        let mut draws = Draws::new(self.0.fetch_add(1, Ordering::Relaxed));
        for byte in bytes {
            *byte = draws.next_u64() as u8;
        }
    }
}
