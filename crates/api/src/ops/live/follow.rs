//! Server-sent events for open browsers (A2).

use std::collections::VecDeque;
use std::convert::Infallible;
use std::pin::Pin;
use std::time::Duration;

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::stream::{self, Stream};
use model::WorkspaceId;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use crate::engine::LiveEvent;
use crate::ops::prelude::*;

/// A comment line keeps proxies from closing a quiet stream. Real time: it is about the connection.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// Then the stream ends and the browser comes back by itself, which checks its session anew.
const LIFE: Duration = Duration::from_secs(15 * 60);

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    /// As the header, for clients that cannot set it.
    #[serde(default)]
    last_event_id: Option<String>,
}

/// Follows the workspace's changes. Events: `conversation`, `message`, `contact`, `journey`, `broadcast`, `template`, and
/// `lagged`, after which everything must be read again. A browser that comes back says with `Last-Event-ID` what it had seen and gets what it missed.
#[utoipa::path(get, path = "/v1/live", operation_id = "follow_changes", tag = "live", params(Filter, ("last-event-id" = Option<String>, Header)),
    responses((status = 200, content_type = "text/event-stream", body = String)), security(("api_key" = ["live:read"])))]
pub async fn follow_changes(
    State(state): State<ApiState>,
    principal: Principal,
    Query(q): Query<Filter>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    // What cannot be read stands for a position that nobody knows any more.
    let header = headers.get("last-event-id").and_then(|v| v.to_str().ok());
    let seen = header.or(q.last_event_id.as_deref()).filter(|text| !text.is_empty()).map(|text| position(text).unwrap_or_default());
    let start = state.engine().live().subscribe(seen);
    let follower = Follower {
        workspace: principal.workspace,
        epoch: start.epoch,
        lagged: start.missed.is_none(),
        waiting: start.missed.unwrap_or_default().into(),
        receiver: start.receiver,
        draining: state.draining(),
        life: Box::pin(tokio::time::sleep(LIFE)),
    };
    let mut response = Sse::new(events(follower)).keep_alive(KeepAlive::new().interval(HEARTBEAT)).into_response();
    // Proxies that buffer would hold events back.
    response.headers_mut().insert("x-accel-buffering", HeaderValue::from_static("no"));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

struct Follower {
    workspace: WorkspaceId,
    epoch: u64,
    /// Something was missed, and the browser must be told.
    lagged: bool,
    waiting: VecDeque<LiveEvent>,
    receiver: Receiver<LiveEvent>,
    draining: tokio::sync::watch::Receiver<bool>,
    life: Pin<Box<tokio::time::Sleep>>,
}

fn events(follower: Follower) -> impl Stream<Item = Result<Event, Infallible>> {
    stream::unfold(follower, |mut follower| async move { follower.next().await.map(|event| (Ok(event), follower)) })
}

impl Follower {
    async fn next(&mut self) -> Option<Event> {
        loop {
            if std::mem::take(&mut self.lagged) {
                return Some(Event::default().event("lagged").data("{}"));
            }
            if let Some(event) = self.waiting.pop_front() {
                if event.workspace.is_none_or(|ws| ws == self.workspace) {
                    return Some(self.write(&event));
                }
                continue;
            }
            let received = tokio::select! {
                received = self.receiver.recv() => received,
                _ = self.draining.wait_for(|draining| *draining) => return None,
                () = &mut self.life => return None,
            };
            match received {
                Ok(event) => self.waiting.push_back(event),
                Err(RecvError::Lagged(_)) => self.lagged = true,
                Err(RecvError::Closed) => return None,
            }
        }
    }

    fn write(&self, event: &LiveEvent) -> Event {
        Event::default().event(event.kind.as_str()).id(format!("{}-{}", self.epoch, event.seq)).data(event.data.to_string())
    }
}

/// Reads an id of ours: the process's life and the place in it.
fn position(text: &str) -> Option<(u64, u64)> {
    let (epoch, seq) = text.split_once('-')?;
    Some((epoch.parse().ok()?, seq.parse().ok()?))
}
