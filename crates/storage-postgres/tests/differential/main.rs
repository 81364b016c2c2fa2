//! One random history on both stores: what comes out must be the same, batch by batch and at the end.
//!
//! A failure names its seed. `DIFFERENTIAL_SEED=… cargo test -p storage-postgres --test differential` plays one seed again, and
//! `DIFFERENTIAL_SEEDS=200` plays so many from a fixed start.

#[path = "../common/mod.rs"]
mod common;
mod pair;
mod real;
mod scripted;

use std::sync::Arc;

use pair::Pair;

/// Few in every run; more by the variable.
const SEEDS: u64 = 4;

#[expect(clippy::disallowed_methods, reason = "whoever looks for a fault says which seeds to play")]
fn seeds() -> Vec<u64> {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse().ok());
    match number("DIFFERENTIAL_SEED") {
        Some(seed) => vec![seed],
        None => (1..=number("DIFFERENTIAL_SEEDS").unwrap_or(SEEDS)).collect(),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn scripted_histories_come_out_the_same() {
    for seed in seeds() {
        let decider = Arc::new(storage_tests::ScriptedDecider::default());
        let pair = Pair::open(decider.clone()).await;
        scripted::play(&pair, &decider, seed).await;
        pair.compare(&format!("seed {seed}, at the end")).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn histories_of_the_real_core_come_out_the_same() {
    for seed in seeds() {
        let pair = Pair::open(Arc::new(real::core())).await;
        real::play(&pair, seed).await;
        pair.compare(&format!("seed {seed}, at the end")).await;
    }
}
