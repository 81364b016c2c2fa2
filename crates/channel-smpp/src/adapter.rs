//! The adapter.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use channel::{Account, Adapter, CapabilitySheet, FetchedMedia, Hop, Inlet, Provider, Settled, SmppAccount, Stop};
use http_client::Guard;
use model::inbound::InboundMedia;
use model::send_error::SendError;
use model::signal::SendOutcome;
use model::{Message, SenderId};
use tokio::sync::{oneshot, watch};

use crate::intake::Desk;
use crate::session::{Job, State, hold, try_bind};
use crate::submit::Parcel;
use crate::{SHEET, errors, submit};

/// How long a message waits for a connection that is being made. Then it goes back into the queue.
const LINE_WITHIN: Duration = Duration::from_secs(8);

/// SMS by SMPP. Holds connections, and no state about messages that is not durable elsewhere.
pub struct Smpp {
    guard: Guard,
    lines: Mutex<BTreeMap<SenderId, watch::Sender<State>>>,
}

impl Smpp {
    /// `guard` says which private hosts may be connected to.
    #[must_use]
    pub fn new(guard: Guard) -> Self {
        Self { guard, lines: Mutex::default() }
    }

    fn line(&self, sender: SenderId) -> watch::Sender<State> {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        lines.entry(sender).or_insert_with(|| watch::channel(State::Down).0).clone()
    }

    pub(crate) async fn deliver(&self, account: &Account, parcel: Parcel<'_>) -> Result<SendOutcome, SendError> {
        let smpp = credentials(account)?;
        let message = parcel.message;
        let parts = submit::requests(smpp, parcel)?;
        let mut line = self.line(account.sender.id).subscribe();
        let ready = line.wait_for(|state| !matches!(state, State::Down));
        let queue = match tokio::time::timeout(LINE_WITHIN, ready).await {
            Ok(Ok(state)) => match &*state {
                State::Up(queue) => queue.clone(),
                State::Refused(error) => return Err(SendError::clone(error)),
                State::Down => return Ok(SendOutcome::NeverArrived),
            },
            Ok(Err(_)) | Err(_) => return Ok(SendOutcome::NeverArrived),
        };
        let (reply, outcome) = oneshot::channel();
        if queue.send(Job { message, parts, reply }).await.is_err() {
            return Ok(SendOutcome::NeverArrived);
        }
        Ok(outcome.await.unwrap_or_else(|_| SendOutcome::Unknown { detail: "the connection ended".to_owned() }))
    }
}

pub(crate) fn credentials(account: &Account) -> Result<&SmppAccount, SendError> {
    match &account.provider {
        Provider::Smpp(credentials) => Ok(credentials),
        _ => Err(errors::fix("account", "the sender's credentials are not those of an SMPP account")),
    }
}

#[async_trait]
impl Adapter for Smpp {
    fn capabilities(&self) -> &'static CapabilitySheet {
        &SHEET
    }

    async fn send(&self, account: &Account, decision: &policy::Decision) -> SendOutcome {
        if decision.sender() != account.sender.id || decision.workspace() != account.workspace {
            return SendOutcome::Refused { error: errors::fix("account", "the decision names another sender") };
        }
        let parcel =
            Parcel { message: decision.message(), to: decision.address(), content: decision.content(), lifetime: decision.lifetime() };
        let sent = self.deliver(account, parcel).await;
        sent.unwrap_or_else(|error| SendOutcome::Refused { error })
    }

    /// Message centres forget, and know messages by ids that a lost answer would have told. Receipts and the author's rule settle doubt.
    async fn settle(&self, _account: &Account, _message: &Message) -> Settled {
        Settled::NotSupported
    }

    async fn fetch_media(&self, _account: &Account, _media: &InboundMedia) -> Result<FetchedMedia, SendError> {
        Err(errors::fix("media", "SMS by SMPP has no media"))
    }

    async fn examine(&self, account: &Account, _public_url: &str) -> Vec<Hop> {
        match credentials(account) {
            Ok(smpp) => vec![try_bind(smpp, &self.guard).await],
            Err(error) => vec![Hop::broken("credentials", error.for_user, "connect the sender anew")],
        }
    }

    fn holds_lines(&self) -> bool {
        true
    }

    async fn serve(&self, account: Arc<Account>, inlet: Arc<dyn Inlet>, stop: Stop) {
        let Ok(smpp) = credentials(&account).cloned() else { return };
        let sender = account.sender.id;
        let desk = match Desk::open(account, smpp, inlet).await {
            Ok(desk) => desk,
            Err(error) => {
                tracing::warn!(sender.id = %sender, error = %error, "What the line kept could not be read; it is tried again");
                return;
            }
        };
        let state = self.line(sender);
        let (end, ended) = watch::channel(false);
        let mut holding = std::pin::pin!(hold(&desk, &self.guard, &state, ended));
        tokio::select! {
            () = &mut holding => {}
            () = stop => {
                end.send_replace(true);
                holding.await;
            }
        }
    }
}
