//! Servers that misbehave: what certainly did not leave is told apart from what nobody knows.

use std::sync::atomic::{AtomicUsize, Ordering};

use channel::MailSecurity;
use model::content::Content;
use model::send_error::{Remedy, SendError};
use model::signal::SendOutcome;
use model::{AddressKey, AddressKind, MessageId};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpListener;

use super::office::*;
use crate::Email;

/// Answers each command that begins with a word by its line; an empty line closes the connection.
async fn server(script: &'static [(&'static str, &'static str)]) -> u16 {
    counted(script, std::sync::Arc::default()).await
}

async fn counted(script: &'static [(&'static str, &'static str)], connections: std::sync::Arc<AtomicUsize>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            connections.fetch_add(1, Ordering::SeqCst);
            let mut link = BufReader::new(stream);
            let answer =
                |word: &str| script.iter().find(|(begin, _)| word.starts_with(begin)).map_or("250 ok", |(_, line)| line).to_owned();
            let mut said = answer("GREETING");
            if said == "250 ok" {
                said = "220 hello".to_owned();
            }
            let mut data = false;
            loop {
                if said.is_empty() || link.write_all(format!("{said}\r\n").as_bytes()).await.is_err() {
                    break;
                }
                let mut line = String::new();
                loop {
                    line.clear();
                    if link.read_line(&mut line).await.unwrap_or(0) == 0 {
                        break;
                    }
                    if !data || line == ".\r\n" {
                        break;
                    }
                }
                if line.is_empty() {
                    break;
                }
                said = answer(line.trim_end());
                data = line.starts_with("DATA") && said.starts_with('3');
            }
        }
    });
    port
}

async fn send(port: u16, security: MailSecurity) -> Result<SendOutcome, SendError> {
    let mut email = settings(port);
    (email.user, email.security) = (None, security);
    let adapter = Email::new(http_client::Guard::allowing(["127.0.0.1"]), std::sync::Arc::new(RealClock));
    let to = AddressKey::new(AddressKind::Email, THEIRS);
    adapter.deliver(&account(email), MessageId::from_u128(1), &to, &Content::text("Hello"), None).await
}

#[tokio::test]
async fn a_connection_that_breaks_before_the_mail_is_complete_has_sent_nothing() {
    for script in [&[("GREETING", "")][..], &[("EHLO", "")], &[("MAIL", "")], &[("RCPT", "")], &[("DATA", "")]] {
        let error = send(server(script).await, MailSecurity::Plain).await.unwrap_err();
        assert!(matches!(error.remedy, Remedy::SlowSender { .. }), "{script:?}: {error:?}");
    }
}

#[tokio::test]
async fn a_mail_whose_answer_never_came_is_in_doubt() {
    let port = server(&[("DATA", "354 go"), (".", "")]).await;
    assert!(matches!(send(port, MailSecurity::Plain).await, Ok(SendOutcome::Unknown { .. })));
}

#[tokio::test]
async fn a_refusal_after_the_mail_is_a_refusal_and_acceptance_is_acceptance() {
    let port = server(&[("DATA", "354 go"), (".", "554 5.7.1 spam")]).await;
    assert_eq!(send(port, MailSecurity::Plain).await.unwrap_err().remedy, Remedy::NextChannel);
    let port = server(&[("DATA", "354 go"), (".", "250 queued")]).await;
    assert!(matches!(send(port, MailSecurity::Plain).await, Ok(SendOutcome::Accepted { .. })));
}

#[tokio::test]
async fn without_encryption_nothing_is_said_to_a_server_that_ought_to_have_it() {
    let error = send(server(&[]).await, MailSecurity::Starttls).await.unwrap_err();
    assert_eq!((error.remedy, error.code.as_str()), (Remedy::PauseSender, "email:settings"));
    // Words in between, before the encryption begins, are an attack.
    let port = server(&[("EHLO", "250-x\r\n250 STARTTLS"), ("STARTTLS", "220 go\r\n250 injected")]).await;
    assert!(send(port, MailSecurity::Starttls).await.is_err());
}

#[tokio::test]
async fn mails_share_a_connection_as_long_as_the_settings_are_the_same() {
    let connections = std::sync::Arc::new(AtomicUsize::new(0));
    let port = counted(&[("DATA", "354 go"), (".", "250 queued")], connections.clone()).await;
    let mut email = settings(port);
    email.user = None;
    let adapter = Email::new(http_client::Guard::allowing(["127.0.0.1"]), std::sync::Arc::new(RealClock));
    let to = AddressKey::new(AddressKind::Email, THEIRS);
    for n in 1..=3 {
        adapter.deliver(&account(email.clone()), MessageId::from_u128(n), &to, &Content::text("Hello"), None).await.unwrap();
    }
    assert_eq!(connections.load(Ordering::SeqCst), 1);
    // Other settings are another connection.
    email.from_name = "Other".to_owned();
    adapter.deliver(&account(email), MessageId::from_u128(4), &to, &Content::text("Hello"), None).await.unwrap();
    assert_eq!(connections.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn garbage_and_endless_answers_end_the_attempt() {
    for script in [&[("GREETING", "hello?")][..], &[("EHLO", "999 what")]] {
        assert!(send(server(script).await, MailSecurity::Plain).await.is_err());
    }
}

#[tokio::test]
async fn private_addresses_are_connected_to_only_when_they_are_listed() {
    let mut email = settings(server(&[]).await);
    email.user = None;
    let adapter = Email::new(http_client::Guard::public_only(), std::sync::Arc::new(RealClock));
    let to = AddressKey::new(AddressKind::Email, THEIRS);
    let error = adapter.deliver(&account(email), MessageId::from_u128(1), &to, &Content::text("Hello"), None).await.unwrap_err();
    assert_eq!(error.remedy, Remedy::PauseSender);
}
