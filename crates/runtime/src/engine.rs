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

use crate::bells::Bells;
use crate::clock::TimeSource;
use crate::dispatcher::Ahead;
use crate::gather::Gather;
use crate::node::{News, Node, NodeOptions};
use crate::outside::Adapters;
use crate::portfolios::Portfolios;
use crate::presence::Shown;
use crate::pulse::{Pulse, PulseReport};
use crate::recovery::Holds;
use crate::secure::SecureRng;

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

#[derive(Clone, Default)]
struct Accounts {
    of: BTreeMap<WorkspaceId, Arc<[Account]>>,
    by_sender: BTreeMap<SenderId, Arc<Account>>,
    /// People who may be written to in a day, as providers reported.
    people: BTreeMap<WorkspaceId, Arc<Portfolios>>,
}

/// The running product without its loops: what intake, loops and the API share.
pub struct Engine {
    store: Arc<dyn Store>,
    core: Arc<Core>,
    clock: Arc<dyn TimeSource>,
    adapters: Adapters,
    /// Senders with their credentials, read again whenever a workspace is: webhooks and sends look them up all the time.
    accounts: ArcSwap<Accounts>,
    ids: Mutex<Draws>,
    pub(crate) bells: Arc<Bells>,
    gather: Arc<Gather>,
    /// How long messages take from their event to their call.
    pub(crate) pulse: Pulse,
    /// What waits for a person's yes after an outage.
    pub(crate) holds: Holds,
    /// What people were shown last.
    pub(crate) shown: Shown,
    node: Node,
    /// Something was queued: the dispatcher should look.
    pub(crate) queued: Arc<Notify>,
    /// A wake moved: the timer loop should look.
    pub(crate) wakes: Arc<Notify>,
    pub(crate) deliveries: Arc<Notify>,
    /// A message is to be taken back.
    pub(crate) withdrawn: Arc<Notify>,
    pub(crate) media: Notify,
    /// Senders changed: lines may have to be taken up or put down.
    pub(crate) lines: Notify,
    /// Somebody asked something of a broadcast.
    pub(crate) broadcasts: Notify,
    /// For loops that nothing wakes early.
    pub(crate) unhurried: Notify,
}

impl Engine {
    /// How long messages took from their event to their call, in the last minutes and on this node (A6).
    #[must_use]
    pub fn pulse(&self) -> PulseReport {
        self.pulse.report(self.now())
    }

    #[must_use]
    pub fn new(store: Arc<dyn Store>, core: Arc<Core>, clock: Arc<dyn TimeSource>, adapters: Adapters) -> Self {
        let seed = SecureRng::new().next_u64();
        Self::seeded(store, core, clock, adapters, seed)
    }

    /// With ids that are a function of a seed, for simulations.
    #[must_use]
    pub fn seeded(store: Arc<dyn Store>, core: Arc<Core>, clock: Arc<dyn TimeSource>, adapters: Adapters, seed: u64) -> Self {
        let node = Node::new(NodeOptions::of(&*store));
        let bells = Arc::new(Bells::new());
        let (queued, wakes, deliveries) = (Arc::clone(&bells.queued), Arc::clone(&bells.wakes), Arc::clone(&bells.deliveries));
        let withdrawn = Arc::clone(&bells.withdrawn);
        Self {
            gather: Gather::new(Arc::clone(&store), Arc::clone(&bells)),
            pulse: Pulse::default(),
            store,
            core,
            clock,
            adapters,
            accounts: ArcSwap::default(),
            ids: Mutex::new(Draws::new(seed)),
            holds: Holds::default(),
            shown: Shown::default(),
            bells,
            node,
            queued,
            wakes,
            deliveries,
            withdrawn,
            media: Notify::new(),
            lines: Notify::new(),
            broadcasts: Notify::new(),
            unhurried: Notify::new(),
        }
    }

