//! A very small HTTP client that talks to this machine only; products bring their own sink.

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use simulator::{SinkError, WebhookAnswer, WebhookSink};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// How long a callback may take, and how much of its answer is read.
const PATIENCE: Duration = Duration::from_secs(10);
const ANSWER_MAX: u64 = 64 * 1024;

pub struct LoopbackSink;

impl LoopbackSink {
    async fn call(&self, method: &str, url: &str, headers: &[(String, String)], body: &[u8]) -> Result<WebhookAnswer, SinkError> {
        let exchange = self.exchange(method, url, headers, body);
        timeout(PATIENCE, exchange).await.map_err(|_| SinkError("time-out".into()))?
    }

    async fn exchange(&self, method: &str, url: &str, headers: &[(String, String)], body: &[u8]) -> Result<WebhookAnswer, SinkError> {
        let text = |e: std::io::Error| SinkError(e.to_string());
        let rest = url.strip_prefix("http://").ok_or_else(|| SinkError(format!("{url} is not an http URL")))?;
        let (host, path) = rest.split_once('/').map_or((rest, String::from("/")), |(host, path)| (host, format!("/{path}")));
        if !["127.0.0.1", "localhost"].contains(&host.split(':').next().unwrap_or_default()) {
            return Err(SinkError(format!("{host} is not on this machine")));
        }
        let mut stream = TcpStream::connect(host).await.map_err(text)?;
        let mut request = format!("{method} {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\ncontent-length: {}\r\n", body.len());
        for (name, value) in headers {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        request.push_str("\r\n");
        stream.write_all(request.as_bytes()).await.map_err(text)?;
        stream.write_all(body).await.map_err(text)?;
        let mut answer = Vec::new();
        stream.take(ANSWER_MAX).read_to_end(&mut answer).await.map_err(text)?;
        let end = answer.windows(4).position(|w| w == b"\r\n\r\n").ok_or_else(|| SinkError("no HTTP answer".into()))?;
        let head = String::from_utf8_lossy(&answer[..end]).into_owned();
        let status = head.split(' ').nth(1).and_then(|s| s.parse().ok()).ok_or_else(|| SinkError("no HTTP status".into()))?;
        Ok(WebhookAnswer { status, body: Bytes::copy_from_slice(&answer[end + 4..]) })
    }
}

#[async_trait]
impl WebhookSink for LoopbackSink {
    async fn post(&self, url: &str, headers: &[(String, String)], body: Bytes) -> Result<WebhookAnswer, SinkError> {
        self.call("POST", url, headers, &body).await
    }

    async fn get(&self, url: &str) -> Result<WebhookAnswer, SinkError> {
        self.call("GET", url, &[], b"").await
    }
}
