//! Our client against a server and a verifier that we did not write: aiosmtpd and dkimpy, started by `tests/strangers/run.sh`.

use std::path::PathBuf;
use std::sync::Arc;

use channel::{DkimKey, FetchedMedia, MailSecurity, MediaReader, Secret};
use http_client::Guard;
use model::content::{Content, Media, MediaKind, MediaSource};
use model::send_error::Remedy;
use model::signal::SendOutcome;
use model::{AddressKey, AddressKind, MediaId, MessageId, WorkspaceId};
use serde_json::Value;

use super::office::{RealClock, THEIRS, account, settings};
use crate::Email;

struct OnePicture;

#[async_trait::async_trait]
impl MediaReader for OnePicture {
    async fn read(&self, _ws: WorkspaceId, _media: MediaId) -> Option<FetchedMedia> {
        Some(FetchedMedia { bytes: (0..=255).collect(), mime: "image/png".to_owned() })
    }
}

#[tokio::test]
#[ignore = "tests/strangers/run.sh starts the server and names its folder"]
async fn aiosmtpd_takes_our_mail_and_dkimpy_finds_each_signature_valid() {
    #[expect(clippy::disallowed_methods, reason = "the folder of a server that another program started")]
    let folder = PathBuf::from(std::env::var("MAIL_STRANGER").expect("MAIL_STRANGER names the folder"));
    let facts: Value = serde_json::from_str(&std::fs::read_to_string(folder.join("facts")).unwrap()).unwrap();
    let text = |name: &str| facts[name].as_str().unwrap().to_owned();
    let mut email = settings(u16::try_from(facts["port"].as_u64().unwrap()).unwrap());
    (email.host, email.security, email.authority) = ("localhost".to_owned(), MailSecurity::Starttls, Some(text("authority")));
    (email.user, email.password) = (Some("shop".to_owned()), Secret::new("pass:word"));
    (email.from_name, email.subject) =
        ("Café Example".to_owned(), "Schöne Grüße, и привет, from a subject that is long enough to be folded twice or so".to_owned());
    let sign = |selector: &str, key: &str| {
        Some(DkimKey { domain: "example.com".to_owned(), selector: selector.to_owned(), private_key: Secret::new(text(key)) })
    };
    let adapter = Email::new(Guard::allowing(["localhost"]), Arc::new(RealClock)).with_media(Arc::new(OnePicture));
    let to = AddressKey::new(AddressKind::Email, THEIRS);
    let words = "A line. \r\n.\r\n..two dots\nFrom here, trailing space \n\n\t€ 5 = 10 %\n\n\n";
    let picture = Media {
        kind: MediaKind::Image,
        source: MediaSource::Stored(MediaId::from_u128(1)),
        caption: Some("See it".to_owned()),
        filename: Some("Größe.png".to_owned()),
    };
    let mut n = 0;
    let keys = [
        (sign("rsa", "rsa"), None),
        (sign("rsa", "pkcs1"), None),
        (sign("ed", "ed25519"), None),
        (sign("rsa", "rsa"), sign("ed", "ed25519")),
    ];
    for (key, also) in keys {
        (email.dkim, email.dkim_also) = (key, also);
        for content in [Content::text(words), Content::text("x".repeat(3_000)), Content::Media(picture.clone())] {
            n += 1;
            let outcome = adapter.deliver(&account(email.clone()), MessageId::from_u128(n), &to, &content, None).await;
            assert!(matches!(outcome, Ok(SendOutcome::Accepted { .. })), "{n}: {outcome:?}");
        }
    }
    // The judge is one: a signature by another key is refused.
    (email.dkim, email.dkim_also) = (sign("rsa", "ed25519"), None);
    let wrong = adapter.deliver(&account(email.clone()), MessageId::from_u128(99), &to, &Content::text("x"), None).await.unwrap_err();
    assert_eq!((wrong.remedy, wrong.code.as_str()), (Remedy::NextChannel, "smtp:550 5.7.20"));
    // An authority that did not sign the server's certificate is not believed.
    email.authority = None;
    let stranger = adapter.deliver(&account(email), MessageId::from_u128(100), &to, &Content::text("x"), None).await.unwrap_err();
    assert_eq!((stranger.remedy, stranger.code.as_str()), (Remedy::PauseSender, "email:settings"));
    let took = std::fs::read_to_string(folder.join("took")).unwrap();
    let took: Vec<Value> = took.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(took.iter().all(|mail| mail["defects"] == serde_json::json!([]) && mail["tls"] == true), "{took:?}");
    assert_eq!(took[0]["subject"], "Schöne Grüße, и привет, from a subject that is long enough to be folded twice or so");
    assert_eq!((&took[0]["signatures"], &took[9]["signatures"]), (&1.into(), &2.into()));
    assert_eq!(took[0]["one_click"], "List-Unsubscribe=One-Click");
    let read = took[0]["text"].as_str().unwrap().replace("\r\n", "\n");
    assert_eq!(read.trim_end_matches('\n'), words.replace("\r\n", "\n").trim_end_matches('\n'));
    assert_eq!(took[2]["attachments"], serde_json::json!(["Größe.png"]));
    assert!(took[0]["shown"].as_str().unwrap().contains("Café Example"));
}
