//! Rows that change keep their size: what the writer believes a record to be is what the file has.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use model::case::ConversationStatus;
use model::change::RunStatus;
use model::inbound::InboundContent;
use model::{Draws, MessageStatus, Rng as _, RunId};
use rusqlite::Connection;
use storage::Store;
use storage_sqlite::{Options, SqliteStore};
use storage_tests::make::{applied, conversation, event, message, phone, run, to_phone};
use storage_tests::{Script, ScriptedDecider};

const PAGE: usize = 4_096;

fn varint(bytes: &[u8]) -> (u64, usize) {
    let mut value = 0;
    for (place, byte) in bytes.iter().enumerate().take(8) {
        value = (value << 7) | u64::from(byte & 0x7F);
        if byte & 0x80 == 0 {
            return (value, place + 1);
        }
    }
    ((value << 8) | u64::from(bytes[8]), 9)
}

/// Bytes of each record of a table, by row number, as the pages say.
fn records(file: &[u8], root: usize, found: &mut BTreeMap<i64, u64>) {
    let page = &file[(root - 1) * PAGE..root * PAGE];
    let header = if root == 1 { &page[100..] } else { page };
    let short = |bytes: &[u8]| usize::from(u16::from_be_bytes([bytes[0], bytes[1]]));
    let child = |bytes: &[u8]| u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]) as usize;
    let (leaf, cells) = (header[0] == 0x0D, short(&header[3..]));
    let places = &header[if leaf { 8 } else { 12 }..];
    for cell in 0..cells {
        let cell = &page[short(&places[cell * 2..])..];
        if leaf {
            let (size, width) = varint(cell);
            found.insert(varint(&cell[width..]).0.cast_signed(), size);
        } else {
            records(file, child(cell), found);
        }
    }
    if !leaf {
        records(file, child(&header[8..]), found);
    }
}

fn long(letters: usize) -> InboundContent {
    InboundContent::Text { body: "x".repeat(letters) }
}

/// Rows whose size is what the file has, and all rows that keep room.
fn sizes(database: &Path, table: &str) -> (usize, usize) {
    let conn = Connection::open(database).unwrap();
    let root: i64 = conn.query_row("SELECT rootpage FROM sqlite_schema WHERE name = ?1", [table], |row| row.get(0)).unwrap();
    let mut rows = conn.prepare(&format!("SELECT n, size FROM {table} WHERE size > 0")).unwrap();
    let said: BTreeMap<i64, u64> =
        rows.query_map([], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?.cast_unsigned()))).unwrap().map(Result::unwrap).collect();
    let mut found = BTreeMap::new();
    records(&std::fs::read(database).unwrap(), usize::try_from(root).unwrap(), &mut found);
    (said.iter().filter(|(n, size)| found.get(n) == Some(size)).count(), said.len())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_row_is_as_long_as_the_writer_believes_whatever_changes_in_it() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("antiphon.db");
    let (mut draws, mut serial) = (Draws::new(9), 0);
    let statuses = [MessageStatus::Queued, MessageStatus::Sending, MessageStatus::Accepted, MessageStatus::InDoubt, MessageStatus::Failed];
    // Contacts are read again by the second store, and by the first when it has forgotten them.
    for _ in 0..2 {
        let store = SqliteStore::open(&database, Options::default(), Arc::new(ScriptedDecider::default())).unwrap();
        for _ in 0..600 {
            serial += 1;
            let person = draws.below(60) as u32;
            let mut script = Script { link: vec![phone(person)], ..Script::default() };
            for _ in 0..draws.below(3) {
                let status = statuses[draws.below(5) as usize];
                let mut row = message(u128::from(person) * 1_000 + u128::from(draws.below(20)) + 1, status);
                row.provider_id = (draws.below(2) == 0).then(|| "p".repeat(draws.below(90) as usize + 1));
                row.received = (draws.below(9) == 0).then(|| long(draws.below(3_000) as usize));
                script.messages.push(row);
            }
            if draws.below(2) == 0 {
                let status = if draws.below(2) == 0 { ConversationStatus::Waiting } else { ConversationStatus::Resolved };
                let mut row = conversation(u128::from(person) + 1, status, draws.below(9_000).cast_signed());
                row.last_message = "word ".repeat(draws.below(40) as usize);
                script.conversation = Some(row);
            }
            if draws.below(3) == 0 {
                let mut row = run(0, "journey", if draws.below(4) == 0 { RunStatus::Completed } else { RunStatus::Active }, "step");
                row.id = RunId::from_u128(u128::from(person) * 10 + u128::from(draws.below(3)) + 1);
                script.runs.push(row);
            }
            applied(store.step(vec![event(serial, to_phone(person), &script)]).await.unwrap().remove(0));
        }
        drop(store);
        for table in ["contact", "message"] {
            let (right, all) = sizes(&database, table);
            assert!(all >= 60, "{all} rows of {table}");
            assert_eq!(right, all, "sizes of {table} that are as the file has them");
        }
    }
}
