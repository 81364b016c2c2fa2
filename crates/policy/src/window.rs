//! The WhatsApp customer service window as data (R-WIN-1), and the choice between free-form and template that follows from it (R-WIN-2).
//!
//! 24 hours from the person's last message; and where they came from an ad and the business answered within 24 hours, 72 hours from that
//! answer in which every message is free of charge. The second does not prolong the first (Cloud API, "Pricing", free entry points).

use std::collections::BTreeMap;

use model::send_error::FallbackCause;
use model::{Channel, Millis, SenderId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::rule::{Finding, Rule};

pub const SERVICE_WINDOW: Millis = Millis::from_hours(24);
pub const ENTRY_POINT: Millis = Millis::from_hours(72);

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
struct Window {
    /// When the present stretch of open windows began.
    opened_at: Timestamp,
    closes_at: Timestamp,
    last_inbound: Timestamp,
    /// A message came from an ad and waits for the answer that opens the free entry point.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    referred_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    entry_point_until: Option<Timestamp>,
}

model::compact_struct!(Window { 1 opened_at, 2 closes_at, 3 last_inbound, 4 referred_at, 5 entry_point_until });

/// A contact's windows with each of our numbers.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Windows {
    by_sender: BTreeMap<SenderId, Window>,
}

model::compact_struct!(Windows { 1 by_sender });

/// One window at one moment: what composer, bot and journey all look at (R-WIN-4).
#[derive(Clone, Copy, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct WindowState {
    /// Whether free-form may go now, the safety margin kept.
    pub open: bool,
    pub opened_at: Option<Timestamp>,
    pub closes_at: Option<Timestamp>,
    pub last_inbound: Option<Timestamp>,
    pub in_entry_point: bool,
    pub entry_point_until: Option<Timestamp>,
}

impl Windows {
    /// The person wrote, by the provider's clock. Messages may come in any order; the latest counts.
    pub fn on_inbound(&mut self, sender: SenderId, at: Timestamp, from_ad: bool) {
        let closes_at = at + SERVICE_WINDOW;
        let window = self.by_sender.entry(sender).or_insert(Window {
            opened_at: at,
            closes_at,
            last_inbound: at,
            referred_at: None,
            entry_point_until: None,
        });
        if at >= window.closes_at {
            window.opened_at = at;
        }
        window.closes_at = window.closes_at.max(closes_at);
        window.last_inbound = window.last_inbound.max(at);
        if from_ad {
            window.referred_at = window.referred_at.max(Some(at));
        }
    }

    /// We wrote. The first answer within 24 hours of a message from an ad opens the free entry point.
    pub fn on_business_reply(&mut self, sender: SenderId, at: Timestamp) {
        let Some(window) = self.by_sender.get_mut(&sender) else { return };
        let Some(referred_at) = window.referred_at else { return };
        if at < referred_at {
            return;
        }
        window.referred_at = None;
        if at < referred_at + SERVICE_WINDOW {
            window.entry_point_until = window.entry_point_until.max(Some(at + ENTRY_POINT));
        }
    }

    #[must_use]
    pub fn state(&self, sender: SenderId, now: Timestamp, margin: Millis) -> WindowState {
        let Some(window) = self.by_sender.get(&sender) else { return WindowState::default() };
        WindowState {
            open: is_open(Some(window.closes_at), now, margin),
            opened_at: Some(window.opened_at),
            closes_at: Some(window.closes_at),
            last_inbound: Some(window.last_inbound),
            // The margin is kept here as well: a price should not promise what a late hand-off loses.
            in_entry_point: is_open(window.entry_point_until, now, margin),
            entry_point_until: window.entry_point_until,
        }
    }

    #[must_use]
    pub fn last_inbound(&self, sender: SenderId) -> Option<Timestamp> {
        self.by_sender.get(&sender).map(|w| w.last_inbound)
    }

    /// The provider says that the window is shut: its clock counts.
    pub fn close(&mut self, sender: SenderId, now: Timestamp) {
        if let Some(window) = self.by_sender.get_mut(&sender) {
            window.closes_at = window.closes_at.min(now);
        }
    }

    /// The end of the window that closes last, for lists.
    #[must_use]
    pub fn closes_at(&self) -> Option<Timestamp> {
        self.by_sender.values().map(|w| w.closes_at).max()
    }
}

fn is_open(closes_at: Option<Timestamp>, now: Timestamp, margin: Millis) -> bool {
    closes_at.is_some_and(|at| now + margin < at)
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct WindowRule {
    pub now: Timestamp,
    pub channel: Channel,
    pub closes_at: Option<Timestamp>,
    /// Time kept free before the end, milliseconds: the provider judges by its own clock when the message arrives.
    pub margin: Millis,
    /// Whether there is anything free-form to say.
    pub has_free_form: bool,
    /// Whether there is a template for outside the window.
    pub has_template: bool,
}

impl Rule for WindowRule {
    const NAME: &'static str = "window";

    fn evaluate(&self) -> Finding {
        if self.channel != Channel::Whatsapp {
            return Finding::not_applicable(format!("{} has no window", self.channel));
        }
        let standing = match self.closes_at {
            Some(at) if is_open(self.closes_at, self.now, self.margin) => {
                return match (self.has_free_form, self.has_template) {
                    (false, false) => Finding::deny("window_closed", FallbackCause::WindowClosed, "there is nothing to say"),
                    _ => Finding::pass(format!("open until {at}")),
                };
            }
            Some(at) if at > self.now => format!("closes at {at}, within the safety margin"),
            Some(at) => format!("closed since {at}"),
            None => "never opened".to_owned(),
        };
        if self.has_template {
            Finding::pass(format!("{standing}; a template may go"))
        } else {
            Finding::deny("window_closed", FallbackCause::WindowClosed, format!("{standing}, and there is no template"))
        }
    }
}
