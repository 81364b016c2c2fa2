//! The timer loop: wakes contacts whose time has come. Nothing is done by cron.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use model::signal::{SignalBody, Target};
use model::{ContactId, Millis, Timestamp, WorkspaceId};
use storage::StorageError;

use crate::gather::GROUP;
use crate::{Engine, NewSignal};

/// Due contacts looked at when there are few.
const LOOK: u32 = 4_096;
/// Looked at in a burst: workspaces that have fewer are found behind one that has many.
const LOOK_FAR: u32 = 32_768;
/// Looked at while overdue ones wait for a person: those that came due since are found behind them.
const LOOK_PAST_HELD: u32 = 1 << 20;
/// Between two looks while overdue ones wait.
const WHILE_HELD: Millis = Millis(500);
/// Contacts woken between two looks.
const SLICE: usize = 4_096;
/// A contact that stays due after its wake is woken again after this.
const STUCK_FOR: Millis = Millis::from_secs(30);
/// Steps of wakes under way at once: one is decided while the other is committed.
const STEPS_AT_ONCE: usize = 2;
/// Wakes within this time go together. A hundredth of the accuracy that is promised (R-WAIT-3).
const TOGETHER: Millis = Millis(10);

type Due = (WorkspaceId, ContactId, Timestamp);

/// Wakes due contacts. A wake that comes twice is harmless: the contact's own state knows what is due.
pub struct TimerLoop {
    engine: Arc<Engine>,
    steps_at_once: usize,
    together: Millis,
    /// Woken, and still due at the same moment: when to try again.
    stuck: BTreeMap<(WorkspaceId, ContactId), Timestamp>,
    /// Woken by the last slice.
    woken: BTreeMap<(WorkspaceId, ContactId), Timestamp>,
}

impl TimerLoop {
    /// Wakes everybody at the exact moment, one step after the other, as simulations need it.
    #[must_use]
    pub const fn new(engine: Arc<Engine>) -> Self {
        Self { engine, steps_at_once: 1, together: Millis(0), stuck: BTreeMap::new(), woken: BTreeMap::new() }
    }

    /// Wakes those together who are due within a hundredth of a second, so that many timers need few commits.
    #[must_use]
    pub const fn in_groups(engine: Arc<Engine>) -> Self {
        Self { engine, steps_at_once: STEPS_AT_ONCE, together: TOGETHER, stuck: BTreeMap::new(), woken: BTreeMap::new() }
    }

    /// Wakes everybody who is due at `now`; answers when the next one is.
    pub async fn tick(&mut self, now: Timestamp) -> Result<Option<Timestamp>, StorageError> {
        self.engine.bells.timers_sleep_until(None);
        let mut now = now;
        self.woken.clear();
        self.stuck.retain(|_, until| *until > now);
        loop {
            let due = self.look(now).await?;
            if due.is_empty() {
                break;
            }
            let slice = in_turn(due, SLICE);
            self.woken = slice.iter().map(|(ws, contact, at)| ((*ws, *contact), *at)).collect();
            self.wake(slice).await?;
            // Time goes on while a burst is worked off.
            now = now.max(self.engine.now());
        }
        let again = self.stuck.values().min().copied();
        // Whoever is stuck or held would otherwise be the next for ever.
        let next = match again {
            _ if self.engine.holds.any() => Some(now + WHILE_HELD),
            Some(again) => Some(again),
            None => self.engine.store().next_due().await?,
        };
        let next = next.map(|at| at.max(now + self.together));
        self.engine.bells.timers_sleep_until(next);
        Ok(next)
    }

    /// Who is due and not stuck.
    async fn look(&mut self, now: Timestamp) -> Result<Vec<Due>, StorageError> {
        let mut due = self.engine.store().due(now, LOOK).await?;
        if due.len() == LOOK as usize {
            due = self.engine.store().due(now, LOOK_FAR).await?;
        }
        if due.len() == LOOK_FAR as usize && self.engine.holds.any() {
            due = self.engine.store().due(now, LOOK_PAST_HELD).await?;
        }
        due.retain(|(ws, _, at)| !self.engine.holds.keeps(*ws, *at));
        let mut stuck = 0;
        due.retain(|(ws, contact, at)| {
            let key = (*ws, *contact);
            if self.woken.get(&key) == Some(at) {
                self.stuck.insert(key, now + STUCK_FOR);
                stuck += 1;
            }
            !self.stuck.contains_key(&key)
        });
        if stuck > 0 {
            tracing::error!(contacts = stuck, "Contacts stay due after a wake; they are woken again later");
        }
        Ok(due)
    }

    /// Each workspace's wakes are steps of their own, so that they take turns with whatever else is stored.
    async fn wake(&self, slice: Vec<Due>) -> Result<(), StorageError> {
        let mut steps: Vec<Vec<NewSignal>> = Vec::new();
        let mut open: BTreeMap<WorkspaceId, usize> = BTreeMap::new();
        for (ws, contact, _) in slice {
            let step = *open.entry(ws).or_insert_with(|| {
                steps.push(Vec::new());
                steps.len() - 1
            });
            steps[step].push(NewSignal::new(ws, Target::Contact(contact), "timer", SignalBody::Wake));
            if steps[step].len() == GROUP {
                open.remove(&ws);
            }
        }
        let steps = steps.into_iter().map(|signals| self.engine.submit(signals));
        stream::iter(steps).buffered(self.steps_at_once).try_for_each(|_| std::future::ready(Ok(()))).await
    }
}

/// At most so many, each workspace's earliest first, workspaces in turn.
fn in_turn(due: Vec<Due>, most: usize) -> Vec<Due> {
    if due.len() <= most {
        return due;
    }
    let mut lines: BTreeMap<WorkspaceId, VecDeque<Due>> = BTreeMap::new();
    for one in due {
        lines.entry(one.0).or_default().push_back(one);
    }
    let mut chosen = Vec::with_capacity(most);
    while chosen.len() < most && !lines.is_empty() {
        lines.retain(|_, line| {
            if chosen.len() < most {
                chosen.extend(line.pop_front());
            }
            !line.is_empty()
        });
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_of_one_workspace_leaves_room_for_the_timers_of_another() {
        let due = |ws: u128, n: u128| (WorkspaceId::from_u128(ws), ContactId::from_u128(n), Timestamp::from_secs(n as i64));
        let mut all: Vec<Due> = (0..30_000).map(|n| due(1, n)).collect();
        all.extend((30_000..30_003).map(|n| due(2, n)));
        let slice = in_turn(all, SLICE);
        assert_eq!(slice.len(), SLICE);
        assert_eq!(slice.iter().filter(|one| one.0 == WorkspaceId::from_u128(2)).count(), 3);
        let of_first: Vec<Timestamp> = slice.iter().filter(|one| one.0 == WorkspaceId::from_u128(1)).map(|one| one.2).collect();
        assert!(of_first.is_sorted(), "the earliest first");
        assert_eq!(of_first[0], Timestamp::EPOCH);
    }
}
