//! Delivery statuses.

use std::collections::btree_map::Entry;

use journey::SendNews;
use model::json_text;
use model::send_error::{FallbackCause, Remedy, SendError};
use model::signal::Receipt;
use model::timeline::TimelineKind;
use model::{Message, MessageStatus, Purpose, Reach};
use storage::StepError;

use crate::result::Reached;
use crate::send::{refused, run_of};
use crate::work::Work;

impl Work<'_> {
    pub fn receipt(&mut self, receipt: &Receipt) -> Result<(), StepError> {
        let named = receipt.message.or_else(|| self.named.map(|message| message.id));
        let Some(mut message) = named.and_then(|id| self.find_message(id)) else {
            return Err(refused("message_not_found", "no message of this contact has this id"));
        };
        for key in &receipt.learnt {
            self.learn_address(key, false);
        }
        // A status for a message in flight proves that it arrived: this is how doubt is settled.
        if matches!(message.status, MessageStatus::Queued | MessageStatus::Sending | MessageStatus::InDoubt) {
            if receipt.status == MessageStatus::Failed {
                message.provider_id = receipt.provider_id.clone().or(message.provider_id);
            } else {
                self.accepted(message, receipt.provider_id.as_ref(), &[], receipt.at);
                let Some(after) = named.and_then(|id| self.find_message(id)) else {
                    return Err(StepError::Poison("an accepted message vanished".to_owned()));
                };
                message = after;
            }
        }
        if receipt.price.is_some() {
            message.price = receipt.price;
        }
        if receipt.charged == Some(false)
            && let Some(price) = &mut message.price
        {
            price.micros = 0;
        }
        match receipt.status {
            MessageStatus::Failed => self.failed(message, &receipt.error.clone().unwrap_or_else(unexplained), Reached::No),
            MessageStatus::Delivered | MessageStatus::Read => self.arrived(message, receipt),
            _ => self.save_message(message),
        }
        self.drain_emitted();
        Ok(())
    }

    fn arrived(&mut self, mut message: Message, receipt: &Receipt) {
        // Taken back after an attempt of which nobody knew what became: what is on the phone counts.
        if message.attempts > 0 && matches!(message.status, MessageStatus::Cancelled | MessageStatus::Expired) {
            message.status = MessageStatus::Failed;
        }
        let was_delivered = message.times.contains_key(&MessageStatus::Delivered);
        let moved = message.advance(receipt.status, receipt.at);
        if !moved {
            self.save_message(message);
            return;
        }
        // The answer to the call was lost and the message given up: it was sent all the same.
        if let Entry::Vacant(accepted) = message.times.entry(MessageStatus::Accepted) {
            accepted.insert(receipt.at);
            self.count_step(&message, "sent");
        }
        if !was_delivered {
            self.reachable(&message, receipt);
            // It was said to have failed, and it had not: it counts from the moment at which it was handed over.
            if let (false, Some(sent_at)) = (self.state.history.holds(message.id), message.times.get(&MessageStatus::Sending)) {
                self.state.history.count(message.id, *sent_at, message.channel, message.purpose.unwrap_or(Purpose::Service));
                self.note_side(&message);
            }
            if self.state.fallen_back.contains(&message.id) {
                message.double_reach = true;
                self.count_step(&message, "double_reach");
                let line = self.note(TimelineKind::DoubleReach, json_text!({ "channel": message.channel, "summary": message.summary() }));
                line.message = Some(message.id);
                line.run = run_of(&message.origin);
            }
            self.count_step(&message, "delivered");
            self.arrival_line(TimelineKind::MessageDelivered, &message, receipt);
            self.tell_run(&message, SendNews::Delivered { at: receipt.at });
        }
        if message.status == MessageStatus::Read {
            self.count_step(&message, "read");
            self.arrival_line(TimelineKind::MessageRead, &message, receipt);
            self.tell_run(&message, SendNews::Read { at: receipt.at });
        }
        self.save_message(message);
    }

    fn arrival_line(&mut self, kind: TimelineKind, message: &Message, receipt: &Receipt) {
        let line = self.note(kind, json_text!({ "channel": message.channel, "category": receipt.category }));
        line.at = receipt.at;
        line.message = Some(message.id);
        line.run = run_of(&message.origin);
    }

    fn reachable(&mut self, message: &Message, receipt: &Receipt) {
        let address = self.state.contact.addresses.iter_mut().find(|address| address.key == message.address);
        let Some(address) = address else { return };
        if !matches!(address.reach.get(&message.channel), Some(Reach::Reachable { .. })) {
            address.reach.insert(message.channel, Reach::Reachable { since: receipt.at });
            self.touch_contact();
        }
    }
}

fn unexplained() -> SendError {
    SendError {
        remedy: Remedy::NextChannel,
        cause: FallbackCause::NotDelivered,
        code: "unexplained".to_owned(),
        for_user: "the provider reported a failure without a code".to_owned(),
    }
}
