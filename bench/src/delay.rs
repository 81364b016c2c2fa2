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
/// After the last event, calls must come within this time.
const PATIENCE: Duration = Duration::from_secs(60);

pub async fn measure(folder: &Path, effort: Effort) -> Result<Vec<Figure>> {
    let place = tempfile::tempdir_in(folder)?;
    let stub = Stub::default();
    let product = Installation::new(&place.path().join("data"), &stub).await?;
    let plain_stub = Stub::default();
    let plain = relay::serve(plain_stub.serve().await?).await?;
    let mut course = Course { path: "/v1/events", serial: Arc::new(AtomicU64::new(0)) };
    let span = Duration::from_secs(effort.pick(4, 2));
    let mut rates = Vec::new();
    for _ in 0..effort.pick(3, 1) {
        rates.push(course.rate(product.server.address(), &product.key, &stub, span).await?);
    }
    let most = median(rates);
    let span = Duration::from_secs(effort.pick(10, 4));
    let mut ours = course.delays(product.server.address(), &product.key, &stub, most / 2.0, span).await?;
    let mut theirs = course.delays(&plain, "", &plain_stub, most / 2.0, span).await?;
    Ok(vec![
        Figure::new("event_to_call_rate", most, "events/s"),
        Figure::new("event_to_call_p50", at(&mut ours, 0.5), "ms").against(at(&mut theirs, 0.5)),
        Figure::new("event_to_call_p99", at(&mut ours, 0.99), "ms").against(at(&mut theirs, 0.99)),
    ])
}

struct Course {
    path: &'static str,
    serial: Arc<AtomicU64>,
}

fn event(n: u64) -> (String, Vec<u8>) {
    let phone = format!("1202{:07}", 2_000_000 + n);
    let event = json!({ "name": "order_shipped", "event_id": format!("e{n}"), "contact": { "phone": format!("+{phone}") },
        "properties": { "order": format!("O-{n}") } });
    (phone, event.to_string().into_bytes())
}

impl Course {
    /// As fast as it goes: calls a second, from the first event to the last call.
    async fn rate(&mut self, address: &str, key: &str, stub: &Stub, span: Duration) -> Result<f64> {
        stub.forget();
        let began = Instant::now();
        let mut desks = JoinSet::new();
        for _ in 0..CONNECTIONS {
            let (address, key, path, serial) = (address.to_owned(), key.to_owned(), self.path, Arc::clone(&self.serial));
            desks.spawn(async move {
                let mut wire = Wire::open(&address).await?;
                let mut count = 0_usize;
                while began.elapsed() < span {
                    let (_, body) = event(serial.fetch_add(1, Ordering::Relaxed));
                    let status = wire.post(path, &key, &body).await?;
                    ensure!(status == 202, "an event was answered with {status}");
                    count += 1;
                }
                anyhow::Ok(count)
            });
        }
        let mut all = 0;
        while let Some(count) = desks.join_next().await {
            all += count??;
        }
        wait(stub, all).await?;
        Ok(all as f64 / began.elapsed().as_secs_f64())
    }

    /// Milliseconds from the moment at which each event was to be sent until its call came.
    async fn delays(&mut self, address: &str, key: &str, stub: &Stub, per_second: f64, span: Duration) -> Result<Vec<f64>> {
        stub.forget();
        let count = (per_second * span.as_secs_f64()) as u64;
        let first = self.serial.fetch_add(count, Ordering::Relaxed);
        let next = Arc::new(AtomicU64::new(0));
        let began = Instant::now() + Duration::from_millis(50);
        let due = move |n: u64| began + Duration::from_secs_f64(n as f64 / per_second);
        let mut desks = JoinSet::new();
        for _ in 0..CONNECTIONS {
            let (address, key, path, next) = (address.to_owned(), key.to_owned(), self.path, Arc::clone(&next));
            desks.spawn(async move {
                let mut wire = Wire::open(&address).await?;
                loop {
                    let n = next.fetch_add(1, Ordering::Relaxed);
                    if n >= count {
                        return anyhow::Ok(());
                    }
                    tokio::time::sleep_until(due(n).into()).await;
                    let (_, body) = event(first + n);
                    let status = wire.post(path, &key, &body).await?;
                    ensure!(status == 202, "an event was answered with {status}");
                }
            });
        }
        while let Some(desk) = desks.join_next().await {
            desk??;
        }
        wait(stub, usize::try_from(count)?).await?;
        let took = |n: u64| stub.at(&event(first + n).0).map(|at| at.saturating_duration_since(due(n)).as_secs_f64() * 1e3);
        Ok((0..count).filter_map(took).collect())
    }
}

async fn wait(stub: &Stub, calls: usize) -> Result<()> {
    let end = Instant::now() + PATIENCE;
    while stub.seen() < calls {
        ensure!(Instant::now() < end, "{} of {calls} calls came", stub.seen());
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    Ok(())
}
