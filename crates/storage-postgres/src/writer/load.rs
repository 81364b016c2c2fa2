//! What a chunk of signals needs to know: two round trips, however many signals there are.

use std::collections::{BTreeSet, HashMap, HashSet};

use model::signal::{Signal, Target};
use model::{AddressKey, Channel, ContactId, Message, MessageId, Timestamp};
use storage::{Decider, Named, StorageError, named_message};
use tokio_postgres::Row;

use super::corrupt;
use crate::error::{Failure, sql};
use crate::json;
use crate::link::{Link, Pipe};
use crate::query::queries;
use crate::value::{Uid, clean};

/// Names of messages that signals wait for; beyond that many, every name is thought to be waited for.
const WAITING_MAX: i64 = 1_000;
/// Rows that one chunk may number.
pub(super) const NUMBERS: u32 = 20;

queries! {
    KEYS(INT4_ARRAY, TEXT_ARRAY) = "SELECT u.i, d.fingerprint, d.reply, c.id FROM unnest($1, $2) WITH ORDINALITY AS u (ws, key, i)
        JOIN dedupe d ON d.ws = u.ws AND d.key = u.key LEFT JOIN contact c ON c.n = d.contact";
    OWNERS(INT4_ARRAY, TEXT_ARRAY, TEXT_ARRAY) = "SELECT u.i, a.contact FROM unnest($1, $2, $3) WITH ORDINALITY AS u (ws, kind, value, i)
        JOIN address a ON a.ws = u.ws AND a.kind = u.kind AND a.value = u.value";
    CONTACTS(INT4_ARRAY, UUID_ARRAY) = "SELECT u.i, c.n FROM unnest($1, $2) WITH ORDINALITY AS u (ws, id, i)
        JOIN contact c ON c.ws = u.ws AND c.id = u.id";
    MESSAGE_OWNERS(INT4_ARRAY, UUID_ARRAY) = "SELECT m.contact FROM unnest($1, $2) AS u (ws, id) JOIN message m ON m.ws = u.ws AND m.id = u.id";
    PROVIDERS(INT4_ARRAY, TEXT_ARRAY, TEXT_ARRAY) = "SELECT u.i, p.contact, p.message FROM unnest($1, $2, $3) WITH ORDINALITY AS u (ws, channel, id, i)
        JOIN provider p ON p.ws = u.ws AND p.channel = u.channel AND p.provider_id = u.id";
    WAITING(INT8) = "SELECT ws, channel, provider_id FROM orphan LIMIT $1";
    /// In the order of their numbers, as every node does it.
    LOCK(INT8_ARRAY) = "SELECT n, ws, id, next_wake, state FROM contact WHERE n = ANY ($1) ORDER BY n FOR UPDATE";
    /// After the locks: as the last step of these contacts left them.
    DOCUMENTS(INT4_ARRAY, UUID_ARRAY) = "SELECT u.i, m.contact, m.doc FROM unnest($1, $2) WITH ORDINALITY AS u (ws, id, i)
        JOIN message m ON m.ws = u.ws AND m.id = u.id";
    /// After the locks as well: no state is decided about by older documents than those that made it.
    REVISIONS(INT4_ARRAY) = "SELECT ws, revision FROM catalogue_revision WHERE ws = ANY ($1)";
    /// With a name for the commit that nothing else ever had.
    POSITION() = "SELECT nextval('position'), gen_random_uuid()";
}

/// The first answer to a key.
#[derive(Clone)]
pub(super) struct Known {
    pub(super) fingerprint: Option<i64>,
    pub(super) reply: serde_json::Value,
    pub(super) contact: Option<ContactId>,
}

/// Whose an address was, and is after the signals so far.
#[derive(Clone, Copy, Default)]
pub(super) struct Owner {
    pub(super) before: Option<i64>,
    pub(super) now: Option<i64>,
}

/// A contact's state as the signals so far left it.
pub(super) struct Held {
    pub(super) ws: i32,
    pub(super) id: ContactId,
    pub(super) state: Vec<u8>,
    pub(super) next_wake: Option<Timestamp>,
    pub(super) new: bool,
    pub(super) moved: bool,
}

pub(super) type ProviderKey = (i32, Channel, String);

#[derive(Default)]
pub(super) struct Loaded {
    /// The first row number of this chunk.
    pub(super) base: i64,
    /// The name of the commit.
    pub(super) mark: Uid,
    pub(super) keys: HashMap<(i32, String), Known>,
    pub(super) owners: HashMap<(i32, AddressKey), Owner>,
    pub(super) contacts: HashMap<(i32, ContactId), i64>,
    pub(super) held: HashMap<i64, Held>,
    /// The messages that signals name, with their owners. Others are not kept.
    pub(super) messages: HashMap<(i32, MessageId), Option<(i64, Message)>>,
    pub(super) providers: HashMap<ProviderKey, Option<(i64, MessageId)>>,
    /// Names that signals wait for; nothing when there are too many to list.
    pub(super) waiting: Option<HashSet<ProviderKey>>,
    /// The revisions of the workspaces, where they were asked for.
    pub(super) revisions: HashMap<i32, u64>,
}

