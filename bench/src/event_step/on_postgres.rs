//! The same on PostgreSQL: our store with its defaults, beside row by row at its best number of connections. One throw-away server that waits
//! for the disk holds both databases.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use postgres_server::{Server, Settings};
use storage::Store;
use storage_postgres::PostgresStore;
use tokio::task::JoinSet;

use super::course::{Course, preload};
use super::parcel::{Clock, Maker, core};
use super::people::{People, lock};
use crate::Effort;
use crate::naive::postgres::{Rows, prepare};
use crate::report::{Figure, median};

/// Numbers of connections that the yardstick is tried with.
const CONNECTIONS: [usize; 3] = [1, 4, 16];
/// People at most: making a million of them takes longer than measuring, and PostgreSQL's cost per event hardly depends on it.
const PEOPLE_MAX: u32 = 200_000;

pub async fn measure(effort: Effort) -> Result<Vec<Figure>> {
    let people = effort.people().min(PEOPLE_MAX);
    // As docs/postgresql.md has it.
    let server = Server::start(&Settings::durable().with("wal_compression", "lz4"))?;
    let (url, plain_url) = (server.create_database("ours")?, server.create_database("plain")?);
    let store = node(&url).await?;
    let maker = Arc::new(Maker::default());
    preload(&store, &maker, 0..people, false).await?;
    // The same with half of the people coming to each of two nodes.
    let pair = [
        Course::new(Arc::clone(&store), Arc::clone(&maker), 0..people / 2),
        Course::new(node(&url).await?, Arc::clone(&maker), people / 2..people),
    ];
    let course = Course::new(store, maker, 0..people);
    let plain = Plain::new(plain_url, people).await?;
    server.psql("ours", "ANALYZE")?;
    server.psql("postgres", "CHECKPOINT")?;

    let mut best = (0, 0.0);
    for connections in CONNECTIONS {
        let rate = plain.round(connections, effort.span(4, 1)).await?;
        if rate > best.1 {
            best = (connections, rate);
        }
    }
    let (mut ours, mut of_pair, mut theirs) = (Vec::new(), Vec::new(), Vec::new());
    let wal = || -> Result<f64> { Ok(server.psql("postgres", "SELECT pg_current_wal_lsn() - '0/0'")?.parse()?) };
    let mut of_ours = (0.0, 0);
    for _ in 0..effort.pick(5, 2) {
        theirs.push(plain.round(best.0, effort.span(4, 1)).await?);
        let before = wal()?;
        let done = course.run(effort.span(5, 2)).await?;
        of_ours = (of_ours.0 + wal()? - before, of_ours.1 + done.events);
        ours.push(done.per_second());
        let (one, other) = tokio::try_join!(pair[0].run(effort.span(5, 2)), pair[1].run(effort.span(5, 2)))?;
        of_pair.push((one.events + other.events) as f64 / one.seconds.max(other.seconds));
    }
    let ours = median(ours);
    Ok(vec![
        Figure::new("event_step_postgres", ours, "events/s").against(median(theirs)),
        Figure::new("event_step_two_nodes", median(of_pair), "events/s").against(ours),
        Figure::new("rows_best_connections", best.0 as f64, "connections"),
        Figure::new("wal_per_event_postgres", of_ours.0 / of_ours.1 as f64, "bytes"),
    ])
}

/// Our store as one node has it.
async fn node(url: &str) -> Result<Arc<dyn Store>> {
    Ok(Arc::new(PostgresStore::open(storage_postgres::Settings::parse(url)?, Arc::new(core()?)).await?))
}

/// The yardstick with its people.
struct Plain {
    url: String,
    maker: Arc<Maker>,
    people: Arc<Mutex<People>>,
    clock: Clock,
}

impl Plain {
    async fn new(url: String, people: u32) -> Result<Self> {
        let maker = Arc::new(Maker::default());
        prepare(&url, &core()?, (0..people).map(|person| maker.shipped(person))).await?;
        Ok(Self { url, maker, people: Arc::new(Mutex::new(People::new(0..people))), clock: Clock::start() })
    }

    /// Events a second with this many connections.
    async fn round(&self, connections: usize, span: Duration) -> Result<f64> {
        let core = Arc::new(core()?);
        let mut desks = Vec::new();
        for _ in 0..connections {
            desks.push(Rows::open(&self.url, Arc::clone(&core)).await?);
        }
        let before = desks.first().context("at least one connection")?.sent().await?;
        let began = Instant::now();
        let mut tasks = JoinSet::new();
        for mut rows in desks {
            let (maker, people, clock) = (Arc::clone(&self.maker), Arc::clone(&self.people), self.clock);
            tasks.spawn(async move {
                let mut events = 0_u64;
                while began.elapsed() < span {
                    let person = lock(&people).take();
                    rows.event(&maker, &maker.moved(person, clock.now()?)).await?;
                    lock(&people).give_back(person);
                    events += 1;
                }
                anyhow::Ok((rows, events))
            });
        }
        let (mut all, mut last) = (0, None);
        while let Some(task) = tasks.join_next().await {
            let (rows, events) = task??;
            all += events;
            last = Some(rows);
        }
        let rate = all as f64 / began.elapsed().as_secs_f64();
        let sent = last.context("at least one connection")?.sent().await? - before;
        ensure!(sent == all, "{all} events led to {sent} messages");
        Ok(rate)
    }
}
