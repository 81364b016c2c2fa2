//! The end of a play: nothing goes wrong any more, everything due happens at its moment, and then nothing may be left.

use anyhow::{Context as _, Result};
use model::Millis;
use simulator::Knobs;

use super::Report;
use super::stage::Stage;
use crate::faults::Mood;
use crate::operators;
use crate::oracle::{Look, broken};
use crate::product::Turn;

/// Longer than any wait of the short journeys, and than a provider's patience with a webhook that failed a few times.
const CALM: Millis = Millis::from_days(4);
/// Moments within it; more means that something asks to be woken for ever.
const MOMENTS_MAX: u32 = 60_000;
/// Rounds of work at one moment.
const ROUNDS_MAX: u32 = 500;
/// Rounds in which nothing is due before a moment is over: what the last loop of a round puts back (a doubt that is settled) is for the first loop of the next.
const QUIET_ROUNDS: u32 = 2;

impl Stage {
    pub(super) async fn calm(&mut self, report: &mut Report) -> Result<()> {
        self.chaos.set_mood(Mood::default());
        for world in &self.worlds {
            world.with(|world| world.set_knobs(Knobs { slow_phones_percent: 0, ..Knobs::default() }));
        }
        if self.product.is_some() && !self.chaos.alive() {
            self.bury().await?;
        }
        if self.product.is_none() {
            self.start().await?;
        }
        let engine = self.product.as_ref().context("the product does not start although nothing goes wrong")?.engine.clone();
        operators::open_everything(&engine).await?;
        drop(engine);
        for index in self.oracle.unanswered() {
            let text = self.submit(index).await;
            self.look(format!("request {index} is answered: {text}"), report).await?;
        }
        let until = self.now() + CALM;
        for _ in 0..MOMENTS_MAX {
            self.moment(report).await?;
            if self.now() >= until {
                return self.check_end(report).await;
            }
            // Loops that only look now and then are asked at the moments of the others: nobody waits for them.
            let next = self.soonest(|turn| !turn.looks_now_and_then()).unwrap_or(until);
            self.clock.set(next.min(until).max(self.now() + Millis(1)));
        }
        Err(broken("rest", format!("it never comes to rest before {until}")))
    }

    /// Everything that is due now, until nothing is left to do.
    async fn moment(&mut self, report: &mut Report) -> Result<()> {
        let now = self.now();
        let mut quiet = 0;
        for _ in 0..ROUNDS_MAX {
            let mut delivered = 0;
            for world in &self.worlds {
                delivered += world.deliver(1).await;
            }
            for turn in Turn::ALL {
                self.tick(turn).await;
            }
            let worlds = self.worlds.iter().filter_map(simulator::Simulator::tick).any(|at| at <= now);
            let due = worlds || self.next.iter().any(|(turn, at)| !turn.looks_now_and_then() && at.is_some_and(|at| at <= now));
            quiet = if delivered == 0 && !due { quiet + 1 } else { 0 };
            if quiet == QUIET_ROUNDS {
                return self.look("calm".to_owned(), report).await;
            }
        }
        Err(broken("rest", format!("it never comes to rest at {now}: {:?}", self.next)))
    }

    async fn check_end(&mut self, report: &mut Report) -> Result<()> {
        let product = self.product.as_ref().context("the product died although nothing went wrong")?;
        let accepted = self.sink.accepted();
        let held = product.held();
        let (store, now) = (&*product.store, self.now());
        let look = Look { store, worlds: &self.worlds, calls: &[], accepted: &accepted, now, held: &held };
        self.oracle.sweep(&look).await?;
        self.oracle.check_ending(&look).await?;
        report.crashes = self.crashes;
        Ok(())
    }
}
