//! A copy while everything goes on.

use std::path::{Path, PathBuf};

use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};
use storage::{StorageError, StorageErrorKind};
use tokio::sync::mpsc;

use crate::error::sql;
use crate::lock::create_private;
use crate::open;
use crate::options::Options;

/// 4 MiB a step: progress moves, and a step is still a long read.
const PAGES_A_STEP: i32 = 1_024;
const COPYING: &str = "the backup cannot be written";

/// Copies `from` to `to` on a thread of its own. The copy becomes visible under its name only when it is whole and checked.
pub(crate) async fn backup(from: &Path, to: &Path, progress: &(dyn Fn(u64, u64) + Sync)) -> Result<(), StorageError> {
    if to.exists() {
        let text = format!("{} exists already; a backup replaces nothing", to.display());
        return Err(StorageError::new(StorageErrorKind::Invalid, text));
    }
    let (report, mut reports) = mpsc::unbounded_channel();
    let (from, to) = (from.to_owned(), to.to_owned());
    let thread = std::thread::Builder::new()
        .name("store-backup".to_owned())
        .spawn(move || {
            let partial = partial_path(&to);
            let outcome = copy(&from, &partial, &report).and_then(|()| {
                std::fs::rename(&partial, &to).map_err(|error| StorageError::because(StorageErrorKind::Unavailable, COPYING, error))
            });
            if outcome.is_err() {
                let _ = std::fs::remove_file(&partial);
            }
            outcome
        })
        .map_err(|error| StorageError::because(StorageErrorKind::Unavailable, "no thread for the backup", error))?;
    // Ends when the thread drops its end.
    while let Some((done, total)) = reports.recv().await {
        progress(done, total);
    }
    thread.join().map_err(|_| StorageError::new(StorageErrorKind::Corrupt, "the backup broke off"))?
}

fn partial_path(to: &Path) -> PathBuf {
    let mut path = to.as_os_str().to_owned();
    path.push(".partial");
    PathBuf::from(path)
}

fn copy(from: &Path, partial: &Path, report: &mpsc::UnboundedSender<(u64, u64)>) -> Result<(), StorageError> {
    let failed = sql(COPYING);
    let source = open::reader(from, &Options::default())?;
    // One snapshot for the whole copy: without it every commit of the writer would start the copy over.
    source.execute_batch("BEGIN; SELECT count(*) FROM sqlite_schema;").map_err(&failed)?;
    // What an earlier, broken attempt left.
    let _ = std::fs::remove_file(partial);
    create_private(partial)?;
    let mut target = Connection::open(partial).map_err(&failed)?;
    {
        let backup = Backup::new(&source, &mut target).map_err(&failed)?;
        loop {
            let step = backup.step(PAGES_A_STEP).map_err(&failed)?;
            let progress = backup.progress();
            let total = u64::try_from(progress.pagecount).unwrap_or(0);
            let left = u64::try_from(progress.remaining).unwrap_or(0);
            let _ = report.send((total.saturating_sub(left), total));
            match step {
                StepResult::Done => break,
                StepResult::More => {}
                _ => return Err(StorageError::new(StorageErrorKind::Unavailable, "the database is busy; try the backup again")),
            }
        }
    }
    // A single file that can be carried away, not one with a log beside it.
    target.pragma_update_and_check(None, "journal_mode", "delete", |_| Ok(())).map_err(&failed)?;
    let verdict: String = target.query_row("PRAGMA quick_check(1)", [], |row| row.get(0)).map_err(&failed)?;
    if verdict != "ok" {
        return Err(StorageError::new(StorageErrorKind::Corrupt, format!("the copy is damaged, so the database probably is: {verdict}")));
    }
    drop(target);
    std::fs::File::open(partial)
        .and_then(|file| file.sync_all())
        .map_err(|error| StorageError::because(StorageErrorKind::Unavailable, COPYING, error))
}
