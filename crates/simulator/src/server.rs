//! A world with its clock and its wires: what servers, runners and tests share.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use futures_util::StreamExt as _;
use futures_util::stream;
use model::{Clock, Timestamp};
use tokio::sync::Notify;

use crate::delivery::{PendingWebhook, SinkError, WebhookSink};
use crate::world::World;

/// A handle to a running world. Cloning shares it.
#[derive(Clone)]
pub struct Simulator {
    inner: Arc<Inner>,
}

struct Inner {
    world: Mutex<World>,
    clock: Arc<dyn Clock>,
    sink: Arc<dyn WebhookSink>,
    woken: Notify,
}

impl Simulator {
    #[must_use]
    pub fn new(world: World, clock: Arc<dyn Clock>, sink: Arc<dyn WebhookSink>) -> Self {
        Self { inner: Arc::new(Inner { world: Mutex::new(world), clock, sink, woken: Notify::new() }) }
    }

    fn lock(&self) -> MutexGuard<'_, World> {
        // A panic in a handler leaves the world as it was between two statements; the other handlers go on.
        self.inner.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.inner.clock.now()
    }

    #[must_use]
    pub fn sink(&self) -> &dyn WebhookSink {
        self.inner.sink.as_ref()
    }

    /// Brings the world to the present, does something with it, and wakes the runner. The world is locked meanwhile: the work
    /// must not call this simulator again.
    pub fn with<R>(&self, work: impl FnOnce(&mut World) -> R) -> R {
        let now = self.now();
        let mut world = self.lock();
        world.tick(now);
        let result = work(&mut world);
        world.collect_webhooks();
        drop(world);
        self.inner.woken.notify_one();
        result
    }

    /// Does what is due and returns when the next thing is.
    pub fn tick(&self) -> Option<Timestamp> {
        let now = self.now();
        self.lock().tick(now)
    }

    /// Waits until somebody touched the world, so that a sleeping runner looks again.
    pub async fn woken(&self) {
        self.inner.woken.notified().await;
    }

    /// Posts every webhook whose moment has come, at most `parallel` at a time. Returns how many were tried.
    ///
    /// With `parallel` 1 the order of deliveries, and with it the whole history, is the same in every run.
    pub async fn deliver(&self, parallel: usize) -> usize {
        let batch = self.take_due();
        let count = batch.len();
        let mut posts = stream::iter(batch.into_iter().map(|webhook| self.post(webhook))).buffered(parallel.max(1));
        while posts.next().await.is_some() {}
        count
    }

    /// Takes what is due without posting it; each goes to [`Simulator::post`].
    pub(crate) fn take_due(&self) -> Vec<PendingWebhook> {
        let now = self.now();
        let mut world = self.lock();
        world.tick(now);
        world.take_webhooks()
    }

    /// One delivery attempt.
    pub(crate) async fn post(&self, webhook: PendingWebhook) {
        let down = self.lock().knobs().callbacks_down;
        let result = match down {
            true => Err(SinkError("the callback is down (knob)".into())),
            false => self.inner.sink.post(&webhook.url, &webhook.headers, webhook.body.clone()).await,
        };
        self.with(|world| world.webhook_result(&webhook, result));
    }

    /// Delivers until nothing is due at the present moment. Bounded, because a receiver may answer with new sends for ever.
    pub async fn settle(&self) -> usize {
        let mut total = 0;
        for _ in 0..10_000 {
            match self.deliver(1).await {
                0 => break,
                n => total += n,
            }
        }
        total
    }

    /// Posts webhooks that became due within a request, when the knob for early statuses is on.
    ///
    /// In a task of its own: a client that dies before its answer takes the request with it, and must not take webhooks with it.
    pub(crate) async fn flush_early(&self) {
        if self.lock().knobs().status_before_answer_percent > 0 {
            let simulator = self.clone();
            let _ = tokio::spawn(async move { simulator.deliver(4).await }).await;
        }
    }

    /// Holds an answer back as long as the knob for slow answers says.
    pub(crate) async fn hold_answer(&self) {
        let wait = self.lock().answer_wait();
        if wait > 0 {
            tokio::time::sleep(Duration::from_millis(wait)).await;
        }
    }

    /// The Cloud API.
    pub fn cloud_router(&self) -> Router {
        crate::cloud::router(self.clone())
    }

    /// Twilio's API.
    pub fn twilio_router(&self) -> Router {
        crate::twilio::router(self.clone())
    }

    /// Telnyx's API.
    pub fn telnyx_router(&self) -> Router {
        crate::telnyx::router(self.clone())
    }

    /// RCS for Business.
    pub fn rbm_router(&self) -> Router {
        crate::rbm::router(self.clone())
    }

    /// The control API under `/_sim` and the page at `/`.
    pub fn control_router(&self) -> Router {
        crate::control::router(self.clone())
    }

    /// The control API without a prefix, to be nested somewhere else.
    pub fn control_api(&self) -> Router {
        crate::control::api(self.clone())
    }
}
