//! Sending, settling, media.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use channel::{Adapter as _, FetchedMedia, Settled};
use http_client::HttpErrorKind;
use model::content::{Button, Buttons, Catalogue, Content, Media, MediaKind, MediaSource, TemplateCall, TemplatePreview};
use model::inbound::InboundMedia;
use model::message::{Class, Direction, Origin};
use model::send_error::{FallbackCause, Remedy};
use model::signal::SendOutcome;
use model::{
    AddressKey, Channel, ContactId, ConversationId, Message, MessageId, MessageStatus, Millis, Purpose, SenderId, TemplateId, Timestamp,
    UserId, WorkspaceId,
};
use serde_json::{Value, json};

use super::fake::{Failing, Fake, SID, account, account_with, twilio};
use crate::Twilio;
use crate::outbound::Parcel;

async fn send(fake: &Fake, content: &Content) -> SendOutcome {
    let address = AddressKey::phone("+15558675310");
    let parcel = Parcel { message: MessageId::from_u128(7), sender: SenderId::from_u128(2), address: &address, content, lifetime: None };
    Twilio::new(fake.transport()).deliver(&account(), &parcel).await
}

fn callback() -> String {
    format!(
        "https%3A%2F%2Fantiphon.example.com%2Fwebhooks%2Ftwilio%2F{}%2Fstatus%3Fmessage%3D{}",
        SenderId::from_u128(2),
        MessageId::from_u128(7)
    )
}

const CREATED: &str = r#"{"sid":"SM1","status":"queued","body":"x","to":"+15558675310","direction":"outbound-api"}"#;

#[tokio::test]
async fn a_text_is_posted_as_twilio_documents() {
    let fake = Fake::answering(&[(201, CREATED)]);
    assert_eq!(send(&fake, &Content::text("Hi é & you")).await, SendOutcome::Accepted { provider_id: "SM1".into(), learnt: vec![] });
    let seen = fake.seen().remove(0);
    assert_eq!(seen.line, format!("POST /2010-04-01/Accounts/{SID}/Messages.json"));
    // ACbb…:token
    assert_eq!(seen.authorization.as_deref(), Some("Basic QUNiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYjp0b2tlbg=="));
    assert_eq!(seen.body, format!("To=%2B15558675310&From=%2B15017250604&Body=Hi+%C3%A9+%26+you&StatusCallback={}", callback()));
}

#[tokio::test]
async fn a_messaging_service_chooses_the_number() {
    let fake = Fake::answering(&[(201, CREATED)]);
    let account = account_with(channel::TwilioAccount { from: None, messaging_service_sid: Some("MGcc".into()), ..twilio() });
    let parcel = Parcel {
        message: MessageId::from_u128(7),
        sender: SenderId::from_u128(2),
        address: &AddressKey::phone("+15558675310"),
        content: &Content::text("x"),
        lifetime: None,
    };
    assert!(matches!(Twilio::new(fake.transport()).deliver(&account, &parcel).await, SendOutcome::Accepted { .. }));
    assert!(fake.seen()[0].body.starts_with("To=%2B15558675310&MessagingServiceSid=MGcc&Body=x&"));
}

#[tokio::test]
async fn r_late_2_twilio_gives_up_when_the_message_is_worth_nothing_any_more() {
    let told = async |lifetime: Option<Millis>| {
        let fake = Fake::answering(&[(201, CREATED)]);
        let address = AddressKey::phone("+15558675310");
        let content = Content::text("x");
        let parcel =
            Parcel { message: MessageId::from_u128(7), sender: SenderId::from_u128(2), address: &address, content: &content, lifetime };
        assert!(matches!(Twilio::new(fake.transport()).deliver(&account(), &parcel).await, SendOutcome::Accepted { .. }));
        fake.seen()[0].body.split_once("&ValidityPeriod=").map(|(_, seconds)| seconds.to_owned())
    };
    assert_eq!(told(Some(Millis::from_mins(5))).await.as_deref(), Some("300"));
    assert_eq!(told(Some(Millis(1))).await.as_deref(), Some("1"));
    // Ten hours is what it does anyway, and more is refused.
    assert_eq!(told(Some(Millis::from_hours(10))).await, None);
    assert_eq!(told(None).await, None);
}

