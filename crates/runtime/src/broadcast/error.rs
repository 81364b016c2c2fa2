//! Why a broadcast cannot do what somebody asks.

use model::BroadcastId;
use model::broadcast::{ActRefused, BroadcastState, Missing};
use storage::StorageError;

#[derive(Debug, thiserror::Error)]
pub enum BroadcastError {
    #[error("broadcast {0} not found")]
    NotFound(BroadcastId),
    #[error(transparent)]
    Refused(#[from] ActRefused),
    #[error("a broadcast to {recipients} recipients needs more before it may start: {}", names(missing))]
    Missing { recipients: u64, missing: Vec<Missing> },
    #[error("a broadcast that is {} cannot be changed any more", .0.as_str())]
    Settled(BroadcastState),
    #[error("the audience stands already, and this file would choose another; stop this broadcast and write a new one")]
    OtherAudience,
    #[error("recipients can be added only while a broadcast with `audience: listed` is a draft")]
    NotListed,
    #[error("the audience is not frozen yet, so nobody knows what a preview would be of")]
    NotFrozen,
    #[error("whoever wrote this version cannot approve it")]
    OwnApproval,
    #[error("others keep changing broadcast {0}; try again")]
    Raced(BroadcastId),
    #[error("the stored file of broadcast {0} does not compile any more")]
    Unreadable(BroadcastId),
    #[error(transparent)]
    Storage(#[from] StorageError),
}

fn names(missing: &[Missing]) -> String {
    missing.iter().map(|one| one.as_str()).collect::<Vec<_>>().join(", ")
}
