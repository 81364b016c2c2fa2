//! What every handler can reach.

use std::sync::Arc;

use model::{Clock, Timestamp};

use crate::auth::{KnownKeys, Limiter, Passwords};
use crate::engine::Engine;

/// Where secrets come from: the machine's own generator. Never seeded draws.
pub trait SecretSource: Send + Sync {
    fn fill(&self, bytes: &mut [u8]);
}

/// How this installation is reached.
#[derive(Clone, Debug)]
pub struct ApiConfig {
    /// `https://antiphon.example.com`, without a slash at the end. Links that people get begin with it.
    pub public_url: String,
    /// Shown in the console and by `GET /v1/session`.
    pub demo: bool,
    /// Answered by `GET /v1/status`.
    pub version: &'static str,
}

/// Shared by all requests.
#[derive(Clone)]
pub struct ApiState {
    inner: Arc<Inner>,
}

struct Inner {
    engine: Arc<dyn Engine>,
    wall: Arc<dyn Clock>,
    secrets: Arc<dyn SecretSource>,
    config: ApiConfig,
    passwords: Passwords,
    limiter: Limiter,
    known_keys: KnownKeys,
    draining: tokio::sync::watch::Sender<bool>,
}

impl ApiState {
    /// `wall` is the clock of sessions, links and lock-outs: a demo's fast clock must not sign people out.
    #[must_use]
    pub fn new(engine: Arc<dyn Engine>, wall: Arc<dyn Clock>, secrets: Arc<dyn SecretSource>, config: ApiConfig) -> Self {
        let passwords = Passwords::new();
        let (limiter, known_keys) = (Limiter::default(), KnownKeys::default());
        let draining = tokio::sync::watch::Sender::new(false);
        Self { inner: Arc::new(Inner { engine, wall, secrets, config, passwords, limiter, known_keys, draining }) }
    }

    #[must_use]
    pub fn engine(&self) -> &dyn Engine {
        &*self.inner.engine
    }

    #[must_use]
    pub fn store(&self) -> Arc<dyn storage::Store> {
        self.inner.engine.store()
    }

    #[must_use]
    pub fn wall_now(&self) -> Timestamp {
        self.inner.wall.now()
    }

    #[must_use]
    pub fn secrets(&self) -> &dyn SecretSource {
        &*self.inner.secrets
    }

    #[must_use]
    pub fn config(&self) -> &ApiConfig {
        &self.inner.config
    }

    #[must_use]
    pub fn passwords(&self) -> &Passwords {
        &self.inner.passwords
    }

    #[must_use]
    pub fn limiter(&self) -> &Limiter {
        &self.inner.limiter
    }

    pub(crate) fn known_keys(&self) -> &KnownKeys {
        &self.inner.known_keys
    }

    /// Ends all live streams, so that their connections can close. Part of shutting down.
    pub fn drain(&self) {
        self.inner.draining.send_replace(true);
    }

    pub(crate) fn draining(&self) -> tokio::sync::watch::Receiver<bool> {
        self.inner.draining.subscribe()
    }
}
