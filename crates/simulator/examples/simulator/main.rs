//! The simulator alone, on real time and four loopback ports: for trying it out and for the strangers' tests.
//!
//! With `--smsc-certificate` and `--smsc-key` (PEM files) the message centre is also reached by TLS, at `--smsc-tls`.
//!
//! `cargo run -p simulator --example simulator -- --cloud 9900 --twilio 9901 --control 9902 --smsc 2775 --seed 1`

mod loopback;

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use model::{Clock, Timestamp};
use simulator::smsc::Identity;
use simulator::{Simulator, World, WorldConfig, run};
use tokio::net::TcpListener;

struct RealClock;

impl Clock for RealClock {
    #[expect(clippy::disallowed_methods, reason = "an example is a program of its own and owns its clock")]
    fn now(&self) -> Timestamp {
        let passed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_millis(i64::try_from(passed.as_millis()).unwrap_or(i64::MAX))
    }
}

fn text(name: &str) -> Option<String> {
    let arguments: Vec<String> = std::env::args().collect();
    arguments.iter().position(|a| a == name).and_then(|i| arguments.get(i + 1)).cloned()
}

fn option(name: &str, default: u64) -> u64 {
    text(name).and_then(|v| v.parse().ok()).unwrap_or(default)
}

/// The message centre by TLS, where there is a certificate to show.
async fn encrypted(simulator: Simulator) -> std::io::Result<()> {
    let (Some(certificate), Some(key)) = (text("--smsc-certificate"), text("--smsc-key")) else { return std::future::pending().await };
    let identity = Identity::from_pem(&std::fs::read(certificate)?, &std::fs::read(key)?).map_err(std::io::Error::other)?;
    simulator::smsc::serve(listen("--smsc-tls", 3550).await?, simulator, Some(identity)).await
}

async fn listen(name: &str, default: u64) -> std::io::Result<TcpListener> {
    let port = u16::try_from(option(name, default)).unwrap_or(0);
    TcpListener::bind(("127.0.0.1", port)).await
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let mut config = WorldConfig::default();
    // Reviews take a moment only, so that a test does not wait.
    config.cloud.review_ms = (200, 400);
    let clock = Arc::new(RealClock);
    let world = World::new(config, option("--seed", 1));
    let simulator = Simulator::new(world, clock.clone(), Arc::new(loopback::LoopbackSink));
    let cloud = axum::serve(listen("--cloud", 9900).await?, simulator.cloud_router());
    let twilio = axum::serve(listen("--twilio", 9901).await?, simulator.twilio_router());
    let control = axum::serve(listen("--control", 9902).await?, simulator.control_router());
    let smsc = simulator::smsc::serve(listen("--smsc", 2775).await?, simulator.clone(), None);
    let sleep_until = |at: Timestamp| {
        let wait = (at - RealClock.now()).0.clamp(0, 3_600_000);
        tokio::time::sleep(Duration::from_millis(u64::try_from(wait).unwrap_or(0)))
    };
    tokio::select! {
        result = cloud => result,
        result = twilio => result,
        result = control => result,
        result = smsc => result,
        result = encrypted(simulator.clone()) => result,
        () = run(simulator.clone(), sleep_until) => Ok(()),
    }
}
