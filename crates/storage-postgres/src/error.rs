//! PostgreSQL's conditions as what the caller, or the writer, can do about them.

use std::error::Error as _;

use storage::{StorageError, StorageErrorKind};
use tokio_postgres::Error;
use tokio_postgres::error::SqlState;

/// What the writer does about a failure.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Trouble {
    /// Somebody else was faster: everything again.
    Race,
    /// The connection is gone; what was under way is not known.
    Lost,
    /// This node decides by documents that another node has changed.
    Stale,
    /// A value, or the server itself.
    Fault,
}

/// A failure with both views of it.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) trouble: Trouble,
    pub(crate) error: StorageError,
}

impl From<StorageError> for Failure {
    fn from(error: StorageError) -> Self {
        Self { trouble: Trouble::Fault, error }
    }
}

impl From<Failure> for StorageError {
    fn from(failure: Failure) -> Self {
        failure.error
    }
}

/// Tables whose unique keys two nodes may reach for at the same moment, where both are right.
const CONTESTED: [&str; 5] = ["contact", "address", "dedupe", "workspace", "provider"];

/// Names the operation and sorts the cause.
pub(crate) fn sql(context: &'static str) -> impl Fn(Error) -> Failure {
    move |error| sorted(context, error)
}

/// The same where only the caller's view counts.
pub(crate) fn plain(context: &'static str) -> impl Fn(Error) -> StorageError {
    move |error| sorted(context, error).error
}

fn sorted(context: &str, error: Error) -> Failure {
    use StorageErrorKind::{Corrupt, Incompatible, Invalid, Unavailable};
    let lost = error.is_closed() || error.source().is_some_and(<dyn std::error::Error>::is::<std::io::Error>);
    let Some(db) = error.as_db_error() else {
        let (trouble, kind) = if lost { (Trouble::Lost, Unavailable) } else { (Trouble::Fault, Corrupt) };
        return Failure { trouble, error: StorageError::because(kind, context, error) };
    };
    let code = db.code().code();
    let (trouble, kind) = match code.get(..2).unwrap_or_default() {
        "40" => (Trouble::Race, Unavailable),
        "23" if *db.code() == SqlState::UNIQUE_VIOLATION && db.table().is_some_and(|table| CONTESTED.contains(&table)) => {
            (Trouble::Race, Unavailable)
        }
        // Connections, operators, and servers that stop or start.
        "08" | "57" => (Trouble::Lost, Unavailable),
        // Resources, locks, the machine's own errors, a standby that does not write.
        "53" | "55" | "58" | "25" => (Trouble::Fault, Unavailable),
        "28" | "3D" => (Trouble::Fault, Unavailable),
        "XX" => (Trouble::Fault, Corrupt),
        "42" => (Trouble::Fault, Incompatible),
        _ => (Trouble::Fault, Invalid),
    };
    Failure { trouble, error: StorageError::because(kind, context, error) }
}

/// Whether the signal at hand may be the only one at fault, so that others in its batch can go on without it.
pub(crate) fn is_own_fault(error: &StorageError) -> bool {
    error.kind != StorageErrorKind::Unavailable
}

/// The same error for another caller of the same batch. A cause cannot be shared, so it is written out.
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

pub(crate) fn damaged(what: &str) -> StorageError {
    StorageError::new(StorageErrorKind::Corrupt, what)
}
