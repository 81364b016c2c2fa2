//! Acting as a person.

use axum::Json;
use axum::extract::{Path, State};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::{Value, json};

use super::error::{ControlError, Result};
use super::people::id_of;
use crate::people::{ActError, Attachment, Line, PersonId, RichMessage};
use crate::server::Simulator;
use crate::world::World;

/// Runs one act and answers with the id of the message it made.
fn act(
    simulator: &Simulator,
    id: &str,
    work: impl FnOnce(&mut World, PersonId) -> std::result::Result<String, ActError>,
) -> Result<Json<Value>> {
    let person = id_of(id)?;
    let message = simulator.with(|world| work(world, person))?;
    Ok(Json(json!({ "id": message })))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    line: Line,
    text: String,
    business: Option<String>,
}

pub async fn texts(State(simulator): State<Simulator>, Path(id): Path<String>, Json(text): Json<Text>) -> Result<Json<Value>> {
    if text.text.is_empty() {
        return Err(ControlError::invalid("text must not be empty"));
    }
    act(&simulator, &id, |world, person| world.person_types(person, text.line, text.business.as_deref(), &text.text))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    message: String,
    choice: String,
}

pub async fn taps(State(simulator): State<Simulator>, Path(id): Path<String>, Json(choice): Json<Choice>) -> Result<Json<Value>> {
    act(&simulator, &id, |world, person| world.person_taps(person, &choice.message, &choice.choice))
}

pub async fn picks(State(simulator): State<Simulator>, Path(id): Path<String>, Json(choice): Json<Choice>) -> Result<Json<Value>> {
    act(&simulator, &id, |world, person| world.person_picks(person, &choice.message, &choice.choice))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Read {
    message: String,
}

pub async fn reads(State(simulator): State<Simulator>, Path(id): Path<String>, Json(read): Json<Read>) -> Result<Json<Value>> {
    act(&simulator, &id, |world, person| world.person_reads(person, &read.message).map(|()| read.message.clone()))
}

pub async fn unsubscribes(State(simulator): State<Simulator>, Path(id): Path<String>, Json(mail): Json<Read>) -> Result<Json<Value>> {
    act(&simulator, &id, |world, person| world.person_unsubscribes(person, &mail.message).map(|()| mail.message.clone()))
}

pub async fn complaints(State(simulator): State<Simulator>, Path(id): Path<String>, Json(mail): Json<Read>) -> Result<Json<Value>> {
    act(&simulator, &id, |world, person| world.person_complains(person, &mail.message).map(|()| mail.message.clone()))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reaction {
    message: String,
    emoji: String,
}

pub async fn reactions(State(simulator): State<Simulator>, Path(id): Path<String>, Json(reaction): Json<Reaction>) -> Result<Json<Value>> {
    act(&simulator, &id, |world, person| world.person_reacts(person, &reaction.message, &reaction.emoji))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileMessage {
    line: Line,
    mime: String,
    base64: String,
    filename: Option<String>,
    caption: Option<String>,
    business: Option<String>,
}

pub async fn files(State(simulator): State<Simulator>, Path(id): Path<String>, Json(file): Json<FileMessage>) -> Result<Json<Value>> {
    let bytes = STANDARD.decode(&file.base64).map_err(|e| ControlError::invalid(format!("base64 cannot be read: {e}")))?;
    let sent = Attachment { mime: file.mime, filename: file.filename, bytes: bytes.into(), caption: file.caption };
    act(&simulator, &id, |world, person| world.person_sends_file(person, file.line, file.business.as_deref(), sent))
}

#[derive(Debug, Deserialize)]
pub struct Rich {
    business: Option<String>,
    #[serde(flatten)]
    message: RichMessage,
}

pub async fn messages(State(simulator): State<Simulator>, Path(id): Path<String>, Json(rich): Json<Rich>) -> Result<Json<Value>> {
    act(&simulator, &id, |world, person| world.person_sends(person, rich.business.as_deref(), rich.message))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Call {
    business: Option<String>,
}

pub async fn calls(State(simulator): State<Simulator>, Path(id): Path<String>, Json(call): Json<Call>) -> Result<Json<Value>> {
    act(&simulator, &id, |world, person| world.person_calls(person, call.business.as_deref()))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Marketing {
    wanted: bool,
    business: Option<String>,
}

pub async fn marketing(State(simulator): State<Simulator>, Path(id): Path<String>, Json(body): Json<Marketing>) -> Result<Json<Value>> {
    let person = id_of(&id)?;
    simulator.with(|world| world.person_prefers_marketing(person, body.business.as_deref(), body.wanted))?;
    Ok(Json(json!({ "wanted": body.wanted })))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Block {
    blocked: bool,
    business: Option<String>,
}

pub async fn block(State(simulator): State<Simulator>, Path(id): Path<String>, Json(body): Json<Block>) -> Result<Json<Value>> {
    let person = id_of(&id)?;
    simulator.with(|world| world.person_blocks(person, body.business.as_deref(), body.blocked))?;
    Ok(Json(json!({ "blocked": body.blocked })))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Number {
    phone: String,
}

pub async fn number(State(simulator): State<Simulator>, Path(id): Path<String>, Json(body): Json<Number>) -> Result<Json<Value>> {
    let person = id_of(&id)?;
    simulator.with(|world| world.person_changes_number(person, &body.phone))?;
    Ok(Json(json!({ "phone": body.phone })))
}

pub async fn device(State(simulator): State<Simulator>, Path(id): Path<String>) -> Result<Json<Value>> {
    let person = id_of(&id)?;
    simulator.with(|world| world.person_changes_device(person))?;
    Ok(Json(json!({ "changed": true })))
}
