//! Who listens where: senders that share an address and port share one server.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use channel::{Account, Heard, Inlet, MediaKeeper, Refused, Stop};
use model::{SenderId, Timestamp};
use tokio::net::TcpListener;

use super::collect::Collected;
use super::intake::{Desk, Envelope, Recipient};
use super::server;
use crate::adapter::credentials;

/// Before the port is tried again: another sender of this process may hold it.
const AGAIN: Duration = Duration::from_secs(1);

/// The desks of this process.
#[derive(Clone, Default)]
pub(crate) struct House {
    desks: Arc<Mutex<BTreeMap<SenderId, Arc<Desk>>>>,
    keeper: Option<Arc<dyn MediaKeeper>>,
}

impl House {
    pub(crate) fn with_keeper(mut self, keeper: Arc<dyn MediaKeeper>) -> Self {
        self.keeper = Some(keeper);
        self
    }

    fn desks(&self) -> Vec<Arc<Desk>> {
        self.desks.lock().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }

    /// Whose address this is, among those who listen at `listen`.
    pub(crate) fn find(&self, listen: &str, address: &str) -> Option<(Arc<Desk>, Recipient)> {
        let desks = self.desks().into_iter().filter(|desk| desk.at.listen == listen);
        desks.into_iter().find_map(|desk| desk.recipient(address).map(|recipient| (desk, recipient)))
    }

    /// Listens until `stop`, and serves whoever else listens there too.
    pub(crate) async fn serve(&self, account: Arc<Account>, inlet: Arc<dyn Inlet>, mut stop: Stop) {
        let Ok(email) = credentials(&account).cloned() else { return };
        let Some(at) = email.inbound.clone() else { return };
        let (sender, listen) = (account.sender.id, at.listen.clone());
        let desk = Arc::new(Desk { account, email, at, inlet, keeper: self.keeper.clone() });
        self.desks.lock().unwrap_or_else(PoisonError::into_inner).insert(sender, desk);
        tokio::select! {
            () = &mut stop => {}
            () = self.listen(sender, &listen) => {}
        }
        self.desks.lock().unwrap_or_else(PoisonError::into_inner).remove(&sender);
    }

    /// Reads a mail that came by HTTP for one of the sender's addresses.
    pub(crate) async fn read(&self, account: &Account, from: &str, to: &str, mail: &[u8], now: Timestamp) -> Result<Heard, Refused> {
        let email = credentials(account).map_err(|_| Refused::NoSuchAddress)?.clone();
        let at = email.inbound.clone().ok_or(Refused::NoSuchAddress)?;
        let inlet = Arc::new(Collected::at(now));
        let desk = Desk { account: Arc::new(account.clone()), email, at, inlet: inlet.clone(), keeper: self.keeper.clone() };
        let recipient = desk.recipient(to).ok_or(Refused::NoSuchAddress)?;
        let envelope = Envelope { return_path: from, recipient, bytes: mail };
        desk.take(&envelope, to).await.map_err(|error| Refused::BadBody(error.to_string()))?;
        Ok(inlet.all().into())
    }

    /// The same for a mail that names several people: it is for those who are ours, and for nobody when none is.
    pub(crate) async fn read_for<'t>(
        &self,
        account: &Account,
        from: &str,
        to: impl Iterator<Item = &'t str>,
        mail: &[u8],
        now: Timestamp,
    ) -> Result<Heard, Refused> {
        let mut all: Option<Heard> = None;
        for address in to {
            match self.read(account, from, address, mail, now).await {
                Ok(heard) => all.get_or_insert_default().received.extend(heard.received),
                Err(Refused::NoSuchAddress) => {}
                Err(refused) => return Err(refused),
            }
        }
        all.ok_or(Refused::NoSuchAddress)
    }

    async fn listen(&self, sender: SenderId, listen: &str) {
        let mut told = false;
        loop {
            match TcpListener::bind(listen).await {
                Ok(listener) => server::serve(listener, self.clone(), listen.to_owned()).await,
                Err(error) if !told && !self.shared(sender, listen) => {
                    told = true;
                    tracing::warn!(sender.id = %sender, listen, error = %error, "Mail that comes back cannot be listened for here; it is tried again");
                }
                Err(_) => {}
            }
            tokio::time::sleep(AGAIN).await;
        }
    }

    /// Another sender of ours may hold the port.
    fn shared(&self, sender: SenderId, listen: &str) -> bool {
        self.desks().iter().any(|desk| desk.account.sender.id != sender && desk.at.listen == listen)
    }
}
