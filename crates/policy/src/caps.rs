//! Caps: how often a person may be addressed, in sliding windows over all their addresses and channels (R-CAP-1 to R-CAP-4).
//!
//! A window is half open: what was sent exactly one window ago no longer counts, so any stretch as long as the window holds at most
//! `limit` messages. Purposes are counted apart: promotional messages never use up what an order confirmation needs.
//!
//! Places are given in the order in which they were reserved. A message that is planned finds all reservations taken; one that is handed
//! over finds those before its own, so two that wait for the same cap never wait for each other. What keeps the cap is only what was handed
//! over before: the order of reservations decides who goes, never how many.

use model::message::OnCap;
use model::send_error::FallbackCause;
use model::{Channel, MessageId, Millis, Purpose, Timestamp};
use serde::{Deserialize, Serialize};

use crate::history::{Mark, MarkState};
use crate::rule::{Finding, Rule};

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cap {
    pub name: String,
    /// What it counts, and what it stops. Promotional when nothing is said.
    #[serde(default = "promotional")]
    pub purposes: Vec<Purpose>,
    /// Empty for all channels together.
    #[serde(default)]
    pub channels: Vec<Channel>,
    pub limit: u32,
    /// Length of the sliding window, milliseconds.
    pub window: Millis,
}

fn promotional() -> Vec<Purpose> {
    vec![Purpose::Promotional]
}

impl Cap {
    #[must_use]
    pub fn applies_to(&self, channel: Channel, purpose: Purpose) -> bool {
        self.purposes.contains(&purpose) && (self.channels.is_empty() || self.channels.contains(&channel))
    }

    /// `None` when one more message fits at `now`; otherwise the first moment at which it would, as far as can be known.
    #[must_use]
    pub fn full_until(&self, now: Timestamp, marks: &[Mark], message: Option<MessageId>) -> Option<Timestamp> {
        let own = marks.iter().position(|m| Some(m.message) == message).unwrap_or(marks.len());
        let mut taken: Vec<Timestamp> = marks
            .iter()
            .enumerate()
            .filter(|(place, m)| self.applies_to(m.channel, m.purpose) && *place != own)
            .filter_map(|(place, m)| match m.state {
                // An earlier reservation may be handed over at any moment from now on; a later one has to wait for this.
                MarkState::Reserved => (place < own).then_some(now),
                MarkState::Counted => (now - m.at < self.window).then_some(m.at),
            })
            .collect();
        let limit = self.limit as usize;
        if taken.len() < limit {
            return None;
        }
        taken.sort_unstable();
        // Room appears when so many have left the window that fewer than `limit` stay.
        let leaver = taken.get(taken.len() - limit).copied().unwrap_or(now);
        Some(leaver + self.window)
    }
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct CapRule {
    pub now: Timestamp,
    pub due_at: Timestamp,
    pub channel: Channel,
    pub purpose: Purpose,
    pub message: Option<MessageId>,
    /// The caps that apply, in the rulebook's order.
    pub caps: Vec<Cap>,
    /// The marks that any of them counts.
    pub marks: Vec<Mark>,
    pub on_cap: OnCap,
}

impl CapRule {
    /// The cap that keeps the message longest, with the moment at which it lets it go.
    #[must_use]
    pub fn tightest(&self) -> Option<(&Cap, Timestamp)> {
        let full = |cap| Cap::full_until(cap, self.now, &self.marks, self.message).map(|until| (cap, until));
        self.caps.iter().filter_map(full).max_by_key(|(_, until)| *until)
    }
}

impl Rule for CapRule {
    const NAME: &'static str = "cap";

    fn evaluate(&self) -> Finding {
        if self.caps.is_empty() {
            return Finding::not_applicable(format!("no cap on {} messages on {}", self.purpose, self.channel));
        }
        let Some((cap, until)) = self.tightest() else {
            return Finding::pass("within every cap");
        };
        let full = format!("cap `{}` is full: {} in {}", cap.name, cap.limit, cap.window);
        let deny = |detail| Finding::deny("capped", FallbackCause::Capped, detail);
        match &self.on_cap {
            OnCap::Skip => deny(full),
            OnCap::Downgrade { to } => deny(format!("{full}; only {to} may be used instead")),
            OnCap::Defer { at_most } if until <= self.due_at + *at_most => Finding::defer("capped", until, format!("{full} until {until}")),
            OnCap::Defer { at_most } => deny(format!("{full} until {until}, which is more than {at_most} after it was due")),
        }
    }
}
