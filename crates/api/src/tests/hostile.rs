//! Requests that mean no good, or were cut off.

use model::{Draws, Rng};
use serde_json::{Value, json};

use crate::testing::TestApp;

#[tokio::test]
async fn truncated_json_says_where_it_ends() {
    let app = TestApp::new().await;
    let answer = app.call("POST", "/v1/events").header("content-type", "application/json").raw("{\"name\": \"x\",\n  \"con").await;
    let problem = answer.json();
    let instance = problem["instance"].as_str().unwrap().to_owned();
    assert!(instance.starts_with("/requests/req_"));
    assert_eq!(instance.strip_prefix("/requests/"), Some(answer.header("x-request-id")));
    insta::assert_json_snapshot!(problem, { ".instance" => "[request]" }, @r#"
    {
      "type": "/problems/malformed-json",
      "title": "Not JSON",
      "status": 400,
      "detail": "the JSON ends too early, at line 2 column 6",
      "instance": "[request]",
      "code": "malformed_json"
    }
    "#);
}

#[tokio::test]
async fn a_wrong_shape_has_a_pointer() {
    let app = TestApp::new().await;
    let answer = app.post("/v1/events", json!({ "name": "x", "contact": { "phone": 12 } })).await;
    assert_eq!((answer.status, answer.code().as_str()), (422, "invalid"));
    assert_eq!(answer.json()["errors"][0]["pointer"], "/contact/phone");
    let answer = app.post("/v1/events", json!({ "name": "x", "contact": { "phone": "+12025550123" }, "typo": 1 })).await;
    assert_eq!((answer.status, answer.code().as_str()), (422, "invalid"));
}

#[tokio::test]
async fn a_number_that_is_none_is_named() {
    let app = TestApp::new().await;
    let answer = app.post("/v1/events", json!({ "name": "x", "contact": { "phone": "call me" } })).await;
    assert_eq!(answer.status, 422);
    assert_eq!(
        answer.json()["errors"],
        json!([{ "pointer": "/contact/phone", "detail": "`call me` is not a phone number; write digits with the country code, such as +12025550123" }])
    );
}

#[tokio::test]
async fn bodies_have_a_type_and_a_size() {
    let app = TestApp::new().await;
    let answer = app.call("POST", "/v1/events").raw("name=x").header("content-type", "application/x-www-form-urlencoded").await;
    assert_eq!((answer.status, answer.code().as_str()), (415, "unsupported_media_type"));
    let big = json!({ "name": "x", "contact": { "phone": "+12025550123", "name": "y".repeat(1024 * 1024) } });
    let answer = app.post("/v1/events", big).await;
    assert_eq!((answer.status, answer.code().as_str()), (413, "body_too_large"));
    let answer = app
        .anonymous("POST", "/webhooks/whatsapp/app")
        .header("x-hub-signature-256", "sha256=right")
        .raw(vec![b' '; 3 * 1024 * 1024 + 1])
        .await;
    assert_eq!((answer.status, answer.code().as_str()), (413, "body_too_large"));
}

#[tokio::test]
async fn unknown_addresses_methods_and_parameters_are_problems() {
    let app = TestApp::new().await;
    for (method, path, status, code) in [
        ("GET", "/v1/nothing", 404, "not_found"),
        ("DELETE", "/v1/contacts", 405, "method_not_allowed"),
        ("POST", "/some/page", 405, "method_not_allowed"),
        ("GET", "/v1/contacts?serach=x", 400, "invalid_query"),
        ("GET", "/v1/contacts?limit=0", 400, "invalid_query"),
        ("GET", "/v1/contacts?limit=many", 400, "invalid_query"),
        ("GET", "/v1/contacts?cursor=%21", 400, "invalid_cursor"),
        ("GET", "/v1/conversations?status=bot,nonsense", 400, "invalid_query"),
        ("GET", "/v1/contacts/ctc_zzz", 404, "not_found"),
        ("GET", "/v1/decisions?contact=msg_1", 400, "invalid_query"),
    ] {
        let answer = app.call(method, path).await;
        assert_eq!((answer.status, answer.code().as_str()), (status, code), "{method} {path}");
        assert_eq!(answer.header("content-type"), "application/problem+json");
    }
    assert_eq!(app.call("DELETE", "/v1/contacts").await.header("allow"), "GET, POST");
}

#[tokio::test]
async fn a_panic_is_a_problem_and_its_text_stays_inside() {
    let app = TestApp::new().await;
    async fn panics() {
        panic!("the secret reason");
    }
    let cookie = app.session(app.owner).await;
    let demo = axum::Router::new().route("/demo/panic", axum::routing::get(panics));
    let router = crate::router_with_demo(app.state.clone(), demo);
    let call = crate::testing::Call::new(router, "GET", "/demo/panic").header("cookie", &format!("antiphon_session={cookie}"));
    let answer = call.await;
    assert_eq!((answer.status, answer.code().as_str()), (500, "internal"));
    assert!(!answer.text().contains("secret reason"));
}

/// Whatever JSON comes, no operation answers 500.
#[tokio::test]
async fn random_json_never_breaks_the_server() {
    let app = TestApp::new().await;
    let contact = app.contact("+12025550123").await.to_string();
    let conversation = contact.replacen("ctc_", "cnv_", 1);
    let document: Value = serde_json::from_str(&crate::openapi_json()).unwrap();
    let mut draws = Draws::new(42);
    let mut asked = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let takes_json = !operation["requestBody"]["content"]["application/json"].is_null();
            if !takes_json || operation["operationId"] == "create_session" {
                continue;
            }
            let path = path.replace("/v1/contacts/{id}", &format!("/v1/contacts/{contact}"));
            let path = path.replace("/v1/conversations/{id}", &format!("/v1/conversations/{conversation}")).replace("{id}", "x");
            let path = path.replace("{name}", "x").replace("{endpoint}", "app").replace("{sender}", "x");
            let schema = operation["requestBody"]["content"]["application/json"]["schema"].clone();
            for _ in 0..25 {
                let body = if draws.below(3) == 0 { anything(&mut draws, 3) } else { shaped(&document, &schema, &mut draws, 4) };
                let answer = app.call(&method.to_uppercase(), &path).json(&body).await;
                assert!(answer.status < 500, "{method} {path} {body}: {}", answer.text());
                asked += 1;
            }
        }
    }
    assert!(asked > 500, "only {asked} requests");
}

