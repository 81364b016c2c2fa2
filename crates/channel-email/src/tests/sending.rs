//! What leaves, and what servers say to it.

use model::content::{Media, MediaKind, MediaSource};
use model::send_error::Remedy;
use simulator::{Line, Outcome};

use super::office::*;
use crate::{Email, token};
use channel::{Adapter as _, MailStream, Secret};
use model::MessageId;
use model::content::Content;
use model::signal::SendOutcome;

#[tokio::test]
async fn a_text_arrives_with_both_forms_and_addresses_that_find_their_way_back() {
    let office = Office::open().await;
    let outcome = office.send(7, "Grüße\n\nSee https://example.com/a?b=1&c=2.").await.unwrap();
    let message = MessageId::from_u128(7);
    assert_eq!(outcome, SendOutcome::Accepted { provider_id: format!("{message}@example.com"), learnt: vec![] });
    let shown = office.shown(1).await.remove(0);
    assert_eq!((shown.business.as_str(), shown.shown.header.as_deref()), (OURS, Some("Your message")));
    assert_eq!(shown.shown.text, "Grüße\n\nSee https://example.com/a?b=1&c=2.");
    assert_eq!(shown.shown.taps[0].target.as_deref(), Some("https://example.com/a?b=1&c=2"), "the HTML form has it as a link");
    assert_eq!(shown.opaque.as_deref(), Some(message.to_string().as_str()), "the envelope names the message");
    office.close().await;
}

#[tokio::test]
async fn promotional_mail_can_be_unsubscribed_from_and_transactional_mail_says_no_such_thing() {
    for (stream, has) in [(MailStream::Promotional, true), (MailStream::Transactional, false)] {
        let office = Office::with(|email| email.stream = stream).await;
        office.send(7, "Hello").await.unwrap();
        let shown = office.shown(1).await.remove(0);
        assert_eq!(office.act(|world, person| world.person_unsubscribes(person, &shown.id)).is_ok(), has);
        office.close().await;
    }
}

#[tokio::test]
async fn refusals_have_the_remedy_of_their_code() {
    let office = Office::open().await;
    for (code, remedy) in [
        (511, Remedy::SuppressAddress { retry_after: None }),
        (571, Remedy::NextChannel),
        (447, Remedy::Retry { after: model::Millis::from_mins(5) }),
    ] {
        office.act(|world, person| world.outcomes_mut().script(person, Line::Email, Some(Outcome::Refuse { code })));
        assert_eq!(office.send(u128::from(code), "Hello").await.unwrap_err().remedy, remedy, "{code}");
    }
    office.act(|world, person| world.outcomes_mut().script(person, Line::Email, None));
    assert!(office.send(2, "Hello").await.is_ok(), "the connection is good for the next mail");
    office.close().await;
    let stranger = Office::with(|email| email.password = Secret::new("wrong")).await;
    assert_eq!(stranger.send(3, "Hello").await.unwrap_err().remedy, Remedy::PauseSender);
    stranger.close().await;
}

#[tokio::test]
async fn an_address_or_a_name_that_would_add_a_header_is_refused() {
    let office = Office::with(|email| email.subject = "Hi\r\nBcc: victim@example.org".to_owned()).await;
    assert_eq!(office.send(1, "x").await.unwrap_err().remedy, Remedy::FixData);
    let evil = "a@example.org>\r\nRCPT TO:<b@example.org";
    assert_eq!(office.send_to(2, evil, &Content::text("x")).await.unwrap_err().remedy, Remedy::FixData);
    assert_eq!(office.world.with(|world| world.mail().taken()), 0);
    office.close().await;
}

#[tokio::test]
async fn a_linked_picture_is_shown_and_a_medium_that_is_gone_is_said_to_be() {
    let office = Office::open().await;
    let media = |source| Content::Media(Media { kind: MediaKind::Image, source, caption: Some("Map".to_owned()), filename: None });
    office.send_to(1, THEIRS, &media(MediaSource::Link("https://example.com/map.png".to_owned()))).await.unwrap();
    assert_eq!(office.shown(1).await[0].shown.text, "Map\n\nhttps://example.com/map.png");
    let gone = office.send_to(2, THEIRS, &media(MediaSource::Stored(model::MediaId::from_u128(1)))).await.unwrap_err();
    assert_eq!(gone.remedy, Remedy::FixData);
    office.close().await;
}

#[tokio::test]
async fn a_press_on_the_link_names_its_person_and_a_changed_link_nobody() {
    let account = account(settings(1));
    let email = Email::new(http_client::Guard::public_only(), std::sync::Arc::new(RealClock));
    let press = async |part: &str| {
        let headers = http::HeaderMap::new();
        let call = channel::Call { part, path: "", headers: &headers, body: b"List-Unsubscribe=One-Click" };
        email.receive(&account, &call, model::Timestamp::EPOCH).await
    };
    let link = token::link(&Secret::new(KEY), MessageId::from_u128(7), THEIRS);
    let heard = press(&format!("unsubscribe.{link}")).await.unwrap();
    let channel::Received::Contact(incoming) = &heard.received[0] else { panic!() };
    let model::signal::SignalBody::Consent(change) = &incoming.body else { panic!() };
    assert_eq!((change.address.value.as_str(), change.state), (THEIRS, model::ConsentState::OptedOut));
    assert_eq!(incoming.target, model::signal::Target::Message(MessageId::from_u128(7)));
    let forged = format!("unsubscribe.{}", token::link(&Secret::new("another"), MessageId::from_u128(7), THEIRS));
    for part in [forged.as_str(), "unsubscribe.", "unsubscribe.x.y", "", "ses"] {
        assert_eq!(press(part).await, Err(channel::Refused::NoSuchAddress), "{part}");
    }
}

#[tokio::test]
async fn the_doctor_tells_a_login_that_works_from_one_that_does_not() {
    let office = Office::open().await;
    let channel::Provider::Email(right) = office.account.provider.clone() else { panic!("an account of email") };
    let hop = async |email| office.email.examine(&account(email), "https://app.example.com").await.remove(0);
    assert_eq!(hop(right.clone()).await.state, channel::HopState::Good);
    let wrong = hop(channel::EmailAccount { password: Secret::new("wrong"), ..right.clone() }).await;
    assert_eq!(wrong.state, channel::HopState::Broken);
    assert!(wrong.found.contains("the server refused") && wrong.mend.is_some(), "{wrong:?}");
    assert_eq!(hop(channel::EmailAccount { port: 1, ..right }).await.state, channel::HopState::Broken);
    office.close().await;
}
