//! A person wrote: the window opens, consent words are heeded, a waiting journey gets its answer, or a person does.

use journey::{Input, Taken};
use model::inbound::{InboundContent, InboundMessage};
use model::json_text;
use model::message::Origin;
use model::timeline::TimelineKind;
use model::{Direction, MessageId, MessageStatus, RunId};

use crate::phone::Outside;
use crate::work::Work;

impl Work<'_> {
    pub fn inbound(&mut self, inbound: &InboundMessage) {
        if self.amended(inbound) || self.identity_changed(inbound) {
            return;
        }
        let elsewhere = self.written_elsewhere(inbound);
        if !elsewhere {
            for key in &inbound.from {
                self.learn_address(key, true);
            }
            if self.state.contact.name.is_none() && inbound.profile_name.is_some() {
                self.state.contact.name.clone_from(&inbound.profile_name);
                self.touch_contact();
            }
        }
        let message = self.store_inbound(inbound);
        if elsewhere {
            self.note_elsewhere(inbound, message);
        }
        // Only WhatsApp has a window; for the other channels this remembers when the person last wrote to the sender.
        if inbound.content.opens_window() {
            self.state.windows.on_inbound(inbound.sender, inbound.sent_at, inbound.referral.is_some());
        }
        self.reply("message_id", message.to_string());
        let click = self.see_click(inbound);
        let stopped = elsewhere && self.heed_elsewhere(inbound, message);
        if !inbound.content.is_reply() || (!elsewhere && self.heed_keywords(inbound, message)) {
            self.drain_emitted();
            return;
        }
        let event_used = match &inbound.content {
            InboundContent::Form { name, data } => self.form_filled(inbound.channel, name, data),
            _ => false,
        };
        // Who stops the mail answers no question with it; a person looks at what they wrote.
        let taken = if stopped { Taken::No } else { self.offer_to_journeys(inbound) };
        // After the message was offered: it is no answer to what a journey asks that begins by it.
        let click_used = click.is_some_and(|click| self.ad_clicked(inbound, &click));
        match taken {
            // A journey that waits for the event has what it wanted.
            Taken::No if event_used || click_used => {}
            Taken::Used | Taken::Repeated => {}
            Taken::No => self.hand_to_inbox(inbound),
        }
        self.drain_emitted();
    }

    fn store_inbound(&mut self, inbound: &InboundMessage) -> MessageId {
        let message = self.message_outside(&Outside {
            direction: Direction::In,
            channel: inbound.channel,
            sender: inbound.sender,
            addresses: &inbound.from,
            provider_id: &inbound.provider_id,
            content: &inbound.content,
            status: MessageStatus::Received,
            at: inbound.sent_at,
        });
        let (id, now) = (message.id, self.now);
        let data = json_text!({ "channel": inbound.channel, "summary": inbound.content.summary(), "referral": inbound.referral });
        let line = self.note(TimelineKind::MessageReceived, data);
        line.at = inbound.sent_at;
        line.message = Some(id);
        conversation::on_inbound(&mut self.state.thread, &message, now);
        self.touch_contact();
        self.save_message(message);
        self.came = Some(id);
        id
    }

    /// A tap answers the step whose message it is on, also while a person has the word: it is a fact and no talk. Words go to a journey only
    /// while no person has it (R-INB-4).
    fn offer_to_journeys(&mut self, inbound: &InboundMessage) -> Taken {
        let tapped = match &inbound.content {
            InboundContent::ButtonReply { id, .. } | InboundContent::ListReply { id, .. } => Some(id.clone()),
            _ => None,
        };
        if tapped.is_none() && conversation::human_owns(&self.state.thread) {
            return Taken::No;
        }
        let answered = self.named.and_then(|message| match &message.origin {
            Origin::Journey { run, step, visit, .. } => Some((message.id, *run, step.clone(), *visit)),
            _ => None,
        });
        if let (Some((message, ..)), Some(button)) = (&answered, &tapped) {
            let tap = (*message, button.clone());
            if self.state.taps.contains(&tap) {
                return Taken::Repeated;
            }
            self.state.taps.push(tap);
        }
        if let Some((_, run, step, visit)) = answered {
            let taken = self.offer(run, Some((&step, visit)), inbound);
            if taken != Taken::No {
                return taken;
            }
        }
        // Without a quoted message the answer belongs to whoever asked last.
        let mut waiting: Vec<(model::Timestamp, RunId)> =
            self.state.runs.iter().filter(|run| !run.asked().is_empty()).map(|run| (run.position.since, run.id)).collect();
        waiting.sort_unstable();
        while let Some((_, run)) = waiting.pop() {
            let taken = self.offer(run, None, inbound);
            if taken != Taken::No {
                return taken;
            }
        }
        Taken::No
    }

    fn offer(&mut self, run: RunId, answers: Option<(&str, u32)>, inbound: &InboundMessage) -> Taken {
        self.advance(run, Input::Reply { answers, content: &inbound.content, at: inbound.sent_at })
    }
}
