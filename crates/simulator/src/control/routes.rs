//! The table of routes.

use axum::Router;
use axum::response::Html;
use axum::routing::{get, post, put};

use super::{act, app, business, log, mails, people, settings, stream, templates};
use crate::server::Simulator;

/// The page at `/`, one file, no outside assets.
const PAGE: &str = include_str!("page.html");

/// Page and API.
pub fn router(simulator: Simulator) -> Router {
    Router::new().route("/", get(|| async { Html(PAGE) })).nest("/_sim", api(simulator))
}

/// The API alone.
pub fn api(simulator: Simulator) -> Router {
    Router::new()
        .route("/status", get(settings::status))
        .route("/people", get(people::list).post(people::invite))
        .route("/people/{id}", get(people::phone).patch(people::change))
        .route("/people/{id}/texts", post(act::texts))
        .route("/people/{id}/taps", post(act::taps))
        .route("/people/{id}/picks", post(act::picks))
        .route("/people/{id}/reads", post(act::reads))
        .route("/people/{id}/reactions", post(act::reactions))
        .route("/people/{id}/unsubscribes", post(act::unsubscribes))
        .route("/people/{id}/complaints", post(act::complaints))
        .route("/people/{id}/bounces", post(mails::bounces))
        .route("/people/{id}/mails/{message}", get(mails::mail))
        .route("/people/{id}/files", post(act::files))
        .route("/people/{id}/messages", post(act::messages))
        .route("/people/{id}/calls", post(act::calls))
        .route("/people/{id}/marketing", put(act::marketing))
        .route("/people/{id}/block", put(act::block))
        .route("/people/{id}/number", put(act::number))
        .route("/people/{id}/devices", post(act::device))
        .route("/people/{id}/outcome", put(settings::script))
        .route("/knobs", get(settings::knobs).patch(settings::set_knobs))
        .route("/outcomes", get(settings::outcomes).put(settings::set_outcomes))
        .route("/callbacks", get(settings::callbacks).patch(settings::set_callbacks))
        .route("/conversions", get(business::conversions))
        .route("/portfolio", put(business::portfolio))
        .route("/numbers/{id}/throughput", put(business::throughput))
        .route("/numbers/{id}/verification", get(business::verification).delete(business::forget_verification))
        .route("/numbers/{id}/echoes", post(app::echoes))
        .route("/numbers/{id}/echoes/{message}", post(app::change_echo))
        .route("/numbers/{id}/app", post(app::had).put(app::shares))
        .route("/numbers/{id}/contacts", post(app::contacts))
        .route("/reset", post(settings::reset))
        .route("/exchanges", get(log::list))
        .route("/exchanges.jsonl", get(log::lines))
        .route("/truth", get(log::truth))
        .route("/report", get(log::report))
        .route("/report/page", get(log::report_page))
        .route("/templates", get(templates::list).post(templates::create))
        .route("/templates/{id}/decision", post(templates::decide))
        .route("/media/{id}", get(people::media))
        .route("/changes", get(stream::changes))
        .with_state(simulator)
}
