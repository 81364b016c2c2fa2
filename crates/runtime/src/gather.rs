//! Signals on their way to the store. While it is busy, what arrives gathers into one group for its next step; in a group, sends come first
//! and workspaces take turns, so that one's flood does not hold up another.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use model::WorkspaceId;
use model::signal::{Signal, SignalBody};
use storage::{StepOutcome, StorageError, StorageErrorKind, Store};
use tokio::sync::oneshot;

use crate::bells::Bells;
use crate::dispatcher::Ahead;

/// Signals of one group, and of one part of a longer call. Larger groups gain little and make everybody wait for all of them.
pub(crate) const GROUP: usize = 256;
/// Groups that the store has at once: one is committed while the next is decided, and a store with several writers has work for each.
const GROUPS_AT_ONCE: usize = 4;
/// Signals of one workspace that may wait. A small machine applies them in about a second.
const WAITING_MAX: usize = 8_192;

type Answer = Result<Vec<StepOutcome>, StorageError>;

/// What a gather needs of a store.
#[async_trait]
pub(crate) trait Steps: Send + Sync + 'static {
    async fn apply(&self, signals: Vec<Signal>) -> Answer;
}

#[async_trait]
impl Steps for Arc<dyn Store> {
    async fn apply(&self, signals: Vec<Signal>) -> Answer {
        self.step(signals).await
    }
}

/// The way into the store, shared by everybody who has signals.
pub(crate) struct Gather<S = Arc<dyn Store>> {
    store: S,
    bells: Arc<Bells>,
    waiting: Mutex<Waiting>,
    /// Room at this node's senders for what steps hand over.
    pub(crate) ahead: Ahead,
}

/// What a call is about: calls of one kind and workspace keep their order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Lane {
    /// Hand-offs and their results. Few, because senders' rates bound them, and each holds up a message.
    Sends,
    Arrivals,
    /// Wakes come in bursts of their own.
    Timers,
}

#[derive(Default)]
struct Waiting {
    sends: Ring,
    others: Ring,
    running: usize,
}

/// Callers in line, by whom they are for; each has its turn.
#[derive(Default)]
struct Ring {
    lines: BTreeMap<(WorkspaceId, Lane), Line>,
    turns: VecDeque<(WorkspaceId, Lane)>,
}

#[derive(Default)]
struct Line {
    calls: VecDeque<Call>,
    signals: usize,
}

struct Call {
    signals: Vec<Signal>,
    answer: oneshot::Sender<Answer>,
}

impl<S: Steps> Gather<S> {
    pub(crate) fn new(store: S, bells: Arc<Bells>) -> Arc<Self> {
        Arc::new(Self { store, bells, waiting: Mutex::default(), ahead: Ahead::default() })
    }

    /// Applies the signals of one workspace, in their order. With `bounded`, a workspace that has too many waiting is turned away.
    pub(crate) async fn pass(self: &Arc<Self>, mut signals: Vec<Signal>, bounded: bool) -> Answer {
        let mut outcomes = Vec::with_capacity(signals.len());
        loop {
            // Part after part, because two groups may be applied in any order.
            let rest = if signals.len() > GROUP { signals.split_off(GROUP) } else { Vec::new() };
            // Once a part is durable the caller has a right to the rest.
            outcomes.extend(self.part(signals, bounded && outcomes.is_empty()).await?);
            if rest.is_empty() {
                return Ok(outcomes);
            }
            signals = rest;
        }
    }

    async fn part(self: &Arc<Self>, signals: Vec<Signal>, bounded: bool) -> Answer {
        let Some(first) = signals.first() else { return Ok(Vec::new()) };
        let key = (first.workspace, lane(first));
        if !bounded && let Some(_slot) = self.free_slot() {
            return self.step(signals).await;
        }
        let answer = self.line_up(key, signals, bounded)?;
        answer.await.unwrap_or_else(|_| Err(StorageError::new(StorageErrorKind::Unavailable, "the server stops")))
    }

    /// A place at the store for a loop's own call, which needs no other task: a loop is not cancelled while it waits.
    fn free_slot(self: &Arc<Self>) -> Option<Slot<S>> {
        let mut waiting = self.lock();
        let free = waiting.running < GROUPS_AT_ONCE && waiting.is_empty();
        waiting.running += usize::from(free);
        free.then(|| Slot(Arc::clone(self)))
    }

    /// Callers from outside may go away at any moment. A task of its own sees their signals through, so that loops hear of them.
    fn line_up(
        self: &Arc<Self>,
        key: (WorkspaceId, Lane),
        signals: Vec<Signal>,
        bounded: bool,
    ) -> Result<oneshot::Receiver<Answer>, StorageError> {
        let (answer, answered) = oneshot::channel();
        let mut waiting = self.lock();
        if bounded && waiting.in_line(key) >= WAITING_MAX {
            return Err(StorageError::new(StorageErrorKind::Busy, "too much of this workspace waits to be stored"));
        }
        waiting.push(key, Call { signals, answer });
        if waiting.running < GROUPS_AT_ONCE {
            waiting.running += 1;
            drop(waiting);
            tokio::spawn(Arc::clone(self).work(Slot(Arc::clone(self))));
        }
        Ok(answered)
    }

