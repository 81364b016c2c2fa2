//! Google's events, as its documentation has them.

mod google;

use channel::{Answer, Call, Heard, Received, Refused};
use channel_tests::{NOW, Rig as _};
use google::{CLIENT_TOKEN, RcsRig};
use http_client::HeaderMap;
use model::consent::{ConsentAct, ConsentState};
use model::inbound::InboundContent;
use model::send_error::FallbackCause;
use model::signal::{SignalBody, Target};
use model::{Channel, MessageId, MessageStatus, Purpose};
use proptest::prelude::*;
use serde_json::{Value, json};

async fn heard(event: &Value) -> Heard {
    let rig = RcsRig::default();
    let delivery = rig.signed("", event.to_string().as_bytes()).unwrap();
    rig.adapter().receive(&rig.account(), &delivery.call(), NOW).await.unwrap()
}

async fn body(event: &Value) -> SignalBody {
    match heard(event).await.received.as_slice() {
        [Received::Contact(incoming)] => incoming.body.clone(),
        other => panic!("{event}: {other:?}"),
    }
}

#[tokio::test]
async fn each_of_the_documented_events_is_understood() {
    let events: Vec<Value> = serde_json::from_str(include_str!("../testdata/authored_webhook_decoded_events.json")).unwrap();
    let mut found = Vec::new();
    for event in &events {
        let heard = heard(event).await;
        found.push(match heard.received.as_slice() {
            [] => "nothing".to_owned(),
            [Received::Kept { kind, .. }] => format!("kept {kind}"),
            [Received::Contact(incoming)] => match &incoming.body {
                SignalBody::Receipt(receipt) => {
                    assert_eq!(receipt.provider_id.as_deref(), event["messageId"].as_str());
                    assert_eq!(incoming.target, Target::Message(receipt.message.unwrap()));
                    format!("{} {:?}", receipt.status.as_str(), receipt.error.as_ref().map(|error| error.cause))
                }
                SignalBody::Consent(change) => {
                    assert_eq!((change.channel, change.purpose), (Some(Channel::Rcs), Some(Purpose::Promotional)));
                    assert_eq!(change.act, ConsentAct::PlatformSwitch);
                    format!("{:?}", change.state)
                }
                SignalBody::Inbound(message) => {
                    assert_eq!(message.from[0].value, "+12223334444");
                    match &message.content {
                        InboundContent::Text { body } => body.clone(),
                        InboundContent::ButtonReply { id, title } => format!("{id} {title}"),
                        InboundContent::Location(place) => format!("at {}", place.latitude),
                        InboundContent::Media(media) => format!("{:?} {}", media.kind, media.provider_ref),
                        other => format!("{other:?}"),
                    }
                }
                other => format!("{other:?}"),
            },
            other => format!("{other:?}"),
        });
    }
    let expected = [
        "delivered None",
        "read None",
        "nothing",
        "OptedOut",
        "OptedIn",
        "failed Some(NotDelivered)",
        // It may arrive yet.
        "kept TTL_EXPIRATION_REVOKE_FAILED",
        "Hi, where is my order?",
        "order:1:track Track order",
        "at 37.4220188",
        "Image https://rcs-user-content.example/abc",
    ];
    assert_eq!(found, expected);
}

#[tokio::test]
async fn a_tap_names_the_message_it_is_on() {
    let (on, tap) = ("01920000-0000-7000-8000-000000000007", |postback: String| {
        json!({ "senderPhoneNumber": "+12025550123", "messageId": "Mx1", "agentId": "acme_agent", "sendTime": "2026-11-22T10:06:00Z",
            "suggestionResponse": { "postbackData": postback, "text": "Yes", "type": "REPLY" } })
    });
    let SignalBody::Inbound(message) = body(&tap(format!("{on}|yes|really"))).await else { panic!() };
    assert_eq!(message.in_reply_to.as_deref(), Some(on));
    assert_eq!(message.content, InboundContent::ButtonReply { id: "yes|really".into(), title: "Yes".into() });
    let SignalBody::Inbound(foreign) = body(&tap("a|b".into())).await else { panic!() };
    assert_eq!((foreign.in_reply_to, foreign.content), (None, InboundContent::ButtonReply { id: "a|b".into(), title: "Yes".into() }));
    let mut action = tap(format!("{on}|menu"));
    action["suggestionResponse"]["type"] = json!("ACTION");
    assert!(matches!(heard(&action).await.received.as_slice(), [Received::Kept { .. }]), "an action happens on the phone");
}

