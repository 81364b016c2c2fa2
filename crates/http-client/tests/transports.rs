//! Both transports against the same routes: one over a loopback socket, one without.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Request as Incoming;
use axum::routing::{any, get};
use http_client::{Guard, HttpErrorKind, Method, Request, ReqwestTransport, RouterTransport, Transport, header};

fn routes() -> Router {
    Router::new()
        .route(
            "/echo",
            any(|request: Incoming| async move {
                let line = format!("{} {} {:?}", request.method(), request.uri(), request.headers().get("x-test"));
                let body = axum::body::to_bytes(request.into_body(), 1000).await.unwrap();
                (http::StatusCode::CREATED, [("x-answer", "yes")], format!("{line} {}", String::from_utf8_lossy(&body)))
            }),
        )
        .route("/long", get(|| async { "x".repeat(10_000) }))
        .route("/away", get(|| async { (http::StatusCode::FOUND, [("location", "https://example.com/")]) }))
        .route("/slow", get(|| async { tokio::time::sleep(Duration::from_secs(30)).await }))
}

async fn over_socket() -> (Arc<dyn Transport>, String) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let host = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move { axum::serve(listener, routes()).await });
    (Arc::new(ReqwestTransport::new(Guard::allowing([host.as_str()])).unwrap()), format!("http://{host}"))
}

fn in_process() -> (Arc<dyn Transport>, String) {
    let transport = RouterTransport::new().host("sim.example.com", routes()).with_deadlines();
    (Arc::new(transport), "https://sim.example.com".to_owned())
}

#[tokio::test]
async fn both_transports_carry_method_query_headers_and_body() {
    for (transport, base) in [over_socket().await, in_process()] {
        let request = Request::new(Method::PUT, format!("{base}/echo?a=1%202"))
            .header(header::HeaderName::from_static("x-test"), "t")
            .unwrap()
            .body("text/plain", "body")
            .unwrap();
        let answer = transport.send(request).await.unwrap();
        assert_eq!((answer.status.as_u16(), answer.header("x-answer")), (201, Some("yes")));
        assert_eq!(&answer.body[..], br#"PUT /echo?a=1%202 Some("t") body"#);
    }
}

#[tokio::test]
async fn long_answers_redirects_and_unknown_hosts_are_contained() {
    for (transport, base) in [over_socket().await, in_process()] {
        let error = transport.send(Request::get(format!("{base}/long")).accepting(9_999)).await.unwrap_err();
        assert_eq!(error.kind, HttpErrorKind::TooLarge);
        assert_eq!(transport.send(Request::get(format!("{base}/long")).accepting(10_000)).await.unwrap().body.len(), 10_000);
        let answer = transport.send(Request::get(format!("{base}/away"))).await.unwrap();
        assert_eq!((answer.status.as_u16(), answer.header("location")), (302, Some("https://example.com/")));
        let error = transport.send(Request::get("not an address")).await.unwrap_err();
        assert!(error.kind.certainly_not_sent(), "{error}");
    }
}

#[tokio::test]
async fn a_deadline_that_passes_is_not_taken_for_a_refusal() {
    for (transport, base) in [over_socket().await, in_process()] {
        let error = transport.send(Request::get(format!("{base}/slow?token=secret")).within(Duration::from_millis(50))).await.unwrap_err();
        assert_eq!(error.kind, HttpErrorKind::TimedOut, "{error}");
        assert!(!error.kind.certainly_not_sent() && !error.to_string().contains("secret"));
    }
}

#[tokio::test]
async fn a_refused_connection_is_certainly_not_sent() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let host = listener.local_addr().unwrap().to_string();
    drop(listener);
    let transport = ReqwestTransport::new(Guard::allowing([host.as_str()])).unwrap();
    let error = transport.send(Request::get(format!("http://{host}/?q=secret"))).await.unwrap_err();
    assert_eq!(error.kind, HttpErrorKind::NotConnected);
    assert!(!error.to_string().contains("secret"), "{error}");
}

#[tokio::test]
async fn a_connection_that_breaks_after_the_request_is_lost() {
    use tokio::io::AsyncReadExt as _;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let host = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let mut bytes = [0; 64];
        let _count = socket.read(&mut bytes).await.unwrap();
    });
    let transport = ReqwestTransport::new(Guard::allowing([host.as_str()])).unwrap();
    let error = transport.send(Request::post(format!("http://{host}/"))).await.unwrap_err();
    assert_eq!(error.kind, HttpErrorKind::Lost, "{error}");
}

#[tokio::test]
async fn private_addresses_are_blocked_before_a_connection_is_made() {
    let transport = ReqwestTransport::new(Guard::public_only()).unwrap();
    for url in ["http://127.0.0.1:1/", "https://169.254.169.254/", "https://localhost/"] {
        let error = transport.send(Request::get(url)).await.unwrap_err();
        assert_eq!(error.kind, HttpErrorKind::BlockedAddress, "{url}: {error}");
    }
}
