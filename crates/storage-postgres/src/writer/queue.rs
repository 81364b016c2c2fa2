//! What waits to be committed. Signals of one contact never lie in two batches at a time, so they keep their order.

use std::collections::{HashMap, HashSet, VecDeque};

use model::draws::stable_hash;
use model::signal::{Signal, Target};
use model::{SignalId, WorkspaceId};
use storage::{StepOutcome, StorageError};
use tokio::sync::oneshot;

use super::Awaited;

/// Waiting jobs that are looked at for a batch; those behind them wait for the next one.
const LOOK: usize = 4_096;

pub(super) enum Work {
    Steps(Vec<Signal>),
    Retry(WorkspaceId, SignalId),
    /// Signals that wait for these names, which messages have by now.
    Late(Vec<Awaited>),
}

pub(super) enum Answer {
    Steps(Vec<StepOutcome>),
    Retried(Option<StepOutcome>),
    Brought,
}

pub(super) struct Job {
    pub(super) work: Work,
    pub(super) reply: oneshot::Sender<Result<Answer, StorageError>>,
    /// Hashes of everything by which its signals name contacts, and of their dedupe keys.
    keys: Vec<u64>,
}

impl Job {
    pub(super) fn new(work: Work, reply: oneshot::Sender<Result<Answer, StorageError>>) -> Self {
        let mut keys = Vec::new();
        if let Work::Steps(signals) = &work {
            signals.iter().for_each(|signal| name(signal, &mut keys));
            keys.sort_unstable();
            keys.dedup();
        }
        Self { work, reply, keys }
    }

    fn weight(&self) -> usize {
        if let Work::Steps(signals) = &self.work { signals.len() } else { 1 }
    }

    const fn is_steps(&self) -> bool {
        matches!(self.work, Work::Steps(_))
    }
}

fn name(signal: &Signal, keys: &mut Vec<u64>) {
    let ws = signal.workspace.to_bytes();
    match &signal.target {
        Target::Contact(id) => keys.push(stable_hash(&[b"c", &ws, &id.to_bytes()])),
        Target::Addresses { keys: addresses, .. } => {
            keys.extend(addresses.iter().map(|key| stable_hash(&[b"a", &ws, key.kind.as_str().as_bytes(), key.value.as_bytes()])));
        }
        Target::Message(id) => keys.push(stable_hash(&[b"m", &ws, &id.to_bytes()])),
        Target::ProviderMessage { channel, provider_id } => {
            keys.push(stable_hash(&[b"p", &ws, channel.as_str().as_bytes(), provider_id.as_bytes()]));
        }
    }
    keys.extend(signal.dedupe_key.iter().map(|key| stable_hash(&[b"k", &ws, key.as_bytes()])));
}

/// Jobs that share a transaction.
pub(super) struct Batch {
    pub(super) jobs: Vec<Job>,
}

#[derive(Default)]
pub(super) struct Queue {
    waiting: VecDeque<Job>,
    /// Keys of what is being committed.
    busy: HashMap<u64, u32>,
    /// The last look found nothing, and nothing changed since.
    idle: bool,
}

impl Queue {
    pub(super) fn push(&mut self, job: Job) {
        self.waiting.push_back(job);
        self.idle = false;
    }

    pub(super) fn has_ready(&self) -> bool {
        !self.idle && !self.waiting.is_empty()
    }

    /// What may go now, in the order of arrival. Who must wait keeps those behind it waiting that have a key in common with it.
    pub(super) fn take(&mut self, limit: usize) -> Option<Batch> {
        let (mut jobs, mut weight, mut at, mut passed) = (Vec::new(), 0, 0, HashSet::<u64>::new());
        while at < self.waiting.len().min(LOOK) && weight < limit {
            let job = &self.waiting[at];
            if job.keys.iter().any(|key| self.busy.contains_key(key) || passed.contains(key)) {
                passed.extend(&job.keys);
                at += 1;
                continue;
            }
            // What is no step goes alone.
            if !job.is_steps() && !jobs.is_empty() {
                break;
            }
            weight += if job.is_steps() { job.weight() } else { limit };
            jobs.extend(self.waiting.remove(at));
        }
        self.idle = jobs.is_empty();
        for key in jobs.iter().flat_map(|job: &Job| &job.keys) {
            *self.busy.entry(*key).or_default() += 1;
        }
        if jobs.is_empty() { None } else { Some(Batch { jobs }) }
    }

    pub(super) fn release(&mut self, batch: &Batch) {
        for key in batch.jobs.iter().flat_map(|job| &job.keys) {
            if let Some(count) = self.busy.get_mut(key) {
                *count -= 1;
                if *count == 0 {
                    self.busy.remove(key);
                }
            }
        }
        self.idle = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use storage_tests::make::{plain, to_phone};

    fn job(n: u128, phone: u32) -> Job {
        Job::new(Work::Steps(vec![plain(n, to_phone(phone))]), oneshot::channel().0)
    }

    fn ids(batch: Option<&Batch>) -> Vec<u128> {
        let signals = batch.into_iter().flat_map(|batch| &batch.jobs).flat_map(|job| match &job.work {
            Work::Steps(signals) => signals.iter().map(|signal| signal.id.as_u128()).collect::<Vec<_>>(),
            _ => vec![0],
        });
        signals.collect()
    }

    #[test]
    fn signals_of_one_contact_are_never_in_two_batches() {
        let mut queue = Queue::default();
        [(1, 1), (2, 2), (3, 1), (4, 3)].into_iter().for_each(|(n, phone)| queue.push(job(n, phone)));
        let first = queue.take(2).unwrap();
        assert_eq!(ids(Some(&first)), [1, 2]);
        queue.push(job(5, 3));
        let second = queue.take(2).unwrap();
        assert_eq!(ids(Some(&second)), [4, 5]);
        assert!(queue.take(2).is_none());
        assert!(!queue.has_ready());
        queue.release(&first);
        assert!(queue.has_ready());
        assert_eq!(ids(queue.take(2).as_ref()), [3]);
    }

    #[test]
    fn who_waits_keeps_its_place_before_later_signals() {
        let mut queue = Queue::default();
        queue.push(job(1, 1));
        let first = queue.take(10).unwrap();
        // The second waits for the first, and the third for the second.
        let both = Target::Addresses { keys: vec![storage_tests::make::phone(1), storage_tests::make::phone(2)], create: true };
        queue.push(Job::new(Work::Steps(vec![plain(2, both)]), oneshot::channel().0));
        queue.push(job(3, 2));
        assert!(queue.take(10).is_none());
        queue.release(&first);
        assert_eq!(ids(queue.take(10).as_ref()), [2, 3]);
    }
}
