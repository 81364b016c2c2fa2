//! A person's mails: looked at whole, and sent back by their provider.

use axum::Json;
use axum::extract::{Path, State};
use serde::Deserialize;
use serde_json::{Value, json};

use super::error::{ControlError, Result};
use super::people::id_of;
use crate::server::Simulator;

pub async fn mail(State(simulator): State<Simulator>, Path((id, message)): Path<(String, String)>) -> Result<Json<Value>> {
    let person = id_of(&id)?;
    let kept = simulator.with(|world| world.mail_of(person, &message))?;
    Ok(Json(serde_json::to_value(&kept).map_err(|error| ControlError::invalid(error.to_string()))?))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bounce {
    message: String,
    /// The digits of the status: 511 is 5.1.1, 522 is 5.2.2.
    #[serde(default = "no_such_mailbox")]
    code: u32,
}

const fn no_such_mailbox() -> u32 {
    511
}

pub async fn bounces(State(simulator): State<Simulator>, Path(id): Path<String>, Json(bounce): Json<Bounce>) -> Result<Json<Value>> {
    let person = id_of(&id)?;
    if !(400..600).contains(&bounce.code) {
        return Err(ControlError::invalid("code must be the three digits of a status that begins with 4 or 5, such as 511"));
    }
    simulator.with(|world| world.person_bounces(person, &bounce.message, bounce.code))?;
    Ok(Json(json!({ "id": bounce.message })))
}
