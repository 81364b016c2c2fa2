//! Recipients of broadcasts: written down, moved, counted.

use model::broadcast::{Closing, NewRecipient, Progress, RecipientChange, RecipientNews, RecipientState, broadcast_scope};
use model::change::CounterDelta;
use model::{BroadcastId, ContactId, Timestamp, WorkspaceId};
use rusqlite::params;
use storage::StorageError;

use super::Group;
use crate::sql::recipient;

/// A counter of a broadcast.
fn delta(broadcast: BroadcastId, code: Option<&str>, name: &str, by: i64) -> CounterDelta {
    CounterDelta { scope: broadcast_scope(broadcast), key: code.unwrap_or_default().to_owned(), name: name.to_owned(), by }
}

impl Group<'_> {
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
        self.count(ws, vec![delta(broadcast, None, RecipientState::Pending.as_str(), new as i64)]);
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
            if self.recipient_state(ws, broadcast, *contact)?.is_some_and(|(state, _)| state == RecipientState::Pending.as_str()) {
                let news = RecipientNews::Moved {
                    state: closing.state,
                    not_before: None,
                    code: Some(closing.code.clone()),
                    reason: Some(closing.reason.clone()),
                    decision: None,
                    message: None,
                    channel: None,
                };
                self.move_recipient(ws, *contact, RecipientChange { broadcast, at: closing.at, news })?;
                closed += 1;
            }
        }
        Ok(closed)
    }

    /// Writes what a step says about its contact's row. There may be none: nobody can be moved into an audience.
    pub(super) fn move_recipient(&mut self, ws: i64, contact: ContactId, change: RecipientChange) -> Result<(), StorageError> {
        let RecipientChange { broadcast, at, news } = change;
        let (id, whom, at) = (broadcast.to_bytes(), contact.to_bytes(), at.as_millis());
        match news {
            RecipientNews::Moved { state, not_before, code, reason, decision, message, channel } => {
                let Some((before, old_code)) = self.recipient_state(ws, broadcast, contact)? else { return Ok(()) };
                let values = params![
                    ws,
                    id,
                    whom,
                    state.as_str(),
                    not_before.map_or(0, Timestamp::as_millis),
                    at,
                    code,
                    reason,
                    decision.map(model::DecisionId::to_bytes),
                    message.map(model::MessageId::to_bytes),
                    channel.map(model::Channel::as_str)
                ];
                self.execute(recipient::RECIPIENT_MOVE, values)?;
                let away = delta(broadcast, old_code.as_deref(), &before, -1);
                self.count(ws, vec![away, delta(broadcast, code.as_deref(), state.as_str(), 1)]);
                Ok(())
            }
            RecipientNews::Replied => match self.execute(recipient::RECIPIENT_REPLIED, params![ws, id, whom, at])? {
                0 => Ok(()),
                _ => {
                    self.count(ws, vec![delta(broadcast, None, Progress::REPLIED, 1)]);
                    Ok(())
                }
            },
            RecipientNews::OptedOut { complaint } => match self.execute(recipient::RECIPIENT_OPTED_OUT, params![ws, id, whom, at])? {
                0 => Ok(()),
                _ => {
                    let mut deltas = vec![delta(broadcast, None, Progress::OPTED_OUT, 1)];
                    if complaint {
                        deltas.push(delta(broadcast, None, Progress::COMPLAINED, 1));
                    }
                    self.count(ws, deltas);
                    Ok(())
                }
            },
        }
    }

    fn recipient_state(
        &self,
        ws: i64,
        broadcast: BroadcastId,
        contact: ContactId,
    ) -> Result<Option<(String, Option<String>)>, StorageError> {
        let values = params![ws, broadcast.to_bytes(), contact.to_bytes()];
        self.find(recipient::RECIPIENT_STATE, values, |row| Ok((row.get(0)?, row.get(1)?)))
    }
}
