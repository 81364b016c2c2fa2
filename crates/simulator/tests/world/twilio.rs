//! The Twilio side.

use axum::body::Body;
use http::{Method, Request};
use model::Millis;
use serde_json::{Value, json};
use simulator::{Line, Persona, twilio_signature};

use crate::common::{ACCOUNT, Bench, SENDER, code, file};

const PHONE: &str = "+12025550123";
const CALLBACK: &str = "http://receiver.example.com/status?message=msg_1&x=%20";

#[tokio::test]
async fn an_sms_is_queued_sent_and_delivered_with_signed_callbacks() {
    let bench = Bench::new();
    let (status, body) = bench.sms(&[("To", PHONE), ("From", SENDER), ("Body", "Hi é"), ("StatusCallback", CALLBACK)]).await;
    assert_eq!(status, 201, "{body}");
    let sid = body["sid"].as_str().expect("a sid").to_owned();
    assert!(sid.starts_with("SM") && sid.len() == 34);
    assert_eq!(
        (body["status"].as_str(), body["num_segments"].as_str(), body["direction"].as_str()),
        (Some("queued"), Some("1"), Some("outbound-api"))
    );
    assert_eq!(body["uri"], format!("/2010-04-01/Accounts/{ACCOUNT}/Messages/{sid}.json"));
    assert_eq!(body["date_created"], "Sun, 22 Nov 2026 09:00:00 +0000");
    bench.pass(Millis::from_mins(30)).await;
    let posts = bench.posts();
    assert_eq!(posts.iter().map(|p| p.field("MessageStatus").unwrap_or_default()).collect::<Vec<_>>(), ["sent", "delivered"]);
    for post in &posts {
        assert_eq!(post.url, CALLBACK);
        assert_eq!(post.header("x-twilio-signature"), twilio_signature("sim-auth-token", CALLBACK, &post.form()));
        assert_eq!((post.field("MessageSid"), post.field("AccountSid")), (Some(sid.clone()), Some(ACCOUNT.to_owned())));
    }
    assert!(posts[1].field("RawDlrDoneDate").is_some_and(|d| d.starts_with("261122")));
    let (_, fetched) = bench.twilio(Method::GET, &format!("Messages/{sid}.json"), String::new()).await;
    assert_eq!(fetched["status"], "delivered");
    let truth = bench.sim.with(|w| w.ground_truth());
    assert_eq!((truth.len(), truth[0].line, truth[0].opaque.as_deref()), (1, Line::Sms, Some(CALLBACK)));
}

#[tokio::test]
async fn refusals_have_twilios_codes_and_shape() {
    let bench = Bench::new();
    let long = "x".repeat(1_601);
    let cases: [(&[(&str, &str)], u64); 13] = [
        (&[("From", SENDER), ("Body", "x")], 21604),
        (&[("To", "12"), ("From", SENDER), ("Body", "x")], 21211),
        (&[("To", PHONE), ("Body", "x")], 21603),
        (&[("To", PHONE), ("From", "+12025550111"), ("Body", "x")], 21606),
        (&[("To", PHONE), ("From", SENDER)], 21619),
        (&[("To", PHONE), ("From", SENDER), ("Body", &long)], 21617),
        (&[("To", PHONE), ("From", SENDER), ("MediaUrl", "nothing")], 21620),
        (&[("To", PHONE), ("From", SENDER), ("Body", "x"), ("StatusCallback", "nothing")], 21609),
        (&[("To", PHONE), ("MessagingServiceSid", "MG0"), ("Body", "x")], 21701),
        (&[("To", PHONE), ("From", SENDER), ("Body", "x"), ("ValidityPeriod", "0")], 20001),
        (&[("To", SENDER), ("From", SENDER), ("Body", "x")], 21266),
        (&[("To", "+15005550009"), ("From", SENDER), ("Body", "x")], 21614),
        (&[("To", "+12125550180"), ("From", SENDER), ("Body", "x")], 21211),
    ];
    for (form, expected) in cases {
        let answer = bench.sms(form).await;
        assert_eq!((answer.0, code(&answer)), (400, expected), "{form:?} {}", answer.1);
        assert_eq!(answer.1["more_info"], format!("https://www.twilio.com/docs/errors/{expected}"));
        assert_eq!(answer.1["status"], 400);
    }
    let request = Request::get(format!("/2010-04-01/Accounts/{ACCOUNT}/Messages.json")).body(Body::empty()).expect("a request");
    let answer = bench.call(bench.sim.twilio_router(), request).await;
    assert_eq!((answer.0, answer.1["code"].as_u64(), answer.1["message"].as_str()), (401, Some(20003), Some("Authenticate")));
    let answer = bench.twilio(Method::GET, "Messages/SM0.json", String::new()).await;
    assert_eq!((answer.0, code(&answer)), (404, 20404));
}

