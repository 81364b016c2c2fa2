//! A genuine bounce: our client, Postfix in between, and our listener. `tests/strangers/run.sh` starts Postfix.

use std::path::PathBuf;
use std::sync::Arc;

use channel::{Adapter as _, MailInbound, MailSecurity};
use http_client::Guard;
use model::content::Content;
use model::send_error::Remedy;
use model::signal::{SendOutcome, SignalBody, Target};
use model::{AddressKey, AddressKind, MessageId, MessageStatus};
use serde_json::Value;

use super::office::{Book, RealClock, account, settings};
use crate::Email;

#[tokio::test]
#[ignore = "tests/strangers/run.sh starts Postfix and names its folder"]
async fn postfix_takes_our_mail_and_we_read_the_bounce_that_it_writes() {
    #[expect(clippy::disallowed_methods, reason = "the folder of a server that another program started")]
    let folder = PathBuf::from(std::env::var("MAIL_POSTFIX").expect("MAIL_POSTFIX names the folder"));
    let facts: Value = serde_json::from_str(&std::fs::read_to_string(folder.join("facts")).unwrap()).unwrap();
    let mut email = settings(u16::try_from(facts["port"].as_u64().unwrap()).unwrap());
    (email.user, email.security) = (None, MailSecurity::Plain);
    email.inbound = Some(MailInbound { domain: "in.example.com".to_owned(), listen: facts["listen"].as_str().unwrap().to_owned() });
    let (adapter, account) = (Arc::new(Email::new(Guard::allowing(["127.0.0.1"]), Arc::new(RealClock))), Arc::new(account(email)));
    let book = Arc::new(Book::default());
    let (end, ended) = tokio::sync::oneshot::channel::<()>();
    let line = tokio::spawn({
        let (adapter, account, inlet) = (adapter.clone(), account.clone(), book.clone());
        async move { adapter.serve(account, inlet, Box::pin(async move { drop(ended.await) })).await }
    });
    for (n, to) in [(7, "bad@example.org"), (8, "good@example.org")] {
        let to = AddressKey::new(AddressKind::Email, to);
        let outcome = adapter.deliver(&account, MessageId::from_u128(n), &to, &Content::text("Hello"), None).await;
        assert!(matches!(outcome, Ok(SendOutcome::Accepted { .. })), "{outcome:?}");
    }
    let told = book.first().await;
    assert_eq!(told.target, Target::Message(MessageId::from_u128(7)));
    let SignalBody::Receipt(receipt) = told.body else { panic!() };
    let error = receipt.error.unwrap();
    assert_eq!((receipt.status, error.code.as_str()), (MessageStatus::Failed, "bounce:5.1.1"));
    assert_eq!(error.remedy, Remedy::SuppressAddress { retry_after: None });
    let took = std::fs::read_to_string(folder.join("took")).unwrap();
    assert!(took.contains("good@example.org") && took.contains("bounce+"), "{took}");
    end.send(()).unwrap();
    line.await.unwrap();
}
