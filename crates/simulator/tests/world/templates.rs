//! Templates: creation rules, review, sends against the real variables, pausing, pacing.

use http::Method;
use model::Millis;
use serde_json::{Value, json};
use simulator::Persona;

use crate::common::{Bench, WABA, code, reminder, reminder_to, wamid};

async fn create(bench: &Bench, body: Value) -> (u16, Value) {
    bench.cloud(Method::POST, &format!("/v26.0/{WABA}/message_templates"), body).await
}

fn simple(name: &str, text: &str, sample: Value) -> Value {
    json!({ "name": name, "language": "en", "category": "utility", "components": [{ "type": "body", "text": text, "example": { "body_text": [sample] } }] })
}

#[tokio::test]
async fn a_template_waits_for_its_review_and_is_announced() {
    let bench = Bench::new();
    let (status, answer) = create(&bench, reminder()).await;
    assert_eq!((status, answer["status"].as_str(), answer["category"].as_str()), (200, Some("PENDING"), Some("UTILITY")));
    let id = answer["id"].as_str().expect("an id").to_owned();
    let refused = bench.send(reminder_to("+12025550123")).await;
    assert_eq!((refused.0, code(&refused)), (404, 132001));
    assert_eq!(refused.1["error"]["error_data"]["details"], "template name (appointment_reminder) does not exist in en_US");
    bench.pass(Millis::from_secs(10)).await;
    let event = &bench.values("message_template_status_update")[0];
    assert_eq!((event["event"].as_str(), event["message_template_id"].as_u64()), (Some("APPROVED"), id.parse().ok()));
    let answer = bench.send(reminder_to("+12025550123")).await;
    assert_eq!(answer.1["messages"][0]["message_status"], "accepted");
    let (_, list) = bench.cloud(Method::GET, &format!("/v26.0/{WABA}/message_templates?name=appointment_reminder"), Value::Null).await;
    assert_eq!(list["data"][0]["components"][1]["buttons"][0]["type"], "QUICK_REPLY");
    assert!(list["paging"].get("next").is_none());
    let (_, node) = bench.cloud(Method::GET, &format!("/v26.0/{id}?fields=quality_score"), Value::Null).await;
    assert_eq!(node["quality_score"]["score"], "UNKNOWN");
}

#[tokio::test]
async fn wrong_parameters_are_refused_with_the_documented_bodies() {
    let bench = Bench::new();
    bench.approved_template(reminder()).await;
    let mut image = reminder();
    image["name"] = "with_image".into();
    image["components"][0]["text"] = "Picture for {{1}} on {{2}} from us.".into();
    image["components"]
        .as_array_mut()
        .expect("list")
        .insert(0, json!({ "type": "HEADER", "format": "IMAGE", "example": { "header_handle": ["4::x"] } }));
    bench.approved_template(image).await;
    let mut link = simple("with_link", "See the page of your order now", json!([]));
    link["components"].as_array_mut().expect("list").push(
        json!({ "type": "BUTTONS", "buttons": [{ "type": "URL", "text": "Open", "url": "https://example.com/{{1}}", "example": ["https://example.com/a"] }] }),
    );
    bench.approved_template(link).await;
    let body = |values: &[&str]| json!([{ "type": "BODY", "parameters": values.iter().map(|v| json!({ "type": "text", "text": v })).collect::<Vec<_>>() }]);
    let message = |name: &str, language: &str, components: Value| json!({ "to": "+12025550123", "type": "template", "template": { "name": name, "language": { "code": language }, "components": components } });
    let cases = [
        (
            message("appointment_reminder", "en_US", body(&["Ada"])),
            132000,
            "body: number of localizable_params (1) does not match the expected number of params (2)",
        ),
        (
            message("appointment_reminder", "en_US", json!([])),
            132000,
            "body: number of localizable_params (0) does not match the expected number of params (2)",
        ),
        (message("appointment_reminder", "de", body(&["Ada", "x"])), 132001, "template name (appointment_reminder) does not exist in de"),
        (message("nothing", "en", body(&[])), 132001, "template name (nothing) does not exist in en"),
        (message("with_image", "en_US", body(&["Ada", "x"])), 132012, "header: Format mismatch, expected IMAGE, received UNKNOWN"),
        (message("appointment_reminder", "en_US", body(&["Ada", "a\nb"])), 132018, "new-line"),
        (message("appointment_reminder", "en_US", body(&["Ada", &"x".repeat(1_020)])), 132005, "too long"),
        (message("with_link", "en", json!([])), 131008, "Button at index 0 of type Url requires a parameter"),
    ];
    for (request, expected, text) in cases {
        let answer = bench.send(request).await;
        assert_eq!(code(&answer), expected, "{}", answer.1);
        assert!(answer.1["error"]["error_data"]["details"].as_str().is_some_and(|d| d.contains(text)), "{}", answer.1);
    }
    let good = message(
        "with_link",
        "en",
        json!([{ "type": "button", "sub_type": "URL", "index": 0, "parameters": [{ "type": "text", "text": "77" }] }]),
    );
    wamid(&bench.send(good).await);
    bench.pass(Millis::from_hours(4)).await;
    let shown = bench
        .sim
        .with(|w| w.people().by_phone("+12025550123").and_then(|p| w.person(p)).map(|p| p.thread[0].shown.clone()))
        .expect("a message");
    assert_eq!(shown.taps[0].target.as_deref(), Some("https://example.com/77"));
}

