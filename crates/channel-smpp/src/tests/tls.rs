//! Connections that nobody can listen to: by TLS, with the centre's certificate looked at.

use channel::{Adapter as _, HopState, SmppAccount};
use model::send_error::Remedy;
use model::signal::SendOutcome;
use simulator::smsc::{Identity, SmscKnobs};

use super::centre::{Centre, until};

const ANN: &str = "+12025550123";
const AUTHORITY: &str = include_str!("../../testdata/tls/authority.pem");
const STRANGER: &str = include_str!("../../testdata/tls/stranger.pem");

fn identity() -> Identity {
    Identity::from_pem(include_bytes!("../../testdata/tls/centre.pem"), include_bytes!("../../testdata/tls/centre.key.pem")).unwrap()
}

async fn centre(change: impl FnOnce(&mut SmppAccount)) -> Centre {
    let encrypted = |smpp: &mut SmppAccount| {
        (smpp.tls, smpp.authority) = (true, Some(AUTHORITY.to_owned()));
        change(smpp);
    };
    Centre::showing(Some(identity()), SmscKnobs::default(), encrypted).await
}

#[tokio::test]
async fn texts_and_receipts_and_answers_go_over_tls() {
    let mut centre = centre(|_| {}).await;
    let long = "Long and wide: ж. ".repeat(12);
    assert!(matches!(centre.send(1, ANN, &long).await, Ok(SendOutcome::Accepted { .. })));
    until("a receipt", || !centre.book.told().is_empty()).await;
    assert_eq!(centre.shown(ANN), [long]);
    centre.write(ANN, "Hi");
    until("an answer", || centre.book.texts() == ["Hi"]).await;
    let hops = centre.smpp.examine(&centre.account, "https://app.example.com").await;
    assert_eq!(hops[0].state, HopState::Good, "{hops:?}");
    centre.put_down().await;
}

/// What the sender hears, and what the doctor says.
async fn refused(change: impl FnOnce(&mut SmppAccount)) -> (Remedy, String) {
    let centre = centre(change).await;
    let error = centre.send(1, ANN, "Hello").await.unwrap_err();
    let hops = centre.smpp.examine(&centre.account, "https://app.example.com").await;
    assert_eq!(hops[0].state, HopState::Broken, "{hops:?}");
    assert!(hops[0].found.contains(&error.for_user), "{hops:?}: {error}");
    assert_eq!(centre.taken(), 0);
    (error.remedy, error.for_user)
}

#[tokio::test]
async fn a_certificate_of_an_authority_that_is_not_trusted_is_refused() {
    for authority in [None, Some(STRANGER.to_owned())] {
        let (remedy, words) = refused(|smpp| smpp.authority = authority).await;
        assert_eq!(remedy, Remedy::PauseSender);
        assert!(words.contains("certificate of 127.0.0.1"), "{words}");
    }
}

#[tokio::test]
async fn a_certificate_of_another_host_is_refused() {
    // The certificate names the address alone.
    let (remedy, words) = refused(|smpp| smpp.host = "localhost".to_owned()).await;
    assert_eq!(remedy, Remedy::PauseSender);
    assert!(words.contains("certificate of localhost"), "{words}");
}

#[tokio::test]
async fn an_authority_that_cannot_be_read_pauses_the_sender() {
    let (remedy, words) = refused(|smpp| smpp.authority = Some("mine".to_owned())).await;
    assert_eq!((remedy, words.as_str()), (Remedy::PauseSender, "the certificate authority in the settings cannot be read"));
}

#[tokio::test]
async fn a_centre_without_tls_is_not_spoken_to_in_clear() {
    let encrypted = |smpp: &mut SmppAccount| (smpp.tls, smpp.authority) = (true, Some(AUTHORITY.to_owned()));
    let centre = Centre::showing(None, SmscKnobs::default(), encrypted).await;
    assert!(matches!(centre.send(1, ANN, "Hello").await, Ok(SendOutcome::NeverArrived)));
    assert_eq!(centre.taken(), 0);
}

#[tokio::test]
async fn a_client_without_tls_gets_no_answer_from_a_centre_that_has_it() {
    let centre = Centre::showing(Some(identity()), SmscKnobs::default(), |_| {}).await;
    let hops = centre.smpp.examine(&centre.account, "https://app.example.com").await;
    assert_eq!(hops[0].state, HopState::Broken, "{hops:?}");
}

#[test]
fn a_key_that_is_none_is_no_identity() {
    let (chain, key) = (include_bytes!("../../testdata/tls/centre.pem"), include_bytes!("../../testdata/tls/centre.key.pem"));
    assert!(Identity::from_pem(chain, b"hello").is_err() && Identity::from_pem(b"-----BEGIN CERTIFICATE-----", key).is_err());
    assert!(Identity::from_pem(include_bytes!("../../testdata/tls/stranger.pem"), key).is_err(), "of another key");
}
