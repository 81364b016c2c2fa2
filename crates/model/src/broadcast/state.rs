//! A broadcast's states, and who may lead from which to which.

use serde::{Deserialize, Serialize};

/// `draft → freezing → checking → scheduled → canary → running → completed`; `paused` and `stopped` on the way.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BroadcastState {
    /// Being written.
    Draft,
    /// Its audience is being written down, one row for each recipient.
    Freezing,
    /// The audience stands, nothing is sent: the moment for preview and approval.
    Checking,
    /// Started, and waits for its time.
    Scheduled,
    /// The first few, to see how people take it.
    Canary,
    Running,
    /// Nothing leaves; what is queued waits.
    Paused,
    /// What had not left is being taken back.
    Stopping,
    Stopped,
    /// Everybody has an end.
    Completed,
}

impl BroadcastState {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Freezing => "freezing",
            Self::Checking => "checking",
            Self::Scheduled => "scheduled",
            Self::Canary => "canary",
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Stopping => "stopping",
            Self::Stopped => "stopped",
            Self::Completed => "completed",
        }
    }

    #[must_use]
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Stopped | Self::Completed)
    }

    /// Whether a loop has something to do for it now or later.
    #[must_use]
    pub const fn is_working(self) -> bool {
        matches!(self, Self::Freezing | Self::Scheduled | Self::Canary | Self::Running | Self::Stopping)
    }

    /// Whether it may have messages under way, so that hand-off must ask about it.
    #[must_use]
    pub const fn has_begun(self) -> bool {
        matches!(self, Self::Canary | Self::Running | Self::Paused | Self::Stopping | Self::Stopped | Self::Completed)
    }

    /// Whether one state may follow another at all.
    #[must_use]
    pub const fn leads_to(self, next: Self) -> bool {
        use BroadcastState::{Canary, Checking, Completed, Draft, Freezing, Paused, Running, Scheduled, Stopped, Stopping};
        matches!(
            (self, next),
            (Draft, Freezing)
                | (Freezing, Checking)
                | (Checking, Scheduled | Canary | Running)
                | (Scheduled, Canary | Running | Paused)
                | (Canary | Paused, Running)
                | (Canary, Paused)
                | (Running, Paused | Completed)
                | (Paused, Scheduled | Canary)
                | (Draft | Freezing | Checking | Scheduled | Canary | Running | Paused, Stopping)
                | (Stopping, Stopped)
        )
    }
}

/// Somebody asked for what the state does not allow.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("a broadcast that is {from} cannot become {to}", from = from.as_str(), to = to.as_str())]
pub struct ActRefused {
    pub from: BroadcastState,
    pub to: BroadcastState,
}
