//! Who is woken by what a step changed. Loops are told only of what they do not wait for already.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use model::{MessageId, Timestamp, WorkspaceId};
use storage::StepOutcome;
use tokio::sync::{Notify, broadcast};

use crate::StepNews;
use crate::node::News;

/// News kept for slow listeners.
const BACKLOG: usize = 4096;
/// Messages that wait to be taken back. Beyond that many the oldest are left to their time.
const WITHDRAWN_MAX: usize = 4_096;

/// The wake-ups of the loops and the news for live views.
#[derive(Debug)]
pub(crate) struct Bells {
    pub(crate) queued: Arc<Notify>,
    pub(crate) wakes: Arc<Notify>,
    pub(crate) deliveries: Arc<Notify>,
    /// When the timer loop looks by itself; a later wake need not be told. The latest moment there is while it is looking.
    timers_look_at: AtomicI64,
    news: broadcast::Sender<News>,
    /// How often anybody queued something.
    queued_so_far: AtomicU64,
    pub(crate) withdrawn: Arc<Notify>,
    to_take_back: Mutex<VecDeque<(WorkspaceId, MessageId)>>,
}

impl Bells {
    pub(crate) fn new() -> Self {
        Self {
            queued: Arc::default(),
            wakes: Arc::default(),
            deliveries: Arc::default(),
            timers_look_at: AtomicI64::new(i64::MAX),
            news: broadcast::channel(BACKLOG).0,
            queued_so_far: AtomicU64::new(0),
            withdrawn: Arc::default(),
            to_take_back: Mutex::default(),
        }
    }

    pub(crate) fn subscribe(&self) -> broadcast::Receiver<News> {
        self.news.subscribe()
    }

    pub(crate) fn tell(&self, news: News) {
        // Nobody listening is no error.
        let _ = self.news.send(news);
    }

    /// Grows whenever something is queued: who saw an empty queue at a number knows that it still is at the same number.
    pub(crate) fn queued_so_far(&self) -> u64 {
        self.queued_so_far.load(Ordering::SeqCst)
    }

    /// The timer loop sleeps until then; `None` while it looks, so that a wake that moves meanwhile is not missed.
    pub(crate) fn timers_sleep_until(&self, at: Option<Timestamp>) {
        self.timers_look_at.store(at.map_or(i64::MAX, Timestamp::as_millis), Ordering::SeqCst);
    }

    /// Tells what one committed step changed.
    pub(crate) fn ring<'a>(&self, outcomes: impl Iterator<Item = (WorkspaceId, &'a StepOutcome)>) {
        let (mut queued, mut deliveries) = (false, false);
        let mut wake: Option<Timestamp> = None;
        let listened = self.news.receiver_count() > 0;
        for (workspace, outcome) in outcomes {
            let StepOutcome::Applied(applied) = outcome else { continue };
            queued |= applied.queued;
            deliveries |= applied.deliveries;
            wake = match (wake, applied.next_wake) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            };
            self.withdraw(workspace, &applied.withdrawn);
            if listened {
                self.tell(News::Step(StepNews { workspace, contact: applied.contact, conversation: applied.conversation }));
            }
        }
        self.wake_loops(queued, wake, deliveries);
    }

    fn withdraw(&self, ws: WorkspaceId, messages: &[MessageId]) {
        if messages.is_empty() {
            return;
        }
        let mut waiting = self.to_take_back.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.extend(messages.iter().map(|message| (ws, *message)));
        while waiting.len() > WITHDRAWN_MAX {
            waiting.pop_front();
        }
        drop(waiting);
        self.withdrawn.notify_one();
    }

    /// The next message that its provider is to take back.
    pub(crate) fn next_withdrawn(&self) -> Option<(WorkspaceId, MessageId)> {
        self.to_take_back.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
    }

    /// Wakes the loops that have something to do.
    pub(crate) fn wake_loops(&self, queued: bool, wake: Option<Timestamp>, deliveries: bool) {
        if queued {
            self.queued_so_far.fetch_add(1, Ordering::SeqCst);
            self.queued.notify_one();
        }
        if deliveries {
            self.deliveries.notify_one();
        }
        if wake.is_some_and(|at| at.as_millis() < self.timers_look_at.load(Ordering::SeqCst)) {
            self.wakes.notify_one();
        }
    }
}
