//! Opening a store to look at it, also while a server uses it.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use model::WorkspaceId;
use storage::Store;
use storage_sqlite::SqliteStore;

use crate::app::database;

/// The store in a data folder (or the file itself), for reading only.
pub fn open(data: &Path) -> Result<Arc<dyn Store>> {
    let path = if data.is_dir() { database(data) } else { data.to_owned() };
    if !path.exists() {
        bail!("there is no store at {}; name the data folder of the server with --data", path.display());
    }
    let store = SqliteStore::open_read_only(&path).with_context(|| format!("the store {} cannot be opened", path.display()))?;
    Ok(Arc::new(store))
}

/// The workspace that is meant: the one named, or the only one.
pub async fn workspace(store: &dyn Store, named: Option<&str>) -> Result<WorkspaceId> {
    let all = store.workspaces().await?;
    match (named, all.as_slice()) {
        (Some(named), _) => {
            let id: WorkspaceId = named.parse()?;
            if all.contains(&id) { Ok(id) } else { bail!("there is no workspace {id} in this store") }
        }
        (None, [only]) => Ok(*only),
        (None, []) => bail!("this store has no workspace yet; start `antiphon serve` once"),
        (None, many) => {
            let names: Vec<String> = many.iter().map(ToString::to_string).collect();
            bail!("this store has several workspaces; choose one with --workspace: {}", names.join(", "))
        }
    }
}
