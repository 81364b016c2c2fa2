//! Recipients of broadcasts: written down, moved, counted.

use model::broadcast::{Closing, NewRecipient, RecipientChange, RecipientNews, RecipientState};
use model::{BroadcastId, ContactId, Timestamp, WorkspaceId};
use rusqlite::params;
use storage::StorageError;

use super::Group;
use super::pen::delta;
use super::row::Row;
use crate::sql::recipient;

impl Group<'_, '_> {
    pub(crate) fn add_recipients(
        &mut self,
        ws: WorkspaceId,
        broadcast: BroadcastId,
        rows: &[NewRecipient],
        at: Timestamp,
    ) -> Result<u64, StorageError> {
        let ws = self.make_workspace(ws)?;
        let mut new = 0;
        for row in rows {
            let values = params![ws, broadcast.to_bytes(), row.contact.to_bytes(), row.canary, at.as_millis()];
            new += self.execute(recipient::RECIPIENT_INSERT, values)?;
        }
        self.count(ws, vec![delta(broadcast, None, RecipientState::Pending.as_str(), new as i64)])?;
        Ok(new as u64)
    }

    pub(crate) fn close_recipients(
        &mut self,
        ws: WorkspaceId,
        broadcast: BroadcastId,
        contacts: &[ContactId],
        closing: &Closing,
    ) -> Result<u64, StorageError> {
        let Some(ws) = self.find_workspace(ws)? else { return Ok(0) };
        let mut closed = 0;
        for contact in contacts {
            if self.pen()?.is_pending(ws, broadcast, *contact)? {
                let news = RecipientNews::Moved {
                    state: closing.state,
                    not_before: None,
                    code: Some(closing.code.clone()),
                    reason: Some(closing.reason.clone()),
                    decision: None,
                    message: None,
                    channel: None,
                };
                let change = Box::new(RecipientChange { broadcast, at: closing.at, news });
                self.put(Row::Recipient { ws, contact: *contact, change })?;
                closed += 1;
            }
        }
        Ok(closed)
    }
}
