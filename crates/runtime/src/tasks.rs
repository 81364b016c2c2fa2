//! The only place that spawns: each loop ticks, sleeps until it wants to be asked again, and is woken early when something happened.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use model::Timestamp;
use storage::StorageError;
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;

use crate::{
    BroadcastLoop, CatalogueFollower, CheckpointLoop, DeliveryLoop, Dispatcher, Duty, Engine, HeartbeatLoop, LeaseKeeper, LineLoop,
    LinkLoop, MediaLoop, SettleLoop, SettleTimes, Spawning, TimerLoop, WaitingLoop, WithdrawLoop,
};

/// Pause after a failure of the store.
const AFTER_ERROR: Duration = Duration::from_millis(500);
/// Provider calls that are under way when a node stops may take so long; the answers of slower ones are found out by settling doubt.
const CALLS_END_WITHIN: Duration = Duration::from_secs(10);

/// The running loops.
pub struct Tasks {
    engine: Arc<Engine>,
    stop: watch::Sender<bool>,
    loops: JoinSet<()>,
    /// Outlives the loops: messages under way go over the lines.
    lines: Option<(watch::Sender<bool>, JoinSet<LineLoop>)>,
    /// Outlives the lines: leases are held until the last call has ended.
    leases: Option<(watch::Sender<bool>, JoinSet<LeaseKeeper>)>,
}

type Tick<'t> = Pin<Box<dyn Future<Output = Result<Option<Timestamp>, StorageError>> + Send + 't>>;

/// Something that is ticked.
trait Loop: Send + 'static {
    fn tick(&mut self, now: Timestamp) -> Tick<'_>;
}

macro_rules! loops {
    ($($name:ty),* $(,)?) => {$(
        impl Loop for $name {
            fn tick(&mut self, now: Timestamp) -> Tick<'_> {
                Box::pin(<$name>::tick(self, now))
            }
        }
    )*};
}

loops!(
    BroadcastLoop,
    CatalogueFollower,
    CheckpointLoop,
    DeliveryLoop,
    Dispatcher,
    HeartbeatLoop,
    LeaseKeeper,
    LineLoop,
    LinkLoop,
    MediaLoop,
    SettleLoop,
    TimerLoop,
    WaitingLoop,
    WithdrawLoop
);

/// How a loop is run.
#[derive(Clone, Copy)]
struct Way {
    name: &'static str,
    /// Only one node at a time may tick it. Loops that ask by themselves for each sender have none.
    duty: Option<Duty>,
    /// What wakes it early.
    bell: for<'e> fn(&'e Engine) -> &'e Notify,
}

impl Tasks {
    /// Starts the loops that this node's roles ask for.
    #[must_use]
    pub fn start(engine: &Arc<Engine>, media: MediaLoop, times: SettleTimes) -> Self {
        let mut tasks =
            Self { engine: Arc::clone(engine), stop: watch::channel(false).0, loops: JoinSet::new(), lines: None, leases: None };
        let options = engine.node().options();
        if options.shared {
            engine.listen();
            tasks.spawn(Way { name: "catalogue", duty: None, bell: |e| &e.node().documents }, CatalogueFollower::new(Arc::clone(engine)));
        }
        if !options.roles.worker {
            return tasks;
        }
        if options.shared {
            tasks.keep_leases();
        }
        tasks.hold_lines();
        let dispatcher = Dispatcher::new(Arc::clone(engine), Spawning::Tasks);
        let settle = SettleLoop::with_times(Arc::clone(engine), Box::new(dispatcher.activity()), times);
        let way = |name, duty, bell| Way { name, duty, bell };
        tasks.spawn(way("timers", Some(Duty::Timers), |e| &e.wakes), TimerLoop::in_groups(Arc::clone(engine)));
        tasks.spawn(way("dispatcher", None, |e| &e.queued), dispatcher);
        tasks.spawn(
            way("deliveries", Some(Duty::Deliveries), |e| &e.deliveries),
            DeliveryLoop::spawning(Arc::clone(engine), Spawning::Tasks),
        );
        tasks.spawn(way("heartbeat", None, |e| &e.unhurried), HeartbeatLoop::new(Arc::clone(engine)));
        tasks.spawn(way("broadcasts", Some(Duty::Broadcasts), |e| &e.broadcasts), BroadcastLoop::new(Arc::clone(engine)));
        tasks.spawn(way("media", Some(Duty::Media), |e| &e.media), media);
        tasks.spawn(way("settle", None, |e| &e.unhurried), settle);
        tasks.spawn(way("withdrawals", None, |e| &e.withdrawn), WithdrawLoop::new(Arc::clone(engine)));
        let waiting = WaitingLoop::new(Arc::clone(engine), times.waiting_expires_after);
        tasks.spawn(way("waiting", Some(Duty::Tidy), |e| &e.unhurried), waiting);
        tasks.spawn(way("links", Some(Duty::Tidy), |e| &e.unhurried), LinkLoop::new(Arc::clone(engine)));
        tasks.spawn(way("checkpoints", Some(Duty::Ledger), |e| &e.unhurried), CheckpointLoop::new(Arc::clone(engine)));
        tasks
    }

