//! What every adapter must do, as tests that any adapter runs unchanged.
//!
//! **Knows** the port, and the gate, without which nothing can be sent. **Must never know** an adapter or a provider: it sees a [`Rig`], which is
//! an adapter with a provider behind it that does as it is told.
//!
//! An adapter's test file is a [`Rig`] and one line: `channel_tests::suite!(MyRig::new());`. For adapters that speak HTTP, [`Wire`] is the
//! provider's end. What only one adapter can do wrong (the form of its requests, its error table) is tested in its own crate.
//!
//! To add a promise: write it into the port's docs in `channel`, add a function to the file in `cases/` that has its subject, and name it in
//! [`suite!`].

pub mod cases;
mod decided;
pub mod golden;
mod rig;
mod samples;
mod suite;
mod wire;

pub use decided::{NOW, Wish, decided};
pub use rig::{Answer, Delivery, News, Rig};
pub use samples::samples;
pub use wire::Wire;
