//! Which workspace of a store is meant.

use anyhow::{Result, bail};
use model::WorkspaceId;
use storage::Store;

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
