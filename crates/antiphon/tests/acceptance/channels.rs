//! Two channels, one contact: sending, windows, live news.

use model::Millis;
use serde_json::json;
use simulator::{Line, Outcome, twilio_shared_key_signature};

use crate::common::{Bench, at, says, text};

const PHONE: &str = "+12025550123";

/// Says something on WhatsApp, later something by SMS.
const TWO_CHANNELS: &str = r#"
journey: two_channels
owner: front_desk
purpose: transactional
entry: { on: order_placed, key: event.order_id }
context: { order_id: event.order_id }
goal: { none: "a test of two channels" }
start: first
steps:
  first:
    send:
      whatsapp: { out_of_window: { template: order_update, variables: { first_name: "{{ contact.first_name }}", ref: "{{ run.order_id }}" } } }
      max_lateness: 1h
      fallback: { any: done }
    next: pause
  pause: { delay: { for: 1h }, next: second }
  second:
    send:
      sms: { text: "Order {{ run.order_id }} leaves today." }
      max_lateness: 1h
      fallback: { any: done }
    next: done
  done: { end: done }
"#;

/// A1 (two channels): one journey sends on both, and the contact's one timeline shows both messages to their final statuses.
#[tokio::test]
async fn a01_one_timeline_shows_both_channels_to_their_final_statuses() {
    let mut bench = Bench::new().await;
    bench.template("order_update", "transactional", "Hello {{first_name}}, order {{ref}} is packed.", json!([])).await;
    bench.publish(TWO_CHANNELS).await;
    let contact = bench.event("order_placed", PHONE, json!({ "order_id": "O-1" })).await;
    bench.advance(Millis::from_mins(10)).await;
    let first = bench.phone(PHONE)[0].id.clone();
    let person = bench.person(PHONE);
    bench.stage.simulator.with(|world| world.person_reads(person, &first)).expect("a read message");
    bench.advance(Millis::from_hours(2)).await;

    let phone = bench.phone(PHONE);
    assert_eq!(says(&phone), ["Hello Sam, order O-1 is packed.", "Order O-1 leaves today."]);
    assert_eq!([phone[0].line, phone[1].line], [Line::WhatsApp, Line::Sms]);
    let sent = bench.sent(&format!("&contact={contact}")).await;
    let statuses: Vec<_> = sent.iter().map(|message| (text(&message["channel"]), text(&message["status"]))).collect();
    assert_eq!(statuses, [("whatsapp", "read"), ("sms", "delivered")]);
    let timeline = bench.timeline(&contact).await;
    for (message, kinds) in [
        (&sent[0], &["message_queued", "message_sent", "message_delivered", "message_read"][..]),
        (&sent[1], &["message_queued", "message_sent", "message_delivered"]),
    ] {
        let of: Vec<_> = timeline.iter().filter(|line| line["message"] == message["id"]).map(|line| text(&line["kind"])).collect();
        assert_eq!(of, kinds, "{}", message["channel"]);
    }
    assert_eq!(bench.list("/v1/contacts").await.len(), 1);
}

/// A2: what a person writes reaches an open inbox by itself.
#[tokio::test]
async fn a02_an_inbound_message_is_pushed_to_an_open_inbox() {
    use http_body_util::BodyExt as _;
    use tower::ServiceExt as _;

    let mut bench = Bench::new().await;
    let news = tokio::spawn(antiphon::backend::publish_news(bench.stage.app.engine.clone(), bench.stage.app.backend.live.clone()));
    let request = axum::http::Request::get("/v1/live").header("authorization", format!("Bearer {}", bench.key()));
    let response =
        bench.stage.router.clone().oneshot(request.body(axum::body::Body::empty()).expect("a request")).await.expect("an answer");
    assert_eq!(response.status(), 200);
    let mut stream = response.into_body();
    // The publisher has to listen before there is something to hear.
    tokio::task::yield_now().await;

    bench.types(PHONE, Line::WhatsApp, "Do you have a table for two tonight?");
    bench.settle().await;
    let mut heard = String::new();
    for _ in 0..50 {
        let frame = stream.frame().await.expect("the stream goes on").expect("a frame");
        heard.push_str(&String::from_utf8_lossy(&frame.into_data().unwrap_or_default()));
        if heard.contains("event: conversation") && heard.contains("event: message\n") {
            break;
        }
    }
    news.abort();
    let data = |event: &str| {
        let at = heard.find(&format!("event: {event}\n")).unwrap_or_else(|| panic!("no `{event}` in {heard}"));
        let line = heard[at..].lines().chain(heard[..at].lines().rev()).find(|line| line.starts_with("data: ")).expect("data").to_owned();
        serde_json::from_str::<serde_json::Value>(&line[6..]).expect("JSON")
    };
    let conversation = data("conversation");
    assert_eq!(conversation["last_message"], "Do you have a table for two tonight?");
    assert_eq!(conversation["unread"], 1);
    assert_eq!(data("message")["received"]["body"], "Do you have a table for two tonight?");
    let listed = bench.list("/v1/conversations?status=waiting").await;
    assert_eq!(listed[0]["id"], conversation["id"]);
}

