//! Whether receivers can tell that a mail with our address is ours: the records of the domain (SPF, DKIM, DMARC, MX), and what to publish where
//! they lack.
//!
//! Names are asked for through a port ([`Names`]); [`Resolver`] asks the machine's own. Nothing here sends mail or changes anything.

mod align;
mod check;
mod dns;
mod names;
mod public;
mod spf;
mod wire;

pub(crate) use check::health;
pub use dns::Resolver;
pub use names::{Names, NotAsked};
