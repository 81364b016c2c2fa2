//! The adapter port: what every channel provider looks like to the core.
//!
//! **Knows** `model`, and [`policy::Decision`], without which nothing can be sent. **Must never know** a provider's field names: those live
//! in the `channel-*` crates. An adapter speaks one provider's contract, maps its codes into the closed [`model::send_error::SendError`], and
//! hands in what came from outside as [`Received`].
//!
//! To add a channel: a crate `channel-<name>` with an [`Adapter`], a [`CapabilitySheet`], a table of its error codes, and the parsing of its
//! webhooks into [`Received`]; then a [`Provider`] variant here, and a line where `antiphon` registers its adapters. What its provider delivers by HTTP
//! comes to [`Adapter::receive`] under `/webhooks/<provider>/<sender>`. A provider that is connected to and not called implements [`Adapter::serve`] and hands in by an [`Inlet`].

mod account;
mod adapter;
mod call;
mod capability;
mod checkup;
mod deadline;
mod design;
mod handout;
pub mod http;
mod incoming;
mod line;
mod plain;
mod presence;
mod received;
pub mod refusal;
mod secret;
mod thread;
pub mod track;

pub use account::{
    Account, BindMode, Concat, DefaultAlphabet, DkimKey, EmailAccount, IdForm, MailDoor, MailInbound, MailSecurity, MailService,
    MailStream, MailTracking, OnUnknown, Provider, ProviderKind, RcsAccount, SmppAccount, SubmitWith, TelnyxAccount, TwilioAccount,
    TwilioRcsAccount, WhatsappAccount,
};
pub use adapter::{Adapter, FetchedMedia, MediaKeeper, MediaReader, Settled, UploadBook};
pub use call::{Answer, Call, Heard};
pub use capability::{CapabilitySheet, Limits};
pub use checkup::{Hop, HopState};
pub use deadline::taken_back_after;
pub use design::{DesignReader, MailDesign};
pub use handout::{MediaLinks, with_links};
pub use incoming::{Said, Told, inbound};
pub use line::{Inlet, NotTaken, Stop};
pub use plain::{Plain, plain};
pub use presence::Presence;
pub use received::{Incoming, PeopleLimit, Received, Refused, SenderReport, TemplateNews, TemplateReport, Throughput};
pub use secret::Secret;
pub use thread::ThreadReader;
