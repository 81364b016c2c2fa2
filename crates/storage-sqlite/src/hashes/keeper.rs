//! The writer's side: what is new goes into the log, the log becomes a run, runs become larger ones.

use std::sync::Arc;

use rusqlite::params;
use storage::StorageError;

use super::index::Index;
use super::load::RunState;
use super::merge::Merge;
use super::run::{self, Blocks, Run};
use super::{Entry, block};
use crate::sql::hash;
use crate::writer::Statements;

/// How large things are.
#[derive(Clone, Copy)]
struct Sizes {
    /// Hashes that stay young.
    sealed: usize,
    /// Runs of a level that are merged into one of the next.
    fan: usize,
    /// Entries that each merge goes on for when a run is sealed.
    advance: usize,
    /// Blocks of dead runs that are taken out at once.
    removed: i64,
}

/// 65,536 young ones are 1.5 MB of log and some 5 MB of memory. A merge goes on for twice what comes in, so that it ends before the next can begin.
const SIZES: Sizes = Sizes { sealed: 65_536, fan: 8, advance: 2 * 65_536, removed: 2_048 };

pub(crate) struct Keeper {
    sizes: Sizes,
    index: Arc<Index>,
    merges: Vec<Merge>,
    next_log: i64,
    next_run: i64,
    /// Runs whose blocks are no longer needed.
    dead: Vec<i64>,
}

/// What comes of a round of tidying if it is committed.
#[derive(Default)]
struct Tidied {
    new: Vec<Run>,
    gone: Vec<i64>,
}

impl Keeper {
    pub(crate) fn new(statements: &Statements<'_>, index: Arc<Index>) -> Result<Self, StorageError> {
        let dead = left(statements)?;
        let last = |statement| Ok::<_, StorageError>(statements.find(statement, [], |row| row.get::<_, i64>(0))?.unwrap_or(0));
        Ok(Self {
            sizes: SIZES,
            index,
            merges: Vec::new(),
            next_log: last(hash::HASH_LOG_LAST)? + 1,
            next_run: last(hash::HASH_RUN_LAST)? + 1,
            dead,
        })
    }

    /// Inside of a transaction.
    pub(crate) fn write(&self, statements: &Statements<'_>, entries: &[Entry]) -> Result<(), StorageError> {
        if entries.is_empty() {
            return Ok(());
        }
        statements.execute(hash::HASH_LOG_INSERT, params![self.next_log, block::pack(entries)]).map(drop)
    }

    /// What was written is committed.
    pub(crate) fn committed(&mut self, entries: &[Entry]) {
        self.next_log += i64::from(!entries.is_empty());
        self.index.add(entries);
    }

    /// Whether it is time to tidy.
    pub(crate) fn is_full(&self) -> bool {
        self.index.young() >= self.sizes.sealed
    }

    /// Makes a run of what is young and goes on with the merges. `transaction` runs what it is given in one.
    pub(crate) fn tidy(
        &mut self,
        statements: &Statements<'_>,
        transaction: impl FnOnce(&mut dyn FnMut() -> Result<(), StorageError>) -> Result<(), StorageError>,
    ) -> Result<(), StorageError> {
        let mut tidied = Tidied::default();
        let outcome = transaction(&mut || {
            self.remove_dead(statements)?;
            self.seal(statements, &mut tidied)?;
            self.merge(statements, &mut tidied)
        });
        if let Err(error) = outcome {
            // What a merge wrote in earlier rounds is there, and of no use without what it wrote now.
            self.merges.clear();
            self.dead = left(statements).unwrap_or_default();
            return Err(error);
        }
        self.dead.extend(&tidied.gone);
        self.index.replace(true, tidied.new, &tidied.gone);
        Ok(())
    }

    fn remove_dead(&mut self, statements: &Statements<'_>) -> Result<(), StorageError> {
        let mut left = self.sizes.removed;
        while let Some(run) = self.dead.last().copied() {
            let (first, end) = run::blocks(run);
            let removed = statements.execute(hash::HASH_BLOCKS_DELETE, params![first, end, left])?;
            left -= i64::try_from(removed).unwrap_or(left);
            if left <= 0 {
                break;
            }
            statements.execute(hash::HASH_RUN_DELETE, [run])?;
            self.dead.pop();
        }
        Ok(())
    }

