//! What the server stands on: its store and its media folder.

use std::io::{self, Read as _, Write as _};
use std::path::Path;
use std::sync::Arc;

use channel::Hop;
use model::{MediaId, WorkspaceId};
use runtime::MediaStore;
use storage::Store;

const PROBE: &[u8] = b"written by antiphon doctor";

pub(super) async fn of_store(store: &Arc<dyn Store>, senders: usize) -> Hop {
    match store.workspaces().await {
        Ok(_) if senders == 0 => {
            Hop::doubtful("store", "it can be read, and the workspace has no sender yet", "connect a number: docs/whatsapp-setup.md")
        }
        Ok(_) => Hop::good("store", format!("it can be read; senders: {senders}")),
        Err(error) => Hop::broken("store", error.to_string(), "look at the server's log; a backup is restored with `antiphon restore`"),
    }
}

/// Whoever runs this should be the user that the server runs as.
pub(super) fn of_media(folder: &Path) -> Hop {
    match written_and_read(folder) {
        Ok(()) => Hop::good("media", format!("files can be written to {} and read", folder.display())),
        Err(error) => {
            let found = format!("files cannot be kept in {}: {error}", folder.display());
            Hop::broken("media", found, "make room, or make the folder and give it to the user that the server runs as (--media)")
        }
    }
}

/// Always the same object, which stays: a key that may not delete is a good key.
pub(super) async fn of_bucket(store: &MediaStore, ws: WorkspaceId, endpoint: &str) -> Hop {
    let probe = MediaId::from_u128(0);
    let written = match store.put(ws, probe, PROBE).await {
        Ok(()) => store.get(ws, probe).await,
        Err(error) => Err(error),
    };
    match written {
        Ok(read) if read == PROBE => Hop::good("media", format!("objects can be put to {endpoint} and got")),
        Ok(_) => Hop::broken("media", format!("{endpoint} gives other bytes than it was given"), "is it really an object store?"),
        Err(error) => {
            let mend = "check the bucket's name, endpoint, region and key, and that the key may put and get objects";
            Hop::broken("media", format!("objects cannot be kept at {endpoint}: {error}"), mend)
        }
    }
}

fn written_and_read(folder: &Path) -> io::Result<()> {
    if !folder.is_dir() {
        return Err(io::Error::new(io::ErrorKind::NotFound, "there is no such folder"));
    }
    // Removed when it goes out of scope, whatever happens.
    let mut file = tempfile::Builder::new().prefix(".antiphon-doctor").tempfile_in(folder)?;
    file.write_all(PROBE)?;
    file.as_file().sync_all()?;
    let mut read = Vec::new();
    file.reopen()?.read_to_end(&mut read)?;
    if read == PROBE { Ok(()) } else { Err(io::Error::new(io::ErrorKind::InvalidData, "what was written is not what is read")) }
}
