//! What comes back by mail: a small server, and what its mails mean.

mod collect;
mod flat;
mod guards;
mod house;
mod intake;
mod quote;
mod reading;
mod report;
mod server;

pub(crate) use flat::flat;
pub(crate) use house::House;
