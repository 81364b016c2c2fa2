//! Taking a submission.

use model::{Millis, Rng};

use super::pdu::{self, Submission};
use super::state::Taken;
use super::{text, validity};
use crate::people::{Line, Outcome};
use crate::world::{Event, World};

/// States of `message_state`.
pub(super) const DELIVERED: u8 = 2;
pub(super) const EXPIRED: u8 = 3;
pub(super) const UNDELIVERABLE: u8 = 5;

impl World {
    /// The id, or the status of the refusal.
    pub(super) fn smsc_submit(&mut self, submission: &Submission) -> Result<u64, u32> {
        let source = self.smsc_address(&submission.source).ok_or(pdu::BAD_SOURCE)?;
        let digits = submission.destination.trim_start_matches('+');
        if !(8..=15).contains(&digits.len()) || !digits.bytes().all(|octet| octet.is_ascii_digit()) {
            return Err(pdu::BAD_DESTINATION);
        }
        let expires = match submission.time_to_live {
            Some(seconds) => Some(self.now + Millis::from_secs(i64::from(seconds))),
            None => validity::expires(&submission.validity, self.now).map_err(|()| pdu::BAD_EXPIRY)?,
        };
        let to = format!("+{digits}");
        let person = self.sms_person(&to);
        if let Some(code) = self.outcomes.refusal(person, Line::Sms, &to) {
            return Err(refusal(code));
        }
        let (place, octets) = place(submission);
        self.smsc.next += 1;
        let id = self.smsc.next;
        let taken = Taken {
            person,
            source,
            destination: to.clone(),
            registered: submission.registered,
            text: text::read(submission.data_coding, octets),
            place,
            submitted: self.now,
        };
        self.smsc.taken.insert(id, taken);
        let mut draws = self.keyed("smsc", &id.to_string());
        let slow = draws.below(200) < u64::from(self.knobs.slow_phones_percent);
        let wait = Millis(if slow { 60_000 + draws.below(600_000) } else { 300 + draws.below(2_000) } as i64);
        let wait = if self.knobs.smsc.receipt_before_answer { Millis::ZERO } else { wait };
        let reachable = self.people.get(person).is_some_and(|p| p.on_sms);
        let end = match self.outcomes.lookup(person, Line::Sms, &to) {
            Some(Outcome::NeverDelivered) => None,
            Some(Outcome::Fail { code }) => Some((UNDELIVERABLE, code % 1_000)),
            _ if !reachable => Some((UNDELIVERABLE, 1)),
            _ => Some((DELIVERED, 0)),
        };
        if let Some((state, err)) = end {
            let (at, state, err) = match expires {
                Some(over) if over < self.now + wait => (over.max(self.now), EXPIRED, 0),
                _ => (self.now + wait, state, err),
            };
            self.agenda.add(at, Event::SmscEnd { id, state, err });
        }
        Ok(id)
    }

    /// One of the addresses that may be sent from.
    fn smsc_address(&self, source: &str) -> Option<String> {
        let bare = source.trim_start_matches('+');
        self.config.smsc.addresses.iter().find(|address| address.trim_start_matches('+') == bare).cloned()
    }
}

/// The place of a part and the octets of its text.
fn place(submission: &Submission) -> (Option<(u16, u8, u8)>, &[u8]) {
    if submission.esm_class & 0x40 == 0 {
        return (submission.sar, &submission.octets);
    }
    match submission.octets.as_slice() {
        [5, 0, 3, reference, total, number, text @ ..] => (Some((u16::from(*reference), *total, *number)), text),
        [6, 8, 4, high, low, total, number, text @ ..] => (Some((u16::from_be_bytes([*high, *low]), *total, *number)), text),
        [length, rest @ ..] => (None, rest.get(usize::from(*length)..).unwrap_or_default()),
        [] => (None, &[]),
    }
}

/// Scripted refusals have Twilio's codes.
const fn refusal(code: u32) -> u32 {
    match code {
        21_211 | 21_610 | 21_614 => pdu::BAD_DESTINATION,
        20_429 => pdu::THROTTLED,
        _ => pdu::SUBMIT_FAILED,
    }
}
