pub const STOP: &[&str] = &["stop"];
pub const START: &[&str] = &["start"];
pub const HELP: &[&str] = &["help"];
pub const POLITE: &[&str] = &["please"];
pub const STOP_PHRASES: &[&str] = &["stop"];
pub const HARMLESS: &[&str] = &["bus stop"];
