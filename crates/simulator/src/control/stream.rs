//! Live changes as server-sent events. A reader that fell behind hears `lagged` and fetches everything anew.

use std::convert::Infallible;

use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::{Stream, StreamExt as _};
use tokio_stream::wrappers::BroadcastStream;

use crate::server::Simulator;

pub async fn changes(State(simulator): State<Simulator>) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let receiver = simulator.with(|world| world.subscribe());
    let events = BroadcastStream::new(receiver).map(|change| {
        Ok(match change {
            Ok(change) => Event::default().json_data(&change).unwrap_or_default(),
            Err(_) => Event::default().event("lagged").data("{}"),
        })
    });
    Sse::new(events).keep_alive(KeepAlive::default())
}
