//! Twilio Programmable Messaging: form requests in, JSON answers and signed form webhooks out.

mod codes;
mod content;
mod error;
mod inbound;
mod keywords;
mod lifecycle;
mod list;
mod message;
mod numbers;
mod rich;
mod send;
mod server;
mod state;
mod validate;

pub mod segments;

pub use keywords::{Keyword, keyword};
pub use message::SmsMessage;
pub use server::router;
pub use state::TwilioState;
