//! The readers. One file for each family.

mod dates;
mod heard;
mod identity;
mod journeys;
mod mail;
mod mail_services;
mod packed_rows;
mod rcs;
mod smpp;
mod texting;
mod texts;
mod whatsapp;

use crate::target::Target;

/// All of them, in the order in which they are played.
pub const ALL: &[&Target] = &[
    &whatsapp::WEBHOOK,
    &texting::TWILIO,
    &texting::TELNYX,
    &rcs::EVENTS,
    &smpp::FRAMES,
    &mail::DIALOGUE,
    &mail::MAILS,
    &mail::DESIGNS,
    &mail_services::POSTMARK,
    &mail_services::SENDGRID,
    &mail_services::SNS,
    &journeys::JOURNEYS,
    &journeys::TEMPLATES,
    &texts::CONDITIONS,
    &texts::LIQUID,
    &dates::DATES,
    &texts::STOP_WORDS,
    &texts::RATES,
    &identity::PHONES,
    &identity::IDS,
    &identity::SOURCE_EVENTS,
    &packed_rows::UNPACK,
    &packed_rows::PACK,
];
