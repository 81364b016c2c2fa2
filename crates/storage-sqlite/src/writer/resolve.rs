//! Whom a signal is about, and the message that it names.

use model::signal::{Signal, Target};
use model::{Channel, ContactId, Message, Timestamp};
use rusqlite::params;
use storage::{Named, StorageError, StorageErrorKind, named_message};

use super::Group;
use super::group::Held;
use crate::json;
use crate::sql::{contact, message};

/// Whom a signal is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Whom {
    /// The row number of a contact.
    Known(i64),
    New(ContactId),
}

impl Group<'_> {
    /// Nothing if nobody has the address or message.
    pub(super) fn resolve(&mut self, ws: Option<i64>, signal: &Signal) -> Result<Option<Whom>, StorageError> {
        let owner = self.decider.owner(signal);
        if let Some(id) = owner {
            let known = match ws {
                Some(ws) => self.find(contact::CONTACT_BY_ID, params![ws, id.to_bytes()], |row| row.get(0))?,
                None => None,
            };
            return Ok(Some(known.map_or(Whom::New(id), Whom::Known)));
        }
        let found = match (ws, &signal.target) {
            (None, _) => None,
            (Some(ws), Target::Contact(id)) => self.find(contact::CONTACT_BY_ID, params![ws, id.to_bytes()], |row| row.get(0))?,
            (Some(ws), Target::Addresses { keys, .. }) => {
                let mut owner = None;
                for key in keys {
                    owner = self.find(contact::ADDRESS_OWNER, params![ws, key.kind.as_str(), key.value], |row| row.get(0))?;
                    if owner.is_some() {
                        break;
                    }
                }
                owner
            }
            (Some(ws), Target::Message(id)) => self.find(message::MESSAGE_BY_ID, params![ws, id.to_bytes()], |row| row.get(0))?,
            (Some(ws), Target::ProviderMessage { channel, provider_id }) => {
                self.find(message::MESSAGE_BY_PROVIDER, params![ws, channel.as_str(), provider_id], |row| row.get(0))?
            }
        };
        if let Some(n) = found {
            return Ok(Some(Whom::Known(n)));
        }
        let Target::Addresses { create: true, .. } = signal.target else { return Ok(None) };
        // Derived from the signal, so that a replay makes the same contact; a decider that left it without its address finds it again here.
        let id = ContactId::from_u128(signal.id.as_u128());
        let known = match ws {
            Some(ws) => self.find(contact::CONTACT_BY_ID, params![ws, id.to_bytes()], |row| row.get(0))?,
            None => None,
        };
        Ok(Some(known.map_or(Whom::New(id), Whom::Known)))
    }

    /// The contact's state, from this group or from the file.
    pub(super) fn hold(&mut self, n: i64) -> Result<&Held, StorageError> {
        if !self.states.contains_key(&n) {
            let held = self
                .find(contact::CONTACT_LOAD, [n], |row| {
                    Ok(Held {
                        id: ContactId::from_bytes(row.get(0)?),
                        state: row.get(1)?,
                        next_wake: row.get::<_, Option<i64>>(2)?.map(Timestamp::from_millis),
                        state_moved: false,
                        wake_moved: false,
                    })
                })?
                .ok_or_else(|| {
                    StorageError::new(StorageErrorKind::Corrupt, "a message or address belongs to a contact that is not there")
                })?;
            self.states.insert(n, held);
        }
        self.states.get(&n).ok_or_else(|| StorageError::new(StorageErrorKind::Corrupt, "a contact vanished"))
    }

    /// The message that the signal names, if it is this contact's.
    pub(super) fn named(&self, ws: i64, contact: i64, signal: &Signal) -> Result<Option<Message>, StorageError> {
        let row = |row: &rusqlite::Row<'_>| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?));
        let by_provider = |channel: Channel, id: &str| self.find(message::MESSAGE_BY_PROVIDER, params![ws, channel.as_str(), id], row);
        let found = match named_message(signal) {
            None => None,
            Some(Named::Id(id)) => self.find(message::MESSAGE_BY_ID, params![ws, id.to_bytes()], row)?,
            Some(Named::Provider { channel, provider_id }) => by_provider(channel, &provider_id)?,
        };
        match found {
            Some((owner, doc)) if owner == contact => json::read("message", &doc).map(Some),
            _ => Ok(None),
        }
    }
}
