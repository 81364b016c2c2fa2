//! Many events in one request.

use super::EventInput;
use super::input::EventAccepted;
use crate::extract::{LargeBody, parse};
use crate::ops::prelude::*;
use crate::signals::apply_all;

const MOST: usize = 1000;

/// Up to 1,000 events. One that is broken does not hold up the others: each gets its own result.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EventBatch {
    #[schema(value_type = Vec<EventInput>, max_items = 1000)]
    events: Vec<serde_json::Value>,
}

/// The result of one event: accepted, or its problem.
#[derive(Serialize, ToSchema)]
pub struct EventResult {
    /// Its place in the request, from 0.
    index: usize,
    #[serde(flatten)]
    accepted: Option<EventAccepted>,
    error: Option<EventError>,
}

#[derive(Serialize, ToSchema)]
pub struct EventError {
    #[schema(example = "invalid")]
    code: String,
    detail: String,
    errors: Vec<Fault>,
}

#[derive(Serialize, ToSchema)]
pub struct EventBatchResult {
    accepted: usize,
    refused: usize,
    results: Vec<EventResult>,
}

/// Takes many events, in order. Give each an `event_id`, so that the whole request can be repeated.
#[utoipa::path(post, path = "/v1/event_batches", operation_id = "create_event_batch", tag = "events",
    request_body = EventBatch, responses((status = 202, body = EventBatchResult)), security(("api_key" = ["events:write"])))]
pub async fn create_event_batch(
    State(state): State<ApiState>,
    principal: Principal,
    IdempotencyKey(key): IdempotencyKey,
    body: LargeBody<EventBatch>,
) -> Result<Response, Problem> {
    let events = body.value.events;
    if events.len() > MOST {
        return Err(Problem::invalid(vec![Fault::new("/events", format!("at most {MOST} events; there are {}", events.len()))]));
    }
    let mut results: Vec<Option<Result<EventAccepted, Problem>>> = Vec::with_capacity(events.len());
    let mut asks = Vec::new();
    for (index, event) in events.into_iter().enumerate() {
        let bytes = event.to_string();
        let at = format!("/events/{index}");
        match parse::<EventInput>(bytes.as_bytes()).map_err(|p| moved(p, &at)).and_then(|e| e.read(&at).map_err(Problem::invalid)) {
            Ok(mut ask) => {
                if ask.dedupe_key.is_none()
                    && let Some(key) = &key
                {
                    let fingerprint = model::draws::stable_hash(&[bytes.as_bytes()]);
                    ask = ask.once("create_event_batch", &principal, Some(format!("{key}:{index}")), fingerprint);
                }
                asks.push(ask);
                results.push(None);
            }
            Err(problem) => results.push(Some(Err(problem))),
        }
    }
    let mut applied = apply_all(&state, &principal, asks).await?.into_iter();
    let results: Vec<_> = results
        .into_iter()
        .enumerate()
        .map(|(index, result)| {
            let result = result.or_else(|| applied.next().map(|r| r.map(|a| EventAccepted::from(&a))));
            one(index, result.unwrap_or_else(|| Err(Problem::internal("an event got no answer"))))
        })
        .collect();
    let accepted = results.iter().filter(|r| r.accepted.is_some()).count();
    let answer = EventBatchResult { accepted, refused: results.len() - accepted, results };
    Ok((StatusCode::ACCEPTED, Json(answer)).into_response())
}

/// Pointers of one event, made to point into the whole body.
fn moved(mut problem: Problem, at: &str) -> Problem {
    for fault in &mut problem.faults {
        fault.pointer = format!("{at}{}", fault.pointer);
    }
    if problem.code == Code::Invalid {
        return Problem::invalid(std::mem::take(&mut problem.faults));
    }
    problem
}

fn one(index: usize, result: Result<EventAccepted, Problem>) -> EventResult {
    match result {
        Ok(accepted) => EventResult { index, accepted: Some(accepted), error: None },
        Err(problem) => {
            if let Some(internal) = &problem.internal {
                tracing::error!(code = problem.code.as_str(), "{internal}");
            }
            let error =
                EventError { code: problem.code.as_str().to_owned(), detail: problem.detail.clone(), errors: problem.faults.clone() };
            EventResult { index, accepted: None, error: Some(error) }
        }
    }
}
