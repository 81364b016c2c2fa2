//! Consent: whether this person agreed to be addressed here, for this purpose.
//!
//! The ledger is the truth, the [`ConsentBook`] its projection for one contact, [`resolve`] the rule, [`chain`] the proof.
//! `docs/consent-ledger.md` describes the chain for somebody who wants to verify it without this program.

pub mod acts;
pub mod book;
pub mod chain;
pub mod export;
pub mod model;
pub mod resolve;

pub use acts::RevocationScope;
pub use book::{ConsentBook, Scope, Standing};
pub use chain::{Broken, Head, verify_chain};
pub use export::{Evidence, export_evidence};
pub use model::{ConsentModel, ConsentModels, ModelRule};
pub use resolve::{ConsentRule, ConsentVerdict};
