//! The outermost shape of a POST: `object`, `entry[]`, `changes[]`.

use super::{Update, UpdateKind, classify};
use crate::wire;
use serde::Deserialize;
use serde_json::value::RawValue;

/// All updates of one POST, in the order in which they were written (which says nothing about when they happened).
#[derive(Debug, Clone)]
pub struct Delivery {
    pub updates: Vec<Update>,
}

impl Delivery {
    pub fn iter(&self) -> std::slice::Iter<'_, Update> {
        self.updates.iter()
    }
}

impl IntoIterator for Delivery {
    type Item = Update;
    type IntoIter = std::vec::IntoIter<Update>;

    fn into_iter(self) -> Self::IntoIter {
        self.updates.into_iter()
    }
}

impl<'a> IntoIterator for &'a Delivery {
    type Item = &'a Update;
    type IntoIter = std::slice::Iter<'a, Update>;

    fn into_iter(self) -> Self::IntoIter {
        self.updates.iter()
    }
}

/// Why a body is not a delivery at all. It is answered 400 and kept for an operator.
#[derive(Debug, thiserror::Error)]
pub enum EnvelopeError {
    #[error("the body is not complete JSON of the expected shape (line {line}, column {column})")]
    Json {
        line: usize,
        column: usize,
        #[source]
        source: serde_json::Error,
    },
    #[error("the body is for {object:?}, not for whatsapp_business_account")]
    Object { object: String },
    #[error("the body has no entry list")]
    NoEntries,
}

impl From<serde_json::Error> for EnvelopeError {
    fn from(source: serde_json::Error) -> Self {
        Self::Json { line: source.line(), column: source.column(), source }
    }
}

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(default)]
    object: Option<String>,
    #[serde(borrow, default)]
    entry: Option<Vec<&'a RawValue>>,
}

/// What is inside stays a piece of the body until it is known what it is.
#[derive(Deserialize)]
struct Entry<'a> {
    #[serde(default, deserialize_with = "wire::text_opt")]
    id: Option<String>,
    #[serde(default, with = "wire::epoch_opt")]
    time: Option<i64>,
    #[serde(borrow, default)]
    changes: Option<Vec<&'a RawValue>>,
}

#[derive(Deserialize)]
struct Change<'a> {
    field: String,
    #[serde(borrow)]
    value: &'a RawValue,
}

/// Where an update was found in the envelope.
#[derive(Debug, Clone, Default)]
pub(super) struct Place {
    pub waba_id: Option<String>,
    pub time: Option<i64>,
    pub field: String,
}

/// Reads one POST body.
pub fn parse(body: &[u8]) -> Result<Delivery, EnvelopeError> {
    let envelope: Envelope<'_> = serde_json::from_slice(body)?;
    match envelope.object.as_deref() {
        Some("whatsapp_business_account") => {}
        other => return Err(EnvelopeError::Object { object: other.unwrap_or_default().to_owned() }),
    }
    let mut updates = Vec::new();
    for raw in envelope.entry.ok_or(EnvelopeError::NoEntries)? {
        entry(raw, &mut updates);
    }
    Ok(Delivery { updates })
}

fn entry(raw: &RawValue, updates: &mut Vec<Update>) {
    match wire::piece::<Entry<'_>>(raw) {
        Ok(entry) => {
            for raw in entry.changes.unwrap_or_default() {
                change(Place { waba_id: entry.id.clone(), time: entry.time, field: String::new() }, raw, updates);
            }
        }
        Err(error) => match wire::mended(raw) {
            Some(mended) => entry(&mended, updates),
            None => updates.push(Update::unparsed(&Place::default(), raw, error)),
        },
    }
}

fn change(place: Place, raw: &RawValue, updates: &mut Vec<Update>) {
    match wire::piece::<Change<'_>>(raw) {
        Ok(change) => classify::change(&Place { field: change.field, ..place }, change.value, updates),
        Err(error) => match wire::mended(raw) {
            Some(mended) => change(place, &mended, updates),
            None => updates.push(Update::unparsed(&place, raw, error)),
        },
    }
}

impl Update {
    pub(super) fn unparsed(place: &Place, raw: &RawValue, error: String) -> Self {
        Self::at(place, raw, UpdateKind::Unparsed { error })
    }
}
