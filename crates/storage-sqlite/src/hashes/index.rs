//! What is looked up, by whoever decides and whoever reads.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use rusqlite::{Connection, OptionalExtension};
use storage::{StorageError, StorageErrorKind};

use super::run::Run;
use super::{Entry, block, load};
use crate::error::sql;
use crate::sql::hash;
use crate::writer::Numbers;

/// How often a look is taken anew because what it was to read has been merged meanwhile.
const TRIES: usize = 8;

/// The numbers of a hash that is young.
enum Few {
    One(i64),
    More(Vec<i64>),
}

/// Hashes that are in no run yet, and the runs.
#[derive(Default)]
pub(super) struct Inside {
    young: HashMap<u128, Few, BuildHasherDefault<Numbers>>,
    /// How many they are, each number counted.
    count: usize,
    pub(super) runs: Vec<Arc<Run>>,
}

impl Inside {
    pub(super) fn add(&mut self, entries: &[Entry]) {
        for (hash, n) in entries {
            self.count += 1;
            match self.young.entry(*hash) {
                std::collections::hash_map::Entry::Vacant(place) => {
                    place.insert(Few::One(*n));
                }
                std::collections::hash_map::Entry::Occupied(mut place) => match place.get_mut() {
                    Few::One(first) => {
                        let both = vec![*first, *n];
                        place.insert(Few::More(both));
                    }
                    Few::More(all) => all.push(*n),
                },
            }
        }
    }

    /// The young ones in their order.
    pub(super) fn sorted(&self) -> Vec<Entry> {
        let numbers = |(hash, few): (&u128, &Few)| -> Vec<Entry> {
            match few {
                Few::One(n) => vec![(*hash, *n)],
                Few::More(all) => all.iter().map(|n| (*hash, *n)).collect(),
            }
        };
        let mut all: Vec<Entry> = Vec::with_capacity(self.count);
        self.young.iter().for_each(|entry| all.extend(numbers(entry)));
        all.sort_unstable();
        all
    }
}

/// Shared by the writer, who adds, and everybody who looks.
#[derive(Default)]
pub(crate) struct Index {
    inside: RwLock<Inside>,
}

impl Index {
    pub(crate) fn load(conn: &Connection) -> Result<Self, StorageError> {
        Ok(Self { inside: RwLock::new(load::inside(conn)?) })
    }

    pub(super) fn inside(&self) -> RwLockReadGuard<'_, Inside> {
        self.inside.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self) -> RwLockWriteGuard<'_, Inside> {
        self.inside.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds what was committed.
    pub(super) fn add(&self, entries: &[Entry]) {
        if !entries.is_empty() {
            self.change().add(entries);
        }
    }

    /// How many are in no run yet.
    pub(super) fn young(&self) -> usize {
        self.inside().count
    }

    /// Puts runs in the place of others, and of the young ones.
    pub(super) fn replace(&self, sealed: bool, new: Vec<Run>, gone: &[i64]) {
        let mut inside = self.change();
        if sealed {
            (inside.young, inside.count) = (HashMap::default(), 0);
        }
        inside.runs.retain(|run| !gone.contains(&run.n));
        inside.runs.extend(new.into_iter().map(Arc::new));
    }

    /// All numbers of a hash, in no order. The connection must see every commit that was answered.
    pub(crate) fn find(&self, conn: &Connection, hash: u128) -> Result<Vec<i64>, StorageError> {
        for _ in 0..TRIES {
            let (mut found, mut places) = (Vec::new(), Vec::new());
            let inside = self.inside();
            match inside.young.get(&hash) {
                Some(Few::One(n)) => found.push(*n),
                Some(Few::More(all)) => found.extend(all),
                None => {}
            }
            inside.runs.iter().for_each(|run| places.extend(run.places(hash)));
            drop(inside);
            if read(conn, &places, hash, &mut found)? {
                return Ok(found);
            }
        }
        Err(StorageError::new(StorageErrorKind::Corrupt, "a block of hashes is not there"))
    }
}

/// Looks into blocks. False if one is gone.
fn read(conn: &Connection, places: &[i64], hash: u128, found: &mut Vec<i64>) -> Result<bool, StorageError> {
    if places.is_empty() {
        return Ok(true);
    }
    let failed = sql("hashes cannot be read");
    let mut block = conn.prepare_cached(hash::HASH_BLOCK).map_err(&failed)?;
    for n in places {
        let whole = |row: &rusqlite::Row<'_>| Ok(block::find(row.get_ref(0)?.as_blob()?, hash, found).is_some());
        match block.query_row([n], whole).optional().map_err(&failed)? {
            None => return Ok(false),
            Some(true) => {}
            Some(false) => return Err(damaged()),
        }
    }
    Ok(true)
}

pub(super) fn damaged() -> StorageError {
    StorageError::new(StorageErrorKind::Corrupt, "a block of hashes cannot be read")
}

/// For whoever has no writer beside them: the index as of a commit, loaded again when another process has committed since.
#[derive(Default)]
pub(crate) struct Snapshots {
    last: Mutex<Option<(i64, Arc<Index>)>>,
}

impl Snapshots {
    pub(crate) fn get(&self, conn: &Connection) -> Result<Arc<Index>, StorageError> {
        let version = conn.pragma_query_value(None, "data_version", |row| row.get(0)).map_err(sql("the store's version cannot be read"))?;
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, index)) = last.as_ref().filter(|(known, _)| *known == version) {
            return Ok(Arc::clone(index));
        }
        let index = Arc::new(Index::load(conn)?);
        *last = Some((version, Arc::clone(&index)));
        Ok(index)
    }
}
