//! Forms (Flows) whose pages come from our endpoint: what is asked, and the encryption of both directions. Page: Flows, "Implementing your endpoint".

mod crypto;
mod exchange;

pub use crypto::{FormKey, KeyError, OpenError, Opened};
pub use exchange::{FormAction, FormRequest, acknowledged, alive, finished, page};
