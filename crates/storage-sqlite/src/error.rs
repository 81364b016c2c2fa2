//! SQLite's result codes as what the caller can do about them.

use rusqlite::ErrorCode;
use storage::{StorageError, StorageErrorKind};

/// Names the operation and sorts the cause.
pub(crate) fn sql(context: &'static str) -> impl Fn(rusqlite::Error) -> StorageError {
    move |error| sorted(context, error)
}

fn sorted(context: &str, error: rusqlite::Error) -> StorageError {
    use StorageErrorKind::{Corrupt, Incompatible, Invalid, Unavailable};
    let (kind, hint) = match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => (Unavailable, ": the disk or the store's size limit is full; free space, nothing was changed"),
        Some(ErrorCode::SystemIoFailure) => (Unavailable, ": the disk refused to read or write"),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => (Unavailable, ": another program holds the file"),
        Some(ErrorCode::CannotOpen) => (Unavailable, ": the file cannot be opened; check that the folder exists and is writable"),
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => (Unavailable, ": the file or its folder is not writable"),
        Some(ErrorCode::OutOfMemory | ErrorCode::OperationInterrupted) => (Unavailable, ""),
        Some(ErrorCode::DatabaseCorrupt) => (Corrupt, ": the file is damaged; stop the server and restore a backup"),
        Some(ErrorCode::NotADatabase) => (Corrupt, ": the file is damaged or no database at all; restore a backup or give another path"),
        Some(ErrorCode::SchemaChanged) => (Incompatible, ""),
        Some(_) => (Invalid, ""),
        // Not from the engine: a column that does not hold what it must.
        None => (Corrupt, ": a stored value cannot be read"),
    };
    StorageError::because(kind, format!("{context}{hint}"), error)
}

/// Whether the work at hand may be the only one at fault, so that others in its group can go on without it. A full disk is nobody's own;
/// a row that cannot be read is its contact's, until parking fails too.
pub(crate) fn is_own_fault(error: &StorageError) -> bool {
    error.kind != StorageErrorKind::Unavailable
}

/// The same error for another caller of the same group. A cause cannot be shared, so it is written out.
pub(crate) fn repeated(error: &StorageError) -> StorageError {
    StorageError::new(error.kind, described(error))
}

/// The error with its causes in one line, for places where only text is kept.
pub(crate) fn described(error: &StorageError) -> String {
    let mut text = error.context.clone();
    let mut source = error.source.as_ref().map(|e| &**e as &dyn std::error::Error);
    while let Some(cause) = source {
        let words = cause.to_string();
        // Causes like to repeat one another.
        if !text.contains(&words) {
            text.push_str(": ");
            text.push_str(&words);
        }
        source = cause.source();
    }
    text
}

pub(crate) fn stopped() -> StorageError {
    StorageError::new(StorageErrorKind::Unavailable, "the store has stopped")
}

pub(crate) fn read_only() -> StorageError {
    StorageError::new(StorageErrorKind::Invalid, "the store was opened for reading only")
}
