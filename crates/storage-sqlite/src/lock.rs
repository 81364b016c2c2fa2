//! One process at a time writes to a store: an advisory lock on a file beside it, which the system frees however the process ends.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use storage::{StorageError, StorageErrorKind};

/// Held as long as the store is open for writing.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
}

pub(crate) fn lock_path(database: &Path) -> PathBuf {
    let mut path = database.as_os_str().to_owned();
    path.push(".lock");
    PathBuf::from(path)
}

impl Lock {
    pub(crate) fn take(database: &Path) -> Result<Self, StorageError> {
        let path = lock_path(database);
        let failed = |error: std::io::Error| {
            StorageError::because(
                StorageErrorKind::Unavailable,
                format!("lock file {} cannot be opened; check that the folder exists and is writable", path.display()),
                error,
            )
        };
        let mut file = private(OpenOptions::new().read(true).write(true).create(true).truncate(false)).open(&path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut owner = String::new();
                let known = file.read_to_string(&mut owner).is_ok() && !owner.trim().is_empty();
                let who = if known { format!("process {}", owner.trim()) } else { "another process".to_owned() };
                return Err(StorageError::new(
                    StorageErrorKind::Unavailable,
                    format!(
                        "database {} is in use by {who}, which holds {}; stop that process first, or give this one another data folder; \
                         several nodes share a store only on PostgreSQL (--store postgres://…)",
                        database.display(),
                        path.display()
                    ),
                ));
            }
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        // Only for the message above, so a failure to write it is no failure.
        let _ = file.set_len(0).and_then(|()| write!(file, "{}", std::process::id()));
        Ok(Self { _file: file })
    }
}

/// Makes the database file, if there is none, readable by its owner only: it holds personal data.
pub(crate) fn create_private(database: &Path) -> Result<(), StorageError> {
    private(OpenOptions::new().read(true).write(true).create(true).truncate(false)).open(database).map(drop).map_err(|error| {
        StorageError::because(
            StorageErrorKind::Unavailable,
            format!("database {} cannot be opened; check that the folder exists and is writable", database.display()),
            error,
        )
    })
}

#[cfg(unix)]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;
    options.mode(0o600)
}

#[cfg(not(unix))]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}
