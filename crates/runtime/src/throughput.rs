//! How many messages a second a provider grants a number: the number's pace follows it.

use channel::SenderReport;
use model::WorkspaceId;
use serde_json::json;
use storage::StorageError;

use crate::Engine;
use crate::documents::AccountDoc;

impl Engine {
    /// Takes in a provider's word on what it grants numbers. A rate that people set below it stays. The same word again changes nothing.
    pub async fn throughput_reported(&self, ws: WorkspaceId, report: &SenderReport) -> Result<(), StorageError> {
        let Some(throughput) = report.throughput else { return Ok(()) };
        let mut any = false;
        for sender in &report.senders {
            let (mut before, mut after) = (0, 0);
            let changed = self
                .change::<AccountDoc>(ws, &sender.to_string(), |account| {
                    before = account.0.sender.per_second;
                    after = throughput.follow(before);
                    account.0.sender.per_second = after;
                    after != before
                })
                .await?;
            if changed {
                any = true;
                let rates = json!({ "granted": throughput.granted, "before": before, "after": after });
                self.audit(ws, "provider", "sender.throughput", &sender.to_string(), rates).await?;
            }
        }
        if any { self.reload(ws).await } else { Ok(()) }
    }
}
