//! The demo's clock over HTTP: how fast the simulated days go by.

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use model::{Clock, Timestamp};
use runtime::ScaledClock;
use serde::{Deserialize, Serialize};

#[derive(Serialize)]
struct Shown {
    now: Timestamp,
    speed: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    speed: f64,
}

#[derive(Clone)]
struct Shared {
    clock: ScaledClock,
    touched: std::sync::Arc<std::sync::atomic::AtomicBool>,
}

/// `GET` shows the clock, `PUT {"speed": 60}` changes how fast it goes; 0 stands still. `touched` tells that a person has chosen.
pub fn routes(clock: ScaledClock, touched: std::sync::Arc<std::sync::atomic::AtomicBool>) -> Router {
    Router::new().route("/demo/clock", get(show).put(change)).with_state(Shared { clock, touched })
}

async fn show(State(shared): State<Shared>) -> Json<Shown> {
    Json(Shown { now: shared.clock.now(), speed: shared.clock.speed() })
}

async fn change(State(shared): State<Shared>, Json(wanted): Json<Wanted>) -> Result<Json<Shown>, (StatusCode, String)> {
    if !wanted.speed.is_finite() || !(0.0..=3600.0).contains(&wanted.speed) {
        return Err((StatusCode::UNPROCESSABLE_ENTITY, "speed must be between 0 (stands still) and 3600 (an hour in a second)".to_owned()));
    }
    shared.touched.store(true, std::sync::atomic::Ordering::Relaxed);
    shared.clock.set_speed(wanted.speed);
    Ok(show(State(shared)).await)
}
