//! Email by SMTP.
//!
//! **Knows** the port ([`channel`]), the mail formats (RFC 5322, MIME, DKIM, delivery reports, feedback reports) and SMTP from both sides:
//! as a client of a submission server, and as a small server for what comes back. The guard of `http-client` says where a connection may
//! go. **Must never know** stores, journeys or the machine's clock.
//!
//! Nothing here remembers a message. What must come back finds its way by signed addresses (`token.rs`): the return path, the reply
//! address and the unsubscribe link name the message, and a tag proves that we wrote them.
//!
//! A template that has a design (`design/`) is sent with it: MJML is rendered when the design is published, and its places are filled for
//! each person, escaped by where they stand.
//!
//! What people do with mails (`track/`) is learnt only where the operator wants it, by links and a picture that carry their own proof.
//!
//! To add a reply or status that means something: `errors.rs`. To carry another kind of content: `compose.rs`. To read another kind of report:
//! `inbound/report.rs`. To add a sending service: a file in `receive/` and a variant of `channel::MailService`.

mod adapter;
mod capability;
mod compose;
mod design;
mod dkim;
mod domain;
mod errors;
mod header;
mod html;
mod inbound;
mod mime;
mod receive;
mod smtp;
mod token;
mod track;
mod unsubscribe;

#[cfg(test)]
mod tests;

pub use adapter::Email;
pub use capability::SHEET;
pub use compose::undesigned;
pub use design::{DesignFault, DesignSource, Filled, NotFilled, UNSUBSCRIBE_URL, compile, fill};
pub use dkim::{KeyError, check_key};
pub use domain::{Names, NotAsked, Resolver};
pub use header::valid_address;
pub use http_client::is_authority;
pub use receive::is_sendgrid_key;