#[tokio::test]
async fn media_and_templates_become_what_sms_carries() {
    let media = |source| Content::Media(Media { kind: MediaKind::Image, source, caption: Some("look".into()), filename: None });
    let fake = Fake::answering(&[(201, CREATED), (201, CREATED)]);
    assert!(matches!(send(&fake, &media(MediaSource::Link("https://example.com/a.png".into()))).await, SendOutcome::Accepted { .. }));
    let preview = TemplatePreview {
        header: Some("Visit".into()),
        body: "Tomorrow at 10".into(),
        footer: Some("STOP to end".into()),
        buttons: vec![],
    };
    let call = TemplateCall {
        template: TemplateId::from_u128(1),
        name: "n".into(),
        language: "en".into(),
        version: "v".into(),
        header: vec![],
        body: vec![],
        buttons: vec![],
        preview,
        parts: None,
    };
    assert!(matches!(send(&fake, &Content::Template(call)).await, SendOutcome::Accepted { .. }));
    let seen = fake.seen();
    assert!(seen[0].body.contains("&Body=look&MediaUrl=https%3A%2F%2Fexample.com%2Fa.png&"));
    assert!(seen[1].body.contains("&Body=Visit%0ATomorrow+at+10%0ASTOP+to+end&"));
}

#[tokio::test]
async fn buttons_become_lines_whose_numbers_answer() {
    let fake = Fake::answering(&[(201, CREATED)]);
    let buttons = vec![Button::reply("yes", "Yes"), Button::reply("no", "No")];
    let content = Content::Buttons(Buttons { header: None, body: "Will you come?".into(), footer: None, buttons, media: None });
    assert!(matches!(send(&fake, &content).await, SendOutcome::Accepted { .. }));
    assert!(fake.seen()[0].body.contains("&Body=Will+you+come%3F%0A1.+Yes%0A2.+No&"));
}

#[tokio::test]
async fn what_sms_cannot_carry_does_not_leave() {
    let fake = Fake::answering(&[]);
    let catalogue = Catalogue { body: "b".into(), footer: None, thumbnail: None };
    let SendOutcome::Refused { error } = send(&fake, &Content::Catalogue(catalogue)).await else { panic!() };
    assert_eq!((error.remedy, error.cause), (Remedy::NextChannel, FallbackCause::NotCapable));
    let SendOutcome::Refused { error } = send(&fake, &Content::text("x".repeat(1601))).await else { panic!() };
    assert_eq!(error.remedy, Remedy::FixData);
    let SendOutcome::Refused { error } = send(&fake, &Content::text("")).await else { panic!() };
    assert_eq!(error.code, "sms:empty");
    assert!(fake.seen().is_empty());
}

