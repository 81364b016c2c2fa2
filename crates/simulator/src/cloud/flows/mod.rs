//! Forms (Flows): as objects with their states, the key of their endpoint, and a phone that fills one in.

mod object;
mod phone;

pub use object::{Flow, FlowStatus};
pub use phone::FormEnd;
