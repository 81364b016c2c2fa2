//! Records in and out of `bytea` columns: packed JSON, and messages in the compact form, because steps read them.

use model::Message;
use model::compact::{self, Compact as _};
use serde::Serialize;
use serde::de::DeserializeOwned;
use storage::{StorageError, StorageErrorKind};

/// The first byte of a message: the form of what follows.
const COMPACT: u8 = 1;

pub(crate) fn write<T: Serialize + ?Sized>(what: &str, value: &T) -> Result<Vec<u8>, StorageError> {
    packed::pack(value).map_err(|error| StorageError::because(StorageErrorKind::Invalid, format!("{what} cannot be written"), error))
}

pub(crate) fn read<T: DeserializeOwned>(what: &str, doc: &[u8]) -> Result<T, StorageError> {
    let damaged = || format!("a stored {what} cannot be read");
    let json = packed::unpack(doc).ok_or_else(|| StorageError::new(StorageErrorKind::Corrupt, damaged()))?;
    serde_json::from_slice(&json).map_err(|error| StorageError::because(StorageErrorKind::Corrupt, damaged(), error))
}

pub(crate) fn write_message(message: &Message) -> Vec<u8> {
    let mut out = vec![COMPACT];
    message.put(&mut out);
    out
}

pub(crate) fn read_message(doc: &[u8]) -> Result<Message, StorageError> {
    const DAMAGED: &str = "a stored message cannot be read";
    match doc.split_first() {
        Some((&COMPACT, rest)) => {
            compact::from_bytes(rest).map_err(|error| StorageError::because(StorageErrorKind::Corrupt, DAMAGED, error))
        }
        _ => Err(StorageError::new(StorageErrorKind::Corrupt, DAMAGED)),
    }
}
