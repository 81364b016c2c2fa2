//! Who acts next, and what they do: the seeded scheduler.

use anyhow::Result;
use model::{Millis, Rng as _, Timestamp};
use runtime::NewSignal;
use simulator::{Knobs, Line};
use storage::StepOutcome;

use super::stage::Stage;
use crate::faults::Mood;
use crate::operators;
use crate::oracle::{Ack, Promise};
use crate::product::Turn;
use crate::tenant::{self, TENANTS};

const WORDS: [&str; 7] = ["yes", "no", "what?", "STOP", "START", "I want a human", "Thank you!"];

impl Stage {
    fn one(&mut self, of: usize) -> usize {
        self.draws.below(of as u64) as usize
    }

    /// Does one thing, and says what.
    pub(super) async fn act(&mut self) -> Result<String> {
        if self.product.is_none() {
            return self.act_without_product().await;
        }
        Ok(match self.draws.below(1_000) {
            0..=329 => self.turn().await,
            330..=479 => self.world().await,
            480..=619 => self.time(),
            620..=819 => self.ask().await,
            820..=879 => self.person(),
            880..=919 => self.repeat().await,
            920..=944 => {
                let n = self.one(TENANTS);
                match &self.product {
                    Some(product) => operators::act(&product.engine, &mut self.draws, n).await,
                    None => String::new(),
                }
            }
            945..=964 => self.mood(),
            965..=984 => self.knobs(),
            985..=994 => {
                self.chaos.kill();
                "kill -9".to_owned()
            }
            _ => {
                self.chaos.kill();
                let hours = 1 + self.draws.below(30) as i64;
                self.outage(hours).await?
            }
        })
    }

    async fn act_without_product(&mut self) -> Result<String> {
        Ok(match self.draws.below(4) {
            0 => self.world().await,
            1 => self.person(),
            _ => {
                self.start().await?;
                format!("start {}", self.lives)
            }
        })
    }

    async fn turn(&mut self) -> String {
        let turn = match self.draws.below(10) {
            0..=2 => Turn::Timers,
            3..=6 => Turn::Dispatcher,
            7 => Turn::Settle,
            _ => Turn::ALL[self.one(Turn::ALL.len())],
        };
        self.tick(turn).await
    }

    pub(super) async fn tick(&mut self, turn: Turn) -> String {
        let now = self.now();
        let Some(product) = self.product.as_mut() else { return "nobody".to_owned() };
        let ticked = product.tick(turn, now).await;
        let text = match &ticked {
            Ok(next) => format!("{turn:?} ticks, next {next:?}"),
            Err(error) => format!("{turn:?} fails: {}", error.context),
        };
        // A loop that failed tries again in a moment.
        let next = ticked.unwrap_or(Some(now + Millis(500)));
        self.next.insert(turn, next);
        text
    }

    async fn world(&mut self) -> String {
        let n = self.one(TENANTS);
        self.worlds[n].tick();
        let posted = self.worlds[n].deliver(1).await;
        format!("world {n} delivers {posted}")
    }

    /// To the next moment at which somebody wants something, or past it.
    fn time(&mut self) -> String {
        let now = self.now();
        let to = match self.draws.below(12) {
            0 => now + Millis(self.draws.below(6 * 3_600_000) as i64),
            1 | 2 => now + Millis(self.draws.below(120_000) as i64),
            _ => self.soonest(|_| true).map_or(now + Millis::from_mins(1), |soonest| soonest.min(now + Millis::from_hours(6))),
        };
        self.clock.set(to.max(now + Millis(1)));
        "time passes".to_owned()
    }

    /// The next moment after now at which a loop or a world has something to do.
    pub(super) fn soonest(&self, counts: impl Fn(Turn) -> bool) -> Option<Timestamp> {
        let now = self.now();
        let worlds = self.worlds.iter().filter_map(simulator::Simulator::tick);
        self.next.iter().filter(|(turn, _)| counts(**turn)).filter_map(|(_, at)| *at).chain(worlds).filter(|at| *at > now).min()
    }

    async fn ask(&mut self) -> String {
        let (drawn, person, now) = (self.one(TENANTS), self.one(tenant::people()), self.now());
        let n = self.books.tenant(drawn);
        let ask = self.books.ask(&mut self.draws, person, now);
        let key = format!("play:{n}:{}", self.oracle.promises());
        let promise = Promise { tenant: n, key, body: ask.body, target: ask.target, ack: Ack::Unknown };
        let index = self.oracle.promise(promise);
        format!("{n} {} about {person}: {}", ask.name, self.submit(index).await)
    }

