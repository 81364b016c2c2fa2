//! The reviewer's desk.

use axum::Json;
use axum::extract::{Path, State};
use serde_json::{Value, json};

use super::error::{ControlError, Result};
use crate::cloud::{ReviewDecision, Template};
use crate::server::Simulator;

pub async fn list(State(simulator): State<Simulator>) -> Json<Value> {
    let fields: Vec<String> =
        ["name", "language", "category", "status", "quality_score", "components", "parameter_format", "rejected_reason"]
            .map(str::to_owned)
            .to_vec();
    Json(simulator.with(|world| world.templates().map(|template: &Template| template.node(&fields)).collect::<Vec<_>>().into()))
}

/// Like the Graph API's creation; `approved: true` skips the wait.
pub async fn create(State(simulator): State<Simulator>, Json(mut body): Json<Value>) -> Result<Json<Value>> {
    let approved = body.as_object_mut().and_then(|o| o.remove("approved")) == Some(Value::Bool(true));
    simulator.with(|world| {
        let answer = world.create_template_by_hand(&body).map_err(ControlError::invalid)?;
        if approved && let Some(id) = answer["id"].as_str() {
            world.review_template(id, ReviewDecision::Approve);
        }
        Ok(Json(answer))
    })
}

pub async fn decide(
    State(simulator): State<Simulator>,
    Path(id): Path<String>,
    Json(decision): Json<ReviewDecision>,
) -> Result<Json<Value>> {
    let known = simulator.with(|world| world.review_template(&id, decision));
    if known { Ok(Json(json!({ "id": id }))) } else { Err(ControlError::not_found(id)) }
}
