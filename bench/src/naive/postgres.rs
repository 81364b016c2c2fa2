//! The straightforward implementation on PostgreSQL: several connections, each with its own prepared statements, row by row.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use anyhow::{Context as _, Result, bail, ensure};
use decide::Core;
use model::signal::{Signal, SignalBody, Target};
use model::{ContactId, MessageId};
use storage::{Decider as _, StepInput};
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, NoTls, Statement, Transaction};

use super::rows::{Field, Row, rows};
use super::schema::{self, Write};
use crate::event_step::Maker;

/// People whose rows are copied in one go while they are made, which is not measured.
const PRELOAD: usize = 5_000;

/// Opens a connection that lives as long as its client.
async fn connect(url: &str) -> Result<Client> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    tokio::spawn(connection);
    Ok(client)
}

/// Makes the tables and the people.
pub async fn prepare(url: &str, core: &Core, signals: impl Iterator<Item = Signal>) -> Result<()> {
    let client = connect(url).await?;
    client.batch_execute(schema::TABLES).await?;
    let mut signals = signals.peekable();
    while signals.peek().is_some() {
        let mut copies: BTreeMap<Write, String> = BTreeMap::new();
        for signal in signals.by_ref().take(PRELOAD) {
            let contact = ContactId::from_u128(signal.id.as_u128());
            let output = core.decide(StepInput { contact, state: None, signal: &signal, message: None, taken: &[] })?;
            for Row { write, fields } in rows(contact, signal.arrival_time, true, output)? {
                line(copies.entry(write).or_default(), &fields);
            }
        }
        for (write, text) in copies {
            copy(&client, write, text).await?;
        }
    }
    client.batch_execute("ANALYZE; CHECKPOINT").await?;
    Ok(())
}

/// Rows of a table in PostgreSQL's text form.
async fn copy(client: &Client, write: Write, text: String) -> Result<()> {
    let sql = write.sql();
    let table = sql.strip_prefix("INSERT INTO ").and_then(|rest| rest.split_once(" VALUES")).context("only new rows are copied")?.0;
    let sink = client.copy_in::<_, bytes::Bytes>(&format!("COPY {table} FROM STDIN")).await?;
    let mut sink = std::pin::pin!(sink);
    futures_util::SinkExt::send(&mut sink, bytes::Bytes::from(text)).await?;
    sink.finish().await?;
    Ok(())
}

fn line(out: &mut String, fields: &[Field]) {
    for (n, field) in fields.iter().enumerate() {
        if n > 0 {
            out.push('\t');
        }
        match field {
            Field::Bytes(Some(bytes)) => {
                out.push_str("\\\\x");
                for byte in bytes {
                    let _ = write!(out, "{byte:02x}");
                }
            }
            Field::Text(Some(text)) => out.push_str(&text.replace('\\', "\\\\").replace('\t', "\\t").replace('\n', "\\n")),
            Field::Int(Some(int)) => {
                let _ = write!(out, "{int}");
            }
            Field::Bytes(None) | Field::Text(None) | Field::Int(None) => out.push_str("\\N"),
        }
    }
    out.push('\n');
}

async fn statement(client: &Client, sql: &str) -> Result<Statement> {
    Ok(client.prepare(&sql.replace('?', "$")).await?)
}

/// One connection.
pub struct Rows {
    client: Client,
    core: Arc<Core>,
    statements: Statements,
}

struct Statements {
    writes: BTreeMap<Write, Statement>,
    accept: Statement,
    done: Statement,
    by_address: Statement,
    state: Statement,
    message: Statement,
}

