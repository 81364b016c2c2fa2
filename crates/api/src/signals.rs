//! From an operation to the loop and back: one signal in, its reply out, with idempotency by the store's own dedupe.

use model::draws::stable_hash;
use model::signal::{SignalBody, Target};
use model::{ContactId, SignalId, Timestamp};
use serde_json::Value;
use storage::StepOutcome;

use crate::auth::Principal;
use crate::engine::NewSignal;
use crate::once::mismatch;
use crate::problem::{Code, Problem};
use crate::state::ApiState;

/// What an applied signal answered.
#[derive(Debug)]
pub struct Applied {
    pub signal: SignalId,
    pub contact: ContactId,
    /// What `decide` said.
    pub reply: Value,
    /// The same request was applied before; this is the first one's answer.
    pub replayed: bool,
}

/// An operation's signal.
pub struct Ask {
    pub target: Target,
    pub body: SignalBody,
    pub event_time: Option<Timestamp>,
    /// Operation and key of an `Idempotency-Key`, or an id that the event itself carries.
    pub dedupe_key: Option<String>,
    /// `None`: a repetition with another body is a repetition all the same.
    pub fingerprint: Option<u64>,
}

impl Ask {
    #[must_use]
    pub fn new(target: Target, body: SignalBody) -> Self {
        Self { target, body, event_time: None, dedupe_key: None, fingerprint: None }
    }

    /// Makes a repetition under the same `Idempotency-Key` harmless.
    #[must_use]
    pub fn once(mut self, operation: &str, principal: &Principal, key: Option<String>, fingerprint: u64) -> Self {
        if let Some(key) = key {
            self.dedupe_key = Some(format!("{operation}:{}:{key}", principal.actor()));
            // Whom it is about belongs to the request too, also where the address names them and not the body.
            let target = format!("{:?}", self.target);
            self.fingerprint = Some(stable_hash(&[&fingerprint.to_le_bytes(), target.as_bytes()]));
        }
        self
    }

    fn signal(self, state: &ApiState, principal: &Principal) -> NewSignal {
        NewSignal {
            id: SignalId::from_u128(state.engine().mint()),
            workspace: principal.workspace,
            target: self.target,
            body: self.body,
            event_time: self.event_time.unwrap_or_else(|| state.engine().now()),
            source: principal.source(),
            dedupe_key: self.dedupe_key,
            fingerprint: self.fingerprint,
        }
    }
}

/// Applies one signal.
pub async fn apply(state: &ApiState, principal: &Principal, ask: Ask) -> Result<Applied, Problem> {
    let mut results = apply_all(state, principal, vec![ask]).await?;
    results.pop().unwrap_or_else(|| Err(Problem::internal("the engine answered nothing")))
}

/// Applies several, each with a result of its own.
pub async fn apply_all(state: &ApiState, principal: &Principal, asks: Vec<Ask>) -> Result<Vec<Result<Applied, Problem>>, Problem> {
    let signals: Vec<_> = asks.into_iter().map(|ask| ask.signal(state, principal)).collect();
    let ids: Vec<_> = signals.iter().map(|s| (s.id, s.fingerprint.is_some())).collect();
    let outcomes = state.engine().submit(signals).await?;
    if outcomes.len() != ids.len() {
        return Err(Problem::internal(format!("{} signals got {} answers", ids.len(), outcomes.len())));
    }
    Ok(ids.into_iter().zip(outcomes).map(|((id, strict), outcome)| read(id, strict, outcome)).collect())
}

/// Turns what became of a signal into an answer or a problem. `strict`: another body under a known key is an error.
pub fn read(id: SignalId, strict: bool, outcome: StepOutcome) -> Result<Applied, Problem> {
    match outcome {
        StepOutcome::Applied(applied) => Ok(Applied { signal: id, contact: applied.contact, reply: applied.reply, replayed: false }),
        StepOutcome::Duplicate { same: false, .. } if strict => Err(mismatch()),
        StepOutcome::Duplicate { contact, reply, .. } => {
            let signal = reply["signal_id"].as_str().and_then(|s| s.parse().ok()).unwrap_or(id);
            let contact = contact.or_else(|| reply["contact_id"].as_str().and_then(|s| s.parse().ok()));
            let contact = contact.ok_or_else(|| Problem::internal("a known dedupe key has no contact"))?;
            Ok(Applied { signal, contact, reply, replayed: true })
        }
        StepOutcome::Rejected(rejection) => Err(rejection.into()),
        StepOutcome::Parked { error } => {
            let detail = "the request was kept and could not be processed; an operator sees it among the parked signals";
            Err(Problem::new(Code::SignalParked, detail).because(error))
        }
        StepOutcome::Unresolved { .. } => Err(Problem::not_found("the contact")),
    }
}
