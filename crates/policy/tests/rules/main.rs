//! The gate's rules, one file a subject; a test that shows a rule or an acceptance row bears its number.

mod caps;
mod consent;
mod contest;
mod gate;
mod keywords;
mod ledger;
mod price;
mod quiet_hours;
mod repeat;
mod seal;
mod support;
mod templates;
mod windows;
