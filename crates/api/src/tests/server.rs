//! The server loop, over real connections.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

use crate::server::{Limits, serve};
use crate::testing::TestApp;

async fn start(app: &TestApp, limits: Limits) -> (std::net::SocketAddr, oneshot::Sender<()>, tokio::task::JoinHandle<std::io::Result<()>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel();
    let state = app.state.clone();
    let shutdown = async move {
        let _ = stopped.await;
        state.drain();
    };
    (address, stop, tokio::spawn(serve(listener, app.router.clone(), limits, shutdown)))
}

async fn read_all(mut stream: TcpStream) -> String {
    let mut text = Vec::new();
    tokio::time::timeout(Duration::from_secs(10), stream.read_to_end(&mut text)).await.expect("the connection ends").unwrap();
    String::from_utf8_lossy(&text).into_owned()
}

#[tokio::test]
async fn a_request_is_answered_and_the_server_stops_when_told() {
    let app = TestApp::new().await;
    let (address, stop, server) = start(&app, Limits::default()).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await.unwrap();
    let answer = read_all(stream).await;
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("ok"), "{answer}");
    stop.send(()).unwrap();
    server.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_client_that_dribbles_its_headers_is_cut_off() {
    let app = TestApp::new().await;
    let limits = Limits { header_time: Duration::from_millis(200), ..Limits::default() };
    let (address, stop, server) = start(&app, limits).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(b"GET /healthz HTTP/1.1\r\nhost:").await.unwrap();
    let answer = read_all(stream).await;
    assert!(!answer.contains("200 OK"), "{answer}");
    stop.send(()).unwrap();
    server.await.unwrap().unwrap();
}

#[tokio::test]
async fn more_connections_than_slots_wait_their_turn() {
    let app = TestApp::new().await;
    let (address, stop, server) = start(&app, Limits { connections: 1, ..Limits::default() }).await;
    let mut first = TcpStream::connect(address).await.unwrap();
    first.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    let mut byte = [0u8; 1];
    first.read_exact(&mut byte).await.unwrap();
    let mut second = TcpStream::connect(address).await.unwrap();
    second.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await.unwrap();
    assert!(tokio::time::timeout(Duration::from_millis(200), second.read_exact(&mut byte)).await.is_err());
    drop(first);
    assert!(read_all(second).await.ends_with("ok"));
    stop.send(()).unwrap();
    server.await.unwrap().unwrap();
}

#[tokio::test]
async fn stopping_ends_live_streams_and_does_not_wait_for_them() {
    let app = TestApp::new().await;
    let (address, stop, server) = start(&app, Limits::default()).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!("GET /v1/live HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\n\r\n", app.key);
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut head = [0u8; 15];
    stream.read_exact(&mut head).await.unwrap();
    assert_eq!(&head, b"HTTP/1.1 200 OK");
    stop.send(()).unwrap();
    tokio::time::timeout(Duration::from_secs(5), server).await.expect("stops before its drain time").unwrap().unwrap();
}

#[tokio::test]
async fn a_node_without_requests_answers_probes_only() {
    let mut app = TestApp::new().await;
    app.router = crate::probes(app.state.clone());
    let (address, stop, server) = start(&app, Limits::default()).await;
    for (path, status) in [("/healthz", 200), ("/readyz", 200), ("/v1/session", 404), ("/", 404)] {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").as_bytes()).await.unwrap();
        let answer = read_all(stream).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{path}: {answer}");
    }
    stop.send(()).unwrap();
    server.await.unwrap().unwrap();
}
