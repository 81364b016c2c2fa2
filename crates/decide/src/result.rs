//! What the provider's answer to a send was, and what follows from a refusal.

use journey::SendNews;
use model::consent::{ConsentAct, ConsentChange, ConsentState};
use model::json_text;
use model::message::InDoubt;
use model::send_error::{FallbackCause, Remedy, SendError};
use model::signal::SendOutcome;
use model::timeline::TimelineKind;
use model::{AddressKey, Channel, Message, MessageId, MessageStatus, Millis, Purpose, Reach, Timestamp};
use storage::StepError;

use crate::send::{refused, run_of};
use crate::work::Work;

/// Calls for one message before we give up. With the growing waits of the remedies that is about a day.
const ATTEMPTS_MAX: u32 = 12;
/// Mails that did not get through for a passing reason, in this time, after which the address is left alone.
const STRIKES_MAX: usize = 5;
const STRIKES_WITHIN: Millis = Millis::from_days(14);

/// What is known of a message that failed: whether its place under the caps is free (R-CAP-1).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Reached {
    No,
    Unknown,
}

impl Work<'_> {
    pub fn send_result(&mut self, id: MessageId, attempt: u32, outcome: &SendOutcome) -> Result<(), StepError> {
        let Some(place) = self.state.outbox.iter().position(|message| message.id == id) else {
            return Err(refused("not_in_flight", format!("message {id} is not in flight")));
        };
        let message = &self.state.outbox[place];
        if !matches!(message.status, MessageStatus::Sending | MessageStatus::InDoubt) || message.attempts != attempt {
            return Err(refused(
                "stale_result",
                format!("message {id} is at attempt {} and {}", message.attempts, message.status.as_str()),
            ));
        }
        // What the provider took leaves the outbox; the others may go back to their place in it.
        let accepted = matches!(outcome, SendOutcome::Accepted { .. });
        let message = if accepted { self.state.outbox.remove(place) } else { message.clone() };
        match outcome {
            SendOutcome::Accepted { provider_id, learnt } => self.accepted(message, Some(provider_id), learnt, self.now),
            SendOutcome::Refused { error } => self.refused(message, error),
            SendOutcome::Unknown { detail } => self.in_doubt(message, detail),
            SendOutcome::NeverArrived => self.again(message, Millis::ZERO, "the provider never got it"),
            SendOutcome::Unsettled => self.unsettled(message),
        }
        self.drain_emitted();
        Ok(())
    }

    /// The provider has it. Also the way out of doubt, when a status proves that it arrived.
    pub fn accepted(&mut self, mut message: Message, provider_id: Option<&String>, learnt: &[AddressKey], at: Timestamp) {
        if provider_id.is_some() {
            message.provider_id = provider_id.cloned();
        }
        message.advance(MessageStatus::Accepted, at);
        message.error = None;
        message.intent = None;
        message.seal = None;
        self.state.outbox.retain(|queued| queued.id != message.id);
        self.state.windows.on_business_reply(message.sender, at);
        for key in learnt {
            self.learn_address(key, false);
        }
        let line = self.note(
            TimelineKind::MessageSent,
            json_text!({ "channel": message.channel, "summary": message.summary(), "price": message.price }),
        );
        line.message = Some(message.id);
        line.decision = message.decision;
        line.run = run_of(&message.origin);
        self.count_step(&message, "sent");
        self.tell_run(&message, SendNews::Accepted { at });
        self.save_message(message);
    }

    fn refused(&mut self, mut message: Message, error: &SendError) {
        message.error = Some(error.clone());
        match &error.remedy {
            Remedy::Retry { after } | Remedy::SlowSender { after } | Remedy::SlowPair { after } if message.attempts < ATTEMPTS_MAX => {
                self.again(message, *after, &error.for_user);
            }
            // The provider's clock says that the window is shut. If there is a template, the gate will choose it once it knows.
            Remedy::WindowClosed if has_template(&message) && message.attempts < 3 => {
                self.state.windows.close(message.sender, self.now);
                self.again(message, Millis::ZERO, &error.for_user);
            }
            _ => self.failed(message, error, Reached::No),
        }
    }

    /// The message cannot arrive. Its address, the person's consent and its journey step learn why.
    pub fn failed(&mut self, mut message: Message, error: &SendError, reached: Reached) {
        let now = self.now;
        message.error = Some(error.clone());
        let was_accepted = !matches!(message.status, MessageStatus::Queued | MessageStatus::Sending | MessageStatus::InDoubt);
        if !message.advance(MessageStatus::Failed, now) && was_accepted {
            // Delivered on another device: a failure is then no news (§4.4 of the channel's contract).
            self.save_message(message);
            return;
        }
        message.intent = None;
        message.seal = None;
        self.state.outbox.retain(|queued| queued.id != message.id);
        if reached == Reached::No {
            self.state.history.release(message.id);
        }
        self.learn_from(&message, error);
        let data = json_text!({ "channel": message.channel, "code": error.code, "reason": error.for_user, "summary": message.summary() });
        let line = self.note(TimelineKind::MessageFailed, data);
        line.message = Some(message.id);
        line.decision = message.decision;
        line.run = run_of(&message.origin);
        self.count_step(&message, "failed");
        self.tell_run(&message, SendNews::Failed { cause: error.cause, at: now });
        self.save_message(message);
    }

    fn learn_from(&mut self, message: &Message, error: &SendError) {
        let now = self.now;
        let known = self.state.contact.addresses.iter().find(|address| address.key == message.address);
        let before = known.and_then(|address| address.reach.get(&message.channel));
        let reach = match &error.remedy {
            Remedy::SuppressAddress { retry_after: None } => Some(Reach::Suppressed { since: now, reason: error.code.clone() }),
            Remedy::SuppressAddress { retry_after: Some(after) } => Some(struck(before, message.channel, now, *after, &error.code)),
            _ => None,
        };
        if let Some(reach) = reach
            && let Some(address) = self.state.contact.addresses.iter_mut().find(|address| address.key == message.address)
        {
            address.reach.insert(message.channel, reach);
            self.touch_contact();
            self.note(
                TimelineKind::AddressSuppressed,
                json_text!({ "channel": message.channel, "code": error.code, "reason": error.for_user }),
            )
            .message = Some(message.id);
        }
        if error.remedy == Remedy::RevokeConsent {
            self.record_consent(&ConsentChange {
                address: message.address.clone(),
                channel: Some(message.channel),
                purpose: Some(Purpose::Promotional),
                topic: None,
                state: ConsentState::OptedOut,
                act: ConsentAct::ProviderReport,
                wording: None,
                source: format!("send_result:{}", error.code),
                actor: format!("provider:{}", message.channel),
                ip: None,
                user_agent: None,
                at: now,
                evidence: Some(message.id.to_string()),
            });
        }
    }

    /// Back into the queue: the call certainly had no effect.
    fn again(&mut self, mut message: Message, after: Millis, why: &str) {
        message.status = MessageStatus::Queued;
        // A later doubt is a new one, with the whole time to settle: judged by the age of the first it would be resent at once.
        message.times.remove(&MessageStatus::InDoubt);
        message.not_before = Some(self.now + after);
        message.seal = None;
        self.state.history.reserve(message.id, self.now, message.channel, message.purpose.unwrap_or(Purpose::Service));
        self.reply("again_at", (self.now + after).to_string());
        self.reply("why", why);
        self.replace_outbox(message);
    }

    /// Nobody knows whether it arrived: no blind resend (R-DEDUP-2).
    fn in_doubt(&mut self, mut message: Message, detail: &str) {
        message.advance(MessageStatus::InDoubt, self.now);
        let line = self.note(TimelineKind::MessageInDoubt, json_text!({ "channel": message.channel, "detail": detail }));
        line.message = Some(message.id);
        self.count_step(&message, "in_doubt");
        self.replace_outbox(message);
    }

    /// The time to settle is over; the author said what then.
    fn unsettled(&mut self, message: Message) {
        let rule = message.intent.as_ref().map_or(InDoubt::Drop, |intent| intent.in_doubt);
        match rule {
            InDoubt::Resend => self.again(message, Millis::ZERO, "still in doubt; its author wants it sent again"),
            InDoubt::Drop => {
                let error = SendError {
                    remedy: Remedy::NextChannel,
                    cause: FallbackCause::NotDelivered,
                    code: "in_doubt".to_owned(),
                    for_user: "the provider never said whether it took the message; it was not sent again".to_owned(),
                };
                self.failed(message, &error, Reached::Unknown);
            }
        }
    }
}

