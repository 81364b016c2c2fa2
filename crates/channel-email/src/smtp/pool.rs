//! Connections that wait for the next mail, for a short while.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use channel::EmailAccount;
use model::SenderId;
use tokio::time::Instant;

use super::{OpenError, Session, Target};

/// Servers close idle connections without a word; one that has waited longer is not tried.
const IDLE_MAX: Duration = Duration::from_secs(15);
/// Mails over one connection; many servers end it at a hundred.
const SENT_MAX: u32 = 50;
/// Connections of one sender that wait.
const WAITING_MAX: usize = 4;

struct Waiting {
    session: Session,
    since: Instant,
    /// The settings it was opened with: others need another one.
    email: EmailAccount,
}

#[derive(Default)]
pub(crate) struct Pool {
    waiting: Mutex<BTreeMap<SenderId, Vec<Waiting>>>,
}

impl Pool {
    /// A connection on which a mail can be begun: one that waits and still answers, or a new one.
    pub(crate) async fn session(&self, sender: SenderId, target: &Target<'_>) -> Result<Session, OpenError> {
        while let Some(mut waiting) = self.next(sender) {
            if waiting.email == *target.email && waiting.since.elapsed() < IDLE_MAX && waiting.session.is_fresh().await {
                return Ok(waiting.session);
            }
            waiting.session.quit().await;
        }
        target.open().await
    }

    fn next(&self, sender: SenderId) -> Option<Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).get_mut(&sender)?.pop()
    }

    pub(crate) async fn give_back(&self, sender: SenderId, email: &EmailAccount, session: Session) {
        if session.broken {
            return;
        }
        if let Some(session) = self.keep(sender, email, session) {
            session.quit().await;
        }
    }

    /// Hands back what is not kept.
    fn keep(&self, sender: SenderId, email: &EmailAccount, session: Session) -> Option<Session> {
        let mut all = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let waiting = all.entry(sender).or_default();
        if session.sent >= SENT_MAX || waiting.len() >= WAITING_MAX {
            return Some(session);
        }
        #[expect(
            clippy::disallowed_methods,
            reason = "a server counts how long a connection waits in real time, whatever the product's clock says"
        )]
        let since = Instant::now();
        waiting.push(Waiting { session, since, email: email.clone() });
        None
    }
}
