//! `antiphon publish`: puts a journey and its templates on a running server.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use http::header::AUTHORIZATION;
use http_client::{Guard, Request, ReqwestTransport, Transport};
use serde_json::{Value, json};

use super::check::Bundle;
use super::{Exit, Output};

/// Checks a journey, writes its templates that the server does not have yet, and publishes it through the API.
///
/// Runs that are inside stay in the version that they entered. Needs a key with the scopes `journeys:write` and `templates:write`.
#[derive(Args, Debug)]
pub struct Publish {
    /// A journey file, or a folder that holds journey.yaml.
    path: PathBuf,
    /// The server.
    #[arg(long, default_value = "http://127.0.0.1:8080", env = "ANTIPHON_URL")]
    url: String,
    /// An API key, `ak_…`. Better given by the environment than on the command line.
    #[arg(long, env = "ANTIPHON_KEY", hide_env_values = true)]
    key: String,
}

impl Publish {
    pub async fn run(&self, out: Output) -> Result<Exit> {
        let bundle = Bundle::find(&self.path)?;
        let (templates, faults) = bundle.read_templates()?;
        if !faults.is_empty() {
            for fault in &faults {
                out.say(fault.one_line())?;
            }
            out.json(&json!({ "published": false, "diagnostics": faults }))?;
            return Ok(Exit::No);
        }
        let server = Server::new(&self.url, &self.key)?;
        let known = server.call("GET", "/v1/templates?limit=200", None).await?.1;
        let names: Vec<&str> = known["items"].as_array().into_iter().flatten().filter_map(|item| item["name"].as_str()).collect();
        for template in templates.iter().filter(|template| !names.contains(&template.name.as_str())) {
            let body = json!({
                "name": template.name, "purpose": template.purpose, "variables": template.variables,
                "languages": template.languages, "default_language": template.default_language,
            });
            let (status, answer) = server.call("POST", "/v1/templates", Some(&body)).await?;
            if status >= 300 {
                bail!("template `{}` was refused: {}", template.name, problem(&answer));
            }
            out.say(format!("template {} written; submit it for review in the console", template.name))?;
        }
        let (status, answer) = server.call("POST", "/v1/journeys", Some(&json!({ "source": bundle.source()? }))).await?;
        if status < 300 {
            out.say(format!(
                "published {} as version {}",
                answer["name"].as_str().unwrap_or("?"),
                answer["version"].as_str().unwrap_or("?")
            ))?;
            out.json(&json!({ "published": true, "journey": answer }))?;
            return Ok(Exit::Done);
        }
        let diagnostics = answer["diagnostics"].as_array().cloned().unwrap_or_default();
        for one in &diagnostics {
            let place = format!("{}:{}:{}", bundle.journey.display(), one["line"], one["column"]);
            let text = |member: &str| one[member].as_str().unwrap_or_default();
            out.say(format!("{place}: {}[{}]: {}. {}", text("severity"), text("code"), text("what"), text("fix")))?;
        }
        out.say(format!("not published: {}", problem(&answer)))?;
        out.json(&json!({ "published": false, "problem": answer }))?;
        Ok(Exit::No)
    }
}

/// What a problem document says, in a line.
pub fn problem(answer: &Value) -> String {
    let text = |member: &str| answer[member].as_str().unwrap_or_default();
    format!("{} ({})", text("detail"), text("title"))
}

/// A server's API.
pub struct Server {
    url: String,
    key: String,
    transport: Arc<dyn Transport>,
}

impl Server {
    pub fn new(url: &str, key: &str) -> Result<Self> {
        let url = url.trim_end_matches('/').to_owned();
        // The operator names this address, so it may be a private one.
        let host = url.split("://").nth(1).unwrap_or(&url).split('/').next().unwrap_or_default().to_owned();
        let transport = ReqwestTransport::new(Guard::allowing([host.as_str()]))?;
        Ok(Self::over(Arc::new(transport), &url, key))
    }

    /// The same by another way out.
    #[must_use]
    pub fn over(transport: Arc<dyn Transport>, url: &str, key: &str) -> Self {
        Self { url: url.trim_end_matches('/').to_owned(), key: key.to_owned(), transport }
    }

    /// The status and the JSON of the answer.
    pub async fn call(&self, method: &str, path: &str, body: Option<&Value>) -> Result<(u16, Value)> {
        let method = http::Method::from_bytes(method.as_bytes())?;
        let mut request = Request::new(method, format!("{}{path}", self.url)).header(AUTHORIZATION, &format!("Bearer {}", self.key))?;
        if let Some(body) = body {
            request = request.body("application/json", body.to_string())?;
        }
        let response = self.transport.send(request).await.with_context(|| format!("{} does not answer", self.url))?;
        let value = if response.body.is_empty() { Value::Null } else { serde_json::from_slice(&response.body).unwrap_or(Value::Null) };
        if response.status.as_u16() == 401 {
            bail!("the server does not accept this key; make one in the console under Settings, API keys");
        }
        Ok((response.status.as_u16(), value))
    }
}