    fn number(&mut self) -> i64 {
        self.next_run += 1;
        self.next_run - 1
    }

    fn seal(&mut self, statements: &Statements<'_>, tidied: &mut Tidied) -> Result<(), StorageError> {
        let entries = self.index.inside().sorted();
        let (n, mut blocks) = (self.number(), Blocks::new(entries.len()));
        for entries in entries.chunks(block::ENTRIES) {
            put_block(statements, n, &mut blocks, entries)?;
        }
        let level = (entries.len() / self.sizes.sealed).max(1).ilog2() / self.sizes.fan.ilog2();
        put_run(statements, (n, level, RunState::Live), entries.len(), Some(&blocks))?;
        statements.execute(hash::HASH_LOG_DELETE, [self.next_log])?;
        tidied.new.push(Run { n, level, entries: entries.len(), blocks });
        Ok(())
    }

    fn merge(&mut self, statements: &Statements<'_>, tidied: &mut Tidied) -> Result<(), StorageError> {
        for runs in self.mergeable() {
            let (n, level) = (self.number(), runs.first().map_or(0, |run| run.level) + 1);
            put_run(statements, (n, level, RunState::Building), 0, None)?;
            self.merges.push(Merge::new(n, level, runs));
        }
        for mut merge in std::mem::take(&mut self.merges) {
            if !merge.advance(statements, self.sizes.advance)? {
                self.merges.push(merge);
                continue;
            }
            put_run(statements, (merge.n, merge.level, RunState::Live), merge.entries(), Some(merge.blocks()))?;
            for n in merge.sources() {
                statements.execute(hash::HASH_RUN_STATE, params![n, RunState::Dead.number()])?;
                tidied.gone.push(n);
            }
            tidied.new.push(merge.into_run());
        }
        Ok(())
    }

    /// Runs that are enough of one level, and in no merge yet. Those that are sealed now come into question the next time.
    fn mergeable(&self) -> Vec<Vec<Arc<Run>>> {
        let mut levels: std::collections::BTreeMap<u32, Vec<Arc<Run>>> = std::collections::BTreeMap::new();
        for run in &self.index.inside().runs {
            if !self.merges.iter().flat_map(Merge::sources).any(|n| n == run.n) {
                levels.entry(run.level).or_default().push(Arc::clone(run));
            }
        }
        levels.into_values().filter(|runs| runs.len() >= self.sizes.fan).collect()
    }
}

/// Runs that are not in use and still there.
fn left(statements: &Statements<'_>) -> Result<Vec<i64>, StorageError> {
    statements.list(hash::HASH_RUNS_LEFT, [RunState::Live.number()], |row| row.get(0))
}

pub(super) fn put_block(statements: &Statements<'_>, run: i64, blocks: &mut Blocks, entries: &[Entry]) -> Result<(), StorageError> {
    let n = blocks.add(run, entries);
    statements.execute(hash::HASH_BLOCK_INSERT, params![n, block::pack(entries)]).map(drop)
}

