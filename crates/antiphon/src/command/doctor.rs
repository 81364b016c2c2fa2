//! `antiphon doctor`: which hop of the set-up is broken, and how to mend it.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, bail};
use channel::{Hop, HopState};
use clap::Args;
use http_client::{Guard, ReqwestTransport};
use model::Channel;
use runtime::SystemClock;
use serde_json::json;

use super::publish::Server;
use super::{Exit, Output, offline};
use crate::bucket::BucketArgs;
use crate::doctor::{Doctor, Errand, MediaPlace, Section, message};
use crate::store::StoreArgs;

/// Between two looks at a message; thirty looks make a minute.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// Walks each hop of the set-up and says which is broken and how to mend it.
///
/// Looks at the store, the media folder and the public address; asks each sender's provider about credentials, permissions, callback, subscription
/// and the state of the number. With --to it also sends one message, through the gate, and waits for its status to come back. Works beside a running
/// server and changes nothing else. Ends with 1 when something is broken.
#[derive(Args, Debug)]
pub struct DoctorCommand {
    #[command(flatten)]
    at: StoreArgs,
    /// The workspace, when the store has several.
    #[arg(long)]
    workspace: Option<String>,
    /// Folder for media. Without it, `media` in the data folder.
    #[arg(long, env = "ANTIPHON_MEDIA")]
    media: Option<PathBuf>,
    #[command(flatten)]
    bucket: BucketArgs,
    /// Where people and providers reach the server: `https://antiphon.example.com`.
    #[arg(long, default_value = "http://127.0.0.1:8080", env = "ANTIPHON_PUBLIC_URL")]
    public_url: String,
    /// Private hosts that providers may be at, such as `127.0.0.1:9900`. May be given several times.
    #[arg(long = "allow-host")]
    allow_hosts: Vec<String>,
    /// Send a message to this number, which must be one that waits for it: `+12025550123`. Needs --key.
    #[arg(long, requires = "key")]
    to: Option<String>,
    /// The channel of that message: whatsapp, sms or rcs.
    #[arg(long, default_value = "whatsapp", value_parser = channel)]
    channel: Channel,
    /// The sender of that message, `snd_…`.
    #[arg(long)]
    sender: Option<String>,
    /// An approved template without variables for that message, by name.
    #[arg(long)]
    template: Option<String>,
    /// An API key with the scopes `contacts:write`, `messages:send`, `messages:read` and `templates:read`.
    #[arg(long, env = "ANTIPHON_KEY", hide_env_values = true)]
    key: Option<String>,
}

fn channel(text: &str) -> Result<Channel, String> {
    match text {
        "whatsapp" => Ok(Channel::Whatsapp),
        "sms" => Ok(Channel::Sms),
        "rcs" => Ok(Channel::Rcs),
        _ => Err("a number is reached by whatsapp, sms or rcs".to_owned()),
    }
}

/// The machine's own name servers.
pub(super) fn resolver() -> Option<Arc<dyn channel_email::Names>> {
    let config = std::fs::read_to_string("/etc/resolv.conf").ok()?;
    Some(Arc::new(channel_email::Resolver::of(&config)?))
}

impl DoctorCommand {
    pub async fn run(&self, out: Output) -> Result<Exit> {
        let public_url = self.public_url.trim_end_matches('/').to_owned();
        let own = public_url.split("://").nth(1).unwrap_or_default();
        // The operator names these, so they may be private.
        let guard = Guard::allowing(self.allow_hosts.iter().map(String::as_str).chain([own]));
        let store = match self.at.address().read().await {
            Ok(store) => store,
            Err(error) => {
                let hop = Hop::broken(
                    "store",
                    format!("{error:#}"),
                    "name the server's store with --data or --store, as the user that it runs as",
                );
                let section = Section { of: "installation".to_owned(), title: "Installation".to_owned(), hops: vec![hop] };
                return show(out, &[section]);
            }
        };
        let workspace = offline::workspace(store.as_ref(), self.workspace.as_deref()).await?;
        let doctor = Doctor {
            store,
            workspace,
            media: match self.bucket.settings()? {
                Some(bucket) => MediaPlace::Bucket(Box::new(bucket)),
                None => MediaPlace::Folder(self.media.clone().unwrap_or_else(|| self.at.data.join("media"))),
            },
            public_url: public_url.clone(),
            transport: Arc::new(ReqwestTransport::new(guard.clone())?),
            guard,
            clock: Arc::new(SystemClock),
            names: resolver(),
        };
        let mut sections = doctor.examine().await?;
        if let Some(to) = &self.to {
            let Some(key) = &self.key else { bail!("--to needs an API key (--key)") };
            let errand = Errand {
                to: to.clone(),
                channel: self.channel,
                sender: self.sender.clone(),
                template: self.template.clone(),
                words: "This is a test of the connection.".to_owned(),
            };
            let server = Server::new(&public_url, key)?;
            sections.push(message(&server, &errand, async || tokio::time::sleep(LOOK_EVERY).await).await?);
        }
        show(out, &sections)
    }
}

fn show(out: Output, sections: &[Section]) -> Result<Exit> {
    for section in sections {
        out.say(format!("{}  [{}]", section.title, section.of))?;
        for hop in &section.hops {
            let mark = match hop.state {
                HopState::Good => "ok     ",
                HopState::Unasked => "-      ",
                HopState::Doubtful => "doubt  ",
                HopState::Broken => "BROKEN ",
            };
            out.say(format!("  {mark} {:<13} {}", hop.hop, hop.found))?;
            if let Some(mend) = &hop.mend {
                out.say(format!("  {:23}-> {mend}", ""))?;
            }
        }
    }
    let count = |state| sections.iter().flat_map(|section| &section.hops).filter(|hop| hop.state == state).count();
    let (broken, doubtful) = (count(HopState::Broken), count(HopState::Doubtful));
    out.say(match (broken, doubtful) {
        (0, 0) => "Everything that could be asked is right.".to_owned(),
        (broken, doubtful) => format!("Broken: {broken}. In doubt: {doubtful}."),
    })?;
    out.json(&json!({ "sections": sections, "broken": broken, "doubtful": doubtful }))?;
    Ok(if broken == 0 { Exit::Done } else { Exit::No })
}
