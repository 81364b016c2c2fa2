//! What people send is fetched at once and kept: the provider forgets it within days.

use model::Millis;
use serde_json::{Value, json};
use simulator::{Attachment, Line};

use crate::common::{Bench, text};

const PHONE: &str = "+12025550123";
const REFERRAL: &str = "%PDF-1.4 a referral";

#[tokio::test]
async fn media_that_came_in_outlive_the_provider() {
    let mut bench = Bench::new().await;
    bench.types(PHONE, Line::WhatsApp, "Here is my referral");
    let person = bench.person(PHONE);
    bench.stage.simulator.with(|world| {
        let file = Attachment {
            mime: "application/pdf".to_owned(),
            filename: Some("referral.pdf".to_owned()),
            bytes: REFERRAL.as_bytes().to_vec().into(),
            caption: None,
        };
        world.person_sends_file(person, Line::WhatsApp, None, file).expect("a document is sent");
    });
    bench.stage.advance(Millis::from_mins(1)).await.expect("a minute goes by");
    let messages = bench.list("/v1/messages").await;
    let message = messages.into_iter().find(|message| message["received"]["type"] == "media").expect("the document came in");
    let media = text(&message["received"]["stored"]).to_owned();
    // The provider keeps a medium for a week; we keep ours.
    bench.stage.advance(Millis::from_days(10)).await.expect("ten days go by");
    let answer = bench.call("GET", &format!("/v1/media/{media}"), Value::Null).await.expect_status(200);
    assert_eq!(answer.body, REFERRAL);
    // A document is handed out to be saved and never to be shown as a page of ours.
    assert!(answer.header("content-disposition").starts_with("attachment"), "{}", answer.header("content-disposition"));
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
}

#[tokio::test]
async fn media_that_nobody_sent_are_not_there() {
    let bench = Bench::new().await;
    let answer = bench.call("GET", "/v1/media/med_00000000000000000000000001", Value::Null).await;
    assert_eq!(answer.status, 404);
}

#[tokio::test]
async fn a_file_that_was_kept_reaches_the_phone_with_its_words() {
    let mut bench = Bench::new().await;
    bench.types(PHONE, Line::WhatsApp, "How do I find you?");
    bench.settle().await;
    let key = format!("Bearer {}", bench.key());
    let headers = [("authorization", key.as_str()), ("content-type", "application/pdf")];
    let kept = bench.send("POST", "/v1/media?filename=the-way.pdf", &headers, &b"%PDF-1.7 the way"[..]).await.expect_status(201).json;
    let contact = bench.contact(PHONE).await;
    let conversation = text(&bench.conversation(&contact).await["id"]).to_owned();
    let content = json!({ "type": "media", "kind": "document", "source": { "stored": kept["id"] }, "caption": "From the station", "filename": "the-way.pdf" });
    let reply = json!({ "channel": "whatsapp", "seen": null, "content": content });
    let answer = bench.console("POST", &format!("/v1/conversations/{conversation}/replies"), reply).await;
    assert!(matches!(answer.status, 200..=202), "{answer:?}");
    bench.settle().await;
    let phone = bench.phone(PHONE);
    let shown = &phone.iter().rev().find(|entry| entry.from_business).expect("it came").shown;
    let file = shown.media.as_ref().expect("with the file");
    assert_eq!((shown.text.as_str(), file.filename.as_deref()), ("From the station", Some("the-way.pdf")));
    assert!(file.link.is_none(), "it was uploaded");
}
