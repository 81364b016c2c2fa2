//! The listener, and the courier beside it.

use tokio::net::TcpListener;
use tokio::task::JoinSet;

use super::{courier, session};
use crate::server::Simulator;

/// Connections at once; more are closed at once.
const SESSIONS_MAX: usize = 64;

/// Takes mail, and carries what people answer, until dropped.
pub async fn serve(listener: TcpListener, simulator: Simulator) -> std::io::Result<()> {
    tokio::select! {
        served = listen(listener, simulator.clone()) => served,
        () = courier::carry(simulator) => Ok(()),
    }
}

async fn listen(listener: TcpListener, simulator: Simulator) -> std::io::Result<()> {
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