#[tokio::test]
async fn a_status_of_another_agent_or_of_a_message_that_is_not_ours_is_kept() {
    let event = |agent: &str, message: &str| json!({ "senderPhoneNumber": "+12025550123", "eventType": "DELIVERED", "eventId": "e", "messageId": message, "agentId": agent });
    for event in [event("somebody_else", "01920000-0000-7000-8000-000000000007"), event("acme_agent", "not-a-uuid")] {
        assert!(matches!(heard(&event).await.received.as_slice(), [Received::Kept { .. }]), "{event}");
    }
    let SignalBody::Receipt(receipt) = body(&event("acme_agent", "01920000-0000-7000-8000-000000000007")).await else { panic!() };
    assert_eq!(receipt.message, Some(MessageId::from_u128(0x0192_0000_0000_7000_8000_0000_0000_0007)));
    assert_eq!((receipt.status, receipt.at), (MessageStatus::Delivered, NOW), "without a time of its own it is now");
}

#[tokio::test]
async fn the_published_vector_has_a_good_signature() {
    let rig = RcsRig::default();
    let signature = "ido1tjNwhPUAoiYgToAhHUf1YZ3hmhlbzi5kmWdmXCf/UuhI3Xo1SR5Ob6G/YLb5+9qW97CGKytIS/5TJZLRAg==";
    let body = r#"{"message": {"data": "eyJzZW5kZXJQaG9uZU51bWJlciI6IisxMjIyMzMzNDQ0NCIsImV2ZW50VHlwZSI6IkRFTElWRVJFRCIsImV2ZW50SWQiOiJlMSIsIm1lc3NhZ2VJZCI6IjdmMWMwZTRhLTAwMDAtNDAwMC04MDAwLTAwMDAwMDAwMDAwMSIsImFnZW50SWQiOiJhY21lX2FnZW50In0=", "messageId": "1", "publishTime": "2026-11-22T10:00:00Z"}, "subscription": "projects/rbm/subscriptions/acme"}"#;
    let headers = HeaderMap::from_iter([("x-goog-signature".parse().unwrap(), signature.parse().unwrap())]);
    let call = Call { part: "", path: "/webhooks/rcs/snd", headers: &headers, body: body.as_bytes() };
    let heard = rig.adapter().receive(&rig.account(), &call, NOW).await.unwrap();
    assert!(matches!(heard.received.as_slice(), [Received::Contact(_)]), "{heard:?}");
}

#[tokio::test]
async fn the_handshake_is_answered_with_the_plain_secret() {
    let rig = RcsRig::default();
    let headers = HeaderMap::new();
    let shake = async |token: &str| {
        let body = json!({ "clientToken": token, "secret": "1234567890" }).to_string();
        let call = Call { part: "", path: "/webhooks/rcs/snd", headers: &headers, body: body.as_bytes() };
        rig.adapter().receive(&rig.account(), &call, NOW).await
    };
    let answer = Some(Answer { mime: "text/plain; charset=utf-8", body: "1234567890".into() });
    assert_eq!(shake(CLIENT_TOKEN).await, Ok(Heard { received: vec![], answer }));
    for wrong in ["", "SJENCPGJESMGUFPZ", "SJENCPGJESMGUFPYx"] {
        assert_eq!(shake(wrong).await, Err(Refused::BadToken), "{wrong}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Signed or not, whatever comes is read, kept or refused.
    #[test]
    fn arbitrary_bytes_break_nothing(bytes in proptest::collection::vec(any::<u8>(), 0..600), at in 0..11_usize, cut in 0..400_usize) {
        let rig = RcsRig::default();
        let events: Vec<Value> = serde_json::from_str(include_str!("../testdata/authored_webhook_decoded_events.json")).unwrap();
        let mut event = events[at].to_string().into_bytes();
        event.truncate(cut);
        event.extend_from_slice(&bytes[..bytes.len().min(20)]);
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        for body in [bytes, event] {
            let delivery = rig.signed("", &body).unwrap();
            let signed = runtime.block_on(rig.adapter().receive(&rig.account(), &delivery.call(), NOW));
            prop_assert!(matches!(signed, Ok(_) | Err(Refused::BadBody(_))), "{:?}", signed);
            let call = Call { body: &body, ..delivery.call() };
            let unsigned = runtime.block_on(rig.adapter().receive(&rig.account(), &call, NOW));
            prop_assert!(matches!(unsigned, Err(Refused::BadSignature | Refused::BadToken)), "{:?}", unsigned);
        }
    }
}

#[tokio::test]
async fn an_expiry_is_the_journeys_not_delivered() {
    let event = json!({ "phoneNumber": "+12025550123", "eventType": "TTL_EXPIRATION_REVOKED", "eventId": "e", "agentId": "acme_agent",
        "messageId": "01920000-0000-7000-8000-000000000007" });
    let SignalBody::Receipt(receipt) = body(&event).await else { panic!() };
    assert_eq!(receipt.error.map(|error| error.cause), Some(FallbackCause::NotDelivered));
    let SignalBody::Consent(change) =
        body(&json!({ "senderPhoneNumber": "+12025550123", "eventType": "UNSUBSCRIBE", "eventId": "e", "agentId": "acme_agent" })).await
    else {
        panic!()
    };
    assert_eq!(change.state, ConsentState::OptedOut);
}
