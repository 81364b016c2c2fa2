//! Message centres that throttle, hang up, lie and babble.

use std::sync::Arc;
use std::time::Duration;

use channel::{Adapter as _, SmppAccount};
use futures_util::future::join_all;
use http_client::Guard;
use model::send_error::Remedy;
use model::signal::SendOutcome;
use simulator::smsc::SmscKnobs;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::centre::{Book, Centre, account, hand_over, until};
use crate::{Smpp, testing};

const ANN: &str = "+12025550123";

#[tokio::test]
async fn a_throttled_sender_slows_down_and_nothing_is_refused_or_doubled() {
    let centre = Centre::open(SmscKnobs { per_second: 10, ..SmscKnobs::default() }).await;
    let texts: Vec<String> = (0..30).map(|n| format!("Text {n}")).collect();
    let outcomes = join_all((0..30).zip(&texts).map(|(n, text)| centre.send(n, ANN, text))).await;
    assert!(outcomes.iter().all(|outcome| matches!(outcome, Ok(SendOutcome::Accepted { .. }))), "{outcomes:?}");
    assert_eq!(centre.taken(), 30);
}

#[tokio::test]
async fn only_what_was_under_way_when_the_link_broke_is_in_doubt() {
    let centre = Centre::open(SmscKnobs { drop_link_every: 4, ..SmscKnobs::default() }).await;
    let (mut accepted, mut doubtful, mut again) = (0, 0, 0);
    for n in 0..12 {
        match centre.send(n, ANN, "Hello").await.unwrap() {
            SendOutcome::Accepted { .. } => accepted += 1,
            SendOutcome::Unknown { .. } => doubtful += 1,
            SendOutcome::NeverArrived => again += 1,
            other => panic!("{other:?}"),
        }
    }
    // Each fourth was taken, and its answer never came.
    assert_eq!((accepted, doubtful, again, centre.taken()), (9, 3, 0, 12));
}

#[tokio::test]
async fn answers_in_any_order_belong_to_their_requests() {
    let centre = Centre::open(SmscKnobs { answers_out_of_order: true, ..SmscKnobs::default() }).await;
    let outcomes = join_all((0..10).map(|n| centre.send(n, ANN, "Hello"))).await;
    let mut ids: Vec<String> = outcomes
        .into_iter()
        .map(|outcome| if let Ok(SendOutcome::Accepted { provider_id, .. }) = outcome { provider_id } else { panic!("{outcome:?}") })
        .collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 10);
    until("ten receipts", || centre.book.told().len() == 10).await;
}

#[tokio::test]
async fn a_centre_that_gives_no_sign_of_life_is_bound_anew() {
    let deaf = SmscKnobs { deaf: true, ..SmscKnobs::default() };
    let centre = Centre::with(deaf, |smpp| (smpp.enquire_link_s, smpp.response_timeout_s) = (1, 1)).await;
    centre.send(1, ANN, "Hello").await.unwrap();
    // The silence is noticed within three seconds; afterwards messages go again.
    tokio::time::sleep(Duration::from_secs(4)).await;
    assert!(matches!(centre.send(2, ANN, "Hello again").await, Ok(SendOutcome::Accepted { .. })));
}

#[tokio::test]
async fn a_wrong_password_pauses_the_sender() {
    let centre = Centre::with(SmscKnobs::default(), |smpp| smpp.password = channel::Secret::new("wrong")).await;
    let refused = centre.send(1, ANN, "Hello").await.unwrap_err();
    assert_eq!((refused.remedy, refused.code.as_str()), (Remedy::PauseSender, "smpp:0x0e"));
}

#[tokio::test]
async fn a_private_host_that_is_not_listed_is_not_connected_to() {
    let smpp = Arc::new(Smpp::new(Guard::public_only()));
    let account = Arc::new(account(SmppAccount { port: 1, ..testing::account() }));
    let (line, holder) = (Arc::clone(&smpp), Arc::clone(&account));
    let task = tokio::spawn(async move { line.serve(holder, Arc::new(Book::default()), Box::pin(std::future::pending())).await });
    let refused = hand_over(&smpp, &account, None, (1, ANN, "Hello")).await.unwrap_err();
    assert_eq!((refused.remedy, refused.code.as_str()), (Remedy::PauseSender, "smpp:settings"));
    task.abort();
}

/// Says yes to the bind, then whatever it is told to say.
async fn babbler(babble: Vec<u8>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = [0; 64];
            let _ = stream.read(&mut request).await;
            let bound = [&[0, 0, 0, 17, 0x80, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 1, 0][..], &babble].concat();
            let _ = stream.write_all(&bound).await;
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    });
    port
}

#[tokio::test]
async fn garbage_ends_the_connection_and_costs_no_message() {
    let deliver = |body: &[u8]| {
        let length = u32::try_from(16 + body.len()).unwrap();
        [&length.to_be_bytes()[..], &[0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 9], body].concat()
    };
    for babble in [vec![0xff; 64], vec![0; 64], deliver(&[0xff; 40]), deliver(&[]), b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec()] {
        let port = babbler(babble.clone()).await;
        let smpp = Arc::new(Smpp::new(Guard::allowing(["127.0.0.1"])));
        let account = Arc::new(account(SmppAccount { port, response_timeout_s: 1, ..testing::account() }));
        let book = Arc::new(Book::default());
        let (line, holder, inlet) = (Arc::clone(&smpp), Arc::clone(&account), Arc::clone(&book));
        let task = tokio::spawn(async move { line.serve(holder, inlet, Box::pin(std::future::pending())).await });
        let outcome = hand_over(&smpp, &account, None, (1, ANN, "Hello")).await.unwrap();
        assert!(matches!(outcome, SendOutcome::Unknown { .. } | SendOutcome::NeverArrived), "{outcome:?} after {babble:?}");
        assert!(!task.is_finished(), "the line gave up after {babble:?}");
        assert!(book.told().is_empty() && book.texts().is_empty());
        task.abort();
    }
}
