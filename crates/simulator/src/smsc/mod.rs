//! A message centre that speaks SMPP 3.4: binds, submissions, receipts, and what people write. Its own code for every octet.

mod inbound;
mod knobs;
mod ledger;
mod lifecycle;
mod octets;
mod pdu;
mod server;
mod session;
mod state;
mod submit;
mod text;
mod validity;

pub use knobs::{LongTexts, ReceiptStyle, SmscKnobs};
pub use server::{Identity, IdentityError, serve};
pub use state::{SmscConfig, SmscState};
