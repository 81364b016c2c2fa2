//! Forms inside WhatsApp (Flows) whose pages come from us: what a form asks, what a page that was filled leads to, and what Meta must know of both.

mod definition;
mod endpoint;
mod exchange;
mod manage;

pub use definition::{FormDefinition, FormField, FormFieldKind, FormPage};
pub use endpoint::{FormAnswer, FormCall, open_form};
pub use exchange::Prefill;
pub use manage::{FormFault, FormPointer};
pub use whatsapp::form::{FormKey, KeyError};
