//! `POST /{phone}/messages`: what a message may look like, and what the phone will show of it.
//!
//! To add a message type: a file for its checks, a line in [`content()`].

mod check;
mod contacts;
mod content;
mod frame;
mod interactive;
mod interactive_more;
mod plain;
mod template;
mod template_buttons;

pub use content::{Content, content};
pub use frame::{Addressed, Frame, product};
pub use template::TemplateUse;
