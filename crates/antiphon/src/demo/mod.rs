//! The product with its simulated world: one process, no account, no network.

mod bookings;
mod clock;
mod mail;
mod rcs;
mod sink;
mod world;

pub use bookings::Bookings;
pub use clock::routes as clock_routes;
pub use mail::MailPlaces;
pub use sink::HttpSink;
pub use world::{Addresses, DEMO_CALENDAR, DemoWorld, WORKSPACE, publish_gallery, set_up};
