//! What people send is fetched at once and kept: the provider forgets it within days.

use model::Millis;
use serde_json::Value;
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
