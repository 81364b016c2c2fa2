//! From an event's arrival to the call of the provider: how many a second, and how long at half of that.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use serde_json::json;
use tokio::task::JoinSet;

use crate::installation::Installation;
use crate::report::{Figure, at, median};
use crate::stub::Stub;
use crate::wire::Wire;
use crate::{Effort, relay};

const CONNECTIONS: usize = 32;
/// Events a second of the long run.
const STEADY_RATE: f64 = 2_500.0;
/// After the last event, calls must come within this time.
const PATIENCE: Duration = Duration::from_secs(60);

pub async fn measure(folder: &Path, effort: Effort) -> Result<Vec<Figure>> {
    let place = tempfile::tempdir_in(folder)?;
    let stub = Stub::default();
    let product = Installation::new(&place.path().join("data"), &stub).await?;
    let plain_stub = Stub::default();
    let plain = relay::serve(plain_stub.serve().await?).await?;
    let ours = Course::new(product.server.address(), &stub, events(&product.key));
    let theirs = Course::new(&plain, &plain_stub, events(""));
    let (mut rates, mut plain_rates) = (Vec::new(), Vec::new());
    for _ in 0..effort.pick(5, 1) {
        plain_rates.push(theirs.rate(effort.span(4, 2)).await?);
        rates.push(ours.rate(effort.span(4, 2)).await?);
    }
    let most = median(rates);
    // Long enough for many checkpoints of the store.
    let mut ours = ours.delays(most / 2.0, effort.span(60, 4)).await?;
    let mut theirs = theirs.delays(most / 2.0, effort.span(10, 4)).await?;
    Ok(vec![
        Figure::new("event_to_call_rate", most, "events/s").against(median(plain_rates)),
        Figure::new("event_to_call_p50", at(&mut ours, 0.5), "ms").against(at(&mut theirs, 0.5)),
        Figure::new("event_to_call_p99", at(&mut ours, 0.99), "ms").against(at(&mut theirs, 0.99)),
        Figure::new("event_to_call_longest", at(&mut ours, 1.0), "ms").against(at(&mut theirs, 1.0)),
    ])
}

/// What is asked for the n-th time: where, with which headers and body, and for whom the provider's call will be.
pub struct Ask {
    pub path: String,
    pub headers: String,
    pub body: Vec<u8>,
    pub digits: String,
}

pub type Asks = Arc<dyn Fn(u64) -> Ask + Send + Sync>;

/// A6: a rate that is held for ten minutes. Every event has its call at the end, or it fails.
pub async fn steady(folder: &Path, effort: Effort) -> Result<Vec<Figure>> {
    let place = tempfile::tempdir_in(folder)?;
    let stub = Stub::default();
    let product = Installation::new(&place.path().join("data"), &stub).await?;
    let course = Course::new(product.server.address(), &stub, events(&product.key));
    let mut delays = course.delays(STEADY_RATE, effort.span(600, 20)).await?;
    Ok(vec![
        Figure::new("steady_events", delays.len() as f64, "events"),
        Figure::new("steady_p50", at(&mut delays, 0.5), "ms"),
        Figure::new("steady_p99", at(&mut delays, 0.99), "ms"),
        Figure::new("steady_p999", at(&mut delays, 0.999), "ms"),
        Figure::new("steady_longest", at(&mut delays, 1.0), "ms"),
    ])
}

/// Events as our API takes them.
pub fn events(key: &str) -> Asks {
    let key = key.to_owned();
    Arc::new(move |n| {
        let digits = format!("1202{:07}", 2_000_000 + n);
        let event = json!({ "name": "order_shipped", "event_id": format!("e{n}"), "contact": { "phone": format!("+{digits}") },
            "properties": { "order": format!("O-{n}") } });
        Ask { path: "/v1/events".to_owned(), headers: key.clone(), body: event.to_string().into_bytes(), digits }
    })
}

/// One server with the provider that it calls.
pub struct Course {
    address: String,
    stub: Stub,
    asks: Asks,
    serial: Arc<AtomicU64>,
}

impl Course {
    pub fn new(address: &str, stub: &Stub, asks: Asks) -> Self {
        Self { address: address.to_owned(), stub: stub.clone(), asks, serial: Arc::new(AtomicU64::new(0)) }
    }

    /// As fast as it goes: calls a second, from the first event to the last call.
    pub async fn rate(&self, span: Duration) -> Result<f64> {
        self.stub.forget();
        let began = Instant::now();
        let mut desks = JoinSet::new();
        for _ in 0..CONNECTIONS {
            let (address, asks, serial) = (self.address.clone(), Arc::clone(&self.asks), Arc::clone(&self.serial));
            desks.spawn(async move {
                let mut wire = Wire::open(&address).await?;
                let mut count = 0_usize;
                while began.elapsed() < span {
                    post(&mut wire, &asks(serial.fetch_add(1, Ordering::Relaxed))).await?;
                    count += 1;
                }
                anyhow::Ok(count)
            });
        }
        let mut all = 0;
        while let Some(count) = desks.join_next().await {
            all += count??;
        }
        wait(&self.stub, all).await?;
        Ok(all as f64 / began.elapsed().as_secs_f64())
    }

    /// Milliseconds from the moment at which each event was to be sent until its call came.
    async fn delays(&self, per_second: f64, span: Duration) -> Result<Vec<f64>> {
        self.stub.forget();
        let count = (per_second * span.as_secs_f64()) as u64;
        let first = self.serial.fetch_add(count, Ordering::Relaxed);
        let next = Arc::new(AtomicU64::new(0));
        let began = Instant::now() + Duration::from_millis(50);
        let due = move |n: u64| began + Duration::from_secs_f64(n as f64 / per_second);
        let mut desks = JoinSet::new();
        for _ in 0..CONNECTIONS {
            let (address, asks, next) = (self.address.clone(), Arc::clone(&self.asks), Arc::clone(&next));
            desks.spawn(async move {
                let mut wire = Wire::open(&address).await?;
                loop {
                    let n = next.fetch_add(1, Ordering::Relaxed);
                    if n >= count {
                        return anyhow::Ok(());
                    }
                    tokio::time::sleep_until(due(n).into()).await;
                    post(&mut wire, &asks(first + n)).await?;
                }
            });
        }
        while let Some(desk) = desks.join_next().await {
            desk??;
        }
        wait(&self.stub, usize::try_from(count)?).await?;
        let took = |n: u64| {
            let call = self.stub.at(&(self.asks)(first + n).digits);
            call.map(|at| at.saturating_duration_since(due(n)).as_secs_f64() * 1e3)
        };
        Ok((0..count).filter_map(took).collect())
    }
}

async fn post(wire: &mut Wire, ask: &Ask) -> Result<()> {
    let status = wire.post(&ask.path, &ask.headers, &ask.body).await?;
    ensure!(status == 202, "an event was answered with {status}");
    Ok(())
}

async fn wait(stub: &Stub, calls: usize) -> Result<()> {
    let end = Instant::now() + PATIENCE;
    while stub.seen() < calls {
        ensure!(Instant::now() < end, "{} of {calls} calls came", stub.seen());
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    Ok(())
}
