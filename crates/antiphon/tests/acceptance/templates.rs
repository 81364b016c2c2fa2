//! Templates and their provider: written here or there, approved by two, and the gate follows each word of the provider's.

use antiphon::stage::{WHATSAPP, WORKSPACE};
use model::{Millis, UserId};
use serde_json::{Value, json};
use simulator::{Entry, ReviewDecision, hub_signature};

use crate::common::{Bench, says, text};

const SECRET: &str = "sim-app-secret";

const NOTICE: &str = r#"
journey: notice
owner: front_desk
purpose: transactional
entry: { on: order_placed, key: event.id, policy: { parallel: 9 } }
goal: { none: "a test of templates" }
start: tell
steps:
  tell:
    send:
      whatsapp: { out_of_window: { template: order_update, variables: { first_name: "{{ contact.first_name }}" } } }
      max_lateness: 1h
      fallback: { template_unavailable: by_sms, any: done }
    next: done
  by_sms: { send: { sms: { text: "Your order is packed (SMS)." }, max_lateness: 1h, fallback: { any: done } }, next: done }
  done: { end: done }
"#;

/// What Meta says of a template, at Meta's present moment, signed and through the real route.
async fn told(bench: &Bench, id: &str, event: &str, language: &str) {
    let there: u64 = text(&approval(bench, id, language).await["provider_id"]).parse().expect("Meta's number of the template");
    let change = json!({ "field": "message_template_status_update", "value": { "event": event, "message_template_id": there,
        "message_template_name": "order_update", "message_template_language": language, "reason": "NONE" } });
    let entry = json!({ "id": "102290129340398", "time": bench.now().as_secs(), "changes": [change] });
    let body = json!({ "object": "whatsapp_business_account", "entry": [entry] }).to_string();
    let signature = hub_signature(SECRET, body.as_bytes());
    bench.send("POST", &format!("/webhooks/whatsapp/{WHATSAPP}"), &[("x-hub-signature-256", &signature)], body).await.expect_status(200);
}

/// The line on which an order's message reached a person who has heard nothing yet.
async fn reached(bench: &mut Bench, phone: &str, id: &str) -> String {
    bench.person(phone);
    let contact = bench.event("order_placed", phone, json!({ "id": id })).await;
    bench.settle().await;
    let sent = bench.sent(&format!("&contact={contact}")).await;
    let gone: Vec<&str> =
        sent.iter().filter(|message| !message["provider_id"].is_null()).map(|message| text(&message["channel"])).collect();
    assert_eq!(gone.len(), 1, "{phone}: {sent:#?}");
    gone[0].to_owned()
}

async fn approval(bench: &Bench, id: &str, language: &str) -> Value {
    bench.get(&format!("/v1/templates/{id}")).await["languages"][language]["approval"].clone()
}

/// A70: each state of Meta's, by webhook; the template goes in the states in which Meta takes it, and in no other.
#[tokio::test]
async fn a70_each_state_of_metas_is_followed_and_only_what_is_approved_goes() {
    let mut bench = Bench::new().await;
    let id = bench.template("order_update", "transactional", "Hello {{first_name}}, your order is packed.", json!([])).await;
    bench.publish(NOTICE).await;
    let states = [
        ("PENDING", "pending"),
        ("REJECTED", "rejected"),
        ("IN_APPEAL", "pending"),
        ("REINSTATED", "approved"),
        ("FLAGGED", "approved"),
        ("PAUSED", "paused"),
        ("APPROVED", "approved"),
        ("LOCKED", "other"),
        ("UNLOCKED", "approved"),
        ("LIMIT_EXCEEDED", "other"),
        ("ARCHIVED", "other"),
        ("UNARCHIVED", "approved"),
        ("DISABLED", "disabled"),
        ("PENDING_DELETION", "other"),
        ("DELETED", "other"),
        ("SOMETHING_NEW", "other"),
        ("APPROVED", "approved"),
    ];
    for (index, (event, state)) in states.into_iter().enumerate() {
        bench.advance(Millis::from_secs(1)).await;
        told(&bench, &id, event, "en").await;
        let now = approval(&bench, &id, "en").await;
        assert_eq!(now["state"], state, "{event}: {now:#}");
        let line = reached(&mut bench, &format!("+120255502{index:02}"), event).await;
        assert_eq!(line, if state == "approved" { "whatsapp" } else { "sms" }, "{event}");
    }
}

