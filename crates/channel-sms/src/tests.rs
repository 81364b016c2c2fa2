//! The whole adapter against a Twilio that says what the test wants: request bytes out, outcomes in.

mod errors;
mod fake;
mod receiving;
mod sending;
mod signing;
