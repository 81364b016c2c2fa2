//! What callers hand to the writer. Work may run more than once (earlier tries rolled back), and is answered once, after the commit.

use model::signal::Signal;
use storage::{StepOutcome, StorageError};
use tokio::sync::oneshot;

use super::Group;
use crate::error::{is_own_fault, repeated, stopped};

type Reply<T> = oneshot::Sender<Result<T, StorageError>>;

pub(crate) trait Work: Send {
    /// How much of a group it takes, in signals.
    fn weight(&self) -> usize;
    /// Whether it may be decided ahead of the commit that it will be part of.
    fn goes_ahead(&self) -> bool;
    /// What it will be decided about.
    fn signals(&self) -> &[Signal] {
        &[]
    }
    /// An error rolls the whole group back.
    fn run(&mut self, group: &mut Group<'_, '_>) -> Result<(), StorageError>;
    fn answer(self: Box<Self>, committed: &Result<(), StorageError>);
}

/// Signals of one caller.
pub(crate) struct Step {
    signals: Vec<Signal>,
    outcomes: Vec<StepOutcome>,
    reply: Reply<Vec<StepOutcome>>,
}

impl Step {
    pub(crate) fn new(signals: Vec<Signal>) -> (Self, oneshot::Receiver<Result<Vec<StepOutcome>, StorageError>>) {
        let (reply, answer) = oneshot::channel();
        (Self { signals, outcomes: Vec::new(), reply }, answer)
    }
}

impl Work for Step {
    fn weight(&self) -> usize {
        self.signals.len()
    }

    fn goes_ahead(&self) -> bool {
        true
    }

    fn signals(&self) -> &[Signal] {
        &self.signals
    }

    fn run(&mut self, group: &mut Group<'_, '_>) -> Result<(), StorageError> {
        self.outcomes.clear();
        for signal in &self.signals {
            self.outcomes.push(group.step(signal)?);
        }
        Ok(())
    }

    fn answer(self: Box<Self>, committed: &Result<(), StorageError>) {
        // A caller that went away has its signals applied all the same.
        let Self { outcomes, reply, .. } = *self;
        let _ = reply.send(committed.as_ref().map(|()| outcomes).map_err(repeated));
    }
}

/// Any other write: a closure over the group.
pub(crate) struct Write<T, F> {
    act: F,
    outcome: Option<Result<T, StorageError>>,
    reply: Reply<T>,
}

impl<T, F> Write<T, F>
where
    T: Send,
    F: FnMut(&mut Group<'_, '_>) -> Result<T, StorageError> + Send,
{
    pub(crate) fn new(act: F) -> (Self, oneshot::Receiver<Result<T, StorageError>>) {
        let (reply, answer) = oneshot::channel();
        (Self { act, outcome: None, reply }, answer)
    }
}

impl<T, F> Work for Write<T, F>
where
    T: Send,
    F: FnMut(&mut Group<'_, '_>) -> Result<T, StorageError> + Send,
{
    fn weight(&self) -> usize {
        1
    }

    fn goes_ahead(&self) -> bool {
        false
    }

    fn run(&mut self, group: &mut Group<'_, '_>) -> Result<(), StorageError> {
        self.outcome = None;
        match group.guarded(&mut self.act) {
            Err(error) if !is_own_fault(&error) => return Err(error),
            outcome => self.outcome = Some(outcome),
        }
        Ok(())
    }

    fn answer(self: Box<Self>, committed: &Result<(), StorageError>) {
        let answer = match committed {
            Ok(()) => self.outcome.unwrap_or_else(|| Err(stopped())),
            Err(error) => Err(repeated(error)),
        };
        let _ = self.reply.send(answer);
    }
}