    async fn step(&self, mut signals: Vec<Signal>) -> Answer {
        let kept = self.ahead.keep(&mut signals);
        let workspaces: Vec<WorkspaceId> = signals.iter().map(|signal| signal.workspace).collect();
        let mut outcomes = self.store.apply(signals).await?;
        if let Some(kept) = kept {
            kept.settle(&mut outcomes);
        }
        self.bells.ring(workspaces.into_iter().zip(&outcomes));
        Ok(outcomes)
    }

    /// Applies groups until nobody waits.
    async fn work(self: Arc<Self>, slot: Slot<S>) {
        loop {
            let calls = self.lock().take();
            if calls.is_empty() {
                drop(slot);
                return;
            }
            let mut signals = Vec::with_capacity(calls.iter().map(|call| call.signals.len()).sum());
            let mut answers = Vec::with_capacity(calls.len());
            for call in calls {
                answers.push((call.signals.len(), call.answer));
                signals.extend(call.signals);
            }
            match self.step(signals).await {
                Ok(outcomes) => {
                    let mut outcomes = outcomes.into_iter();
                    for (length, answer) in answers {
                        // Who went away has its signals applied all the same.
                        let _ = answer.send(Ok(outcomes.by_ref().take(length).collect()));
                    }
                }
                Err(error) => {
                    for (_, answer) in answers {
                        let _ = answer.send(Err(repeated(&error)));
                    }
                }
            }
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A group's place at the store. Whoever leaves it, also by being cancelled, hands it to those who wait.
struct Slot<S: Steps>(Arc<Gather<S>>);

impl<S: Steps> Drop for Slot<S> {
    fn drop(&mut self) {
        let mut waiting = self.0.lock();
        // Outside of a runtime everything ends; those who wait are told so when their line is dropped.
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) if !waiting.is_empty() => {
                drop(waiting);
                let gather = Arc::clone(&self.0);
                let slot = Self(Arc::clone(&self.0));
                runtime.spawn(gather.work(slot));
            }
            _ => waiting.running -= 1,
        }
    }
}

fn lane(signal: &Signal) -> Lane {
    match signal.body {
        SignalBody::HandOff { .. } | SignalBody::SendResult { .. } => Lane::Sends,
        SignalBody::Wake => Lane::Timers,
        _ => Lane::Arrivals,
    }
}

/// The same failure for each of several callers.
fn repeated(error: &StorageError) -> StorageError {
    let cause = error.source.as_ref().map(|cause| format!(": {cause}")).unwrap_or_default();
    StorageError::new(error.kind, format!("{}{cause}", error.context))
}

impl Waiting {
    fn is_empty(&self) -> bool {
        self.sends.turns.is_empty() && self.others.turns.is_empty()
    }

    fn in_line(&self, key: (WorkspaceId, Lane)) -> usize {
        self.others.lines.get(&key).map_or(0, |line| line.signals)
    }

    fn push(&mut self, key: (WorkspaceId, Lane), call: Call) {
        let ring = if key.1 == Lane::Sends { &mut self.sends } else { &mut self.others };
        ring.push(key, call);
    }

    /// The next group: sends first, then each line's next call in turn.
    fn take(&mut self) -> Vec<Call> {
        let mut group = Vec::new();
        let mut room = GROUP;
        for ring in [&mut self.sends, &mut self.others] {
            while room > 0
                && let Some(call) = ring.next(room, group.is_empty())
            {
                room = room.saturating_sub(call.signals.len());
                group.push(call);
            }
        }
        group
    }
}

impl Ring {
    fn push(&mut self, key: (WorkspaceId, Lane), call: Call) {
        let line = self.lines.entry(key).or_default();
        if line.calls.is_empty() {
            self.turns.push_back(key);
        }
        line.signals += call.signals.len();
        line.calls.push_back(call);
    }

    /// The call of the line whose turn it is, if there is room for it or nothing is there yet.
    fn next(&mut self, room: usize, first: bool) -> Option<Call> {
        let key = *self.turns.front()?;
        let line = self.lines.get_mut(&key)?;
        if !first && line.calls.front()?.signals.len() > room {
            return None;
        }
        let call = line.calls.pop_front()?;
        line.signals -= call.signals.len();
        self.turns.pop_front();
        if line.calls.is_empty() {
            self.lines.remove(&key);
        } else {
            self.turns.push_back(key);
        }
        Some(call)
    }
}

#[cfg(test)]
mod tests;
