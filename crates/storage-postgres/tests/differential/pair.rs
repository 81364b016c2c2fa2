//! Two stores that get the same, and everything that can be read from them.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::future::Future;
use std::sync::Arc;

use model::broadcast::RecipientState;
use model::signal::Signal;
use model::{BroadcastId, SenderId, Timestamp, WorkspaceId};
use postgres_server::{Database, database};
use storage::{
    ContactFilter, ConversationFilter, Decider, DecisionFilter, LedgerFilter, MessageFilter, Page, Paged, RunFilter, StepOutcome, Store,
    TimelineFilter,
};
use storage_sqlite::{Options, SqliteStore};
use tempfile::TempDir;

use crate::common::open;

/// Small, so that cursors are used.
const PAGE: u32 = 7;
pub const BROADCAST: BroadcastId = BroadcastId::from_u128(77);

pub struct Pair {
    pub sqlite: Arc<dyn Store>,
    pub postgres: Arc<dyn Store>,
    _database: Database,
    _folder: TempDir,
}

/// The whole of a list, by pages.
async fn all<T, F: Future<Output = Paged<T>>>(read: impl Fn(Page) -> F) -> Vec<T> {
    let (mut items, mut page) = (Vec::new(), Page::first(PAGE));
    for _ in 0..10_000 {
        let got = read(page).await;
        items.extend(got.items);
        match got.next {
            Some(after) => page = Page { limit: PAGE, after: Some(after) },
            None => return items,
        }
    }
    panic!("a list does not end");
}

/// What each store says in its own words about a value that it cannot write is not compared.
fn told(outcome: StepOutcome) -> StepOutcome {
    match outcome {
        StepOutcome::Parked { error } if error.contains("be written") => StepOutcome::Parked { error: "the store's own words".to_owned() },
        other => other,
    }
}

impl Pair {
    pub async fn open(decider: Arc<dyn Decider>) -> Self {
        let (database, folder) = (database().unwrap(), tempfile::tempdir().unwrap());
        // Groups are small, so that many are decided while others are on their way into the file.
        let options = Options { group_signals: 3, ..Options::default() };
        let sqlite = SqliteStore::open(folder.path().join("a.db"), options, decider.clone()).unwrap();
        let postgres = open(database.url(), decider).await;
        Self { sqlite: Arc::new(sqlite), postgres: Arc::new(postgres), _database: database, _folder: folder }
    }

    /// The same signals into both, and the same outcomes out of them.
    pub async fn step(&self, what: &str, signals: Vec<Signal>) -> Vec<StepOutcome> {
        // Each a call of its own, handed over in order.
        let calls = signals.iter().map(|signal| self.sqlite.step(vec![signal.clone()]));
        let one: Vec<StepOutcome> = futures_util::future::try_join_all(calls).await.unwrap().into_iter().flatten().collect();
        let two = self.postgres.step(signals.clone()).await.unwrap();
        let one: Vec<StepOutcome> = one.into_iter().map(told).collect();
        for ((signal, one), two) in signals.iter().zip(&one).zip(two.into_iter().map(told)) {
            assert_eq!(*one, two, "{what}: {signal:#?}");
        }
        one
    }

    pub async fn compare(&self, what: &str) {
        let (one, two) = (everything(&*self.sqlite).await, everything(&*self.postgres).await);
        for (name, one) in &one {
            let two = two.get(name).map(String::as_str).unwrap_or_default();
            if one != two {
                let differing = one.lines().zip(two.lines()).position(|(a, b)| a != b).unwrap_or(0);
                let near = |text: &str| text.lines().skip(differing.saturating_sub(12)).take(24).collect::<Vec<_>>().join("\n");
                panic!("{what}: {name} differs near line {differing}\n--- SQLite\n{}\n--- PostgreSQL\n{}", near(one), near(two));
            }
        }
        assert_eq!(one.len(), two.len(), "{what}");
    }
}

fn show<T: Debug>(value: &T) -> String {
    format!("{value:#?}")
}

