//! Everything the engine knows of one contact, as one compact value beside the projections that people read.

use journey::RunState;
use model::broadcast::BroadcastMark;
use model::case::Conversation;
use model::compact::Compact as _;
use model::contact::Contact;
use model::{AddressKey, Message, MessageId, RunId, Timestamp, WorkspaceId};
use policy::{ConsentBook, SendHistory, Windows};
use serde::{Deserialize, Serialize};

use crate::amend::EarlyChange;

/// The first byte of a stored state says how to read the rest. JSON was first; it is still read, and becomes the compact form at the next
/// step of its contact.
const JSON_V1: u8 = 1;
const COMPACT_V2: u8 = 2;

/// Ended runs remembered for entry policies. Beyond that the oldest are forgotten, so `once` holds for the latest 256 instances of a contact.
const PAST_RUNS_MAX: usize = 256;
/// Tapped buttons and fallen-back messages remembered.
const RECENT_MAX: usize = 64;

/// One contact's state.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ContactState {
    pub contact: Contact,
    pub thread: Conversation,
    #[serde(default)]
    pub consent: ConsentBook,
    #[serde(default)]
    pub windows: Windows,
    #[serde(default)]
    pub history: SendHistory,
    /// Runs that have not ended.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub runs: Vec<RunState>,
    /// Ended runs whose goal may still be reached.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ended: Vec<RunState>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub past: Vec<PastRunRecord>,
    /// Messages that are queued, being handed over, or in doubt: whole, because they may still be taken back or chosen anew.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub outbox: Vec<Message>,
    /// Messages whose step has already taken a fallback edge: a later delivery is a double reach (R-FB-1).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fallen_back: Vec<MessageId>,
    /// Buttons already tapped, so that a second tap on the same one is no news.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub taps: Vec<(MessageId, String)>,
    /// The contact may have withdrawn consent in free words; promotional messages are held until a person has looked (A80).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opt_out_suspected: Option<Timestamp>,
    /// The STOP confirmation that was sent last: one for each withdrawal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stop_confirmed_at: Option<Timestamp>,
    /// For each collapse key the newest message that was handed over: an older one that is late gives way to it (R-LATE-2).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub latest: Vec<(String, MessageId)>,
    /// When each alarm about the contact last rang: once for each window (R-CAP-4).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alarms: Vec<(String, Timestamp)>,
    /// The broadcast message that the provider took last: whose row an answer or a withdrawal belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub broadcast: Option<BroadcastMark>,
    /// Edits and deletions of messages that have not come yet.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub early: Vec<EarlyChange>,
    /// Addresses that somebody named for this contact and that are another's: told once on the timeline.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub of_others: Vec<AddressKey>,
}

model::compact_struct!(ContactState { 1 contact, 2 thread, 3 consent, 4 windows, 5 history, 6 runs, 7 ended, 8 past, 9 outbox, 10 fallen_back, 11 taps, 12 opt_out_suspected, 13 stop_confirmed_at, 14 broadcast, 15 latest, 16 alarms, 17 early, 18 of_others });

/// An ended run, as entry policies and explanations look at it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct PastRunRecord {
    pub run: RunId,
    pub journey: String,
    pub instance_key: String,
    pub entered_at: Timestamp,
    pub ended_at: Option<Timestamp>,
    pub result: Option<String>,
}

model::compact_struct!(PastRunRecord { 1 run, 2 journey, 3 instance_key, 4 entered_at, 5 ended_at, 6 result });

#[derive(Debug, thiserror::Error)]
pub enum StateError {
    #[error("the state is empty")]
    Empty,
    #[error("the state has format {0}, which this version does not know; a newer version wrote it")]
    Format(u8),
    #[error("the state cannot be read: {0}")]
    Json(#[from] serde_json::Error),
    #[error("the state cannot be read: {0}")]
    Compact(#[from] model::compact::CompactError),
}

impl ContactState {
    #[must_use]
    pub fn new(workspace: WorkspaceId, contact: Contact, at: Timestamp) -> Self {
        Self {
            thread: conversation::new_thread(workspace, contact.id, at),
            contact,
            consent: ConsentBook::default(),
            windows: Windows::default(),
            history: SendHistory::default(),
            runs: Vec::new(),
            ended: Vec::new(),
            past: Vec::new(),
            outbox: Vec::new(),
            fallen_back: Vec::new(),
            taps: Vec::new(),
            opt_out_suspected: None,
            stop_confirmed_at: None,
            latest: Vec::new(),
            alarms: Vec::new(),
            broadcast: None,
            early: Vec::new(),
            of_others: Vec::new(),
        }
    }

    pub fn decode(bytes: &[u8]) -> Result<Self, StateError> {
        match bytes.split_first() {
            None => Err(StateError::Empty),
            Some((&COMPACT_V2, bytes)) => Ok(model::compact::from_bytes(bytes)?),
            Some((&JSON_V1, json)) => Ok(serde_json::from_slice(json)?),
            Some((&format, _)) => Err(StateError::Format(format)),
        }
    }

    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(1_024);
        bytes.push(COMPACT_V2);
        self.put(&mut bytes);
        bytes.shrink_to_fit();
        bytes
    }

    pub(crate) fn forget_old(&mut self) {
        keep_last(&mut self.past, PAST_RUNS_MAX);
        keep_last(&mut self.ended, RECENT_MAX);
        keep_last(&mut self.fallen_back, RECENT_MAX);
        keep_last(&mut self.taps, RECENT_MAX);
        keep_last(&mut self.latest, RECENT_MAX);
        keep_last(&mut self.alarms, RECENT_MAX);
        keep_last(&mut self.early, RECENT_MAX);
        keep_last(&mut self.of_others, RECENT_MAX);
    }

    #[must_use]
    pub fn queued(&self, id: MessageId) -> Option<&Message> {
        self.outbox.iter().find(|message| message.id == id)
    }
}

fn keep_last<T>(list: &mut Vec<T>, max: usize) {
    if list.len() > max {
        list.drain(..list.len() - max);
    }
}
