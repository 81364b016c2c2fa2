//! One of several nodes over one store: what this one has to do, and what it hears of the others.
//!
//! A [`Duty`] is work that one node at a time may do: serve a sender, wake contacts, deliver webhooks. Each is a lease in the store. The
//! [`LeaseKeeper`] renews this node's leases, takes those of nodes that stopped renewing, and gives up what another living node should have,
//! so that duties are spread evenly. Everybody else asks [`Node::tenure`] before working, and [`Node::begin_call`] again right before a provider
//! is called, because a process may have stood still in between.
//!
//! **A message goes once, whoever holds which lease**: the hand-off is a step, and only one step can take a message from `queued` to `sending`.
//! Leases are there for rates (a sender's buckets are local to its holder), for settling doubt (who sees `sending` without calling must know that
//! nobody calls), and so that periodic work is done once.

mod current;
mod duty;
mod engine;
mod follower;
mod hearing;
mod keeper;
mod place;
mod spread;
mod state;
mod watch;

pub(crate) use current::pass_current;
pub use duty::Duty;
pub use follower::CatalogueFollower;
pub use hearing::News;
pub use keeper::LeaseKeeper;
pub use place::Place;
pub use state::{LeaseTimes, Moment, Node, NodeOptions, OpenCall, Roles, Tenure};
