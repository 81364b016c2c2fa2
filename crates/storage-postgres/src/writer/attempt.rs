//! One transaction over a batch, tried once.

use std::collections::{BTreeSet, VecDeque};

use model::signal::Signal;
use model::{AddressKey, SignalId, WorkspaceId};
use storage::{Applied, Notice, StepOutcome, StorageError, StorageErrorKind};

use super::chunk::{Chunk, Source, Turn};
use super::load::{Asked, Hold, Loaded, ProviderKey};
use super::queue::{Answer, Batch, Work};
use super::{Awaited, Shared, corrupt, notice};
use crate::error::{Failure, Trouble, described, is_own_fault, sql};
use crate::json;
use crate::link::{Link, Pipe};
use crate::query::queries;
use crate::value::{Uid, clean};

/// Signals that are decided on one load.
const CHUNK: usize = 512;
const WRITING: &str = "changes cannot be written";

queries! {
    TAKE_ORPHANS(INT4, TEXT, TEXT) = "WITH taken AS (DELETE FROM orphan WHERE ws = $1 AND channel = $2 AND provider_id = $3 RETURNING n, doc)
        SELECT doc FROM taken ORDER BY n";
    /// Refused when somebody has asked for the commit already and found none.
    MARK(UUID) = "INSERT INTO commit_mark (id, fenced) VALUES ($1, false)";
    PARKED(INT4, UUID) = "SELECT doc FROM parked WHERE ws = $1 AND id = $2 FOR UPDATE";
    PARKED_GONE(INT4, UUID) = "DELETE FROM parked WHERE ws = $1 AND id = $2";
    PARKED_FAILED(INT4, UUID, TEXT) = "UPDATE parked SET tries = tries + 1, error = $3 WHERE ws = $1 AND id = $2";
}

/// What a committed batch came to.
pub(super) struct Done {
    pub(super) answers: Vec<Answer>,
    pub(super) steps: u64,
    pub(super) notice: Notice,
}

/// Why there is no commit to tell of.
pub(super) enum Broken {
    /// Nothing was committed.
    Off(Failure),
    /// The commit was asked for, and no answer came.
    InDoubt { mark: Uid, done: Done, error: StorageError },
}

impl Broken {
    pub(super) fn unreachable(error: StorageError) -> Self {
        Self::Off(Failure { trouble: Trouble::Lost, error })
    }
}

impl From<Failure> for Broken {
    fn from(failure: Failure) -> Self {
        Self::Off(failure)
    }
}

impl From<StorageError> for Broken {
    fn from(error: StorageError) -> Self {
        Self::Off(error.into())
    }
}

pub(super) struct Attempt<'a> {
    shared: &'a Shared,
    link: &'a Link,
    /// Each signal alone, with a savepoint.
    careful: bool,
    hold: Hold,
    begun: bool,
    /// The commit went out with the last rows.
    sent: bool,
    /// The name of the commit, as soon as anything was loaded.
    mark: Option<Uid>,
    /// Addresses that steps would link and that had to be looked up.
    links: BTreeSet<(i32, AddressKey)>,
    /// Names that late signals brought in their turn.
    brought: Vec<ProviderKey>,
    steps: u64,
    notice: Notice,
}

impl<'a> Attempt<'a> {
    pub(super) fn new(shared: &'a Shared, link: &'a Link, careful: bool, hold: Hold) -> Self {
        Self {
            shared,
            link,
            careful,
            hold,
            begun: false,
            sent: false,
            mark: None,
            links: BTreeSet::new(),
            brought: Vec::new(),
            steps: 0,
            notice: Notice::default(),
        }
    }

