//! What a chunk of signals needs to know: one round trip, however many signals there are, and one more where contacts are locked.

use std::collections::{BTreeSet, HashMap, HashSet};

use model::signal::{Signal, Target};
use model::{AddressKey, Channel, ContactId, Message, MessageId};
use storage::{Decider, Named, StorageError, brought_addresses, named_message};
use tokio_postgres::Row;

use super::corrupt;
use super::held::{Held, held};
use crate::error::{Failure, sql};
use crate::link::{Link, Pipe};
use crate::query::queries;
use crate::value::{Uid, clean};
use crate::{doc, json};

/// Names of messages that signals wait for; beyond that many, every name is thought to be waited for.
const WAITING_MAX: i64 = 1_000;
/// Rows that one chunk may number.
pub(super) const NUMBERS: u32 = 20;

queries! {
    KEYS(INT4_ARRAY, TEXT_ARRAY) = "SELECT u.i, d.fingerprint, d.reply, c.id FROM unnest($1, $2) WITH ORDINALITY AS u (ws, key, i)
        JOIN dedupe d ON d.ws = u.ws AND d.key = u.key LEFT JOIN contact c ON c.n = d.contact";
    OWNERS(INT4_ARRAY, TEXT_ARRAY, TEXT_ARRAY) = held!("u.i, ", "unnest($1, $2, $3) WITH ORDINALITY AS u (ws, kind, value, i)
        JOIN address a ON a.ws = u.ws AND a.kind = u.kind AND a.value = u.value LEFT JOIN contact c ON c.n = a.contact");
    /// Whose addresses are that steps want to link; those contacts are nobody's target.
    LINKED(INT4_ARRAY, TEXT_ARRAY, TEXT_ARRAY) = "SELECT u.i, a.contact FROM unnest($1, $2, $3) WITH ORDINALITY AS u (ws, kind, value, i)
        JOIN address a ON a.ws = u.ws AND a.kind = u.kind AND a.value = u.value";
    CONTACTS(INT4_ARRAY, UUID_ARRAY) = held!("u.i, ", "unnest($1, $2) WITH ORDINALITY AS u (ws, id, i) JOIN contact c ON c.ws = u.ws AND c.id = u.id");
    /// Whose messages are: for signals that name nobody else.
    MESSAGE_OWNERS(INT4_ARRAY, UUID_ARRAY) = held!("", "unnest($1, $2) AS u (ws, id) JOIN message m ON m.ws = u.ws AND m.id = u.id
        LEFT JOIN contact c ON c.n = m.contact");
    PROVIDERS(INT4_ARRAY, TEXT_ARRAY, TEXT_ARRAY) = held!("u.i, p.message, m.doc, ", "unnest($1, $2, $3) WITH ORDINALITY AS u (ws, channel, id, i)
        JOIN provider p ON p.ws = u.ws AND p.channel = u.channel AND p.provider_id = u.id
        LEFT JOIN message m ON m.ws = p.ws AND m.id = p.message LEFT JOIN contact c ON c.n = p.contact");
    WAITING(INT8) = "SELECT ws, channel, provider_id FROM orphan LIMIT $1";
    /// In the order of their numbers, as every node does it.
    LOCK(INT8_ARRAY) = held!("", "contact c WHERE c.n = ANY ($1) ORDER BY c.n FOR UPDATE");
    DOCUMENTS(INT4_ARRAY, UUID_ARRAY) = "SELECT u.i, m.contact, m.doc FROM unnest($1, $2) WITH ORDINALITY AS u (ws, id, i)
        JOIN message m ON m.ws = u.ws AND m.id = u.id";
    /// In the snapshot of the states, or after the locks: no state is decided about by older documents than those that made it.
    REVISIONS(INT4_ARRAY) = "SELECT ws, revision FROM catalogue_revision WHERE ws = ANY ($1)";
    /// Once the snapshot is taken or the locks are held, so that the numbers of a contact's rows grow with its steps. With a name for the commit
    /// that nothing else ever had.
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
    /// Those of them whose contacts are asked for.
    owned: BTreeSet<(i32, MessageId)>,
    providers: BTreeSet<ProviderKey>,
    /// Addresses that steps may link, where one of them turned out to.
    linked: BTreeSet<(i32, AddressKey)>,
}

impl Wanted {
    fn by<'s>(signals: impl Iterator<Item = (i32, &'s Signal)>, decider: &dyn Decider, links: &BTreeSet<(i32, AddressKey)>) -> Self {
        let mut wanted = Self { linked: links.clone(), ..Self::default() };
        for (ws, signal) in signals {
            if !links.is_empty() {
                wanted.linked.extend(brought_addresses(signal).iter().map(|key| (ws, key.clone())));
            }
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
                Target::Message(id) => {
                    wanted.messages.insert((ws, *id));
                    wanted.owned.insert((ws, *id));
                }
                Target::ProviderMessage { channel, provider_id } => drop(wanted.providers.insert((ws, *channel, provider_id.clone()))),
            }
            match named_message(signal) {
                Some(Named::Id(id)) => drop(wanted.messages.insert((ws, id))),
                Some(Named::Provider { channel, provider_id }) => drop(wanted.providers.insert((ws, channel, provider_id))),
                None => {}
            }
        }
        wanted.linked.retain(|key| !wanted.addresses.contains(key));
        wanted
    }
}