#[tokio::test]
async fn stop_silences_the_sender_until_start() {
    let bench = Bench::new();
    let person = bench.person(PHONE, Persona::Manual, false).await;
    bench.sms(&[("To", PHONE), ("From", SENDER), ("Body", "Hello")]).await;
    bench.pass(Millis::from_mins(30)).await;
    bench.forget();
    bench.sim.with(|w| w.person_types(person, Line::Sms, None, "Stop.")).expect("a text");
    bench.pass(Millis::from_secs(5)).await;
    let inbound = bench.posts().remove(0);
    assert_eq!(inbound.url, "http://receiver.example.com/sms");
    assert_eq!((inbound.field("Body").as_deref(), inbound.field("OptOutType").as_deref()), (Some("Stop."), Some("STOP")));
    assert_eq!((inbound.field("From").as_deref(), inbound.field("To").as_deref()), (Some(PHONE), Some(SENDER)));
    assert_eq!(inbound.header("x-twilio-signature"), twilio_signature("sim-auth-token", &inbound.url, &inbound.form()));
    assert!(!inbound.header("i-twilio-idempotency-token").is_empty());
    for sender in [("From", SENDER), ("MessagingServiceSid", "MGcccccccccccccccccccccccccccccccc")] {
        let answer = bench.sms(&[("To", PHONE), sender, ("Body", "Are you sure?")]).await;
        assert_eq!((answer.0, code(&answer)), (400, 21610));
    }
    bench.sim.with(|w| w.person_types(person, Line::Sms, None, "START")).expect("a text");
    assert_eq!(bench.sms(&[("To", PHONE), ("From", SENDER), ("Body", "Welcome back")]).await.0, 201);
}

#[tokio::test]
async fn scripted_endings_fail_after_acceptance() {
    let bench = Bench::new();
    for (ending, error) in [("0182", "30003"), ("0185", "30007"), ("0188", "30034")] {
        bench.forget();
        let to = format!("+1212555{ending}");
        assert_eq!(bench.sms(&[("To", &to), ("From", SENDER), ("Body", "x"), ("StatusCallback", CALLBACK)]).await.0, 201);
        bench.pass(Millis::from_mins(30)).await;
        let last = bench.posts().pop().expect("a callback");
        assert_eq!((last.field("MessageStatus").as_deref(), last.field("ErrorCode").as_deref()), (Some("undelivered"), Some(error)));
    }
    assert!(bench.sim.with(|w| w.ground_truth()).is_empty());
}