    /// As one of several nodes. Before it is used.
    #[must_use]
    pub fn as_node(mut self, options: NodeOptions) -> Self {
        self.node = Node::new(options);
        self
    }

    #[must_use]
    pub const fn node(&self) -> &Node {
        &self.node
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
        self.accounts.load().of.get(&ws).cloned().unwrap_or_default()
    }

    /// A sender, wherever it is: its id is the name of its webhook's address.
    #[must_use]
    pub fn account(&self, sender: SenderId) -> Option<Arc<Account>> {
        self.accounts.load().by_sender.get(&sender).cloned()
    }

    /// Every sender that has an account.
    #[must_use]
    pub fn sender_ids(&self) -> Vec<SenderId> {
        self.accounts.load().by_sender.keys().copied().collect()
    }

    pub(crate) fn reported_people(&self, ws: WorkspaceId) -> Option<Arc<Portfolios>> {
        self.accounts.load().people.get(&ws).cloned()
    }

    pub(crate) fn install_accounts(&self, ws: WorkspaceId, accounts: Vec<Account>, people: Portfolios) {
        let people = Arc::new(people);
        let accounts: Arc<[Account]> = accounts.into();
        self.accounts.rcu(|all| {
            let mut all = Accounts::clone(all);
            all.by_sender.retain(|_, account| account.workspace != ws);
            all.by_sender.extend(accounts.iter().map(|account| (account.sender.id, Arc::new(account.clone()))));
            all.of.insert(ws, Arc::clone(&accounts));
            all.people.insert(ws, Arc::clone(&people));
            all
        });
        self.lines.notify_one();
    }

    pub(crate) fn ahead(&self) -> &Ahead {
        &self.gather.ahead
    }

    /// Sixteen bytes for a new id.
    #[must_use]
    pub fn mint(&self) -> u128 {
        let mut draws = self.ids.lock().unwrap_or_else(PoisonError::into_inner);
        model::id::mint(self.now(), &mut *draws)
    }

    #[must_use]
    pub fn subscribe(&self) -> broadcast::Receiver<News> {
        self.bells.subscribe()
    }

    /// Applies signals of one workspace, and answers after all of it is durable. For the product's own loops, which bound themselves.
    pub async fn submit(&self, signals: Vec<NewSignal>) -> Result<Vec<StepOutcome>, StorageError> {
        self.pass(self.stamped(signals), false).await
    }

    /// The same for what comes from outside: a workspace of which too much waits already is turned away with
    /// [`storage::StorageErrorKind::Busy`], and nothing of the call is stored.
    pub async fn admit(&self, signals: Vec<NewSignal>) -> Result<Vec<StepOutcome>, StorageError> {
        self.pass(self.stamped(signals), true).await
    }

    async fn pass(&self, signals: Vec<Signal>, bounded: bool) -> Result<Vec<StepOutcome>, StorageError> {
        match self.node.options().shared {
            true => crate::node::pass_current(self, &self.gather, signals, bounded).await,
            false => self.gather.pass(signals, bounded).await,
        }
    }

    fn stamped(&self, signals: Vec<NewSignal>) -> Vec<Signal> {
        let now = self.now();
        let stamp = |new: NewSignal| Signal {
            id: new.id.unwrap_or_else(|| SignalId::from_u128(self.mint())),
            workspace: new.workspace,
            target: new.target,
            event_time: new.event_time.unwrap_or(now),
            arrival_time: now,
            source: new.source,
            dedupe_key: new.dedupe_key,
            fingerprint: new.fingerprint,
            permit: Vec::new(),
            body: new.body,
        };
        signals.into_iter().map(stamp).collect()
    }

    /// Tells all loops to look now, for instance when the clock jumped or the catalogue changed.
    pub fn nudge(&self) {
        self.queued.notify_one();
        self.wakes.notify_one();
        self.deliveries.notify_one();
        self.media.notify_one();
        self.broadcasts.notify_one();
    }
}