/// Rows begin with the place of what was asked for, counted from 1.
fn place(row: &Row) -> usize {
    usize::try_from(row.get::<_, i64>(0)).unwrap_or(0).saturating_sub(1)
}

/// How contacts are kept from other nodes until the commit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Hold {
    /// Not at all: in a transaction with one snapshot, the server refuses a change of what changed since.
    Snapshot,
    /// By locks.
    Locks,
}

/// What one load is about.
pub(super) struct Asked<'a> {
    /// The statement that begins the transaction, if it has not begun.
    pub(super) begin: Option<&'static str>,
    pub(super) hold: Hold,
    /// Those whose revisions are asked for.
    pub(super) workspaces: &'a [i32],
    /// Addresses that a step would link and nobody looked up. With any of them, those that the other signals bring are looked up too.
    pub(super) links: &'a BTreeSet<(i32, AddressKey)>,
}

impl Loaded {
    /// Resolves whom the signals are about, and loads those contacts.
    pub(super) async fn of<'s>(
        link: &Link,
        asked: &Asked<'_>,
        signals: impl Iterator<Item = (i32, &'s Signal)>,
        decider: &dyn Decider,
    ) -> Result<Self, Failure> {
        let wanted = Wanted::by(signals, decider, asked.links);
        let mut loaded = Self::default();
        loaded.look(link, asked, &wanted).await?;
        if asked.hold == Hold::Locks {
            loaded.lock(link, asked.workspaces).await?;
        }
        Ok(loaded)
    }

    fn hold(&mut self, row: &Row, from: usize) -> Result<i64, StorageError> {
        let (n, held) = Held::read(row, from).ok_or_else(missing)?;
        self.held.insert(n, held);
        Ok(n)
    }

    fn numbered(&mut self, position: &[Row], revisions: &[Row]) {
        self.revisions = revisions.iter().map(|row| (row.get(0), row.get::<_, i64>(1).cast_unsigned())).collect();
        if let Some(row) = position.first() {
            self.base = row.get::<_, i64>(0) << NUMBERS;
            self.mark = row.get(1);
        }
    }

