//! The state of one world and the small accessors that every part uses.

use model::{Draws, Rng, Timestamp};
use serde_json::Value;
use tokio::sync::broadcast;

use super::{Agenda, Change, Exchange, Journal};
use crate::cloud::{CloudState, Template};
use crate::config::WorldConfig;
use crate::delivery::Postbox;
use crate::ids::Mint;
use crate::knobs::Knobs;
use crate::mail::MailState;
use crate::people::{Outcomes, Person, PersonId, Persona, Population};
use crate::rbm::RbmState;
use crate::smsc::SmscState;
use crate::telnyx::TelnyxState;
use crate::twilio::TwilioState;

/// Everything outside the business: its providers, their customers, and the wires between.
///
/// A world never looks at a clock: it is told the time by [`World::tick`] and by the servers, and it draws from its seed only.
#[derive(Debug)]
pub struct World {
    pub(crate) config: WorldConfig,
    pub(crate) seed: u64,
    pub(crate) now: Timestamp,
    pub(crate) knobs: Knobs,
    pub(crate) mint: Mint,
    pub(crate) agenda: Agenda,
    pub(crate) people: Population,
    pub(crate) outcomes: Outcomes,
    pub(crate) cloud: CloudState,
    pub(crate) twilio: TwilioState,
    pub(crate) telnyx: TelnyxState,
    pub(crate) smsc: SmscState,
    pub(crate) mail: MailState,
    pub(crate) rbm: RbmState,
    pub(crate) postbox: Postbox,
    pub(crate) journal: Journal,
    pub(crate) history: u64,
    /// Webhooks that are posted now leave at once.
    pub(crate) rush: bool,
    /// The latest moment given to a webhook: without the reorder knob, webhooks leave in the order of their events.
    pub(crate) latest_due: Timestamp,
    changes: broadcast::Sender<Change>,
}

/// A fault that an API request meets on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The service is down: refused before anything happens.
    Down,
    /// The request never arrives: nothing happens, and the connection breaks.
    RequestLost,
    /// One request too many.
    Throttled,
    /// This request is refused for good.
    Rejected,
    /// This request is refused before anything happens.
    Refused,
    /// The request is carried out, and the answer never arrives.
    AnswerLost,
}

impl World {
    /// A new world. One configuration and one seed have one history.
    #[must_use]
    pub fn new(config: WorldConfig, seed: u64) -> Self {
        let (changes, _) = broadcast::channel(1024);
        Self::with_changes(config, seed, changes)
    }

    fn with_changes(config: WorldConfig, seed: u64, changes: broadcast::Sender<Change>) -> Self {
        Self {
            seed,
            now: Timestamp::EPOCH,
            knobs: Knobs::default(),
            mint: Mint::new(seed),
            agenda: Agenda::default(),
            people: Population::generate(&config, seed),
            outcomes: if config.population.magic_numbers { Outcomes::magic() } else { Outcomes::default() },
            cloud: CloudState::new(&config.cloud),
            twilio: TwilioState::new(&config.twilio),
            telnyx: TelnyxState::default(),
            smsc: SmscState::default(),
            mail: MailState::default(),
            rbm: RbmState::default(),
            postbox: Postbox::default(),
            journal: Journal::new(config.journal.clone()),
            history: 0,
            rush: false,
            latest_due: Timestamp::EPOCH,
            changes,
            config,
        }
    }

