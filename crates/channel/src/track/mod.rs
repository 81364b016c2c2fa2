//! Links that lead through us, on whichever channel they went: where they may lead, who asked for them, and what comes of it.

mod press;
mod target;
mod who;

pub use press::Press;
pub use target::{PrivateTarget, leads};
pub use who::{Asked, machine};
