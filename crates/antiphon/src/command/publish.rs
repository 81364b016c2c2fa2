//! `antiphon publish`: puts a journey with its templates and forms on a running server.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use http::header::AUTHORIZATION;
use http_client::{Guard, Request, ReqwestTransport, Transport};
use model::template::Template;
use serde_json::{Value, json};

use super::check::Bundle;
use super::forms::FormFile;
use super::{Exit, Output};
use crate::backend::templates::same_text;

/// Checks a journey, writes its templates and forms that the server does not have like this, and publishes it through the API.
///
/// Runs that are inside stay in the version that they entered. Needs a key with the scopes `journeys:write` and `templates:write`, and with forms
/// `settings:write` and `settings:read`.
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
    /// The WhatsApp number that forms belong to, `snd_…`. Not needed where there is one.
    #[arg(long)]
    sender: Option<String>,
}

impl Publish {
    pub async fn run(&self, out: Output) -> Result<Exit> {
        publish(&Server::new(&self.url, &self.key)?, &self.path, self.sender.as_deref(), out).await
    }
}

/// Puts what is at `path` on the server.
pub async fn publish(server: &Server, path: &Path, sender: Option<&str>, out: Output) -> Result<Exit> {
    let bundle = Bundle::find(path)?;
    let (templates, mut faults) = bundle.read_templates()?;
    faults.extend(bundle.forms.iter().flat_map(FormFile::check));
    if !faults.is_empty() {
        for fault in &faults {
            out.say(fault.one_line())?;
        }
        out.json(&json!({ "published": false, "diagnostics": faults }))?;
        return Ok(Exit::No);
    }
    write_templates(server, &templates, out).await?;
    if !write_forms(server, &bundle.forms, sender, out).await? {
        out.json(&json!({ "published": false }))?;
        return Ok(Exit::No);
    }
    let (status, answer) = server.call("POST", "/v1/journeys", Some(&json!({ "source": bundle.source()? }))).await?;
    if status < 300 {
        out.say(format!("published {} as version {}", answer["name"].as_str().unwrap_or("?"), answer["version"].as_str().unwrap_or("?")))?;
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

/// Those that the server has not, or has otherwise. A changed text waits for its review anew; the others keep theirs.
async fn write_templates(server: &Server, templates: &[Template], out: Output) -> Result<()> {
    if templates.is_empty() {
        return Ok(());
    }
    let (status, known) = server.call("GET", "/v1/templates?limit=200", None).await?;
    if status >= 300 {
        bail!("the templates of the server cannot be read: {}", problem(&known));
    }
    let known: Vec<Template> =
        known["items"].as_array().into_iter().flatten().filter_map(|item| serde_json::from_value(item.clone()).ok()).collect();
    for template in templates {
        let there = known.iter().find(|known| known.name == template.name);
        if there.is_some_and(|there| same(there, template)) {
            continue;
        }
        let body = json!({
            "name": template.name, "purpose": template.purpose, "variables": template.variables,
            "languages": template.languages, "default_language": template.default_language,
        });
        let (status, answer) = match there {
            Some(there) => server.call("PUT", &format!("/v1/templates/{}", there.id), Some(&body)).await?,
            None => server.call("POST", "/v1/templates", Some(&body)).await?,
        };
        if status >= 300 {
            bail!("template `{}` was refused: {}", template.name, problem(&answer));
        }
        let how = if there.is_some() { "changed" } else { "written" };
        out.say(format!("template {} {how}; submit it for review in the console", template.name))?;
    }
    Ok(())
}

fn same(a: &Template, b: &Template) -> bool {
    let texts = |other: &Template, language: &str, text| other.languages.get(language).is_some_and(|known| same_text(known, text));
    a.purpose == b.purpose
        && a.variables == b.variables
        && a.default_language == b.default_language
        && a.languages.len() == b.languages.len()
        && a.languages.iter().all(|(language, text)| texts(b, language, text))
}

/// The server makes those that it does not have like this, and answers with those that it has. False when one was refused, and that was said.
async fn write_forms(server: &Server, forms: &[FormFile], sender: Option<&str>, out: Output) -> Result<bool> {
    if forms.is_empty() {
        return Ok(true);
    }
    let sender = match sender {
        Some(sender) => sender.to_owned(),
        None => only_number(server).await?,
    };
    for form in forms {
        let (status, answer) = server.call_with("POST", &format!("/v1/senders/{sender}/forms"), Some(form.text.clone())).await?;
        if status >= 300 {
            out.say(format!("{}: {}", form.path.display(), problem(&answer)))?;
            for fault in answer["errors"].as_array().into_iter().flatten() {
                let text = |member: &str| fault[member].as_str().unwrap_or_default();
                out.say(format!("{}: {}: {}", form.path.display(), text("pointer"), text("detail")))?;
            }
            return Ok(false);
        }
        let text = |member: &str| answer[member].as_str().unwrap_or_default();
        out.say(format!("form {} is {}", text("name"), text("id")))?;
    }
    Ok(true)
}

async fn only_number(server: &Server) -> Result<String> {
    let (status, senders) = server.call("GET", "/v1/senders", None).await?;
    if status >= 300 {
        bail!("the senders of the server cannot be read: {}", problem(&senders));
    }
    let numbers = senders["items"].as_array().into_iter().flatten().filter(|sender| sender["channel"] == "whatsapp");
    let numbers: Vec<&str> = numbers.filter_map(|sender| sender["id"].as_str()).collect();
    match numbers.as_slice() {
        [one] => Ok((*one).to_owned()),
        [] => bail!("forms belong to a WhatsApp number, and the server has none; connect one first"),
        more => bail!("forms belong to one WhatsApp number; name it by --sender: {}", more.join(", ")),
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
        self.call_with(method, path, body.map(Value::to_string)).await
    }

    /// The same with a body as it is written.
    async fn call_with(&self, method: &str, path: &str, body: Option<String>) -> Result<(u16, Value)> {
        let method = http::Method::from_bytes(method.as_bytes())?;
        let mut request = Request::new(method, format!("{}{path}", self.url)).header(AUTHORIZATION, &format!("Bearer {}", self.key))?;
        if let Some(body) = body {
            request = request.body("application/json", body)?;
        }
        let response = self.transport.send(request).await.with_context(|| format!("{} does not answer", self.url))?;
        let value = if response.body.is_empty() { Value::Null } else { serde_json::from_slice(&response.body).unwrap_or(Value::Null) };
        if response.status.as_u16() == 401 {
            bail!("the server does not accept this key; make one in the console under Settings, API keys");
        }
        Ok((response.status.as_u16(), value))
    }
}
