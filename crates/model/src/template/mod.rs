//! Templates: a versioned source with typed variables, texts per language, purpose, and the provider's approval.

mod approval;
mod parts;
mod places;
mod source;

pub use approval::{Approval, ApprovalState, Endorsement};
pub use parts::{CardText, CodeApp, CodeDelivery, CodeText, HeaderPart, Offer, ProductGroup, TemplateButton};
pub use places::{in_order, names_in, place_of};
pub use source::{Template, TemplateText, Variable, VariableKind};
