//! What people do with mails, where the operator wants to know: links that lead through us, and a picture that tells that a mail was shown.
//!
//! Nothing is stored for it. A link carries its message, its moment and its target under a keyed hash, so that it leads where we let it lead and
//! nowhere else: nobody can make us redirect to an address that was not in a mail of ours.

mod heard;
mod link;
mod rewrite;

pub(crate) use heard::heard;
#[cfg(test)]
pub(crate) use link::Link;
pub(crate) use rewrite::{Tracker, in_html, in_text};
