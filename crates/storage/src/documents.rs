//! Everything that people configure is a versioned document: senders, templates, users, keys, queues, policies, rate tables, wordings.

use async_trait::async_trait;
use model::{Timestamp, WorkspaceId};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::query::{Page, Paged};
use crate::{StorageError, StorageErrorKind, Store};

/// A type that is kept as a document.
pub trait Document: Serialize + DeserializeOwned + Send + Sync {
    /// Snake case, for ever: it is a key in the store.
    const KIND: &'static str;
    /// Its id within workspace and kind.
    fn id(&self) -> String;
}

/// A document with its place in history.
#[derive(Clone, PartialEq, Debug)]
pub struct Stored<T> {
    pub id: String,
    /// 1 for the first; each change adds one.
    pub version: u64,
    pub updated_at: Timestamp,
    pub value: T,
}

/// Typed access to documents over the untyped port.
#[async_trait]
pub trait DocumentExt {
    async fn get<T: Document>(&self, ws: WorkspaceId, id: &str) -> Result<Option<Stored<T>>, StorageError>;
    /// Creates (`expected` 0) or replaces a version. Another version there is a `Conflict`.
    async fn put<T: Document>(&self, ws: WorkspaceId, value: &T, expected: u64, at: Timestamp) -> Result<Stored<()>, StorageError>;
    async fn list<T: Document>(&self, ws: WorkspaceId, page: Page) -> Result<Paged<Stored<T>>, StorageError>;
    /// All of them; for kinds of which a workspace has few.
    async fn all<T: Document>(&self, ws: WorkspaceId) -> Result<Vec<Stored<T>>, StorageError>;
}

fn typed<T: Document>(raw: Stored<serde_json::Value>) -> Result<Stored<T>, StorageError> {
    let value = serde_json::from_value(raw.value)
        .map_err(|error| StorageError::because(StorageErrorKind::Corrupt, format!("{} `{}` cannot be read", T::KIND, raw.id), error))?;
    Ok(Stored { id: raw.id, version: raw.version, updated_at: raw.updated_at, value })
}

#[async_trait]
impl DocumentExt for dyn Store {
    async fn get<T: Document>(&self, ws: WorkspaceId, id: &str) -> Result<Option<Stored<T>>, StorageError> {
        self.document(ws, T::KIND, id).await?.map(typed).transpose()
    }

    async fn put<T: Document>(&self, ws: WorkspaceId, value: &T, expected: u64, at: Timestamp) -> Result<Stored<()>, StorageError> {
        let json = serde_json::to_value(value)
            .map_err(|error| StorageError::because(StorageErrorKind::Invalid, format!("{} cannot be written", T::KIND), error))?;
        let version = self.put_document(ws, T::KIND, &value.id(), expected, json, at).await?;
        Ok(Stored { id: value.id(), version, updated_at: at, value: () })
    }

    async fn list<T: Document>(&self, ws: WorkspaceId, page: Page) -> Result<Paged<Stored<T>>, StorageError> {
        let raw = self.documents(ws, T::KIND, page).await?;
        Ok(Paged { items: raw.items.into_iter().map(typed).collect::<Result<_, _>>()?, next: raw.next })
    }

    async fn all<T: Document>(&self, ws: WorkspaceId) -> Result<Vec<Stored<T>>, StorageError> {
        let mut all = Vec::new();
        let mut page = Page { limit: 500, after: None };
        loop {
            let got = self.list::<T>(ws, page).await?;
            all.extend(got.items);
            match got.next {
                Some(after) => page = Page { limit: 500, after: Some(after) },
                None => return Ok(all),
            }
        }
    }
}
