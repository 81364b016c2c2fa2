//! The listener.

use tokio::net::TcpListener;
use tokio::task::JoinSet;

use super::session;
use crate::server::Simulator;

/// Connections at once; more are closed at once.
const SESSIONS_MAX: usize = 64;

/// Serves clients until dropped.
pub async fn serve(listener: TcpListener, simulator: Simulator) -> std::io::Result<()> {
    let mut sessions = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                let (stream, _) = accepted?;
                if sessions.len() < SESSIONS_MAX {
                    sessions.spawn(session::run(stream, simulator.clone()));
                }
            }
            Some(_) = sessions.join_next(), if !sessions.is_empty() => {}
        }
    }
}
