//! Broadcasts as the API asks for them.

use model::broadcast::{Broadcast, Cost};
use model::{AddressKey, Channel, ContactId, Money, Timestamp};
use std::collections::BTreeMap;

use super::Diagnostic;

/// What writing a broadcast's file came to.
#[derive(Clone, PartialEq, Debug)]
pub enum BroadcastWritten {
    Done(Box<Broadcast>),
    /// Nothing changed.
    Refused(Vec<Diagnostic>),
}

/// What somebody wants of a broadcast.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum BroadcastWish {
    Freeze,
    Start { at: Option<Timestamp> },
    Pause,
    Resume,
    Stop,
}

/// How a list names a person.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ListedRecipient {
    Contact(ContactId),
    Address(AddressKey),
}

/// What became of a chunk of a list: how many were added, were there already, were made, and which lines (from 0) added nobody and why.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ListedOutcome {
    pub added: u64,
    pub already: u64,
    pub created: u64,
    pub refused: Vec<(usize, String)>,
}

/// What the broadcast would do now.
#[derive(Clone, PartialEq, Debug)]
pub struct BroadcastPreview {
    pub recipients: u64,
    /// So many were looked at; figures of money and messages are scaled to all.
    pub looked_at: u64,
    pub would_go: u64,
    pub put_off: u64,
    pub held_out: u64,
    /// By code.
    pub silent: BTreeMap<String, u64>,
    pub costs: Vec<Cost>,
    pub samples: Vec<BroadcastSample>,
}

#[derive(Clone, PartialEq, Debug)]
pub struct BroadcastSample {
    pub contact: ContactId,
    pub channel: Channel,
    pub text: String,
    pub price: Option<Money>,
}
