//! People and their phones.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};

use super::error::{ControlError, Result};
use super::view::{PersonRow, Phone};
use crate::people::{Person, PersonId, Persona};
use crate::server::Simulator;

#[derive(Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ListQuery {
    search: String,
    /// Only people with messages, the latest first.
    active: bool,
    offset: usize,
    limit: usize,
}

impl Default for ListQuery {
    fn default() -> Self {
        Self { search: String::new(), active: false, offset: 0, limit: 50 }
    }
}

#[derive(Debug, Serialize)]
pub struct People {
    items: Vec<PersonRow>,
    total: usize,
}

pub async fn list(State(simulator): State<Simulator>, Query(query): Query<ListQuery>) -> Json<People> {
    Json(simulator.with(|world| {
        let mut found: Vec<&Person> = world.people().search(&query.search).filter(|p| !query.active || !p.thread.is_empty()).collect();
        if query.active {
            found.sort_by_key(|p| std::cmp::Reverse(p.thread.last().map(|e| e.seq)));
        }
        let items = found.iter().skip(query.offset).take(query.limit.min(1_000)).map(|p| PersonRow::of(p)).collect();
        People { total: found.len(), items }
    }))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Invitation {
    name: String,
    phone: String,
    /// `<digits>@example.org` when absent.
    #[serde(default)]
    email: Option<String>,
    #[serde(default = "manual")]
    persona: Persona,
}

fn manual() -> Persona {
    Persona::Manual
}

pub async fn invite(State(simulator): State<Simulator>, Json(new): Json<Invitation>) -> Result<Json<Phone>> {
    simulator.with(|world| {
        let digits = new.phone.strip_prefix('+').unwrap_or_default();
        if !(8..=15).contains(&digits.len()) || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(ControlError::invalid("phone must be in international form, such as +12025550123"));
        }
        let id =
            world.invite(&new.name, &new.phone, new.persona).ok_or_else(|| ControlError::invalid("somebody has this number already"))?;
        if let Some(email) = &new.email
            && !world.readdress(id, email)
        {
            return Err(ControlError::invalid("somebody has this address already"));
        }
        shown(world, id)
    })
}

pub fn id_of(text: &str) -> Result<PersonId> {
    text.parse().map_err(|_| ControlError::not_found(text))
}

fn shown(world: &crate::world::World, id: PersonId) -> Result<Json<Phone>> {
    world.person(id).map(|person| Json(Phone::of(person, world.now()))).ok_or_else(|| ControlError::not_found(id))
}

pub async fn phone(State(simulator): State<Simulator>, Path(id): Path<String>) -> Result<Json<Phone>> {
    let id = id_of(&id)?;
    simulator.with(|world| shown(world, id))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PersonChange {
    name: Option<String>,
    persona: Option<Persona>,
    read_receipts: Option<bool>,
    on_whatsapp: Option<bool>,
    on_sms: Option<bool>,
    on_rcs: Option<bool>,
    phone_hidden: Option<bool>,
    /// Adopts a username; an empty one gives it up.
    username: Option<String>,
}

pub async fn change(State(simulator): State<Simulator>, Path(id): Path<String>, Json(change): Json<PersonChange>) -> Result<Json<Phone>> {
    let id = id_of(&id)?;
    simulator.with(|world| {
        world.change_person(id, |person| {
            person.name = change.name.unwrap_or_else(|| person.name.clone());
            person.persona = change.persona.unwrap_or(person.persona);
            person.read_receipts = change.read_receipts.unwrap_or(person.read_receipts);
            person.on_whatsapp = change.on_whatsapp.unwrap_or(person.on_whatsapp);
            person.on_sms = change.on_sms.unwrap_or(person.on_sms);
            person.on_rcs = change.on_rcs.unwrap_or(person.on_rcs);
            person.phone_hidden = change.phone_hidden.unwrap_or(person.phone_hidden);
            if let Some(username) = change.username {
                person.username = (!username.is_empty()).then_some(username);
            }
        });
        shown(world, id)
    })
}

pub async fn media(State(simulator): State<Simulator>, Path(id): Path<String>) -> Result<Response> {
    simulator.with(|world| {
        let file = world.media(&id).ok_or_else(|| ControlError::not_found(&id))?;
        Ok(([("content-type", file.mime.clone())], file.bytes.clone()).into_response())
    })
}
