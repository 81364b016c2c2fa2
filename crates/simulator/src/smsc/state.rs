//! What a message centre knows.

use std::collections::{BTreeMap, VecDeque};

use model::Timestamp;
use serde::{Deserialize, Serialize};

use super::pdu::Delivery;
use crate::people::PersonId;

/// Who may bind, and which addresses are theirs.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SmscConfig {
    pub system_id: String,
    pub password: String,
    /// Numbers, short codes and names that may be sent from; what people write to the numbers is delivered to whoever is bound.
    pub addresses: Vec<String>,
}

impl Default for SmscConfig {
    fn default() -> Self {
        Self { system_id: "antiphon".into(), password: "sim-smpp".into(), addresses: vec!["+12025550177".into()] }
    }
}

/// One part that was taken.
#[derive(Clone, Debug)]
pub(super) struct Taken {
    pub person: PersonId,
    pub source: String,
    pub destination: String,
    pub registered: u8,
    pub text: String,
    /// Reference, total, number.
    pub place: Option<(u16, u8, u8)>,
    pub submitted: Timestamp,
}

#[derive(Debug, Default)]
pub struct SmscState {
    pub(super) next: u64,
    pub(super) taken: BTreeMap<u64, Taken>,
    /// Parts that have come to a phone: person, source, reference, total.
    pub(super) on_phone: BTreeMap<(PersonId, String, u16, u8), BTreeMap<u8, String>>,
    /// What waits for a client that is bound.
    pub(super) outgoing: VecDeque<Delivery>,
    pub(super) references: u16,
}

impl SmscState {
    /// Parts that were taken since the world began.
    #[must_use]
    pub fn taken(&self) -> u64 {
        self.next
    }
}