/// Words while the window is open, a template after.
const NEWS: &str = r#"
journey: parcel_news
owner: front_desk
purpose: transactional
entry: { on: parcel_ready, key: event.id }
goal: { none: "a test of windows" }
start: tell
steps:
  tell:
    send:
      whatsapp:
        in_window: { text: "Hello {{ contact.first_name }}, your parcel is here." }
        out_of_window: { template: parcel, variables: { first_name: "{{ contact.first_name }}" } }
      max_lateness: 2d
      fallback: { any: done }
    next: done
  done: { end: done }
"#;

/// A62: planned as free words while the window was open, handed over after it had closed: the template goes, decided at the last moment.
#[tokio::test]
async fn a62_a_window_that_closes_before_hand_off_makes_it_the_template() {
    let mut bench = Bench::new().await;
    bench.template("parcel", "transactional", "Hello {{first_name}}, there is a parcel for you.", json!([])).await;
    bench.publish(NEWS).await;
    bench.types(PHONE, Line::WhatsApp, "Where is my parcel?");
    bench.settle().await;
    bench.advance(Millis::from_hours(23)).await;
    // Held back by the provider's pace until the window has closed: every call is refused before anything happens.
    let person = bench.person(PHONE);
    let script = |bench: &Bench, outcome| bench.stage.simulator.with(|world| world.outcomes_mut().script(person, Line::WhatsApp, outcome));
    script(&bench, Some(Outcome::Refuse { code: 130_429 }));
    let contact = bench.event("parcel_ready", PHONE, json!({ "id": "P-1" })).await;
    let planned = bench.list(&format!("/v1/contacts/{contact}/decisions")).await;
    assert_eq!(planned.last().expect("a verdict")["verdict"]["form"], "free_form", "{planned:#?}");
    bench.advance(Millis::from_hours(2)).await;
    assert_eq!(bench.phone(PHONE).len(), 0);
    script(&bench, None);
    bench.advance(Millis::from_hours(6)).await;

    let phone = bench.phone(PHONE);
    assert_eq!(says(&phone), ["Hello Sam, there is a parcel for you."]);
    assert_eq!(phone[0].shown.template.as_deref(), Some("parcel/en"));
    let message = &bench.sent(&format!("&contact={contact}")).await[0];
    let verdict = bench.get(&format!("/v1/decisions/{}", text(&message["decision"]))).await;
    assert_eq!((text(&verdict["stage"]), text(&verdict["verdict"]["form"])), ("hand_off", "template"));
    // And the other way round: while it is open, words go.
    bench.types(PHONE, Line::WhatsApp, "Thanks, on my way");
    bench.settle().await;
    bench.event("parcel_ready", PHONE, json!({ "id": "P-2" })).await;
    bench.settle().await;
    assert_eq!(says(&bench.phone(PHONE)).last(), Some(&"Hello Sam, your parcel is here."));
}

/// A message with a limit of one hour, due at a time of day.
const AT_TEN: &str = r#"
journey: at_ten
owner: front_desk
purpose: transactional
entry: { on: booked, key: event.id }
context: { due: { type: time, from: event.due } }
goal: { none: "a test of lateness" }
start: wait
steps:
  wait: { delay: { until: run.due, if_past: next }, next: tell }
  tell:
    send: { sms: { text: "It is ten o'clock." }, max_lateness: 1h, fallback: { any: done } }
    next: pause
  pause: { delay: { for: 1d }, next: after }
  after:
    send: { sms: { text: "A day later." }, max_lateness: 1h, fallback: { any: done } }
    next: done
  done: { end: done }
"#;

/// A47: due at 10:00, the product is back at 14:00, the limit is one hour: skipped as too late, and the person goes on.
#[tokio::test]
async fn a47_what_is_too_late_after_downtime_is_skipped_and_the_person_goes_on() {
    let mut bench = Bench::new().await;
    bench.publish(AT_TEN).await;
    let contact = bench.event("booked", PHONE, json!({ "id": "B-1", "due": "2026-11-24T10:00:00Z" })).await;
    bench.advance_to("2026-11-24T09:00:00Z").await;
    let mut bench = bench.downtime(Millis::from_hours(5)).await;
    assert_eq!(bench.now(), at("2026-11-24T14:00:00Z"));
    bench.settle().await;
    assert_eq!(bench.truth(), []);
    let verdicts = bench.list(&format!("/v1/decisions?contact={contact}&silent=true")).await;
    assert_eq!(verdicts.len(), 1, "{verdicts:#?}");
    assert_eq!((text(&verdicts[0]["verdict"]["code"]), text(&verdicts[0]["verdict"]["cause"])), ("too_late", "too_late"));
    let runs = bench.list("/v1/journeys/at_ten/runs?status=active").await;
    assert_eq!(runs[0]["step"], "pause");
    bench.advance(Millis::from_days(2)).await;
    assert_eq!(bench.truth().iter().map(|row| row.text.as_str()).collect::<Vec<_>>(), ["A day later."]);
}

