//! Changes as they happen, for open browsers: a short memory and a broadcast.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use model::WorkspaceId;
use tokio::sync::broadcast;

/// How many events are remembered for browsers that come back after a lost connection.
const MEMORY: usize = 2048;
/// How far a slow browser may fall behind before it is told to read everything again.
const BACKLOG: usize = 512;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LiveKind {
    /// Data: the conversation.
    Conversation,
    /// Data: the message, without its intent and seal.
    Message,
    /// Data: `{"id": …}`.
    Contact,
    /// Data: `{"name": …}`.
    Journey,
    /// Data: `{"id": …, "alerts": […]}`. An alert says which language goes no more, why, and which journeys of whom send it.
    Template,
    /// Data: `{"id": …}`.
    Broadcast,
    /// Data: `{}`. So much changed that it is not named: everything must be read again.
    Lagged,
}

#[derive(Clone, PartialEq, Debug)]
pub struct LiveEvent {
    /// Rises by one with each event of this process.
    pub seq: u64,
    /// Whom it concerns; `None` is everybody.
    pub workspace: Option<WorkspaceId>,
    pub kind: LiveKind,
    pub data: serde_json::Value,
}

/// Where the engine publishes and browsers listen. Publishing never waits.
#[derive(Debug)]
pub struct LiveHub {
    /// Tells a browser of another process's life apart from ours.
    epoch: u64,
    recent: Mutex<Recent>,
    sender: broadcast::Sender<LiveEvent>,
}

#[derive(Debug, Default)]
struct Recent {
    last: u64,
    events: VecDeque<LiveEvent>,
}

/// What a listener starts with.
#[derive(Debug)]
pub struct Subscription {
    pub epoch: u64,
    /// Events between what the listener had seen and now; `None` when that is no longer known and it must read everything again.
    pub missed: Option<Vec<LiveEvent>>,
    pub receiver: broadcast::Receiver<LiveEvent>,
}

impl LiveKind {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Conversation => "conversation",
            Self::Message => "message",
            Self::Contact => "contact",
            Self::Journey => "journey",
            Self::Template => "template",
            Self::Broadcast => "broadcast",
            Self::Lagged => "lagged",
        }
    }
}

impl LiveHub {
    /// `epoch` is any number that another start of the program would not choose, such as the start time.
    #[must_use]
    pub fn new(epoch: u64) -> Self {
        Self { epoch, recent: Mutex::new(Recent::default()), sender: broadcast::channel(BACKLOG).0 }
    }

    pub fn publish(&self, workspace: WorkspaceId, kind: LiveKind, data: serde_json::Value) {
        self.push(Some(workspace), kind, data);
    }

    /// Whoever looks at a workspace (`None`: at any) must read everything again: another node changed what is not named here.
    pub fn reset(&self, workspace: Option<WorkspaceId>) {
        self.push(workspace, LiveKind::Lagged, serde_json::json!({}));
    }

    fn push(&self, workspace: Option<WorkspaceId>, kind: LiveKind, data: serde_json::Value) {
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        recent.last += 1;
        let event = LiveEvent { seq: recent.last, workspace, kind, data };
        if recent.events.len() == MEMORY {
            recent.events.pop_front();
        }
        recent.events.push_back(event.clone());
        // Sent under the lock, so that the broadcast has the order of the memory. Nobody listening is no error.
        let _ = self.sender.send(event);
    }

    /// Whether anybody listens now.
    #[must_use]
    pub fn has_listeners(&self) -> bool {
        self.sender.receiver_count() > 0
    }

    /// Something changed of which nobody was told, because nobody listened: whoever comes back must read everything again.
    pub fn pass_over(&self) {
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        recent.last += 1;
        recent.events.clear();
    }

    /// Listens from now on, and catches up from `(epoch, seq)` if that is still remembered.
    #[must_use]
    pub fn subscribe(&self, seen: Option<(u64, u64)>) -> Subscription {
        let recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        let receiver = self.sender.subscribe();
        let missed = match seen {
            None => Some(Vec::new()),
            Some((epoch, seq)) if epoch == self.epoch && seq <= recent.last => {
                let oldest = recent.events.front().map_or(recent.last + 1, |e| e.seq);
                (seq + 1 >= oldest).then(|| recent.events.iter().filter(|e| e.seq > seq).cloned().collect())
            }
            Some(_) => None,
        };
        Subscription { epoch: self.epoch, missed, receiver }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ws() -> WorkspaceId {
        WorkspaceId::from_u128(1)
    }

    #[test]
    fn a_listener_that_comes_back_gets_what_it_missed() {
        let hub = LiveHub::new(7);
        for n in 0..3 {
            hub.publish(ws(), LiveKind::Contact, serde_json::json!({ "id": n }));
        }
        let missed = hub.subscribe(Some((7, 1))).missed.unwrap();
        assert_eq!(missed.iter().map(|e| e.seq).collect::<Vec<_>>(), [2, 3]);
    }

    #[test]
    fn who_was_away_while_changes_were_passed_over_must_read_everything_again() {
        let hub = LiveHub::new(7);
        let here = hub.subscribe(None);
        assert!(hub.has_listeners());
        hub.publish(ws(), LiveKind::Contact, serde_json::Value::Null);
        drop(here);
        assert!(!hub.has_listeners());
        hub.pass_over();
        assert!(hub.subscribe(Some((7, 1))).missed.is_none());
        let seq = 2;
        hub.publish(ws(), LiveKind::Contact, serde_json::Value::Null);
        assert_eq!(hub.subscribe(Some((7, seq))).missed.unwrap().len(), 1);
    }

    #[test]
    fn a_reset_reaches_those_whom_it_concerns() {
        let hub = LiveHub::new(7);
        let mut here = hub.subscribe(None).receiver;
        hub.reset(Some(ws()));
        hub.reset(None);
        let told: Vec<_> = std::iter::from_fn(|| here.try_recv().ok()).map(|event| (event.workspace, event.kind)).collect();
        assert_eq!(told, [(Some(ws()), LiveKind::Lagged), (None, LiveKind::Lagged)]);
    }

    #[test]
    fn a_listener_from_another_life_or_too_long_ago_must_read_everything_again() {
        let hub = LiveHub::new(7);
        assert!(hub.subscribe(Some((6, 1))).missed.is_none());
        for _ in 0..=MEMORY {
            hub.publish(ws(), LiveKind::Contact, serde_json::Value::Null);
        }
        assert!(hub.subscribe(Some((7, 0))).missed.is_none());
        assert!(hub.subscribe(Some((7, 1))).missed.is_some());
    }
}
