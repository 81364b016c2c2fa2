//! Notices of providers about accounts and numbers: in the audit log once, however often they are delivered.

use model::draws::stable_hash;
use model::{Millis, Timestamp, WorkspaceId};
use serde::{Deserialize, Serialize};
use storage::{Document, DocumentExt, Page, StorageError, StorageErrorKind};

use crate::Engine;

/// Providers repeat what they did not see taken for up to a week.
const KEPT_FOR: Millis = Millis::from_days(14);
const PAGE: u32 = 500;
/// Pages looked through in one go; what is left is forgotten in the next.
const PAGES_MAX: u32 = 200;

/// A notice that is in the audit log.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
struct NoticeDoc {
    id: String,
    at: Timestamp,
}

impl Document for NoticeDoc {
    const KIND: &'static str = "notice";
    fn id(&self) -> String {
        self.id.clone()
    }
}

/// Keys may be long and carry what the provider wrote; only a hash is kept.
fn id_of(key: &str) -> String {
    let half = |salt: &[u8]| stable_hash(&[salt, key.as_bytes()]);
    format!("{:016x}{:016x}", half(b"1"), half(b"2"))
}

impl Engine {
    /// Writes a notice into the audit log, unless it is there. After a crash in between it may stand there twice, and is never missing.
    pub(crate) async fn notice(
        &self,
        ws: WorkspaceId,
        source: &str,
        action: &str,
        target: &str,
        detail: serde_json::Value,
        key: &str,
    ) -> Result<(), StorageError> {
        let doc = NoticeDoc { id: id_of(key), at: self.now() };
        if self.store().get::<NoticeDoc>(ws, &doc.id).await?.is_some() {
            return Ok(());
        }
        self.audit(ws, source, action, target, detail).await?;
        match self.store().put(ws, &doc, 0, doc.at).await {
            // A second delivery at the same moment.
            Err(error) if error.kind == StorageErrorKind::Conflict => Ok(()),
            put => put.map(drop),
        }
    }

    /// Forgets the keys of notices that no provider repeats any more. Answers how many.
    pub async fn forget_notices(&self) -> Result<usize, StorageError> {
        let before = self.now() - KEPT_FOR;
        let mut gone = 0;
        for ws in self.store().workspaces().await? {
            let mut page = Page::first(PAGE);
            for _ in 0..PAGES_MAX {
                let notices = self.store().list::<NoticeDoc>(ws, page).await?;
                for old in notices.items.iter().filter(|stored| stored.value.at < before) {
                    gone += usize::from(self.store().delete_document(ws, NoticeDoc::KIND, &old.id).await?);
                }
                match notices.next {
                    Some(after) => page = Page { limit: PAGE, after: Some(after) },
                    None => break,
                }
            }
        }
        Ok(gone)
    }
}