/// A60: what a text costs is shown before it is sent, with the letter that makes it dear and how to write it cheaper.
#[tokio::test]
async fn a60_the_price_of_an_emoji_and_of_a_curly_quote_is_shown_before_they_are_sent() {
    let mut bench = Bench::new().await;
    bench.types(PHONE, Line::Sms, "Are you open today?");
    bench.settle().await;
    let contact = bench.contact(PHONE).await;
    let conversation = text(&bench.conversation(&contact).await["id"]).to_owned();
    let path = format!("/v1/conversations/{conversation}/estimate");
    let before = bench.sent("").await.len();
    let estimate = async |body: &str| {
        let draft = json!({ "channel": "sms", "content": { "type": "text", "body": body } });
        bench.post(&path, draft).await.expect_status(200).json
    };
    let words = "Yes, we are open until six. ".repeat(5);
    let plain = estimate(&words).await;
    let one = plain["price"]["amount"]["micros"].as_i64().expect("a price");
    assert!(one > 0, "{plain:#}");
    let size = json!({ "alphabet": "gsm7", "units": 140, "parts": 1, "room": 20, "wide": [], "plain": null });
    assert_eq!(plain["text"], size);

    let dear = estimate(&format!("{words}👍")).await;
    assert_eq!(dear["price"]["amount"]["micros"], 3 * one);
    let size = json!({ "alphabet": "ucs2", "units": 142, "parts": 3, "room": 201 - 142, "wide": ["👍"], "plain": null });
    assert_eq!(dear["text"], size, "nothing plain says the same");

    let quoted = estimate(&format!("{words}It’s late…")).await;
    assert_eq!((&quoted["text"]["parts"], &quoted["text"]["wide"]), (&json!(3), &json!(["’", "…"])));
    let cheaper = &quoted["text"]["plain"];
    assert_eq!((&cheaper["body"], &cheaper["parts"]), (&json!(format!("{words}It's late...")), &json!(1)));
    assert_eq!(cheaper["price"]["amount"]["micros"], one);
    assert_eq!(bench.sent("").await.len(), before, "asking sends nothing");
}

/// The newer signatures: a sender that was connected with a shared key believes them, and believes nobody else's.
#[tokio::test]
async fn a_sender_with_a_shared_key_reads_what_is_signed_with_it() {
    let mut bench = Bench::new().await;
    let provider = json!({ "kind": "twilio", "account_sid": "AC1", "auth_token": "the-token", "signing_key": "the-shared-key",
        "messaging_service_sid": "MG1" });
    let draft = json!({ "name": "Second", "address": "+12025550109", "per_second": 1, "provider": provider });
    let sender = bench.post("/v1/senders", draft).await.expect_status(201).json;
    let path = text(&sender["webhook_path"]).to_owned();
    let form = "Body=Hello&From=%2B12025550123&MessageSid=SM7";
    let pairs = [("Body", "Hello"), ("From", PHONE), ("MessageSid", "SM7")].map(|(name, value)| (name.to_owned(), value.to_owned()));
    let url = format!("http://antiphon.example.com{path}");
    for (key, status) in [("another-key", 401), ("the-token", 401), ("the-shared-key", 200)] {
        let signature = twilio_shared_key_signature(key, &url, &pairs);
        let headers = [
            ("content-type", "application/x-www-form-urlencoded"),
            ("x-twilio-signature", signature.as_str()),
            ("x-twilio-webhooks-signature-settings", "key=webhooks_sharedkey_1,algorithm=HMAC_SHA256"),
        ];
        bench.send("POST", &path, &headers, form).await.expect_status(status);
    }
    bench.settle().await;
    let contact = bench.contact(PHONE).await;
    assert_eq!(bench.conversation(&contact).await["channel"], "sms");
    let shown = bench.get("/v1/senders").await.to_string();
    assert!(!shown.contains("the-shared-key") && !shown.contains("the-token"), "secrets are never shown");
}

/// The price that is expected counts no free messages, because nobody knows how many of the month's are left; what Meta does not charge costs nothing.
#[tokio::test]
async fn what_the_provider_does_not_charge_costs_nothing() {
    let mut bench = Bench::new().await;
    bench.types(PHONE, Line::WhatsApp, "Hello");
    bench.settle().await;
    let contact = bench.contact(PHONE).await;
    let body = json!({ "contact": contact, "purpose": "transactional",
        "channels": [{ "channel": "whatsapp", "content": { "type": "text", "body": "Welcome." } }] });
    let made = bench.post("/v1/messages", body).await.expect_status(201);
    let expected = made.json["price"].clone();
    assert!(expected["micros"].as_i64().is_some_and(|micros| micros > 0), "{expected:#}");
    bench.advance(Millis::from_mins(1)).await;
    let told = bench.sent(&format!("&contact={contact}")).await[0]["price"].clone();
    assert_eq!((&told["micros"], &told["currency"]), (&json!(0), &expected["currency"]), "{told:#}");
}
