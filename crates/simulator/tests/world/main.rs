//! The simulator through its own HTTP routes, on a virtual clock.

mod app_data;
mod cloud_content;
mod cloud_rules;
mod cloud_send;
mod coexistence;
mod common;
mod control;
mod faults;
mod flows;
mod habits;
mod media;
mod odd_input;
mod rbm;
mod report;
mod shapes;
mod smpp_log;
mod telnyx;
mod templates;
mod tokens;
mod twilio;
mod twilio_rcs;
mod webhooks;
