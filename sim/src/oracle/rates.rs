//! Rates and caps, measured at the calls that left.

use std::collections::{BTreeMap, VecDeque};

use anyhow::Result;
use model::{AddressKey, Channel, Message, Millis, Purpose, Timestamp};

use super::{Oracle, broken};
use crate::faults::Call;
use crate::tenant::PER_SECOND;

/// A new process knows nothing of the second before it, so it may repeat the bucket: a fifth of a second's worth, at least one message.
const SECOND_MAX: usize = PER_SECOND as usize + 2;
const DAY: Millis = Millis::from_hours(24);
const WEEK: Millis = Millis::from_days(7);

#[derive(Default)]
pub struct Paces {
    sent: BTreeMap<Channel, VecDeque<Timestamp>>,
    pairs: BTreeMap<(Channel, AddressKey), VecDeque<Timestamp>>,
    promotions: BTreeMap<model::ContactId, Vec<(Timestamp, model::MessageId)>>,
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

    /// The default caps: one promotion a day and three a week for each contact (R-CAP-1), of those that a phone got.
    pub(super) fn check_caps(&self, n: usize) -> Result<()> {
        let known = &self.tenants[n];
        for (contact, sent) in &known.paces.promotions {
            let arrived: Vec<Timestamp> = sent.iter().filter(|(_, id)| known.reached.contains_key(id)).map(|(at, _)| *at).collect();
            for (window, most) in [(DAY, 1), (WEEK, 3)] {
                let crowded = arrived.iter().any(|from| arrived.iter().filter(|at| *at >= from && **at < *from + window).count() > most);
                if crowded {
                    return Err(broken("caps", format!("{contact} got more than {most} promotions within {window}: {arrived:?}")));
                }
            }
        }
        Ok(())
    }
}
