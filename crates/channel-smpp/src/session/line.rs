//! A sender's line: bound again and again until it is to end.

use std::time::Duration;

use channel::BindMode;
use http_client::Guard;
use model::draws::stable_hash;
use model::send_error::SendError;
use model::{Draws, Rng as _};
use tokio::sync::{mpsc, watch};

use super::bind::{self, BindError, Role};
use super::connection::{self, Over};
use super::jobs::Job;
use crate::errors;
use crate::intake::Desk;

/// Messages that may wait for the connection to take them.
const QUEUE: usize = 64;
const FIRST_PAUSE: u64 = 1_000;
const LONGEST_PAUSE: u64 = 60_000;
/// After a refusal that a person must repair: operators lock accounts that try too often.
const REFUSED_PAUSE: u64 = 120_000;
/// An older session of ours is still thought alive.
const BOUND_PAUSE: u64 = 30_000;
const ALREADY_BOUND: u32 = 0x05;
const SWEEP_EVERY: Duration = Duration::from_secs(60);

/// What a sender's line can do now.
#[derive(Clone, Debug)]
pub(crate) enum State {
    Down,
    /// A person must look.
    Refused(Box<SendError>),
    Up(mpsc::Sender<Job>),
}

pub(crate) async fn hold(desk: &Desk, guard: &Guard, state: &watch::Sender<State>, mut stop: watch::Receiver<bool>) {
    let sweeping = async {
        loop {
            tokio::time::sleep(SWEEP_EVERY).await;
            desk.sweep().await;
        }
    };
    tokio::select! {
        () = bind_again(desk, guard, state, &mut stop) => {}
        () = sweeping => {}
    }
    state.send_replace(State::Down);
}

async fn bind_again(desk: &Desk, guard: &Guard, state: &watch::Sender<State>, stop: &mut watch::Receiver<bool>) {
    let sender = desk.account.sender.id;
    // Nodes and senders that lost one centre together do not come back together.
    let mut draws = Draws::new(stable_hash(&[&sender.as_u128().to_be_bytes(), &desk.inlet.now().as_millis().to_be_bytes()]));
    let mut failures = 0_u32;
    while !*stop.borrow() {
        let bound = tokio::select! {
            bound = bound(desk, guard) => bound,
            () = super::stopped(stop) => return,
        };
        let pause = match bound {
            Ok(connections) => {
                tracing::info!(sender.id = %sender, "Bound to the message centre");
                desk.reconnected();
                let over = serve(desk, connections, state, stop).await;
                state.send_replace(State::Down);
                if matches!(over, Over::Stopped) {
                    return;
                }
                tracing::warn!(sender.id = %sender, reason = %over, "The connection to the message centre is over; it is bound again");
                failures = 0;
                FIRST_PAUSE
            }
            Err(error) => {
                tracing::warn!(sender.id = %sender, error = %error, "The message centre could not be bound");
                state.send_replace(refused(&error));
                let pause = match &error {
                    BindError::Refused(status) if errors::is_bad_credentials(*status) => REFUSED_PAUSE,
                    BindError::Refused(ALREADY_BOUND) => BOUND_PAUSE,
                    _ => LONGEST_PAUSE.min(FIRST_PAUSE << failures.min(6)),
                };
                failures += 1;
                pause
            }
        };
        let jittered = pause * 3 / 4 + draws.below(pause / 2);
        tokio::select! {
            () = tokio::time::sleep(Duration::from_millis(jittered)) => {}
            () = super::stopped(stop) => return,
        }
    }
}

fn refused(error: &BindError) -> State {
    match error {
        BindError::Refused(status) if errors::is_bad_credentials(*status) => State::Refused(Box::new(errors::send_error(*status))),
        BindError::Private(_) | BindError::Settings(_) | BindError::Authority | BindError::Certificate(..) => {
            State::Refused(Box::new(errors::unusable(error.to_string())))
        }
        _ => State::Down,
    }
}

/// The sending connection, and the receiving one where they are two.
struct Connections {
    first: bind::Bound,
    receiver: Option<bind::Bound>,
}

async fn bound(desk: &Desk, guard: &Guard) -> Result<Connections, BindError> {
    Ok(match desk.smpp.bind {
        BindMode::Transceiver => Connections { first: bind::bind(&desk.smpp, Role::Transceiver, guard).await?, receiver: None },
        BindMode::Pair => Connections {
            first: bind::bind(&desk.smpp, Role::Transmitter, guard).await?,
            receiver: Some(bind::bind(&desk.smpp, Role::Receiver, guard).await?),
        },
    })
}

async fn serve(desk: &Desk, connections: Connections, state: &watch::Sender<State>, stop: &mut watch::Receiver<bool>) -> Over {
    let (jobs, mut queue) = mpsc::channel(QUEUE);
    state.send_replace(State::Up(jobs));
    let Connections { first, receiver } = connections;
    let Some(receiver) = receiver else {
        return connection::run(desk, first, Role::Transceiver, Some(&mut queue), stop).await;
    };
    // When one of the two ends, so does the other.
    let (end, mut ended) = watch::channel(false);
    let mut also_ended = ended.clone();
    let sending = connection::run(desk, first, Role::Transmitter, Some(&mut queue), &mut ended);
    let receiving = connection::run(desk, receiver, Role::Receiver, None, &mut also_ended);
    let (mut sending, mut receiving) = (std::pin::pin!(sending), std::pin::pin!(receiving));
    let (first_over, is_sending) = tokio::select! {
        over = &mut sending => (Some(over), true),
        over = &mut receiving => (Some(over), false),
        () = super::stopped(stop) => (None, false),
    };
    end.send_replace(true);
    match (first_over, is_sending) {
        (Some(over), true) => {
            receiving.await;
            over
        }
        (Some(over), false) => {
            sending.await;
            over
        }
        (None, _) => futures_util::future::join(sending, receiving).await.0,
    }
}
