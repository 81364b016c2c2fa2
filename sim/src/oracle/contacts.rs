//! A contact's state against what is stored beside it: wakes, timers, outbox, consent chain.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result};
use decide::ContactState;
use journey::{RunState, Waiting};
use model::message::{Direction, Origin};
use model::{ContactId, Message, MessageId, Timestamp, WorkspaceId};
use storage::{LedgerFilter, MessageFilter, Page, Store};

use super::{Look, Oracle, broken, open};
use crate::tenant;

/// A contact of a play has fewer of everything.
const ALL: u32 = 5_000;

pub async fn all(store: &dyn Store, ws: WorkspaceId) -> Result<Vec<(ContactId, Vec<u8>)>> {
    Ok(store.scan_contacts(ws, None, ALL).await?)
}

pub async fn messages_of(store: &dyn Store, ws: WorkspaceId, contact: ContactId) -> Result<Vec<Message>> {
    let filter = MessageFilter { contact: Some(contact), ..MessageFilter::default() };
    let page = store.messages(ws, filter, Page::first(ALL)).await?;
    anyhow::ensure!(page.next.is_none(), "a play has become too long: more than {ALL} messages of one contact");
    Ok(page.items)
}

impl Oracle {
    /// With `wakes`, also the timers of contacts that a step has just decided about: holding and opening a journey moves nobody's by itself.
    pub(super) async fn check_contacts(&mut self, n: usize, look: &Look<'_>, touched: &BTreeSet<ContactId>, wakes: bool) -> Result<()> {
        if touched.is_empty() {
            return Ok(());
        }
        let ws = tenant::workspace(n);
        let due = look.store.due(Timestamp::MAX, ALL).await?;
        let due: BTreeMap<ContactId, Timestamp> = due.into_iter().filter(|one| one.0 == ws).map(|one| (one.1, one.2)).collect();
        for contact in touched {
            let bytes = look.store.contact_state(ws, *contact).await?.context("a contact of the log has no state")?;
            let state = ContactState::decode(&bytes)?;
            self.digest.push(format!("{contact} {:016x}", model::draws::stable_hash(&[&bytes])));
            if wakes {
                check_timers(*contact, &state, due.get(contact).copied(), &look.held[n])?;
            }
            let messages = messages_of(look.store, ws, *contact).await?;
            check_outbox(*contact, &state, &messages)?;
            self.check_messages(n, &messages)?;
        }
        Ok(())
    }

    /// Each contact's chain of consent verifies (R-CON-1).
    pub(super) async fn check_chains(&self, n: usize, look: &Look<'_>, contacts: &BTreeSet<ContactId>) -> Result<()> {
        let ws = tenant::workspace(n);
        for contact in contacts {
            let filter = LedgerFilter { contact: Some(*contact), ..LedgerFilter::default() };
            let mut entries = look.store.ledger(ws, filter, Page::first(ALL)).await?.items;
            entries.sort_by_key(|entry| entry.seq);
            if let Err(error) = policy::verify_chain(&entries) {
                return Err(broken("consent chain", format!("{contact}: {error:?}")));
            }
        }
        Ok(())
    }
}

/// Every run waits for exactly one thing, and the contact's wake is the earliest of all.
fn check_timers(contact: ContactId, state: &ContactState, wake: Option<Timestamp>, held: &BTreeSet<String>) -> Result<()> {
    let going = || state.runs.iter().filter(|run| !held.contains(&run.journey));
    let due = going().filter_map(RunState::due).min();
    if wake != due {
        return Err(broken("one live timer", format!("{contact} is woken at {wake:?}, its runs are due at {due:?}")));
    }
    for run in going() {
        match &run.position.waiting {
            Waiting::Nothing => return Err(broken("one live timer", format!("run {} of {contact} waits for nothing", run.id))),
            Waiting::Acceptance => {
                let own = |message: &Message| matches!(&message.origin, Origin::Journey { run: of, .. } if *of == run.id);
                if !state.outbox.iter().any(own) {
                    return Err(broken("one live timer", format!("run {} of {contact} waits for a message that is not there", run.id)));
                }
            }
            Waiting::Time { due } | Waiting::Settling { due } | Waiting::Answer { due, .. } => {
                if wake.is_none_or(|wake| wake > *due) {
                    return Err(broken("one live timer", format!("run {} of {contact} is due at {due}, woken at {wake:?}", run.id)));
                }
            }
        }
    }
    Ok(())
}

/// What is queued, under way or in doubt is in the outbox, and nothing else is.
fn check_outbox(contact: ContactId, state: &ContactState, messages: &[Message]) -> Result<()> {
    let held: BTreeSet<MessageId> = state.outbox.iter().map(|message| message.id).collect();
    let out = messages.iter().filter(|message| message.direction == Direction::Out && open(message.status));
    let stored: BTreeSet<MessageId> = out.map(|message| message.id).collect();
    if held != stored {
        return Err(broken("outbox", format!("{contact} holds {held:?}, stored are {stored:?}")));
    }
    Ok(())
}
