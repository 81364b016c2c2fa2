//! What the owner does on the phone that has a number, too, and what was said there before the number came to the API.

use axum::Json;
use axum::extract::{Path, State};
use model::Millis;
use serde::Deserialize;
use serde_json::{Value, json};

use super::error::{ControlError, Result};
use super::people::id_of;
use crate::cloud::Earlier;
use crate::server::Simulator;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Echo {
    /// Whom the owner writes to.
    person: String,
    text: String,
}

pub async fn echoes(State(simulator): State<Simulator>, Path(id): Path<String>, Json(echo): Json<Echo>) -> Result<Json<Value>> {
    let person = id_of(&echo.person)?;
    let sent = simulator.with(|world| world.owner_types(&id, person, &echo.text));
    let sent = sent.ok_or_else(|| ControlError::not_found(format!("number {id}, or {person} on WhatsApp")))?;
    Ok(Json(json!({ "id": sent })))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Noted {
    phone: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    remove: bool,
}

pub async fn contacts(State(simulator): State<Simulator>, Path(id): Path<String>, Json(noted): Json<Noted>) -> Result<Json<Value>> {
    if !noted.remove && noted.name.trim().is_empty() {
        return Err(ControlError::invalid("name is what the address book says"));
    }
    if !simulator.with(|world| world.owner_notes_contact(&id, &noted.phone, &noted.name, noted.remove)) {
        return Err(ControlError::not_found(&id));
    }
    Ok(Json(json!({ "phone": noted.phone })))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EchoChange {
    /// Whom the owner wrote to.
    person: String,
    /// How it reads now; without one the owner deletes it.
    #[serde(default)]
    text: Option<String>,
}

pub async fn change_echo(
    State(simulator): State<Simulator>,
    Path((id, message)): Path<(String, String)>,
    Json(change): Json<EchoChange>,
) -> Result<Json<Value>> {
    let person = id_of(&change.person)?;
    let told = simulator.with(|world| world.owner_changes(&id, person, &message, change.text.as_deref()));
    let told = told.ok_or_else(|| ControlError::not_found(format!("a message {message} that was written on the phone")))?;
    Ok(Json(json!({ "id": told })))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Had {
    person: String,
    hours_ago: u32,
    /// Whether the owner wrote it, and not the person.
    #[serde(default)]
    from_business: bool,
    #[serde(default)]
    text: String,
    #[serde(default)]
    image: bool,
    /// The id of an earlier one that it answers.
    #[serde(default)]
    quotes: Option<String>,
}

pub async fn had(State(simulator): State<Simulator>, Path(id): Path<String>, Json(had): Json<Had>) -> Result<Json<Value>> {
    let person = id_of(&had.person)?;
    if had.text.is_empty() && !had.image {
        return Err(ControlError::invalid("a message has a text, an image, or both"));
    }
    let ago = Millis::from_hours(i64::from(had.hours_ago));
    let earlier = Earlier { ago, from_business: had.from_business, text: had.text, image: had.image, quotes: had.quotes };
    let said = simulator.with(|world| world.owner_had(&id, person, earlier));
    let said = said.ok_or_else(|| ControlError::not_found(format!("number {id}, or {person} on WhatsApp")))?;
    Ok(Json(json!({ "id": said })))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shares {
    shares: bool,
}

pub async fn shares(State(simulator): State<Simulator>, Path(id): Path<String>, Json(shares): Json<Shares>) -> Result<Json<Value>> {
    if !simulator.with(|world| world.owner_shares(&id, shares.shares)) {
        return Err(ControlError::not_found(&id));
    }
    Ok(Json(json!({ "shares": shares.shares })))
}
