//! Signals that are decided together, each on what the one before it left.

use std::panic::{AssertUnwindSafe, catch_unwind};

use model::signal::{Signal, Target};
use model::{AddressKey, ContactId, Message, Timestamp};
use storage::{Applied, Decider, Named, StepError, StepInput, StepOutcome, StepOutput, StorageError, named_message};

use super::changes::{stray, wire};
use super::corrupt;
use super::held::Held;
use super::load::{Known, Loaded, Owner, ProviderKey};
use super::rows::{LoggedStep, NewContact, NewKey, OldKey, Orphan, ParkedRow, Rows, State};
use super::tables::Tables;
use crate::logged::LoggedRef;
use crate::value::{Uid, clean};
use crate::{doc, json};

/// Where a signal comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Source {
    Caller,
    /// It waited for a message id. Its dedupe key is its own.
    Waiting,
    /// A person tries it again. Its dedupe key is its own.
    Parked,
}

/// What a signal came to.
pub(super) enum Turn {
    Done(StepOutcome),
    /// Signals wait for these names, and come before any later one.
    Wakes(Applied, Vec<ProviderKey>),
    /// What the signals before it changed must be written first; then it is tried again.
    Again,
    /// Nobody knows yet whose these addresses are, which it would link: it is tried again when they are looked up.
    Look(Vec<AddressKey>),
}

#[derive(Clone, Copy)]
enum Whom {
    Known(i64),
    New(ContactId),
}

pub(super) struct Chunk<'d> {
    decider: &'d dyn Decider,
    pub(super) loaded: Loaded,
    pub(super) rows: Rows,
    counted: i64,
    pub(super) steps: u64,
}

impl<'d> Chunk<'d> {
    pub(super) fn new(decider: &'d dyn Decider, loaded: Loaded) -> Self {
        Self { decider, loaded, rows: Rows::default(), counted: 0, steps: 0 }
    }

    /// The next row's number.
    pub(super) const fn number(&mut self) -> i64 {
        self.counted += 1;
        self.loaded.base + self.counted
    }

    pub(super) fn step(&mut self, ws: i32, signal: &Signal, from: Source) -> Result<Turn, StorageError> {
        if let Some(known) = self.known(ws, signal, from) {
            return Ok(Turn::Done(known));
        }
        let Some(whom) = self.resolve(ws, signal) else { return self.unresolved(ws, signal, from).map(Turn::Done) };
        let message = if let Whom::Known(n) = whom { self.named(ws, n, signal) } else { None };
        let (contact, state) = match whom {
            Whom::Known(n) => self.loaded.held.get(&n).map(|held| (held.id, Some(held.state.as_slice()))).ok_or_else(|| corrupt(GONE))?,
            Whom::New(id) => (id, None),
        };
        let decide = |taken: &[AddressKey]| {
            let input = StepInput { contact, state, signal, message, taken };
            catch_unwind(AssertUnwindSafe(|| self.decider.decide(input)))
        };
        let mut decided = decide(&[]);
        if let Ok(Ok(output)) = &decided {
            let links = &output.changes.link;
            let unknown: Vec<AddressKey> = links.iter().filter(|key| self.owner(ws, key).is_none()).cloned().collect();
            if !unknown.is_empty() {
                return Ok(Turn::Look(unknown));
            }
            let of_another = |key: &&AddressKey| {
                let owner = self.owner(ws, key).and_then(|owner| owner.now);
                owner.is_some_and(|owner| !matches!(whom, Whom::Known(n) if n == owner))
            };
            let taken: Vec<AddressKey> = links.iter().filter(of_another).cloned().collect();
            if !taken.is_empty() {
                decided = decide(&taken);
            }
        }
        match decided {
            Ok(Ok(output)) => match stray(signal.workspace, contact, &output.changes) {
                Some(fault) => self.park(ws, signal, &fault, from).map(Turn::Done),
                None => self.apply(ws, signal, contact, whom, output, from),
            },
            Ok(Err(StepError::Rejected(rejection))) => Ok(Turn::Done(StepOutcome::Rejected(rejection))),
            Ok(Err(StepError::Poison(error))) => self.park(ws, signal, &error, from).map(Turn::Done),
            Err(panic) => {
                let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
                self.park(ws, signal, &format!("the decision panicked: {}", text.unwrap_or("no text")), from).map(Turn::Done)
            }
        }
    }

