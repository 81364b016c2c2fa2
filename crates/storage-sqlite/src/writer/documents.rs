//! Writes that are no steps: documents, deliveries, the audit log.

use model::audit::AuditEntry;
use model::delivery::Delivery;
use model::{Timestamp, WorkspaceId};
use rusqlite::params;
use storage::{StorageError, StorageErrorKind};

use super::Group;
use crate::json;
use crate::sql::{delivery, document};

impl Group<'_, '_> {
    pub(crate) fn put_document(
        &mut self,
        ws: WorkspaceId,
        kind: &str,
        id: &str,
        expected: u64,
        doc: &str,
        at: Timestamp,
    ) -> Result<u64, StorageError> {
        let row = self.make_workspace(ws)?;
        let there = self.find(document::DOCUMENT, params![row, kind, id], |r| r.get::<_, i64>(1))?.unwrap_or(0);
        if i64::try_from(expected).ok() != Some(there) {
            let text = match (expected, there) {
                (0, _) => format!("{kind} `{id}` exists already (version {there})"),
                (_, 0) => format!("{kind} `{id}` does not exist, version {expected} was expected"),
                _ => format!("{kind} `{id}` is at version {there}, version {expected} was expected"),
            };
            return Err(StorageError::new(StorageErrorKind::Conflict, text));
        }
        self.execute(document::DOCUMENT_PUT, params![row, kind, id, there + 1, at.as_millis(), doc])?;
        Ok(expected + 1)
    }

    pub(crate) fn delete_document(&mut self, ws: WorkspaceId, kind: &str, id: &str) -> Result<bool, StorageError> {
        let Some(row) = self.find_workspace(ws)? else { return Ok(false) };
        Ok(self.execute(document::DOCUMENT_DELETE, params![row, kind, id])? > 0)
    }

    pub(crate) fn update_delivery(&mut self, changed: &Delivery) -> Result<(), StorageError> {
        let rows = match self.find_workspace(changed.workspace)? {
            Some(row) => self.execute(
                delivery::DELIVERY_UPDATE,
                params![
                    row,
                    changed.id.to_bytes(),
                    json::name(&changed.status)?,
                    changed.next_at.as_millis(),
                    json::write("a delivery", changed)?
                ],
            )?,
            None => 0,
        };
        if rows == 0 {
            Err(StorageError::new(StorageErrorKind::Invalid, format!("delivery {} does not exist", changed.id)))
        } else {
            Ok(())
        }
    }

    pub(crate) fn append_audit(&mut self, entry: &AuditEntry) -> Result<(), StorageError> {
        let row = self.make_workspace(entry.workspace)?;
        self.execute(delivery::AUDIT_INSERT, params![row, json::write("an audit entry", entry)?])?;
        Ok(())
    }
}
