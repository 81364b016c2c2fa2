//! What will happen, in order of time and then of scheduling.

use std::collections::BTreeMap;

use model::Timestamp;

use crate::people::{Deed, PersonId};

/// Something that the world does by itself when its moment comes.
#[derive(Clone, Debug)]
pub enum Event {
    /// A WhatsApp message leaves Meta.
    CloudSent { wamid: String },
    /// A WhatsApp message reaches the phone.
    CloudDelivered { wamid: String },
    /// A WhatsApp message ends with an error code.
    CloudFailed { wamid: String, code: u32 },
    /// A message held for quality assessment is decided: released unless somebody dropped it before.
    CloudReleased { wamid: String },
    /// An SMS moves on.
    SmsStatus { sid: String, status: &'static str, code: Option<u32> },
    /// The same for a message by Telnyx.
    TelnyxStatus { id: String, status: &'static str, code: Option<u32> },
    /// A scheduled SMS is handed to the queue.
    SmsScheduled { sid: String },
    /// A part at the message centre comes to its end.
    SmscEnd { id: u64, state: u8, err: u32 },
    /// An RCS message reaches the phone.
    RbmArrives { id: String },
    /// The time of an RCS message is over.
    RbmExpires { id: String },
    /// A mail comes to its mailbox.
    MailArrives { id: u64 },
    /// A mail is given back to who sent it, with the digits of its status.
    MailReturned { id: u64, code: u32 },
    /// A person does something out of habit.
    Habit { person: PersonId, deed: Deed },
    /// The review of a template ends.
    TemplateReviewed { id: String },
    /// The pause of a template ends.
    TemplateUnpaused { id: String },
}

#[derive(Debug, Default)]
pub struct Agenda {
    next: u64,
    events: BTreeMap<(Timestamp, u64), Event>,
}

impl Agenda {
    pub fn add(&mut self, at: Timestamp, event: Event) {
        self.next += 1;
        self.events.insert((at, self.next), event);
    }

    /// The earliest event, if its moment has come.
    pub fn pop(&mut self, now: Timestamp) -> Option<(Timestamp, Event)> {
        let entry = self.events.first_entry()?;
        (entry.key().0 <= now).then(|| entry.remove_entry()).map(|((at, _), event)| (at, event))
    }

    #[must_use]
    pub fn next_due(&self) -> Option<Timestamp> {
        self.events.keys().next().map(|(at, _)| *at)
    }
}
