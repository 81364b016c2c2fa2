//! Our sessions against a message centre that we did not write: npm `smpp`, started by `tests/strangers/run.sh`.

use std::sync::Arc;

use channel::{Adapter as _, SmppAccount, SubmitWith};
use http_client::Guard;
use model::MessageStatus;
use model::signal::SendOutcome;

use super::centre::{Book, account, hand_over, until};
use crate::{Smpp, testing};

/// The centre's two ports: plain, and by TLS.
fn ports() -> (u16, u16) {
    #[expect(clippy::disallowed_methods, reason = "the ports of a server that another program started")]
    let ports = std::env::var("SMPP_STRANGER_PORTS").expect("SMPP_STRANGER_PORTS names the centre");
    let (plain, tls) = ports.trim().split_once(' ').expect("two ports");
    (plain.parse().unwrap(), tls.parse().unwrap())
}

async fn talk(smpp_account: SmppAccount) {
    let smpp = Arc::new(Smpp::new(Guard::allowing(["127.0.0.1"])));
    let account = Arc::new(account(smpp_account));
    let book = Arc::new(Book::default());
    let (line, holder, inlet) = (Arc::clone(&smpp), Arc::clone(&account), Arc::clone(&book));
    let (end, ended) = tokio::sync::oneshot::channel::<()>();
    let task = tokio::spawn(async move { line.serve(holder, inlet, Box::pin(async move { drop(ended.await) })).await });
    let texts = ["Hello @ €5", "привет 😀", "Ünd _ {x}"];
    for (n, text) in (1..).zip(texts) {
        let outcome = hand_over(&smpp, &account, None, (n, "+12025550123", text)).await;
        assert!(matches!(&outcome, Ok(SendOutcome::Accepted { provider_id, .. }) if provider_id.contains("/node-")), "{outcome:?}");
    }
    let long = "Long and wide: ж. ".repeat(12);
    let outcome = hand_over(&smpp, &account, None, (9, "+12025550123", &long)).await;
    assert!(matches!(outcome, Ok(SendOutcome::Accepted { .. })), "{outcome:?}");
    until("four receipts", || book.told().len() == 4).await;
    assert!(book.told().iter().all(|told| told.receipt.status == MessageStatus::Delivered));
    // The centre says back what it understood, by its own tables: data_coding and text.
    until("what it understood", || texts.iter().all(|text| book.texts().iter().any(|said| said.ends_with(text)))).await;
    end.send(()).unwrap();
    task.await.unwrap();
}

#[tokio::test]
#[ignore = "tests/strangers/run.sh starts the message centre and names its ports"]
async fn npm_smpp_takes_our_texts_and_we_its_receipts_and_replies() {
    talk(SmppAccount { port: ports().0, ..testing::account() }).await;
}

#[tokio::test]
#[ignore = "tests/strangers/run.sh starts the message centre and names its ports"]
async fn npm_smpp_talks_with_us_over_tls() {
    let authority = Some(include_str!("../../testdata/tls/authority.pem").to_owned());
    talk(SmppAccount { port: ports().1, tls: true, authority, ..testing::account() }).await;
}

#[tokio::test]
#[ignore = "tests/strangers/run.sh starts the message centre and names its ports"]
async fn npm_smpp_takes_data_sm() {
    talk(SmppAccount { port: ports().0, submit_with: SubmitWith::DataSm, ..testing::account() }).await;
}
