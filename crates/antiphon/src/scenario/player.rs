//! Plays one scenario: sets a stage, lets everything happen in order, and gathers what does not hold.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, bail};
use api::Engine as _;
use api::engine::FormDraft;
use model::consent::{ConsentAct, ConsentChange};
use model::contact::ContactPatch;
use model::signal::{SignalBody, Target};
use model::{AddressKey, ConsentState, ContactId, Millis, Timestamp};
use runtime::NewSignal;
use simulator::{PersonId, Persona};
use storage::{Applied, StepOutcome};
use tempfile::TempDir;

use super::record::Record;
use super::story::{Person, What};
use super::{Folder, Scenario};
use crate::stage::{Stage, StageConfig, WHATSAPP, WORKSPACE};

/// Time before the story in which templates are reviewed and people become known.
const BEFORE: Millis = Millis::from_mins(10);
/// Where scenario signals come from, as the timeline shows it.
pub(super) const SOURCE: &str = "scenario";

/// What came of a played scenario.
#[derive(Debug)]
pub struct Played {
    pub failures: Vec<Failure>,
    /// Everything that happened, for comparison with another playing.
    pub record: String,
}

/// Something that did not hold, or could not be done.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Failure {
    pub line: usize,
    pub what: String,
}

/// Somebody in the story, on both sides of the wire.
#[derive(Clone, Debug)]
pub(super) struct Someone {
    pub contact: ContactId,
    pub person: PersonId,
    pub address: AddressKey,
    pub silent: bool,
}

pub(super) struct Player {
    pub stage: Stage,
    pub people: BTreeMap<String, Someone>,
    pub forms: Vec<FormDraft>,
    /// When the last `advance` began.
    pub last_advance: Timestamp,
    data: TempDir,
}

/// Plays it. Expectations that do not hold are gathered; what cannot be done ends the story.
pub async fn play_scenario(folder: &Folder, scenario: &Scenario) -> Result<Played> {
    // Boxed: a whole product and its world are in it.
    Box::pin(tell(folder, scenario)).await
}

async fn tell(folder: &Folder, scenario: &Scenario) -> Result<Played> {
    let mut player = Player::begin(folder, scenario).await?;
    let mut failures = Vec::new();
    for step in &scenario.steps {
        let fail = |error: anyhow::Error| Failure { line: step.line, what: format!("{error:#}") };
        if let Some(at) = step.at
            && let Err(error) = player.run_to(at).await
        {
            failures.push(fail(error));
            break;
        }
        match &step.what {
            What::Expect(expectations) => {
                for expectation in expectations {
                    if let Some(what) = player.look(expectation).await? {
                        failures.push(Failure { line: expectation.line, what });
                    }
                }
            }
            What::Downtime(span) => player = Box::pin(player.downtime(*span)).await?,
            what => {
                if let Err(error) = player.act(what).await {
                    failures.push(fail(error));
                    break;
                }
            }
        }
    }
    let record = Record::of(&player).await?.text()?;
    Ok(Played { failures, record })
}

impl Player {
    async fn begin(folder: &Folder, scenario: &Scenario) -> Result<Self> {
        let data = tempfile::tempdir().context("a folder for the store cannot be made")?;
        let mut stage = Stage::new(data.path(), StageConfig::quiet(scenario.start - BEFORE)).await?;
        stage.queues(folder.queues()).await?;
        stage.templates(folder.templates.clone()).await?;
        for form in &folder.forms {
            stage
                .app
                .backend
                .create_form(WORKSPACE, WHATSAPP, form.clone())
                .await
                .map_err(|error| anyhow::anyhow!("the form {}: {error}", form.name))?;
        }
        stage.publish(&folder.journey_file, &folder.journey.source).await?;
        let mut player = Self { stage, people: BTreeMap::new(), forms: folder.forms.clone(), last_advance: scenario.start, data };
        for (name, person) in &scenario.contacts {
            let someone = player.introduce(name, person).await?;
            player.people.insert(name.clone(), someone);
        }
        player.run_to(scenario.start).await?;
        Ok(player)
    }

    /// Makes somebody known to the world and to the product.
    async fn introduce(&mut self, name: &str, person: &Person) -> Result<Someone> {
        let shown = person.name.as_deref().unwrap_or(name);
        let id = self.stage.simulator.with(|world| {
            let id = world.invite(shown, &person.phone, Persona::Manual);
            if let Some(id) = id {
                world.change_person(id, |who| who.on_whatsapp = person.whatsapp);
            }
            id
        });
        let id = id.with_context(|| format!("two people have the number {}", person.phone))?;
        self.stage.reads(id, true);
        let address = AddressKey::phone(&person.phone);
        let patch = ContactPatch {
            name: person.name.clone(),
            locale: person.locale.clone(),
            time_zone: person.time_zone.clone(),
            attributes: person.attributes.clone(),
            ..ContactPatch::default()
        };
        let contact = self.submit(&address, SignalBody::ContactUpdate(patch), None).await?.contact;
        for opt_in in &person.consent {
            let change = ConsentChange {
                address: address.clone(),
                channel: opt_in.channel,
                purpose: opt_in.purpose,
                topic: opt_in.topic.clone(),
                state: ConsentState::OptedIn,
                act: ConsentAct::Imported,
                wording: None,
                source: SOURCE.to_owned(),
                actor: "contact".to_owned(),
                ip: None,
                user_agent: None,
                at: self.stage.clock_now(),
                evidence: None,
            };
            self.submit(&address, SignalBody::Consent(change), None).await?;
        }
        Ok(Someone { contact, person: id, address, silent: false })
    }

    /// One signal about whoever has this address; an error when it is not applied.
    pub async fn submit(&self, address: &AddressKey, body: SignalBody, occurred_at: Option<Timestamp>) -> Result<Applied> {
        let target = Target::Addresses { keys: vec![address.clone()], create: true };
        let mut signal = NewSignal::new(WORKSPACE, target, SOURCE, body);
        signal.event_time = occurred_at;
        match self.stage.app.engine.submit(vec![signal]).await?.pop() {
            Some(StepOutcome::Applied(applied)) => Ok(applied),
            Some(StepOutcome::Rejected(rejection)) => bail!("it was refused: {} ({})", rejection.detail, rejection.code),
            Some(StepOutcome::Parked { error }) => bail!("it could not be processed and was parked: {error}"),
            other => bail!("it was not applied: {other:?}"),
        }
    }

    pub fn someone(&self, name: &str) -> Result<&Someone> {
        self.people.get(name).with_context(|| format!("nobody is called `{name}`"))
    }

    /// Lets the clock run; never back.
    pub async fn run_to(&mut self, to: Timestamp) -> Result<()> {
        let now = self.stage.clock_now();
        if to < now {
            bail!("the clock cannot go back: it is {now} already");
        }
        self.stage.advance_to(to).await
    }

    async fn downtime(self, span: Millis) -> Result<Self> {
        let mut stage = self.stage.downtime(self.data.path(), span).await?;
        stage.settle().await?;
        Ok(Self { stage, ..self })
    }
}
