//! The exchange log and the ground truth.

use axum::Json;
use axum::extract::{Query, State};
use axum::response::{Html, IntoResponse, Response};
use serde::Deserialize;

use crate::report::Report;
use crate::server::Simulator;
use crate::world::{Exchange, Party, TruthRow};

#[derive(Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LogQuery {
    /// Only exchanges after this number.
    after: u64,
    /// Without `after`, the newest ones; with it, the next ones.
    limit: usize,
    party: Option<String>,
    /// Only those that contain this somewhere: a number, an id, a kind, a note.
    search: Option<String>,
}

impl Default for LogQuery {
    fn default() -> Self {
        Self { after: 0, limit: 100, party: None, search: None }
    }
}

fn name(party: Party) -> &'static str {
    match party {
        Party::CloudApi => "cloud_api",
        Party::TwilioApi => "twilio_api",
        Party::TelnyxApi => "telnyx_api",
        Party::TelnyxWebhook => "telnyx_webhook",
        Party::CloudWebhook => "cloud_webhook",
        Party::TwilioWebhook => "twilio_webhook",
        Party::RbmApi => "rbm_api",
        Party::RbmWebhook => "rbm_webhook",
        Party::Smsc => "smsc",
        Party::SmscDelivery => "smsc_delivery",
        Party::MailServer => "mail_server",
        Party::MailCourier => "mail_courier",
        Party::OneClick => "one_click",
        Party::Handshake => "handshake",
    }
}

pub async fn list(State(simulator): State<Simulator>, Query(query): Query<LogQuery>) -> Json<Vec<Exchange>> {
    let limit = query.limit.clamp(1, 1_000);
    let wanted = query.search.as_deref().unwrap_or_default().trim().to_lowercase();
    let holds = |e: &Exchange| {
        let places = [&e.target, &e.method, &e.request, &e.response, e.note.as_ref().unwrap_or(&e.method)];
        wanted.is_empty() || places.iter().any(|place| place.to_lowercase().contains(&wanted))
    };
    Json(simulator.with(|world| {
        let hit = |e: &&Exchange| e.seq > query.after && query.party.as_deref().is_none_or(|p| p == name(e.party)) && holds(e);
        if query.after > 0 {
            return world.journal().iter().filter(hit).take(limit).cloned().collect();
        }
        let mut newest: Vec<Exchange> = world.journal().iter().rev().filter(hit).take(limit).cloned().collect();
        newest.reverse();
        newest
    }))
}

pub async fn lines(State(simulator): State<Simulator>) -> Response {
    let text = simulator.with(|world| world.journal().to_json_lines());
    ([("content-type", "application/x-ndjson")], text).into_response()
}

pub async fn truth(State(simulator): State<Simulator>) -> Json<Vec<TruthRow>> {
    Json(simulator.with(|world| world.ground_truth()))
}

/// What can be said now about whoever speaks to this world.
pub async fn report(State(simulator): State<Simulator>) -> Json<Report> {
    Json(simulator.with(|world| world.report()))
}

/// The same for people.
pub async fn report_page(State(simulator): State<Simulator>) -> Html<String> {
    Html(simulator.with(|world| world.report()).to_html())
}