#[tokio::test]
async fn named_parameters_need_their_names() {
    let bench = Bench::new();
    bench
        .approved_template(json!({ "name": "named", "language": "en", "category": "UTILITY", "parameter_format": "named", "components": [
            { "type": "body", "text": "Hello {{first_name}}, see you {{day}} then.", "example": { "body_text_named_params": [
                { "param_name": "first_name", "example": "Ada" }, { "param_name": "day", "example": "Monday" }] } }] }))
        .await;
    let send = |parameters: Value| json!({ "to": "+12025550123", "type": "template", "template": { "name": "named", "language": { "code": "en" }, "components": [{ "type": "body", "parameters": parameters }] } });
    let named = json!([{ "type": "text", "parameter_name": "day", "text": "Monday" }, { "type": "text", "parameter_name": "first_name", "text": "Ada" }]);
    wamid(&bench.send(send(named)).await);
    assert_eq!(code(&bench.send(send(json!([{ "type": "text", "text": "a" }, { "type": "text", "text": "b" }]))).await), 100);
    let other = json!([{ "type": "text", "parameter_name": "day", "text": "Monday" }, { "type": "text", "parameter_name": "nickname", "text": "Ada" }]);
    assert_eq!(code(&bench.send(send(other)).await), 132012);
    bench.pass(Millis::from_hours(4)).await;
    assert_eq!(bench.sim.with(|w| w.ground_truth())[0].text, "Hello Ada, see you Monday then.");
}

