//! A client as an integrator would write it: JSON, a bearer key, and patience with a server that restarts.

use std::sync::Arc;
use std::time::Duration;

use http_client::{Guard, HeaderName, Method, Request, ReqwestTransport, Transport};
use serde_json::Value;

/// How long one request may take.
const DEADLINE: Duration = Duration::from_secs(15);
/// Between two tries of the same request.
const PAUSE: Duration = Duration::from_millis(100);

#[derive(Clone)]
pub struct Client {
    transport: Arc<ReqwestTransport>,
    base: String,
    headers: Vec<(&'static str, String)>,
}

/// A status and what was said with it.
pub type Answer = (u16, Value);

impl Client {
    pub fn new(base: &str) -> Self {
        let transport = ReqwestTransport::new(Guard::allowing(["127.0.0.1"])).expect("an HTTP client");
        Self { transport: Arc::new(transport), base: base.to_owned(), headers: Vec::new() }
    }

    pub fn with(&self, name: &'static str, value: impl Into<String>) -> Self {
        let mut other = self.clone();
        other.headers.push((name, value.into()));
        other
    }

    /// One try. Without an answer there is the reason.
    pub async fn once(&self, method: Method, path: &str, body: Option<&Value>) -> Result<(http_client::HeaderMap, Answer), String> {
        let mut request = Request::new(method, format!("{}{path}", self.base)).within(DEADLINE).accepting(256 * 1024 * 1024);
        for (name, value) in &self.headers {
            request = request.header(HeaderName::from_static(name), value).map_err(|e| e.to_string())?;
        }
        if let Some(body) = body {
            request = request.body("application/json", body.to_string()).map_err(|e| e.to_string())?;
        }
        let response = self.transport.send(request).await.map_err(|e| e.to_string())?;
        let value = serde_json::from_slice(&response.body).unwrap_or_else(|_| String::from_utf8_lossy(&response.body).into_owned().into());
        Ok((response.headers, (response.status.as_u16(), value)))
    }

    /// Tries until there is an answer that is not the server's own trouble. Answers with how many tries it took.
    pub async fn patiently(&self, method: Method, path: &str, body: Option<&Value>) -> (Answer, u32) {
        let mut last = String::new();
        for tries in 1..=600 {
            match self.once(method.clone(), path, body).await {
                Ok((_, answer)) if answer.0 < 500 && answer.0 != 429 => return (answer, tries),
                Ok((_, answer)) => last = format!("{answer:?}"),
                Err(error) => last = error,
            }
            tokio::time::sleep(PAUSE).await;
        }
        panic!("{path} was never answered; the last try: {last}");
    }

    pub async fn get(&self, path: &str) -> Value {
        let ((status, value), _) = self.patiently(Method::GET, path, None).await;
        assert!(status == 200, "GET {path} answered {status}: {value}");
        value
    }

    pub async fn send(&self, method: Method, path: &str, body: Value) -> Value {
        let ((status, value), _) = self.patiently(method.clone(), path, Some(&body)).await;
        assert!((200..300).contains(&status), "{method} {path} answered {status}: {value}");
        value
    }

    pub async fn post(&self, path: &str, body: Value) -> Value {
        self.send(Method::POST, path, body).await
    }

    /// Every item of a paged list.
    pub async fn all(&self, path: &str) -> Vec<Value> {
        let joint = if path.contains('?') { '&' } else { '?' };
        let mut items = Vec::new();
        let mut cursor = String::new();
        for _ in 0..10_000 {
            let page = self.get(&format!("{path}{joint}limit=200&cursor={cursor}")).await;
            items.extend(page["items"].as_array().expect("a list has items").iter().cloned());
            match page["next_cursor"].as_str() {
                Some(next) => next.clone_into(&mut cursor),
                None => return items,
            }
        }
        panic!("{path} never ends");
    }
}
