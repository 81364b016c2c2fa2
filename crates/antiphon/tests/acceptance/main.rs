//! The acceptance of the whole product: real store, real routes, real adapters and loops on a virtual clock, and the simulated providers and
//! customers outside. Each test names the row or rule that it shows; `docs/acceptance.md` is the way from the row to the test.

#[path = "../common/mod.rs"]
mod common;

mod adverts;
mod bad_input;
mod batches;
mod broadcasts;
mod channels;
mod composer;
mod conformance;
mod consent;
mod doctor;
mod doubt;
mod explain;
mod figures;
mod fixtures;
mod four_channels;
mod handed_out;
mod hostile_bodies;
mod inbox;
mod index;
mod integrations;
mod journeys;
mod links;
mod mail;
mod media;
mod moving;
mod nodes;
mod numbers;
mod payloads;
mod phone_app;
mod publish;
mod rcs;
mod senders;
mod stops;
mod telnyx;
mod templates;
mod threads;
mod twilio_rcs;
