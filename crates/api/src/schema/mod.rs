//! The JSON of `model`'s types, described for the OpenAPI document.
//!
//! Answers are written by `model`'s own serialisation; these types only describe it, so that `model` need not know OpenAPI. The tests
//! below read what `model` writes into these types and back, so that a description cannot drift from what it describes.
//!
//! To describe another type: mirror it here by its wire form and add a sample to the tests.

mod address;
mod broadcast;
mod case;
mod consent;
mod contact;
mod content;
mod decision;
mod delivery;
mod inbound;
mod message;
mod signal;
mod template;
mod template_parts;
#[cfg(test)]
mod tests;
mod timeline;

pub use address::*;
pub use broadcast::*;
pub use case::*;
pub use consent::*;
pub use contact::*;
pub use content::*;
pub use decision::*;
pub use delivery::*;
pub use inbound::*;
pub use message::*;
pub use signal::*;
pub use template::*;
pub use template_parts::*;
pub use timeline::*;

/// Any JSON object.
pub type Object = serde_json::Map<String, serde_json::Value>;