/// A70: each language has its own way, a changed text is a draft until it was handed in, and a word on the old text does not revive it.
#[tokio::test]
async fn a70_versions_are_approved_by_language() {
    let mut bench = Bench::new().await;
    let id = bench.template("order_update", "transactional", "Hello {{first_name}}, your order is packed.", json!([])).await;
    bench.publish(NOTICE).await;
    assert_eq!(reached(&mut bench, "+12025550201", "1").await, "whatsapp");

    let variables = json!([{ "name": "first_name", "sample": "Sam" }]);
    let draft = |english: &str| {
        json!({ "name": "order_update", "purpose": "transactional", "variables": variables, "default_language": "en",
            "languages": { "en": { "body": english }, "es": { "body": "Hola {{first_name}}, su pedido va." } } })
    };
    let path = format!("/v1/templates/{id}");
    bench.call("PUT", &path, draft("Hello {{first_name}}, your order is packed.")).await.expect_status(200);
    assert_eq!(
        (approval(&bench, &id, "en").await["state"].clone(), approval(&bench, &id, "es").await["state"].clone()),
        (json!("approved"), json!("draft"))
    );
    assert_eq!(reached(&mut bench, "+12025550202", "2").await, "whatsapp");

    bench.call("PUT", &path, draft("Hello {{first_name}}, your order has left.")).await.expect_status(200);
    bench.advance(Millis::from_secs(1)).await;
    told(&bench, &id, "APPROVED", "en").await;
    assert_eq!(approval(&bench, &id, "en").await["state"], "draft");
    assert_eq!(reached(&mut bench, "+12025550203", "3").await, "sms");

    // Meta knows it: it is edited there and not made again.
    bench.post(&format!("{path}/submission"), json!({})).await.expect_status(200);
    bench.advance(Millis::from_secs(10)).await;
    for language in ["en", "es"] {
        assert_eq!(approval(&bench, &id, language).await["state"], "approved", "{language}");
    }
    assert_eq!(reached(&mut bench, "+12025550204", "4").await, "whatsapp");
    assert_eq!(says(&bench.phone("+12025550204")), ["Hello Sam, your order has left."]);
    let there = bench.stage.simulator.with(|world| world.templates().filter(|template| template.name == "order_update").count());
    assert_eq!(there, 2, "one for each language");
}

