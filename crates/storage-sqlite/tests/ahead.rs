//! Reading ahead finds the contact of a signal however it is named. That it changes nothing is the suite's to show, which runs with it.

use std::sync::Arc;
use std::time::Duration;

use model::signal::Target;
use model::{Message, MessageStatus};
use storage::Store;
use storage_sqlite::{Options, ReadAhead, SqliteStore};
use storage_tests::make::{applied, event, message, phone, plain, receipt, to_phone};
use storage_tests::{Script, ScriptedDecider};

async fn reaches(store: &SqliteStore, count: u64) -> bool {
    for _ in 0..1_000 {
        if store.read_ahead() >= count {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    false
}

#[tokio::test]
async fn a_contact_is_read_ahead_however_a_signal_names_it() {
    let folder = tempfile::tempdir().unwrap();
    let open = |read_ahead| {
        let options = Options { read_ahead, ..Options::default() };
        SqliteStore::open(folder.path().join("antiphon.db"), options, Arc::new(ScriptedDecider::default())).unwrap()
    };
    let store = open(ReadAhead::WhenSlow);
    let sent = Message { provider_id: Some("wamid.1".to_owned()), ..message(60, MessageStatus::Accepted) };
    let script = Script { link: vec![phone(1)], messages: vec![sent.clone()], ..Script::default() };
    let contact = applied(store.step(vec![event(1, to_phone(1), &script)]).await.unwrap().remove(0)).contact;
    drop(store);
    let store = open(ReadAhead::Always);
    let named = [
        plain(2, to_phone(1)),
        plain(3, Target::Contact(contact)),
        plain(4, Target::Message(sent.id)),
        receipt(5, "wamid.1", MessageStatus::Read),
    ];
    for (signal, count) in named.into_iter().zip(1..) {
        assert_eq!(applied(store.step(vec![signal]).await.unwrap().remove(0)).contact, contact);
        assert!(reaches(&store, count).await, "{} of {count}", store.read_ahead());
    }
}
