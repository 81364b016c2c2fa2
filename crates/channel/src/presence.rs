//! What a person sees of the business besides messages.

/// Shown at most: nothing hangs on it, nobody repeats it, and it is gone when it is lost.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Presence {
    /// Their message, and what they wrote before it, was read.
    Read,
    /// Somebody writes an answer. Says that the message was read, too.
    Typing,
}