    /// Starts again from a seed; who listens for changes keeps listening. The moment stays.
    pub fn reset(&mut self, seed: u64) {
        let mut fresh = Self::with_changes(self.config.clone(), seed, self.changes.clone());
        fresh.now = self.now;
        *self = fresh;
        self.announce(Change::Reset);
    }

    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.now
    }

    #[must_use]
    pub fn seed(&self) -> u64 {
        self.seed
    }

    #[must_use]
    pub fn config(&self) -> &WorldConfig {
        &self.config
    }

    #[must_use]
    pub fn knobs(&self) -> &Knobs {
        &self.knobs
    }

    pub fn set_knobs(&mut self, knobs: Knobs) {
        self.knobs = knobs;
        self.announce(Change::Knobs);
    }

    #[must_use]
    pub fn people(&self) -> &Population {
        &self.people
    }

    pub fn outcomes_mut(&mut self) -> &mut Outcomes {
        &mut self.outcomes
    }

    #[must_use]
    pub fn smsc(&self) -> &SmscState {
        &self.smsc
    }

    #[must_use]
    pub fn rbm(&self) -> &RbmState {
        &self.rbm
    }

    /// Where an RCS agent's events go, or its messages by Twilio.
    pub fn set_rcs_webhook(&mut self, agent: &str, url: Option<String>) {
        if let Some(known) = self.twilio.agents.get_mut(agent) {
            known.clone_from(&url);
        }
        self.config.rbm.agents.iter_mut().filter(|known| known.id == agent).for_each(|known| known.webhook.clone_from(&url));
    }

    #[must_use]
    pub fn mail(&self) -> &MailState {
        &self.mail
    }

    #[must_use]
    pub fn journal(&self) -> &Journal {
        &self.journal
    }

    #[must_use]
    pub fn person(&self, id: PersonId) -> Option<&Person> {
        self.people.get(id)
    }

    /// Changes some settings of a person, such as the persona or whether there is WhatsApp on the phone.
    pub fn change_person(&mut self, id: PersonId, change: impl FnOnce(&mut Person)) {
        if let Some(person) = self.people.get_mut(id) {
            change(person);
            self.announce(Change::Phone { person: id });
        }
    }

    /// Adds somebody. None when the number belongs to somebody already.
    pub fn invite(&mut self, name: &str, phone: &str, persona: Persona) -> Option<PersonId> {
        if self.people.by_phone(phone).is_some() {
            return None;
        }
        let id = self.people.invite(name, phone, persona, &self.mint);
        self.announce(Change::Phone { person: id });
        Some(id)
    }

    /// Gives somebody another mail address. False when somebody has it.
    pub fn readdress(&mut self, id: PersonId, address: &str) -> bool {
        let done = self.people.readdress(id, address);
        self.announce(Change::Phone { person: id });
        done
    }

    /// Templates that were not deleted, by id.
    pub fn templates(&self) -> impl Iterator<Item = &Template> {
        self.cloud.templates.values().filter(|template| !template.is_deleted())
    }

    /// Creates a template as the Graph API would; the error is its text for users.
    pub fn create_template_by_hand(&mut self, body: &Value) -> Result<Value, String> {
        self.create_template(body).map_err(|error| match error.for_user {
            Some(text) => format!("{}: {}", text.0, text.1),
            None => error.message,
        })
    }

    /// A stream of changes for live views.
    #[must_use]
    pub fn subscribe(&self) -> broadcast::Receiver<Change> {
        self.changes.subscribe()
    }

    pub(crate) fn announce(&self, change: Change) {
        // Nobody listening is no error.
        let _ = self.changes.send(change);
    }

    pub(crate) fn record(&mut self, exchange: Exchange) -> u64 {
        let seq = self.journal.add(exchange);
        self.announce(Change::Exchange { seq });
        seq
    }

    /// A draw that depends on the seed, a purpose and a key only.
    pub(crate) fn keyed(&self, purpose: &str, key: &str) -> Draws {
        self.mint.keyed(purpose, key)
    }

    pub(crate) fn chance(&mut self, purpose: &'static str, percent: u32) -> bool {
        percent > 0 && self.mint.draws(purpose).below(100) < u64::from(percent)
    }

    /// Whether the next API request meets a fault. `sends` says whether it would put a message on its way.
    pub(crate) fn fault(&mut self, sends: bool) -> Option<Fault> {
        if self.knobs.apis_down {
            return Some(Fault::Down);
        }
        if self.chance("request-lost", self.knobs.request_lost_percent) {
            return Some(Fault::RequestLost);
        }
        if self.chance("throttle", self.knobs.throttle_percent) {
            return Some(Fault::Throttled);
        }
        if self.chance("reject", self.knobs.reject_percent) {
            return Some(Fault::Rejected);
        }
        if self.chance("refuse", self.knobs.refuse_percent) {
            return Some(Fault::Refused);
        }
        (sends && self.chance("answer-lost", self.knobs.answer_lost_percent)).then_some(Fault::AnswerLost)
    }

    /// How long the next answer waits, in milliseconds of real time.
    pub(crate) fn answer_wait(&mut self) -> u64 {
        let (from, to) = self.knobs.answer_ms;
        if to == 0 { 0 } else { from + self.mint.draws("answer-wait").below(to.saturating_sub(from) + 1) }
    }

    pub(crate) fn next_history(&mut self) -> u64 {
        self.history += 1;
        self.history
    }
}
