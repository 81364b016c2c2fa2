//! Files that people of the business give: kept once, whoever gives them again.

use api::engine::{EngineError, MediaObject};
use aws_lc_rs::digest::{Context, SHA256};
use model::{MediaId, WorkspaceId};
use runtime::MediaDoc;
use storage::{Document, DocumentExt, StorageErrorKind};

use super::Backend;

impl Backend {
    pub(super) async fn keep_file(&self, ws: WorkspaceId, object: MediaObject) -> Result<MediaId, EngineError> {
        let MediaObject { bytes, mime, filename } = object;
        let mut digest = Context::new(&SHA256);
        for part in [mime.as_bytes(), &[0], filename.as_deref().unwrap_or_default().as_bytes(), &[0], &bytes] {
            digest.update(part);
        }
        let mut half = [0; 16];
        half.copy_from_slice(&digest.finish().as_ref()[..16]);
        let id = MediaId::from_bytes(half);
        let doc = MediaDoc { id, mime, filename, bytes: bytes.len() as u64 };
        let store = self.engine.store();
        if store.get::<MediaDoc>(ws, &doc.id()).await?.is_some() {
            return Ok(id);
        }
        let put = self.media.put(ws, id, &bytes).await;
        put.map_err(|error| EngineError::Upstream(format!("the media folder cannot be written: {error}")))?;
        match store.put(ws, &doc, 0, self.engine.now()).await {
            // Somebody gave the same file at the same moment.
            Err(error) if error.kind == StorageErrorKind::Conflict => Ok(id),
            put => Ok(put.map(|_| id)?),
        }
    }
}