#[tokio::test]
async fn creation_is_refused_with_a_subcode_and_a_text_for_users() {
    let bench = Bench::new();
    let buttons = |list: Value| {
        let mut body = simple("b", "Something is here for you", json!([]));
        body["components"].as_array_mut().expect("list").push(json!({ "type": "BUTTONS", "buttons": list }));
        body
    };
    let quick = |text: &str| json!({ "type": "QUICK_REPLY", "text": text });
    let call = json!({ "type": "PHONE_NUMBER", "text": "Call", "phone_number": "+12025550100" });
    let cases = [
        (simple("Bad-Name", "Hello you", json!([])), 2388040),
        (simple("lead", "{{1}} is your code today", json!(["a"])), 2388299),
        (simple("tail", "Your code today is {{1}}", json!(["a"])), 2388299),
        (simple("dense", "Hi {{1}} {{2}} {{3}} you", json!(["a", "b", "c"])), 2388293),
        (simple("order", "Hello {{2}} and welcome to us", json!(["a"])), 2388072),
        (simple("sample", "Hello {{1}} and welcome to us", json!([])), 2388043),
        (simple("long", &"x".repeat(1_025), json!([])), 2388040),
        (json!({ "name": "nobody", "language": "en", "category": "UTILITY", "components": [{ "type": "FOOTER", "text": "x" }] }), 2388073),
        (buttons(json!([quick("A"), call, quick("B")])), 2388073),
        (buttons(json!([quick(&"x".repeat(26))])), 2388040),
        (buttons(json!([{ "type": "URL", "text": "Go", "url": "https://example.com/{{1}}/x", "example": ["a"] }])), 2388072),
    ];
    for (body, subcode) in cases {
        let answer = create(&bench, body.clone()).await;
        assert_eq!(
            (answer.0, code(&answer), answer.1["error"]["error_subcode"].as_u64()),
            (400, 100, Some(subcode)),
            "{body} {}",
            answer.1
        );
        assert!(answer.1["error"]["error_user_msg"].is_string());
    }
    create(&bench, simple("twice", "The same words for all", json!([]))).await;
    assert_eq!(create(&bench, simple("twice", "Other words for all", json!([]))).await.1["error"]["error_subcode"], 2388024);
    assert_eq!(create(&bench, simple("thrice", "The same words for all", json!([]))).await.1["error"]["error_subcode"], 2388039);
    let promo = create(&bench, simple("promo", "Take a discount on all things", json!([]))).await;
    assert_eq!(promo.1["category"], "MARKETING", "utility silently becomes marketing");
}

#[tokio::test]
async fn a_paused_template_is_refused_with_132015_and_comes_back_after_three_hours() {
    let bench = Bench::new();
    let id = bench.approved_template(reminder()).await;
    let decide = async |decision: Value| bench.control(Method::POST, &format!("/_sim/templates/{id}/decision"), decision).await.0;
    assert_eq!(decide(json!({ "decision": "pause" })).await, 200);
    let answer = bench.send(reminder_to("+12025550123")).await;
    assert_eq!((answer.0, code(&answer)), (400, 132015));
    bench.pass(Millis::from_hours(3)).await;
    wamid(&bench.send(reminder_to("+12025550123")).await);
    decide(json!({ "decision": "pause" })).await;
    bench.pass(Millis::from_hours(3)).await;
    assert_eq!(code(&bench.send(reminder_to("+12025550123")).await), 132015, "the second pause takes six hours");
    bench.pass(Millis::from_hours(3)).await;
    wamid(&bench.send(reminder_to("+12025550123")).await);
    decide(json!({ "decision": "pause" })).await;
    assert_eq!(code(&bench.send(reminder_to("+12025550123")).await), 132016, "the third pause disables");
    bench.pass(Millis::from_secs(5)).await;
    let events: Vec<Value> = bench.values("message_template_status_update").iter().map(|v| v["event"].clone()).collect();
    assert_eq!(events, ["APPROVED", "PAUSED", "APPROVED", "PAUSED", "APPROVED", "DISABLED"]);
    let quality = &bench.values("message_template_quality_update")[0];
    assert_eq!((quality["previous_quality_score"].as_str(), quality["new_quality_score"].as_str()), (Some("UNKNOWN"), Some("RED")));
}

#[tokio::test]
async fn pacing_holds_messages_until_they_are_released_or_dropped() {
    let bench = Bench::new();
    let id = bench.approved_template(reminder()).await;
    let decide = async |decision: &str| {
        bench.control(Method::POST, &format!("/_sim/templates/{id}/decision"), json!({ "decision": decision })).await.0
    };
    decide("hold_pacing").await;
    let first = bench.send(reminder_to("+12025550123")).await;
    assert_eq!(first.1["messages"][0]["message_status"], "held_for_quality_assessment");
    let first = wamid(&first);
    bench.pass(Millis::from_mins(2)).await;
    assert!(bench.statuses(&first).is_empty());
    bench.pass(Millis::from_hours(1)).await;
    assert_eq!(bench.statuses(&first)[0], "sent", "released by itself within the hour");
    let second = wamid(&bench.send(reminder_to("+12025550124")).await);
    decide("drop_pacing").await;
    bench.pass(Millis::from_secs(5)).await;
    assert_eq!(bench.status_rows(&second)[0]["errors"][0]["code"], 132015);
    assert_eq!(code(&bench.send(reminder_to("+12025550124")).await), 132015);
    let (_, answer) = bench.cloud(Method::POST, &format!("/v26.0/{id}/unpause"), Value::Null).await;
    assert_eq!(answer["success"], true);
    wamid(&bench.send(reminder_to("+12025550124")).await);
}

