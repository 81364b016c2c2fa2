//! The middle of the loop: signals in, one durable step, news out.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;
use channel::Account;
use decide::Core;
use model::signal::{Signal, SignalBody, Target};
use model::{Clock, Draws, Rng, SenderId, SignalId, Timestamp, WorkspaceId};
use storage::{StepOutcome, StorageError, Store};
use tokio::sync::{Notify, broadcast};

use crate::clock::TimeSource;
use crate::outside::Adapters;
use crate::secure::SecureRng;

/// News kept for slow listeners.
const BACKLOG: usize = 4096;

/// A signal before its arrival is stamped.
#[derive(Clone, Debug, PartialEq)]
pub struct NewSignal {
    /// Minted here when absent.
    pub id: Option<SignalId>,
    pub workspace: WorkspaceId,
    pub target: Target,
    pub body: SignalBody,
    /// When it happened; now when absent.
    pub event_time: Option<Timestamp>,
    pub source: String,
    pub dedupe_key: Option<String>,
    pub fingerprint: Option<u64>,
}

impl NewSignal {
    #[must_use]
    pub fn new(workspace: WorkspaceId, target: Target, source: impl Into<String>, body: SignalBody) -> Self {
        Self { id: None, workspace, target, body, event_time: None, source: source.into(), dedupe_key: None, fingerprint: None }
    }
}

/// What a committed step changed, for live views.
#[derive(Clone, Debug, PartialEq)]
pub struct StepNews {
    pub workspace: WorkspaceId,
    pub contact: model::ContactId,
    pub conversation: bool,
}

/// The running product without its loops: what intake, loops and the API share.
pub struct Engine {
    store: Arc<dyn Store>,
    core: Arc<Core>,
    clock: Arc<dyn TimeSource>,
    adapters: Adapters,
    /// Senders with their credentials, read again whenever a workspace is: webhooks and sends look them up all the time.
    accounts: ArcSwap<BTreeMap<WorkspaceId, Arc<[Account]>>>,
    ids: Mutex<Draws>,
    news: broadcast::Sender<StepNews>,
    /// Something was queued: the dispatcher should look.
    pub(crate) queued: Notify,
    /// A wake moved: the timer loop should look.
    pub(crate) wakes: Notify,
    pub(crate) deliveries: Notify,
    pub(crate) media: Notify,
    /// For loops that nothing wakes early.
    pub(crate) unhurried: Notify,
}

impl Engine {
    #[must_use]
    pub fn new(store: Arc<dyn Store>, core: Arc<Core>, clock: Arc<dyn TimeSource>, adapters: Adapters) -> Self {
        let seed = SecureRng::new().next_u64();
        Self::seeded(store, core, clock, adapters, seed)
    }

    /// With ids that are a function of a seed, for simulations.
    #[must_use]
    pub fn seeded(store: Arc<dyn Store>, core: Arc<Core>, clock: Arc<dyn TimeSource>, adapters: Adapters, seed: u64) -> Self {
        Self {
            store,
            core,
            clock,
            adapters,
            accounts: ArcSwap::default(),
            ids: Mutex::new(Draws::new(seed)),
            news: broadcast::channel(BACKLOG).0,
            queued: Notify::new(),
            wakes: Notify::new(),
            deliveries: Notify::new(),
            media: Notify::new(),
            unhurried: Notify::new(),
        }
    }

    #[must_use]
    pub fn now(&self) -> Timestamp {
        Clock::now(&*self.clock)
    }

    #[must_use]
    pub fn clock(&self) -> &Arc<dyn TimeSource> {
        &self.clock
    }

    #[must_use]
    pub fn store(&self) -> &Arc<dyn Store> {
        &self.store
    }

    #[must_use]
    pub fn core(&self) -> &Arc<Core> {
        &self.core
    }

    #[must_use]
    pub fn adapters(&self) -> &Adapters {
        &self.adapters
    }

    /// A workspace's senders.
    #[must_use]
    pub fn accounts(&self, ws: WorkspaceId) -> Arc<[Account]> {
        self.accounts.load().get(&ws).cloned().unwrap_or_default()
    }

    /// A sender, wherever it is: its id is the name of its webhook's address.
    #[must_use]
    pub fn account(&self, sender: SenderId) -> Option<Account> {
        self.accounts.load().values().flat_map(|accounts| accounts.iter()).find(|account| account.sender.id == sender).cloned()
    }

    pub(crate) fn install_accounts(&self, ws: WorkspaceId, accounts: Vec<Account>) {
        let accounts: Arc<[Account]> = accounts.into();
        self.accounts.rcu(|all| {
            let mut all = BTreeMap::clone(all);
            all.insert(ws, Arc::clone(&accounts));
            all
        });
    }

    /// Sixteen bytes for a new id.
    #[must_use]
    pub fn mint(&self) -> u128 {
        let mut draws = self.ids.lock().unwrap_or_else(PoisonError::into_inner);
        model::id::mint(self.now(), &mut *draws)
    }

    #[must_use]
    pub fn subscribe(&self) -> broadcast::Receiver<StepNews> {
        self.news.subscribe()
    }

    /// Applies signals and answers after all of it is durable.
    pub async fn submit(&self, signals: Vec<NewSignal>) -> Result<Vec<StepOutcome>, StorageError> {
        let now = self.now();
        let signals: Vec<Signal> = signals
            .into_iter()
            .map(|new| Signal {
                id: new.id.unwrap_or_else(|| SignalId::from_u128(self.mint())),
                workspace: new.workspace,
                target: new.target,
                event_time: new.event_time.unwrap_or(now),
                arrival_time: now,
                source: new.source,
                dedupe_key: new.dedupe_key,
                fingerprint: new.fingerprint,
                body: new.body,
            })
            .collect();
        let workspaces: Vec<WorkspaceId> = signals.iter().map(|signal| signal.workspace).collect();
        let outcomes = self.store.step(signals).await?;
        self.announce(&workspaces, &outcomes);
        Ok(outcomes)
    }

    fn announce(&self, workspaces: &[WorkspaceId], outcomes: &[StepOutcome]) {
        let (mut queued, mut wake) = (false, false);
        for (workspace, outcome) in workspaces.iter().zip(outcomes) {
            if let StepOutcome::Applied(applied) = outcome {
                queued |= applied.queued;
                wake |= applied.next_wake.is_some();
                // Nobody listening is no error.
                let _ = self.news.send(StepNews { workspace: *workspace, contact: applied.contact, conversation: applied.conversation });
            }
        }
        if queued {
            self.queued.notify_one();
        }
        if wake {
            self.wakes.notify_one();
        }
        self.deliveries.notify_one();
    }

    /// Tells all loops to look now, for instance when the clock jumped or the catalogue changed.
    pub fn nudge(&self) {
        self.queued.notify_one();
        self.wakes.notify_one();
        self.deliveries.notify_one();
        self.media.notify_one();
    }
}
