//! Being asked to end.

use tokio::sync::watch;

/// Resolves when it is, or when whoever would ask is gone.
pub(super) async fn stopped(stop: &mut watch::Receiver<bool>) {
    // The guard that it answers with must not outlive this line: others would wait for it.
    drop(stop.wait_for(|stop| *stop).await);
}
