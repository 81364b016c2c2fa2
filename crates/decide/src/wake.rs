//! Timers that came due.

use journey::Input;
use model::RunId;

use crate::work::Work;

/// Rounds in one wake: a timer that fires may set another that is already due, for instance after downtime.
const ROUNDS_MAX: u32 = 64;

impl Work<'_> {
    /// Fires every timer that is due. A wake that comes twice, or for nothing, changes nothing.
    pub fn wake(&mut self) {
        for _ in 0..ROUNDS_MAX {
            let now = self.now;
            let next = self
                .state
                .runs
                .iter()
                .filter(|run| !self.catalogue.held(&run.journey))
                .filter_map(|run| run.due().filter(|due| *due <= now).map(|due| (due, run.id)))
                .min();
            let Some((_, run)): Option<(_, RunId)> = next else { break };
            let before = self.state.runs.iter().find(|state| state.id == run).and_then(journey::RunState::due);
            self.advance(run, Input::Due);
            let after = self.state.runs.iter().find(|state| state.id == run).and_then(journey::RunState::due);
            if before == after && self.fuel == 0 {
                break;
            }
        }
        self.drain_emitted();
    }
}
