//! The simulator through its own HTTP routes, on a virtual clock.

mod cloud_send;
mod common;
