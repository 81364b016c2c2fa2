//! The one loop: what is due happens, in order, and the world says when it wants to be woken next.

use model::Timestamp;

use super::{Event, World};

impl World {
    /// Does everything that is due at `now` and returns the moment of the next thing to do, if there is one.
    ///
    /// Webhooks that became due are handed out by [`World::take_webhooks`].
    pub fn tick(&mut self, now: Timestamp) -> Option<Timestamp> {
        let now = now.max(self.now);
        while let Some((at, event)) = self.agenda.pop(now) {
            // An event happens at its own moment, also when the tick comes late: the history does not depend on who ticks when.
            self.now = at.max(self.now);
            self.happen(event);
        }
        self.now = now;
        self.collect_webhooks();
        self.next_wake()
    }

    /// When the next thing is due; the present when webhooks wait to be taken.
    #[must_use]
    pub fn next_wake(&self) -> Option<Timestamp> {
        [self.agenda.next_due(), self.postbox.next_due()].into_iter().flatten().min().map(|at| at.max(self.now))
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::CloudSent { wamid } => self.cloud_sent(&wamid),
            Event::CloudDelivered { wamid } => self.cloud_delivered(&wamid),
            Event::CloudFailed { wamid, code } => self.cloud_failed(&wamid, code),
            Event::CloudReleased { wamid } => self.cloud_released(&wamid),
            Event::SmsStatus { sid, status, code } => self.sms_status(&sid, status, code),
            Event::TelnyxStatus { id, status, code } => self.telnyx_status(&id, status, code),
            Event::SmsScheduled { sid } => self.sms_scheduled_due(&sid),
            Event::SmscEnd { id, state, err } => self.smsc_end(id, state, err),
            Event::RbmArrives { id } => self.rbm_arrives(&id),
            Event::RbmExpires { id } => self.rbm_expires(&id),
            Event::MailArrives { id } => self.mail_arrives(id),
            Event::MailReturned { id, code } => self.mail_returned(id, code),
            Event::Habit { person, deed } => self.habit(person, deed),
            Event::TemplateReviewed { id } => self.template_reviewed(&id),
            Event::TemplateUnpaused { id } => self.template_unpaused(&id),
        }
    }
}
