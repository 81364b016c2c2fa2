//! Our sessions against a message centre that we did not write: npm `smpp`, started by `tests/strangers/run.sh`.

use std::sync::Arc;

use channel::{Adapter as _, SmppAccount};
use http_client::Guard;
use model::MessageStatus;
use model::signal::SendOutcome;

use super::centre::{Book, account, hand_over, until};
use crate::{Smpp, testing};

#[tokio::test]
#[ignore = "tests/strangers/run.sh starts the message centre and names its port"]
async fn npm_smpp_takes_our_texts_and_we_its_receipts_and_replies() {
    #[expect(clippy::disallowed_methods, reason = "the port of a server that another program started")]
    let port = std::env::var("SMPP_STRANGER_PORT").expect("SMPP_STRANGER_PORT names the centre").parse().unwrap();
    let smpp = Arc::new(Smpp::new(Guard::allowing(["127.0.0.1"])));
    let account = Arc::new(account(SmppAccount { port, ..testing::account() }));
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
