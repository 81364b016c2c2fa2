//! Message templates: their shape, their review, their life.

mod create;
mod edit;
mod events;
mod list;
mod model;
mod review;
mod shape;
mod upsert;
mod validate;

pub use model::{Category, Quality, Status, Template};
pub use review::ReviewDecision;
pub use shape::{ButtonKind, ButtonShape, Format, HeaderShape, Shape};
