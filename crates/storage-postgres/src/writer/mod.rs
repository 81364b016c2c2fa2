//! The writer: a queue, and a few workers that commit what has gathered in it.

mod attempt;
mod changes;
mod chunk;
mod held;
mod load;
mod queue;
mod recipients;
mod rows;
mod tables;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use model::signal::Signal;
use model::{SignalId, WorkspaceId};
use storage::{Decider, Notice, StepOutcome, StorageError, StorageErrorKind};
use tokio::sync::{Notify, oneshot};

use crate::error::{Trouble, described, is_own_fault, repeated, stopped};
use crate::link::Link;
use crate::notices::Notices;
use crate::pool::Pool;
use crate::query::queries;
use crate::value::Uid;
use crate::workspaces::Workspaces;
use attempt::{Attempt, Broken, Done};
use load::Hold;
use queue::{Answer, Batch, Job, Queue, Work};

pub(crate) use changes::stretch;
pub(crate) use recipients::{add as add_recipients, close as close_recipients};

/// A name of a message that only its provider knows: workspace, channel, id.
pub(crate) type Awaited = (i32, String, String);

/// How often a batch gives way to other nodes.
const RACES: u32 = 20;
/// How often a batch is tried on a new connection, with longer and longer pauses: about three seconds in all.
const LOSSES: u32 = 6;
const PAUSE: Duration = Duration::from_millis(50);
/// How often a commit that broke off is asked for, at the pause above, and how long one question may wait.
const LOOKS: u32 = 100;
const WAIT: Duration = Duration::from_secs(5);

queries! {
    /// Waits for a transaction that is about to write the same mark, and keeps one that is not there yet from ever writing it.
    FENCE(UUID) = "INSERT INTO commit_mark (id, fenced) VALUES ($1, true) ON CONFLICT (id) DO NOTHING";
    FATE(UUID) = "SELECT fenced FROM commit_mark WHERE id = $1";
}

/// What was done since the store was opened.
#[derive(Default)]
pub(crate) struct Metrics {
    pub(crate) commits: AtomicU64,
    pub(crate) steps: AtomicU64,
}

/// What workers share.
pub(crate) struct Shared {
    pub(crate) pool: Arc<Pool>,
    pub(crate) workspaces: Arc<Workspaces>,
    pub(crate) decider: Arc<dyn Decider>,
    pub(crate) notices: Arc<Notices>,
    pub(crate) metrics: Arc<Metrics>,
    /// The server takes [`STEERED`].
    pub(crate) steered: bool,
}

impl Shared {
    fn begin(&self, hold: Hold) -> &'static str {
        match (hold, self.steered) {
            (Hold::Snapshot, true) => SNAPSHOT_STEERED,
            (Hold::Snapshot, false) => SNAPSHOT,
            (Hold::Locks, true) => STEERED,
            (Hold::Locks, false) => LOCKS,
        }
    }
}

macro_rules! steered {
    ($begin:literal) => {
        concat!(
            $begin,
            "; SET LOCAL enable_seqscan = off; SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off;
            SET LOCAL plan_cache_mode = force_generic_plan"
        )
    };
}

/// Whatever the server's default is: what was loaded is what was there at one moment, and a change of what changed since is refused.
const SNAPSHOT: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ";
/// For batches that were refused: they lock what they load, and find it as the one before left it.
const LOCKS: &str = "BEGIN ISOLATION LEVEL READ COMMITTED";
/// The same, with plans that stay right as tables grow. Every statement of a step looks a few rows up by their keys; a server that plans it
/// while a table is small would read the whole table, and keep to that plan when it is large.
const SNAPSHOT_STEERED: &str = steered!("BEGIN ISOLATION LEVEL REPEATABLE READ");
pub(crate) const STEERED: &str = steered!("BEGIN ISOLATION LEVEL READ COMMITTED");

struct Inner {
    shared: Shared,
    queue: Mutex<Queue>,
    bell: Notify,
    closed: AtomicBool,
}

/// Dropping it lets the workers finish what was handed over, then end.
pub(crate) struct Writer {
    inner: Arc<Inner>,
}

impl Writer {
    pub(crate) fn start(shared: Shared) -> Self {
        let workers = shared.pool.settings().workers;
        let inner = Arc::new(Inner { shared, queue: Mutex::default(), bell: Notify::new(), closed: AtomicBool::new(false) });
        for _ in 0..workers {
            tokio::spawn(work(Arc::clone(&inner)));
        }
        Self { inner }
    }

    async fn ask(&self, work: Work) -> Result<Answer, StorageError> {
        let (reply, answer) = oneshot::channel();
        self.inner.queue().push(Job::new(work, reply));
        self.inner.bell.notify_one();
        answer.await.map_err(|_| stopped())?
    }

    pub(crate) async fn step(&self, signals: Vec<Signal>) -> Result<Vec<StepOutcome>, StorageError> {
        match self.ask(Work::Steps(signals)).await? {
            Answer::Steps(outcomes) => Ok(outcomes),
            Answer::Retried(_) | Answer::Brought => Err(stopped()),
        }
    }

    pub(crate) async fn retry_parked(&self, ws: WorkspaceId, signal: SignalId) -> Result<Option<StepOutcome>, StorageError> {
        match self.ask(Work::Retry(ws, signal)).await? {
            Answer::Retried(outcome) => Ok(outcome),
            Answer::Steps(_) | Answer::Brought => Err(stopped()),
        }
    }

