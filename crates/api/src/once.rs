//! `Idempotency-Key` for operations that create documents: the answer is kept under the key.
//!
//! Operations that go through a step need none of this: the store keeps their dedupe key, fingerprint and answer in the step's own
//! transaction. Here the record and the effect are two writes, so a crash may come between them; therefore the id of what is created is
//! a function of the key, and doing it again finds the first one instead of making a second.

use std::future::Future;

use axum::Json;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use model::Millis;
use serde::Serialize;
use storage::{DocumentExt, StorageErrorKind};

use crate::auth::{Principal, sha256_hex};
use crate::documents::{IdempotencyRecord, StoredAnswer};
use crate::problem::{Code, Problem};
use crate::state::ApiState;

/// After this long a request that left no answer is taken to have died.
const ABANDONED: Millis = Millis::from_secs(60);

/// One creating request.
pub struct Once<'a> {
    pub state: &'a ApiState,
    pub principal: &'a Principal,
    pub operation: &'static str,
    pub key: Option<String>,
    pub fingerprint: u64,
}

/// What a creating operation answers: what the caller gets now, and what a repetition gets. They differ where a secret is shown once.
pub struct Created {
    pub now: serde_json::Value,
    pub again: serde_json::Value,
}

impl Created {
    pub fn of(value: &impl Serialize) -> Result<Self, Problem> {
        let now = to_json(value)?;
        Ok(Self { again: now.clone(), now })
    }
}

pub fn to_json(value: &impl Serialize) -> Result<serde_json::Value, Problem> {
    serde_json::to_value(value).map_err(|e| Problem::internal(format!("an answer cannot be written: {e}")))
}

impl Once<'_> {
    /// Does the work once. It gets sixteen bytes for the id of what it creates; with the same key they are the same.
    pub async fn run<F>(self, work: impl FnOnce(u128) -> F) -> Result<Response, Problem>
    where
        F: Future<Output = Result<Created, Problem>>,
    {
        let Some(key) = &self.key else {
            let created = work(self.state.engine().mint()).await?;
            return Ok((StatusCode::CREATED, Json(created.now)).into_response());
        };
        let ws = self.principal.workspace;
        let store = self.state.store();
        let now = self.state.wall_now();
        let hash = sha256_hex(format!("{}\n{}\n{key}", self.operation, self.principal.actor()).as_bytes());
        let fresh =
            IdempotencyRecord { hash, fingerprint: self.fingerprint, id: self.state.engine().mint().into(), started_at: now, answer: None };
        let (version, mut record) = match store.put(ws, &fresh, 0, now).await {
            Ok(stored) => (stored.version, fresh),
            Err(error) if error.kind == StorageErrorKind::Conflict => {
                let first = store.get::<IdempotencyRecord>(ws, &fresh.hash).await?.ok_or_else(running)?;
                if first.value.fingerprint != self.fingerprint {
                    return Err(mismatch());
                }
                if let Some(answer) = first.value.answer {
                    return Ok(replay(answer));
                }
                if first.value.started_at + ABANDONED > now {
                    return Err(running());
                }
                // Taken over with the id of the first try, so that what it may have created is found and not made again.
                let record = IdempotencyRecord { started_at: now, ..first.value };
                (store.put(ws, &record, first.version, now).await?.version, record)
            }
            Err(error) => return Err(error.into()),
        };
        match work(record.id.clone().into()).await {
            Ok(created) => {
                record.answer = Some(StoredAnswer { status: StatusCode::CREATED.as_u16(), body: created.again });
                store.put(ws, &record, version, now).await?;
                Ok((StatusCode::CREATED, Json(created.now)).into_response())
            }
            Err(problem) => {
                // Nothing was created, so the key is free again: the caller may mend the body and repeat.
                store.delete_document(ws, <IdempotencyRecord as storage::Document>::KIND, &record.hash).await?;
                Err(problem)
            }
        }
    }
}

fn running() -> Problem {
    Problem::new(Code::IdempotencyRunning, "the first request with this key is still running").retry_after(1)
}

/// The same key came with another body.
pub fn mismatch() -> Problem {
    Problem::new(Code::IdempotencyMismatch, "this idempotency key was used before with another body")
}

fn replay(answer: StoredAnswer) -> Response {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::CREATED);
    mark_replayed((status, Json(answer.body)).into_response())
}

/// Says that an answer was given before.
pub fn mark_replayed(mut response: Response) -> Response {
    response.headers_mut().insert("idempotent-replayed", HeaderValue::from_static("true"));
    response
}
