//! Which of our numbers a message leaves by, and whether that one may send now.

use model::send_error::FallbackCause;
use model::sender::{Sender, SenderStatus};
use model::{Channel, SenderId};
use serde::{Deserialize, Serialize};

use crate::rule::{Finding, Rule};
use crate::window::Windows;

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct SenderRule {
    pub channel: Channel,
    /// The sender that the author insists on.
    pub wanted: Option<SenderId>,
    pub sender: Option<SenderId>,
    pub status: Option<SenderStatus>,
}

/// The sender to use: the one the author insists on, else the active one that the person wrote to last, else the first active one.
pub(crate) fn pick<'a>(channel: Channel, wanted: Option<SenderId>, senders: &'a [Sender], windows: &Windows) -> Option<&'a Sender> {
    let mut fitting = senders.iter().filter(|s| s.channel == channel);
    if let Some(id) = wanted {
        return fitting.find(|s| s.id == id);
    }
    let all: Vec<&Sender> = fitting.collect();
    let active = all.iter().copied().filter(|s| s.status == SenderStatus::Active);
    // `min_by_key` keeps the first of equals, so a contact without history gets the workspace's first sender.
    active.min_by_key(|s| windows.last_inbound(s.id).map_or(i64::MAX, |at| -at.as_millis())).or(all.first().copied())
}

impl Rule for SenderRule {
    const NAME: &'static str = "sender";

    fn evaluate(&self) -> Finding {
        let deny = |code, detail: String| Finding::deny(code, FallbackCause::SenderUnavailable, detail);
        match (&self.sender, &self.status) {
            (Some(_), Some(SenderStatus::Active)) => Finding::pass("active"),
            (Some(id), Some(SenderStatus::Paused { reason })) => deny("sender_paused", format!("{id} is paused: {reason}")),
            _ => match self.wanted {
                Some(id) => deny("sender_missing", format!("{id} is not a sender for {}", self.channel)),
                None => deny("sender_missing", format!("no sender is set up for {}", self.channel)),
            },
        }
    }
}
