//! Webhooks of sending services: genuine payloads, and what is forged.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use channel::{Account, Adapter as _, Call, EmailAccount, Heard, MailInbound, MailService, Received, Refused, Secret};
use http_client::{Guard, HttpError, Request, Response, Transport};
use model::consent::ConsentAct;
use model::inbound::InboundContent;
use model::send_error::Remedy;
use model::signal::{SignalBody, Target};
use model::{MessageId, Timestamp};
use serde_json::{Value, json};

use super::office::{KEY, RealClock, account, settings};
use crate::Email;
use crate::token::{self, Purpose};

const TOPIC: &str = "arn:aws:sns:us-east-1:1234567890:SES_Events";

/// Serves the certificate, and notes what was asked for.
#[derive(Default)]
struct Amazon {
    asked: Mutex<Vec<String>>,
}

#[async_trait]
impl Transport for Amazon {
    async fn send(&self, request: Request) -> Result<Response, HttpError> {
        self.asked.lock().unwrap().push(request.url.clone());
        let body = include_bytes!("../../testdata/sns_certificate.pem").to_vec().into();
        Ok(Response { status: http::StatusCode::OK, headers: http::HeaderMap::new(), body })
    }
}

fn of(service: MailService) -> Account {
    let inbound = Some(MailInbound { domain: "in.example.com".to_owned(), listen: String::new() });
    account(EmailAccount { service: Some(service), inbound, ..settings(1) })
}