    async fn look(&mut self, link: &Link, asked: &Asked<'_>, wanted: &Wanted) -> Result<(), Failure> {
        let keys: (Vec<i32>, Vec<&str>) = wanted.keys.iter().map(|(ws, key)| (*ws, key.as_str())).unzip();
        let address_ws: Vec<i32> = wanted.addresses.iter().map(|(ws, _)| *ws).collect();
        let address: (Vec<&str>, Vec<String>) = wanted.addresses.iter().map(|(_, key)| (key.kind.as_str(), clean(&key.value))).unzip();
        let linked_ws: Vec<i32> = wanted.linked.iter().map(|(ws, _)| *ws).collect();
        let linked: (Vec<&str>, Vec<String>) = wanted.linked.iter().map(|(_, key)| (key.kind.as_str(), clean(&key.value))).unzip();
        let contacts: (Vec<i32>, Vec<Uid>) = wanted.contacts.iter().map(|(ws, id)| (*ws, Uid(id.to_bytes()))).unzip();
        let messages: (Vec<i32>, Vec<Uid>) = wanted.messages.iter().map(|(ws, id)| (*ws, Uid(id.to_bytes()))).unzip();
        let owned: (Vec<i32>, Vec<Uid>) = wanted.owned.iter().map(|(ws, id)| (*ws, Uid(id.to_bytes()))).unzip();
        let provider_ws: Vec<i32> = wanted.providers.iter().map(|(ws, ..)| *ws).collect();
        let provider: (Vec<&str>, Vec<String>) = wanted.providers.iter().map(|(_, channel, id)| (channel.as_str(), clean(id))).unzip();
        let (limit, snapshot) = (WAITING_MAX + 1, asked.hold == Hold::Snapshot);

        let mut pipe = Pipe::default();
        if let Some(begin) = asked.begin {
            pipe.plain(begin);
        }
        let at_keys = (!wanted.keys.is_empty()).then(|| pipe.query(&KEYS, vec![&keys.0, &keys.1]));
        let at_owners = (!wanted.addresses.is_empty()).then(|| pipe.query(&OWNERS, vec![&address_ws, &address.0, &address.1]));
        let at_linked = (!wanted.linked.is_empty()).then(|| pipe.query(&LINKED, vec![&linked_ws, &linked.0, &linked.1]));
        let at_contacts = (!wanted.contacts.is_empty()).then(|| pipe.query(&CONTACTS, vec![&contacts.0, &contacts.1]));
        let at_owned = (!wanted.owned.is_empty()).then(|| pipe.query(&MESSAGE_OWNERS, vec![&owned.0, &owned.1]));
        let at_documents = (snapshot && !wanted.messages.is_empty()).then(|| pipe.query(&DOCUMENTS, vec![&messages.0, &messages.1]));
        let at_providers = (!wanted.providers.is_empty()).then(|| pipe.query(&PROVIDERS, vec![&provider_ws, &provider.0, &provider.1]));
        let at_waiting = pipe.query(&WAITING, vec![&limit]);
        let at_revisions = (snapshot && !asked.workspaces.is_empty()).then(|| pipe.query(&REVISIONS, vec![&asked.workspaces]));
        let at_position = snapshot.then(|| pipe.query(&POSITION, Vec::new()));
        let answers = pipe.run(link).await.map_err(sql("contacts cannot be looked up"))?;
        let rows = |at: Option<usize>| at.and_then(|at| answers.get(at)).map(Vec::as_slice).unwrap_or_default();

        let asked: Vec<&(i32, String)> = wanted.keys.iter().collect();
        for row in rows(at_keys) {
            let Some((ws, key)) = asked.get(place(row)) else { continue };
            let reply = row.get::<_, Option<&str>>(2).map(|text| json::read("reply", text)).transpose()?.unwrap_or_default();
            let contact = row.get::<_, Option<Uid>>(3).map(|id| ContactId::from_bytes(id.0));
            self.keys.insert((*ws, key.clone()), Known { fingerprint: row.get(1), reply, contact });
        }
        self.owners = wanted.addresses.iter().chain(&wanted.linked).map(|key| (key.clone(), Owner::default())).collect();
        let asked: Vec<&(i32, AddressKey)> = wanted.linked.iter().collect();
        for row in rows(at_linked) {
            let owner = row.get(1);
            if let Some(key) = asked.get(place(row)) {
                self.owners.insert((*key).clone(), Owner { before: Some(owner), now: Some(owner) });
            }
        }
        let asked: Vec<&(i32, AddressKey)> = wanted.addresses.iter().collect();
        for row in rows(at_owners) {
            let owner = self.hold(row, 1)?;
            if let Some(key) = asked.get(place(row)) {
                self.owners.insert((*key).clone(), Owner { before: Some(owner), now: Some(owner) });
            }
        }
        let asked: Vec<&(i32, ContactId)> = wanted.contacts.iter().collect();
        for row in rows(at_contacts) {
            let n = self.hold(row, 1)?;
            self.contacts.extend(asked.get(place(row)).map(|key| (**key, n)));
        }
        for row in rows(at_owned) {
            self.hold(row, 0)?;
        }
        self.messages = wanted.messages.iter().map(|key| (*key, None)).collect();
        self.documents(&wanted.messages.iter().copied().collect::<Vec<_>>(), rows(at_documents))?;
        self.providers = wanted.providers.iter().map(|key| (key.clone(), None)).collect();
        let asked: Vec<&ProviderKey> = wanted.providers.iter().collect();
        for row in rows(at_providers) {
            let message = MessageId::from_bytes(row.get::<_, Uid>(1).0);
            let document = row.get::<_, Option<&[u8]>>(2).map(doc::read_message).transpose()?;
            let owner = self.hold(row, 3)?;
            if let Some(key) = asked.get(place(row)) {
                self.messages.insert((key.0, message), document.map(|document| (owner, document)));
                self.providers.insert((*key).clone(), Some((owner, message)));
            }
        }
        let waiting = rows(Some(at_waiting));
        if waiting.len() as i64 <= WAITING_MAX {
            let name = |row: &Row| Some((row.get(0), row.get::<_, &str>(1).parse().ok()?, row.get(2)));
            self.waiting = Some(waiting.iter().filter_map(name).collect());
        }
        self.numbered(rows(at_position), rows(at_revisions));
        Ok(())
    }

