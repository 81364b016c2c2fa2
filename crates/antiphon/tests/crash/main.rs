//! The real program under force, judged from the outside: killed at random moments, started twice, on a full disk, stopped politely, copied
//! while it works. Product and simulator are processes of their own; everything here goes over HTTP and the command line.

mod balancer;
mod demo;
mod email;
mod evidence;
mod fleet;
mod force;
mod full_disk;
mod http;
mod judge;
mod killer;
mod kills;
mod ledger;
mod load;
mod order;
mod plan;
mod process;
mod report;
mod setup;
mod smpp;
mod stops;
mod world;