#[tokio::test]
async fn editing_and_deleting_follow_the_rules() {
    let bench = Bench::new();
    let id = bench.approved_template(reminder()).await;
    let edit = json!({ "components": reminder()["components"] });
    let path = format!("/v26.0/{id}");
    assert_eq!(bench.cloud(Method::POST, &path, edit.clone()).await.1["success"], true);
    assert_eq!(bench.cloud(Method::POST, &path, edit.clone()).await.1["error"]["error_subcode"], 2388025, "one edit in 24 hours");
    assert_eq!(bench.cloud(Method::POST, &path, json!({ "category": "MARKETING" })).await.0, 400);
    let delete = format!("/v26.0/{WABA}/message_templates?name=appointment_reminder");
    assert_eq!(bench.cloud(Method::DELETE, &delete, Value::Null).await.1["success"], true);
    assert_eq!(create(&bench, reminder()).await.1["error"]["error_subcode"], 2388023, "the name is locked");
    bench.pass(Millis::from_days(30)).await;
    assert_eq!(create(&bench, reminder()).await.0, 200);
}

#[tokio::test]
async fn lists_are_paged_with_cursors() {
    let bench = Bench::new();
    let words = ["one", "two", "three", "four", "five"];
    for word in words {
        bench.approved_template(simple(&format!("t_{word}"), &format!("This is template {word} for you"), json!([]))).await;
    }
    let mut path = format!("/v26.0/{WABA}/message_templates?limit=2&fields=name");
    let mut names = Vec::new();
    for _ in 0..words.len() {
        let (_, page) = bench.cloud(Method::GET, &path, Value::Null).await;
        names.extend(page["data"].as_array().expect("data").iter().map(|t| t["name"].as_str().unwrap_or_default().to_owned()));
        match page["paging"]["next"].as_str() {
            Some(next) => path = next.trim_start_matches("http://127.0.0.1:9900").to_owned(),
            None => break,
        }
    }
    names.sort();
    assert_eq!(names, ["t_five", "t_four", "t_one", "t_three", "t_two"]);
    let dead = bench.cloud(Method::GET, &format!("/v26.0/{WABA}/message_templates?after=nonsense"), Value::Null).await;
    assert_eq!(code(&dead), 131059);
}

#[tokio::test]
async fn marketing_respects_preferences_and_the_united_states() {
    let bench = Bench::new();
    let mut promo = simple("promo", "Take a discount on all things", json!([]));
    promo["category"] = "MARKETING".into();
    bench.approved_template(promo).await;
    let uk = bench.person("+447700900321", Persona::Manual, true).await;
    let send = async |to: &str| {
        let id = wamid(
            &bench.send(json!({ "to": to, "type": "template", "template": { "name": "promo", "language": { "code": "en" } } })).await,
        );
        bench.pass(Millis::from_secs(3)).await;
        let row = bench.status_rows(&id).remove(0);
        row["errors"][0]["code"].as_u64().unwrap_or(0)
    };
    assert_eq!(send("+447700900321").await, 0);
    assert_eq!(send("+12025550123").await, 131049);
    bench.sim.with(|w| w.person_prefers_marketing(uk, None, false)).expect("stops");
    assert_eq!(send("+447700900321").await, 131050);
    bench.sim.with(|w| w.person_prefers_marketing(uk, None, true)).expect("resumes");
    assert_eq!(send("+447700900321").await, 0);
}
