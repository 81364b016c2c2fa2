//! `antiphon broadcast`: one message to many, from the terminal.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::publish::{Server, problem};
use super::{Exit, Output};

/// Recipients that the server takes in one body.
const CHUNK: usize = 1_000;

/// Writes, looks at, starts and follows broadcasts on a running server. Needs a key with the scopes `broadcasts:read` and `broadcasts:write`;
/// approving needs `broadcasts:approve`, and a key of somebody other than the author.
#[derive(Args, Debug)]
pub struct Broadcast {
    #[command(subcommand)]
    act: Act,
    /// The server.
    #[arg(long, default_value = "http://127.0.0.1:8080", env = "ANTIPHON_URL", global = true)]
    url: String,
    /// An API key, `ak_…`. Better given by the environment than on the command line.
    #[arg(long, env = "ANTIPHON_KEY", hide_env_values = true, global = true, default_value = "")]
    key: String,
}

#[derive(Subcommand, Debug)]
enum Act {
    /// Makes a draft of a file.
    Create { file: PathBuf },
    /// Replaces the file of one that has not begun.
    Update { id: String, file: PathBuf },
    /// Adds the recipients of a list to a draft: one in a line, a contact's id, a phone number, an e-mail address, or an id of your own system.
    Add {
        id: String,
        list: PathBuf,
        /// Make contacts for phone numbers and addresses that nobody has.
        #[arg(long)]
        create: bool,
    },
    /// All broadcasts.
    List,
    /// How far one is, and what it lacks.
    Show { id: String },
    /// Writes the audience down.
    Freeze { id: String },
    /// How many would get it, at what price, and what they would read.
    Preview { id: String },
    /// Says that this version may go. Not for its author.
    Approve { id: String },
    /// Begins, now or at a moment such as 2026-11-24T15:00:00Z.
    Start {
        id: String,
        #[arg(long)]
        at: Option<String>,
    },
    /// Nothing leaves any more; what is queued waits.
    Pause {
        id: String,
        #[arg(long)]
        reason: Option<String>,
    },
    /// Goes on after a pause.
    Resume { id: String },
    /// Takes back what has not left. There is no way back from this.
    Stop {
        id: String,
        #[arg(long)]
        reason: Option<String>,
    },
}

impl Broadcast {
    pub async fn run(&self, out: Output) -> Result<Exit> {
        let server = Server::new(&self.url, &self.key)?;
        let at = |id: &str, rest: &str| format!("/v1/broadcasts/{id}{rest}");
        let turn = |act: &str, more: Value| {
            let mut body = json!({ "act": act });
            if let (Value::Object(body), Value::Object(more)) = (&mut body, more) {
                body.extend(more.into_iter().filter(|(_, value)| !value.is_null()));
            }
            Some(body)
        };
        let (method, path, body) = match &self.act {
            Act::Add { id, list, create } => return add(&server, id, list, *create, out).await,
            Act::List => ("GET", "/v1/broadcasts?limit=200".to_owned(), None),
            Act::Create { file } => ("POST", "/v1/broadcasts".to_owned(), Some(json!({ "source": read(file)? }))),
            Act::Update { id, file } => ("PATCH", at(id, ""), Some(json!({ "source": read(file)? }))),
            Act::Show { id } => ("GET", at(id, ""), None),
            Act::Preview { id } => ("POST", at(id, "/preview"), Some(json!({}))),
            Act::Approve { id } => ("POST", at(id, "/approval"), Some(json!({}))),
            Act::Freeze { id } => ("POST", at(id, "/turns"), turn("freeze", Value::Null)),
            Act::Start { id, at: moment } => ("POST", at(id, "/turns"), turn("start", json!({ "at": moment }))),
            Act::Pause { id, reason } => ("POST", at(id, "/turns"), turn("pause", json!({ "reason": reason }))),
            Act::Resume { id } => ("POST", at(id, "/turns"), turn("resume", Value::Null)),
            Act::Stop { id, reason } => ("POST", at(id, "/turns"), turn("stop", json!({ "reason": reason }))),
        };
        let (status, answer) = server.call(method, &path, body.as_ref()).await?;
        out.json(&answer)?;
        if status >= 300 {
            return refused(&answer, out);
        }
        match &self.act {
            Act::List => {
                for one in answer["items"].as_array().into_iter().flatten() {
                    out.say(line(one))?;
                }
            }
            Act::Preview { .. } => preview(&answer, out)?,
            _ => show(&answer, out)?,
        }
        Ok(Exit::Done)
    }
}

