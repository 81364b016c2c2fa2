//! Several nodes over one store, in one process and in virtual time: who works, what happens when one dies, and that a message goes once.

mod catalogue;
mod lines;
mod takeover;
mod world;
