//! RCS by Twilio.

use axum::body::Body;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{Method, Request};
use model::Millis;
use serde_json::{Value, json};
use simulator::{Line, Outcome, Persona};

use crate::common::{ACCOUNT, Bench, config};

const AGENT: &str = "rcs:example_brand";
/// Ends in an odd digit: there is RCS on this phone.
const WITH: &str = "+12025550123";
const WITHOUT: &str = "+12025550124";
const CALLBACK: &str = "http://receiver.example.com/status";
const HOOK: &str = "http://receiver.example.com/rcs";

fn bench() -> Bench {
    let mut config = config();
    config.twilio.services[0].rcs = Some(AGENT.into());
    let bench = Bench::with(config, 7);
    bench.sim.with(|world| {
        world.set_rcs_webhook(AGENT, Some(HOOK.into()));
        for phone in [WITH, WITHOUT] {
            world.invite("Sample", phone, Persona::Manual);
        }
    });
    bench
}

async fn beside(bench: &Bench, method: Method, path: &str, body: &Value) -> (u16, Value) {
    let login = STANDARD.encode(format!("{ACCOUNT}:sim-auth-token"));
    let request = Request::builder().method(method).uri(path).header("authorization", format!("Basic {login}"));
    bench.call(bench.sim.twilio_router(), request.body(Body::from(body.to_string())).unwrap()).await
}

fn question() -> Value {
    let actions = json!([{ "type": "QUICK_REPLY", "title": "Yes", "id": "yes" }, { "type": "URL", "title": "Where", "url": "https://example.com/{{2}}" }]);
    json!({ "friendly_name": "question", "language": "en", "variables": { "1": "…", "2": "…" },
        "types": { "twilio/card": { "body": "{{1}}", "actions": actions } } })
}

#[tokio::test]
async fn a_card_arrives_is_read_and_its_button_answers() {
    let bench = bench();
    let (status, made) = beside(&bench, Method::POST, "/v1/Content", &question()).await;
    assert_eq!(status, 201, "{made}");
    let sid = made["sid"].as_str().unwrap();
    let (_, found) = beside(&bench, Method::GET, "/v2/Content?ContentName=question&PageSize=50", &Value::Null).await;
    assert_eq!(found["contents"][0]["sid"], sid);
    let to = format!("rcs:{WITH}");
    let variables = r#"{"1":"Will you come?","2":"map"}"#;
    let form = [("To", to.as_str()), ("From", AGENT), ("ContentSid", sid), ("ContentVariables", variables), ("StatusCallback", CALLBACK)];
    let (status, sent) = bench.sms(&form).await;
    assert_eq!((status, &sent["from"], &sent["to"]), (201, &json!(AGENT), &json!(to)), "{sent}");
    bench.pass(Millis::from_mins(30)).await;
    let person = bench.sim.with(|world| world.people().by_phone(WITH)).unwrap();
    let entry = bench.sim.with(|world| world.people().get(person).unwrap().thread[0].clone());
    assert_eq!((entry.line, entry.shown.text.as_str(), entry.shown.taps.len()), (Line::Rcs, "Will you come?", 2));
    assert_eq!(entry.shown.taps[1].target.as_deref(), Some("https://example.com/map"));
    bench.forget();
    bench.sim.with(|world| world.person_taps(person, &entry.id, "yes")).unwrap();
    bench.pass(Millis::from_mins(1)).await;
    let posts = bench.posts();
    let read = posts.iter().find(|post| post.url == CALLBACK).expect("a status");
    let told = ["MessageStatus", "EventType", "ChannelPrefix", "From"].map(|name| read.field(name).unwrap_or_default());
    assert_eq!(told, ["read", "READ", "rcs", AGENT].map(str::to_owned));
    let tap = posts.iter().find(|post| post.url == HOOK).expect("a message");
    let said = ["From", "To", "ButtonText", "ButtonPayload"].map(|name| tap.field(name).unwrap_or_default());
    assert_eq!(said, [to.as_str(), AGENT, "Yes", "yes"].map(str::to_owned));
}

#[tokio::test]
async fn who_has_no_rcs_or_is_off_is_not_reached_and_a_service_takes_sms() {
    let bench = bench();
    let off = bench.sim.with(|world| {
        let off = world.people().by_phone(WITH).unwrap();
        world.outcomes_mut().script(off, Line::Rcs, Some(Outcome::NeverDelivered));
        off
    });
    for (phone, expected) in [(WITHOUT, "63036"), (WITH, "30036")] {
        let to = format!("rcs:{phone}");
        let form = [("To", to.as_str()), ("From", AGENT), ("Body", "x"), ("ValidityPeriod", "60"), ("StatusCallback", CALLBACK)];
        assert_eq!(bench.sms(&form).await.0, 201);
        bench.pass(Millis::from_mins(30)).await;
        let codes: Vec<String> = bench.posts().iter().filter_map(|post| post.field("ErrorCode")).collect();
        assert_eq!(codes, [expected], "{phone}");
        bench.forget();
    }
    bench.sim.with(|world| world.outcomes_mut().script(off, Line::Rcs, None));
    for (phone, from) in [(WITHOUT, "+12025550100"), (WITH, AGENT)] {
        let form =
            [("To", phone), ("MessagingServiceSid", "MGcccccccccccccccccccccccccccccccc"), ("Body", "x"), ("StatusCallback", CALLBACK)];
        assert_eq!(bench.sms(&form).await.0, 201);
        bench.pass(Millis::from_mins(30)).await;
        let last = bench.posts().pop().expect("a status");
        assert_eq!((last.field("MessageStatus").as_deref(), last.field("From").as_deref()), (Some("delivered"), Some(from)), "{phone}");
    }
}

#[tokio::test]
async fn what_does_not_fit_is_refused_with_twilios_codes() {
    let bench = bench();
    let to = format!("rcs:{WITH}");
    let code = |answer: &(u16, Value)| (answer.0, answer.1["code"].as_u64().unwrap_or_default());
    let number = bench.sms(&[("To", &to), ("From", "+12025550100"), ("Body", "x")]).await;
    assert_eq!(code(&number), (400, 21612));
    let unknown = bench.sms(&[("To", &to), ("From", "rcs:nobody"), ("Body", "x")]).await;
    assert_eq!(code(&unknown), (400, 21606));
    let content = bench.sms(&[("To", &to), ("From", AGENT), ("ContentSid", "HX0")]).await;
    assert_eq!(code(&content), (400, 21655));
    let (_, made) = beside(&bench, Method::POST, "/v1/Content", &question()).await;
    let sid = made["sid"].as_str().unwrap();
    for variables in ["[1]", "{", r#"{"1":""}"#] {
        let answer = bench.sms(&[("To", &to), ("From", AGENT), ("ContentSid", sid), ("ContentVariables", variables)]).await;
        assert_eq!(code(&answer), (400, 21656), "{variables}");
    }
    let poor = json!({ "language": "en", "types": { "twilio/card": { "body": "alone" } } });
    assert_eq!(code(&beside(&bench, Method::POST, "/v1/Content", &poor).await), (400, 20001));
    let nobody = Request::get("/v1/Content").body(Body::empty()).unwrap();
    assert_eq!(bench.call(bench.sim.twilio_router(), nobody).await.0, 401);
    let (_, senders) = beside(&bench, Method::GET, "/v2/Channels/Senders?Channel=rcs", &Value::Null).await;
    assert_eq!((&senders["senders"][0]["sender_id"], &senders["senders"][0]["webhook"]["callback_url"]), (&json!(AGENT), &json!(HOOK)));
}
