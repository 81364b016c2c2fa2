//! Telnyx keeps the promises of every adapter.

use std::sync::Arc;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use channel::{Account, Adapter, Call, Provider, Refused, Secret, TelnyxAccount};
use channel_telnyx::Telnyx;
use channel_tests::{Answer, Delivery, NOW, News, Rig, Wire};
use http_client::{HeaderMap, HttpErrorKind};
use model::content::{Content, Media, MediaKind, MediaSource};
use model::sender::{Sender, SenderStatus};
use model::signal::SendOutcome;
use model::{AddressKey, Channel, MessageId, MessageStatus, Millis, SenderId, WorkspaceId};
use serde_json::{Value, json};

#[derive(Default)]
struct TelnyxRig {
    wire: Wire,
}

/// The provider's own key.
fn key() -> Ed25519KeyPair {
    Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap()
}

fn errors(code: &str) -> String {
    json!({ "errors": [{ "code": code, "title": "told to", "detail": "as told" }] }).to_string()
}

impl Rig for TelnyxRig {
    fn adapter(&self) -> Arc<dyn Adapter> {
        Arc::new(Telnyx::new(self.wire.transport()))
    }

    fn account(&self) -> Account {
        Account {
            workspace: WorkspaceId::from_u128(1),
            sender: Sender {
                id: SenderId::from_u128(2),
                channel: Channel::Sms,
                name: "Main".into(),
                address: "+12025550100".into(),
                provider_ref: "+12025550100".into(),
                status: SenderStatus::Active,
                per_second: 1,
            },
            provider: Provider::Telnyx(TelnyxAccount {
                api_key: Secret::new("an-api-key"),
                public_key: STANDARD.encode(key().public_key().as_ref()),
                from: "+12025550100".into(),
                messaging_profile_id: None,
                base_url: "https://api.example.com/".into(),
                public_url: "https://antiphon.example.com".into(),
            }),
        }
    }

    fn secrets(&self) -> Vec<String> {
        vec!["an-api-key".to_owned()]
    }

    fn person(&self) -> AddressKey {
        AddressKey::phone("+12025550123")
    }

    fn next(&self, answer: Answer) {
        match answer {
            Answer::Accepts => self.wire.answer(200, r#"{"data":{"id":"40385f64","to":[{"status":"queued"}]}}"#),
            Answer::NobodyThere => self.wire.answer(400, &errors("40310")),
            Answer::Throttles => self.wire.answer(429, &errors("10011")),
            Answer::WrongCredentials => self.wire.answer(401, &errors("10009")),
            Answer::Fails => self.wire.answer(500, &errors("10007")),
            Answer::Babbles => self.wire.answer(200, "{}"),
            Answer::AnswerLost => self.wire.fail(HttpErrorKind::Lost),
            Answer::Unreachable => self.wire.fail(HttpErrorKind::NotConnected),
        }
    }

    fn calls(&self) -> Vec<String> {
        self.wire.calls()
    }

    fn mark(&self, message: MessageId) -> Option<String> {
        Some(message.to_string())
    }

    fn signed(&self, part: &str, body: &[u8]) -> Option<Delivery> {
        let at = NOW.as_secs().to_string();
        let signature = key().sign(&[at.as_bytes(), b"|", body].concat());
        let mut headers = HeaderMap::new();
        headers.insert("telnyx-timestamp", at.parse().ok()?);
        headers.insert("telnyx-signature-ed25519", STANDARD.encode(signature).parse().ok()?);
        let path = format!("/webhooks/telnyx/{}/{part}", SenderId::from_u128(2));
        Some(Delivery { part: part.to_owned(), path, headers, body: body.to_vec() })
    }

    fn delivery(&self, news: &News) -> Option<Delivery> {
        let (kind, payload) = match news {
            News::Text { provider_id, body } => {
                ("message.received", json!({ "id": provider_id, "from": { "phone_number": "+12025550123" }, "text": body, "media": [] }))
            }
            News::Status { provider_id, message, status } => {
                let (kind, word) = match status {
                    MessageStatus::Accepted => ("message.sent", "sent"),
                    MessageStatus::Delivered => ("message.finalized", "delivered"),
                    MessageStatus::Read => return None,
                    _ => ("message.finalized", "delivery_failed"),
                };
                let to = json!([{ "phone_number": "+12025550123", "status": word }]);
                let errors = if word == "delivery_failed" { json!([{ "code": 40001, "title": "Not routable" }]) } else { json!([]) };
                (kind, json!({ "id": provider_id, "to": to, "tags": [message], "errors": errors }))
            }
        };
        let at = jiff::Timestamp::from_second(NOW.as_secs()).ok()?;
        let event: Value = json!({ "data": { "id": "ev-1", "event_type": kind, "occurred_at": at, "payload": payload } });
        self.signed("", event.to_string().as_bytes())
    }
}

channel_tests::suite!(TelnyxRig::default());

#[tokio::test]
async fn a27_every_content_leaves_as_the_golden_file_says() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/contents.txt");
    channel_tests::golden::every_content_leaves_as_the_golden_file_says(&TelnyxRig::default(), file.as_ref()).await;
}

