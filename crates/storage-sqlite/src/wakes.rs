//! When contacts next need a wake: in memory, so that moving a timer touches no page.
//!
//! The truth is the contact's own row, which a step writes anyway. Here are only contacts with a wake, eight bytes each and what the trees
//! take: 17 to 19 bytes a timer, whether they are due within a day or a month; 172 to 188 MB measured for ten million.

use std::collections::BTreeSet;
use std::collections::btree_map::{BTreeMap, Entry};

use model::Timestamp;
use rusqlite::{Connection, OptionalExtension};
use storage::StorageError;

use crate::error::sql;
use crate::rows;
use crate::sql::contact;

/// Milliseconds of one stretch: 65.5 seconds. The rest of the moment fits above a contact's 48 bits.
const STRETCH: u32 = 16;
const NUMBER: u32 = 48;

/// Contacts by their wakes.
#[derive(Default)]
pub(crate) struct Wakes {
    stretches: BTreeMap<i64, BTreeSet<u64>>,
}

/// What a commit changed: the contact, its wake before and after.
pub(crate) type Moved = (i64, Option<Timestamp>, Option<Timestamp>);

const fn split(at: i64, contact: i64) -> (i64, u64) {
    let rest = (at & ((1 << STRETCH) - 1)).cast_unsigned();
    (at >> STRETCH, (rest << NUMBER) | (contact.cast_unsigned() & ((1 << NUMBER) - 1)))
}

const fn moment(stretch: i64, entry: u64) -> Timestamp {
    Timestamp::from_millis((stretch << STRETCH) | (entry >> NUMBER).cast_signed())
}

impl Wakes {
    fn insert(&mut self, at: i64, contact: i64) {
        let (stretch, entry) = split(at, contact);
        self.stretches.entry(stretch).or_default().insert(entry);
    }

    fn remove(&mut self, at: i64, contact: i64) {
        let (stretch, entry) = split(at, contact);
        if let Some(entries) = self.stretches.get_mut(&stretch) {
            entries.remove(&entry);
            if entries.is_empty() {
                self.stretches.remove(&stretch);
            }
        }
    }

    pub(crate) fn apply(&mut self, moved: &[Moved]) {
        for (contact, before, after) in moved {
            if let Some(at) = before {
                self.remove(at.as_millis(), *contact);
            }
            if let Some(at) = after {
                self.insert(at.as_millis(), *contact);
            }
        }
    }

    /// The contacts that are due, earliest first.
    pub(crate) fn due(&self, now: Timestamp, limit: usize) -> Vec<i64> {
        let (last, _) = split(now.as_millis(), 0);
        let all = self.stretches.range(..=last).flat_map(|(stretch, entries)| entries.iter().map(move |entry| (*stretch, *entry)));
        let due = all.take_while(|(stretch, entry)| moment(*stretch, *entry) <= now);
        due.take(limit).map(|(_, entry)| (entry & ((1 << NUMBER) - 1)).cast_signed()).collect()
    }

    pub(crate) fn next(&self) -> Option<Timestamp> {
        let (stretch, entries) = self.stretches.first_key_value()?;
        entries.first().map(|entry| moment(*stretch, *entry))
    }

    /// What was saved, and what contacts that stepped since say themselves. The second half of the answer is what is not saved yet.
    pub(crate) fn load(conn: &Connection) -> Result<(Self, BTreeMap<i64, Option<i64>>), StorageError> {
        let failed = sql("the timers cannot be read");
        let mut stepped: BTreeMap<i64, Option<i64>> = BTreeMap::new();
        let mut wake = conn.prepare_cached(contact::CONTACT_WAKE).map_err(&failed)?;
        let mut since = conn.prepare_cached(contact::STEPPED_SINCE).map_err(&failed)?;
        let mut workspaces = conn.prepare_cached(contact::WORKSPACE_NUMBERS).map_err(&failed)?;
        for ws in workspaces.query_map([], |row| row.get::<_, i64>(0)).map_err(&failed)? {
            let ws = ws.map_err(&failed)?;
            let (first, end) = rows::range(ws);
            let mut mark = conn.prepare_cached(contact::WAKE_MARK).map_err(&failed)?;
            let mark: i64 = mark.query_row([ws], |row| row.get(0)).optional().map_err(&failed)?.unwrap_or(first);
            for n in since.query_map([mark, end], |row| row.get::<_, i64>(0)).map_err(&failed)? {
                let n = n.map_err(&failed)?;
                if let Entry::Vacant(place) = stepped.entry(n) {
                    place.insert(wake.query_row([n], |row| row.get(0)).optional().map_err(&failed)?.flatten());
                }
            }
        }
        let mut wakes = Self::default();
        let mut saved = conn.prepare_cached(contact::WAKES).map_err(&failed)?;
        for row in saved.query_map([], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?))).map_err(&failed)? {
            let (n, at) = row.map_err(&failed)?;
            if !stepped.contains_key(&n) {
                wakes.insert(at, n);
            }
        }
        for (n, at) in &stepped {
            if let Some(at) = at {
                wakes.insert(*at, *n);
            }
        }
        Ok((wakes, stepped))
    }
}

#[cfg(test)]
mod tests {
    use model::{Draws, Rng as _};

    use super::*;

    #[test]
    fn timers_come_in_the_order_of_their_times_and_then_of_their_contacts() {
        let (mut wakes, mut model, mut draws) = (Wakes::default(), BTreeMap::new(), Draws::new(1));
        for _ in 0..20_000 {
            let contact = 1 + draws.below(500).cast_signed();
            let before = model.remove(&contact).map(Timestamp::from_millis);
            let after = (draws.below(4) > 0).then(|| draws.below(400_000).cast_signed() - 100_000);
            model.extend(after.map(|at| (contact, at)));
            wakes.apply(&[(contact, before, after.map(Timestamp::from_millis))]);
        }
        let mut all: Vec<(i64, i64)> = model.iter().map(|(contact, at)| (*at, *contact)).collect();
        all.sort_unstable();
        assert_eq!(wakes.next(), all.first().map(|(at, _)| Timestamp::from_millis(*at)));
        for now in [-200_000, -50_000, 0, 65_535, 65_536, 300_000] {
            let due: Vec<i64> = all.iter().filter(|(at, _)| *at <= now).map(|(_, contact)| *contact).collect();
            assert_eq!(wakes.due(Timestamp::from_millis(now), usize::MAX), due);
            assert_eq!(wakes.due(Timestamp::from_millis(now), 3), due[..due.len().min(3)]);
        }
        for (at, contact) in all {
            wakes.apply(&[(contact, Some(Timestamp::from_millis(at)), None)]);
        }
        assert!(wakes.stretches.is_empty() && wakes.next().is_none());
    }

    #[test]
    fn the_end_of_time_is_a_moment_too() {
        let mut wakes = Wakes::default();
        wakes.apply(&[(7, None, Some(Timestamp::MAX))]);
        assert_eq!((wakes.next(), wakes.due(Timestamp::MAX, 1)), (Some(Timestamp::MAX), vec![7]));
    }
}
