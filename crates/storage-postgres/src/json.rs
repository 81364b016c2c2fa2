//! Documents in and out of columns.

use serde::Serialize;
use serde::de::DeserializeOwned;
use storage::{StorageError, StorageErrorKind};

use crate::value::clean;

pub(crate) fn write<T: Serialize>(what: &str, value: &T) -> Result<String, StorageError> {
    serde_json::to_string(value)
        .map_err(|error| StorageError::because(StorageErrorKind::Invalid, format!("{what} cannot be written"), error))
}

pub(crate) fn read<T: DeserializeOwned>(what: &str, text: &str) -> Result<T, StorageError> {
    serde_json::from_str(text)
        .map_err(|error| StorageError::because(StorageErrorKind::Corrupt, format!("a stored {what} cannot be read"), error))
}

/// The names of enum values, for `= ANY`; nothing for "all of them".
pub(crate) fn list<T: Serialize>(values: &[T]) -> Result<Option<Vec<String>>, StorageError> {
    if values.is_empty() { Ok(None) } else { values.iter().map(name).collect::<Result<_, _>>().map(Some) }
}

/// The words of a search as `LIKE` patterns; every one must occur.
pub(crate) fn patterns(search: Option<&str>) -> Vec<String> {
    let words = clean(search.unwrap_or_default()).to_lowercase();
    words
        .split_whitespace()
        .map(|word| {
            let escaped = word.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
            format!("%{escaped}%")
        })
        .collect()
}

/// The name that an enum has in its JSON form.
pub(crate) fn name<T: Serialize>(value: &T) -> Result<String, StorageError> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => Ok(name),
        _ => Err(StorageError::new(StorageErrorKind::Invalid, "a value has no name")),
    }
}