fn put_run(
    statements: &Statements<'_>,
    (n, level, state): (i64, u32, RunState),
    entries: usize,
    blocks: Option<&Blocks>,
) -> Result<(), StorageError> {
    let (filter, firsts) = blocks.map(Blocks::pack).unwrap_or_default();
    statements.execute(hash::HASH_RUN_PUT, params![n, level, state.number(), entries as i64, filter, firsts]).map(drop)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use model::{Draws, Rng as _};
    use rusqlite::Connection;

    use super::*;
    use crate::error::sql;
    use crate::migrate::migrate;

    const SMALL: Sizes = Sizes { sealed: 500, fan: 3, advance: 1_000, removed: 20 };

    fn fresh() -> Connection {
        let mut conn = Connection::open_in_memory().unwrap();
        migrate(&mut conn).unwrap();
        conn
    }

    fn in_one(statements: &Statements<'_>, act: &mut dyn FnMut() -> Result<(), StorageError>) -> Result<(), StorageError> {
        statements.execute("BEGIN", [])?;
        let outcome = act();
        statements.execute(if outcome.is_ok() { "COMMIT" } else { "ROLLBACK" }, [])?;
        outcome
    }

    fn start(statements: &Statements<'_>) -> Keeper {
        let index = Arc::new(Index::load(statements.connection()).unwrap());
        Keeper { sizes: SMALL, ..Keeper::new(statements, index).unwrap() }
    }

    fn commit(keeper: &mut Keeper, statements: &Statements<'_>, entries: &[Entry]) {
        keeper.write(statements, entries).unwrap();
        keeper.committed(entries);
    }

    fn assert_same(index: &Index, conn: &Connection, model: &BTreeMap<u128, Vec<i64>>, draws: &mut Draws) {
        for (hash, numbers) in model {
            let mut found = index.find(conn, *hash).unwrap();
            found.sort_unstable();
            assert_eq!(&found, numbers);
        }
        for _ in 0..1_000 {
            assert!(index.find(conn, any(draws)).unwrap().is_empty());
        }
    }

    fn any(draws: &mut Draws) -> u128 {
        (u128::from(draws.next_u64()) << 64) | u128::from(draws.next_u64())
    }

    #[test]
    fn every_hash_leads_where_it_should_through_seals_merges_failures_and_starts() {
        let (conn, mut draws) = (fresh(), Draws::new(5));
        let statements = Statements::new(&conn);
        let (mut keeper, mut model) = (start(&statements), BTreeMap::<u128, Vec<i64>>::new());
        let (mut n, mut most, mut seen) = (0, 0, Vec::new());
        for round in 0..600 {
            let mut entries: Vec<Entry> = Vec::new();
            for _ in 0..draws.below(90) {
                n += 1;
                // Some twice, and some that share what a block's beginning is told by.
                let known: Option<u128> = seen.get(draws.below(seen.len().max(1) as u64) as usize).copied();
                let hash = match (draws.below(20), known) {
                    (0, Some(known)) => known,
                    (1, Some(known)) => known ^ 1,
                    _ => any(&mut draws),
                };
                entries.push((hash, n));
                seen.push(hash);
                model.entry(hash).or_default().push(n);
            }
            commit(&mut keeper, &statements, &entries);
            if keeper.is_full() {
                let fails = draws.below(12) == 0;
                let tidied = keeper.tidy(&statements, |act| {
                    in_one(&statements, &mut || {
                        act()?;
                        if fails { Err(sql("full")(rusqlite::Error::InvalidQuery)) } else { Ok(()) }
                    })
                });
                assert_eq!(tidied.is_err(), fails);
                most = most.max(keeper.index.inside().runs.iter().map(|run| run.level).max().unwrap_or(0));
            }
            if round % 200 == 199 {
                assert_same(&keeper.index, &conn, &model, &mut draws);
                keeper = start(&statements);
                assert_same(&keeper.index, &conn, &model, &mut draws);
            }
        }
        assert!(most >= 2, "runs were merged, and those again");
        let runs: i64 = conn.query_row("SELECT count(*) FROM hash_run", [], |row| row.get(0)).unwrap();
        assert!(runs < 25, "{runs} runs are left of {n} entries");
        let blocks: i64 = conn.query_row("SELECT count(*) FROM hash_block", [], |row| row.get(0)).unwrap();
        assert!(blocks < 3 * n / block::ENTRIES as i64 + 100, "{blocks} blocks are left of {n} entries");
    }

    #[test]
    fn a_damaged_block_is_said_to_be_so() {
        let conn = fresh();
        let statements = Statements::new(&conn);
        let mut keeper = start(&statements);
        let entries: Vec<Entry> = (0..600_u32).map(|n| (u128::from(n) << 100, i64::from(n))).collect();
        commit(&mut keeper, &statements, &entries);
        keeper.tidy(&statements, |act| in_one(&statements, act)).unwrap();
        conn.execute("UPDATE hash_block SET entries = x'00'", []).unwrap();
        assert!(keeper.index.find(&conn, 7 << 100).unwrap_err().context.contains("cannot be read"));
        conn.execute("DELETE FROM hash_block", []).unwrap();
        assert!(keeper.index.find(&conn, 7 << 100).unwrap_err().context.contains("is not there"));
    }
}
