//! Records in and out of packed columns.

use serde::Serialize;
use serde::de::DeserializeOwned;
use storage::{StorageError, StorageErrorKind};

pub(crate) fn write<T: Serialize>(what: &str, value: &T) -> Result<Vec<u8>, StorageError> {
    packed::pack(value).map_err(|error| StorageError::because(StorageErrorKind::Invalid, format!("{what} cannot be written"), error))
}

pub(crate) fn read<T: DeserializeOwned>(what: &str, doc: &[u8]) -> Result<T, StorageError> {
    let damaged = || format!("a stored {what} cannot be read");
    let json = packed::unpack(doc).ok_or_else(|| StorageError::new(StorageErrorKind::Corrupt, damaged()))?;
    serde_json::from_slice(&json).map_err(|error| StorageError::because(StorageErrorKind::Corrupt, damaged(), error))
}
