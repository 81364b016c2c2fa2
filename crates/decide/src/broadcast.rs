//! One recipient of a broadcast: the gate, the holdout, the message, and the row that says what became of it.

use model::BroadcastId;
use model::signal::BroadcastAct;
use storage::StepError;

use crate::send::refused;
use crate::work::Work;

impl Work<'_> {
    pub fn broadcast(&mut self, id: BroadcastId, _act: BroadcastAct) -> Result<(), StepError> {
        Err(refused("broadcast_unknown", format!("broadcast {id} is not under way")))
    }
}
