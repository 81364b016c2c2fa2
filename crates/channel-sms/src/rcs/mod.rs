//! RCS by Twilio: the same API as for SMS, with senders and phones that are named `rcs:…`, and rich content as a resource of its own.
//!
//! A message is forced to RCS: which channel goes when it does not arrive is the journey's decision. Who leaves that to Twilio connects the
//! messaging service as a sender of SMS.

mod adapter;
mod checkup;
mod compose;
mod contents;

pub use adapter::{RCS_SHEET, TwilioRcs};
