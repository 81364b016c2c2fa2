//! The built program, installed and set up through its public API, with the stub for a provider.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use http_client::{Guard, HeaderMap, HeaderName, Request, ReqwestTransport, Transport as _};
use serde_json::{Value, json};

use crate::stub::Stub;

pub const APP_SECRET: &str = "bench-app-secret";
pub const NUMBER_ID: &str = "106540352242922";
pub const WABA: &str = "102290129340398";

/// As soon as the event is there it is sent.
const JOURNEY: &str = "
journey: at_once
title: At once
owner: inbox
purpose: transactional
goal: { none: measures speed }
entry: { on: order_shipped, key: event.order, policy: once }
context: { order: event.order }
start: tell
steps:
  tell:
    send:
      whatsapp:
        in_window: { text: \"Order {{ run.order }} is on its way.\" }
        out_of_window: { template: order_shipped, variables: { order: \"{{ run.order }}\" } }
      max_lateness: 1h
      expects_reply: inbox
    next: done
  done: { end: told }
";

/// The program beside this one, as `cargo build` leaves them.
pub fn program() -> Result<PathBuf> {
    let beside = std::env::current_exe()?.with_file_name("antiphon");
    ensure!(beside.is_file(), "{} is missing; `make bench` builds it", beside.display());
    Ok(beside)
}

/// A running `antiphon serve`.
pub struct Server {
    child: Child,
    pub url: String,
    pub start_took: Duration,
    link: String,
}

impl Server {
    pub fn start(data: &Path) -> Result<Self> {
        let began = Instant::now();
        let mut child = Command::new(program()?)
            .args(["serve", "--json", "--allow-host", "127.0.0.1", "--listen", "127.0.0.1:0", "--data"])
            .arg(data)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut lines = BufReader::new(child.stdout.take().context("its output")?);
        let mut text = String::new();
        let banner: Value = loop {
            ensure!(lines.read_line(&mut text)? > 0, "the server did not come up");
            if let Ok(banner) = serde_json::from_str(&text) {
                break banner;
            }
        };
        let start_took = began.elapsed();
        std::thread::spawn(move || lines.read_to_end(&mut Vec::new()));
        let word = |name: &str| banner[name].as_str().unwrap_or_default().to_owned();
        Ok(Self { child, url: word("listen"), start_took, link: word("sign_in_url") })
    }

    pub fn address(&self) -> &str {
        self.url.trim_start_matches("http://")
    }

    /// Resident memory in MiB.
    pub fn memory(&self) -> Result<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("the kernel says how much")?;
        let kib: f64 = line.trim().trim_end_matches("kB").trim().parse()?;
        Ok(kib / 1024.0)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A server with a sender, a template and a journey.
pub struct Installation {
    pub server: Server,
    pub webhook: String,
    /// `authorization` as a header line.
    pub key: String,
}

struct Caller {
    transport: Arc<ReqwestTransport>,
    base: String,
    headers: Vec<(&'static str, String)>,
}

impl Caller {
    async fn post(&self, path: &str, body: Value) -> Result<(HeaderMap, Value)> {
        let mut request = Request::post(format!("{}{path}", self.base));
        for (name, value) in &self.headers {
            request = request.header(HeaderName::from_static(name), value)?;
        }
        let response = self.transport.send(request.body("application/json", body.to_string())?).await?;
        let text = String::from_utf8_lossy(&response.body);
        ensure!(response.status.is_success(), "{path} answered {}: {text}", response.status);
        Ok((response.headers, serde_json::from_slice(&response.body)?))
    }
}

impl Installation {
    pub async fn new(data: &Path, stub: &Stub) -> Result<Self> {
        let server = Server::start(data)?;
        let provider = stub.serve().await?;
        let transport = Arc::new(ReqwestTransport::new(Guard::allowing(["127.0.0.1"]))?);
        let mut caller = Caller { transport, base: server.url.clone(), headers: Vec::new() };
        let token = server.link.split_once("token=").context("a sign-in link")?.1.to_owned();
        let (headers, session) = caller.post("/v1/session", json!({ "token": token })).await?;
        let cookie = headers.get("set-cookie").and_then(|value| value.to_str().ok()).context("a cookie")?;
        caller.headers = vec![("cookie", cookie.split(';').next().unwrap_or_default().to_owned()), ("x-antiphon-csrf", "1".to_owned())];
        let (_, made) = caller.post("/v1/api_keys", json!({ "name": "Bench", "scopes": session["scopes"] })).await?;
        let key = format!("Bearer {}", made["secret"].as_str().context("a key")?);
        caller.headers = vec![("authorization", key.clone())];
        let account = json!({ "kind": "whatsapp_cloud", "phone_number_id": NUMBER_ID, "waba_id": WABA, "access_token": "bench-token",
            "app_secret": APP_SECRET, "verify_token": "bench-verify", "base_url": provider });
        let sender = json!({ "name": "Bench", "address": "+12025550100", "per_second": 10_000, "provider": account });
        let (_, sender) = caller.post("/v1/senders", sender).await?;
        let text = json!({ "en": { "body": "Order {{order}} is on its way to you." } });
        let template = json!({ "name": "order_shipped", "purpose": "transactional", "default_language": "en",
            "variables": [{ "name": "order", "sample": "O-1001" }], "languages": text });
        let (_, template) = caller.post("/v1/templates", template).await?;
        caller.post(&format!("/v1/templates/{}/submission", template["id"].as_str().unwrap_or_default()), json!({})).await?;
        caller.post("/v1/journeys", json!({ "source": JOURNEY })).await?;
        let webhook = sender["webhook_path"].as_str().context("where webhooks go")?.to_owned();
        Ok(Self { server, webhook, key: format!("authorization: {key}\r\n") })
    }
}
