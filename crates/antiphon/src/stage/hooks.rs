//! Somebody else's system on the stage: keeps every webhook that it got, and answers as it is told.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use model::{Clock, Timestamp};

use super::StageClock;

/// One webhook that came.
#[derive(Clone, Debug)]
pub struct Hook {
    pub at: Timestamp,
    pub path: String,
    pub headers: HeaderMap,
    pub body: serde_json::Value,
    pub raw: Bytes,
    pub answered: u16,
}

/// The receiving end of webhooks.
#[derive(Clone)]
pub struct Hooks {
    clock: Arc<StageClock>,
    inner: Arc<Mutex<Inner>>,
}

#[derive(Default)]
struct Inner {
    got: Vec<Hook>,
    answers: VecDeque<u16>,
}

impl Hooks {
    #[must_use]
    pub fn new(clock: Arc<StageClock>) -> Self {
        Self { clock, inner: Arc::default() }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next answers, in order; 200 after them.
    pub fn answer_with(&self, statuses: impl IntoIterator<Item = u16>) {
        self.lock().answers.extend(statuses);
    }

    /// Everything that came, in order.
    #[must_use]
    pub fn got(&self) -> Vec<Hook> {
        self.lock().got.clone()
    }

    pub(super) fn router(&self) -> Router {
        Router::new().fallback(receive).with_state(self.clone())
    }
}

async fn receive(State(hooks): State<Hooks>, uri: Uri, headers: HeaderMap, raw: Bytes) -> StatusCode {
    let at = hooks.clock.now();
    let mut inner = hooks.lock();
    let answered = inner.answers.pop_front().unwrap_or(200);
    let body = serde_json::from_slice(&raw).unwrap_or_default();
    inner.got.push(Hook { at, path: uri.path().to_owned(), headers, body, raw, answered });
    StatusCode::from_u16(answered).unwrap_or(StatusCode::OK)
}