/// What is asked for, each once.
#[derive(Default)]
struct Wanted {
    keys: BTreeSet<(i32, String)>,
    addresses: BTreeSet<(i32, AddressKey)>,
    contacts: BTreeSet<(i32, ContactId)>,
    messages: BTreeSet<(i32, MessageId)>,
    providers: BTreeSet<ProviderKey>,
}

impl Wanted {
    fn by<'s>(signals: impl Iterator<Item = (i32, &'s Signal)>, decider: &dyn Decider) -> Self {
        let mut wanted = Self::default();
        for (ws, signal) in signals {
            wanted.contacts.extend(decider.owner(signal).map(|owner| (ws, owner)));
            wanted.keys.extend(signal.dedupe_key.iter().map(|key| (ws, clean(key))));
            match &signal.target {
                Target::Contact(id) => drop(wanted.contacts.insert((ws, *id))),
                Target::Addresses { keys, create } => {
                    wanted.addresses.extend(keys.iter().map(|key| (ws, key.clone())));
                    if *create {
                        wanted.contacts.insert((ws, ContactId::from_u128(signal.id.as_u128())));
                    }
                }
                Target::Message(id) => drop(wanted.messages.insert((ws, *id))),
                Target::ProviderMessage { channel, provider_id } => drop(wanted.providers.insert((ws, *channel, provider_id.clone()))),
            }
            match named_message(signal) {
                Some(Named::Id(id)) => drop(wanted.messages.insert((ws, id))),
                Some(Named::Provider { channel, provider_id }) => drop(wanted.providers.insert((ws, channel, provider_id))),
                None => {}
            }
        }
        wanted
    }
}

/// Rows begin with the place of what was asked for, counted from 1.
fn place(row: &Row) -> usize {
    usize::try_from(row.get::<_, i64>(0)).unwrap_or(0).saturating_sub(1)
}

impl Loaded {
    /// Resolves whom the signals are about, locks those contacts, and loads them.
    pub(super) async fn of<'s>(
        link: &Link,
        begin: Option<&'static str>,
        signals: impl Iterator<Item = (i32, &'s Signal)>,
        decider: &dyn Decider,
        workspaces: &[i32],
    ) -> Result<Self, Failure> {
        let wanted = Wanted::by(signals, decider);
        let mut loaded = Self::default();
        let mut lock = loaded.resolve(link, begin, &wanted).await?;
        lock.sort_unstable();
        lock.dedup();
        loaded.lock(link, &lock, workspaces).await?;
        Ok(loaded)
    }