/// A73: Meta pauses a template for its quality: within a second nothing of it goes, the journey takes its edge, its owner knows; Meta's word
/// that it is active lets it go on.
#[tokio::test]
async fn a73_a_paused_template_stops_within_a_second_and_goes_on_when_it_is_active() {
    use http_body_util::BodyExt as _;
    use tower::ServiceExt as _;

    let mut bench = Bench::new().await;
    let id = bench.template("order_update", "transactional", "Hello {{first_name}}, your order is packed.", json!([])).await;
    bench.publish(NOTICE).await;
    assert_eq!(reached(&mut bench, "+12025550201", "1").await, "whatsapp");

    let news = tokio::spawn(antiphon::backend::publish_news(bench.stage.app.engine.clone(), bench.stage.app.backend.live.clone()));
    let request = axum::http::Request::get("/v1/live").header("authorization", format!("Bearer {}", bench.key()));
    let response =
        bench.stage.router.clone().oneshot(request.body(axum::body::Body::empty()).expect("a request")).await.expect("an answer");
    let mut stream = response.into_body();
    tokio::task::yield_now().await;

    let there = bench.stage.simulator.with(|world| world.templates().next().map(|template| template.id.clone())).expect("the template");
    bench.stage.simulator.with(|world| assert!(world.review_template(&there, ReviewDecision::Pause)));
    let paused_at = bench.now();
    bench.advance(Millis::from_secs(1)).await;
    assert_eq!(approval(&bench, &id, "en").await["state"], "paused", "within a second of Meta's");

    assert_eq!(reached(&mut bench, "+12025550202", "2").await, "sms");
    assert!(bench.truth_after(paused_at).iter().all(|row| row.kind != "template"), "{:?}", bench.truth_after(paused_at));

    let mut heard = String::new();
    for _ in 0..50 {
        let frame = stream.frame().await.expect("the stream goes on").expect("a frame");
        heard.push_str(&String::from_utf8_lossy(&frame.into_data().unwrap_or_default()));
        if heard.contains("event: template\n") && heard.contains("front_desk") {
            break;
        }
    }
    news.abort();
    assert!(heard.contains(r#""journeys":[{"journey":"notice","owner":"front_desk"}]"#), "{heard}");
    let stopped: Vec<Value> = bench.list("/v1/audit").await.into_iter().filter(|entry| entry["action"] == "template.stopped").collect();
    assert_eq!((stopped.len(), &stopped[0]["detail"]["state"]), (1, &json!("paused")), "{stopped:#?}");

    bench.advance(Millis::from_hours(4)).await;
    assert_eq!(approval(&bench, &id, "en").await["state"], "approved");
    assert_eq!(reached(&mut bench, "+12025550203", "3").await, "whatsapp");
}

/// A70, R-TPL-1: where two must agree, whoever wrote a text neither approves it nor hands it in alone.
#[tokio::test]
async fn a70_a_text_is_handed_in_when_somebody_else_has_approved_it() {
    let bench = Bench::new().await;
    bench.stage.rules(|rules| rules.templates_need_approval = true).await.expect("the rule");
    let draft = json!({ "name": "welcome", "purpose": "transactional", "default_language": "en", "languages": { "en": { "body": "Welcome to us." } } });
    let id = text(&bench.post("/v1/templates", draft).await.expect_status(201).json["id"]).to_owned();
    let submission = format!("/v1/templates/{id}/submission");
    let refused = bench.post(&submission, json!({})).await.expect_status(409);
    assert!(refused.body.contains("somebody other than its author must approve `en` first"), "{}", refused.body);
    let own = bench.post(&format!("/v1/templates/{id}/approval"), Value::Null).await.expect_status(409);
    assert!(own.body.contains("whoever wrote a text cannot approve it"), "{}", own.body);

    let colleague = json!({ "name": "Sample Colleague", "email": "colleague@example.com", "roles": ["marketer"] });
    let made = bench.console("POST", "/v1/users", colleague).await.expect_status(201).json;
    let user: UserId = text(made.get("id").unwrap_or(&made["user"]["id"])).parse().expect("a user's id");
    let link = api::sign_in_link(&bench.stage.app.api, WORKSPACE, user, Millis::from_hours(1)).await.expect("a sign-in link");
    let token = link.split_once("token=").expect("a token in the link").1;
    let session = bench.send("POST", "/v1/session", &[], json!({ "token": token }).to_string()).await.expect_status(200);
    let cookie = session.header("set-cookie").split(';').next().expect("a cookie").to_owned();
    let headers = [("cookie", cookie.as_str()), ("x-antiphon-csrf", "1"), ("content-type", "application/json")];
    let approved = bench.send("POST", &format!("/v1/templates/{id}/approval"), &headers, "").await.expect_status(200);
    assert_eq!(approved.json["languages"]["en"]["endorsed"]["by"], json!(user));
    bench.post(&submission, json!({})).await.expect_status(200);
    // Another text needs another yes.
    let draft =
        json!({ "name": "welcome", "purpose": "transactional", "default_language": "en", "languages": { "en": { "body": "Welcome!" } } });
    bench.call("PUT", &format!("/v1/templates/{id}"), draft).await.expect_status(200);
    bench.post(&submission, json!({})).await.expect_status(409);
}

fn by_hand(bench: &Bench, body: &Value) -> String {
    let made = bench.stage.simulator.with(|world| world.create_template_by_hand(body)).expect("a template that Meta takes");
    text(&made["id"]).to_owned()
}

async fn sends(bench: &mut Bench, phone: &str, template: &Value, variables: Value) -> Entry {
    let contact = bench.contact(phone).await;
    bench.opt_in(&contact, phone, "whatsapp").await;
    let purpose = &template["purpose"];
    let wanted = json!({ "contact": contact, "purpose": purpose, "channels": [{ "channel": "whatsapp",
        "template": { "id": template["id"], "variables": variables } }] });
    let answer = bench.post("/v1/messages", wanted).await;
    assert!(matches!(answer.status, 200..=202), "{answer:?}");
    bench.person(phone);
    bench.settle().await;
    let entries = bench.phone(phone);
    assert_eq!(entries.len(), 1, "{:#?}", bench.sent(&format!("&contact={contact}")).await);
    entries[0].clone()
}

/// A70: what no webhook told is healed by the hourly look, and the gate follows it.
#[tokio::test]
async fn a70_a_pause_that_no_webhook_told_is_found_by_the_look_at_the_provider() {
    let mut bench = Bench::new().await;
    let id = bench.template("order_update", "transactional", "Hello {{first_name}}, your order is packed.", json!([])).await;
    bench.publish(NOTICE).await;
    assert_eq!(reached(&mut bench, "+442079460301", "o1").await, "whatsapp");
    let language = text(&bench.get(&format!("/v1/templates/{id}")).await["default_language"]).to_owned();
    let there = text(&approval(&bench, &id, &language).await["provider_id"]).to_owned();

    bench.knobs(|knobs| knobs.drop_percent = 100);
    assert!(bench.stage.simulator.with(|world| world.review_template(&there, ReviewDecision::Pause)));
    bench.advance(Millis::from_mins(5)).await;
    bench.knobs(|knobs| knobs.drop_percent = 0);
    assert_eq!(approval(&bench, &id, &language).await["state"], "approved", "nobody told");

    bench.stage.app.backend.sync_all_templates().await.expect("listed");
    assert_eq!(approval(&bench, &id, &language).await["state"], "paused");
    assert_eq!(reached(&mut bench, "+442079460302", "o2").await, "sms");
    // Nothing new: nothing is written.
    let before = bench.get(&format!("/v1/templates/{id}")).await;
    bench.stage.app.backend.sync_all_templates().await.expect("listed");
    assert_eq!(bench.get(&format!("/v1/templates/{id}")).await, before);
}

/// The sample that reviewers look at is one of our own media: nobody types a handle of the provider's.
#[tokio::test]
async fn a_header_shows_reviewers_a_stored_file_and_one_of_the_wrong_kind_is_said() {
    let mut bench = Bench::new().await;
    let headers = |mime: &'static str| [("authorization", format!("Bearer {}", bench.key())), ("content-type", mime.to_owned())];
    let keep = async |mime: &'static str, name: &str, bytes: &'static [u8]| {
        let headers = headers(mime);
        let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        text(&bench.send("POST", &format!("/v1/media?filename={name}"), &headers, bytes).await.expect_status(201).json["id"]).to_owned()
    };
    let picture = keep("image/png", "map.png", b"\x89PNG\r\n\x1A\n the way to us").await;
    let file = keep("application/pdf", "terms.pdf", b"%PDF-1.7 terms").await;
    let draft = |name: &str, header: Value| {
        json!({ "name": name, "purpose": "transactional", "variables": [], "default_language": "en",
            "languages": { "en": { "header_part": header, "body": format!("Please look at {name} before you come.") } } })
    };
    let submit = async |draft: Value| {
        let id = text(&bench.post("/v1/templates", draft).await.expect_status(201).json["id"]).to_owned();
        (bench.post(&format!("/v1/templates/{id}/submission"), json!({})).await, id)
    };
    // A file that always stands there is its own sample; a link has one beside it.
    let always = json!({ "kind": "media", "media": "image", "source": picture });
    let linked = json!({ "kind": "media", "media": "document", "source": "https://example.com/a.pdf", "sample": file });
    for (name, header, mime) in [("the_way", always, "image/png"), ("our_terms", linked, "application/pdf")] {
        let (answer, id) = submit(draft(name, header)).await;
        answer.expect_status(200);
        let there = text(&approval(&bench, &id, "en").await["provider_id"]).to_owned();
        let template =
            bench.stage.simulator.with(|world| world.templates().find(|template| template.id == there).cloned()).expect("it is there");
        let handle = template.components[0]["example"]["header_handle"][0].clone();
        assert!(text(&handle).starts_with("4::") && text(&handle).ends_with(mime), "{handle}");
        assert!(!bench.get(&format!("/v1/templates/{id}")).await.to_string().contains("4::"), "handles are not kept");
    }
    let wrong = json!({ "kind": "media", "media": "video", "source": "https://example.com/a.mp4", "sample": picture });
    let (refused, _) = submit(draft("a_film", wrong)).await;
    assert!(refused.status >= 400 && refused.body.contains("image/png"), "{refused:?}");
    let missing = json!({ "kind": "media", "media": "image", "source": "https://example.com/a.png" });
    let (refused, _) = submit(draft("no_sample", missing)).await;
    assert!(refused.status >= 400 && refused.body.contains("sample"), "{refused:?}");
    bench.advance(Millis::from_secs(10)).await;
}

/// R-TPL-2: what was made at the provider is taken in whole, filled part by part, and what cannot be filled is said and not sent.
#[tokio::test]
async fn r_tpl_2_templates_of_the_provider_are_taken_in_whole_filled_and_sent() {
    let mut bench = Bench::new().await;
    let card = |name: &str| {
        json!({ "components": [{ "type": "HEADER", "format": "IMAGE", "example": { "header_handle": ["4::card"] } },
            { "type": "BODY", "text": "Rare {{1}} today", "example": { "body_text": [[name]] } },
            { "type": "BUTTONS", "buttons": [{ "type": "QUICK_REPLY", "text": "More" }, { "type": "URL", "text": "Shop", "url": "https://example.com/{{1}}", "example": ["x"] }] }] })
    };
    for body in [
        json!({ "name": "offer", "language": "en", "category": "MARKETING", "components": [
            { "type": "HEADER", "format": "IMAGE", "example": { "header_handle": ["4::x"] } },
            { "type": "LIMITED_TIME_OFFER", "limited_time_offer": { "text": "Ends soon", "has_expiration": true } },
            { "type": "BODY", "text": "Good news for {{1}} today", "example": { "body_text": [["Sam"]] } },
            { "type": "BUTTONS", "buttons": [{ "type": "COPY_CODE", "example": "SPRING" },
                { "type": "URL", "text": "Shop", "url": "https://example.com/{{1}}", "example": ["https://example.com/x"] }] }] }),
        json!({ "name": "plants", "language": "en", "category": "MARKETING", "components": [{ "type": "BODY", "text": "Look at these" },
            { "type": "CAROUSEL", "cards": [card("Aloe"), card("Fern")] }] }),
        json!({ "name": "login_code", "language": "en", "category": "AUTHENTICATION", "components": [
            { "type": "BODY", "add_security_recommendation": true }, { "type": "FOOTER", "code_expiration_minutes": 5 },
            { "type": "BUTTONS", "buttons": [{ "type": "OTP", "otp_type": "COPY_CODE", "text": "Copy code" }] }] }),
        json!({ "name": "one_product", "language": "en", "category": "MARKETING", "components": [{ "type": "BODY", "text": "Look at this" },
            { "type": "BUTTONS", "buttons": [{ "type": "SPM", "text": "View" }] }] }),
    ] {
        by_hand(&bench, &body);
    }
    bench.advance(Millis::from_secs(10)).await;
    let report = bench.post("/v1/template_syncs", Value::Null).await.expect_status(200).json;
    assert_eq!((&report["seen"], &report["created"]), (&json!(4), &json!(["login_code", "offer", "one_product", "plants"])));
    assert_eq!(
        report["not_sendable"],
        json!([{ "template": "one_product/en", "reason": "it has a button of kind SPM, which cannot be filled" }])
    );
    let again = bench.post("/v1/template_syncs", Value::Null).await.expect_status(200).json;
    assert_eq!((&again["created"], &again["changed"], &again["gone"]), (&json!([]), &json!([]), &json!([])));
    let all = bench.list("/v1/templates").await;
    let of = |name: &str| all.iter().find(|template| template["name"] == name).unwrap_or_else(|| panic!("no {name} in {all:#?}")).clone();

    let values = json!({ "header_image": "https://example.com/a.png", "offer_ends_at": "2026-12-01T18:00:00Z", "1": "Sam", "coupon_code": "WELCOME20", "button_2": "spring" });
    let offer = sends(&mut bench, "+442079460201", &of("offer"), values).await;
    assert_eq!(
        (offer.shown.text.as_str(), offer.shown.media.as_ref().and_then(|media| media.link.as_deref())),
        ("Good news for Sam today", Some("https://example.com/a.png"))
    );
    assert_eq!(offer.shown.taps.iter().map(|tap| tap.id.as_str()).collect::<Vec<_>>(), ["WELCOME20", "https://example.com/spring"]);
    let link = |name: &str| format!("https://example.com/{name}.png");
    let values = json!({ "card_1_image": link("a"), "card_1_1": "Aloe", "card_1_button_2": "aloe", "card_2_image": link("b"), "card_2_1": "Fern", "card_2_button_2": "fern" });
    let plants = sends(&mut bench, "+442079460202", &of("plants"), values).await;
    assert_eq!(
        plants.shown.taps.iter().map(|tap| tap.id.as_str()).collect::<Vec<_>>(),
        ["More", "https://example.com/aloe", "More", "https://example.com/fern"]
    );
    let code = sends(&mut bench, "+442079460203", &of("login_code"), json!({ "1": "493817" })).await;
    assert!(code.shown.text.contains("493817"), "{:?}", code.shown);
    assert_eq!(code.shown.taps[0].id, "493817");

    let contact = bench.contact("+442079460204").await;
    let wanted = json!({ "contact": contact, "purpose": "promotional", "channels": [{ "channel": "whatsapp", "template": { "id": of("one_product")["id"] } }] });
    let refused = bench.post("/v1/messages", wanted).await.expect_status(422);
    assert!(refused.body.contains("button of kind SPM"), "{}", refused.body);

    // Taken away here, it is gone there; taken away there, it is marked here.
    bench.call("DELETE", &format!("/v1/templates/{}", text(&of("one_product")["id"])), Value::Null).await.expect_status(204);
    assert!(bench.stage.simulator.with(|world| world.templates().all(|template| template.name != "one_product")));
    let names: Vec<String> = bench.list("/v1/templates").await.iter().map(|template| text(&template["name"]).to_owned()).collect();
    assert!(!names.contains(&"one_product".to_owned()), "{names:?}");
}
