//! That the nodes of one store have one media folder: what a person sent lies there once, and every node must find it.

use std::path::Path;

use anyhow::{Context as _, Result, bail};
use model::WorkspaceId;
use serde::{Deserialize, Serialize};
use storage::{Document, DocumentExt as _, Sharing, StorageErrorKind};

use crate::app::App;

/// Lies in the folder.
const FILE: &str = ".antiphon-media";

/// Which folder it is, as the store knows it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
struct MediaFolder {
    mark: String,
}

impl Document for MediaFolder {
    const KIND: &'static str = "media_folder";
    fn id(&self) -> String {
        "current".to_owned()
    }
}

/// Refuses a folder that is not the one which the other nodes use. `adopt` makes this one the right one from now on.
pub async fn check(app: &App, folder: &Path, adopt: bool) -> Result<()> {
    if app.engine.store().sharing() == Sharing::Alone {
        return Ok(());
    }
    let Some(ws) = app.first_workspace().await? else { return Ok(()) };
    let mine = mark_of(folder, app.engine.mint()).with_context(|| format!("the media folder {} cannot be used", folder.display()))?;
    let known = known_mark(app, ws, &mine, adopt).await?;
    if known == mine {
        return Ok(());
    }
    bail!(
        "{} is not the media folder that the other nodes of this store use; give every node the same one with --media, for instance a network \
         folder (or --adopt-media if that one is lost and this one takes its place)",
        folder.display()
    )
}

/// The mark in the folder, which is made if there is none.
fn mark_of(folder: &Path, new: u128) -> Result<String> {
    let path = folder.join(FILE);
    match std::fs::read_to_string(&path) {
        Ok(mark) => Ok(mark.trim().to_owned()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let mark = format!("{new:032x}");
            match std::fs::OpenOptions::new().write(true).create_new(true).open(&path) {
                Ok(mut file) => {
                    std::io::Write::write_all(&mut file, mark.as_bytes())?;
                    Ok(mark)
                }
                // Another node was faster.
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(std::fs::read_to_string(&path)?.trim().to_owned()),
                Err(error) => Err(error.into()),
            }
        }
        Err(error) => Err(error.into()),
    }
}

async fn known_mark(app: &App, ws: WorkspaceId, mine: &str, adopt: bool) -> Result<String> {
    let (store, wanted) = (app.engine.store(), MediaFolder { mark: mine.to_owned() });
    let known = store.get::<MediaFolder>(ws, &wanted.id()).await?;
    let expected = match known {
        Some(known) if known.value.mark == mine || !adopt => return Ok(known.value.mark),
        Some(known) => known.version,
        None => 0,
    };
    match store.put(ws, &wanted, expected, app.engine.now()).await {
        Ok(_) => Ok(wanted.mark),
        // Another node was faster; what it said holds.
        Err(error) if error.kind == StorageErrorKind::Conflict => {
            Ok(store.get::<MediaFolder>(ws, &wanted.id()).await?.map_or(wanted.mark, |known| known.value.mark))
        }
        Err(error) => Err(error.into()),
    }
}