#[tokio::test]
async fn a_service_chooses_its_sender_later_and_can_schedule_and_cancel() {
    let bench = Bench::new();
    let service = ("MessagingServiceSid", "MGcccccccccccccccccccccccccccccccc");
    let (_, body) = bench.sms(&[("To", PHONE), service, ("Body", "x")]).await;
    assert_eq!((body["status"].as_str(), &body["from"], body["num_segments"].as_str()), (Some("accepted"), &Value::Null, Some("0")));
    bench.pass(Millis::from_mins(30)).await;
    let (_, body) = bench.twilio(Method::GET, &format!("Messages/{}.json", body["sid"].as_str().unwrap_or_default()), String::new()).await;
    assert_eq!((body["from"].as_str(), body["status"].as_str()), (Some(SENDER), Some("delivered")));
    let later = [("To", PHONE), service, ("Body", "later"), ("ScheduleType", "fixed"), ("SendAt", "2026-11-22T12:00:00Z")];
    let (_, first) = bench.sms(&later).await;
    let (_, second) = bench.sms(&later).await;
    assert_eq!(first["status"], "scheduled");
    let cancel = |sid: &Value| format!("Messages/{}.json", sid.as_str().unwrap_or_default());
    let (status, canceled) = bench.twilio(Method::POST, &cancel(&second["sid"]), "Status=canceled".into()).await;
    assert_eq!((status, canceled["status"].as_str()), (200, Some("canceled")));
    bench.pass(Millis::from_hours(4)).await;
    assert_eq!(bench.sim.with(|w| w.ground_truth()).len(), 2);
    assert_eq!(bench.twilio(Method::POST, &cancel(&first["sid"]), "Status=canceled".into()).await.0, 400);
    let (_, redacted) = bench.twilio(Method::POST, &cancel(&first["sid"]), "Body=".into()).await;
    assert_eq!(redacted["body"], "");
}

#[tokio::test]
async fn lists_are_newest_first_and_paged() {
    let bench = Bench::new();
    for n in 0..5 {
        bench.sms(&[("To", PHONE), ("From", SENDER), ("Body", &n.to_string())]).await;
    }
    let (_, page) = bench.twilio(Method::GET, "Messages.json?To=%2B12025550123&PageSize=2", String::new()).await;
    assert_eq!(
        page["messages"].as_array().map(|m| m.iter().map(|m| m["body"].clone()).collect::<Vec<_>>()),
        Some(vec![json!("4"), json!("3")])
    );
    let next =
        page["next_page_uri"].as_str().expect("a next page").split("/Messages").nth(1).map(|p| format!("Messages{p}")).expect("a path");
    let (_, page) = bench.twilio(Method::GET, &next, String::new()).await;
    assert_eq!(page["messages"][0]["body"], "2");
    let (_, none) = bench.twilio(Method::GET, "Messages.json?To=%2B12025550199", String::new()).await;
    assert_eq!((none["messages"].as_array().map(Vec::len), &none["next_page_uri"]), (Some(0), &Value::Null));
}

#[tokio::test]
async fn a_twiml_answer_is_sent_back_and_pictures_can_be_fetched() {
    let bench = Bench::new();
    let person = bench.person(PHONE, Persona::Manual, false).await;
    *bench.receiver.answer.lock().expect("lock") = "<Response><Message>Thanks &amp; bye</Message></Response>".into();
    bench.sms(&[("To", PHONE), ("From", SENDER), ("Body", "send a picture")]).await;
    bench.sim.with(|w| w.person_sends_file(person, Line::Sms, Some(SENDER), file("image/png", "png", Some("here")))).expect("a file");
    bench.pass(Millis::from_mins(30)).await;
    let inbound = bench.posts().into_iter().find(|p| p.url.ends_with("/sms")).expect("an inbound post");
    assert_eq!((inbound.field("NumMedia").as_deref(), inbound.field("MediaContentType0").as_deref()), (Some("1"), Some("image/png")));
    let path = inbound.field("MediaUrl0").expect("a url").split(&format!("{ACCOUNT}/")).nth(1).expect("a path").to_owned();
    assert_eq!(bench.twilio(Method::GET, &path, String::new()).await.0, 200);
    assert!(bench.sim.with(|w| w.ground_truth()).iter().any(|row| row.text == "Thanks & bye"));
}