    fn spawn(&mut self, way: Way, ticking: impl Loop) {
        let run = run(Arc::clone(&self.engine), self.stop.subscribe(), way, ticking);
        self.loops.spawn(async move {
            run.await;
        });
    }

    fn hold_lines(&mut self) {
        let (stop, stopped) = watch::channel(false);
        let mut set = JoinSet::new();
        let way = Way { name: "lines", duty: None, bell: |e| &e.lines };
        set.spawn(run(Arc::clone(&self.engine), stopped, way, LineLoop::new(Arc::clone(&self.engine))));
        self.lines = Some((stop, set));
    }

    fn keep_leases(&mut self) {
        let (stop, stopped) = watch::channel(false);
        let mut set = JoinSet::new();
        let way = Way { name: "leases", duty: None, bell: |e| &e.unhurried };
        set.spawn(run(Arc::clone(&self.engine), stopped, way, LeaseKeeper::new(Arc::clone(&self.engine))));
        self.leases = Some((stop, set));
    }

    /// Asks the loops to end and waits for them, and a while for provider calls that are under way; then frees this node's leases, so that
    /// others go on at once.
    pub async fn stop(mut self) {
        let _ = self.stop.send(true);
        while self.loops.join_next().await.is_some() {}
        if tokio::time::timeout(CALLS_END_WITHIN, self.engine.node().calls_ended()).await.is_err() {
            tracing::warn!("Provider calls are still open; what came of them is found out later");
        }
        if let Some((stop, mut set)) = self.lines.take() {
            let _ = stop.send(true);
            while let Some(ended) = set.join_next().await {
                if let Ok(lines) = ended {
                    lines.put_down().await;
                }
            }
        }
        let Some((stop, mut set)) = self.leases.take() else { return };
        let _ = stop.send(true);
        while let Some(ended) = set.join_next().await {
            let Ok(keeper) = ended else { continue };
            if let Err(error) = keeper.release().await {
                tracing::warn!(error = %error, "This node's leases could not be freed; others take them when they have expired");
            }
        }
    }
}

/// Runs a loop until it is told to stop, and gives it back.
async fn run<L: Loop>(engine: Arc<Engine>, mut stop: watch::Receiver<bool>, way: Way, mut ticking: L) -> L {
    let mut failing = false;
    while !*stop.borrow() {
        let next = match way.duty {
            Some(duty) if engine.on_duty(duty).is_none() => Next::At(None),
            _ => next_wake(way.name, &mut failing, ticking.tick(engine.now()).await),
        };
        tokio::select! {
            () = rest(&engine, next) => {}
            () = (way.bell)(&engine).notified() => {}
            _ = stop.changed() => {}
        }
    }
    ticking
}

enum Next {
    At(Option<Timestamp>),
    AfterError,
}

/// A failure is told once, and that it is over: a store that is away for a night fills no log.
fn next_wake(name: &str, failing: &mut bool, result: Result<Option<Timestamp>, StorageError>) -> Next {
    let failed_before = std::mem::replace(failing, result.is_err());
    match result {
        Ok(at) => {
            if failed_before {
                tracing::info!(loop.name = name, "The {name} loop can use the store again");
            }
            Next::At(at)
        }
        Err(error) => {
            if failed_before {
                tracing::debug!(loop.name = name, error = %error, "The {name} loop still cannot use the store");
            } else {
                tracing::error!(loop.name = name, error = %error, "The {name} loop could not use the store; it tries again");
            }
            Next::AfterError
        }
    }
}

async fn rest(engine: &Engine, next: Next) {
    match next {
        Next::At(at) => {
            let latest = engine.now() + engine.look_every();
            engine.clock().sleep_until(at.map_or(latest, |at| at.min(latest))).await;
        }
        Next::AfterError => tokio::time::sleep(AFTER_ERROR).await,
    }
}