    /// The first answer, if the key is known (R-DEDUP-1).
    fn known(&self, ws: i32, signal: &Signal, from: Source) -> Option<StepOutcome> {
        let key = signal.dedupe_key.as_ref().filter(|_| from == Source::Caller)?;
        let known = self.loaded.keys.get(&(ws, clean(key)))?;
        // Without a fingerprint on both sides nothing speaks against its being the same.
        let same = match (known.fingerprint, signal.fingerprint) {
            (Some(stored), Some(given)) => stored == given.cast_signed(),
            _ => true,
        };
        Some(StepOutcome::Duplicate { contact: known.contact, reply: known.reply.clone(), same })
    }

    fn resolve(&self, ws: i32, signal: &Signal) -> Option<Whom> {
        let loaded = &self.loaded;
        if let Some(id) = self.decider.owner(signal) {
            return Some(loaded.contacts.get(&(ws, id)).map_or(Whom::New(id), |n| Whom::Known(*n)));
        }
        let found = match &signal.target {
            Target::Contact(id) => loaded.contacts.get(&(ws, *id)).copied(),
            Target::Addresses { keys, .. } => keys.iter().find_map(|key| loaded.owners.get(&(ws, key.clone())).and_then(|owner| owner.now)),
            Target::Message(id) => loaded.messages.get(&(ws, *id)).and_then(|message| message.as_ref().map(|(owner, _)| *owner)),
            Target::ProviderMessage { channel, provider_id } => {
                loaded.providers.get(&(ws, *channel, provider_id.clone())).and_then(|found| found.map(|(owner, _)| owner))
            }
        };
        if let Some(n) = found {
            return Some(Whom::Known(n));
        }
        let Target::Addresses { create: true, .. } = signal.target else { return None };
        // Derived from the signal, so that a replay makes the same contact; a decider that left it without its address finds it again here.
        let id = ContactId::from_u128(signal.id.as_u128());
        Some(loaded.contacts.get(&(ws, id)).map_or(Whom::New(id), |n| Whom::Known(*n)))
    }

    /// The message that the signal names, if it is this contact's.
    fn named(&self, ws: i32, contact: i64, signal: &Signal) -> Option<&Message> {
        let id = match named_message(signal)? {
            Named::Id(id) => id,
            Named::Provider { channel, provider_id } => self.loaded.providers.get(&(ws, channel, provider_id))?.as_ref()?.1,
        };
        let (owner, message) = self.loaded.messages.get(&(ws, id))?.as_ref()?;
        (*owner == contact).then_some(message)
    }

    fn apply(
        &mut self,
        ws: i32,
        signal: &Signal,
        id: ContactId,
        whom: Whom,
        output: StepOutput,
        from: Source,
    ) -> Result<Turn, StorageError> {
        let StepOutput { state, changes, reply } = output;
        if changes.link.iter().chain(&changes.unlink).any(|key| self.is_open(ws, key)) {
            return Ok(Turn::Again);
        }
        let applied = Applied::of(id, reply, &changes);
        let next_wake = changes.next_wake;
        let n = match whom {
            Whom::New(_) => {
                let n = self.number();
                self.loaded.contacts.insert((ws, id), n);
                self.loaded.held.insert(n, Held::new(ws, id, state, next_wake));
                n
            }
            Whom::Known(n) => {
                let held = self.loaded.held.get_mut(&n).ok_or_else(|| corrupt(GONE))?;
                held.step(state, next_wake);
                n
            }
        };
        let text = if applied.reply.is_null() { None } else { Some(json::write("a reply", &applied.reply)?) };
        self.remember(ws, signal, Some((n, id)), applied.reply.clone(), text, from);
        let now = signal.arrival_time;
        let doc = doc::write("a signal", &LoggedRef { signal, timeline: &changes.timeline })?;
        let number = self.number();
        self.rows.steps.push(LoggedStep { n: number, ws, contact: n, at: now.as_millis(), doc });
        let recorded = self.write(ws, n, id, now, changes)?;
        self.steps += 1;
        let wakes: Vec<ProviderKey> = recorded.into_iter().filter(|key| self.is_awaited(key)).collect();
        if wakes.is_empty() { Ok(Turn::Done(StepOutcome::Applied(applied))) } else { Ok(Turn::Wakes(applied, wakes)) }
    }

