//! Moving everything from one store to another, whatever stores they are.
//!
//! **Knows** `model` and the contract of `storage`. **Must never know** a backend, what a contact's state means (whoever does comes in as
//! [`Look`]), or how anything was decided.
//!
//! How it works. The source's log is played again into the target, in its order, with an [`Importer`] as the target's decider: it does not decide but
//! repeats, for each signal, whose it is, what was answered, and, with the first signal of a contact, everything that there is of the contact. So the
//! target writes all of it by the same code as ever, in batches, and needs nothing made for moving. What is in no log (documents, the audit log, what
//! is parked or waits) follows. [`compare`] then reads both stores row by row.
//!
//! Invariant: the source is only read. Invariant: a target that is not empty is refused, and one that was begun carries a mark ([`MARK`]) until
//! it was compared.
//!
//! To add something that is moved: if a step writes it, a line in `contact.rs` and its comparison in `compare.rs`; otherwise a part of `copy.rs`.

mod compare;
mod contact;
mod copy;
mod error;
mod importer;
mod pages;

pub use compare::{Comparison, compare};
pub use copy::{Counts, MARK, Stage, copy, finish, is_unfinished};
pub use error::TransferError;
pub use importer::{Importer, Look};
