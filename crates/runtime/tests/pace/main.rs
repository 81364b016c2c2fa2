//! Who goes first and how fast, in virtual time, against a provider that enforces its limits and counts what went over them.

mod at_once;
mod events;
mod fair;
mod limits;
mod links;
mod media;
mod outage;
mod portfolios;
mod pulse;
mod rates;
mod settle;
mod waiting;
mod world;
