//! Recipients that are listed one by one.

use model::broadcast::{BroadcastState, NewRecipient};
use model::contact::ContactPatch;
use model::signal::{SignalBody, Target};
use model::{AddressKey, BroadcastId, ContactId, WorkspaceId};
use policy::holdout::HoldoutRule;
use storage::StepOutcome;

use super::BroadcastError;
use crate::{Engine, NewSignal};

/// How a list names a person.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum RecipientRef {
    Contact(ContactId),
    /// A phone number, an e-mail address, or the id in another system.
    Address(AddressKey),
}

/// A line that added nobody.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Refused {
    /// From 0.
    pub line: usize,
    pub why: &'static str,
}

/// What became of a chunk of a list.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Added {
    pub added: u64,
    /// Were there already, or twice in the list.
    pub already: u64,
    /// Contacts that were made for addresses nobody had.
    pub created: u64,
    pub refused: Vec<Refused>,
}

impl Engine {
    /// Adds a chunk of a list to a draft. Repeating a chunk adds nobody twice.
    pub async fn add_broadcast_recipients(
        &self,
        ws: WorkspaceId,
        id: BroadcastId,
        lines: &[RecipientRef],
        create: bool,
    ) -> Result<Added, BroadcastError> {
        let broadcast = self.broadcast(ws, id).await?.value;
        if !broadcast.listed || broadcast.state != BroadcastState::Draft {
            return Err(BroadcastError::NotListed);
        }
        let mut added = Added::default();
        let mut contacts = Vec::with_capacity(lines.len());
        let mut unknown: Vec<(usize, AddressKey)> = Vec::new();
        for (line, one) in lines.iter().enumerate() {
            match one {
                RecipientRef::Contact(contact) => match self.store().contact_state(ws, *contact).await? {
                    Some(_) => contacts.push(*contact),
                    None => added.refused.push(Refused { line, why: "nobody has this id" }),
                },
                RecipientRef::Address(key) => match self.store().find_contact(ws, std::slice::from_ref(key)).await? {
                    Some(contact) => contacts.push(contact),
                    None if create => unknown.push((line, key.clone())),
                    None => added.refused.push(Refused { line, why: "nobody has this address" }),
                },
            }
        }
        let signals = unknown.iter().map(|(_, key)| {
            let target = Target::Addresses { keys: vec![key.clone()], create: true };
            NewSignal::new(ws, target, format!("broadcast:{id}"), SignalBody::ContactUpdate(ContactPatch::default()))
        });
        let outcomes = self.submit(signals.collect()).await?;
        for ((line, _), outcome) in unknown.iter().zip(outcomes) {
            match outcome {
                StepOutcome::Applied(applied) => {
                    contacts.push(applied.contact);
                    added.created += 1;
                }
                _ => added.refused.push(Refused { line: *line, why: "no contact could be made of this address" }),
            }
        }
        let share = self.broadcast_guard(ws).canary_share;
        let rows: Vec<NewRecipient> =
            contacts.into_iter().map(|contact| NewRecipient { contact, canary: HoldoutRule::canary(id, contact, share) }).collect();
        added.added = self.store().add_recipients(ws, id, &rows, self.now()).await?;
        added.already = rows.len() as u64 - added.added;
        added.refused.sort_by_key(|refused| refused.line);
        Ok(added)
    }
}
