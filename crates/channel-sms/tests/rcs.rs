//! RCS by Twilio keeps the promises of every adapter, and makes a content resource once for each shape.

mod signed;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use channel::{Account, Adapter, Provider, Secret, TwilioAccount, TwilioRcsAccount};
use channel_sms::TwilioRcs;
use channel_tests::{Answer, Delivery, News, Rig, Wire, Wish, decided};
use http_client::{Bytes, HeaderMap, HttpError, HttpErrorKind, Request, Response, StatusCode, Transport};
use model::content::{Button, Buttons, Content};
use model::inbound::InboundContent;
use model::send_error::Remedy;
use model::sender::{Sender, SenderStatus};
use model::signal::{SendOutcome, SignalBody};
use model::{AddressKey, Channel, MessageId, MessageStatus, SenderId, Timestamp, WorkspaceId};
use serde_json::{Value, json};
use signed::{PUBLIC, TOKEN};

/// Twilio with its content API, and everything else as the wire is told.
#[derive(Clone, Default)]
struct TwilioRig {
    wire: Wire,
    contents: Contents,
}

#[derive(Clone, Default)]
struct Contents(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    by_name: BTreeMap<String, (String, Value)>,
    /// What was asked of the content API: `find` or `make`, or its failure.
    asked: Vec<&'static str>,
    fails: bool,
}

struct Both {
    rig: TwilioRig,
    rest: Arc<dyn Transport>,
}

#[async_trait]
impl Transport for Both {
    async fn send(&self, request: Request) -> Result<Response, HttpError> {
        if !request.url.contains("/Content") {
            return self.rest.send(request).await;
        }
        let mut state = self.rig.contents.0.lock().unwrap();
        let answer =
            |status: StatusCode, body: &Value| Ok(Response { status, headers: HeaderMap::new(), body: Bytes::from(body.to_string()) });
        if state.fails {
            return answer(StatusCode::SERVICE_UNAVAILABLE, &json!({}));
        }
        if let Some((_, name)) = request.url.split_once("/v2/Content?ContentName=") {
            state.asked.push("find");
            let name = name.split('&').next().unwrap_or_default();
            let found = state.by_name.iter().filter(|(known, _)| known.contains(name));
            let found: Vec<Value> = found.map(|(name, (sid, _))| json!({ "sid": sid, "friendly_name": name })).collect();
            return answer(StatusCode::OK, &json!({ "contents": found }));
        }
        state.asked.push("make");
        let made: Value = serde_json::from_slice(&request.body).unwrap();
        let sid = format!("HX{:032}", state.by_name.len() + 1);
        state.by_name.insert(made["friendly_name"].as_str().unwrap().to_owned(), (sid.clone(), made));
        answer(StatusCode::CREATED, &json!({ "sid": sid }))
    }
}

impl TwilioRig {
    fn asked(&self) -> Vec<&'static str> {
        std::mem::take(&mut self.contents.0.lock().unwrap().asked)
    }

    async fn send(&self, adapter: &dyn Adapter, message: u128, content: Content) -> SendOutcome {
        let wish = Wish { message: MessageId::from_u128(message), address: self.person(), content };
        adapter.send(&self.account(), &decided(&self.account(), &wish)).await
    }
}

impl Rig for TwilioRig {
    fn adapter(&self) -> Arc<dyn Adapter> {
        Arc::new(TwilioRcs::new(Arc::new(Both { rig: self.clone(), rest: self.wire.transport() })))
    }

    fn account(&self) -> Account {
        let account = TwilioAccount {
            account_sid: "ACbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb".into(),
            auth_token: Secret::new(TOKEN),
            signing_key: None,
            from: Some("rcs:example_brand".into()),
            messaging_service_sid: None,
            base_url: "https://api.example.com".into(),
            public_url: PUBLIC.into(),
        };
        Account {
            workspace: WorkspaceId::from_u128(1),
            sender: Sender {
                id: SenderId::from_u128(2),
                channel: Channel::Rcs,
                name: "Main".into(),
                address: "example_brand".into(),
                provider_ref: "example_brand".into(),
                status: SenderStatus::Active,
                per_second: 1,
            },
            provider: Provider::TwilioRcs(TwilioRcsAccount { account, ttl_s: 600 }),
        }
    }

    fn secrets(&self) -> Vec<String> {
        vec![TOKEN.to_owned()]
    }

    fn person(&self) -> AddressKey {
        AddressKey::phone("+12025550123")
    }

