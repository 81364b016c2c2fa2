//! Goals that advertisements led to, reported to Meta's Conversions API for business messaging: `POST /{dataset}/events`.
//!
//! Meta counts events with the same name and id once, so a report may be repeated when its answer was lost.

use model::conversion::Conversion;
use model::send_error::SendError;
use serde::{Deserialize, Serialize};

use crate::errors;
use crate::graph::{Call, Trouble};

#[derive(Serialize)]
struct Report<'a> {
    data: [Event<'a>; 1],
    partner_agent: &'static str,
}

#[derive(Serialize)]
struct Event<'a> {
    event_name: &'static str,
    /// Unix seconds.
    event_time: i64,
    event_id: &'a str,
    action_source: &'static str,
    messaging_channel: &'static str,
    user_data: User<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    custom_data: Option<Money<'a>>,
}

#[derive(Serialize)]
struct User<'a> {
    whatsapp_business_account_id: &'a str,
    ctwa_clid: &'a str,
}

#[derive(Serialize)]
struct Money<'a> {
    currency: &'a str,
    value: f64,
}

#[derive(Deserialize)]
struct Answer {
    events_received: u64,
}

pub(crate) async fn report(call: &Call<'_>, conversion: &Conversion) -> Result<(), SendError> {
    let Some(dataset) = &call.account.dataset_id else {
        return Err(errors::fix(
            "conversion",
            "the sender has no dataset to report conversions to; give it one in its settings (`dataset_id`)",
        ));
    };
    let event = Event {
        event_name: conversion.event.as_str(),
        event_time: conversion.at.as_secs(),
        event_id: &conversion.id,
        action_source: "business_messaging",
        messaging_channel: "whatsapp",
        user_data: User { whatsapp_business_account_id: &call.account.waba_id, ctwa_clid: &conversion.click },
        custom_data: conversion.money.as_ref().map(|money| Money { currency: &money.currency, value: money.value }),
    };
    let report = Report { data: [event], partner_agent: "antiphon" };
    let answer: Answer = call.post(&format!("{dataset}/events"), &report).await.map_err(Trouble::into_error)?;
    if answer.events_received == 0 {
        return Err(errors::fix("conversion", "Meta took the report and counted nothing of it"));
    }
    Ok(())
}