    pub(super) async fn run(&mut self, batch: &Batch) -> Result<Done, Broken> {
        let outcome = self.work(batch).await;
        let answers = match outcome {
            Ok(answers) => answers,
            Err((failure, answers)) if self.sent && failure.trouble == Trouble::Lost => {
                let done = self.done(answers);
                return Err(match self.mark.take() {
                    Some(mark) => Broken::InDoubt { mark, done, error: failure.error },
                    // It may or may not have been committed: only the caller can know whether to ask again.
                    None => Broken::Off(Failure { trouble: Trouble::Fault, error: failure.error }),
                });
            }
            Err((failure, _)) => return Err(Broken::Off(failure)),
        };
        if self.begun && !self.sent {
            self.sent = true;
            if let Err(failure) = self.commit().await {
                let lost = failure.trouble == Trouble::Lost;
                return Err(match self.mark.take().filter(|_| lost) {
                    Some(mark) => Broken::InDoubt { mark, done: self.done(answers), error: failure.error },
                    None if lost => Broken::Off(Failure { trouble: Trouble::Fault, error: failure.error }),
                    None => Broken::Off(failure),
                });
            }
        }
        Ok(self.done(answers))
    }

    async fn commit(&self) -> Result<(), Failure> {
        let failed = sql("the store cannot commit");
        let mut pipe = Pipe::default();
        if let Some(mark) = &self.mark {
            pipe.query(&MARK, vec![mark]);
        }
        pipe.plain("COMMIT");
        pipe.run(self.link).await.map(drop).map_err(failed)
    }

    fn done(&mut self, answers: Vec<Answer>) -> Done {
        Done { answers, steps: self.steps, notice: std::mem::take(&mut self.notice) }
    }

    /// A failure comes with the answers that hold if the commit was heard after all.
    async fn work(&mut self, batch: &Batch) -> Result<Vec<Answer>, (Failure, Vec<Answer>)> {
        if let [job] = batch.jobs.as_slice() {
            match &job.work {
                Work::Retry(ws, id) => {
                    let outcome = self.retry(*ws, *id).await.map_err(|failure| (failure, Vec::new()))?;
                    return Ok(vec![Answer::Retried(outcome)]);
                }
                Work::Late(awaited) => {
                    self.late(awaited).await.map_err(|failure| (failure, Vec::new()))?;
                    return Ok(vec![Answer::Brought]);
                }
                Work::Steps(_) => {}
            }
        }
        let calls: Vec<&[Signal]> =
            batch.jobs.iter().map(|job| if let Work::Steps(signals) = &job.work { signals.as_slice() } else { &[] }).collect();
        let signals: Vec<&Signal> = calls.iter().copied().flatten().collect();
        let mut outcomes = Vec::with_capacity(signals.len());
        let result = self.steps(&signals, &mut outcomes).await;
        for (signal, outcome) in signals.iter().zip(&outcomes) {
            notice(&mut self.notice, signal.workspace, outcome);
        }
        let mut outcomes = outcomes.into_iter();
        let answers = calls.iter().map(|call| Answer::Steps(outcomes.by_ref().take(call.len()).collect())).collect();
        match result {
            Ok(()) => Ok(answers),
            Err(failure) => Err((failure, answers)),
        }
    }

    async fn workspace(&self, ws: WorkspaceId) -> Result<i32, Failure> {
        match self.shared.workspaces.known(ws) {
            Some(n) => Ok(n),
            // In a transaction of its own, on another connection: this one may be in the middle of something.
            None => {
                let lent = self.shared.pool.lend().await.map_err(|error| Failure { trouble: Trouble::Lost, error })?;
                self.shared.workspaces.make(lent.link(), ws).await.map_err(sql("a workspace cannot be added"))
            }
        }
    }

    async fn steps(&mut self, signals: &[&Signal], outcomes: &mut Vec<StepOutcome>) -> Result<(), Failure> {
        let mut numbered = Vec::with_capacity(signals.len());
        for signal in signals {
            numbered.push((self.workspace(signal.workspace).await?, *signal));
        }
        while outcomes.len() < signals.len() {
            let at = outcomes.len();
            if self.careful {
                let (ws, signal) = numbered[at];
                let outcome = Box::pin(self.alone(ws, signal, Source::Caller)).await?;
                outcomes.push(outcome);
                continue;
            }
            let rest = &numbered[at..numbered.len().min(at + CHUNK)];
            let mut chunk = self.load(rest).await?;
            let mut woken = None;
            for (ws, signal) in rest {
                match chunk.step(*ws, signal, Source::Caller)? {
                    Turn::Done(outcome) => outcomes.push(outcome),
                    Turn::Wakes(applied, names) => {
                        woken = Some((applied, names));
                        break;
                    }
                    Turn::Again => break,
                    Turn::Look(keys) => {
                        self.links.extend(keys.into_iter().map(|key| (*ws, key)));
                        break;
                    }
                }
            }
            let last = outcomes.len() == signals.len() && woken.is_none();
            self.flush(chunk, last).await?;
            if let Some((mut applied, names)) = woken {
                Box::pin(self.follow(names, Some(&mut applied))).await?;
                outcomes.push(StepOutcome::Applied(applied));
            }
        }
        Ok(())
    }

