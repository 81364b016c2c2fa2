//! What really reached the phones: one message for each intent, from the right workspace to the right person.

use std::collections::BTreeMap;

use anyhow::Result;
use model::MessageId;
use simulator::{Line, TruthRow};

use super::messages::may_double;
use super::{Look, Oracle, broken};
use crate::tenant;

/// Our id of the message on a phone: the reference that travelled with it.
fn message_of(row: &TruthRow) -> Option<MessageId> {
    let opaque = row.opaque.as_deref()?;
    match row.line {
        Line::WhatsApp | Line::Email => opaque.parse().ok(),
        Line::Rcs if !opaque.contains("message=") => u128::from_str_radix(&opaque.replace('-', ""), 16).ok().map(MessageId::from_u128),
        Line::Rcs | Line::Sms => opaque.split_once("message=")?.1.split('&').next()?.parse().ok(),
    }
}

impl Oracle {
    pub(super) async fn check_phones(&mut self, n: usize, look: &Look<'_>) -> Result<()> {
        let Some(world) = look.worlds.get(n) else { return Ok(()) };
        let count = world.with(|world| {
            world.people().iter().map(|person| person.thread.iter().filter(|entry| entry.from_business).count()).sum::<usize>()
        });
        if count == self.tenants[n].rows {
            return Ok(());
        }
        let rows = world.with(|world| world.ground_truth());
        let ws = tenant::workspace(n);
        let mut reached: BTreeMap<MessageId, u32> = BTreeMap::new();
        for row in &rows {
            // The provider itself confirms a STOP by SMS; that is no message of ours.
            let Some(id) = message_of(row) else { continue };
            *reached.entry(id).or_default() += 1;
        }
        for row in rows.iter().skip(self.tenants[n].rows) {
            let Some(id) = message_of(row) else { continue };
            self.phone_rows += 1;
            self.digest.push(format!("phone {n} {} {id} at {}", row.phone, row.at));
            let Some(message) = look.store.message(ws, id).await? else {
                return Err(broken("isolation", format!("{} got {id}, which {ws} never sent", row.phone)));
            };
            let value = message.address.value.trim_start_matches('+');
            let digits = row.phone.trim_start_matches('+');
            let other = value.chars().all(|c| c.is_ascii_digit()) && value != digits;
            if other {
                return Err(broken("right person", format!("{} got {id}, which is for {}", row.phone, message.address.value)));
            }
            let times = reached.get(&id).copied().unwrap_or_default();
            if times > 1 && !may_double(&message) {
                return Err(broken("one message", format!("{} got {id} {times} times", row.phone)));
            }
        }
        self.tenants[n].rows = rows.len();
        self.tenants[n].reached = reached;
        self.check_caps(n)
    }
}
