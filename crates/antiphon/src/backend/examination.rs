//! A sender's set-up, as its adapter finds it now.

use api::engine::{EngineError, SenderHop, SenderHopState};
use channel::{Hop, HopState};
use model::{SenderId, WorkspaceId};

use super::Backend;

impl Backend {
    pub(super) async fn examine(&self, ws: WorkspaceId, id: SenderId) -> Result<Vec<SenderHop>, EngineError> {
        let account = self.engine.account(id).filter(|account| account.workspace == ws);
        let account = account.ok_or_else(|| EngineError::NotFound(format!("sender {id}")))?;
        let Some(adapter) = self.engine.adapters().of(&account) else { return Ok(Vec::new()) };
        Ok(adapter.examine(&account, &self.public_url).await.into_iter().map(view).collect())
    }
}

fn view(hop: Hop) -> SenderHop {
    let state = match hop.state {
        HopState::Good => SenderHopState::Good,
        HopState::Unasked => SenderHopState::Unasked,
        HopState::Doubtful => SenderHopState::Doubtful,
        HopState::Broken => SenderHopState::Broken,
    };
    SenderHop { hop: hop.hop, state, found: hop.found, mend: hop.mend }
}
