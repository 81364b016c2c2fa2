//! The store's contract: what the loop and the people who look on need of a store, in use cases and never in tables.
//!
//! **Knows** `model`. **Must never know** SQL, a backend, or what a contact's state means: the state is opaque bytes, and what a
//! signal does to it is the [`Decider`]'s business, called inside the store's transaction.
//!
//! Invariant: [`Store::step`] commits everything a signal changes in one transaction, or parks the signal, or fails as a whole.
//! Boundary: only `antiphon` and tests name a backend; everybody else holds a `dyn Store`.
//!
//! To add a use case: a method here with its meaning, its statement in each backend, its test in `storage-tests`.

mod documents;
mod error;
mod node;
mod notice;
mod query;
mod step;
mod store;
mod transfer;

pub use documents::{Document, DocumentExt, Stored};
pub use error::{StorageError, StorageErrorKind};
pub use node::{DocumentMark, Lease, LeaseClaim, Sharing};
pub use notice::{Listener, Notice};
pub use query::{
    ContactFilter, ConversationFilter, Counter, DecisionFilter, InFlight, LedgerFilter, MessageFilter, Page, Paged, Parked, QueuedMessage,
    RunFilter, SignalRecord, StoreStats, TimelineFilter,
};
pub use step::{Applied, Decider, Named, Rejection, StepError, StepInput, StepOutcome, StepOutput, brought_addresses, named_message};
pub use store::Store;
pub use transfer::{Inventory, KnownReply};