    fn owner(&self, ws: i32, key: &AddressKey) -> Option<&Owner> {
        self.loaded.owners.get(&(ws, key.clone()))
    }

    /// Whether an address that nobody looked up was moved by an earlier signal, so that only the table can tell whose it is.
    fn is_open(&self, ws: i32, key: &AddressKey) -> bool {
        !self.loaded.owners.contains_key(&(ws, key.clone())) && self.rows.loose.contains_key(&(ws, key.kind.as_str(), clean(&key.value)))
    }

    fn is_awaited(&self, key: &ProviderKey) -> bool {
        self.loaded.waiting.as_ref().is_none_or(|waiting| waiting.contains(key))
    }

    /// The answer stays with the key.
    fn remember(
        &mut self,
        ws: i32,
        signal: &Signal,
        contact: Option<(i64, ContactId)>,
        reply: serde_json::Value,
        text: Option<String>,
        from: Source,
    ) {
        let Some(key) = &signal.dedupe_key else { return };
        let (key, fingerprint) = (clean(key), signal.fingerprint.map(u64::cast_signed));
        self.loaded.keys.insert((ws, key.clone()), Known { fingerprint, reply, contact: contact.map(|(_, id)| id) });
        let (contact, reply) = (contact.map(|(n, _)| n), text);
        if from == Source::Caller {
            self.rows.new_keys.push(NewKey { ws, key, contact, fingerprint, reply });
        } else {
            self.rows.old_keys.insert((ws, key.clone()), OldKey { ws, key, contact, fingerprint, reply });
        }
    }

    /// Nobody has it. Kept only when a later step can bring the answer.
    fn unresolved(&mut self, ws: i32, signal: &Signal, from: Source) -> Result<StepOutcome, StorageError> {
        let (Target::ProviderMessage { channel, provider_id }, Source::Caller) = (&signal.target, from) else {
            return Ok(StepOutcome::Unresolved { kept: false });
        };
        let (n, doc) = (self.number(), json::write("a signal", signal)?);
        self.rows.orphans.push(Orphan { n, ws, channel: channel.as_str(), provider_id: clean(provider_id), doc });
        if let Some(waiting) = &mut self.loaded.waiting {
            waiting.insert((ws, *channel, provider_id.clone()));
        }
        self.remember(ws, signal, None, serde_json::Value::Null, None, from);
        Ok(StepOutcome::Unresolved { kept: true })
    }

    pub(super) fn park(&mut self, ws: i32, signal: &Signal, error: &str, from: Source) -> Result<StepOutcome, StorageError> {
        let (n, doc, id) = (self.number(), json::write("a signal", signal)?, Uid(signal.id.to_bytes()));
        // The store has no clock; a signal that is tried later keeps the first time.
        let row = ParkedRow { ws, id, n, doc, error: clean(error), parked_at: signal.arrival_time.as_millis() };
        self.rows.parked.insert((ws, id), row);
        self.remember(ws, signal, None, serde_json::Value::Null, None, from);
        Ok(StepOutcome::Parked { error: error.to_owned() })
    }

    /// Everything that is to be written.
    pub(super) fn into_tables(mut self) -> Tables {
        let mut tables = Tables::default();
        let mut held: Vec<(i64, Held)> = std::mem::take(&mut self.loaded.held).into_iter().collect();
        held.sort_unstable_by_key(|(n, _)| *n);
        for (n, held) in held {
            let Held { ws, id, due_at, next_wake, thread, runs, state, new, moved } = held;
            let (next_wake, runs) = (next_wake.map(Timestamp::as_millis), runs.concat());
            if new {
                tables.new_contacts.push(NewContact { n, ws, id: Uid(id.to_bytes()), next_wake, thread, runs, state });
            } else if moved {
                tables.states.push(State { n, due_at, next_wake, thread, runs, state });
            }
        }
        wire(&self.loaded.owners, &mut tables);
        let n = self.number();
        tables.fill(self.rows, n);
        tables
    }
}

const GONE: &str = "a message or address belongs to a contact that is not there";