impl Rows {
    pub async fn open(url: &str, core: Arc<Core>) -> Result<Self> {
        let client = connect(url).await?;
        let mut writes = BTreeMap::new();
        for write in Write::ALL {
            writes.insert(write, statement(&client, write.sql()).await?);
        }
        let statements = Statements {
            writes,
            accept: statement(&client, schema::ACCEPT).await?,
            done: statement(&client, schema::DONE).await?,
            by_address: statement(&client, schema::BY_ADDRESS).await?,
            // Two signals of one contact must not decide on the same state.
            state: statement(&client, &format!("{} FOR UPDATE", schema::STATE)).await?,
            message: statement(&client, schema::MESSAGE).await?,
        };
        Ok(Self { client, core, statements })
    }

    /// One event from its acceptance to the recorded answer of a provider that takes it at once.
    pub async fn event(&mut self, maker: &Maker, signal: &Signal) -> Result<()> {
        let now = signal.arrival_time;
        let Self { client, core, statements } = self;
        let tx = client.transaction().await?;
        let (id, at, doc) = (signal.id.to_bytes().to_vec(), now.as_millis(), serde_json::to_string(signal)?);
        let new = tx.execute(&statements.accept, &[&id, &signal.dedupe_key, &at, &doc]).await?;
        ensure!(new == 1, "an event was known already");
        tx.commit().await?;

        let tx = client.transaction().await?;
        let step = Step { tx: &tx, core, statements };
        let contact = step.find(signal).await?;
        let message = step.apply(contact, signal).await?;
        let message = message.context("an event led to no message")?;
        tx.execute(&statements.done, &[&id, &contact.to_bytes().to_vec()]).await?;
        tx.commit().await?;

        // The provider would be called here.
        let tx = client.transaction().await?;
        let step = Step { tx: &tx, core, statements };
        step.apply(contact, &maker.accepted(contact, message, 1, now)).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Messages whose send was recorded.
    pub async fn sent(&self) -> Result<u64> {
        Ok(self.client.query_one(schema::SENT, &[]).await?.get::<_, i64>(0).cast_unsigned())
    }
}

/// One signal within a transaction.
struct Step<'a> {
    tx: &'a Transaction<'a>,
    core: &'a Core,
    statements: &'a Statements,
}

impl Step<'_> {
    async fn find(&self, signal: &Signal) -> Result<ContactId> {
        let Target::Addresses { keys, .. } = &signal.target else { bail!("events name addresses") };
        for key in keys {
            if let Some(row) = self.tx.query_opt(&self.statements.by_address, &[&key.kind.as_str(), &key.value]).await? {
                return Ok(ContactId::from_bytes(row.get::<_, &[u8]>(0).try_into()?));
            }
        }
        Ok(ContactId::from_u128(signal.id.as_u128()))
    }

    /// Loads, decides, writes. Answers the message that is queued or sent.
    async fn apply(&self, contact: ContactId, signal: &Signal) -> Result<Option<MessageId>> {
        let id = contact.to_bytes().to_vec();
        let state: Option<Vec<u8>> = self.tx.query_opt(&self.statements.state, &[&id]).await?.map(|row| row.get(0));
        let message = match &signal.body {
            SignalBody::HandOff { message } | SignalBody::SendResult { message, .. } => {
                let row = self.tx.query_one(&self.statements.message, &[&message.to_bytes().to_vec()]).await?;
                Some(serde_json::from_str(row.get(0))?)
            }
            _ => None,
        };
        let output = self.core.decide(StepInput { contact, state: state.as_deref(), signal, message: message.as_ref(), taken: &[] })?;
        let last = output.changes.messages.last().map(|message| message.id);
        for row in rows(contact, signal.arrival_time, state.is_none(), output)? {
            let statement = self.statements.writes.get(&row.write).context("every write is prepared")?;
            let values: Vec<&(dyn ToSql + Sync)> = row.fields.iter().map(sql).collect();
            self.tx.execute(statement, &values).await?;
        }
        Ok(last)
    }
}

fn sql(field: &Field) -> &(dyn ToSql + Sync) {
    match field {
        Field::Bytes(bytes) => bytes,
        Field::Text(text) => text,
        Field::Int(int) => int,
    }
}
