//! One connection, and statements that travel together.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use futures_util::future::{BoxFuture, join_all};
use storage::{StorageError, StorageErrorKind};
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Config, Error, Row, Statement};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::query::{Query, Standing, Table};

pub(crate) type Value<'a> = &'a (dyn ToSql + Sync);

pub(crate) struct Link {
    client: Client,
    /// By the address of the text; `None` behind a pooler, where a statement may come to another session than the one that knows it.
    prepared: Option<Mutex<HashMap<usize, Statement>>>,
}

impl Link {
    pub(crate) async fn connect(config: &Config, tls: &MakeRustlsConnect, pooled: bool) -> Result<Self, StorageError> {
        let (client, connection) = config.connect(tls.clone()).await.map_err(unreachable)?;
        // Ends when the client is dropped or the server goes away; both are seen by whoever asks next.
        tokio::spawn(connection);
        Ok(Self { client, prepared: if pooled { None } else { Some(Mutex::default()) } })
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.client.is_closed()
    }

    pub(crate) const fn client(&self) -> &Client {
        &self.client
    }

    async fn statement(&self, query: &'static Query) -> Result<Option<Statement>, Error> {
        let Some(prepared) = &self.prepared else { return Ok(None) };
        let place = query.sql.as_ptr() as usize;
        let known = prepared.lock().unwrap_or_else(PoisonError::into_inner).get(&place).cloned();
        if known.is_some() {
            return Ok(known);
        }
        let statement = self.client.prepare_typed(query.sql, query.types).await?;
        prepared.lock().unwrap_or_else(PoisonError::into_inner).insert(place, statement.clone());
        Ok(Some(statement))
    }

    pub(crate) async fn query(&self, query: &'static Query, values: &[Value<'_>]) -> Result<Vec<Row>, Error> {
        match self.statement(query).await? {
            Some(statement) => self.client.query(&statement, values).await,
            None => self.client.query_typed(query.sql, &typed(query, values)).await,
        }
    }

    pub(crate) async fn one(&self, query: &'static Query, values: &[Value<'_>]) -> Result<Option<Row>, Error> {
        Ok(self.query(query, values).await?.into_iter().next())
    }

    pub(crate) async fn execute(&self, query: &'static Query, values: &[Value<'_>]) -> Result<u64, Error> {
        match self.statement(query).await? {
            Some(statement) => self.client.execute(&statement, values).await,
            None => self.client.execute_typed(query.sql, &typed(query, values)).await,
        }
    }

    /// Statements without values, one after another.
    pub(crate) async fn run(&self, sql: &str) -> Result<(), Error> {
        self.client.batch_execute(sql).await
    }
}

fn typed<'a>(query: &'static Query, values: &[Value<'a>]) -> Vec<(Value<'a>, Type)> {
    values.iter().copied().zip(query.types.iter().cloned()).collect()
}

fn unreachable(error: Error) -> StorageError {
    StorageError::because(StorageErrorKind::Unavailable, "PostgreSQL cannot be reached", error)
}

enum Part<'a> {
    Plain(&'a str),
    Query(&'static Query, Vec<Value<'a>>),
}

/// Statements that are sent without waiting for one another's answers: one round trip for all.
#[derive(Default)]
pub(crate) struct Pipe<'a> {
    parts: Vec<Part<'a>>,
}

impl<'a> Pipe<'a> {
    pub(crate) fn plain(&mut self, sql: &'a str) {
        self.parts.push(Part::Plain(sql));
    }

    /// Answers where its rows will be among the answers.
    pub(crate) fn query(&mut self, query: &'static Query, values: Vec<Value<'a>>) -> usize {
        self.parts.push(Part::Query(query, values));
        self.parts.len() - 1
    }

    /// All rows of a table, if there are any.
    pub(crate) fn table(&mut self, table: &'a impl Table, standing: Standing) {
        if !table.is_empty() {
            self.query(table.query(standing), table.values());
        }
    }

    /// The rows of each, or the first failure: those after it only say that there was one.
    pub(crate) async fn run(self, link: &Link) -> Result<Vec<Vec<Row>>, Error> {
        let mut statements = Vec::with_capacity(self.parts.len());
        for part in &self.parts {
            statements.push(match part {
                Part::Plain(_) => None,
                Part::Query(query, _) => link.statement(query).await?,
            });
        }
        // A future sends when it is first polled, and all are polled in order before any is waited for.
        let futures = self.parts.into_iter().zip(statements).map(|(part, statement)| -> BoxFuture<'_, Result<Vec<Row>, Error>> {
            match (part, statement) {
                (Part::Plain(sql), _) => Box::pin(async move { link.run(sql).await.map(|()| Vec::new()) }),
                (Part::Query(_, values), Some(statement)) => Box::pin(async move { link.client.query(&statement, &values).await }),
                (Part::Query(query, values), None) => {
                    Box::pin(async move { link.client.query_typed(query.sql, &typed(query, &values)).await })
                }
            }
        });
        join_all(futures).await.into_iter().collect()
    }
}
