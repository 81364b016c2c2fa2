//! What Meta decides about the business: whose the account is, how many people it may write to, how fast a number may send.

use axum::Json;
use axum::extract::{Path, State};
use serde::Deserialize;
use serde_json::{Value, json};

use super::error::{ControlError, Result};
use crate::cloud::Conversion;
use crate::server::Simulator;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Portfolio {
    limit: u32,
    /// Whose the account is from now on.
    #[serde(default)]
    business: Option<String>,
}

pub async fn portfolio(State(simulator): State<Simulator>, Json(portfolio): Json<Portfolio>) -> Result<Json<Value>> {
    if portfolio.business.as_ref().is_some_and(|id| id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_digit())) {
        return Err(ControlError::invalid("business is an id of digits"));
    }
    Ok(Json(simulator.with(|world| {
        if let Some(business) = portfolio.business {
            world.set_business(business);
        }
        world.set_portfolio_limit(portfolio.limit);
        json!({ "limit": portfolio.limit, "business": world.config().cloud.business_id })
    })))
}

pub async fn conversions(State(simulator): State<Simulator>) -> Json<Vec<Conversion>> {
    Json(simulator.with(|world| world.conversions().to_vec()))
}

pub async fn verification(State(simulator): State<Simulator>, Path(id): Path<String>) -> Json<Value> {
    Json(json!({ "code": simulator.with(|world| world.verification_code(&id).map(str::to_owned)) }))
}

pub async fn forget_verification(State(simulator): State<Simulator>, Path(id): Path<String>) -> Json<Value> {
    simulator.with(|world| world.forget_verification(&id));
    Json(json!({ "code": null }))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Throughput {
    per_second: u32,
}

pub async fn throughput(
    State(simulator): State<Simulator>,
    Path(id): Path<String>,
    Json(throughput): Json<Throughput>,
) -> Result<Json<Value>> {
    if throughput.per_second == 0 {
        return Err(ControlError::invalid("per_second is at least 1"));
    }
    simulator.with(|world| {
        if !world.set_throughput(&id, throughput.per_second) {
            return Err(ControlError::not_found(&id));
        }
        Ok(Json(json!({ "per_second": throughput.per_second })))
    })
}
