//! A store whose content was moved to another: two that go on would send everything twice.

use anyhow::{Result, bail};
use model::{Timestamp, WorkspaceId};
use serde::{Deserialize, Serialize};
use storage::{Document, DocumentExt as _, Store};

/// Lies in the source of a move that came to its end.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
struct Moved {
    to: String,
    at: Timestamp,
}

impl Document for Moved {
    const KIND: &'static str = "moved_store";
    fn id(&self) -> String {
        "current".to_owned()
    }
}

/// From now on no server takes this store without being told to.
pub async fn mark(store: &dyn Store, to: &str, at: Timestamp) -> Result<()> {
    for ws in store.workspaces().await? {
        let moved = Moved { to: to.to_owned(), at };
        let before = store.get::<Moved>(ws, &moved.id()).await?.map_or(0, |stored| stored.version);
        store.put(ws, &moved, before, at).await?;
    }
    Ok(())
}

/// Refuses a store that must not be served: one that was moved away (unless `although`), or one into which a move was begun and not ended.
pub async fn refuse(store: &dyn Store, although: bool) -> Result<()> {
    if transfer::is_unfinished(store).await? {
        bail!("a move into this store was begun and did not come to its end; empty it and run `antiphon migrate` again");
    }
    for ws in store.workspaces().await? {
        let Some(moved) = of(store, ws).await? else { continue };
        if !although {
            bail!(
                "this store was moved to {} at {}; two stores that go on would send everything twice (--although-moved if that move was given up)",
                moved.to,
                moved.at
            );
        }
        store.delete_document(ws, Moved::KIND, &moved.id()).await?;
    }
    Ok(())
}

async fn of(store: &dyn Store, ws: WorkspaceId) -> Result<Option<Moved>> {
    let documents = store.all::<Moved>(ws).await?;
    Ok(documents.into_iter().next().map(|stored| stored.value))
}