    fn documents(&mut self, named: &[(i32, MessageId)], rows: &[Row]) -> Result<(), StorageError> {
        for row in rows {
            let message = doc::read_message(row.get(2))?;
            if let Some(key) = named.get(place(row)) {
                self.messages.insert(*key, Some((row.get(1), message)));
            }
        }
        Ok(())
    }

    /// Locks the contacts, and reads again what may have changed before.
    async fn lock(&mut self, link: &Link, workspaces: &[i32]) -> Result<(), Failure> {
        let mut contacts: Vec<i64> = std::mem::take(&mut self.held).into_keys().collect();
        contacts.sort_unstable();
        let named: Vec<(i32, MessageId)> = self.messages.keys().copied().collect::<BTreeSet<_>>().into_iter().collect();
        let (message_ws, message_ids): (Vec<i32>, Vec<Uid>) = named.iter().map(|(ws, id)| (*ws, Uid(id.to_bytes()))).unzip();
        let mut pipe = Pipe::default();
        let at_contacts = (!contacts.is_empty()).then(|| pipe.query(&LOCK, vec![&contacts]));
        let at_position = pipe.query(&POSITION, Vec::new());
        let at_documents = (!named.is_empty()).then(|| pipe.query(&DOCUMENTS, vec![&message_ws, &message_ids]));
        let at_revisions = (!workspaces.is_empty()).then(|| pipe.query(&REVISIONS, vec![&workspaces]));
        let answers = pipe.run(link).await.map_err(sql("contacts cannot be loaded"))?;
        let rows = |at: Option<usize>| at.and_then(|at| answers.get(at)).map(Vec::as_slice).unwrap_or_default();
        for row in rows(at_contacts) {
            self.hold(row, 0)?;
        }
        if self.held.len() < contacts.len() {
            return Err(missing().into());
        }
        self.documents(&named, rows(at_documents))?;
        self.numbered(rows(Some(at_position)), rows(at_revisions));
        Ok(())
    }
}

fn missing() -> StorageError {
    corrupt("a message or address belongs to a contact that is not there")
}
