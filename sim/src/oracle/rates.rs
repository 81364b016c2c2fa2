//! Rates and caps, measured at the calls that left.

use std::collections::{BTreeMap, VecDeque};

use anyhow::Result;
use model::message::Origin;
use model::{AddressKey, Channel, Message, MessageId, MessageStatus, Millis, Purpose, Timestamp};

use super::{Look, Oracle, broken};
use crate::faults::Call;
use crate::tenant::{CAPS, COMPETES, PER_SECOND, workspace};

/// A new process knows nothing of the second before it, so it may repeat the bucket: a fifth of a second's worth, at least one message.
const SECOND_MAX: usize = PER_SECOND as usize + 2;
/// Promotions of two senders to one person are further apart than this (R-PRIO-1).
const HORIZON: Millis = Millis::from_mins(5);

#[derive(Default)]
pub struct Paces {
    sent: BTreeMap<Channel, VecDeque<Timestamp>>,
    pairs: BTreeMap<(Channel, AddressKey), VecDeque<Timestamp>>,
    promotions: BTreeMap<model::ContactId, Vec<(Timestamp, MessageId)>>,
    claims: BTreeMap<model::ContactId, Vec<Promotion>>,
}

/// A promotion that was handed over, whatever became of it.
struct Promotion {
    at: Timestamp,
    id: MessageId,
    /// Whose it is: one run's, or its own.
    of: String,
}

/// Adds a moment, forgets those that are older than the window, answers how many there are.
fn within(times: &mut VecDeque<Timestamp>, at: Timestamp, window: Millis) -> usize {
    times.push_back(at);
    while times.front().is_some_and(|first| *first + window <= at) {
        times.pop_front();
    }
    times.len()
}

impl Oracle {
    pub(super) fn check_pace(&mut self, n: usize, call: &Call, message: &Message) -> Result<()> {
        let known = &mut self.tenants[n];
        let handed_at = known.handed.get(&message.id).map_or(call.at, |handed| handed.at);
        // Paced by the moment of the hand-off: a provider that takes its time may see several at once.
        let in_second = within(known.paces.sent.entry(call.channel).or_default(), handed_at, Millis::from_secs(1));
        if in_second > SECOND_MAX {
            return Err(broken("sender rate", format!("{in_second} messages within a second on {}, {PER_SECOND} may go", call.channel)));
        }
        let pair = known.paces.pairs.entry((call.channel, message.address.clone())).or_default();
        let in_minute = within(pair, handed_at, Millis::from_mins(1));
        if in_minute > 45 + 10 {
            return Err(broken("pair rate", format!("{in_minute} messages within a minute to one person on {}", call.channel)));
        }
        if message.purpose == Some(Purpose::Promotional) && call.arrived {
            let sent = known.paces.promotions.entry(message.contact).or_default();
            sent.retain(|(_, id)| *id != message.id);
            sent.push((handed_at, message.id));
        }
        Ok(())
    }

    /// Each workspace's caps on promotions (R-CAP-1), of those that a phone got.
    pub(super) fn check_caps(&self, n: usize) -> Result<()> {
        let known = &self.tenants[n];
        for (contact, sent) in &known.paces.promotions {
            let arrived: Vec<Timestamp> = sent.iter().filter(|(_, id)| known.reached.contains_key(id)).map(|(at, _)| *at).collect();
            for (window, most) in CAPS[n] {
                let crowded = arrived.iter().any(|from| arrived.iter().filter(|at| *at >= from && **at < *from + *window).count() > *most);
                if crowded {
                    return Err(broken("caps", format!("{contact} got more than {most} promotions within {window}: {arrived:?}")));
                }
            }
        }
        Ok(())
    }

    /// No promotion is handed over within one horizon of another run's, unless that one is known not to have gone (R-PRIO-1, A9).
    pub(super) async fn check_contest(&mut self, n: usize, message: &Message, look: &Look<'_>) -> Result<()> {
        if !COMPETES[n] || message.purpose != Some(Purpose::Promotional) {
            return Ok(());
        }
        let known = &mut self.tenants[n];
        let of = match &message.origin {
            Origin::Journey { run, .. } => run.to_string(),
            other => format!("{other:?}"),
        };
        let at = known.handed.get(&message.id).map_or(look.now, |handed| handed.at);
        let claims = known.paces.claims.entry(message.contact).or_default();
        claims.retain(|claim| claim.id != message.id && at - claim.at < HORIZON);
        for claim in claims.iter().filter(|claim| claim.of != of) {
            let other = look.store.message(workspace(n), claim.id).await?;
            let gone =
                [MessageStatus::Sending, MessageStatus::InDoubt, MessageStatus::Accepted, MessageStatus::Delivered, MessageStatus::Read];
            if other.is_some_and(|other| gone.contains(&other.status)) {
                let detail = format!("{} was handed over {} after {} of another run", message.id, at - claim.at, claim.id);
                return Err(broken("contest", detail));
            }
        }
        claims.push(Promotion { at, id: message.id, of });
        Ok(())
    }
}
