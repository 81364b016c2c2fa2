//! Telling other nodes what was committed, and hearing it from them.
//!
//! Sending: outcomes are gathered for some milliseconds into one notice, which goes out after the commit on a pooled connection. Inside the
//! step's transaction it would cost every commit a lock of the whole database. Hearing: a connection of its own that listens, and is made
//! anew when it breaks; where that cannot be, the store says [`Sharing::Polled`], and whoever waits looks by itself.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use futures_util::future::poll_fn;
use storage::{Listener, Notice, Sharing};
use tokio::sync::Notify;
use tokio_postgres::AsyncMessage;

use crate::error::described;
use crate::pool::Pool;
use crate::query::queries;

const CHANNEL: &str = "antiphon";
/// PostgreSQL takes 8,000 bytes, of which our tag needs a few.
const TEXT_MAX: usize = 7_900;
const GATHER: Duration = Duration::from_millis(20);
/// Between attempts to hear again.
const AGAIN: Duration = Duration::from_secs(2);

queries! {
    SEND(TEXT, TEXT) = "SELECT pg_notify($1, $2)";
}

pub(crate) struct Notices {
    /// Marks our own, which we need not hear.
    tag: String,
    hears: AtomicBool,
    waiting: Mutex<Notice>,
    bell: Notify,
    listeners: Mutex<Vec<Arc<dyn Listener>>>,
}

impl Notices {
    pub(crate) fn new(node: i64) -> Self {
        Self {
            tag: format!("{node}:"),
            hears: AtomicBool::new(false),
            waiting: Mutex::default(),
            bell: Notify::new(),
            listeners: Mutex::default(),
        }
    }

    pub(crate) fn sharing(&self) -> Sharing {
        if self.hears.load(Ordering::Relaxed) { Sharing::Notified } else { Sharing::Polled }
    }

    pub(crate) fn add(&self, listener: Arc<dyn Listener>) {
        self.listeners.lock().unwrap_or_else(PoisonError::into_inner).push(listener);
    }

    pub(crate) fn tell(&self, notice: Notice) {
        if notice.is_empty() {
            return;
        }
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).merge(notice);
        self.bell.notify_one();
    }

    fn hear(&self, notice: &Notice) {
        let listeners = self.listeners.lock().unwrap_or_else(PoisonError::into_inner).clone();
        for listener in listeners {
            listener.notice(notice.clone());
        }
    }

    fn heard(&self, text: &str) {
        if !text.starts_with(&self.tag) {
            self.hear(&Notice::from_text(text.split_once(':').map_or(text, |(_, notice)| notice)));
        }
    }
}

/// Sends until the store is gone.
pub(crate) async fn send(notices: Weak<Notices>, pool: Arc<Pool>) {
    // What cannot notify need not be asked for ever.
    let mut refused = false;
    while let Some(mine) = notices.upgrade() {
        // Woken by a notice, or now and then to see whether the store is still there.
        if tokio::time::timeout(AGAIN, mine.bell.notified()).await.is_err() {
            continue;
        }
        tokio::time::sleep(GATHER).await;
        let notice = std::mem::take(&mut *mine.waiting.lock().unwrap_or_else(PoisonError::into_inner));
        if refused || notice.is_empty() {
            continue;
        }
        let text = format!("{}{}", mine.tag, notice.to_text(TEXT_MAX));
        if let Err(error) = pool.query(&SEND, &[&CHANNEL, &text]).await {
            refused = error.kind == storage::StorageErrorKind::Incompatible;
            tracing::debug!("Other nodes cannot be told: {}", described(&error));
        }
    }
}

/// Hears until the store is gone.
pub(crate) async fn listen(notices: Weak<Notices>, pool: Arc<Pool>) {
    let mut first = true;
    while notices.strong_count() > 0 {
        if let Err(error) = hear_once(&notices, &pool, first).await {
            tracing::debug!("Notices of other nodes cannot be heard: {error}");
        }
        if let Some(mine) = notices.upgrade() {
            mine.hears.store(false, Ordering::Relaxed);
        }
        first = false;
        tokio::time::sleep(AGAIN).await;
    }
}

async fn hear_once(notices: &Weak<Notices>, pool: &Pool, first: bool) -> Result<(), tokio_postgres::Error> {
    let settings = pool.settings();
    let config = settings.listen.as_ref().unwrap_or(&settings.config);
    let (client, mut connection) = config.connect(pool.tls().clone()).await?;
    // The connection must be driven while it is asked to listen.
    let (heard, mut texts) = tokio::sync::mpsc::unbounded_channel();
    let driver = tokio::spawn(async move {
        while let Some(Ok(message)) = poll_fn(|cx| connection.poll_message(cx)).await {
            if let AsyncMessage::Notification(notification) = message
                && heard.send(notification.payload().to_owned()).is_err()
            {
                break;
            }
        }
    });
    let listening = client.batch_execute(&format!("LISTEN {CHANNEL}")).await;
    if listening.is_ok() {
        if let Some(mine) = notices.upgrade() {
            mine.hears.store(true, Ordering::Relaxed);
            if !first {
                mine.hear(&Notice::lost());
            }
        }
        // Ends with the connection, or when the store is gone.
        loop {
            match tokio::time::timeout(AGAIN, texts.recv()).await {
                Ok(Some(text)) => {
                    let Some(mine) = notices.upgrade() else { break };
                    mine.heard(&text);
                }
                Ok(None) => break,
                Err(_) if notices.strong_count() == 0 => break,
                Err(_) => {}
            }
        }
    }
    driver.abort();
    listening
}
