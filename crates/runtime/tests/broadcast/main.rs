//! Broadcasts through the real decisions, store and loops, in virtual time.

mod carry;
mod guard;
mod world;