    /// Applies signals that wait for messages which are there by now.
    pub(crate) async fn bring_late(&self, awaited: Vec<Awaited>) -> Result<(), StorageError> {
        self.ask(Work::Late(awaited)).await.map(drop)
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.inner.closed.store(true, Ordering::SeqCst);
        self.inner.bell.notify_waiters();
    }
}

async fn work(inner: Arc<Inner>) {
    let limit = inner.shared.pool.settings().batch;
    let mut link: Option<Link> = None;
    loop {
        let rung = inner.bell.notified();
        tokio::pin!(rung);
        // From here on a ring is not missed.
        rung.as_mut().enable();
        let (batch, more) = {
            let mut queue = inner.queue();
            (queue.take(limit), queue.has_ready())
        };
        if more {
            inner.bell.notify_one();
        }
        match batch {
            Some(batch) => {
                let (answer, batch) = inner.commit(&mut link, batch).await;
                inner.queue().release(&batch);
                inner.bell.notify_one();
                finish(batch, answer);
            }
            None if inner.closed.load(Ordering::SeqCst) => return,
            None => rung.await,
        }
    }
}

fn finish(batch: Batch, answer: Result<Vec<Answer>, StorageError>) {
    // A caller that went away has its signals applied all the same.
    match answer {
        Ok(answers) => batch.jobs.into_iter().zip(answers).for_each(|(job, answer)| drop(job.reply.send(Ok(answer)))),
        Err(error) => batch.jobs.into_iter().for_each(|job| drop(job.reply.send(Err(repeated(&error))))),
    }
}

/// What became of a transaction whose end was not heard.
enum Fate {
    Committed,
    Aborted,
    Unknown,
}

impl Inner {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// First without a net; if a signal fails by its own fault, again with a savepoint for each, so that only it fails.
    async fn commit(&self, link: &mut Option<Link>, batch: Batch) -> (Result<Vec<Answer>, StorageError>, Batch) {
        let (mut careful, mut races, mut losses) = (false, 0, 0);
        let answer = loop {
            // Who was refused once waits for its turn.
            let hold = if careful || races > 0 { Hold::Locks } else { Hold::Snapshot };
            match self.attempt(link, &batch, careful, hold).await {
                Ok(done) => break Ok(self.told(done)),
                Err(Broken::InDoubt { mark, done, error }) => {
                    *link = None;
                    match self.fate(mark).await {
                        Fate::Committed => break Ok(self.told(done)),
                        Fate::Aborted if losses < LOSSES => losses += 1,
                        _ => break Err(error),
                    }
                }
                Err(Broken::Off(failure)) => match failure.trouble {
                    Trouble::Race if races < RACES => races += 1,
                    Trouble::Lost if losses < LOSSES => {
                        *link = None;
                        tokio::time::sleep(PAUSE * 2u32.pow(losses)).await;
                        losses += 1;
                    }
                    Trouble::Fault if !careful && is_own_fault(&failure.error) => careful = true,
                    _ => break Err(failure.error),
                },
            }
        };
        if let Err(error) = &answer {
            tracing::error!(work = batch.jobs.len(), "A commit failed: {}", described(error));
        }
        (answer, batch)
    }

    async fn attempt(&self, link: &mut Option<Link>, batch: &Batch, careful: bool, hold: Hold) -> Result<Done, Broken> {
        if link.as_ref().is_none_or(Link::is_closed) {
            *link = None;
            let fresh = self.shared.pool.connect().await.map_err(Broken::unreachable)?;
            *link = Some(fresh);
        }
        let Some(open) = link.as_ref() else { return Err(Broken::Off(stopped().into())) };
        let mut attempt = Attempt::new(&self.shared, open, careful, hold);
        match attempt.run(batch).await {
            Err(Broken::Off(failure)) => {
                if failure.trouble == Trouble::Lost || open.run("ROLLBACK").await.is_err() {
                    *link = None;
                }
                Err(Broken::Off(failure))
            }
            outcome => outcome,
        }
    }

    fn told(&self, done: Done) -> Vec<Answer> {
        let Done { answers, steps, notice } = done;
        self.shared.metrics.commits.fetch_add(1, Ordering::Relaxed);
        self.shared.metrics.steps.fetch_add(steps, Ordering::Relaxed);
        self.shared.notices.tell(notice);
        answers
    }

    /// A backend that lost its client still finishes what it was told, so the mark is set against it first: either the transaction has set it,
    /// or it never will. The fence may be set by a try whose answer is lost as well; the row says who set it.
    async fn fate(&self, mark: Uid) -> Fate {
        for _ in 0..LOOKS {
            tokio::time::sleep(PAUSE).await;
            let asked = async {
                self.shared.pool.execute(&FENCE, &[&mark]).await?;
                self.shared.pool.one(&FATE, &[&mark]).await
            };
            match tokio::time::timeout(WAIT, asked).await {
                Ok(Ok(Some(row))) if row.get::<_, bool>(0) => return Fate::Aborted,
                Ok(Ok(Some(_))) => return Fate::Committed,
                Ok(Ok(None) | Err(_)) | Err(_) => {}
            }
        }
        Fate::Unknown
    }
}

/// What others need to know of these outcomes.
fn notice(notice: &mut Notice, ws: WorkspaceId, outcome: &StepOutcome) {
    if matches!(outcome, StepOutcome::Applied(_)) {
        notice.merge(Notice::step(ws, outcome));
    }
}

/// A store cannot go on without what it is told here; the text is for its operator.
fn corrupt(text: &str) -> StorageError {
    StorageError::new(StorageErrorKind::Corrupt, text)
}