#[tokio::test]
async fn refusals_carry_the_remedy_and_nothing_uncertain_is_called_refused() {
    let outcome = async |status: u16, body: &str| send(&Fake::answering(&[(status, body)]), &Content::text("x")).await;
    let SendOutcome::Refused { error } =
        outcome(400, r#"{"code":21610,"message":"Attempt to send to unsubscribed recipient","status":400}"#).await
    else {
        panic!()
    };
    assert_eq!((error.remedy, error.cause, error.code.as_str()), (Remedy::RevokeConsent, FallbackCause::OptedOut, "twilio:21610"));
    let SendOutcome::Refused { error } = outcome(401, r#"{"code":20003,"message":"Authenticate","status":401}"#).await else { panic!() };
    assert_eq!(error.remedy, Remedy::PauseSender);
    let SendOutcome::Refused { error } = outcome(429, "<html>").await else { panic!() };
    assert_eq!(error.remedy, Remedy::SlowSender { after: Millis::from_mins(1) });
    let SendOutcome::Refused { error } = outcome(201, r#"{"sid":"SM1","status":"failed","error_code":30006}"#).await else { panic!() };
    assert_eq!(error.cause, FallbackCause::NotCapable);
    for (status, body) in [(500, "{}"), (503, r#"{"code":20503,"message":"x"}"#), (201, "cut")] {
        assert!(matches!(outcome(status, body).await, SendOutcome::Unknown { .. }), "{status} {body}");
    }
    for (kind, unknown) in [(HttpErrorKind::TimedOut, true), (HttpErrorKind::Lost, true), (HttpErrorKind::NotConnected, false)] {
        let parcel = Parcel {
            message: MessageId::from_u128(7),
            sender: SenderId::from_u128(2),
            address: &AddressKey::phone("+15558675310"),
            content: &Content::text("x"),
            lifetime: None,
        };
        let outcome = Twilio::new(Arc::new(Failing(kind))).deliver(&account(), &parcel).await;
        assert_eq!(matches!(outcome, SendOutcome::Unknown { .. }), unknown, "{kind:?}: {outcome:?}");
    }
}

#[tokio::test]
async fn every_recorded_answer_is_accepted() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/twilio/message_create_201_responses.json");
    let answers: BTreeMap<String, Value> = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    assert_eq!(answers.len(), 7);
    for (name, answer) in answers {
        let fake = Fake::answering(&[(201, &answer.to_string())]);
        let expected = SendOutcome::Accepted { provider_id: answer["sid"].as_str().unwrap().to_owned(), learnt: vec![] };
        assert_eq!(send(&fake, &Content::text("x")).await, expected, "{name}");
    }
}

fn message() -> Message {
    let tried_at = Timestamp::parse("2026-11-22T10:00:00Z").unwrap();
    Message {
        id: MessageId::from_u128(7),
        workspace: WorkspaceId::from_u128(1),
        contact: ContactId::from_u128(3),
        conversation: ConversationId::from_u128(4),
        case: None,
        direction: Direction::Out,
        channel: Channel::Sms,
        sender: SenderId::from_u128(2),
        address: AddressKey::phone("+15558675310"),
        origin: Origin::Agent { user: UserId::from_u128(5) },
        class: Class::Agent,
        purpose: Some(Purpose::Service),
        status: MessageStatus::InDoubt,
        times: BTreeMap::from([(MessageStatus::Sending, tried_at)]),
        created_at: tried_at,
        not_before: None,
        content: Some(Content::text("your code")),
        received: None,
        decision: None,
        provider_id: None,
        attempts: 1,
        error: None,
        price: None,
        double_reach: false,
        in_reply_to: None,
        edited_at: None,
        revoked_at: None,
        intent: None,
        seal: None,
    }
}

#[tokio::test]
async fn a_message_in_doubt_is_settled_by_the_list() {
    let row = |sid: &str, body: &str, created: &str| json!({"sid": sid, "status": "sent", "body": body, "to": "+15558675310", "direction": "outbound-api", "date_created": created});
    let (before, after) = ("Sun, 22 Nov 2026 09:00:00 +0000", "Sun, 22 Nov 2026 10:00:01 +0000");
    let settle = async |rows: Value, next: Value| {
        let fake = Fake::answering(&[(200, &json!({"messages": rows, "next_page_uri": next}).to_string())]);
        let settled = Twilio::new(fake.transport()).settle(&account(), &message()).await;
        assert_eq!(fake.seen()[0].line, format!("GET /2010-04-01/Accounts/{SID}/Messages.json?To=%2B15558675310&PageSize=50"));
        settled
    };
    let found = Settled::Found(SendOutcome::Accepted { provider_id: "SM2".into(), learnt: vec![] });
    let old = row("SM1", "your code", before);
    assert_eq!(settle(json!([row("SM3", "other", after), row("SM2", "your code", after), old]), Value::Null).await, found);
    assert_eq!(settle(json!([row("SM3", "other", after), old]), json!("/next")).await, Settled::Found(SendOutcome::NeverArrived));
    assert_eq!(settle(json!([]), Value::Null).await, Settled::Found(SendOutcome::NeverArrived));
    // It cannot be told: two alike, a page that does not reach back, a row without a date.
    assert_eq!(settle(json!([row("SM2", "your code", after), row("SM4", "your code", after)]), Value::Null).await, Settled::Unknown);
    assert_eq!(settle(json!([row("SM3", "other", after)]), json!("/next")).await, Settled::Unknown);
    assert_eq!(settle(json!([{"sid": "SM5"}]), Value::Null).await, Settled::Unknown);
    let failing = Fake::answering(&[]);
    assert_eq!(Twilio::new(failing.transport()).settle(&account(), &message()).await, Settled::Unknown);
}

#[tokio::test]
async fn media_are_fetched_through_the_redirect_without_leaking_credentials() {
    let media = |link: &str| InboundMedia {
        kind: MediaKind::Image,
        mime: "image/png".into(),
        provider_ref: link.into(),
        caption: None,
        filename: None,
        stored: None,
    };
    let fake = Fake::with(vec![
        (307, ("location", "https://storage.example.org/x?sig=1"), String::new()),
        (200, ("content-type", "image/png"), "PNG".to_owned()),
    ]);
    let link = media("https://api.example.com/2010-04-01/Accounts/AC/Messages/MM/Media/ME");
    let file = Twilio::new(fake.transport()).fetch_media(&account(), &link).await.unwrap();
    assert_eq!(file, FetchedMedia { bytes: b"PNG".to_vec(), mime: "image/png".into() });
    let seen = fake.seen();
    assert_eq!((seen[0].authorization.is_some(), seen[1].authorization.is_some()), (true, false));
    let looping = Fake::with((0..9).map(|_| (302, ("location", "https://storage.example.org/x"), String::new())).collect());
    assert_eq!(Twilio::new(looping.transport()).fetch_media(&account(), &link).await.unwrap_err().remedy, Remedy::FixData);
    assert_eq!(looping.seen().len(), 4);
    let gone = Fake::answering(&[(404, "{}")]);
    assert_eq!(Twilio::new(gone.transport()).fetch_media(&account(), &link).await.unwrap_err().remedy, Remedy::FixData);
}

#[tokio::test]
async fn a_name_is_refused_before_the_call_where_carriers_take_none() {
    let fake = Fake::answering(&[]);
    let account = account_with(channel::TwilioAccount { from: Some("Example".into()), ..twilio() });
    let (address, content) = (AddressKey::phone("+12025550123"), Content::text("x"));
    let parcel =
        Parcel { message: MessageId::from_u128(7), sender: SenderId::from_u128(2), address: &address, content: &content, lifetime: None };
    let SendOutcome::Refused { error } = Twilio::new(fake.transport()).deliver(&account, &parcel).await else { panic!() };
    assert_eq!((error.remedy, error.cause, error.code.as_str()), (Remedy::NextChannel, FallbackCause::NotCapable, "sms:sender_country"));
    assert!(error.for_user.contains("United States"), "{}", error.for_user);
    assert!(fake.seen().is_empty());
}

#[tokio::test]
async fn a_refused_name_is_explained_by_the_registration_that_its_country_asks_for() {
    let refused = async |from: &str| {
        let fake = Fake::answering(&[(400, r#"{"code":30042,"message":"Sender blocked","status":400}"#)]);
        let account = account_with(channel::TwilioAccount { from: Some(from.into()), ..twilio() });
        let (address, content) = (AddressKey::phone("+6581234567"), Content::text("x"));
        let parcel = Parcel {
            message: MessageId::from_u128(7),
            sender: SenderId::from_u128(2),
            address: &address,
            content: &content,
            lifetime: None,
        };
        let SendOutcome::Refused { error } = Twilio::new(fake.transport()).deliver(&account, &parcel).await else { panic!() };
        error.for_user
    };
    assert!(refused("Example").await.ends_with("; Singapore takes names that are in the SSIR register"));
    assert!(!refused("+12025550100").await.contains("Singapore"));
}
