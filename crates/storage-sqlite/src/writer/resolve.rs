//! Whom a signal is about, and the message that it names.

use std::sync::Arc;

use model::signal::{Signal, Target};
use model::{AddressKey, Channel, ContactId, Message, MessageId};
use rusqlite::{Row, params};
use storage::{Named, StorageError, StorageErrorKind, named_message};

use super::Group;
use super::held::{Columns, Held, HeldMessage};
use crate::sql::{contact, message};
use crate::{doc, rows};

/// Number, contact, the one before, document, size.
type RawMessage = (i64, i64, i64, Vec<u8>, i64);

pub(super) fn raw_message(row: &Row<'_>) -> rusqlite::Result<RawMessage> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?))
}

/// Whom a signal is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Whom {
    /// The row number of a contact.
    Known(i64),
    New(ContactId),
}

impl Group<'_, '_> {
    /// Nothing if nobody has the address or message.
    pub(super) fn resolve(&mut self, ws: Option<i64>, signal: &Signal) -> Result<Option<Whom>, StorageError> {
        let owner = self.decider.owner(signal);
        if let Some(id) = owner {
            let known = match ws {
                Some(ws) => self.contact_number(ws, id)?,
                None => None,
            };
            return Ok(Some(known.map_or(Whom::New(id), Whom::Known)));
        }
        let found = match (ws, &signal.target) {
            (None, _) => None,
            (Some(ws), Target::Contact(id)) => self.contact_number(ws, *id)?,
            (Some(ws), Target::Addresses { keys, .. }) => {
                let mut owner = None;
                for key in keys {
                    owner = self.address_owner(ws, key)?;
                    if owner.is_some() {
                        break;
                    }
                }
                owner
            }
            (Some(ws), Target::Message(id)) => self.message_owner(ws, *id)?,
            (Some(ws), Target::ProviderMessage { channel, provider_id }) => {
                let n = self.provider_number(ws, *channel, provider_id)?;
                n.and_then(|n| self.memory.messages.peek(n)).map(|held| held.contact)
            }
        };
        if let Some(n) = found {
            return Ok(Some(Whom::Known(n)));
        }
        let Target::Addresses { create: true, .. } = signal.target else { return Ok(None) };
        // Derived from the signal, so that a replay makes the same contact; a decider that left it without its address finds it again here.
        let id = ContactId::from_u128(signal.id.as_u128());
        let known = match ws {
            Some(ws) => self.contact_number(ws, id)?,
            None => None,
        };
        Ok(Some(known.map_or(Whom::New(id), Whom::Known)))
    }

    /// The contact that has an address.
    pub(super) fn address_owner(&self, ws: i64, key: &AddressKey) -> Result<Option<i64>, StorageError> {
        if let Some(owner) = self.memory.adds_address(ws, key) {
            return Ok(owner);
        }
        self.find(contact::ADDRESS_OWNER, params![ws, key.kind.as_str(), key.value], |row| row.get(0))
    }

    /// Those that are another contact's.
    pub(super) fn taken(&self, ws: i64, whom: Whom, keys: &[AddressKey]) -> Result<Vec<AddressKey>, StorageError> {
        let mut taken = Vec::new();
        for key in keys {
            if self.address_owner(ws, key)?.is_some_and(|owner| whom != Whom::Known(owner)) {
                taken.push(key.clone());
            }
        }
        Ok(taken)
    }

    pub(super) fn contact_number(&mut self, ws: i64, id: ContactId) -> Result<Option<i64>, StorageError> {
        if let Some(n) = self.memory.numbers.get((ws, id)) {
            return Ok(Some(*n));
        }
        let found = self.find(contact::CONTACT_BY_ID, params![ws, id.to_bytes()], |row| row.get::<_, i64>(0))?;
        if let Some(n) = found {
            self.memory.numbers.insert((ws, id), n);
        }
        Ok(found)
    }

    /// Loads the contact unless it is remembered.
    pub(super) fn hold(&mut self, n: i64) -> Result<&Held, StorageError> {
        if self.memory.contacts.get(n).is_none() {
            let began = super::fetch::now();
            let held = self.find(contact::CONTACT_LOAD, [n], Held::read)?.ok_or_else(|| {
                StorageError::new(StorageErrorKind::Corrupt, "a message or address belongs to a contact that is not there")
            })?;
            self.memory.watch.loaded(began);
            self.memory.contacts.insert(n, held);
        }
        self.memory.contacts.peek(n).ok_or_else(|| StorageError::new(StorageErrorKind::Corrupt, "a contact vanished"))
    }

    /// Whose message it is. Only that: a message that cannot be read harms nobody who does not need it.
    fn message_owner(&mut self, ws: i64, id: MessageId) -> Result<Option<i64>, StorageError> {
        let known = self.memory.message_numbers.peek((ws, id)).and_then(|n| self.memory.messages.peek(*n));
        if let Some(held) = known {
            return Ok(Some(held.contact));
        }
        let (first, end) = rows::range(ws);
        self.find(message::MESSAGE_BY_ID, params![id.to_bytes(), first, end], |row| row.get(1))
    }

    pub(super) fn remember_message(&mut self, ws: i64, (n, contact, prev, doc, size): RawMessage) -> Result<i64, StorageError> {
        // What is held is newer than what was read.
        if let Some(held) = self.memory.messages.get(n) {
            let id = held.message.id;
            self.memory.message_numbers.insert((ws, id), n);
            return Ok(n);
        }
        let message: Message = doc::read("message", &doc)?;
        self.memory.message_numbers.insert((ws, message.id), n);
        let written = Some(Columns::of(ws, &message));
        self.memory.messages.insert(n, HeldMessage { contact, prev, message: Arc::new(message), written, size });
        Ok(n)
    }

    /// The number of the first message that has this provider's id. It is held from here on.
    fn provider_number(&mut self, ws: i64, channel: Channel, id: &str) -> Result<Option<i64>, StorageError> {
        let key = rows::provider(ws, channel, id);
        let is_it = |message: &Message| message.channel == channel && message.provider_id.as_deref() == Some(id);
        if let Some(n) = self.memory.providers.get(key).copied()
            && self.memory.messages.get(n).is_some_and(|held| is_it(&held.message))
        {
            return Ok(Some(n));
        }
        let mut numbers = self.hash(key)?;
        numbers.sort_unstable();
        for n in numbers {
            if self.memory.messages.get(n).is_none()
                && let Some(raw) = self.find(message::MESSAGE_BY_NUMBER, [n], raw_message)?
            {
                self.remember_message(ws, raw)?;
            }
            if self.memory.messages.peek(n).is_some_and(|held| is_it(&held.message)) {
                self.memory.providers.insert(key, n);
                return Ok(Some(n));
            }
        }
        Ok(None)
    }

    /// The number of the message that the signal names, if it is this contact's. It is held from here on.
    pub(super) fn named(&mut self, ws: i64, contact: i64, signal: &Signal) -> Result<Option<i64>, StorageError> {
        let found = match named_message(signal) {
            None => None,
            Some(Named::Id(id)) => self.message_number(ws, id)?,
            Some(Named::Provider { channel, provider_id }) => self.provider_number(ws, channel, &provider_id)?,
        };
        Ok(found.filter(|n| self.memory.messages.peek(*n).is_some_and(|held| held.contact == contact)))
    }
}
