//! Broadcasts as people write, list, preview, approve and lead them.

use api::engine::{
    BroadcastPreview, BroadcastSample, BroadcastWish, BroadcastWritten, EngineError, ListedOutcome, ListedRecipient, LiveKind,
};
use model::broadcast::Broadcast;
use model::{BroadcastId, UserId, WorkspaceId};
use runtime::{BroadcastAsk, BroadcastError, BroadcastPublication, RecipientRef};

use super::Backend;
use super::journeys::diagnostic;

impl Backend {
    pub(super) async fn write_broadcast(
        &self,
        ws: WorkspaceId,
        id: BroadcastId,
        source: &str,
        (author, by): (UserId, &str),
        create: bool,
    ) -> Result<BroadcastWritten, EngineError> {
        let outcome = if create {
            self.engine.create_broadcast(ws, id, source, author, by).await
        } else {
            self.engine.update_broadcast(ws, id, source, author, by).await
        };
        Ok(match outcome.map_err(refused)? {
            BroadcastPublication::Done(broadcast) => {
                self.live.publish(ws, LiveKind::Broadcast, serde_json::json!({ "id": id }));
                BroadcastWritten::Done(broadcast)
            }
            BroadcastPublication::Refused(found) => BroadcastWritten::Refused(found.iter().map(diagnostic).collect()),
        })
    }

    pub(super) async fn list_recipients(
        &self,
        ws: WorkspaceId,
        id: BroadcastId,
        lines: Vec<ListedRecipient>,
        create: bool,
    ) -> Result<ListedOutcome, EngineError> {
        let lines: Vec<RecipientRef> = lines
            .into_iter()
            .map(|line| match line {
                ListedRecipient::Contact(contact) => RecipientRef::Contact(contact),
                ListedRecipient::Address(key) => RecipientRef::Address(key),
            })
            .collect();
        let added = self.engine.add_broadcast_recipients(ws, id, &lines, create).await.map_err(refused)?;
        Ok(ListedOutcome {
            added: added.added,
            already: added.already,
            created: added.created,
            refused: added.refused.into_iter().map(|refused| (refused.line, refused.why.to_owned())).collect(),
        })
    }

    pub(super) async fn look_at_broadcast(&self, ws: WorkspaceId, id: BroadcastId, by: &str) -> Result<BroadcastPreview, EngineError> {
        let report = self.engine.preview_broadcast(ws, id, by).await.map_err(refused)?;
        let sample = |sample: runtime::PreviewSample| BroadcastSample {
            contact: sample.contact,
            channel: sample.channel,
            text: sample.text,
            price: sample.price,
        };
        Ok(BroadcastPreview {
            recipients: report.seen.recipients,
            looked_at: report.seen.looked_at,
            would_go: report.seen.would_go,
            put_off: report.put_off,
            held_out: report.held_out,
            silent: report.seen.silent,
            costs: report.seen.costs,
            samples: report.samples.into_iter().map(sample).collect(),
        })
    }

    pub(super) async fn lead_broadcast(
        &self,
        ws: WorkspaceId,
        id: BroadcastId,
        wish: &BroadcastWish,
        by: &str,
        reason: Option<&str>,
    ) -> Result<Broadcast, EngineError> {
        let ask = match wish {
            BroadcastWish::Freeze => BroadcastAsk::Freeze,
            BroadcastWish::Start { at } => BroadcastAsk::Start { at: *at },
            BroadcastWish::Pause => BroadcastAsk::Pause,
            BroadcastWish::Resume => BroadcastAsk::Resume,
            BroadcastWish::Stop => BroadcastAsk::Stop,
        };
        self.engine.ask_broadcast(ws, id, &ask, by, reason).await.map_err(refused)
    }
}

pub(super) fn refused(error: BroadcastError) -> EngineError {
    match error {
        BroadcastError::NotFound(_) => EngineError::NotFound("the broadcast".to_owned()),
        BroadcastError::Missing { recipients, missing } => EngineError::BroadcastIncomplete { recipients, missing },
        BroadcastError::Storage(error) => EngineError::Storage(error),
        BroadcastError::Refused(_)
        | BroadcastError::Settled(_)
        | BroadcastError::OtherAudience
        | BroadcastError::NotListed
        | BroadcastError::NotFrozen
        | BroadcastError::OwnApproval
        | BroadcastError::Raced(_)
        | BroadcastError::Unreadable(_) => EngineError::Conflict(error.to_string()),
    }
}