    async fn load(&mut self, signals: &[(i32, &Signal)]) -> Result<Chunk<'a>, Failure> {
        let begin = if self.begun { None } else { Some(self.shared.begin(self.hold)) };
        self.begun = true;
        let decider = &*self.shared.decider;
        let mut revisions: Vec<(WorkspaceId, i32, u64)> = Vec::new();
        for (ws, signal) in signals {
            // Signals of one workspace stand together more often than not.
            if revisions.iter().all(|(known, ..)| *known != signal.workspace) {
                revisions.extend(decider.revision(signal.workspace).map(|revision| (signal.workspace, *ws, revision)));
            }
        }
        let workspaces: Vec<i32> = revisions.iter().map(|(_, ws, _)| *ws).collect();
        let asked = Asked { begin, hold: self.hold, workspaces: &workspaces, links: &self.links };
        let loaded = Loaded::of(self.link, &asked, signals.iter().copied(), decider).await?;
        let stale = revisions.iter().find(|(_, ws, revision)| loaded.revisions.get(ws).copied().unwrap_or(0) != *revision);
        if let Some((ws, ..)) = stale {
            let error = StorageError::new(StorageErrorKind::Conflict, format!("another node changed what {ws} decides by"));
            return Err(Failure { trouble: Trouble::Stale, error });
        }
        self.mark = Some(loaded.mark);
        Ok(Chunk::new(&*self.shared.decider, loaded))
    }

    /// Writes what a chunk decided; the last one takes the commit with it.
    async fn flush(&mut self, chunk: Chunk<'_>, last: bool) -> Result<(), Failure> {
        self.steps += chunk.steps;
        let tables = chunk.into_tables();
        let mark = self.mark.filter(|_| last);
        let mut pipe = Pipe::default();
        tables.send(&mut pipe, self.careful);
        if last {
            self.sent = true;
            if let Some(mark) = &mark {
                pipe.query(&MARK, vec![mark]);
            }
            pipe.plain("COMMIT");
        }
        pipe.run(self.link).await.map_err(sql(WRITING)).map(drop)
    }

    /// Whatever happens to this signal happens to no other.
    async fn alone(&mut self, ws: i32, signal: &Signal, from: Source) -> Result<StepOutcome, Failure> {
        if !self.careful {
            return self.one(ws, signal, from).await;
        }
        if !self.begun {
            self.begin().await?;
        }
        self.link.run("SAVEPOINT part").await.map_err(sql(WRITING))?;
        let steps = self.steps;
        match self.one(ws, signal, from).await {
            Err(failure) if failure.trouble == Trouble::Fault && is_own_fault(&failure.error) => {
                self.link.run("ROLLBACK TO part; RELEASE part").await.map_err(sql(WRITING))?;
                self.steps = steps;
                let mut chunk = self.load(&[(ws, signal)]).await?;
                let outcome = chunk.park(ws, signal, &described(&failure.error), from)?;
                self.flush(chunk, false).await?;
                Ok(outcome)
            }
            Ok(outcome) => {
                self.link.run("RELEASE part").await.map_err(sql(WRITING))?;
                Ok(outcome)
            }
            failed => failed,
        }
    }

    async fn one(&mut self, ws: i32, signal: &Signal, from: Source) -> Result<StepOutcome, Failure> {
        let mut chunk = self.load(&[(ws, signal)]).await?;
        let mut turn = chunk.step(ws, signal, from)?;
        if let Turn::Look(keys) = turn {
            self.links.extend(keys.into_iter().map(|key| (ws, key)));
            chunk = self.load(&[(ws, signal)]).await?;
            turn = chunk.step(ws, signal, from)?;
        }
        self.flush(chunk, false).await?;
        match turn {
            Turn::Done(outcome) => Ok(outcome),
            Turn::Wakes(applied, names) if from == Source::Waiting => {
                self.brought.extend(names);
                Ok(StepOutcome::Applied(applied))
            }
            Turn::Wakes(mut applied, names) => {
                Box::pin(self.follow(names, Some(&mut applied))).await?;
                Ok(StepOutcome::Applied(applied))
            }
            Turn::Again | Turn::Look(_) => Err(corrupt("a signal waits for itself").into()),
        }
    }

    /// Applies what waited for names, in this transaction and before any later signal. Late steps may bring names in their turn.
    async fn follow(&mut self, names: Vec<ProviderKey>, mut applied: Option<&mut Applied>) -> Result<(), Failure> {
        let mut names = VecDeque::from(names);
        while let Some((ws, channel, id)) = names.pop_front() {
            let rows = self
                .link
                .query(&TAKE_ORPHANS, &[&ws, &channel.as_str(), &clean(&id)])
                .await
                .map_err(sql("waiting signals cannot be read"))?;
            for row in rows {
                let signal: Signal = json::read("signal", row.get(0))?;
                let outcome = Box::pin(self.alone(ws, &signal, Source::Waiting)).await?;
                notice(&mut self.notice, signal.workspace, &outcome);
                // It is this contact's signal, so the caller of the step that brought the id wakes whom it would have woken.
                if let (StepOutcome::Applied(late), Some(applied)) = (outcome, applied.as_deref_mut()) {
                    applied.follow(late);
                }
                names.extend(self.brought.drain(..));
            }
        }
        Ok(())
    }

    async fn begin(&mut self) -> Result<(), Failure> {
        self.begun = true;
        self.link.run(self.shared.begin(self.hold)).await.map_err(sql(WRITING))
    }

    async fn late(&mut self, awaited: &[Awaited]) -> Result<(), Failure> {
        (self.careful, self.hold) = (true, Hold::Locks);
        self.begin().await?;
        for (ws, channel, id) in awaited {
            if let Ok(channel) = channel.parse() {
                self.follow(vec![(*ws, channel, id.clone())], None).await?;
            }
        }
        Ok(())
    }

    /// Leaves the parking place only if it is applied; any other answer counts as a try.
    async fn retry(&mut self, ws: WorkspaceId, id: SignalId) -> Result<Option<StepOutcome>, Failure> {
        let failed = sql("a parked signal cannot be tried");
        let (n, key) = (self.workspace(ws).await?, Uid(id.to_bytes()));
        (self.careful, self.hold) = (true, Hold::Locks);
        self.begin().await?;
        let Some(row) = self.link.one(&PARKED, &[&n, &key]).await.map_err(&failed)? else { return Ok(None) };
        let mut signal: Signal = json::read("signal", row.get(0))?;
        // Nobody keeps a call free for it any more.
        signal.permit.clear();
        let outcome = self.alone(n, &signal, Source::Parked).await?;
        notice(&mut self.notice, ws, &outcome);
        let text = match &outcome {
            StepOutcome::Applied(_) => {
                self.link.execute(&PARKED_GONE, &[&n, &key]).await.map_err(&failed)?;
                return Ok(Some(outcome));
            }
            // Counted where it was parked again.
            StepOutcome::Parked { .. } => return Ok(Some(outcome)),
            StepOutcome::Rejected(rejection) => format!("rejected: {}", rejection.detail),
            StepOutcome::Unresolved { .. } => "nobody has this address or message".to_owned(),
            StepOutcome::Duplicate { .. } => "its key is another signal's".to_owned(),
        };
        self.link.execute(&PARKED_FAILED, &[&n, &key, &clean(&text)]).await.map_err(&failed)?;
        Ok(Some(outcome))
    }
}
