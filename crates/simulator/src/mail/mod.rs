//! Mail servers of the world: they take mail for everybody's mailbox, send it back, complain, and carry what people answer. Its own code for
//! every line on the wire.

mod answer;
mod courier;
mod lifecycle;
pub(crate) mod reading;
mod reports;
mod server;
mod session;
mod state;
mod submit;

pub use server::serve;
pub use state::{MailConfig, MailKnobs, MailState};