/// Whatever stands in paths and queries, no operation answers 500.
#[tokio::test]
async fn random_addresses_never_break_the_server() {
    let app = TestApp::new().await;
    let contact = app.contact("+12025550123").await.to_string();
    let document: Value = serde_json::from_str(&crate::openapi_json()).unwrap();
    let hostile = [
        "%00",
        "..%2f..%2fetc",
        "%F0%9F%A6%80",
        "-1",
        "99999999999999999999",
        "x%27%20or%201%3D1",
        "ctc_zzzzzzzzzzzzzzzzzzzzzzzzzz",
        "*",
        "%25",
    ];
    let mut draws = Draws::new(42);
    for (template, item) in document["paths"].as_object().unwrap() {
        let operation = &item["get"];
        if operation.is_null() || operation["operationId"] == "follow_changes" {
            continue;
        }
        for _ in 0..20 {
            let mut any = || hostile[draws.below(hostile.len() as u64) as usize];
            let fill =
                |part: &str, any: &mut dyn FnMut() -> &'static str| if part.starts_with('{') { any().to_owned() } else { part.to_owned() };
            let mut path = template.split('/').map(|part| fill(part, &mut any)).collect::<Vec<_>>().join("/");
            if template.starts_with("/v1/contacts/{id}") {
                path = template.replace("{id}", &contact);
            }
            let parameters = operation["parameters"].as_array().into_iter().flatten().filter(|p| p["in"] == "query");
            let query: Vec<_> = parameters.map(|p| format!("{}={}", p["name"].as_str().unwrap(), any())).collect();
            let answer = app.get(&format!("{path}?{}", query.join("&"))).await;
            assert!(answer.status < 500, "{path} {query:?}: {}", answer.text());
        }
    }
}

#[tokio::test]
async fn deep_nesting_and_endless_numbers_are_refused() {
    let app = TestApp::new().await;
    let post = |properties: String| {
        let body = format!("{{\"name\":\"x\",\"contact\":{{\"phone\":\"+12025550123\"}},\"properties\":{properties}}}");
        app.call("POST", "/v1/events").header("content-type", "application/json").raw(body)
    };
    let deep = format!("{{\"a\":{}{}}}", "[".repeat(10_000), "]".repeat(10_000));
    assert_eq!(post(deep).await.code(), "malformed_json");
    assert_eq!(post("{\"a\":1e999}".to_owned()).await.code(), "malformed_json");
    assert_eq!(post("{\"a\":\"\\ud800\"}".to_owned()).await.code(), "malformed_json");
}

/// A cursor that somebody made up is refused, wherever it is made up.
#[tokio::test]
async fn forged_cursors_never_break_the_server() {
    use base64::Engine as _;
    let app = TestApp::new().await;
    let contact = app.contact("+12025550123").await.to_string();
    let document: Value = serde_json::from_str(&crate::openapi_json()).unwrap();
    for (template, item) in document["paths"].as_object().unwrap() {
        let operation = &item["get"];
        let takes_cursor = operation["parameters"].as_array().is_some_and(|ps| ps.iter().any(|p| p["name"] == "cursor"));
        if !takes_cursor {
            continue;
        }
        let name = operation["operationId"].as_str().unwrap();
        for inside in ["", "x", "-1", "0", "\u{0}", "99999999999999999999:ctc_1", "ctc_01kaqz3e5hf0bax8wtvn9g8c2d", "1:1", "[1,2]"] {
            let cursor = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(format!("1:{name}:{inside}"));
            let path = template.replace("{id}", &contact).replace("{name}", "x");
            let answer = app.get(&format!("{path}?cursor={cursor}")).await;
            assert!(answer.status < 500, "{path} {inside:?}: {}", answer.text());
        }
    }
}

/// A store without room says so, changes nothing, and goes on when there is room again.
#[tokio::test]
async fn a_full_disk_is_said_and_nothing_is_half_done() {
    let app = TestApp::new().await;
    app.contact("+12025550123").await;
    app.engine.limit_pages(1).await;
    let event = |n: u32| json!({ "name": "seen", "event_id": format!("e{n}"), "contact": { "phone": "+12025550123", "attributes": { "text": "x".repeat(20_000) } } });
    let mut refused = None;
    for n in 0..50 {
        let answer = app.post("/v1/events", event(n)).await;
        if answer.status != 202 {
            refused = Some((n, answer));
            break;
        }
    }
    let (n, answer) = refused.expect("the store fills up");
    assert_eq!((answer.status, answer.code().as_str(), answer.header("retry-after")), (503, "unavailable", "1"), "{}", answer.text());
    app.engine.limit_pages(0).await;
    let again = app.post("/v1/events", event(n)).await;
    assert_eq!((again.status, again.json()["duplicate"].clone()), (202, json!(false)), "what was refused was not half done");
}

fn anything(draws: &mut Draws, depth: u32) -> Value {
    match draws.below(if depth == 0 { 6 } else { 8 }) {
        0 => Value::Null,
        1 => json!(draws.below(2) == 0),
        2 => json!(draws.next_u64() as i64),
        3 => json!(draws.unit() * 1e300),
        4 => json!(
            ["", "\u{0}", "ctc_x", "+12025550123", "🦀", "../../etc/passwd", "2026-11-22T09:30:00Z", "' or 1=1 --"]
                [draws.below(8) as usize]
        ),
        5 => json!("x".repeat(draws.below(5000) as usize)),
        6 => (0..draws.below(4)).map(|_| anything(draws, depth - 1)).collect(),
        _ => Value::Object((0..draws.below(4)).map(|n| (format!("k{n}"), anything(draws, depth - 1))).collect()),
    }
}

/// Something that mostly has the shape of a schema.
fn shaped(document: &Value, schema: &Value, draws: &mut Draws, depth: u32) -> Value {
    if depth == 0 || draws.below(12) == 0 {
        return anything(draws, 1);
    }
    if let Some(pointer) = schema["$ref"].as_str() {
        let target = document.pointer(pointer.trim_start_matches('#')).cloned().unwrap_or_default();
        return shaped(document, &target, draws, depth);
    }
    for choice in ["oneOf", "anyOf"] {
        if let Some(options) = schema[choice].as_array() {
            let option = options[draws.below(options.len() as u64) as usize].clone();
            return shaped(document, &option, draws, depth - 1);
        }
    }
    if let Some(parts) = schema["allOf"].as_array() {
        let mut all = serde_json::Map::new();
        for part in parts {
            if let Value::Object(members) = shaped(document, part, draws, depth) {
                all.extend(members);
            }
        }
        return Value::Object(all);
    }
    if let Some(values) = schema["enum"].as_array() {
        return values[draws.below(values.len() as u64) as usize].clone();
    }
    if let Some(properties) = schema["properties"].as_object() {
        let kept: Vec<_> = properties.iter().filter(|_| draws.below(4) > 0).collect();
        return Value::Object(kept.into_iter().map(|(name, part)| (name.clone(), shaped(document, part, draws, depth - 1))).collect());
    }
    if let Some(items) = schema.get("items") {
        return (0..draws.below(3)).map(|_| shaped(document, items, draws, depth - 1)).collect();
    }
    anything(draws, 1)
}
