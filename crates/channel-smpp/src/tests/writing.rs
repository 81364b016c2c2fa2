//! What people write.

use std::sync::atomic::Ordering;

use model::signal::SendOutcome;
use simulator::smsc::SmscKnobs;

use super::centre::{Centre, until};

const ANN: &str = "+12025550123";

async fn acquainted() -> Centre {
    let centre = Centre::open(SmscKnobs { no_receipts: true, ..SmscKnobs::default() }).await;
    let outcome = centre.send(1, ANN, "Hello").await.unwrap();
    assert!(matches!(outcome, SendOutcome::Accepted { .. }));
    centre
}

#[tokio::test]
async fn texts_come_in_whole_also_long_and_wide_ones() {
    let centre = acquainted().await;
    let long = "Привет, это длинное сообщение 😀. ".repeat(8);
    for text in ["Yes", "Yes", &long, "[€]"] {
        centre.write(ANN, text);
    }
    until("four texts", || centre.book.texts().len() == 4).await;
    let mut texts = centre.book.texts();
    texts.sort();
    let mut expected = ["Yes", "Yes", &long, "[€]"];
    expected.sort_unstable();
    assert_eq!(texts, expected);
    until("an empty shelf", || centre.book.kept.lock().unwrap().is_empty()).await;
}

#[tokio::test]
async fn what_could_not_be_stored_is_given_again_and_stored_once() {
    let centre = acquainted().await;
    centre.book.away.store(true, Ordering::SeqCst);
    centre.write(ANN, "Yes");
    until("some refusals", || centre.book.refused() > 2).await;
    assert!(centre.book.texts().is_empty());
    centre.book.away.store(false, Ordering::SeqCst);
    until("the text", || centre.book.texts() == ["Yes"]).await;
}

#[tokio::test]
async fn a_line_that_dies_loses_no_text_and_doubles_none() {
    let mut centre = acquainted().await;
    let long = "A text of many parts. ".repeat(30);
    for round in 0..5 {
        centre.write(ANN, &format!("{round} {long}"));
        tokio::time::sleep(std::time::Duration::from_millis(10 * round)).await;
        centre.kill().await;
        centre.take_up();
    }
    until("all texts", || centre.book.texts().len() >= 5).await;
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    let mut texts = centre.book.texts();
    texts.sort();
    let expected: Vec<String> = (0..5).map(|round| format!("{round} {long}")).collect();
    assert_eq!(texts, expected);
}