async fn heard(
    account: &Account,
    part: &str,
    headers: &[(&'static str, String)],
    body: &[u8],
    amazon: Arc<Amazon>,
) -> Result<Heard, Refused> {
    let adapter = Email::new(Guard::public_only(), Arc::new(RealClock)).with_transport(amazon);
    let headers = headers.iter().map(|(name, value)| (http::HeaderName::from_static(name), value.parse().unwrap())).collect();
    adapter.receive(account, &Call { part, path: "", headers: &headers, body }, Timestamp::EPOCH).await
}

/// What it says of a contact, in a word or two.
fn gist(received: &Received) -> String {
    let Received::Contact(incoming) = received else {
        let Received::Kept { kind, .. } = received else { panic!("{received:?}") };
        return format!("kept {kind}");
    };
    match &incoming.body {
        SignalBody::Receipt(receipt) => match &receipt.error {
            None => receipt.status.as_str().to_owned(),
            Some(error) if error.remedy == (Remedy::SuppressAddress { retry_after: None }) => "failed for ever".to_owned(),
            Some(_) => "failed".to_owned(),
        },
        SignalBody::Consent(change) if change.act == ConsentAct::ProviderReport => format!("complaint of {}", change.address.value),
        SignalBody::Consent(change) => format!("opted out {}", change.address.value),
        other => panic!("{other:?}"),
    }
}

#[expect(clippy::disallowed_methods, reason = "a key that lives as long as the test")]
fn generator() -> SystemRandom {
    SystemRandom::new()
}

struct Signer {
    pair: EcdsaKeyPair,
}

impl Signer {
    fn new() -> Self {
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &generator()).unwrap();
        Self { pair: EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, pkcs8.as_ref()).unwrap() }
    }

    fn account(&self) -> Account {
        // The structure that a key is shown in: a fixed beginning and the point.
        let head = hex::decode("3059301306072a8648ce3d020106082a8648ce3d030107034200").unwrap();
        let public_key = STANDARD.encode([head, self.pair.public_key().as_ref().to_vec()].concat());
        of(MailService::Sendgrid { public_key, inbound: None })
    }

    fn headers(&self, body: &[u8]) -> [(&'static str, String); 2] {
        let signature = self.pair.sign(&generator(), &[b"1600112492", body].concat()).unwrap();
        [
            ("x-twilio-email-event-webhook-signature", STANDARD.encode(signature)),
            ("x-twilio-email-event-webhook-timestamp", "1600112492".to_owned()),
        ]
    }
}

#[tokio::test]
async fn sendgrids_events_mean_what_they_say() {
    let signer = Signer::new();
    let cases: BTreeMap<String, Vec<Value>> = serde_json::from_str(include_str!("../../testdata/sendgrid_events.json")).unwrap();
    let expected = [
        ("processed_event", None),
        ("delivered_event", Some("delivered")),
        ("dropped_invalid_event", Some("failed for ever")),
        ("dropped_bounced", Some("failed for ever")),
        ("dropped_unsubscribed_event", Some("failed")),
        ("bounce_event", Some("failed for ever")),
        ("deferred_event", Some("kept sendgrid_deferred")),
        ("open_event", None),
        ("click_event", None),
    ];
    for (case, wanted) in expected {
        let mut events = cases[case].clone();
        for event in &mut events {
            event["antiphon-message"] = json!(MessageId::from_u128(7).to_string());
        }
        let body = serde_json::to_vec(&events).unwrap();
        let told = heard(&signer.account(), "sendgrid", &signer.headers(&body), &body, Arc::default()).await.unwrap().received;
        assert_eq!(told.first().map(gist).as_deref(), wanted, "{case}");
    }
    let more = json!([
        { "event": "spamreport", "email": "A@example.org", "smtp-id": format!("<{}@example.com>", MessageId::from_u128(7)) },
        { "event": "group_unsubscribe", "email": "a@example.org" },
        { "event": "bounce", "type": "blocked", "status": "5.7.1", "email": "a@example.org", "antiphon-message": MessageId::from_u128(8).to_string() },
        { "event": "bounce", "email": "a@example.org" },
    ]);
    let body = serde_json::to_vec(&more).unwrap();
    let told = heard(&signer.account(), "sendgrid", &signer.headers(&body), &body, Arc::default()).await.unwrap().received;
    let gists: Vec<String> = told.iter().map(gist).collect();
    assert_eq!(gists, ["complaint of a@example.org", "opted out a@example.org", "failed", "kept sendgrid_unnamed"]);
}

#[tokio::test]
async fn an_event_that_sendgrid_did_not_sign_is_refused() {
    let (signer, body) = (Signer::new(), b"[]");
    let headers = signer.headers(body);
    assert!(heard(&signer.account(), "sendgrid", &headers, body, Arc::default()).await.is_ok());
    assert_eq!(heard(&signer.account(), "sendgrid", &headers, b"[ ]", Arc::default()).await, Err(Refused::BadSignature));
    assert_eq!(heard(&signer.account(), "sendgrid", &[], body, Arc::default()).await, Err(Refused::NoSignature));
    assert_eq!(heard(&Signer::new().account(), "sendgrid", &headers, body, Arc::default()).await, Err(Refused::BadSignature));
    assert_eq!(heard(&signer.account(), "postmark", &headers, body, Arc::default()).await, Err(Refused::NoSuchAddress));
}

fn postmark() -> (Account, Vec<(&'static str, String)>) {
    let account = of(MailService::Postmark { user: "hook".to_owned(), password: Secret::new("a long password") });
    (account, vec![("authorization", format!("Basic {}", STANDARD.encode("hook:a long password")))])
}

#[tokio::test]
async fn postmarks_events_mean_what_they_say_to_who_knows_the_password() {
    let (account, headers) = postmark();
    let cases: BTreeMap<String, Value> = serde_json::from_str(include_str!("../../testdata/postmark_events.json")).unwrap();
    let expected = [
        ("bounce_event", Some("failed for ever")),
        ("delivered_event", Some("delivered")),
        ("open_event", None),
        ("click_event", None),
        ("spam_event", Some("complaint of spam@example.com")),
        ("unsubscribe", Some("opted out john@example.com")),
        ("resubscribe", Some("kept postmark_subscription_change")),
        ("subscription_change_bounce", Some("kept postmark_subscription_change")),
    ];
    for (case, wanted) in expected {
        let mut event = cases[case].clone();
        event["Metadata"] = json!({ "antiphon-message": MessageId::from_u128(7).to_string() });
        let told = heard(&account, "postmark", &headers, event.to_string().as_bytes(), Arc::default()).await.unwrap().received;
        assert_eq!(told.first().map(gist).as_deref(), wanted, "{case}");
    }
    for headers in [vec![], vec![("authorization", format!("Basic {}", STANDARD.encode("hook:a wrong password")))]] {
        assert!(matches!(
            heard(&account, "postmark", &headers, b"{}", Arc::default()).await,
            Err(Refused::NoSignature | Refused::BadToken)
        ));
    }
}

#[tokio::test]
async fn what_people_write_comes_by_postmark_as_it_comes_by_smtp() {
    let (account, headers) = postmark();
    let mut mail: Value = serde_json::from_str(include_str!("../../testdata/postmark_inbound.json")).unwrap();
    let strange = heard(&account, "postmark", &headers, mail.to_string().as_bytes(), Arc::default()).await;
    assert_eq!(strange, Err(Refused::NoSuchAddress), "it is for nobody here");
    let local = token::local(&Secret::new(KEY), Purpose::Reply, MessageId::from_u128(7), "");
    mail["OriginalRecipient"] = json!(format!("{local}@in.example.com"));
    mail["Subject"] = json!("Re: Grüße\r\nBcc: x");
    let told = heard(&account, "postmark", &headers, mail.to_string().as_bytes(), Arc::default()).await.unwrap().received;
    let Received::Contact(incoming) = &told[0] else { panic!() };
    assert_eq!(incoming.target, Target::Message(MessageId::from_u128(7)));
    let SignalBody::Inbound(message) = &incoming.body else { panic!() };
    assert_eq!(message.from[0].value, "support@postmarkapp.com");
    assert_eq!(message.content, InboundContent::Text { body: "This is a test text body.".to_owned() });
    mail["Headers"] = json!([{ "Name": "Auto-Submitted", "Value": "auto-replied" }]);
    let away = heard(&account, "postmark", &headers, mail.to_string().as_bytes(), Arc::default()).await.unwrap().received;
    assert_eq!(gist(&away[0]), "kept email_automatic");
}

/// The form in which SendGrid's inbound parse posts a mail, raw or taken apart.
fn parsed(fields: &[(&str, &str)]) -> Vec<u8> {
    let part = |(name, value): &(&str, &str)| format!("--xYzZY\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    (fields.iter().map(part).collect::<String>() + "--xYzZY--\r\n").into_bytes()
}

#[tokio::test]
async fn what_people_write_comes_by_inbound_parse_to_who_knows_the_password() {
    let door = Some(channel::MailDoor { user: "hook".to_owned(), password: Secret::new("a long password") });
    let account = of(MailService::Sendgrid { public_key: String::new(), inbound: door });
    let basic = |said: &str| ("authorization", format!("Basic {}", STANDARD.encode(said)));
    let form = ("content-type", "multipart/form-data; boundary=xYzZY".to_owned());
    let headers = [basic("hook:a long password"), form.clone()];
    let reply = format!("{}@in.example.com", token::local(&Secret::new(KEY), Purpose::Reply, MessageId::from_u128(7), ""));
    let mail = "From: \"Alex\" <alex@example.org>\r\nMessage-ID: <1@x>\r\nSubject: Re: x\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nYes, gladly\r\n--b--\r\n";
    let envelope = json!({ "to": ["stranger@example.net", reply], "from": "alex@example.org" }).to_string();
    let body = parsed(&[("email", mail), ("envelope", &envelope), ("subject", "Re: x")]);
    let told = heard(&account, "sendgrid_inbound", &headers, &body, Arc::default()).await.unwrap().received;
    let [Received::Contact(incoming)] = &told[..] else { panic!("{told:?}") };
    let SignalBody::Inbound(message) = &incoming.body else { panic!("{incoming:?}") };
    assert_eq!((&incoming.target, message.from[0].value.as_str()), (&Target::Message(MessageId::from_u128(7)), "alex@example.org"));
    assert_eq!(message.content, InboundContent::Text { body: "Yes, gladly".to_owned() });

    let strange = parsed(&[("email", mail), ("envelope", r#"{"to":["stranger@example.net"],"from":"a@example.org"}"#)]);
    assert_eq!(heard(&account, "sendgrid_inbound", &headers, &strange, Arc::default()).await, Err(Refused::NoSuchAddress));
    let apart = heard(&account, "sendgrid_inbound", &headers, &parsed(&[("text", "Yes"), ("envelope", &envelope)]), Arc::default()).await;
    assert!(matches!(&apart, Err(Refused::BadBody(why)) if why.contains("raw, full MIME")), "{apart:?}");
    for wrong in [vec![form.clone()], vec![basic("hook:another password"), form]] {
        let refused = heard(&account, "sendgrid_inbound", &wrong, &body, Arc::default()).await;
        assert!(matches!(refused, Err(Refused::NoSignature | Refused::BadToken)), "{refused:?}");
    }
    let closed = of(MailService::Sendgrid { public_key: String::new(), inbound: None });
    assert_eq!(heard(&closed, "sendgrid_inbound", &headers, &body, Arc::default()).await, Err(Refused::NoSuchAddress));
}

#[tokio::test]
async fn notifications_of_amazon_are_believed_by_their_certificate_only() {
    let account = of(MailService::Ses { topic_arn: TOPIC.to_owned() });
    let cases: BTreeMap<String, Value> = serde_json::from_str(include_str!("../../testdata/sns_signed.json")).unwrap();
    let ask = async |envelope: &Value, amazon: &Arc<Amazon>| {
        heard(&account, "ses", &[], envelope.to_string().as_bytes(), Arc::clone(amazon)).await
    };
    let expected = [
        ("bounce_event", vec!["failed for ever"]),
        ("bounce_event_v1", vec!["failed for ever"]),
        ("complaint_event", vec!["complaint of richard@example.com"]),
        ("delivery_event", vec!["delivered"]),
        ("reject_event", vec!["failed"]),
        ("open_event", vec![]),
    ];
    for (case, wanted) in expected {
        let told = ask(&cases[case], &Arc::default()).await.unwrap().received;
        assert_eq!(told.iter().map(gist).collect::<Vec<_>>(), wanted, "{case}");
    }
    assert_eq!(ask(&cases["multiple_bounce_event"], &Arc::default()).await.unwrap().received.len(), 2, "one event may name several people");
    let amazon = Arc::new(Amazon::default());
    for (member, value) in [
        ("Message", "{}"),
        ("TopicArn", "arn:aws:sns:us-east-1:1:other"),
        ("SigningCertURL", "https://evil.example/cert.pem"),
        ("SignatureVersion", "3"),
        ("Signature", "AAAA"),
    ] {
        let mut forged = cases["bounce_event"].clone();
        forged[member] = json!(value);
        assert_eq!(ask(&forged, &amazon).await, Err(Refused::BadSignature), "{member}");
    }
    assert!(amazon.asked.lock().unwrap().iter().all(|url| url.starts_with("https://sns.us-east-1.amazonaws.com/")));
    let amazon = Arc::new(Amazon::default());
    assert_eq!(ask(&cases["confirmation"], &amazon).await, Ok(Heard::default()));
    assert!(amazon.asked.lock().unwrap().iter().any(|url| url.contains("ConfirmSubscription")));
    let amazon = Arc::new(Amazon::default());
    ask(&cases["confirmation_elsewhere"], &amazon).await.unwrap();
    assert_eq!(amazon.asked.lock().unwrap().len(), 1, "an address elsewhere is not asked, even if it was signed");
}

/// RFC 6376 §4: receivers believe whichever signature they can check, so nothing fails while records spread.
#[test]
fn a_mail_is_signed_with_both_keys_while_one_is_changed() {
    let key = |selector: &str| {
        let private_key = Secret::new(include_str!("../../testdata/dkim_example.pem"));
        Some(channel::DkimKey { domain: "example.com".to_owned(), selector: selector.to_owned(), private_key })
    };
    let mail = |email: EmailAccount| {
        let account = account(email);
        let parcel = crate::compose::Parcel {
            message: MessageId::from_u128(7),
            sender: account.sender.id,
            address: &model::AddressKey::new(model::AddressKind::Email, "a@example.org"),
            content: &model::content::Content::text("x"),
            media: None,
            design: None,
            answers: None,
            now: Timestamp::EPOCH,
        };
        crate::compose::mail(&account, crate::adapter::credentials(&account).unwrap(), parcel).unwrap().bytes
    };
    let one = mail(EmailAccount { dkim: key("b2"), ..settings(1) });
    let both = mail(EmailAccount { dkim: key("a1"), dkim_also: key("b2"), ..settings(1) });
    assert_eq!(both.matches("DKIM-Signature: ").count(), 2);
    assert!(both.starts_with("DKIM-Signature: ") && both.contains("s=a1;") && both.contains("s=b2;"), "{both}");
    // The second is what it would be alone: neither signs the other, and the mail below is the same.
    assert!(both.ends_with(&one), "{both}\n{one}");
}

#[tokio::test]
async fn each_service_gets_the_messages_id_in_its_own_header() {
    use model::content::Content;
    for (service, header) in [
        (MailService::Sendgrid { public_key: String::new(), inbound: None }, "X-SMTPAPI: {\"unique_args\":"),
        (MailService::Postmark { user: String::new(), password: Secret::new("") }, "X-PM-Metadata-antiphon-message: msg_"),
        (MailService::Ses { topic_arn: String::new() }, "X-SES-MESSAGE-TAGS: antiphon-message=msg_"),
    ] {
        let account = of(service);
        let to = model::AddressKey::new(model::AddressKind::Email, "a@example.org");
        let parcel = crate::compose::Parcel {
            message: MessageId::from_u128(7),
            sender: account.sender.id,
            address: &to,
            content: &Content::text("x"),
            media: None,
            design: None,
            answers: None,
            now: Timestamp::EPOCH,
        };
        let mail = crate::compose::mail(&account, crate::adapter::credentials(&account).unwrap(), parcel).unwrap();
        assert!(mail.bytes.contains(header), "{}", mail.bytes);
    }
}

proptest::proptest! {
    #[test]
    fn damaged_events_never_panic(at in 0_usize..3_000, byte: u8, case in 0_usize..8) {
        let cases: BTreeMap<String, Value> = serde_json::from_str(include_str!("../../testdata/postmark_events.json")).unwrap();
        let mut body = cases.values().nth(case).unwrap().to_string().into_bytes();
        let place = at % body.len();
        body[place] = byte;
        let (account, headers) = postmark();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let _ = runtime.block_on(heard(&account, "postmark", &headers, &body, Arc::default()));
    }
}
