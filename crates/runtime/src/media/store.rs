//! Where media lie, and what is known of them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use http_client::Transport;
use model::{Clock, MediaId, Timestamp, WorkspaceId};
use serde::{Deserialize, Serialize};
use storage::Document;

use super::bucket::{Bucket, BucketSettings};

/// Where each object is one file, or one object of a bucket, named by its id.
#[derive(Clone, Debug)]
pub struct MediaStore {
    place: Place,
}

#[derive(Clone, Debug)]
enum Place {
    Folder(PathBuf),
    Bucket(Bucket),
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

/// A message whose file is to be fetched although no walk through what people write passes it: what the business wrote on a phone, and what
/// was written before the number was connected.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MediaWantedDoc {
    pub message: model::MessageId,
}

impl Document for MediaWantedDoc {
    const KIND: &'static str = "media_wanted";
    fn id(&self) -> String {
        self.message.to_string()
    }
}

impl MediaStore {
    /// Makes the folder if it is not there.
    pub async fn open(folder: &Path) -> std::io::Result<Self> {
        tokio::fs::create_dir_all(folder).await?;
        Ok(Self { place: Place::Folder(folder.to_owned()) })
    }

    /// In a bucket of a server that speaks S3's protocol. Nothing is asked of it yet.
    #[must_use]
    pub fn in_bucket(settings: BucketSettings, transport: Arc<dyn Transport>, clock: Arc<dyn Clock>) -> Self {
        Self { place: Place::Bucket(Bucket::new(settings, transport, clock)) }
    }

    /// Written beside and moved into place, so that a half-written object is never seen.
    pub async fn put(&self, ws: WorkspaceId, id: MediaId, bytes: &[u8]) -> std::io::Result<()> {
        let folder = match &self.place {
            Place::Folder(folder) => folder,
            Place::Bucket(bucket) => return bucket.put(&format!("{ws}/{id}"), bytes).await,
        };
        let path = path(folder, ws, id);
        if let Some(parent) = path.parent() {
            tokio::fs::create_dir_all(parent).await?;
        }
        let part = path.with_extension("part");
        tokio::fs::write(&part, bytes).await?;
        tokio::fs::File::open(&part).await?.sync_all().await?;
        tokio::fs::rename(&part, &path).await
    }

    pub async fn get(&self, ws: WorkspaceId, id: MediaId) -> std::io::Result<Vec<u8>> {
        match &self.place {
            Place::Folder(folder) => tokio::fs::read(path(folder, ws, id)).await,
            Place::Bucket(bucket) => bucket.get(&format!("{ws}/{id}")).await,
        }
    }
}

fn path(folder: &Path, ws: WorkspaceId, id: MediaId) -> PathBuf {
    folder.join(ws.to_string()).join(id.to_string())
}