    fn next(&self, answer: Answer) {
        match answer {
            Answer::Accepts => self.wire.answer(201, r#"{"sid":"SM1","status":"queued"}"#),
            Answer::NobodyThere => self.wire.answer(400, r#"{"code":63036,"message":"not reachable","status":400}"#),
            Answer::Throttles => self.wire.answer(429, r#"{"code":20429,"message":"Too Many Requests","status":429}"#),
            Answer::WrongCredentials => self.wire.answer(401, r#"{"code":20003,"message":"Authenticate","status":401}"#),
            Answer::Fails => self.wire.answer(503, "upstream"),
            Answer::Babbles => self.wire.answer(201, "<html>"),
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
        signed::delivery(&format!("/webhooks/twilio_rcs/{}/{part}", SenderId::from_u128(2)), part, body)
    }

    fn delivery(&self, news: &News) -> Option<Delivery> {
        match news {
            News::Text { provider_id, body } => {
                let body = body.replace(' ', "+");
                self.signed("inbound", format!("Body={body}&From=rcs%3A%2B12025550123&MessageSid={provider_id}&NumMedia=0").as_bytes())
            }
            News::Status { provider_id, status, .. } => {
                let word = match status {
                    MessageStatus::Accepted => "sent",
                    MessageStatus::Delivered => "delivered",
                    // As Twilio tells of it: beside the status.
                    MessageStatus::Read => "delivered&EventType=READ",
                    _ => "undelivered&ErrorCode=63036",
                };
                self.signed("status", format!("MessageSid={provider_id}&MessageStatus={word}").as_bytes())
            }
        }
    }
}

channel_tests::suite!(TwilioRig::default());

#[tokio::test]
async fn a27_every_content_leaves_as_the_golden_file_says() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/rcs_contents.txt");
    channel_tests::golden::every_content_leaves_as_the_golden_file_says(&TwilioRig::default(), file.as_ref()).await;
}

/// The content resources of the samples, in the order of their making.
#[tokio::test]
async fn a27_every_resource_is_as_the_golden_file_says() {
    let rig = TwilioRig::default();
    let adapter = rig.adapter();
    for content in channel_tests::samples() {
        rig.next(Answer::Accepts);
        rig.send(&*adapter, 7, content).await;
        if rig.calls().is_empty() {
            rig.send(&*adapter, 7, Content::text("again")).await;
        }
    }
    let state = rig.contents.0.lock().unwrap();
    let mut made: Vec<_> = state.by_name.values().collect();
    made.sort_by_key(|(sid, _)| sid.clone());
    let found: String = made.iter().map(|(sid, made)| format!("{sid}\n{made:#}\n\n")).collect();
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/rcs_resources.txt");
    channel_tests::golden::same_as(file.as_ref(), &found);
}

fn question(body: &str) -> Content {
    let buttons = vec![Button::reply("yes", "Yes"), Button::reply("no", "No")];
    Content::Buttons(Buttons { header: None, body: body.to_owned(), footer: None, buttons, media: None })
}

#[tokio::test]
async fn one_content_resource_serves_everybody_and_outlives_the_program() {
    let rig = TwilioRig::default();
    let adapter = rig.adapter();
    for (message, name) in [(1, "Ada"), (2, "Bob")] {
        rig.next(Answer::Accepts);
        let outcome = rig.send(&*adapter, message, question(&format!("{name}, will you come?"))).await;
        assert!(matches!(outcome, SendOutcome::Accepted { .. }), "{outcome:?}");
        let calls = rig.calls();
        assert!(calls[0].contains("ContentSid=HX") && calls[0].contains(name), "{calls:?}");
    }
    assert_eq!(rig.asked(), ["find", "make"]);
    let made = rig.contents.0.lock().unwrap().by_name.values().next().unwrap().1.to_string();
    assert!(!made.contains("Ada"), "nobody's words stand in the resource: {made}");
    rig.next(Answer::Accepts);
    rig.send(&*rig.adapter(), 3, question("Eve, will you come?")).await;
    assert_eq!(rig.asked(), ["find"], "a new process finds what the old one made");
}

#[tokio::test]
async fn a_resource_that_was_deleted_is_made_again() {
    let rig = TwilioRig::default();
    let adapter = rig.adapter();
    rig.next(Answer::Accepts);
    rig.send(&*adapter, 1, question("Will you come?")).await;
    rig.contents.0.lock().unwrap().by_name.clear();
    rig.asked();
    rig.wire.answer(400, r#"{"code":21655,"message":"The ContentSid is Invalid","status":400}"#);
    let outcome = rig.send(&*adapter, 2, question("Will you come?")).await;
    assert!(matches!(&outcome, SendOutcome::Refused { error } if matches!(error.remedy, Remedy::Retry { .. })), "{outcome:?}");
    rig.next(Answer::Accepts);
    let outcome = rig.send(&*adapter, 2, question("Will you come?")).await;
    assert!(matches!(outcome, SendOutcome::Accepted { .. }), "{outcome:?}");
    assert_eq!(rig.asked(), ["find", "make"]);
}

/// Nothing has left while the content is not there, so the message waits and is not in doubt.
#[tokio::test]
async fn a_content_api_that_is_down_delays_a_message() {
    let rig = TwilioRig::default();
    rig.contents.0.lock().unwrap().fails = true;
    let outcome = rig.send(&*rig.adapter(), 1, question("Will you come?")).await;
    let SendOutcome::Refused { error } = &outcome else { panic!("{outcome:?}") };
    assert!(matches!(error.remedy, Remedy::Retry { .. }) && error.code == "twilio_rcs:content", "{error:?}");
    assert!(rig.calls().is_empty());
}

#[tokio::test]
async fn a_tap_and_a_phone_without_rcs_are_understood() {
    let rig = TwilioRig::default();
    let hear = async |part: &str, body: &str| {
        let delivery = rig.signed(part, body.as_bytes()).unwrap();
        let heard = rig.adapter().receive(&rig.account(), &delivery.call(), Timestamp::from_secs(1_800_000_000)).await.unwrap();
        let [channel::Received::Contact(incoming)] = heard.received.as_slice() else { panic!("{heard:?}") };
        incoming.body.clone()
    };
    let said = hear("inbound", "Body=Yes&ButtonPayload=yes&ButtonText=Yes&From=rcs%3A%2B12025550123&MessageSid=SM2&NumMedia=0").await;
    let SignalBody::Inbound(message) = said else { panic!("{said:?}") };
    assert_eq!((message.channel, &message.from), (Channel::Rcs, &vec![rig.person()]));
    assert_eq!(message.content, InboundContent::ButtonReply { id: "yes".into(), title: "Yes".into() });
    let told = hear("status", "ErrorCode=63036&MessageSid=SM1&MessageStatus=undelivered").await;
    let SignalBody::Receipt(receipt) = told else { panic!("{told:?}") };
    assert_eq!(receipt.channel, Channel::Rcs);
    assert!(matches!(receipt.error.unwrap().remedy, Remedy::SuppressAddress { retry_after: Some(_) }));
}
