//! What people write.

use std::sync::atomic::Ordering;

use model::signal::SendOutcome;
use simulator::smsc::{LongTexts, SmscKnobs};

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
    // What is left is a note, in case a part comes again.
    until("no parts on the shelf", || centre.book.kept.lock().unwrap().keys().all(|key| key.starts_with("done/"))).await;
}

#[tokio::test]
async fn long_texts_come_in_whole_in_every_form_that_centres_cut_them_into() {
    for long_texts in [LongTexts::Udh8, LongTexts::Udh16, LongTexts::Sar, LongTexts::Payload] {
        let centre = acquainted().await;
        centre.simulator.with(|world| {
            let smsc = SmscKnobs { long_texts, ..world.knobs().smsc.clone() };
            world.set_knobs(simulator::Knobs { smsc, ..world.knobs().clone() });
        });
        let texts = ["narrow and long ".repeat(20), "wide and long: ж ".repeat(20)];
        for text in &texts {
            centre.write(ANN, text);
        }
        until("both texts", || centre.book.texts().len() == 2).await;
        let mut got = centre.book.texts();
        got.sort();
        assert_eq!(got, texts, "{long_texts:?}");
    }
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
