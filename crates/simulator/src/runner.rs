//! Moves a world along in real (or sped-up) time.

use std::future::Future;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use model::Timestamp;

use crate::server::Simulator;

/// How many webhooks may be under way at once.
const PARALLEL: usize = 64;

/// Ticks and delivers until dropped. `sleep_until` waits for a moment of the world's clock: only its owner knows how fast it runs.
///
/// The sleep may end early at any time: an owner whose clock changes its speed sleeps in short pieces.
///
/// A slow receiver delays nobody else until 64 deliveries hang.
pub async fn run<F>(simulator: Simulator, mut sleep_until: impl FnMut(Timestamp) -> F)
where
    F: Future<Output = ()>,
{
    let mut flying = FuturesUnordered::new();
    loop {
        let due = simulator.tick();
        if flying.len() < PARALLEL && due.is_some_and(|at| at <= simulator.now()) {
            flying.extend(simulator.take_due().into_iter().map(|webhook| simulator.post(webhook)));
        }
        // Full: only a finished delivery makes room. Otherwise whatever comes first.
        let full = flying.len() >= PARALLEL;
        let next = simulator.tick().unwrap_or(Timestamp::MAX);
        tokio::select! {
            Some(()) = flying.next(), if !flying.is_empty() => {}
            () = simulator.woken(), if !full => {}
            () = sleep_until(next), if !full && next < Timestamp::MAX => {}
        }
    }
}
