//! Sending, settling, media.

use std::sync::Arc;

use async_trait::async_trait;
use channel::{Adapter as _, FetchedMedia, MediaReader, Presence, Settled};
use http_client::HttpErrorKind;
use model::content::{
    Button, ButtonParam, Buttons, Content, List, Location, Media, MediaKind, MediaSource, Param, Row, Section, TemplateCall,
    TemplatePreview,
};
use model::inbound::InboundMedia;
use model::send_error::{FallbackCause, Remedy};
use model::signal::SendOutcome;
use model::{AddressKey, MediaId, MessageId, Millis, TemplateId, WorkspaceId};

use super::fake::{Failing, Graph, NUMBER, account};
use crate::Whatsapp;
use crate::outbound::Parcel;

const ACCEPTED: &str = r#"{"messaging_product":"whatsapp","contacts":[{"input":"+12025550123","wa_id":"12025550123","user_id":"US.1"}],"messages":[{"id":"wamid.A"}]}"#;

async fn send_to(graph: &Graph, address: &AddressKey, content: &Content) -> SendOutcome {
    let adapter = Whatsapp::new(graph.transport()).with_media(Arc::new(Shelf));
    adapter.deliver(&account(), &Parcel { message: MessageId::from_u128(7), address, content, quotes: None }).await
}

async fn send(graph: &Graph, content: &Content) -> SendOutcome {
    send_to(graph, &AddressKey::phone("+12025550123"), content).await
}

