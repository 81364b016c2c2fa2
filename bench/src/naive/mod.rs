//! The yardstick: the same work as a competent engineer would first write it. Relational rows, ordinary indexes on everything that is looked
//! up, and for each event three durable transactions, row by row: accept it; process it; record what came of sending.
//!
//! What is fair about it. The deciding is the same on both sides: the same core decides on the same state, so that a slow or a fast core
//! favours nobody, and the facts that are written (message, decisions with their rules, timeline, run, timer, counters, conversation) are the same
//! to the byte. What is read relationally is one row by its index, because the state holds the rest. It is spared what ours does beside: it keeps
//! the event alone where ours logs both signals.
//! Statements are prepared once; the database waits for the disk exactly as often as it must for three durable transactions.

pub mod postgres;
mod rows;
mod schema;
pub mod sqlite;
