//! What providers deliver. Rigs of providers that do not deliver by HTTP have nothing to show here.

use channel::{Received, Refused};
use model::inbound::InboundContent;
use model::signal::SignalBody;
use model::{MessageId, MessageStatus};

use crate::decided::NOW;
use crate::{News, Rig};

const MESSAGE: MessageId = MessageId::from_u128(0x0192_0000_0000_7000_8000_0000_0000_0007);
const TEXT: News = News::Text { provider_id: "in-1", body: "Yes please" };

fn status(status: MessageStatus) -> News {
    News::Status { provider_id: "out-1", message: MESSAGE, status }
}

async fn heard(rig: &dyn Rig, news: &News) -> Option<Vec<Received>> {
    let delivery = rig.delivery(news)?;
    Some(rig.hear(&delivery.call(), NOW).await.unwrap_or_else(|refused| panic!("{news:?}: {refused}")).received)
}

/// The words, the person and the sender; the same delivery again has the same key.
pub async fn a_message_in_names_the_person_and_the_words(rig: &dyn Rig) {
    let Some(received) = heard(rig, &TEXT).await else { return };
    let [Received::Contact(incoming)] = received.as_slice() else { panic!("{received:?}") };
    let SignalBody::Inbound(message) = &incoming.body else { panic!("{incoming:?}") };
    assert_eq!(message.content, InboundContent::Text { body: "Yes please".to_owned() });
    assert_eq!((message.sender, message.channel), (rig.account().sender.id, rig.account().sender.channel));
    assert!(message.from.contains(&rig.person()), "{:?}", message.from);
    assert!(!incoming.dedupe_key.is_empty());
    assert_eq!(heard(rig, &TEXT).await.as_ref(), Some(&received), "a redelivery says the same");
}

/// Each status has its own key, so that none hides another, and names the message.
pub async fn statuses_name_their_message_and_do_not_hide_one_another(rig: &dyn Rig) {
    let mut keys = Vec::new();
    for wanted in [MessageStatus::Accepted, MessageStatus::Delivered, MessageStatus::Read, MessageStatus::Failed] {
        let Some(received) = heard(rig, &status(wanted)).await else { continue };
        let [Received::Contact(incoming)] = received.as_slice() else { panic!("{wanted:?}: {received:?}") };
        let SignalBody::Receipt(receipt) = &incoming.body else { panic!("{wanted:?}: {incoming:?}") };
        assert_eq!(receipt.status, wanted);
        assert!(receipt.message == Some(MESSAGE) || receipt.provider_id.as_deref() == Some("out-1"), "{receipt:?}");
        assert_eq!(receipt.error.is_some(), wanted == MessageStatus::Failed, "a failure, and only it, has an error: {receipt:?}");
        assert!(!keys.contains(&incoming.dedupe_key), "{wanted:?} has the key of another status");
        keys.push(incoming.dedupe_key.clone());
    }
}

/// A byte changed anywhere, a signature left out or of somebody else: nothing is read.
pub async fn what_is_not_signed_is_not_read(rig: &dyn Rig) {
    for news in [TEXT, status(MessageStatus::Delivered)] {
        let Some(delivery) = rig.delivery(&news) else { continue };
        let mut unsigned = delivery.clone();
        unsigned.headers.clear();
        assert_unread(rig, &unsigned, "without headers").await;
        let covered = rig.covered(&delivery);
        for at in covered.clone().step_by((covered.len() / 40).max(1)) {
            let mut changed = delivery.clone();
            changed.body[at] ^= 0x01;
            assert_unread(rig, &changed, &format!("byte {at} changed")).await;
        }
        let mut longer = delivery.clone();
        longer.body.insert(covered.end, b' ');
        // Where a signature covers only what lies inside, a blank after it changes nothing.
        let expected = rig.hear(&delivery.call(), NOW).await;
        let outcome = rig.hear(&longer.call(), NOW).await;
        assert!(matches!(outcome, Err(Refused::BadSignature)) || outcome == expected, "a byte more: {outcome:?}");
    }
}

async fn assert_unread(rig: &dyn Rig, delivery: &crate::Delivery, what: &str) {
    let outcome = rig.hear(&delivery.call(), NOW).await;
    assert!(matches!(outcome, Err(Refused::NoSignature | Refused::BadSignature)), "{what}: {outcome:?}");
}

/// Rubbish with a good signature is kept or refused, and breaks nothing.
pub async fn signed_rubbish_breaks_nothing(rig: &dyn Rig) {
    let Some(good) = rig.delivery(&TEXT) else { return };
    let mut bodies: Vec<Vec<u8>> =
        [&b""[..], b"null", b"[]", b"{}", b"\xff\xfe\x00", b"{\"a\":", b"a=b&c", b"%zz=%", b"[[[[[[[[[["].map(<[u8]>::to_vec).to_vec();
    bodies.push(vec![b'['; 100_000]);
    // What a truncated or damaged delivery looks like.
    let step = (good.body.len() / 60).max(1);
    bodies.extend((0..good.body.len()).step_by(step).map(|end| good.body[..end].to_vec()));
    bodies.extend((0..good.body.len()).step_by(step).map(|at| {
        let mut body = good.body.clone();
        body[at] = b'\'';
        body
    }));
    for body in bodies {
        let Some(delivery) = rig.signed(&good.part, &body) else { return };
        match rig.hear(&delivery.call(), NOW).await {
            Ok(_) | Err(Refused::BadBody(_)) => {}
            Err(other) => panic!("{other}: {}", String::from_utf8_lossy(&body)),
        }
    }
}

/// A part of the address that the provider has no use for.
pub async fn unknown_addresses_are_unknown(rig: &dyn Rig) {
    let Some(delivery) = rig.signed("no-such-part", b"{}") else { return };
    let outcome = rig.hear(&delivery.call(), NOW).await;
    assert!(!matches!(&outcome, Ok(heard) if !heard.received.is_empty()), "{outcome:?}");
}
