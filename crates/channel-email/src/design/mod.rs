//! Designed mails: a subject, MJML and a text, with the places of a template. Checked and rendered when they are published, filled when they
//! are sent.

mod compile;
mod fill;
mod places;

pub use compile::{DesignFault, DesignSource, compile};
pub use fill::{Filled, NotFilled, UNSUBSCRIBE_URL, fill};
