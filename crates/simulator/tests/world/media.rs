//! Media over HTTP: upload, look-up, download, lifetimes.

use axum::body::Body;
use http::{Method, Request};
use http_body_util::BodyExt as _;
use model::Millis;
use serde_json::Value;
use simulator::{Line, Persona};
use tower::ServiceExt as _;

use crate::common::{Bench, NUMBER, code, file, wamid};

async fn upload(bench: &Bench, mime: &str, bytes: &[u8]) -> (u16, Value) {
    let mut body = Vec::new();
    let part = |name: &str, extra: &str| format!("--XX\r\nContent-Disposition: form-data; name=\"{name}\"{extra}\r\n");
    body.extend(part("file", "; filename=\"a.bin\"").bytes());
    body.extend(format!("Content-Type: {mime}\r\n\r\n").bytes());
    body.extend(bytes);
    body.extend(b"\r\n");
    body.extend(format!("{}\r\nwhatsapp\r\n{}\r\n{mime}\r\n--XX--\r\n", part("messaging_product", ""), part("type", "")).bytes());
    let request = Request::post(format!("/v26.0/{NUMBER}/media"))
        .header("authorization", "Bearer sim-token")
        .header("content-type", "multipart/form-data; boundary=XX")
        .body(Body::from(body))
        .expect("a request");
    bench.call(bench.sim.cloud_router(), request).await
}

async fn download(bench: &Bench, url: &str, token: &str) -> (u16, Vec<u8>) {
    let path = url.split("9900").nth(1).expect("a path of this server");
    let request = Request::get(path).header("authorization", token).body(Body::empty()).expect("a request");
    let response = bench.sim.cloud_router().oneshot(request).await.expect("an answer");
    let status = response.status().as_u16();
    (status, response.into_body().collect().await.expect("a body").to_bytes().to_vec())
}

#[tokio::test]
async fn an_upload_can_be_looked_up_sent_fetched_and_deleted() {
    let bench = Bench::new();
    bench.person("+12025550123", Persona::Manual, true).await;
    let (status, body) = upload(&bench, "image/png", b"\x89PNG bytes").await;
    assert_eq!(status, 200, "{body}");
    let id = body["id"].as_str().expect("an id").to_owned();
    let (_, node) = bench.cloud(Method::GET, &format!("/v26.0/{id}"), Value::Null).await;
    assert_eq!((node["mime_type"].as_str(), node["file_size"].as_str()), (Some("image/png"), Some("10")));
    assert_eq!(node["sha256"].as_str().map(str::len), Some(64));
    let url = node["url"].as_str().expect("a url").to_owned();
    assert_eq!(download(&bench, &url, "Bearer sim-token").await, (200, b"\x89PNG bytes".to_vec()));
    assert_eq!(download(&bench, &url, "Bearer other").await.0, 401);
    wamid(&bench.send(serde_json::json!({ "to": "+12025550123", "type": "image", "image": { "id": id } })).await);
    let wrong = bench.send(serde_json::json!({ "to": "+12025550123", "type": "video", "video": { "id": id } })).await;
    assert_eq!(code(&wrong), 131009);
    bench.pass(Millis::from_mins(5)).await;
    assert_eq!(download(&bench, &url, "Bearer sim-token").await.0, 404, "URLs live five minutes");
    assert_eq!(bench.cloud(Method::DELETE, &format!("/v26.0/{id}"), Value::Null).await.1["success"], true);
    assert_eq!(code(&bench.cloud(Method::GET, &format!("/v26.0/{id}"), Value::Null).await), 100);
}

#[tokio::test]
async fn files_that_are_too_large_are_refused() {
    let bench = Bench::new();
    let answer = upload(&bench, "image/webp", &vec![0; 600 * 1024]).await;
    assert_eq!((answer.0, code(&answer)), (400, 131053));
    assert_eq!(upload(&bench, "application/zip", &vec![0; 600 * 1024]).await.0, 200);
}

#[tokio::test]
async fn media_from_people_can_be_fetched_for_seven_days() {
    let bench = Bench::new();
    let person = bench.person("+12025550123", Persona::Manual, false).await;
    bench.sim.with(|w| w.person_sends_file(person, Line::WhatsApp, None, file("audio/ogg; codecs=opus", "voice", None))).expect("a file");
    bench.pass(Millis::from_secs(2)).await;
    let audio = bench.inbound()[0]["audio"].clone();
    assert_eq!(audio["voice"], true);
    let path = format!("/v26.0/{}", audio["id"].as_str().expect("an id"));
    bench.pass(Millis::from_days(6)).await;
    assert_eq!(bench.cloud(Method::GET, &path, Value::Null).await.0, 200);
    bench.pass(Millis::from_days(1)).await;
    assert_eq!(code(&bench.cloud(Method::GET, &path, Value::Null).await), 100);
}
