//! What mail servers report.

use model::consent::ConsentAct;
use model::send_error::Remedy;
use model::signal::{SignalBody, Target};
use model::{ConsentState, MessageId, MessageStatus, Purpose};
use simulator::{Line, Outcome};

use super::office::*;

#[tokio::test]
async fn a_bounce_fails_its_message_and_suppresses_the_address() {
    let office = Office::open().await;
    office.act(|world, person| world.outcomes_mut().script(person, Line::Email, Some(Outcome::Fail { code: 511 })));
    office.send(7, "Hello").await.unwrap();
    let told = office.book.first().await;
    assert_eq!(told.target, Target::Message(MessageId::from_u128(7)));
    let SignalBody::Receipt(receipt) = told.body else { panic!() };
    assert_eq!(receipt.status, MessageStatus::Failed);
    let error = receipt.error.unwrap();
    assert_eq!((error.remedy, error.code.as_str()), (Remedy::SuppressAddress { retry_after: None }, "bounce:5.1.1"));
    office.close().await;
}

/// RFC 3461: who offers reports is asked for them under the message's name; who does not is not troubled with parameters.
#[tokio::test]
async fn reports_are_asked_for_where_the_server_writes_them() {
    for offered in [true, false] {
        let office = Office::open().await;
        office.world.with(|world| {
            let mut knobs = world.knobs().clone();
            knobs.mail.no_dsn = !offered;
            world.set_knobs(knobs);
        });
        office.send(7, "Hello").await.unwrap();
        let shown = office.shown(1).await.remove(0);
        let envelope = offered.then(|| MessageId::from_u128(7).to_string());
        assert_eq!(shown.opaque, envelope);
        // Its return path proves the message either way.
        office.act(|world, person| world.person_bounces(person, &shown.id, 511)).unwrap();
        let SignalBody::Receipt(receipt) = office.book.first().await.body else { panic!() };
        assert_eq!((receipt.message, receipt.status), (Some(MessageId::from_u128(7)), MessageStatus::Failed));
        office.close().await;
    }
}

#[tokio::test]
async fn a_delay_is_no_failure() {
    let office = Office::open().await;
    office.act(|world, person| world.outcomes_mut().script(person, Line::Email, Some(Outcome::Fail { code: 447 })));
    office.send(7, "Hello").await.unwrap();
    wait(|| office.book.kept_aside().into_iter().next()).await;
    assert_eq!((office.book.kept_aside(), office.book.told().len()), (vec!["email_delayed".to_owned()], 0));
    office.close().await;
}

#[tokio::test]
async fn a_complaint_ends_promotional_mail() {
    let office = Office::open().await;
    office.send(7, "Offers").await.unwrap();
    let shown = office.shown(1).await.remove(0);
    office.act(|world, person| world.person_complains(person, &shown.id).unwrap());
    let told = office.book.first().await;
    assert_eq!(told.target, Target::Message(MessageId::from_u128(7)));
    let SignalBody::Consent(change) = told.body else { panic!() };
    assert_eq!((change.address.value.as_str(), change.state), (THEIRS, ConsentState::OptedOut));
    assert_eq!((change.purpose, change.act), (Some(Purpose::Promotional), ConsentAct::ProviderReport));
    office.close().await;
}

#[tokio::test]
async fn a_mail_to_the_unsubscribe_address_counts_from_its_owner_only() {
    let office = Office::open().await;
    let key = channel::Secret::new(KEY);
    let to = format!("{}@in.example.com", crate::token::local(&key, crate::token::Purpose::Unsubscribe, MessageId::from_u128(7), THEIRS));
    office.bring("evil@example.org", &to, "From: evil@example.org\r\nSubject: unsubscribe\r\n\r\n").await;
    assert!(office.book.told().is_empty());
    office.bring(THEIRS, &to, &format!("From: {THEIRS}\r\nSubject: unsubscribe\r\n\r\n")).await;
    let SignalBody::Consent(change) = office.book.first().await.body else { panic!() };
    assert_eq!(change.source, "list_unsubscribe_mailto");
    office.close().await;
}
