//! Where media lie, and what is known of them.

use std::path::{Path, PathBuf};

use model::{MediaId, Timestamp, WorkspaceId};
use serde::{Deserialize, Serialize};
use storage::Document;

/// A folder in which each object is one file named by its id.
#[derive(Clone, Debug)]
pub struct MediaStore {
    folder: PathBuf,
}

/// What is known of a stored object.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MediaDoc {
    pub id: MediaId,
    /// As the provider said.
    pub mime: String,
    pub filename: Option<String>,
    pub bytes: u64,
}

impl Document for MediaDoc {
    const KIND: &'static str = "media";
    fn id(&self) -> String {
        self.id.to_string()
    }
}

/// How often a fetch has failed, and when it may be tried again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MediaFailureDoc {
    pub message: model::MessageId,
    pub tries: u32,
    pub next_at: Timestamp,
    pub error: String,
}

impl Document for MediaFailureDoc {
    const KIND: &'static str = "media_failure";
    fn id(&self) -> String {
        self.message.to_string()
    }
}

impl MediaStore {
    /// Makes the folder if it is not there.
    pub async fn open(folder: &Path) -> std::io::Result<Self> {
        tokio::fs::create_dir_all(folder).await?;
        Ok(Self { folder: folder.to_owned() })
    }

    fn path(&self, ws: WorkspaceId, id: MediaId) -> PathBuf {
        self.folder.join(ws.to_string()).join(id.to_string())
    }

    /// Written beside and moved into place, so that a half-written object is never seen.
    pub async fn put(&self, ws: WorkspaceId, id: MediaId, bytes: &[u8]) -> std::io::Result<()> {
        let path = self.path(ws, id);
        if let Some(parent) = path.parent() {
            tokio::fs::create_dir_all(parent).await?;
        }
        let part = path.with_extension("part");
        tokio::fs::write(&part, bytes).await?;
        tokio::fs::File::open(&part).await?.sync_all().await?;
        tokio::fs::rename(&part, &path).await
    }

    pub async fn get(&self, ws: WorkspaceId, id: MediaId) -> std::io::Result<Vec<u8>> {
        tokio::fs::read(self.path(ws, id)).await
    }
}
