//! Signals that wait for a message: a status may overtake the answer to the send that it is about, so it is kept until a message has the
//! provider's id that it names. Where none ever gets it (another program sends by the same number, a store was restored from a backup), the
//! waiting ends after a stated time, and the signal is parked, where operators see it with its reason.

use std::sync::Arc;

use model::{Millis, Timestamp};
use storage::StorageError;

use crate::Engine;

/// Signals that end in one transaction, and transactions in one tick.
const AT_ONCE: u32 = 500;
const ROUNDS: u32 = 8;
/// Nobody waits for the exact hour.
const LOOK_EVERY: Millis = Millis::from_hours(1);

pub struct WaitingLoop {
    engine: Arc<Engine>,
    after: Millis,
}

impl WaitingLoop {
    /// Waiting ends this long after a signal arrived.
    #[must_use]
    pub const fn new(engine: Arc<Engine>, after: Millis) -> Self {
        Self { engine, after }
    }

    pub async fn tick(&mut self, now: Timestamp) -> Result<Option<Timestamp>, StorageError> {
        let error = format!("waited {} for the message that it names, and no message ever got this id from the provider", self.after);
        let mut ended = 0;
        let mut more = false;
        for _ in 0..ROUNDS {
            let expired = self.engine.store().expire_waiting(now - self.after, &error, AT_ONCE).await?;
            ended += expired;
            more = expired == u64::from(AT_ONCE);
            if !more {
                break;
            }
        }
        if ended > 0 {
            tracing::warn!(signals = ended, "{ended} signals waited too long for a message and are parked");
        }
        Ok(Some(now + if more { Millis::from_secs(1) } else { LOOK_EVERY }))
    }
}