    /// Whoever got no answer asks again, with the same key.
    async fn repeat(&mut self) -> String {
        let open = self.oracle.unanswered();
        if open.is_empty() {
            return "nobody repeats anything".to_owned();
        }
        let index = open[self.one(open.len())];
        format!("request {index} is repeated: {}", self.submit(index).await)
    }

    pub(super) async fn submit(&mut self, index: usize) -> String {
        let Some(product) = &self.product else { return "nobody answers".to_owned() };
        let engine = product.engine.clone();
        let Some(promise) = self.oracle.promise_mut(index) else { return "no such request".to_owned() };
        let mut signal = NewSignal::new(tenant::workspace(promise.tenant), promise.target.clone(), "play", promise.body.clone());
        signal.dedupe_key = Some(promise.key.clone());
        let answer = engine.admit(vec![signal]).await;
        // A process that died meanwhile answers nobody.
        let ack = match answer {
            _ if !self.chaos.alive() => Ack::Unknown,
            Err(_) => Ack::Unknown,
            Ok(outcomes) => match outcomes.first() {
                Some(StepOutcome::Applied(_) | StepOutcome::Duplicate { contact: Some(_), .. }) => Ack::Applied,
                Some(StepOutcome::Parked { .. } | StepOutcome::Duplicate { contact: None, .. }) => Ack::Parked,
                Some(StepOutcome::Rejected(_)) => Ack::Rejected,
                Some(StepOutcome::Unresolved { .. }) => Ack::Unresolved,
                None => Ack::Unknown,
            },
        };
        promise.ack = ack;
        format!("{ack:?}")
    }

    fn person(&mut self) -> String {
        let n = self.one(TENANTS);
        let which = self.one(tenant::people());
        let Some(person) = self.people[n].get(which).copied() else { return "nobody".to_owned() };
        let line = if self.draws.below(2) == 0 { Line::WhatsApp } else { Line::Sms };
        let choice = self.draws.below(6);
        let word = WORDS[self.one(WORDS.len())];
        let nth = self.draws.next_u64();
        self.worlds[n].with(|world| {
            if choice > 1 {
                let done = world.person_types(person, line, None, word);
                return format!("person {which} of {n} writes {word} on {line:?}: {}", done.is_ok());
            }
            let taps: Vec<(String, String)> = world.person(person).map_or_else(Vec::new, |who| {
                let shown = who.thread.iter().filter(|entry| entry.from_business);
                shown.flat_map(|entry| entry.shown.taps.iter().map(|tap| (entry.id.clone(), tap.id.clone()))).collect()
            });
            if taps.is_empty() {
                return format!("person {which} of {n} has nothing to tap");
            }
            let (message, tap) = &taps[(nth % taps.len() as u64) as usize];
            let done = world.person_taps(person, message, tap);
            format!("person {which} of {n} taps {tap}: {}", done.is_ok())
        })
    }

    fn mood(&mut self) -> String {
        let mood = match self.draws.below(4) {
            0 => Mood::default(),
            1 => Mood { store: 5, wire: 30, sink: 20 },
            2 => Mood { store: 40, wire: 100, sink: 100 },
            _ => Mood { store: 0, wire: 300, sink: 50 },
        };
        self.chaos.set_mood(mood);
        format!("mood {mood:?}")
    }

    fn knobs(&mut self) -> String {
        let n = self.one(TENANTS);
        let mut share = |most: u64| self.draws.below(most + 1) as u32;
        let knobs = Knobs {
            duplicate_percent: share(30),
            reorder_percent: share(40),
            drop_percent: share(10),
            delay_ms: (10, 80 + u64::from(share(20_000))),
            batch_size: 1 + share(3) as usize,
            read_without_delivered_percent: share(50),
            status_before_answer_percent: share(40),
            refuse_percent: share(15),
            answer_lost_percent: share(15),
            apis_down: share(10) == 0,
            callbacks_down: share(10) == 0,
            window_errors_sync: share(1) == 0,
            us_marketing_blocked: share(1) == 0,
            slow_phones_percent: share(20),
            ..Knobs::default()
        };
        let text = format!("world {n} becomes {knobs:?}");
        self.worlds[n].with(|world| world.set_knobs(knobs));
        text
    }

    /// Down for hours, while the world goes on.
    async fn outage(&mut self, hours: i64) -> Result<String> {
        self.sink.connect(None);
        let until = self.now() + Millis::from_hours(hours);
        // Bounded: providers repeat themselves, with growing gaps.
        for _ in 0..5_000 {
            for world in &self.worlds {
                world.tick();
                world.deliver(1).await;
            }
            let now = self.now();
            let next = self.worlds.iter().filter_map(simulator::Simulator::tick).filter(|at| *at > now).min();
            if now >= until {
                break;
            }
            self.clock.set(next.unwrap_or(until).min(until));
        }
        Ok(format!("down for {hours} hours"))
    }
}
