//! Rows that change at many steps, as the last step left them. They are written once for each commit.

use std::sync::Arc;

use model::case::{Conversation, ConversationStatus};
use model::change::RunRow;
use model::message::Origin;
use model::{ContactId, Direction, Message, MessageStatus, Timestamp};
use rusqlite::Row;

use crate::rows;

/// A contact's row.
pub(super) struct Held {
    pub(super) ws: i64,
    pub(super) id: ContactId,
    pub(super) state: Arc<[u8]>,
    pub(super) next_wake: Option<Timestamp>,
    /// The wake that the queue of timers has, or will have after this commit.
    pub(super) told_wake: Option<Timestamp>,
    pub(super) heads: Heads,
    /// Hash of the profile row.
    pub(super) profile: Option<i64>,
    pub(super) last_seen_at: Option<i64>,
    pub(super) listed: Listed,
    /// Nothing where the file has it.
    pub(super) new_conversation: Option<Conversation>,
    /// As the file has them, until a run changes.
    pub(super) packed_runs: Option<Vec<u8>>,
    pub(super) runs: Option<Vec<RunRow>>,
    /// `runs` are not in the file yet.
    pub(super) runs_moved: bool,
    /// Bytes in the file of the conversation, of the runs, and of the whole record.
    pub(super) conversation_bytes: Option<usize>,
    pub(super) runs_bytes: Option<usize>,
    pub(super) size: i64,
    pub(super) fresh: bool,
    /// `listed` is not in the file yet.
    pub(super) listed_moved: bool,
}

/// The last row of each chain.
#[derive(Clone, Copy, Default)]
pub(super) struct Heads {
    pub(super) step: i64,
    pub(super) message: i64,
    pub(super) decision: i64,
    pub(super) run: i64,
}

/// What lists of conversations go by.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Listed {
    /// Only where it is not the contact's id.
    pub(super) thread: Option<[u8; 16]>,
    /// The first time in its last stretch.
    pub(super) recent: Option<i64>,
    pub(super) inbox_at: Option<i64>,
}

/// The first and the last time of a stretch in which conversations are listed: 2^20 ms, 17.5 minutes.
pub(crate) const fn stretch(at: i64) -> (i64, i64) {
    const LENGTH: i64 = 1 << 20;
    (at & !(LENGTH - 1), at | (LENGTH - 1))
}

impl Listed {
    /// Where a contact's conversation goes that was here.
    pub(super) fn then(self, contact: ContactId, row: &Conversation) -> Self {
        let at = row.last_message_at.as_millis();
        let stays = self.recent.filter(|recent| stretch(*recent) == stretch(at));
        let wanted = matches!(row.status, ConversationStatus::Waiting | ConversationStatus::Open);
        Self {
            thread: (row.id.as_u128() != contact.as_u128()).then(|| row.id.to_bytes()),
            recent: row.has_begun().then(|| stays.unwrap_or(at)),
            inbox_at: wanted.then_some(at),
        }
    }
}

impl Held {
    pub(super) fn new(ws: i64, id: ContactId) -> Self {
        Self {
            ws,
            id,
            state: Arc::from([]),
            next_wake: None,
            told_wake: None,
            heads: Heads::default(),
            profile: None,
            last_seen_at: None,
            listed: Listed::default(),
            new_conversation: None,
            packed_runs: None,
            runs: None,
            runs_moved: false,
            conversation_bytes: None,
            runs_bytes: None,
            size: 0,
            fresh: true,
            listed_moved: false,
        }
    }

    /// By the columns of `CONTACT_LOAD`.
    pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let next_wake = row.get::<_, Option<i64>>(2)?.map(Timestamp::from_millis);
        Ok(Self {
            ws: row.get(0)?,
            id: ContactId::from_bytes(row.get(1)?),
            next_wake,
            told_wake: next_wake,
            heads: Heads { step: row.get(3)?, message: row.get(4)?, decision: row.get(5)?, run: row.get(6)? },
            profile: row.get(7)?,
            last_seen_at: row.get(8)?,
            listed: Listed { thread: row.get(9)?, recent: row.get(10)?, inbox_at: row.get(11)? },
            runs_bytes: row.get_ref(12)?.as_blob_or_null()?.map(<[u8]>::len),
            packed_runs: row.get(12)?,
            state: Arc::from(row.get_ref(13)?.as_blob()?),
            conversation_bytes: row.get::<_, Option<i64>>(14)?.and_then(|bytes| usize::try_from(bytes).ok()),
            size: row.get(15)?,
            new_conversation: None,
            runs: None,
            runs_moved: false,
            fresh: false,
            listed_moved: false,
        })
    }
}

/// A message's row.
pub(super) struct HeldMessage {
    pub(super) contact: i64,
    pub(super) prev: i64,
    pub(super) message: Arc<Message>,
    /// What the file has; nothing if it does not have the row yet.
    pub(super) written: Option<Columns>,
    /// Bytes of the whole record in the file.
    pub(super) size: i64,
}

/// What is in indexes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Columns {
    /// Sender, class and earliest time, while it is queued.
    pub(super) queued: Option<([u8; 16], u8, i64)>,
    pub(super) open_since: Option<i64>,
    pub(super) provider: Option<u128>,
}

impl Columns {
    pub(super) fn of(ws: i64, row: &Message) -> Self {
        let not_before = row.not_before.unwrap_or(row.created_at).as_millis();
        let open = matches!(row.status, MessageStatus::Sending | MessageStatus::InDoubt);
        Self {
            queued: (row.status == MessageStatus::Queued).then(|| (row.sender.to_bytes(), row.class.rank(), not_before)),
            open_since: open.then(|| row.times.get(&row.status).unwrap_or(&row.created_at).as_millis()),
            provider: Self::provider(ws, row),
        }
    }

    pub(super) fn provider(ws: i64, row: &Message) -> Option<u128> {
        row.provider_id.as_ref().map(|id| rows::provider(ws, row.channel, id))
    }
}

pub(super) fn journey(origin: &Origin) -> Option<&str> {
    if let Origin::Journey { journey, .. } = origin { Some(journey) } else { None }
}

/// The number that a status has in its column.
pub(crate) const fn status(status: MessageStatus) -> i64 {
    match status {
        MessageStatus::Queued => 0,
        MessageStatus::Sending => 1,
        MessageStatus::InDoubt => 2,
        MessageStatus::Accepted => 3,
        MessageStatus::Delivered => 4,
        MessageStatus::Read => 5,
        MessageStatus::Failed => 6,
        MessageStatus::Cancelled => 7,
        MessageStatus::Expired => 8,
        MessageStatus::Received => 9,
    }
}

pub(crate) const fn direction(direction: Direction) -> i64 {
    match direction {
        Direction::In => 0,
        Direction::Out => 1,
    }
}
