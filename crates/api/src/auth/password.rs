//! Passwords: Argon2id on a few threads, so that a burst of sign-ins cannot take all processors and memory.

use std::sync::atomic::{AtomicUsize, Ordering};

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use tokio::sync::{Mutex, Semaphore};

use crate::engine::Fault;
use crate::problem::{Code, Problem};
use crate::state::SecretSource;

/// Hashes at the same time; each takes 19 MiB.
const AT_ONCE: usize = 2;
/// Sign-ins that may wait for their turn; more are sent away.
const QUEUE: usize = 32;
/// In characters.
pub const SHORTEST: usize = 12;
const LONGEST: usize = 256;

/// Hashes and verifies passwords.
pub struct Passwords {
    permits: Semaphore,
    waiting: AtomicUsize,
    /// Verified against when there is no such user, so that both cases take the same time.
    decoy: Mutex<Option<String>>,
}

struct Turn<'a>(&'a AtomicUsize);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Passwords {
    #[must_use]
    pub(crate) fn new() -> Self {
        Self { permits: Semaphore::new(AT_ONCE), waiting: AtomicUsize::new(0), decoy: Mutex::new(None) }
    }

    /// Says what is wrong with a new password.
    pub fn check(pointer: &str, password: &str) -> Option<Fault> {
        match password.chars().count() {
            n if n < SHORTEST => Some(Fault::new(pointer, format!("a password needs at least {SHORTEST} characters"))),
            n if n > LONGEST => Some(Fault::new(pointer, format!("a password has at most {LONGEST} characters"))),
            _ => None,
        }
    }

    pub async fn hash(&self, secrets: &dyn SecretSource, password: &str) -> Result<String, Problem> {
        let mut salt = [0u8; 16];
        secrets.fill(&mut salt);
        let password = password.to_owned();
        self.run(move || hash(&password, &salt)).await?
    }

    /// Whether the password is the right one. `None` stands for a user who is not there or has no password: never right, and as slow.
    pub async fn verify(&self, password: &str, stored: Option<&str>) -> Result<bool, Problem> {
        let known = stored.is_some();
        let stored = match stored {
            Some(stored) => stored.to_owned(),
            None => self.decoy().await?,
        };
        let password: String = password.chars().take(LONGEST + 1).collect();
        let fits = self
            .run(move || {
                let parsed =
                    PasswordHash::new(&stored).map_err(|e| Problem::internal(format!("a stored password hash cannot be read: {e}")))?;
                Ok::<_, Problem>(Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok())
            })
            .await??;
        Ok(fits && known)
    }

    async fn decoy(&self) -> Result<String, Problem> {
        let mut decoy = self.decoy.lock().await;
        if let Some(decoy) = &*decoy {
            return Ok(decoy.clone());
        }
        let made = self.run(|| hash("nobody has this password", b"sixteen bytes ok")).await??;
        Ok(decoy.insert(made).clone())
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Problem> {
        let waiting = self.waiting.fetch_add(1, Ordering::Relaxed);
        let _turn = Turn(&self.waiting);
        if waiting >= QUEUE {
            return Err(Problem::new(Code::Unavailable, "too many people are signing in at once").retry_after(5));
        }
        let _permit = self.permits.acquire().await.map_err(|e| Problem::internal(e.to_string()))?;
        tokio::task::spawn_blocking(work).await.map_err(|e| Problem::internal(format!("hashing failed: {e}")))
    }
}

fn hash(password: &str, salt: &[u8]) -> Result<String, Problem> {
    let hash: PasswordHash = Argon2::default()
        .hash_password_with_salt(password.as_bytes(), salt)
        .map_err(|e| Problem::internal(format!("hashing failed: {e}")))?;
    Ok(hash.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::CountingSecrets;

    #[tokio::test]
    async fn only_the_right_password_fits_and_nobody_never_does() {
        let passwords = Passwords::new();
        let stored = passwords.hash(&CountingSecrets::default(), "correct horse battery").await.unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        assert!(passwords.verify("correct horse battery", Some(&stored)).await.unwrap());
        assert!(!passwords.verify("correct horse", Some(&stored)).await.unwrap());
        assert!(!passwords.verify("nobody has this password", None).await.unwrap());
    }

    #[test]
    fn short_passwords_are_refused() {
        assert!(Passwords::check("/password", "short").is_some());
        assert!(Passwords::check("/password", "long enough to use").is_none());
    }
}