/// The request for a content, without the frame around it.
async fn part(content: Content) -> String {
    let graph = Graph::answering(&[(200, ACCEPTED)]);
    let outcome = send(&graph, &content).await;
    assert!(matches!(outcome, SendOutcome::Accepted { .. }), "{outcome:?}");
    let body = graph.seen().remove(0).body;
    let head = r#"{"messaging_product":"whatsapp","recipient_type":"individual","to":"+12025550123","#;
    let tail = format!(r#","biz_opaque_callback_data":"{}"}}"#, MessageId::from_u128(7));
    body.strip_prefix(head).and_then(|rest| rest.strip_suffix(&tail)).unwrap_or_else(|| panic!("{body}")).to_owned()
}

#[tokio::test]
async fn accepted_messages_report_id_and_learnt_addresses() {
    let graph = Graph::answering(&[(200, ACCEPTED)]);
    let outcome = send(&graph, &Content::text("hi")).await;
    let learnt = vec![AddressKey::bsuid("US.1"), AddressKey::phone("+12025550123")];
    assert_eq!(outcome, SendOutcome::Accepted { provider_id: "wamid.A".into(), learnt });
    let seen = graph.seen().remove(0);
    assert_eq!(seen.line, format!("POST /v26.0/{NUMBER}/messages"));
    assert_eq!((seen.authorization.as_deref(), seen.content_type.as_deref()), (Some("Bearer TOKEN"), Some("application/json")));
}

#[tokio::test]
async fn a_reply_quotes_its_message_and_a_reaction_only_names_it() {
    let reaction =
        Content::Reaction(model::content::Reaction {
            message: MessageId::from_u128(1), provider_id: "wamid.Q".into(), emoji: "👍".into()
        });
    for (content, quoted) in [(Content::text("hi"), true), (reaction, false)] {
        let graph = Graph::answering(&[(200, ACCEPTED)]);
        let address = AddressKey::phone("+12025550123");
        let parcel = Parcel { message: MessageId::from_u128(7), address: &address, content: &content, quotes: Some("wamid.Q") };
        let outcome = Whatsapp::new(graph.transport()).deliver(&account(), &parcel).await;
        assert!(matches!(outcome, SendOutcome::Accepted { .. }), "{outcome:?}");
        let body = graph.seen().remove(0).body;
        assert_eq!(body.contains(r#""context":{"message_id":"wamid.Q"}"#), quoted, "{body}");
    }
}

#[tokio::test]
async fn ticks_and_typing_name_the_message_that_was_read() {
    let graph = Graph::answering(&[(200, r#"{"success":true}"#), (200, r#"{"success":true}"#), (400, r#"{"error":{"code":131009}}"#)]);
    let adapter = Whatsapp::new(graph.transport());
    for presence in [Presence::Read, Presence::Typing] {
        assert_eq!(adapter.show(&account(), &AddressKey::phone("+12025550123"), "wamid.Q", presence).await, Ok(()));
    }
    assert!(adapter.show(&account(), &AddressKey::phone("+12025550123"), "wamid.gone", Presence::Read).await.is_err());
    let seen = graph.seen();
    assert_eq!(seen[0].line, format!("POST /v26.0/{NUMBER}/messages"));
    assert_eq!(seen[0].body, r#"{"messaging_product":"whatsapp","status":"read","message_id":"wamid.Q"}"#);
    assert_eq!(
        seen[1].body,
        r#"{"messaging_product":"whatsapp","status":"read","message_id":"wamid.Q","typing_indicator":{"type":"text"}}"#
    );
    assert!(adapter.capabilities().presence);
}

#[tokio::test]
async fn every_content_becomes_the_documented_message() {
    assert_eq!(part(Content::text("hi")).await, r#""type":"text","text":{"body":"hi"}"#);
    let button = |id: &str, title: &str| Button::reply(id, title);
    let buttons = Buttons {
        header: Some("h".into()),
        body: "b".into(),
        footer: Some("f".into()),
        buttons: vec![button("yes", "Yes"), button("no", "No")],
        media: None,
    };
    assert_eq!(
        part(Content::Buttons(buttons)).await,
        r#""type":"interactive","interactive":{"type":"button","header":{"type":"text","text":"h"},"body":{"text":"b"},"footer":{"text":"f"},"action":{"buttons":[{"type":"reply","reply":{"id":"yes","title":"Yes"}},{"type":"reply","reply":{"id":"no","title":"No"}}]}}"#
    );
    let rows = vec![Row { id: "r".into(), title: "Row".into(), description: Some("d".into()) }];
    let list = List { header: None, body: "b".into(), footer: None, button: "Open".into(), sections: vec![Section { title: None, rows }] };
    assert_eq!(
        part(Content::List(list)).await,
        r#""type":"interactive","interactive":{"type":"list","body":{"text":"b"},"action":{"button":"Open","sections":[{"rows":[{"id":"r","title":"Row","description":"d"}]}]}}"#
    );
    let media = Media {
        kind: MediaKind::Document,
        source: MediaSource::Link("https://example.com/a.pdf".into()),
        caption: Some("c".into()),
        filename: Some("a.pdf".into()),
    };
    assert_eq!(
        part(Content::Media(media)).await,
        r#""type":"document","document":{"link":"https://example.com/a.pdf","filename":"a.pdf","caption":"c"}"#
    );
    let place = Location { latitude: 1.5, longitude: -2.25, name: Some("n".into()), address: None };
    assert_eq!(part(Content::Location(place)).await, r#""type":"location","location":{"latitude":"1.5","longitude":"-2.25","name":"n"}"#);
}

fn call(names: [&str; 2]) -> Content {
    Content::Template(TemplateCall {
        template: TemplateId::from_u128(1),
        name: "appointment_reminder".into(),
        language: "en_US".into(),
        version: "v".into(),
        header: vec![],
        body: names.iter().map(|name| Param { name: (*name).into(), text: format!("value of {name}") }).collect(),
        buttons: vec![
            ButtonParam::QuickReply { index: 0, payload: "confirm".into() },
            ButtonParam::UrlSuffix { index: 1, text: "x1".into() },
        ],
        preview: TemplatePreview::default(),
        parts: None,
    })
}

#[tokio::test]
async fn templates_are_called_by_name_or_by_position() {
    let head = r#""type":"template","template":{"name":"appointment_reminder","language":{"code":"en_US"},"components":[{"type":"body","parameters":["#;
    let tail = r#"]},{"type":"button","sub_type":"quick_reply","index":"0","parameters":[{"type":"payload","payload":"confirm"}]},{"type":"button","sub_type":"url","index":"1","parameters":[{"type":"text","text":"x1"}]}]}"#;
    let named = r#"{"type":"text","parameter_name":"first_name","text":"value of first_name"},{"type":"text","parameter_name":"day","text":"value of day"}"#;
    assert_eq!(part(call(["first_name", "day"])).await, format!("{head}{named}{tail}"));
    let positional = r#"{"type":"text","text":"value of 1"},{"type":"text","text":"value of 2"}"#;
    assert_eq!(part(call(["1", "2"])).await, format!("{head}{positional}{tail}"));
}

#[tokio::test]
async fn a_person_without_a_phone_number_is_reached_by_id() {
    let graph = Graph::answering(&[(
        200,
        r#"{"messaging_product":"whatsapp","contacts":[{"input":"US.1","user_id":"US.1"}],"messages":[{"id":"wamid.B"}]}"#,
    )]);
    let outcome = send_to(&graph, &AddressKey::bsuid("US.1"), &Content::text("hi")).await;
    assert_eq!(outcome, SendOutcome::Accepted { provider_id: "wamid.B".into(), learnt: vec![AddressKey::bsuid("US.1")] });
    assert!(graph.seen()[0].body.contains(r#""recipient":"US.1""#));
}

#[tokio::test]
async fn refusals_carry_the_remedy_and_nothing_uncertain_is_called_refused() {
    let error = |code: i64| format!(r#"{{"error":{{"message":"m","code":{code},"error_data":{{"details":"d"}}}}}}"#);
    let outcome = async |status: u16, body: &str| send(&Graph::answering(&[(status, body)]), &Content::text("x")).await;
    let SendOutcome::Refused { error: refused } = outcome(400, &error(131_026)).await else { panic!() };
    assert_eq!((refused.code.as_str(), refused.cause), ("whatsapp:131026", FallbackCause::NotCapable));
    assert!(refused.for_user.contains("(d)"));
    let SendOutcome::Refused { error: refused } = outcome(400, &error(130_429)).await else { panic!() };
    assert_eq!(refused.remedy, Remedy::SlowSender { after: Millis::from_secs(1) });
    let SendOutcome::Refused { error: refused } = outcome(403, "<html>proxy</html>").await else { panic!() };
    assert_eq!(refused.remedy, Remedy::PauseSender);
    for (status, body) in [
        (500, error(131_000)),
        (503, error(2)),
        (502, "<html>bad gateway</html>".to_owned()),
        (500, error(999_999)),
        (200, "cut".to_owned()),
        (200, "{}".to_owned()),
    ] {
        let got = outcome(status, &body).await;
        assert!(matches!(got, SendOutcome::Unknown { .. }), "{status} {body}: {got:?}");
    }
}

#[tokio::test]
async fn a_lost_answer_is_unknown_and_a_missing_connection_is_refused() {
    for (kind, unknown) in [
        (HttpErrorKind::TimedOut, true),
        (HttpErrorKind::Lost, true),
        (HttpErrorKind::TooLarge, true),
        (HttpErrorKind::NotConnected, false),
        (HttpErrorKind::BlockedAddress, false),
    ] {
        let adapter = Whatsapp::new(Arc::new(Failing(kind)));
        let parcel = Parcel {
            message: MessageId::from_u128(7),
            address: &AddressKey::phone("+12025550123"),
            content: &Content::text("x"),
            quotes: None,
        };
        let outcome = adapter.deliver(&account(), &parcel).await;
        assert_eq!(matches!(outcome, SendOutcome::Unknown { .. }), unknown, "{kind:?}: {outcome:?}");
    }
}

#[tokio::test]
async fn what_meta_would_refuse_does_not_leave() {
    let graph = Graph::answering(&[]);
    let buttons = Buttons {
        header: None,
        body: "b".into(),
        footer: None,
        buttons: (0..4).map(|i| Button::reply(i.to_string(), i.to_string())).collect(),
        media: None,
    };
    let SendOutcome::Refused { error } = send(&graph, &Content::Buttons(buttons)).await else { panic!() };
    assert_eq!(error.remedy, Remedy::FixData);
    assert!(error.for_user.contains("1 to 3 items"), "{}", error.for_user);
    let SendOutcome::Refused { .. } =
        send_to(&graph, &AddressKey::new(model::AddressKind::Email, "a@example.com"), &Content::text("x")).await
    else {
        panic!()
    };
    assert!(graph.seen().is_empty());
}

struct Shelf;

#[async_trait]
impl MediaReader for Shelf {
    async fn read(&self, _workspace: WorkspaceId, media: MediaId) -> Option<FetchedMedia> {
        (media.as_u128() == 1).then(|| FetchedMedia { bytes: b"PNG".to_vec(), mime: "image/png".into() })
    }
}

#[tokio::test]
async fn stored_files_are_uploaded_first() {
    let stored = |id: u128| {
        Content::Media(Media { kind: MediaKind::Image, source: MediaSource::Stored(MediaId::from_u128(id)), caption: None, filename: None })
    };
    let graph = Graph::answering(&[(200, r#"{"id":4490709327384033}"#), (200, ACCEPTED)]);
    assert!(matches!(send(&graph, &stored(1)).await, SendOutcome::Accepted { .. }));
    let seen = graph.seen();
    assert_eq!(seen[0].line, format!("POST /v26.0/{NUMBER}/media"));
    assert!(seen[0].content_type.as_deref().unwrap().starts_with("multipart/form-data; boundary="));
    assert!(seen[0].body.contains("Content-Type: image/png\r\n\r\nPNG\r\n--"), "{}", seen[0].body);
    assert!(seen[1].body.contains(r#""image":{"id":"4490709327384033"}"#));
    assert!(matches!(send(&graph, &stored(2)).await, SendOutcome::Refused { error } if error.for_user.contains("not in the object store")));
    let graph = Graph::answering(&[(500, "oops")]);
    assert!(matches!(send(&graph, &stored(1)).await, SendOutcome::Refused { error } if matches!(error.remedy, Remedy::Retry { .. })));
}

/// What was uploaded, for as long as the test says.
#[derive(Default)]
struct Book(std::sync::Mutex<std::collections::BTreeMap<MediaId, (String, Millis)>>);

#[async_trait::async_trait]
impl channel::UploadBook for Book {
    async fn known(&self, _: &channel::Account, media: MediaId) -> Option<String> {
        self.0.lock().unwrap().get(&media).map(|(id, _)| id.clone())
    }
    async fn keep(&self, _: &channel::Account, media: MediaId, id: &str, lives: Millis) {
        self.0.lock().unwrap().insert(media, (id.to_owned(), lives));
    }
    async fn forget(&self, _: &channel::Account, media: MediaId) {
        self.0.lock().unwrap().remove(&media);
    }
}

#[tokio::test]
async fn a_file_is_uploaded_once_and_again_when_the_provider_forgot_it() {
    let content =
        Content::Media(Media { kind: MediaKind::Image, source: MediaSource::Stored(MediaId::from_u128(1)), caption: None, filename: None });
    let book = std::sync::Arc::new(Book::default());
    let gone = r##"{"error":{"message":"(#131009) Parameter value is not valid","type":"OAuthException","code":131009,"error_data":{"messaging_product":"whatsapp","details":"Param image['id'] is not a valid whatsapp business account media attachment ID"},"fbtrace_id":"A"}}"##;
    let answers = [
        (200, r#"{"id":"11"}"#),
        (200, ACCEPTED),
        (200, ACCEPTED),
        (400, gone),
        (200, r#"{"id":"12"}"#),
        (200, ACCEPTED),
        (400, gone),
        (200, r#"{"id":"13"}"#),
        (400, gone),
    ];
    let graph = Graph::answering(&answers);
    let adapter = Whatsapp::new(graph.transport()).with_media(Arc::new(Shelf)).with_uploads(book.clone());
    let (address, message) = (AddressKey::phone("+12025550123"), MessageId::from_u128(7));
    let parcel = Parcel { message, address: &address, content: &content, quotes: None };
    for _ in 0..3 {
        assert!(matches!(adapter.deliver(&account(), &parcel).await, SendOutcome::Accepted { .. }));
    }
    let lines: Vec<&str> = vec!["media", "messages", "messages", "messages", "media", "messages"];
    let seen = graph.seen();
    assert_eq!(seen.iter().map(|seen| seen.line.rsplit('/').next().unwrap()).collect::<Vec<_>>(), lines);
    assert!(seen[2].body.contains(r#""id":"11""#) && seen[5].body.contains(r#""id":"12""#));
    let (id, lives) = book.0.lock().unwrap()[&MediaId::from_u128(1)].clone();
    assert!(id == "12" && lives < Millis::from_days(30), "a day before Meta forgets it, it is not used any more");
    // Refused with a fresh upload too: something else is wrong, and it is not tried for ever.
    assert!(matches!(adapter.deliver(&account(), &parcel).await, SendOutcome::Refused { .. }));
    assert_eq!(graph.seen().len(), 3);
}

fn photo() -> InboundMedia {
    InboundMedia {
        kind: MediaKind::Image,
        mime: "image/jpeg".into(),
        provider_ref: "55".into(),
        caption: None,
        filename: None,
        stored: None,
    }
}

#[tokio::test]
async fn media_are_looked_up_fetched_and_checked() {
    let hash = hex::encode(whatsapp::media::sha256(b"JPEG"));
    let info = |url: &str| {
        format!(r#"{{"messaging_product":"whatsapp","url":"{url}","mime_type":"image/jpeg","sha256":"{hash}","file_size":"4","id":"55"}}"#)
            .into_bytes()
    };
    let json = "application/json";
    let lookaside = "https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=55";
    // The first address is gone, so the id is looked up again.
    let answers =
        vec![(200, json, info(lookaside)), (404, json, vec![]), (200, json, info(lookaside)), (200, "image/jpeg", b"JPEG".to_vec())];
    let graph = Graph::answering_bytes(answers);
    let adapter = Whatsapp::new(graph.transport());
    let file = adapter.fetch_media(&account(), &photo()).await.unwrap();
    assert_eq!(file, FetchedMedia { bytes: b"JPEG".to_vec(), mime: "image/jpeg".into() });
    let seen = graph.seen();
    assert_eq!(seen[0].line, format!("GET /v26.0/55?phone_number_id={NUMBER}"));
    assert_eq!(seen[3].authorization.as_deref(), Some("Bearer TOKEN"));

    let damaged = Graph::answering_bytes(vec![(200, json, info(lookaside)), (200, "image/jpeg", b"JPEX".to_vec())]);
    let error = Whatsapp::new(damaged.transport()).fetch_media(&account(), &photo()).await.unwrap_err();
    assert_eq!(error.code, "whatsapp:media_hash");

    let elsewhere = Graph::answering_bytes(vec![(200, json, info("https://fbsbx.com.example.org/x"))]);
    let error = Whatsapp::new(elsewhere.transport()).fetch_media(&account(), &photo()).await.unwrap_err();
    assert_eq!((error.code.as_str(), elsewhere.seen().len()), ("whatsapp:media_host", 1));
}

#[tokio::test]
async fn a_message_with_an_id_is_settled_by_its_history() {
    let mut message = super::receiving::sent_message();
    let adapter = |graph: &Graph| Whatsapp::new(graph.transport());
    let graph = Graph::answering(&[]);
    message.provider_id = None;
    assert_eq!(adapter(&graph).settle(&account(), &message).await, Settled::NotSupported);
    message.provider_id = Some("wamid.A+/=".into());
    let graph = Graph::answering(&[
        (
            200,
            r#"{"data":[{"id":"9","message_id":"wamid.A+/=","events":{"data":[{"id":"1","delivery_status":"SENT","timestamp":1750030073}]}}]}"#,
        ),
        (200, r#"{"data":[]}"#),
        (500, "oops"),
    ]);
    let accepted = Settled::Found(SendOutcome::Accepted { provider_id: "wamid.A+/=".into(), learnt: vec![] });
    assert_eq!(adapter(&graph).settle(&account(), &message).await, accepted);
    assert_eq!(adapter(&graph).settle(&account(), &message).await, Settled::Unknown);
    assert_eq!(adapter(&graph).settle(&account(), &message).await, Settled::Unknown);
    assert!(graph.seen()[0].line.contains("message_history?message_id=wamid.A%2B%2F%3D&"));
}
