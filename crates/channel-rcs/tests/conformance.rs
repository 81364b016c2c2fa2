//! RCS keeps the promises of every adapter, and what only it can get wrong.

use std::sync::Arc;

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use channel::{Account, Adapter, Answer as Said, Call, Provider, RcsAccount, Received, Refused, Secret};
use channel_rcs::Rcs;
use channel_tests::{Answer, Delivery, NOW, News, Rig, Wire};
use http_client::{HeaderMap, HttpErrorKind};
use model::consent::ConsentState;
use model::inbound::InboundContent;
use model::send_error::{FallbackCause, Remedy};
use model::sender::{Sender, SenderStatus};
use model::signal::{SendOutcome, SignalBody};
use model::{AddressKey, Channel, Clock, MessageId, MessageStatus, SenderId, Timestamp, WorkspaceId};
use serde_json::{Value, json};

const TOKEN: &str = "a-client-token";
const KEY: &str = include_str!("../testdata/service_account.pem");

struct Still;

impl Clock for Still {
    fn now(&self) -> Timestamp {
        NOW
    }
}

struct RcsRig {
    wire: Wire,
    adapter: Arc<Rcs>,
}

impl RcsRig {
    /// With a token in hand's reach.
    fn new() -> Self {
        let wire = Wire::default();
        wire.answer(200, r#"{"access_token":"a-granted-token","expires_in":3600,"token_type":"Bearer"}"#);
        let adapter = Arc::new(Rcs::new(wire.transport(), Arc::new(Still)));
        Self { wire, adapter }
    }
}

fn uuid(message: MessageId) -> String {
    let hex = format!("{:032x}", message.as_u128());
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

fn error(code: u16, status: &str) -> String {
    json!({ "error": { "code": code, "message": "as told", "status": status } }).to_string()
}

impl Rig for RcsRig {
    fn adapter(&self) -> Arc<dyn Adapter> {
        self.adapter.clone()
    }

    fn account(&self) -> Account {
        Account {
            workspace: WorkspaceId::from_u128(1),
            sender: Sender {
                id: SenderId::from_u128(2),
                channel: Channel::Rcs,
                name: "Example".into(),
                address: "example_agent".into(),
                provider_ref: "example_agent".into(),
                status: SenderStatus::Active,
                per_second: 10,
            },
            provider: Provider::Rcs(RcsAccount {
                agent_id: "example_agent".into(),
                service_account: "desk@example.com".into(),
                private_key: Secret::new(KEY),
                client_token: Secret::new(TOKEN),
                ttl_s: 600,
                token_url: "https://token.example.com/token".into(),
                base_url: "https://rcs.example.com/".into(),
            }),
        }
    }

    fn secrets(&self) -> Vec<String> {
        vec![TOKEN.to_owned(), "a-granted-token".to_owned(), KEY.lines().nth(1).unwrap().to_owned()]
    }

    fn person(&self) -> AddressKey {
        AddressKey::phone("+12025550123")
    }

    fn next(&self, answer: Answer) {
        match answer {
            Answer::Accepts => self.wire.answer(200, r#"{"name":"phones/+12025550123/agentMessages/x","sendTime":"2026-11-22T10:00:00Z"}"#),
            Answer::NobodyThere => self.wire.answer(404, &error(404, "NOT_FOUND")),
            Answer::Throttles => self.wire.answer(429, &error(429, "RESOURCE_EXHAUSTED")),
            Answer::WrongCredentials => {
                self.wire.answer(401, &error(401, "UNAUTHENTICATED"));
                // The token is not used again: the next call asks for another.
                self.wire.answer(200, r#"{"access_token":"a-granted-token","expires_in":3600}"#);
            }
            Answer::Fails => self.wire.answer(503, &error(503, "UNAVAILABLE")),
            Answer::Babbles => self.wire.answer(200, "[]"),
            Answer::AnswerLost => self.wire.fail(HttpErrorKind::TimedOut),
            Answer::Unreachable => self.wire.fail(HttpErrorKind::NotConnected),
        }
    }

    fn calls(&self) -> Vec<String> {
        self.wire.calls().into_iter().filter(|call| call.contains("/agentMessages")).collect()
    }

    fn mark(&self, message: MessageId) -> Option<String> {
        Some(uuid(message))
    }

    fn signed(&self, part: &str, body: &[u8]) -> Option<Delivery> {
        let key = hmac::Key::new(hmac::HMAC_SHA512, TOKEN.as_bytes());
        let signature = STANDARD.encode(hmac::sign(&key, body));
        let mut headers = HeaderMap::new();
        headers.insert("x-goog-signature", signature.parse().ok()?);
        // The signature is over what lies inside.
        let body = format!("{{\"message\":{{\"data\":\"{}\"}}}}", STANDARD.encode(body));
        let path = format!("/webhooks/rcs/{}/{part}", SenderId::from_u128(2));
        Some(Delivery { part: part.to_owned(), path, headers, body: body.into_bytes() })
    }

    fn delivery(&self, news: &News) -> Option<Delivery> {
        let event = match news {
            News::Text { provider_id, body } => {
                json!({ "senderPhoneNumber": "+12025550123", "messageId": provider_id, "text": body, "agentId": "example_agent" })
            }
            News::Status { message, status, .. } => {
                let word = match status {
                    MessageStatus::Delivered => "DELIVERED",
                    MessageStatus::Read => "READ",
                    MessageStatus::Failed => "TTL_EXPIRATION_REVOKED",
                    _ => return None,
                };
                json!({ "phoneNumber": "+12025550123", "eventType": word, "eventId": word, "messageId": uuid(*message) })
            }
        };
        self.signed("", event.to_string().as_bytes())
    }
}

channel_tests::suite!(RcsRig::new());

#[tokio::test]
async fn a27_every_content_leaves_as_the_golden_file_says() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/contents.txt");
    channel_tests::golden::every_content_leaves_as_the_golden_file_says(&RcsRig::new(), file.as_ref()).await;
}

#[tokio::test]
async fn one_token_serves_many_messages_and_a_refused_one_is_not_used_again() {
    let rig = RcsRig::new();
    let account = rig.account();
    let wish = channel_tests::Wish { message: MessageId::from_u128(7), address: rig.person(), content: model::content::Content::text("x") };
    for _ in 0..2 {
        rig.next(Answer::Accepts);
        let outcome = rig.adapter.send(&account, &channel_tests::decided(&account, &wish)).await;
        assert_eq!(outcome, SendOutcome::Accepted { provider_id: uuid(wish.message), learnt: vec![] });
    }
    let calls = rig.wire.calls();
    assert_eq!(calls.iter().filter(|call| call.contains("token.example.com")).count(), 1, "{calls:?}");
    let assertion = calls[0].split("assertion=").nth(1).unwrap();
    assert_eq!(assertion.split('.').count(), 3, "{assertion}");
    rig.next(Answer::WrongCredentials);
    rig.adapter.send(&account, &channel_tests::decided(&account, &wish)).await;
    rig.next(Answer::Accepts);
    rig.adapter.send(&account, &channel_tests::decided(&account, &wish)).await;
    assert_eq!(rig.wire.calls().iter().filter(|call| call.contains("token.example.com")).count(), 1, "asked for anew");
}

#[tokio::test]
async fn without_a_token_nothing_leaves_and_it_says_why() {
    for (status, body, remedy) in [
        (400, r#"{"error":"invalid_grant"}"#, Remedy::PauseSender),
        (503, "", Remedy::Retry { after: model::Millis::from_secs(10) }),
        (200, "<html>", Remedy::Retry { after: model::Millis::from_secs(10) }),
    ] {
        let wire = Wire::default();
        wire.answer(status, body);
        let rig = RcsRig { adapter: Arc::new(Rcs::new(wire.transport(), Arc::new(Still))), wire };
        let account = rig.account();
        let content = model::content::Content::text("x");
        let wish = channel_tests::Wish { message: MessageId::from_u128(7), address: rig.person(), content };
        let outcome = rig.adapter.send(&account, &channel_tests::decided(&account, &wish)).await;
        assert!(matches!(&outcome, SendOutcome::Refused { error } if error.remedy == remedy), "{outcome:?}");
        assert!(rig.calls().is_empty());
    }
}

/// The vector of public documentation: the signature is over the decoded data.
#[tokio::test]
async fn the_published_signature_is_believed() {
    let rig = RcsRig::new();
    let mut account = rig.account();
    let Provider::Rcs(rcs) = &mut account.provider else { panic!() };
    rcs.client_token = Secret::new("SJENCPGJESMGUFPY");
    let data = "eyJzZW5kZXJQaG9uZU51bWJlciI6IisxMjIyMzMzNDQ0NCIsImV2ZW50VHlwZSI6IkRFTElWRVJFRCIsImV2ZW50SWQiOiJlMSIsIm1lc3NhZ2VJZCI6IjdmMWMwZTRhLTAwMDAtNDAwMC04MDAwLTAwMDAwMDAwMDAwMSIsImFnZW50SWQiOiJhY21lX2FnZW50In0=";
    let body = format!(
        r#"{{"message": {{"data": "{data}", "messageId": "1", "publishTime": "2026-11-22T10:00:00Z"}}, "subscription": "projects/rbm/subscriptions/acme"}}"#
    );
    let mut headers = HeaderMap::new();
    let signature = "ido1tjNwhPUAoiYgToAhHUf1YZ3hmhlbzi5kmWdmXCf/UuhI3Xo1SR5Ob6G/YLb5+9qW97CGKytIS/5TJZLRAg==";
    headers.insert("x-goog-signature", signature.parse().unwrap());
    let call = Call { part: "", path: "/webhooks/rcs/snd_1", headers: &headers, body: body.as_bytes() };
    let heard = rig.adapter.receive(&account, &call, NOW).await.unwrap();
    let [Received::Contact(incoming)] = heard.received.as_slice() else { panic!("{heard:?}") };
    assert!(matches!(&incoming.body, SignalBody::Receipt(receipt) if receipt.status == MessageStatus::Delivered));
}

#[tokio::test]
async fn the_question_of_the_set_up_is_answered_with_its_secret_and_only_for_the_agreed_word() {
    let rig = RcsRig::new();
    let headers = HeaderMap::new();
    let ask = async |token: &str| {
        let body = json!({ "clientToken": token, "secret": "1234567890" }).to_string();
        rig.adapter.receive(&rig.account(), &Call { part: "", path: "/", headers: &headers, body: body.as_bytes() }, NOW).await
    };
    let heard = ask(TOKEN).await.unwrap();
    assert_eq!(heard.answer, Some(Said { mime: "text/plain; charset=utf-8", body: "1234567890".into() }));
    assert_eq!(ask("a guess").await, Err(Refused::BadToken));
}

/// The provider's documented events, each with its effect.
#[tokio::test]
async fn every_documented_event_has_its_effect() {
    let rig = RcsRig::new();
    let events: Vec<Value> = serde_json::from_str(include_str!("../testdata/authored_webhook_decoded_events.json")).unwrap();
    let mut effects = Vec::new();
    for event in &events {
        let delivery = rig.signed("", event.to_string().as_bytes()).unwrap();
        let heard = rig.adapter.receive(&rig.account(), &delivery.call(), NOW).await.unwrap();
        effects.push(match heard.received.as_slice() {
            [] => "nothing".to_owned(),
            [Received::Kept { kind, .. }] => format!("kept {kind}"),
            [Received::Contact(incoming)] => match &incoming.body {
                SignalBody::Receipt(receipt) => {
                    let cause = receipt.error.as_ref().map(|error| error.cause);
                    assert_eq!(cause, (receipt.status == MessageStatus::Failed).then_some(FallbackCause::NotDelivered));
                    format!("{:?}", receipt.status)
                }
                SignalBody::Consent(change) => {
                    format!("{} {:?}", if change.state == ConsentState::OptedIn { "in" } else { "out" }, change.purpose.unwrap())
                }
                SignalBody::Inbound(message) => match &message.content {
                    InboundContent::Text { body } => format!("text {body}"),
                    InboundContent::ButtonReply { id, title } => format!("tap {id} {title}"),
                    InboundContent::Location(place) => format!("place {:.1}", place.latitude),
                    InboundContent::Media(media) => format!("file {}", media.mime),
                    other => panic!("{other:?}"),
                },
                other => panic!("{other:?}"),
            },
            other => panic!("{other:?}"),
        });
    }
    let expected = [
        "Delivered",
        "Read",
        "nothing",
        "out Promotional",
        "in Promotional",
        "Failed",
        "kept TTL_EXPIRATION_REVOKE_FAILED",
        "text Hi, where is my order?",
        "tap order:1:track Track order",
        "place 37.4",
        "file image/jpeg",
    ];
    assert_eq!(effects, expected);
}
