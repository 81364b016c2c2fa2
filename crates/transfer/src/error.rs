//! Why a move did not come to its end.

use model::{ContactId, SignalId};
use storage::StorageError;

#[derive(Debug, thiserror::Error)]
pub enum TransferError {
    #[error("the target is not empty: {0}; give it an empty database")]
    NotEmpty(String),
    #[error("signal {signal} was not taken in as it was: {outcome}")]
    Refused { signal: SignalId, outcome: String },
    #[error("contact {0} has no state, although signals of it were applied")]
    NoState(ContactId),
    #[error("contact {0} stands in no signal of the log, so it cannot be moved")]
    NotInLog(ContactId),
    #[error("the state of contact {contact} cannot be read: {reason}")]
    Unreadable { contact: ContactId, reason: String },
    #[error("signal {0} of the log belongs to no contact")]
    NoOwner(SignalId),
    #[error(transparent)]
    Storage(#[from] StorageError),
}
