//! One error for all stores, so that nobody maps errors.

/// What went wrong, typed by what the caller can do about it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StorageErrorKind {
    /// Somebody else changed it first; read again.
    Conflict,
    /// Not reachable, busy, or out of space; the same call may work later.
    Unavailable,
    /// What is stored does not make sense; a person must look.
    Corrupt,
    /// Too much waits already; nothing was changed, and the same call may work in a second.
    Busy,
    /// Made by a newer or another program; this one must not touch it.
    Incompatible,
    /// The call itself is wrong.
    Invalid,
}

#[derive(Debug, thiserror::Error)]
#[error("{context}")]
pub struct StorageError {
    pub kind: StorageErrorKind,
    pub context: String,
    #[source]
    pub source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl StorageError {
    #[must_use]
    pub fn new(kind: StorageErrorKind, context: impl Into<String>) -> Self {
        Self { kind, context: context.into(), source: None }
    }

    #[must_use]
    pub fn because(kind: StorageErrorKind, context: impl Into<String>, source: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self { kind, context: context.into(), source: Some(Box::new(source)) }
    }
}
