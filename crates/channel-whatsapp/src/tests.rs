//! The whole adapter against a Graph API that says what the test wants: request bytes out, outcomes in.

mod errors;
mod fake;
mod receiving;
mod remote;
mod sending;
mod templates;
