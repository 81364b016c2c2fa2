//! What the tests of this crate stand on: the router over a real store and the real decision core, with a fake of everything outside.

mod app;
mod broadcasts;
mod call;
mod clock;
mod engine;
mod secrets;

pub use app::{OTHER, TestApp, WS};
pub use call::{Answer, Call};
pub use clock::TestClock;
pub use engine::WHATSAPP;
pub use secrets::CountingSecrets;
