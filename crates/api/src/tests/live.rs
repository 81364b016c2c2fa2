//! Live updates and media.

use axum::body::BodyDataStream;
use futures_util::StreamExt;
use serde_json::json;

use crate::engine::{Engine, LiveKind};
use crate::testing::{OTHER, TestApp, WS};

async fn next(stream: &mut BodyDataStream) -> String {
    let chunk = tokio::time::timeout(std::time::Duration::from_secs(5), stream.next()).await.expect("an event").expect("no end").unwrap();
    String::from_utf8(chunk.to_vec()).unwrap()
}

/// A2: what happens is pushed, to the workspace that it belongs to and to no other.
#[tokio::test]
async fn a2_changes_are_pushed_to_their_own_workspace() {
    let app = TestApp::new().await;
    let response = app.get("/v1/live").header("accept-encoding", "gzip").open().await;
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    assert!(!response.headers().contains_key("content-encoding"), "compression holds events back");
    let mut stream = response.into_body().into_data_stream();
    app.engine.live().publish(OTHER, LiveKind::Contact, json!({ "id": "not ours" }));
    app.engine.live().publish(WS, LiveKind::Contact, json!({ "id": "ours" }));
    assert_eq!(next(&mut stream).await, "event: contact\nid: 1-2\ndata: {\"id\":\"ours\"}\n\n");
}

#[tokio::test]
async fn a_browser_that_comes_back_gets_what_it_missed_or_is_told_to_read_again() {
    let app = TestApp::new().await;
    for n in 0..3 {
        app.engine.live().publish(WS, LiveKind::Journey, json!({ "name": n }));
    }
    let mut stream = app.get("/v1/live").header("last-event-id", "1-1").open().await.into_body().into_data_stream();
    assert!(next(&mut stream).await.contains("id: 1-2"));
    assert!(next(&mut stream).await.contains("id: 1-3"));
    for unknown in ["/v1/live?last_event_id=9-1", "/v1/live?last_event_id=nonsense"] {
        let mut stream = app.get(unknown).open().await.into_body().into_data_stream();
        assert_eq!(next(&mut stream).await, "event: lagged\ndata: {}\n\n");
    }
}

#[tokio::test]
async fn a_slow_browser_is_told_that_it_lagged() {
    let app = TestApp::new().await;
    let mut stream = app.get("/v1/live").open().await.into_body().into_data_stream();
    for n in 0..2000 {
        app.engine.live().publish(WS, LiveKind::Journey, json!({ "name": n }));
    }
    assert!(next(&mut stream).await.contains("lagged"));
    assert!(next(&mut stream).await.contains("event: journey"));
}

#[tokio::test]
async fn draining_ends_the_streams() {
    let app = TestApp::new().await;
    let mut stream = app.get("/v1/live").open().await.into_body().into_data_stream();
    app.state.drain();
    assert!(stream.next().await.is_none());
}

#[tokio::test]
async fn media_that_could_run_is_downloaded() {
    let app = TestApp::new().await;
    let svg = app.engine.add_media(WS, "image/svg+xml", "x.svg");
    let answer = app.get(&format!("/v1/media/{svg}")).await;
    assert_eq!((answer.header("content-type"), answer.header("x-content-type-options")), ("application/octet-stream", "nosniff"));
    assert_eq!(answer.header("content-disposition"), "attachment; filename*=UTF-8''x.svg");
    let png = app.engine.add_media(WS, "image/png", "x.png");
    let answer = app.get(&format!("/v1/media/{png}")).await;
    assert_eq!((answer.header("content-type"), answer.header("content-disposition")), ("image/png", "inline; filename*=UTF-8''x.png"));
}
