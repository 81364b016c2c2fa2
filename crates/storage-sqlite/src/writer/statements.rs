//! Statements that stay prepared for as long as their connection, found by where their text lies in the program.

use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::BuildHasherDefault;

use rusqlite::{Connection, OptionalExtension, Params, Row, Statement};
use storage::StorageError;

use super::cache::Numbers;
use crate::error::sql;

pub(crate) struct Statements<'c> {
    conn: &'c Connection,
    /// A text can lie at two places; it is then prepared twice.
    held: RefCell<HashMap<usize, Statement<'c>, BuildHasherDefault<Numbers>>>,
}

impl<'c> Statements<'c> {
    pub(crate) fn new(conn: &'c Connection) -> Self {
        Self { conn, held: RefCell::default() }
    }

    pub(crate) const fn connection(&self) -> &'c Connection {
        self.conn
    }

    /// The statement is away while it is used; whoever asks for it meanwhile gets one of their own.
    fn with<T>(&self, statement: &'static str, run: impl FnOnce(&mut Statement<'c>) -> rusqlite::Result<T>) -> rusqlite::Result<T> {
        let place = statement.as_ptr().addr();
        let held = self.held.borrow_mut().remove(&place);
        let mut prepared = match held {
            Some(prepared) => prepared,
            None => self.conn.prepare(statement)?,
        };
        let outcome = run(&mut prepared);
        self.held.borrow_mut().insert(place, prepared);
        outcome
    }

    pub(crate) fn execute(&self, statement: &'static str, values: impl Params) -> Result<usize, StorageError> {
        self.with(statement, |prepared| prepared.execute(values)).map_err(sql("a change cannot be written"))
    }

    pub(crate) fn find<T>(
        &self,
        statement: &'static str,
        values: impl Params,
        row: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>, StorageError> {
        self.with(statement, |prepared| prepared.query_row(values, row).optional()).map_err(sql("a row cannot be read"))
    }

    pub(crate) fn list<T>(
        &self,
        statement: &'static str,
        values: impl Params,
        row: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, StorageError> {
        let all = |prepared: &mut Statement<'c>| prepared.query_map(values, row)?.collect();
        self.with(statement, all).map_err(sql("rows cannot be read"))
    }
}