/// Not reachable now. Where an address is found so again and again it is not tried any more: mail servers hold it against a sender who goes
/// on (A64). A delivery in between begins the count anew.
fn struck(before: Option<&Reach>, channel: Channel, now: Timestamp, after: Millis, code: &str) -> Reach {
    let mut strikes = match before {
        Some(Reach::Unreachable { strikes, .. }) => strikes.clone(),
        _ => Vec::new(),
    };
    strikes.retain(|at| now - *at < STRIKES_WITHIN);
    strikes.push(now);
    if channel == Channel::Email && strikes.len() >= STRIKES_MAX {
        return Reach::Suppressed {
            since: now,
            reason: format!("{code}, {STRIKES_MAX} times in {} days", STRIKES_WITHIN.0 / Millis::from_days(1).0),
        };
    }
    // Other channels do not count; what they have is the last.
    let kept = strikes.split_off(strikes.len().saturating_sub(STRIKES_MAX));
    let strikes = if channel == Channel::Email { kept } else { Vec::new() };
    Reach::Unreachable { since: now, until: now + after, reason: code.to_owned(), strikes }
}

fn has_template(message: &Message) -> bool {
    message
        .intent
        .as_ref()
        .is_some_and(|intent| intent.channels.iter().any(|draft| draft.channel == message.channel && draft.out_of_window.is_some()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(day: i64) -> Timestamp {
        Timestamp::from_secs(day * 86_400)
    }

    fn after(days: &[i64], channel: Channel) -> Reach {
        let first = struck(None, channel, day(days[0]), Millis::from_days(1), "bounce:4.2.2");
        days[1..].iter().fold(first, |reach, at| struck(Some(&reach), channel, day(*at), Millis::from_days(1), "bounce:4.2.2"))
    }

    #[test]
    fn a64_five_soft_bounces_in_fourteen_days_suppress_a_mail_address() {
        assert!(matches!(after(&[0, 2, 4, 6], Channel::Email), Reach::Unreachable { until, .. } if until == day(7)));
        let Reach::Suppressed { reason, since } = after(&[0, 2, 4, 6, 13], Channel::Email) else { panic!() };
        assert_eq!((reason.as_str(), since), ("bounce:4.2.2, 5 times in 14 days", day(13)));
        assert!(matches!(after(&[0, 2, 4, 6, 14], Channel::Email), Reach::Unreachable { .. }), "the first is too long ago");
        assert!(matches!(after(&[0, 4, 8, 12, 16, 20, 24], Channel::Email), Reach::Unreachable { .. }), "never five in the time");
    }

    #[test]
    fn a_delivery_in_between_begins_anew_and_other_channels_do_not_count() {
        let delivered = Reach::Reachable { since: day(7) };
        assert!(
            matches!(struck(Some(&delivered), Channel::Email, day(8), Millis::from_days(1), "x"), Reach::Unreachable { strikes, .. } if strikes == [day(8)])
        );
        assert!(matches!(after(&[0, 1, 2, 3, 4, 5], Channel::Sms), Reach::Unreachable { strikes, .. } if strikes.is_empty()));
    }
}
