//! What the mail servers know.

use std::collections::{BTreeMap, VecDeque};

use model::Timestamp;
use serde::{Deserialize, Serialize};

use crate::people::PersonId;

/// Who may submit, and where mail for the business goes.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MailConfig {
    /// Signs in before anything is taken. An empty name lets everybody in.
    pub user: String,
    pub password: String,
    /// By domain, where its mail is delivered: `in.example.com` to `127.0.0.1:2525`. Mail for other domains of nobody here is lost.
    pub routes: BTreeMap<String, String>,
    /// Bytes of a mail.
    pub size_max: usize,
    /// Addresses of the business that people know before it has written to them: a mail to nobody in particular goes to the first.
    pub business: Vec<String>,
}

impl Default for MailConfig {
    fn default() -> Self {
        Self {
            user: "antiphon".into(),
            password: "sim-mail".into(),
            routes: BTreeMap::new(),
            size_max: 10 * 1024 * 1024,
            business: Vec::new(),
        }
    }
}

/// What mail servers can do to those who send.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MailKnobs {
    /// Every so many mails one is taken, and the connection breaks before the answer. 0: never.
    pub drop_link_every: u32,
    /// Every so many recipients one is asked to come again later (greylisting). 0: never.
    pub greylist_every: u32,
    /// No delivery status parameters are offered.
    pub no_dsn: bool,
    /// Mail that the business should get waits.
    pub hold_answers: bool,
}

/// One mail that was taken and has not arrived yet.
#[derive(Clone, Debug)]
pub(super) struct Taken {
    pub person: PersonId,
    pub return_path: String,
    pub recipient: String,
    /// The sender's id of the envelope.
    pub envelope: Option<String>,
    pub bytes: Vec<u8>,
}

/// One mail on its way to the business.
#[derive(Clone, Debug)]
pub(super) struct Outgoing {
    pub from: String,
    pub to: String,
    pub bytes: Vec<u8>,
    pub not_before: Timestamp,
    pub tries: u32,
}

/// What a mailbox remembers of a mail beside what is shown.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Kept {
    /// As it stands beside the address: `Example Clinic <hello@example.com>`.
    pub from: String,
    pub message_id: String,
    pub reply_to: String,
    pub subject: String,
    pub return_path: String,
    /// Where one press unsubscribes (RFC 8058).
    pub one_click: Option<String>,
    pub unsubscribe_mail: Option<String>,
    /// The header lines as they came.
    pub head: String,
    /// Only for showing in a sandbox: it is what a business sent.
    pub html: Option<String>,
    pub text: String,
    /// The sender's id of the envelope.
    pub envelope: Option<String>,
}

#[derive(Debug, Default)]
pub struct MailState {
    pub(super) next: u64,
    pub(super) recipients: u32,
    pub(super) on_way: BTreeMap<u64, Taken>,
    /// By the id in the thread.
    pub(super) kept: BTreeMap<String, Kept>,
    pub(super) outgoing: VecDeque<Outgoing>,
}

impl MailState {
    /// Mails that were taken since the world began.
    #[must_use]
    pub fn taken(&self) -> u64 {
        self.next
    }

    /// Mails that wait to be carried to the business.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.outgoing.len()
    }
}
