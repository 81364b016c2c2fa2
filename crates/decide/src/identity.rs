//! The channel says that a person's device is another one: whoever answers now may be somebody else.
//!
//! It is a fact about the address and nothing that the person said: no window opens, no journey is answered. The address keeps the date, the
//! thread shows the event, and a person who has the thread finds it unread.

use model::inbound::{IDENTITY_CHANGED, InboundContent, InboundMessage};
use model::json_text;
use model::timeline::TimelineKind;

use crate::work::Work;

impl Work<'_> {
    /// Whether it was such a notice, which is thereby dealt with.
    pub fn identity_changed(&mut self, inbound: &InboundMessage) -> bool {
        if !matches!(&inbound.content, InboundContent::System { kind, .. } if kind == IDENTITY_CHANGED) {
            return false;
        }
        for key in &inbound.from {
            self.learn_address(key, true);
        }
        for address in self.state.contact.addresses.iter_mut().filter(|address| inbound.from.contains(&address.key)) {
            address.identity_changed_at = address.identity_changed_at.max(Some(inbound.sent_at));
        }
        self.touch_contact();
        let data = json_text!({ "channel": inbound.channel, "addresses": inbound.from });
        self.note(TimelineKind::IdentityChanged, data).at = inbound.sent_at;
        if conversation::human_owns(&self.state.thread) {
            self.state.thread.unread = self.state.thread.unread.saturating_add(1);
        }
        self.drain_emitted();
        true
    }
}