#[tokio::test]
async fn media_go_as_a_link_and_alphanumeric_senders_name_their_profile() {
    let rig = TelnyxRig::default();
    rig.next(Answer::Accepts);
    let mut account = rig.account();
    let Provider::Telnyx(telnyx) = &mut account.provider else { panic!() };
    telnyx.messaging_profile_id = Some("profile-1".into());
    let source = MediaSource::Link("https://example.com/a.png".into());
    let content = Content::Media(Media { kind: MediaKind::Image, source, caption: Some("Look".into()), filename: None });
    let wish = channel_tests::Wish { message: MessageId::from_u128(7), address: rig.person(), content };
    let outcome = rig.adapter().send(&account, &channel_tests::decided(&account, &wish)).await;
    assert_eq!(outcome, SendOutcome::Accepted { provider_id: "40385f64".into(), learnt: vec![] });
    let call = rig.calls().remove(0);
    let (line, body) = call.split_once('\n').unwrap();
    assert_eq!(line, "POST https://api.example.com/v2/messages");
    let expected = json!({
        "from": "+12025550100", "to": "+12025550123", "text": "Look", "media_urls": ["https://example.com/a.png"], "messaging_profile_id": "profile-1",
        "tags": [MessageId::from_u128(7)], "webhook_url": format!("https://antiphon.example.com/webhooks/telnyx/{}", account.sender.id),
    });
    assert_eq!(serde_json::from_str::<Value>(body).unwrap(), expected);
}

#[tokio::test]
async fn a_delivery_that_is_played_again_later_is_refused() {
    let rig = TelnyxRig::default();
    let delivery = rig.delivery(&News::Text { provider_id: "in-1", body: "hi" }).unwrap();
    let hear = async |late: Millis| {
        let call: Call<'_> = delivery.call();
        rig.adapter().receive(&rig.account(), &call, NOW + late).await
    };
    assert!(hear(Millis::from_mins(4)).await.is_ok());
    assert_eq!(hear(Millis::from_mins(6)).await.unwrap_err(), Refused::BadSignature);
}

#[tokio::test]
async fn what_says_nothing_certain_is_kept() {
    let rig = TelnyxRig::default();
    for payload in [
        json!({ "event_type": "message.finalized", "payload": { "id": "m", "to": [{ "phone_number": "+1", "status": "delivery_unconfirmed" }] } }),
        json!({ "event_type": "message.received", "payload": { "id": "m", "from": { "phone_number": "BANK" }, "text": "x" } }),
        json!({ "event_type": "number.something_new", "payload": { "a": 1 } }),
    ] {
        let mut event = json!({ "data": payload });
        event["data"]["occurred_at"] = json!("2026-11-22T09:30:00Z");
        let delivery = rig.signed("", event.to_string().as_bytes()).unwrap();
        let heard = rig.adapter().receive(&rig.account(), &delivery.call(), NOW).await.unwrap();
        assert!(matches!(heard.received.as_slice(), [channel::Received::Kept { .. }]), "{event}: {heard:?}");
    }
}

#[tokio::test]
async fn a_name_is_refused_before_the_call_where_carriers_take_none() {
    let rig = TelnyxRig::default();
    let mut account = rig.account();
    let Provider::Telnyx(telnyx) = &mut account.provider else { panic!() };
    telnyx.from = "Example".into();
    let wish = channel_tests::Wish { message: MessageId::from_u128(7), address: rig.person(), content: Content::text("x") };
    let outcome = rig.adapter().send(&account, &channel_tests::decided(&account, &wish)).await;
    let SendOutcome::Refused { error } = outcome else { panic!("{outcome:?}") };
    assert_eq!(error.code, "telnyx:sender_country");
    assert!(error.for_user.contains("United States"), "{}", error.for_user);
    assert!(rig.calls().is_empty());
}