async fn add(server: &Server, id: &str, list: &Path, create: bool, out: Output) -> Result<Exit> {
    let text = read(list)?;
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let mut sums = [0u64; 3];
    let mut refused_lines = Vec::new();
    for (n, chunk) in lines.chunks(CHUNK).enumerate() {
        let recipients: Vec<Value> = chunk.iter().map(|line| named(line)).collect();
        let body = json!({ "recipients": recipients, "create": create });
        let (status, answer) = server.call("POST", &format!("/v1/broadcasts/{id}/recipients"), Some(&body)).await?;
        if status >= 300 {
            out.json(&answer)?;
            return refused(&answer, out);
        }
        for (sum, member) in sums.iter_mut().zip(["added", "already", "created"]) {
            *sum += answer[member].as_u64().unwrap_or_default();
        }
        for one in answer["refused"].as_array().into_iter().flatten() {
            let place = one["pointer"].as_str().and_then(|pointer| pointer.rsplit('/').next()?.parse::<usize>().ok()).unwrap_or_default();
            let name = chunk.get(place).copied().unwrap_or_default();
            let why = one["detail"].as_str().unwrap_or_default();
            out.say(format!("{name}: {why}"))?;
            refused_lines.push(json!({ "line": n * CHUNK + place + 1, "recipient": name, "why": why }));
        }
        out.say(format!("{} of {} lines", (n * CHUNK + chunk.len()), lines.len()))?;
    }
    let [added, already, created] = sums;
    out.say(format!("{added} added, {already} were there already, {created} contacts made, {} refused", refused_lines.len()))?;
    out.json(&json!({ "added": added, "already": already, "created": created, "refused": refused_lines }))?;
    Ok(if refused_lines.is_empty() { Exit::Done } else { Exit::No })
}

/// How a line names somebody.
fn named(line: &str) -> Value {
    match line {
        id if id.starts_with("ctc_") => json!({ "id": id }),
        phone if phone.starts_with('+') => json!({ "phone": phone }),
        email if email.contains('@') => json!({ "email": email }),
        external => json!({ "external_id": external }),
    }
}

fn line(broadcast: &Value) -> String {
    let text = |member: &str| broadcast[member].as_str().unwrap_or_default();
    let count = |member: &str| broadcast[member].as_u64().unwrap_or_default();
    format!("{}  {:<10} {:>9}  {}", text("id"), text("state"), count("recipients"), text("name"))
}

fn show(broadcast: &Value, out: Output) -> Result<()> {
    out.say(line(broadcast))?;
    for (state, count) in broadcast["progress"]["states"].as_object().into_iter().flatten() {
        let causes: Vec<String> = broadcast["progress"]["causes"][state]
            .as_object()
            .into_iter()
            .flatten()
            .map(|(code, count)| format!("{code} {count}"))
            .collect();
        let causes = if causes.is_empty() { String::new() } else { format!("  ({})", causes.join(", ")) };
        out.say(format!("  {state:<10} {count:>9}{causes}"))?;
    }
    for missing in broadcast["missing"].as_array().into_iter().flatten() {
        out.say(format!("  lacks {}: {}", missing["item"].as_str().unwrap_or_default(), missing["remedy"].as_str().unwrap_or_default()))?;
    }
    if let Some(last) = broadcast["history"].as_array().and_then(|turns| turns.last()) {
        let reason = last["reason"].as_str().map(|reason| format!(": {reason}")).unwrap_or_default();
        out.say(format!("  {} by {}{reason}", last["at"].as_str().unwrap_or_default(), last["by"].as_str().unwrap_or_default()))?;
    }
    Ok(())
}

fn preview(answer: &Value, out: Output) -> Result<()> {
    let count = |member: &str| answer[member].as_u64().unwrap_or_default();
    out.say(format!(
        "{} recipients; of {} looked at {} would get it now, {} later, {} are kept back",
        count("recipients"),
        count("looked_at"),
        count("would_go"),
        count("put_off"),
        count("held_out")
    ))?;
    for (code, count) in answer["silent"].as_object().into_iter().flatten() {
        out.say(format!("  nothing for {count}: {code}"))?;
    }
    for cost in answer["costs"].as_array().into_iter().flatten() {
        let amount = match cost["amount"]["micros"].as_i64() {
            Some(micros) => format!("{:.2} {}", micros as f64 / 1e6, cost["amount"]["currency"].as_str().unwrap_or_default()),
            None => "price not known".to_owned(),
        };
        out.say(format!("  {}: {} messages, {amount}", cost["channel"].as_str().unwrap_or_default(), cost["messages"]))?;
    }
    for sample in answer["samples"].as_array().into_iter().flatten() {
        out.say(format!("  | {}", sample["text"].as_str().unwrap_or_default().replace('\n', "\n  | ")))?;
    }
    Ok(())
}

fn refused(answer: &Value, out: Output) -> Result<Exit> {
    for one in answer["diagnostics"].as_array().into_iter().flatten() {
        let text = |member: &str| one[member].as_str().unwrap_or_default();
        out.say(format!("{}:{}: {}[{}]: {}. {}", one["line"], one["column"], text("severity"), text("code"), text("what"), text("fix")))?;
    }
    for one in answer["missing"].as_array().into_iter().flatten() {
        out.say(format!("lacks {}: {}", one["item"].as_str().unwrap_or_default(), one["remedy"].as_str().unwrap_or_default()))?;
    }
    out.say(format!("refused: {}", problem(answer)))?;
    Ok(Exit::No)
}

fn read(path: &Path) -> Result<String> {
    let text = std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
    if text.trim().is_empty() {
        bail!("{} is empty", path.display());
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_a_list_names_somebody_in_one_of_four_ways() {
        assert_eq!(named("ctc_01kaqz3e5hf0bax8wtvn9g8c2d"), json!({ "id": "ctc_01kaqz3e5hf0bax8wtvn9g8c2d" }));
        assert_eq!(named("+12025550123"), json!({ "phone": "+12025550123" }));
        assert_eq!(named("sam@example.com"), json!({ "email": "sam@example.com" }));
        assert_eq!(named("patient-42"), json!({ "external_id": "patient-42" }));
    }
}