async fn everything(store: &dyn Store) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for ws in [storage_tests::make::WS, storage_tests::make::OTHER_WS] {
        for (name, text) in of_workspace(store, ws).await {
            found.insert(format!("{name} of {ws}"), text);
        }
    }
    let ever = Timestamp::from_millis(i64::MAX / 2);
    found.insert("due".to_owned(), show(&store.due(ever, 1_000).await.unwrap()));
    found.insert("next due".to_owned(), show(&store.next_due().await.unwrap()));
    let mut heads = store.queue_heads().await.unwrap();
    heads.sort_unstable();
    found.insert("heads".to_owned(), show(&heads));
    let senders: Vec<SenderId> = heads.iter().map(|(sender, _)| *sender).collect();
    for sender in senders {
        found.insert(format!("queue of {sender}"), show(&store.queued(sender, ever, 1_000).await.unwrap()));
    }
    let mut flying = store.in_flight(ever, 1_000).await.unwrap();
    flying.sort_by_key(|row| (row.since, row.message.id));
    found.insert("in flight".to_owned(), show(&flying));
    found.insert("due deliveries".to_owned(), show(&store.due_deliveries(ever, 1_000).await.unwrap()));
    let stats = store.stats().await.unwrap();
    found.insert("stats".to_owned(), show(&(stats.contacts, stats.signals, stats.messages, stats.parked, stats.unresolved, stats.steps)));
    found
}

async fn of_workspace(store: &dyn Store, ws: WorkspaceId) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let contacts = store.scan_contacts(ws, None, 10_000).await.unwrap();
    for (contact, _) in &contacts {
        let filter = TimelineFilter::default;
        let timeline = all(async |page| store.timeline(ws, *contact, filter(), page).await.unwrap()).await;
        found.insert(format!("timeline {contact}"), show(&timeline));
        let messages = |contact| MessageFilter { contact: Some(contact), ..MessageFilter::default() };
        let list = all(async |page| store.messages(ws, messages(*contact), page).await.unwrap()).await;
        found.insert(format!("messages {contact}"), show(&list));
        let ledger = LedgerFilter { contact: Some(*contact), address: None };
        let list = all(async |page| store.ledger(ws, ledger.clone(), page).await.unwrap()).await;
        found.insert(format!("ledger {contact}"), show(&list));
    }
    found.insert("contacts".to_owned(), show(&contacts));
    let list = all(async |page| store.contacts(ws, ContactFilter::default(), page).await.unwrap()).await;
    found.insert("profiles".to_owned(), show(&list));
    let list = all(async |page| store.messages(ws, MessageFilter::default(), page).await.unwrap()).await;
    found.insert("messages".to_owned(), show(&list));
    let list = all(async |page| store.decisions(ws, DecisionFilter::default(), page).await.unwrap()).await;
    found.insert("decisions".to_owned(), show(&list));
    let mut list = all(async |page| store.conversations(ws, ConversationFilter::default(), page).await.unwrap()).await;
    // Which of two comes first that have the same moment is each store's own.
    assert!(list.is_sorted_by_key(|row| std::cmp::Reverse(row.last_message_at)));
    list.sort_by_key(|row| (row.last_message_at, row.id));
    found.insert("conversations".to_owned(), show(&list));
    let list = all(async |page| store.runs(ws, RunFilter::default(), page).await.unwrap()).await;
    found.insert("runs".to_owned(), show(&list));
    let list = all(async |page| store.deliveries(ws, None, page).await.unwrap()).await;
    found.insert("deliveries".to_owned(), show(&list));
    let list = all(async |page| store.parked(ws, page).await.unwrap()).await;
    let list: Vec<_> = list.into_iter().map(|row| (row.signal, row.parked_at, row.tries)).collect();
    found.insert("parked".to_owned(), show(&list));
    for state in [None, Some(RecipientState::Pending), Some(RecipientState::Sent)] {
        let list = all(async |page| store.recipients(ws, BROADCAST, state, page).await.unwrap()).await;
        found.insert(format!("recipients {state:?}"), show(&list));
    }
    let mut inventory = store.inventory(ws).await.unwrap();
    for scope in std::mem::take(&mut inventory.counter_scopes) {
        let mut counters = store.counters(ws, &scope).await.unwrap();
        // What went up and down in one batch may leave a row or not.
        counters.retain(|counter| counter.value != 0);
        found.insert(format!("counters {scope}"), show(&counters));
    }
    found.insert("inventory".to_owned(), show(&inventory));
    let log = store.signals(ws, 0, 100_000).await.unwrap();
    for key in log.iter().filter_map(|row| row.signal.dedupe_key.as_ref()) {
        found.insert(format!("reply {key}"), show(&store.known_reply(ws, key).await.unwrap()));
    }
    // Positions are each store's own.
    let log: Vec<_> = log.into_iter().map(|row| (row.contact, row.signal)).collect();
    found.insert("log".to_owned(), show(&log));
    found
}
