//! The clinic's own system: books appointments, learns of confirmations by webhook, and says who came.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Result;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use model::contact::ContactPatch;
use model::signal::{SignalBody, Target};
use model::value::Attributes;
use model::{AddressKey, AddressKind, Draws, Millis, Rng, Timestamp, Value};
use runtime::{Engine, NewSignal};
use simulator::{PersonId, Simulator};

use super::WORKSPACE;

const SERVICES: [&str; 4] = ["your check-up", "your cleaning", "your eye test", "your vaccination"];
/// People who get an appointment at once, so that a newcomer sees all three ways it can go within a minute.
const FIRST: usize = 9;
const EVERY: Millis = Millis::from_mins(20);
/// Of those who confirmed, and of those who did not, so many in a hundred come.
const COMES: (u64, u64) = (95, 70);

struct Appointment {
    id: String,
    phone: String,
    starts_at: Timestamp,
}

/// Books while the demo runs.
pub struct Bookings {
    engine: Arc<Engine>,
    simulator: Simulator,
    draws: Draws,
    booked: Vec<Appointment>,
    busy: BTreeSet<PersonId>,
    count: u32,
    next_at: Timestamp,
    confirmed: Arc<Mutex<BTreeMap<String, u32>>>,
}

impl Bookings {
    #[must_use]
    pub fn new(engine: Arc<Engine>, simulator: Simulator, seed: u64) -> Self {
        let next_at = engine.now();
        Self {
            engine,
            simulator,
            draws: Draws::keyed(&[b"bookings", &seed.to_le_bytes()]),
            booked: Vec::new(),
            busy: BTreeSet::new(),
            count: 0,
            next_at,
            confirmed: Arc::default(),
        }
    }

    /// The calendar's webhook: `POST /` with a Standard Webhook of `appointment_confirmed`.
    pub fn calendar(&self) -> Router {
        Router::new().route("/calendar", post(confirmed)).with_state(Arc::clone(&self.confirmed))
    }

    /// Books what is due and reports who came; answers when to look again.
    pub async fn tick(&mut self, now: Timestamp) -> Result<Timestamp> {
        self.report(now).await?;
        if self.count == 0 {
            for _ in 0..FIRST {
                let lead = Millis::from_hours(24) + Millis::from_mins(2 + 3 * i64::from(self.count));
                self.book(now, lead).await?;
            }
            self.next_at = now + EVERY;
        }
        while self.next_at <= now {
            let hours = [24, 24, 30, 48, 72][usize::try_from(self.draws.below(5)).unwrap_or(0)];
            let minutes = i64::try_from(self.draws.below(90)).unwrap_or(0);
            self.book(now, Millis::from_hours(hours) + Millis::from_mins(5 + minutes)).await?;
            self.next_at = self.next_at + EVERY;
        }
        let first = self.booked.iter().map(|booked| booked.starts_at).min().unwrap_or(Timestamp::MAX);
        Ok(self.next_at.min(first))
    }

    async fn book(&mut self, now: Timestamp, lead: Millis) -> Result<()> {
        let Some((person, phone, email, name)) = self.pick() else { return Ok(()) };
        self.busy.insert(person);
        self.count += 1;
        let id = format!("A-{:04}", self.count);
        let starts_at = now + lead;
        let service = SERVICES[usize::try_from(self.draws.below(SERVICES.len() as u64)).unwrap_or(0)];
        // These people have a number for a name; half of it would make them all the same.
        let first_name = name.clone();
        let properties = Attributes::from([
            ("appointment_id".to_owned(), Value::from(id.as_str())),
            ("starts_at".to_owned(), Value::from(starts_at.to_string())),
            ("zone".to_owned(), Value::from("America/New_York")),
            ("service".to_owned(), Value::from(service)),
        ]);
        let contact = ContactPatch {
            name: Some(name),
            time_zone: Some("America/New_York".to_owned()),
            locale: Some("en".to_owned()),
            addresses: vec![AddressKey::new(AddressKind::Email, email)],
            attributes: Attributes::from([("first_name".to_owned(), Value::from(first_name))]),
            ..ContactPatch::default()
        };
        let body = SignalBody::Event { name: "appointment_booked".to_owned(), properties, contact };
        self.tell(&phone, format!("calendar:booked:{id}"), body).await?;
        self.booked.push(Appointment { id, phone, starts_at });
        Ok(())
    }

