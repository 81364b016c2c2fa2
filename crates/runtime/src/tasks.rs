//! The only place that spawns: each loop ticks, sleeps until it wants to be asked again, and is woken early when something happened.

use std::sync::Arc;

use model::{Millis, Timestamp};
use storage::StorageError;
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;

use crate::{CheckpointLoop, DeliveryLoop, Dispatcher, Engine, MediaLoop, SettleLoop, SettleTimes, Spawning, TimerLoop};

/// Loops look at least this often, by the product's clock, should a wake-up ever be missed.
const AT_LEAST: Millis = Millis::from_mins(1);
/// Pause after a failure of the store.
const AFTER_ERROR: std::time::Duration = std::time::Duration::from_millis(500);

/// The running loops.
pub struct Tasks {
    stop: watch::Sender<bool>,
    set: JoinSet<()>,
}

macro_rules! spawn_loop {
    ($set:expr, $stop:expr, $engine:expr, $name:literal, $notify:ident, $loop:expr) => {{
        let engine = Arc::clone($engine);
        let mut stop = $stop.subscribe();
        let mut ticking = $loop;
        $set.spawn(async move {
            loop {
                if *stop.borrow() {
                    break;
                }
                let next = next_wake($name, ticking.tick(engine.now()).await);
                tokio::select! {
                    () = rest(&engine, next) => {}
                    () = wait(&engine.$notify) => {}
                    _ = stop.changed() => {}
                }
            }
        });
    }};
}

impl Tasks {
    /// Starts every loop.
    #[must_use]
    pub fn start(engine: &Arc<Engine>, media: MediaLoop, times: SettleTimes) -> Self {
        let (stop, _) = watch::channel(false);
        let mut set = JoinSet::new();
        let dispatcher = Dispatcher::new(Arc::clone(engine), Spawning::Tasks);
        let settle = SettleLoop::with_times(Arc::clone(engine), Box::new(dispatcher.activity()), times);
        spawn_loop!(set, stop, engine, "timers", wakes, TimerLoop::new(Arc::clone(engine)));
        spawn_loop!(set, stop, engine, "dispatcher", queued, dispatcher);
        spawn_loop!(set, stop, engine, "deliveries", deliveries, DeliveryLoop::new(Arc::clone(engine)));
        spawn_loop!(set, stop, engine, "media", media, media);
        spawn_loop!(set, stop, engine, "settle", unhurried, settle);
        spawn_loop!(set, stop, engine, "checkpoints", unhurried, CheckpointLoop::new(Arc::clone(engine)));
        Self { stop, set }
    }

    /// Asks the loops to end and waits for them. Provider calls that are under way finish by themselves.
    pub async fn stop(mut self) {
        let _ = self.stop.send(true);
        while self.set.join_next().await.is_some() {}
    }
}

async fn wait(notify: &Notify) {
    notify.notified().await;
}

enum Next {
    At(Option<Timestamp>),
    AfterError,
}

fn next_wake(name: &str, result: Result<Option<Timestamp>, StorageError>) -> Next {
    match result {
        Ok(at) => Next::At(at),
        Err(error) => {
            tracing::error!(loop.name = name, error = %error, "The {name} loop could not use the store; it tries again");
            Next::AfterError
        }
    }
}

async fn rest(engine: &Engine, next: Next) {
    match next {
        Next::At(at) => {
            let latest = engine.now() + AT_LEAST;
            engine.clock().sleep_until(at.map_or(latest, |at| at.min(latest))).await;
        }
        Next::AfterError => tokio::time::sleep(AFTER_ERROR).await,
    }
}
