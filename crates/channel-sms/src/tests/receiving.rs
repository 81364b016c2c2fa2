//! Webhook bytes in, the product's words out.

use std::path::Path;

use channel::{Incoming, Received, Refused};
use model::consent::{ConsentAct, ConsentState};
use model::content::MediaKind;
use model::inbound::InboundContent;
use model::send_error::FallbackCause;
use model::signal::{Receipt, SignalBody, Target};
use model::{AddressKey, Channel, MessageId, MessageStatus, SenderId, Timestamp};

use super::fake::account;
use crate::inbound::receive_inbound;
use crate::status::receive_status;

const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/twilio").join(name)).unwrap()
}

fn trimmed(name: &str) -> Vec<u8> {
    fixture(name).trim_ascii().to_vec()
}

fn contact(received: Received) -> Incoming {
    match received {
        Received::Contact(incoming) => *incoming,
        other => panic!("{other:?}"),
    }
}

fn inbound(raw: &[u8]) -> Vec<InboundContent> {
    let received = receive_inbound(&account(), raw, NOW).unwrap();
    received
        .into_iter()
        .map(|one| match contact(one).body {
            SignalBody::Inbound(message) => message.content,
            other => panic!("{other:?}"),
        })
        .collect()
}

#[test]
fn recorded_sms_and_mms_become_inbound_messages() {
    let received = receive_inbound(&account(), &trimmed("inbound_sms.form.txt"), NOW).unwrap();
    let [Received::Contact(incoming)] = received.as_slice() else { panic!("{received:?}") };
    assert_eq!(incoming.target, Target::Addresses { keys: vec![AddressKey::phone("+2222")], create: true });
    assert_eq!((incoming.dedupe_key.as_str(), incoming.event_time), ("twilio:inbound:3333", NOW));
    let SignalBody::Inbound(message) = &incoming.body else { panic!() };
    assert_eq!((message.channel, message.sender, message.provider_id.as_str()), (Channel::Sms, SenderId::from_u128(2), "3333"));
    assert_eq!(message.content, InboundContent::Text { body: "Hello".into() });

    let mms = inbound(&trimmed("inbound_mms.form.txt"));
    let [InboundContent::Media(media)] = mms.as_slice() else { panic!("{mms:?}") };
    assert_eq!((media.provider_ref.as_str(), media.mime.as_str(), media.caption.as_deref()), ("www.contoso.com", "json", Some("Hello")));
}

#[test]
fn every_recorded_status_becomes_a_receipt() {
    let lines = String::from_utf8(fixture("authored_status_callbacks.form.txt")).unwrap();
    let lines: Vec<&str> = lines.lines().collect();
    let receipt = |line: &str, message: Option<MessageId>| -> (Target, Receipt) {
        let incoming = contact(receive_status(&account(), message, line.as_bytes(), NOW).unwrap().remove(0));
        match incoming.body {
            SignalBody::Receipt(receipt) => (incoming.target, receipt),
            other => panic!("{other:?}"),
        }
    };
    let statuses: Vec<_> = lines[..4].iter().map(|line| receipt(line, None).1.status).collect();
    assert_eq!(statuses, [MessageStatus::Accepted, MessageStatus::Delivered, MessageStatus::Failed, MessageStatus::Read]);
    let (target, failed) = receipt(lines[2], None);
    let sid = "SM2342fe1b2c904d1ab04f0fc7a58abca9".to_owned();
    assert_eq!(target, Target::ProviderMessage { channel: Channel::Sms, provider_id: sid.clone() });
    assert_eq!(failed.error.map(|error| (error.code, error.cause)), Some(("twilio:30003".to_owned(), FallbackCause::NotDelivered)));
    // Our own id in the callback's address wins: it is there before the answer to the send is.
    let ours = MessageId::from_u128(7);
    let (target, failed) = receipt(lines[2], Some(ours));
    assert_eq!((target, failed.message, failed.provider_id), (Target::Message(ours), Some(ours), Some(sid)));
    assert_eq!(receipt(lines[3], None).1.category.as_deref(), Some("rcs"));

    let stop = receive_inbound(&account(), lines[4].as_bytes(), NOW).unwrap();
    let [Received::Contact(consent), Received::Contact(text)] = stop.as_slice() else { panic!("{stop:?}") };
    let SignalBody::Consent(change) = &consent.body else { panic!() };
    assert_eq!(
        (change.state, change.act, change.channel, change.purpose),
        (ConsentState::OptedOut, ConsentAct::StopWord, Some(Channel::Sms), None)
    );
    assert!(matches!(&text.body, SignalBody::Inbound(message) if message.content == InboundContent::Text { body: "STOP".into() }));
    assert_ne!(consent.dedupe_key, text.dedupe_key);
}

#[test]
fn repeated_and_different_statuses_are_told_apart() {
    let key = |raw: &str| contact(receive_status(&account(), None, raw.as_bytes(), NOW).unwrap().remove(0)).dedupe_key;
    assert_eq!(key("MessageSid=SM1&MessageStatus=sent"), key("MessageSid=SM1&MessageStatus=sent&New=1"));
    assert_ne!(key("MessageSid=SM1&MessageStatus=sent"), key("MessageSid=SM1&MessageStatus=delivered"));
    let unknown = receive_status(&account(), None, b"MessageSid=SM1&MessageStatus=partially_delivered", NOW).unwrap();
    assert!(matches!(&unknown[0], Received::Kept { kind, .. } if kind == "status partially_delivered"));
    assert!(matches!(receive_status(&account(), None, b"MessageSid=SM1", NOW), Err(Refused::BadBody(_))));
}

#[test]
fn several_media_taps_and_places_are_understood() {
    let media = inbound(b"MessageSid=MM1&From=%2B15558675310&Body=two&NumMedia=2&MediaUrl0=https%3A%2F%2Fa&MediaContentType0=image%2Fpng&MediaUrl1=https%3A%2F%2Fb&MediaContentType1=video%2Fmp4");
    let kinds: Vec<_> = media
        .iter()
        .map(|one| match one {
            InboundContent::Media(media) => (media.kind, media.caption.as_deref()),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(kinds, [(MediaKind::Image, Some("two")), (MediaKind::Video, None)]);
    let tap = inbound(b"MessageSid=SM1&From=%2B15558675310&Body=Yes&ButtonText=Yes&ButtonPayload=confirm");
    assert_eq!(tap, [InboundContent::ButtonReply { id: "confirm".into(), title: "Yes".into() }]);
    let place = inbound(b"MessageSid=SM1&From=%2B15558675310&Latitude=1.5&Longitude=-2&Label=Shop");
    assert!(matches!(&place[0], InboundContent::Location(place) if place.latitude == 1.5 && place.name.as_deref() == Some("Shop")));
    assert_eq!(inbound(b"MessageSid=SM1&From=%2B15558675310&NumMedia=999999999999"), [InboundContent::Text { body: String::new() }]);
}

#[test]
fn senders_that_cannot_be_answered_are_kept() {
    for from in ["12345", "whatsapp%3A%2B15558675310", "ACME"] {
        let received = receive_inbound(&account(), format!("MessageSid=SM1&From={from}&Body=x").as_bytes(), NOW).unwrap();
        assert!(matches!(&received[0], Received::Kept { kind, .. } if kind == "inbound_without_number"), "{from}");
    }
    assert!(matches!(receive_inbound(&account(), b"Body=x", NOW), Err(Refused::BadBody(_))));
}
