//! The short way of events and WhatsApp webhooks answers as the router does.

use std::net::{IpAddr, Ipv4Addr};

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::auth::Scope;
use crate::server::{Limits, serve};
use crate::testing::{OTHER, TestApp, WS};

const PEER: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

struct Ask {
    path: &'static str,
    headers: Vec<(&'static str, String)>,
    body: String,
}

fn ask(path: &'static str, headers: &[(&'static str, &str)], body: impl ToString) -> Ask {
    Ask { path, headers: headers.iter().map(|(name, value)| (*name, (*value).to_owned())).collect(), body: body.to_string() }
}

/// Status, headers and body, without what differs from one request to the next.
async fn short(app: &TestApp, ask: &Ask) -> (u16, HeaderMap, String) {
    let mut request = Request::post(ask.path);
    for (name, value) in &ask.headers {
        request = request.header(*name, value);
    }
    let response = crate::front(app.state.clone()).answer(request.body(Body::from(ask.body.clone())).unwrap(), PEER).await;
    let (parts, body) = response.into_parts();
    let body = String::from_utf8(to_bytes(body, usize::MAX).await.unwrap().to_vec()).unwrap();
    (parts.status.as_u16(), same(parts.headers), without_ids(&body))
}

async fn long(app: &TestApp, ask: &Ask) -> (u16, HeaderMap, String) {
    let mut call = app.anonymous("POST", ask.path).raw(ask.body.clone());
    for (name, value) in &ask.headers {
        call = call.header(name, value);
    }
    let answer = call.await;
    (answer.status, same(answer.headers.clone()), without_ids(&answer.text()))
}

fn same(mut headers: HeaderMap) -> HeaderMap {
    assert!(headers.remove("x-request-id").is_some());
    // The router's compression says what it would look at; nothing here is large enough for it.
    headers.remove("vary");
    headers.remove("content-length");
    headers
}

fn without_ids(body: &str) -> String {
    let Ok(mut value) = serde_json::from_str::<Value>(body) else { return body.to_owned() };
    for name in ["instance", "signal_id", "contact_id"] {
        if let Some(id) = value.get_mut(name) {
            *id = json!("an id");
        }
    }
    value.to_string()
}

#[tokio::test]
async fn the_short_way_answers_as_the_router_does() {
    let app = TestApp::new().await;
    let key = format!("Bearer {}", app.key);
    let reader = format!("Bearer {}", app.key_in(WS, &[Scope::ContactsRead]).await);
    let event = |n: u32| json!({ "name": "order_paid", "event_id": format!("e{n}"), "contact": { "phone": "+12025550123" } });
    let form = ("content-type", "application/x-www-form-urlencoded");
    let json_type = ("content-type", "application/json");
    let asks = [
        ask("/v1/events", &[("authorization", &key), json_type], event(1)),
        ask("/v1/events", &[json_type], event(2)),
        ask("/v1/events", &[("authorization", "Bearer ak_nonsense"), json_type], event(2)),
        ask("/v1/events", &[("authorization", &reader), json_type], event(2)),
        ask("/v1/events", &[("authorization", &key), form], event(2)),
        ask("/v1/events", &[("authorization", &key), json_type], "{\"name\":"),
        ask("/v1/events", &[("authorization", &key), json_type], json!({ "name": "a b", "contact": { "phone": "1" } })),
        ask("/v1/events", &[("authorization", &key), json_type], json!({ "name": "a", "contact": {}, "unknown": 1 })),
        ask("/v1/events", &[("authorization", &key), json_type, ("idempotency-key", "")], event(3)),
        ask("/webhooks/whatsapp/app", &[("x-hub-signature-256", "sha256=right")], "{\"object\": \"x\"}"),
        ask("/webhooks/whatsapp/app", &[("x-hub-signature-256", "sha256=wrong")], "{}"),
        ask("/webhooks/whatsapp/app", &[("x-hub-signature-256", "sha256=right")], "{\"entry\":[{"),
        ask("/webhooks/whatsapp/other", &[], "{}"),
        ask("/webhooks/whatsapp/app", &[("x-hub-signature-256", "sha256=right")], "x".repeat(4 << 20)),
    ];
    for (n, ask) in asks.iter().enumerate() {
        // The first time an event is new and then it is known: each way has its turn at both.
        let (first, second) = (long(&app, ask).await, short(&app, ask).await);
        let (third, fourth) = (long(&app, ask).await, short(&app, ask).await);
        assert_eq!(second, third, "request {n}");
        assert_eq!(third, fourth, "request {n}");
        assert_eq!(first.0, second.0, "request {n}");
    }
    assert_eq!(app.engine.webhooks.lock().unwrap().len(), 4, "what was signed arrived on both ways");
}

#[tokio::test]
async fn an_event_on_the_short_way_is_for_the_workspace_of_its_key() {
    let app = TestApp::new().await;
    let theirs = format!("Bearer {}", app.key_in(OTHER, &[Scope::EventsWrite]).await);
    let event = json!({ "name": "order_paid", "event_id": "e1", "contact": { "external_id": "customer-7" } });
    let (status, _, _) = short(&app, &ask("/v1/events", &[("authorization", &theirs), ("content-type", "application/json")], event)).await;
    assert_eq!(status, 202);
    assert_eq!(app.get("/v1/contacts").await.json()["items"].as_array().unwrap().len(), 0);
}

/// Over a real connection, where a body comes when it comes.
#[tokio::test]
async fn a_connection_carries_one_event_after_another_on_the_short_way() {
    let app = TestApp::new().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let server = tokio::spawn(serve(listener, crate::front(app.state.clone()), Limits::default(), async move {
        let _ = stopped.await;
    }));
    let mut stream = TcpStream::connect(address).await.unwrap();
    for (n, last) in [(1, false), (2, true)] {
        let body = json!({ "name": "order_paid", "event_id": format!("e{n}"), "contact": { "external_id": "customer-7" } }).to_string();
        let connection = if last { "close" } else { "keep-alive" };
        let head = format!(
            "POST /v1/events HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: {connection}\r\n\r\n",
            app.key,
            body.len()
        );
        let (first, rest) = body.split_at(10);
        for part in [&head, first, rest] {
            stream.write_all(part.as_bytes()).await.unwrap();
            stream.flush().await.unwrap();
            tokio::task::yield_now().await;
        }
    }
    let mut text = String::new();
    stream.read_to_string(&mut text).await.unwrap();
    assert_eq!(text.matches("HTTP/1.1 202").count(), 2, "{text}");
    stop.send(()).unwrap();
    server.await.unwrap().unwrap();
}
