//! What a chunk leaves, as arrays: one statement for each table, and for each standing of its rows.

use super::rows::{
    Conversations, Count, Counts, Decisions, Deliveries, Gone, GoneRow, Ledger, Links, LooseLink, LooseLinks, Messages, Move, Moves,
    NewContacts, NewKeys, OldKeys, Orphans, Outgoing, ParkedRows, Profiles, Providers, Rows, Runs, States, Steps, Unlink, Unlinks,
};
use crate::link::Pipe;
use crate::query::{Standing, Table};

/// Rows of one table by their standing.
#[derive(Default)]
struct Sorted<T> {
    new: T,
    known: T,
    unsure: T,
}

impl<T: Table> Sorted<T> {
    fn of(&mut self, standing: Standing) -> &mut T {
        match standing {
            Standing::New => &mut self.new,
            Standing::Known => &mut self.known,
            Standing::Unsure => &mut self.unsure,
        }
    }

    fn send<'a>(&'a self, pipe: &mut Pipe<'a>, new: Standing) {
        pipe.table(&self.new, new);
        pipe.table(&self.known, Standing::Known);
        pipe.table(&self.unsure, Standing::Unsure);
    }
}

#[derive(Default)]
pub(super) struct Tables {
    pub(super) new_contacts: NewContacts,
    pub(super) states: States,
    pub(super) unlinks: Unlinks,
    pub(super) links: Links,
    loose: LooseLinks,
    profiles: Profiles,
    new_keys: NewKeys,
    old_keys: OldKeys,
    steps: Steps,
    orphans: Orphans,
    parked: ParkedRows,
    messages: Sorted<Messages>,
    providers: Providers,
    outgoing: Sorted<Outgoing>,
    gone: Gone,
    decisions: Decisions,
    ledger: Ledger,
    conversations: Sorted<Conversations>,
    runs: Sorted<Runs>,
    deliveries: Deliveries,
    counts: Counts,
    moves: Moves,
}

impl Tables {
    /// `n` numbers the counters' deltas.
    pub(super) fn fill(&mut self, rows: Rows, n: i64) {
        for ((ws, kind, value), (link, contact)) in rows.loose {
            if link {
                self.loose.push(LooseLink { ws, kind, value, contact });
            } else {
                self.unlinks.push(Unlink { ws, kind, value, contact });
            }
        }
        for ((ws, id), place) in rows.outbox {
            let standing = match place.was {
                Some(true) => Standing::Known,
                Some(false) => Standing::New,
                None => Standing::Unsure,
            };
            match place.is {
                Some(row) => self.outgoing.of(standing).push(row),
                None if standing == Standing::New => {}
                None => self.gone.push(GoneRow { ws, id }),
            }
        }
        rows.messages.into_values().for_each(|(standing, row)| self.messages.of(standing).push(row));
        rows.conversations.into_values().for_each(|(standing, row)| self.conversations.of(standing).push(row));
        rows.runs.into_values().for_each(|(standing, row)| self.runs.of(standing).push(row));
        self.profiles = rows.profiles.into_values().collect();
        self.new_keys = rows.new_keys;
        self.old_keys = rows.old_keys.into_values().collect();
        self.steps = rows.steps;
        self.orphans = rows.orphans;
        self.parked = rows.parked.into_values().collect();
        self.providers = rows.providers.into_values().collect();
        self.decisions = rows.decisions.into_values().collect();
        self.ledger = rows.ledger;
        self.deliveries = rows.deliveries.into_values().collect();
        self.counts = rows.counts.into_iter().map(|((ws, scope, key, name), by)| Count { n, ws, scope, key, name, by }).collect();
        self.moves = rows.moves.into_values().map(|row| Move { n, ..row }).collect();
    }

    /// First what other nodes may contest, so that a lost race costs little. The careful way trusts in no row's being new.
    pub(super) fn send<'a>(&'a self, pipe: &mut Pipe<'a>, careful: bool) {
        let new = if careful { Standing::Unsure } else { Standing::New };
        pipe.table(&self.new_keys, new);
        pipe.table(&self.new_contacts, new);
        pipe.table(&self.states, new);
        pipe.table(&self.unlinks, new);
        pipe.table(&self.links, new);
        pipe.table(&self.loose, new);
        pipe.table(&self.profiles, new);
        pipe.table(&self.old_keys, new);
        pipe.table(&self.steps, new);
        pipe.table(&self.orphans, new);
        pipe.table(&self.parked, new);
        self.messages.send(pipe, new);
        pipe.table(&self.providers, new);
        self.outgoing.send(pipe, new);
        pipe.table(&self.gone, new);
        pipe.table(&self.decisions, new);
        pipe.table(&self.ledger, new);
        self.conversations.send(pipe, new);
        self.runs.send(pipe, new);
        pipe.table(&self.deliveries, new);
        pipe.table(&self.counts, new);
        pipe.table(&self.moves, new);
    }
}
