//! The yardstick for steps: the straightforward way to do the same work on the same engine. Each event is three durable transactions, row by
//! row: keep the event, move the run and its timer, write what follows from it.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Result;
use rusqlite::{Connection, OptionalExtension as _, params};
use serde_json::{Value, json};

use crate::Effort;

const SCHEMA: &str = "
    CREATE TABLE event (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, contact INTEGER NOT NULL, body TEXT NOT NULL, done INTEGER NOT NULL DEFAULT 0);
    CREATE TABLE run (contact INTEGER PRIMARY KEY, step TEXT NOT NULL, state TEXT NOT NULL);
    CREATE TABLE timer (contact INTEGER PRIMARY KEY, due INTEGER NOT NULL);
    CREATE INDEX timer_due ON timer (due);
    CREATE TABLE message (id INTEGER PRIMARY KEY, contact INTEGER NOT NULL, status TEXT NOT NULL, provider TEXT UNIQUE, body TEXT NOT NULL);
    CREATE INDEX message_status ON message (status);
    CREATE TABLE decision (id INTEGER PRIMARY KEY, contact INTEGER NOT NULL, body TEXT NOT NULL);
    CREATE TABLE timeline (id INTEGER PRIMARY KEY, contact INTEGER NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL);
    CREATE INDEX timeline_contact ON timeline (contact);
    CREATE TABLE counter (name TEXT PRIMARY KEY, n INTEGER NOT NULL);";

/// Events a second.
pub fn rate(folder: &Path, effort: Effort) -> Result<f64> {
    let place = tempfile::tempdir_in(folder)?;
    let mut db = Connection::open(place.path().join("rows.db"))?;
    db.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(()))?;
    db.pragma_update(None, "synchronous", "FULL")?;
    db.execute_batch(SCHEMA)?;
    let span = Duration::from_secs(effort.pick(4, 1));
    let began = Instant::now();
    let mut events = 0_i64;
    while began.elapsed() < span {
        event(&mut db, events, events % 500)?;
        events += 1;
    }
    Ok(events as f64 / began.elapsed().as_secs_f64())
}

fn event(db: &mut Connection, n: i64, contact: i64) -> Result<()> {
    let body = json!({ "name": "appointment_booked", "appointment_id": format!("A-{n}"), "service": "your dental check-up", "first_name": "Sample" });
    let first = db.transaction()?;
    first
        .execute("INSERT INTO event (key, contact, body) VALUES (?1, ?2, ?3)", params![format!("event:{n}"), contact, body.to_string()])?;
    first.commit()?;

    let second = db.transaction()?;
    let state: Option<String> = second.query_row("SELECT state FROM run WHERE contact = ?1", [contact], |row| row.get(0)).optional()?;
    let mut state: Value = state.map_or_else(|| Ok(json!({ "visits": [] })), |text| serde_json::from_str(&text))?;
    state["last"] = body.clone();
    state["count"] = (state["count"].as_i64().unwrap_or(0) + 1).into();
    second.execute(
        "INSERT INTO run (contact, step, state) VALUES (?1, 'answer', ?2) ON CONFLICT DO UPDATE SET step = 'answer', state = ?2",
        params![contact, state.to_string()],
    )?;
    second.execute("INSERT INTO timer (contact, due) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET due = ?2", params![contact, n + 14_400])?;
    second.commit()?;

    let third = db.transaction()?;
    let text = json!({ "template": "appointment_reminder", "first_name": "Sample", "service": "your dental check-up" }).to_string();
    third.execute(
        "INSERT INTO message (contact, status, provider, body) VALUES (?1, 'queued', ?2, ?3)",
        params![contact, format!("wamid.{n}"), text],
    )?;
    third.execute(
        "INSERT INTO decision (contact, body) VALUES (?1, ?2)",
        params![contact, json!({ "verdict": "send", "rules": ["consent", "window", "cap"] }).to_string()],
    )?;
    for kind in ["event", "step_entered", "message_queued"] {
        third.execute("INSERT INTO timeline (contact, kind, body) VALUES (?1, ?2, ?3)", params![contact, kind, text])?;
    }
    third.execute("INSERT INTO counter (name, n) VALUES ('sent', 1) ON CONFLICT DO UPDATE SET n = n + 1", [])?;
    third.execute("UPDATE event SET done = 1 WHERE key = ?1", [format!("event:{n}")])?;
    third.commit()?;
    Ok(())
}
