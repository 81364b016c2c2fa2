//! The outside world in a box: WhatsApp Cloud API, Twilio, Telnyx, a message centre that speaks SMPP, RCS, mail, and the people behind them.
//!
//! **Knows** the providers' contracts (answers, limits, errors, signed webhooks, template review, prices), a population of
//! customers with habits, and its own virtual time. **Must never know** the engine that it judges: it depends on `model` for the
//! clock and the draws only, and has its own code for everything on the wire, so that a mistake is not made twice.
//!
//! One [`World`] is a pure state: it is told the time by [`World::tick`] and draws from its seed, so one configuration, one seed
//! and one sequence of requests have one history, byte for byte. [`Simulator`] puts a world behind a lock with a clock and a
//! [`WebhookSink`]; its routers are the servers:
//!
//! * [`Simulator::cloud_router`] is the Graph API under any `/vN.M/` or none. Default ids and token: see [`CloudConfig`].
//! * [`Simulator::twilio_router`] is `/2010-04-01/Accounts/…`.
//! * [`Simulator::telnyx_router`] is `/v2/messages`, with webhooks signed with Ed25519.
//! * [`smsc::serve`] is a message centre that speaks SMPP.
//! * [`Simulator::rbm_router`] is RCS for Business with its token endpoint.
//! * [`mail::serve`] are mail servers with everybody's mailbox.
//! * [`Simulator::control_router`] is a page at `/` and the control API under `/_sim`, listed in [`control`].
//!
//! Somebody has to move time and carry webhooks: call [`Simulator::deliver`] whenever [`Simulator::tick`] says so or
//! [`Simulator::woken`] returns ([`run`] does it for real time), or [`Simulator::settle`] after each step of a [`VirtualClock`].
//!
//! To add an edge of the Cloud API: a file under `cloud`, a line in `cloud/dispatch.rs`. A fault: a knob in `knobs.rs` and the
//! place where it bites. A kind of person: a variant of [`Persona`] and its line in `people/habits.rs`. A rule of the conformance
//! report: see `report/mod.rs`.

mod clock;
mod cloud;
mod config;
pub mod control;
mod crypto;
mod delivery;
mod ids;
mod knobs;
pub mod mail;
mod people;
pub mod rbm;
mod report;
mod runner;
mod server;
pub mod smsc;
mod telnyx;
mod twilio;
mod wire;
mod world;

pub use clock::VirtualClock;
pub use cloud::{Conversion, Earlier, Flow, FlowStatus, FormEnd, HandshakeScope, ReviewDecision, Template, TokenState};
pub use config::{
    CloudConfig, DATASET, JournalConfig, MessagingService, NumberConfig, PopulationConfig, SmsNumber, TwilioConfig, WorldConfig,
};
pub use crypto::{hub_signature, telnyx_public_key, telnyx_signature, twilio_shared_key_signature, twilio_signature};
pub use delivery::{DeadSink, PendingWebhook, Provider, RouterSink, SinkError, WebhookAnswer, WebhookSink};
pub use knobs::Knobs;
pub use people::{
    ActError, Attachment, Deed, Entry, Line, Outcome, OutcomeRule, Outcomes, Person, PersonId, Persona, Population, RichMessage, Row,
    Shown, ShownMedia, Tap, TapKind, Window,
};
pub use report::{Check, Evidence, Report, Verdict};
pub use runner::run;
pub use server::Simulator;
pub use telnyx::TelnyxConfig;
pub use twilio::segments;
pub use wire::{form_decode, form_encode, meta_json};
pub use world::{Change, Exchange, Journal, Party, TruthRow, World};
