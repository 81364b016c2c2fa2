//! The log: every accepted signal is in it once, in its own workspace.

use std::collections::BTreeSet;

use anyhow::Result;
use model::ContactId;
use model::signal::SignalBody;

use super::{Look, Oracle, broken, consent};
use crate::tenant;

/// Records read in one go; a step writes far fewer.
const PAGE: u32 = 1_000;

impl Oracle {
    /// Reads what is new, and answers whom it was about.
    pub(super) async fn read_log(&mut self, n: usize, look: &Look<'_>) -> Result<BTreeSet<ContactId>> {
        let ws = tenant::workspace(n);
        let mut touched = BTreeSet::new();
        loop {
            let records = look.store.signals(ws, self.tenants[n].seen, PAGE).await?;
            let full = records.len() == PAGE as usize;
            for record in records {
                let known = &mut self.tenants[n];
                known.seen = record.seq;
                known.records += 1;
                self.log_records += 1;
                let signal = &record.signal;
                if signal.workspace != ws {
                    return Err(broken("isolation", format!("signal {} of {} is in the log of {ws}", signal.id, signal.workspace)));
                }
                if !known.signals.insert(signal.id) {
                    return Err(broken("accepted once", format!("signal {} is in the log twice", signal.id)));
                }
                if let Some(key) = &signal.dedupe_key {
                    let times = known.keys.entry(key.clone()).or_default();
                    *times += 1;
                    if let Some(asked) = self.asked.get(key).and_then(|index| self.promises.get(*index))
                        && asked.body != signal.body
                    {
                        return Err(broken("as asked", format!("{key} asked for {:?}, the log has {:?}", asked.body, signal.body)));
                    }
                    if *times > 1 {
                        return Err(broken("accepted once", format!("the key {key} was applied {times} times")));
                    }
                }
                if let SignalBody::Inbound(inbound) = &signal.body {
                    *known.inbound.entry(inbound.provider_id.clone()).or_default() += 1;
                }
                if let Some(contact) = record.contact {
                    touched.insert(contact);
                    let book = known.said.entry(contact).or_default();
                    book.extend(consent::heard(&signal.body));
                    if !signal.permit.is_empty() {
                        let permit = known.permits.entry((contact, signal.arrival_time)).or_default();
                        permit.senders.extend(&signal.permit);
                        permit.book.clone_from(book);
                    }
                    if let SignalBody::HandOff { message } = &signal.body {
                        let handed = known.handed.entry(*message).or_default();
                        handed.times += 1;
                        handed.book.clone_from(book);
                        handed.at = signal.arrival_time;
                    }
                }
                self.digest.push(format!("{n} {} {}", record.seq, serde_json::to_string(signal)?));
            }
            if !full {
                return Ok(touched);
            }
        }
    }
}