    /// Answers the numbers of the contacts that are touched.
    async fn resolve(&mut self, link: &Link, open: Option<&'static str>, wanted: &Wanted) -> Result<Vec<i64>, Failure> {
        let keys: (Vec<i32>, Vec<&str>) = wanted.keys.iter().map(|(ws, key)| (*ws, key.as_str())).unzip();
        let address_ws: Vec<i32> = wanted.addresses.iter().map(|(ws, _)| *ws).collect();
        let address: (Vec<&str>, Vec<String>) = wanted.addresses.iter().map(|(_, key)| (key.kind.as_str(), clean(&key.value))).unzip();
        let contacts: (Vec<i32>, Vec<Uid>) = wanted.contacts.iter().map(|(ws, id)| (*ws, Uid(id.to_bytes()))).unzip();
        let messages: (Vec<i32>, Vec<Uid>) = wanted.messages.iter().map(|(ws, id)| (*ws, Uid(id.to_bytes()))).unzip();
        let provider_ws: Vec<i32> = wanted.providers.iter().map(|(ws, ..)| *ws).collect();
        let provider: (Vec<&str>, Vec<String>) = wanted.providers.iter().map(|(_, channel, id)| (channel.as_str(), clean(id))).unzip();
        let limit = WAITING_MAX + 1;

        let mut pipe = Pipe::default();
        if let Some(begin) = open {
            pipe.plain(begin);
        }
        let at_keys = (!wanted.keys.is_empty()).then(|| pipe.query(&KEYS, vec![&keys.0, &keys.1]));
        let at_owners = (!wanted.addresses.is_empty()).then(|| pipe.query(&OWNERS, vec![&address_ws, &address.0, &address.1]));
        let at_contacts = (!wanted.contacts.is_empty()).then(|| pipe.query(&CONTACTS, vec![&contacts.0, &contacts.1]));
        let at_messages = (!wanted.messages.is_empty()).then(|| pipe.query(&MESSAGE_OWNERS, vec![&messages.0, &messages.1]));
        let at_providers = (!wanted.providers.is_empty()).then(|| pipe.query(&PROVIDERS, vec![&provider_ws, &provider.0, &provider.1]));
        let at_waiting = pipe.query(&WAITING, vec![&limit]);
        let answers = pipe.run(link).await.map_err(sql("contacts cannot be looked up"))?;
        let rows = |at: Option<usize>| at.and_then(|at| answers.get(at)).map(Vec::as_slice).unwrap_or_default();

        let mut lock = Vec::new();
        let asked: Vec<&(i32, String)> = wanted.keys.iter().collect();
        for row in rows(at_keys) {
            let Some((ws, key)) = asked.get(place(row)) else { continue };
            let reply = row.get::<_, Option<&str>>(2).map(|text| json::read("reply", text)).transpose()?.unwrap_or_default();
            let contact = row.get::<_, Option<Uid>>(3).map(|id| ContactId::from_bytes(id.0));
            self.keys.insert((*ws, key.clone()), Known { fingerprint: row.get(1), reply, contact });
        }
        self.owners = wanted.addresses.iter().map(|key| (key.clone(), Owner::default())).collect();
        let asked: Vec<&(i32, AddressKey)> = wanted.addresses.iter().collect();
        for row in rows(at_owners) {
            let owner: i64 = row.get(1);
            lock.push(owner);
            if let Some(key) = asked.get(place(row)) {
                self.owners.insert((*key).clone(), Owner { before: Some(owner), now: Some(owner) });
            }
        }
        let asked: Vec<&(i32, ContactId)> = wanted.contacts.iter().collect();
        for row in rows(at_contacts) {
            let n: i64 = row.get(1);
            lock.push(n);
            self.contacts.extend(asked.get(place(row)).map(|key| (**key, n)));
        }
        lock.extend(rows(at_messages).iter().map(|row| row.get::<_, i64>(0)));
        self.messages = wanted.messages.iter().map(|key| (*key, None)).collect();
        self.providers = wanted.providers.iter().map(|key| (key.clone(), None)).collect();
        let asked: Vec<&ProviderKey> = wanted.providers.iter().collect();
        for row in rows(at_providers) {
            let (owner, message): (i64, Uid) = (row.get(1), row.get(2));
            let message = MessageId::from_bytes(message.0);
            lock.push(owner);
            if let Some(key) = asked.get(place(row)) {
                self.messages.insert((key.0, message), None);
                self.providers.insert((*key).clone(), Some((owner, message)));
            }
        }
        let waiting = rows(Some(at_waiting));
        if waiting.len() as i64 <= WAITING_MAX {
            let name = |row: &Row| Some((row.get(0), row.get::<_, &str>(1).parse().ok()?, row.get(2)));
            self.waiting = Some(waiting.iter().filter_map(name).collect());
        }
        Ok(lock)
    }

    async fn lock(&mut self, link: &Link, contacts: &[i64], workspaces: &[i32]) -> Result<(), Failure> {
        let named: Vec<(i32, MessageId)> = self.messages.keys().copied().collect::<BTreeSet<_>>().into_iter().collect();
        let (message_ws, message_ids): (Vec<i32>, Vec<Uid>) = named.iter().map(|(ws, id)| (*ws, Uid(id.to_bytes()))).unzip();
        let mut pipe = Pipe::default();
        let at_contacts = (!contacts.is_empty()).then(|| pipe.query(&LOCK, vec![&contacts]));
        // After the locks, so that the numbers of a contact's rows grow with its steps.
        let at_position = pipe.query(&POSITION, Vec::new());
        let at_documents = (!named.is_empty()).then(|| pipe.query(&DOCUMENTS, vec![&message_ws, &message_ids]));
        let at_revisions = (!workspaces.is_empty()).then(|| pipe.query(&REVISIONS, vec![&workspaces]));
        let answers = pipe.run(link).await.map_err(sql("contacts cannot be loaded"))?;
        let rows = |at: Option<usize>| at.and_then(|at| answers.get(at)).map(Vec::as_slice).unwrap_or_default();
        for row in rows(at_contacts) {
            let held = Held {
                ws: row.get(1),
                id: ContactId::from_bytes(row.get::<_, Uid>(2).0),
                next_wake: row.get::<_, Option<i64>>(3).map(Timestamp::from_millis),
                state: row.get(4),
                new: false,
                moved: false,
            };
            self.held.insert(row.get(0), held);
        }
        if self.held.len() < contacts.len() {
            return Err(missing().into());
        }
        for row in rows(at_documents) {
            let message = json::read("message", row.get(2))?;
            if let Some(key) = named.get(place(row)) {
                self.messages.insert(*key, Some((row.get(1), message)));
            }
        }
        self.revisions = rows(at_revisions).iter().map(|row| (row.get(0), row.get::<_, i64>(1).cast_unsigned())).collect();
        if let Some(row) = rows(Some(at_position)).first() {
            self.base = row.get::<_, i64>(0) << NUMBERS;
            self.mark = row.get(1);
        }
        Ok(())
    }
}

fn missing() -> StorageError {
    corrupt("a message or address belongs to a contact that is not there")
}
