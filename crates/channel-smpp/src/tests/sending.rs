//! Texts out and their receipts.

use channel::{BindMode, Concat, IdForm, SubmitWith};
use model::send_error::Remedy;
use model::signal::{SendOutcome, Target};
use model::{MessageStatus, Millis};
use simulator::smsc::{ReceiptStyle, SmscKnobs};

use super::centre::{Centre, until};

const ANN: &str = "+12025550123";

fn provider_id(outcome: SendOutcome) -> String {
    let SendOutcome::Accepted { provider_id, .. } = outcome else { panic!("{outcome:?}") };
    provider_id
}

#[tokio::test]
async fn a_text_reaches_the_phone_and_its_receipt_names_it() {
    let centre = Centre::open(SmscKnobs::default()).await;
    let id = provider_id(centre.send(1, ANN, "See you at 9 @ the door: €5").await.unwrap());
    until("a receipt", || !centre.book.told().is_empty()).await;
    let told = centre.book.told().remove(0);
    assert_eq!(
        (told.receipt.status, &told.target),
        (MessageStatus::Delivered, &Target::ProviderMessage { channel: model::Channel::Sms, provider_id: id })
    );
    assert_eq!(centre.shown(ANN), ["See you at 9 @ the door: €5"]);
}

#[tokio::test]
async fn a_long_text_is_one_text_on_the_phone_and_delivered_once_however_it_is_cut() {
    for concat in [Concat::Udh8, Concat::Udh16, Concat::Sar, Concat::Payload] {
        let centre = Centre::with(SmscKnobs::default(), |smpp| smpp.concat = concat).await;
        let text = format!("{}€{}😀", "Long ".repeat(40), "and wide ".repeat(20));
        centre.send(0x1234, ANN, &text).await.unwrap();
        until("a receipt", || !centre.book.told().is_empty()).await;
        until("the phone", || centre.shown(ANN) == [text.clone()]).await;
        let told = centre.book.told();
        assert_eq!((told.len(), told[0].receipt.status), (1, MessageStatus::Delivered), "{concat:?}");
        if concat != Concat::Payload {
            assert_eq!(told[0].target, Target::Message(model::MessageId::from_u128(0x1234)));
            until("an empty shelf", || centre.book.kept.lock().unwrap().is_empty()).await;
        }
    }
}

#[tokio::test]
async fn receipts_in_every_dialect_find_their_message_once() {
    let plain = SmscKnobs::default;
    for (knobs, form) in [
        (SmscKnobs { receipts: ReceiptStyle::Text, ..plain() }, IdForm::Same),
        (SmscKnobs { receipts: ReceiptStyle::Parameters, duplicate_receipts: true, ..plain() }, IdForm::Same),
        (SmscKnobs { hex_answers: true, ..plain() }, IdForm::HexThenDecimal),
        (SmscKnobs { receipts: ReceiptStyle::Terse, hex_answers: true, ..plain() }, IdForm::Same),
        (SmscKnobs { receipt_before_answer: true, ..plain() }, IdForm::Same),
    ] {
        let centre = Centre::with(knobs.clone(), |smpp| smpp.id_form = form).await;
        // Ids above 9 differ between the bases.
        let mut ids = Vec::new();
        for number in 0..12 {
            ids.push(provider_id(centre.send(number, ANN, "Hello").await.unwrap()));
        }
        until("twelve receipts", || centre.book.told().len() == 12).await;
        let mut named: Vec<String> = centre.book.told().into_iter().filter_map(|told| told.receipt.provider_id).collect();
        named.sort();
        ids.sort();
        assert_eq!(named, ids, "{knobs:?}");
    }
}

#[tokio::test]
async fn what_cannot_arrive_is_said_to_have_failed_with_its_reason() {
    let centre = Centre::open(SmscKnobs::default()).await;
    centre.send(1, "+12025550183", "Hello").await.unwrap();
    until("a receipt", || !centre.book.told().is_empty()).await;
    let receipt = centre.book.told().remove(0).receipt;
    assert_eq!((receipt.status, receipt.error.unwrap().remedy), (MessageStatus::Failed, Remedy::NextChannel));
    let refused = centre.send(2, "+12025550187", "Hello").await.unwrap();
    assert!(matches!(refused, SendOutcome::Refused { error } if matches!(error.remedy, Remedy::SuppressAddress { retry_after: None })));
}

#[tokio::test]
async fn the_networks_code_is_told_wherever_the_receipt_has_it() {
    for receipts in [ReceiptStyle::Both, ReceiptStyle::Terse] {
        let centre = Centre::open(SmscKnobs { receipts, ..SmscKnobs::default() }).await;
        centre.send(1, "+12025550183", "Hello").await.unwrap();
        until("a receipt", || !centre.book.told().is_empty()).await;
        let error = centre.book.told().remove(0).receipt.error.unwrap();
        assert_eq!(error.code, "smpp:undeliv:005", "{receipts:?}");
    }
}

#[tokio::test]
async fn a_centre_that_wants_data_sm_gets_it_and_gives_it() {
    for concat in [Concat::Udh8, Concat::Sar, Concat::Payload] {
        let knobs = SmscKnobs { data_sm: true, ..SmscKnobs::default() };
        let mut centre = Centre::with(knobs, |smpp| (smpp.submit_with, smpp.concat) = (SubmitWith::DataSm, concat)).await;
        let text = "Long and wide: ж. ".repeat(12);
        provider_id(centre.send(0x1234, ANN, &text).await.unwrap());
        until("a receipt", || !centre.book.told().is_empty()).await;
        assert_eq!((centre.book.told()[0].receipt.status, centre.shown(ANN)), (MessageStatus::Delivered, vec![text]), "{concat:?}");
        centre.write(ANN, "Hi");
        until("an answer", || centre.book.texts() == ["Hi"]).await;
        centre.put_down().await;
    }
    // Whoever asks with the other request is told that the setting is wrong.
    let centre = Centre::open(SmscKnobs { data_sm: true, ..SmscKnobs::default() }).await;
    let refused = centre.send(1, ANN, "Hello").await.unwrap();
    assert!(matches!(refused, SendOutcome::Refused { error } if error.remedy == Remedy::FixData && error.code == "smpp:0x03"));
}

#[tokio::test]
async fn r_late_2_a_text_whose_time_is_over_does_not_arrive_and_its_sender_hears_so() {
    let centre = Centre::open(SmscKnobs::default()).await;
    centre.simulator.with(|world| {
        // Every phone is slow: it answers after a minute at the earliest.
        let slow = simulator::Knobs { slow_phones_percent: 200, ..world.knobs().clone() };
        world.set_knobs(slow);
    });
    centre.send_within(Some(Millis::from_secs(1)), 1, ANN, "Your code is 123").await.unwrap();
    until("a receipt", || !centre.book.told().is_empty()).await;
    let receipt = centre.book.told().remove(0).receipt;
    let error = receipt.error.unwrap();
    assert_eq!((receipt.status, error.remedy), (MessageStatus::Failed, Remedy::NextChannel));
    assert!(error.for_user.contains("time was over"), "{}", error.for_user);
    assert!(centre.shown(ANN).is_empty());
}

#[tokio::test]
async fn two_connections_serve_where_one_each_way_is_wanted() {
    let mut centre = Centre::with(SmscKnobs::default(), |smpp| smpp.bind = BindMode::Pair).await;
    centre.send(1, ANN, "Hello").await.unwrap();
    until("a receipt", || !centre.book.told().is_empty()).await;
    centre.write(ANN, "Hi");
    until("an answer", || centre.book.texts() == ["Hi"]).await;
    centre.put_down().await;
}
