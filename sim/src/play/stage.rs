//! Everything that takes part in a play, and the loop over its steps.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use http_client::Transport;
use model::{Channel, Clock as _, Draws, Timestamp};
use simulator::{PersonId, Simulator, World};
use tempfile::TempDir;

use super::{Plan, Report};
use crate::asks::Books;
use crate::clock::PlayClock;
use crate::faults::{Chaos, ChaosWire, Place, Plant, PlaySink};
use crate::oracle::{Look, Oracle};
use crate::product::{Product, Turn};
use crate::tenant::{self, TENANTS};

/// A Monday, noon in New York.
const START: Timestamp = Timestamp::from_secs(1_795_453_200);
/// Steps between two looks at everything.
const SWEEP_EVERY: u64 = 150;

pub(super) struct Stage {
    pub(super) clock: Arc<PlayClock>,
    pub(super) chaos: Arc<Chaos>,
    pub(super) sink: Arc<PlaySink>,
    pub(super) wire: Arc<dyn Transport>,
    pub(super) worlds: Vec<Simulator>,
    pub(super) people: Vec<Vec<PersonId>>,
    pub(super) product: Option<Product>,
    pub(super) oracle: Oracle,
    pub(super) draws: Draws,
    pub(super) books: Books,
    pub(super) seed: u64,
    pub(super) lives: u64,
    pub(super) crashes: u64,
    /// What the store held when the last product ended.
    pub(super) left: Option<String>,
    /// When each loop wants its next turn.
    pub(super) next: BTreeMap<Turn, Option<Timestamp>>,
    pub(super) plant: Plant,
    pub(super) folder: TempDir,
    step: u64,
}

/// Memory where there is some: a play does not test the disk.
fn folder() -> Result<TempDir> {
    let memory = PathBuf::from("/dev/shm");
    let made = if memory.is_dir() { tempfile::tempdir_in(memory).or_else(|_| tempfile::tempdir()) } else { tempfile::tempdir() };
    made.context("no folder for the store")
}

impl Stage {
    pub(super) async fn new(plan: &Plan) -> Result<Self> {
        let seed = plan.seed;
        let clock = Arc::new(PlayClock::at(START));
        let chaos = Arc::new(Chaos::new(seed, Arc::clone(&clock)));
        let sink = Arc::new(PlaySink::new(Arc::clone(&chaos)));
        let mut wire = ChaosWire::new(Arc::clone(&chaos), plan.plant);
        let mut worlds = Vec::new();
        let mut people = Vec::new();
        for n in 0..TENANTS {
            let world = World::new(tenant::world(n), seed.wrapping_mul(31).wrapping_add(n as u64));
            let simulator = Simulator::new(world, clock.clone(), sink.clone());
            people.push(tenant::populate(&simulator));
            wire = wire
                .host(&tenant::host(n, Channel::Whatsapp), Place { tenant: n, channel: Channel::Whatsapp }, simulator.cloud_router())
                .host(&tenant::host(n, Channel::Sms), Place { tenant: n, channel: Channel::Sms }, simulator.twilio_router());
            worlds.push(simulator);
        }
        let mut stage = Self {
            clock,
            chaos,
            sink,
            wire: Arc::new(wire),
            worlds,
            people,
            product: None,
            oracle: Oracle::new(),
            draws: Draws::keyed(&[b"play", &seed.to_le_bytes()]),
            books: Books::default(),
            seed,
            lives: 0,
            crashes: 0,
            left: None,
            next: BTreeMap::new(),
            plant: plan.plant,
            folder: folder()?,
            step: 0,
        };
        stage.start().await?;
        stage.set_up().await?;
        Ok(stage)
    }

    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(super) async fn play(&mut self, steps: u64, report: &mut Report) -> Result<()> {
        while self.step < steps {
            self.step += 1;
            report.steps = self.step;
            let act = self.act().await;
            self.look(act?, report).await?;
        }
        report.steps = self.step;
        self.calm(report).await
    }

    /// Compares everything after a step, and writes it into the history.
    pub(super) async fn look(&mut self, act: String, report: &mut Report) -> Result<()> {
        // Tasks that were about to answer somebody do so before anybody looks.
        tokio::task::yield_now().await;
        let calls = self.chaos.take_calls();
        let (faults, ports) = self.chaos.take_faults();
        report.faults += faults.len() as u64;
        let mut parts = vec![format!("{} at {}", ports, self.now())];
        parts.extend(faults.iter().cloned());
        let line = if faults.is_empty() { act } else { format!("{act}  [{}]", faults.join(", ")) };
        let checked = match &self.product {
            None => Ok(Vec::new()),
            Some(product) => {
                let accepted = self.sink.accepted();
                let held = product.held();
                let (store, now) = (&*product.store, self.clock.now());
                let look = Look { store, worlds: &self.worlds, calls: &calls, accepted: &accepted, now, held: &held };
                let mut seen = self.oracle.after_step(&look).await;
                if seen.is_ok()
                    && self.step.is_multiple_of(SWEEP_EVERY)
                    && let Err(error) = self.oracle.sweep(&look).await
                {
                    seen = Err(error);
                }
                seen
            }
        };
        let checked = checked.map(|seen| parts.extend(seen));
        report.history.add(self.step, format!("{}  {line}", self.now()), parts);
        report.log_records = self.oracle.log_records;
        report.phone_rows = self.oracle.phone_rows;
        report.at_once = self.oracle.at_once;
        report.crashes = self.crashes;
        checked?;
        if !self.chaos.alive() && self.product.is_some() {
            self.bury().await?;
        }
        Ok(())
    }

    /// Takes everything apart, also after a failure, so that the next play starts from nothing.
    pub(super) async fn leave(mut self: Box<Self>) -> Result<()> {
        self.sink.connect(None);
        match self.product.take() {
            Some(product) => product.end().await,
            None => Ok(()),
        }
    }
}
