//! How well a product behaves that speaks to this world, told from what it did: each rule passed, failed or not seen, with the
//! exchanges that show it.
//!
//! A report reads the log of exchanges only, so it is as good for a program that nobody here knows as for our own. What left the log
//! (see `JournalConfig`) is not judged, and a body that was cut is not read. To add a rule: a function from [`Material`] to a
//! [`Check`] in one of the files of checks, and its line in [`World::report`].

mod hooks;
mod mail;
mod material;
mod model;
mod page;
mod sends;
mod stops;
mod words;

pub use model::{Check, Evidence, Report, Verdict};

use crate::knobs::Knobs;
use crate::world::World;
use material::Material;

impl Knobs {
    /// The faults under which a product shows what it does about each rule, mild enough that most of its traffic succeeds.
    #[must_use]
    pub fn trial() -> Self {
        Self {
            wrong_signature_percent: 25,
            duplicate_percent: 20,
            reorder_percent: 20,
            answer_lost_percent: 10,
            throttle_percent: 10,
            reject_percent: 5,
            ..Self::default()
        }
    }
}

impl World {
    /// What can be said now about whoever speaks to this world.
    #[must_use]
    pub fn report(&self) -> Report {
        let material = Material::of(self);
        let mut checks = vec![hooks::handshake(&material)];
        for channel in ["whatsapp", "sms", "rcs"] {
            checks.push(hooks::signature(&material, channel));
            checks.push(hooks::accepted(&material, channel));
            checks.push(hooks::in_time(&material, channel));
            checks.push(hooks::duplicates(&material, channel));
            checks.push(hooks::answered_once(&material, channel));
        }
        checks.push(hooks::out_of_order(&material));
        for channel in ["whatsapp", "sms", "rcs", "smpp"] {
            checks.push(sends::lost_answer(&material, channel));
            checks.push(sends::throttled(&material, channel));
            checks.push(sends::refused(&material, channel));
        }
        checks.push(sends::lost_answer(&material, "email"));
        checks.push(sends::window(&material));
        for channel in ["whatsapp", "sms", "rcs", "smpp"] {
            checks.push(stops::stop(&material, channel));
        }
        checks.push(hooks::one_click(&material));
        checks.extend(mail::all(self));
        Report::of(self.now(), self.seed(), material.exchanges, checks)
    }
}