    /// Somebody without an appointment; the first ones are chosen so that each of the three stories is told.
    fn pick(&mut self) -> Option<(PersonId, String, String, String)> {
        use simulator::Persona;
        const STORIES: [Persona; FIRST] = [
            Persona::Confirms,
            Persona::Reschedules,
            Persona::Silent,
            Persona::Confirms,
            Persona::UsernameOnly,
            Persona::SmsOnly,
            Persona::Silent,
            Persona::Stops,
            Persona::Confirms,
        ];
        let wanted = usize::try_from(self.count).ok().and_then(|at| STORIES.get(at)).copied();
        let busy = &self.busy;
        let free: Vec<(PersonId, String, String, String, Persona)> = self.simulator.with(|world| {
            let free = world.people().iter().filter(|person| !busy.contains(&person.id) && person.persona != Persona::Manual);
            free.map(|person| (person.id, person.phone.clone(), person.email.clone(), person.name.clone(), person.persona)).collect()
        });
        let story = wanted.and_then(|wanted| free.iter().find(|person| person.4 == wanted));
        let any = usize::try_from(self.draws.below(free.len() as u64)).unwrap_or(0);
        story.or_else(|| free.get(any)).map(|(id, phone, email, name, _)| (*id, phone.clone(), email.clone(), name.clone()))
    }

    async fn report(&mut self, now: Timestamp) -> Result<()> {
        let (over, ahead) = std::mem::take(&mut self.booked).into_iter().partition(|booked: &Appointment| booked.starts_at <= now);
        self.booked = ahead;
        for appointment in over {
            let confirmed = self.confirmed.lock().unwrap_or_else(PoisonError::into_inner).contains_key(&appointment.id);
            let percent = if confirmed { COMES.0 } else { COMES.1 };
            let name = if self.draws.below(100) < percent { "appointment_attended" } else { "appointment_missed" };
            let properties = Attributes::from([("appointment_id".to_owned(), Value::from(appointment.id.as_str()))]);
            let body = SignalBody::Event { name: name.to_owned(), properties, contact: ContactPatch::default() };
            self.tell(&appointment.phone, format!("calendar:{name}:{}", appointment.id), body).await?;
            let phone = appointment.phone;
            let person = self.simulator.with(|world| world.people().by_phone(&phone));
            if let Some(person) = person {
                self.busy.remove(&person);
            }
        }
        Ok(())
    }

    async fn tell(&self, phone: &str, dedupe_key: String, body: SignalBody) -> Result<()> {
        let target = Target::Addresses { keys: vec![AddressKey::phone(phone)], create: true };
        let mut signal = NewSignal::new(WORKSPACE, target, "calendar", body);
        signal.dedupe_key = Some(dedupe_key);
        self.engine.submit(vec![signal]).await?;
        Ok(())
    }
}

/// The calendar marks the appointment as confirmed; a repeated webhook changes nothing.
async fn confirmed(State(known): State<Arc<Mutex<BTreeMap<String, u32>>>>, Json(body): Json<serde_json::Value>) -> StatusCode {
    let Some(id) = body.pointer("/data/properties/appointment_id").and_then(serde_json::Value::as_str) else {
        return StatusCode::UNPROCESSABLE_ENTITY;
    };
    *known.lock().unwrap_or_else(PoisonError::into_inner).entry(id.to_owned()).or_insert(0) += 1;
    StatusCode::NO_CONTENT
}
