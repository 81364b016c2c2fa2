//! `antiphon serve`: the product.

use std::future::Future;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use api::Limits;
use clap::{Args, ValueEnum};
use http_client::{Guard, ReqwestTransport};
use model::Millis;
use runtime::{LeaseTimes, RecoveryRule, Roles, SettleTimes, SystemClock};
use storage_sqlite::Options;
use tokio::net::TcpListener;

use super::Output;
use crate::app::{App, NodeChoice, Parts, first_owner};
use crate::bucket::BucketArgs;
use crate::first_start::{Beginning, first_start};
use crate::store::{StoreAddress, StoreArgs};

/// A link that signs in the first owner.
const LINK_LIFE: Millis = Millis::from_hours(24);

/// Runs the product: API, console, webhooks and the loop, on one port and one data folder.
///
/// The first start makes a workspace and prints a link that signs its owner in. After that, `--sign-in-link` prints a fresh one.
/// Providers must reach the server at the address given with --public-url; put a proxy with TLS in front of it.
#[derive(Args, Debug)]
pub struct Serve {
    #[command(flatten)]
    at: StoreArgs,
    /// Folder for media, the same one for every node. Without it, `media` in the data folder.
    #[arg(long, env = "ANTIPHON_MEDIA")]
    media: Option<PathBuf>,
    #[command(flatten)]
    bucket: BucketArgs,
    /// The nodes' media folder is lost, and this one takes its place.
    #[arg(long)]
    adopt_media: bool,
    /// Go on with a store that was moved to another, because that move was given up.
    #[arg(long)]
    although_moved: bool,
    /// What this process does: `api` takes requests and webhooks, `worker` runs the loops that send, wake and deliver.
    #[arg(long, value_enum, value_delimiter = ',', default_value = "api,worker", env = "ANTIPHON_ROLES")]
    roles: Vec<Role>,
    /// A name for this process among the nodes of one store, for logs. A process that is started anew under its name, with the same data folder on the
    /// same machine, goes on at once with what it did before.
    #[arg(long, default_value = "node", env = "ANTIPHON_NODE")]
    node: String,
    /// Seconds after which other nodes take over what a silent node did. The same for every node.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=600), env = "ANTIPHON_TAKE_OVER_AFTER")]
    take_over_after: u32,
    /// Address to listen on.
    #[arg(long, default_value = "127.0.0.1:8080", env = "ANTIPHON_LISTEN")]
    listen: SocketAddr,
    /// Where people and providers reach this server: `https://antiphon.example.com`.
    #[arg(long, env = "ANTIPHON_PUBLIC_URL")]
    public_url: Option<String>,
    /// Name of the workspace that the first start makes.
    #[arg(long, default_value = "Workspace", env = "ANTIPHON_WORKSPACE")]
    workspace: String,
    /// Email address of the first owner.
    #[arg(long, default_value = "owner@example.com", env = "ANTIPHON_OWNER")]
    owner: String,
    /// Private hosts that webhooks and providers may be at, such as `127.0.0.1:9900`. May be given several times.
    #[arg(long = "allow-host")]
    allow_hosts: Vec<String>,
    /// Print a link that signs the first owner in, once.
    #[arg(long)]
    sign_in_link: bool,
    /// Seconds after which a provider is asked about a send whose answer was lost.
    #[arg(long, default_value_t = 90, value_parser = clap::value_parser!(u32).range(1..), hide = true)]
    settle_after: u32,
    /// Seconds after which a send whose outcome stays unknown is dropped or sent again, as its author said. Statuses that come later than
    /// this are too late, so keep it longer than any outage of this server.
    #[arg(long, default_value_t = 900, value_parser = clap::value_parser!(u32).range(1..), hide = true)]
    settle_give_up: u32,
    /// Days after which a status about a message that nobody here sent stops waiting for it and is parked, where operators see it.
    #[arg(long, default_value_t = 7, value_parser = clap::value_parser!(u32).range(1..=365), env = "ANTIPHON_WAITING_DAYS")]
    waiting_days: u32,
    /// After an outage, how many overdue messages may go by themselves. More wait until somebody says yes: `GET /v1/recovery` tells what would
    /// go, `POST /v1/recovery/approval` lets it. Without this nothing waits.
    #[arg(long, env = "ANTIPHON_ASK_ABOVE")]
    ask_above: Option<u64>,
    /// Seconds without a sign of life after which a start is taken for the end of an outage.
    #[arg(long, default_value_t = 300, value_parser = clap::value_parser!(u32).range(1..), hide = true)]
    outage_after: u32,
    /// The store may not grow beyond this many pages of 4 KiB; full, it answers 503 and changes nothing.
    #[arg(long, hide = true)]
    max_pages: Option<u32>,
    /// Pages of 4 KiB after which the store's log is folded into its file.
    #[arg(long, default_value_t = Options::default().checkpoint_pages, value_parser = clap::value_parser!(u32).range(1..), hide = true)]
    checkpoint_pages: u32,
}

/// What a node may be for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum Role {
    Api,
    Worker,
}

impl Serve {
    fn roles(&self) -> Result<Roles> {
        let roles = Roles { api: self.roles.contains(&Role::Api), worker: self.roles.contains(&Role::Worker) };
        match self.at.address() {
            StoreAddress::Sqlite(_) if roles != Roles::ALL => {
                bail!("a store in a file has one process, which has both roles; several nodes need PostgreSQL (--store postgres://…)")
            }
            StoreAddress::Sqlite(_) | StoreAddress::Postgres(_) => Ok(roles),
        }
    }

    pub async fn run(&self, out: Output, stop: impl Future<Output = ()>) -> Result<()> {
        let listener = TcpListener::bind(self.listen)
            .await
            .with_context(|| format!("{} cannot be listened on; choose another with --listen", self.listen))?;
        let local = format!("http://{}", listener.local_addr()?);
        let public_url = self.public_url.clone().unwrap_or_else(|| local.clone()).trim_end_matches('/').to_owned();
        let guard = Guard::allowing(self.allow_hosts.iter().map(String::as_str));
        let transport = ReqwestTransport::new(guard.clone())?;
        let roles = self.roles()?;
        let bucket = self.bucket.settings()?;
        let in_folder = bucket.is_none();
        let app = App::build(Parts {
            data: self.at.data.clone(),
            address: Some(self.at.address()),
            media: self.media.clone(),
            bucket,
            node: NodeChoice {
                name: self.node.clone(),
                roles,
                times: LeaseTimes::of(Millis::from_secs(self.take_over_after.into())),
                alone: false,
            },
            public_url: public_url.clone(),
            demo: false,
            clock: Arc::new(SystemClock),
            transport: Arc::new(transport),
            guard,
            names: super::doctor::resolver(),
            seed: None,
            speed: Box::new(|| 1.0),
            store: Options { max_pages: self.max_pages, checkpoint_pages: self.checkpoint_pages, ..Options::default() },
        })
        .await?;
        crate::moved::refuse(&**app.engine.store(), self.although_moved).await?;
        let link = self.sign_in(&app).await?;
        if in_folder {
            crate::media_folder::check(&app, &self.media.clone().unwrap_or_else(|| self.at.data.join("media")), self.adopt_media).await?;
        }
        let rule = RecoveryRule { after: Millis::from_secs(self.outage_after.into()), ask_above: self.ask_above };
        let plans = app.engine.recover(rule).await.context("what an outage left cannot be counted")?;
        let running = app.start(SettleTimes {
            ask_after: Millis::from_secs(self.settle_after.into()),
            give_up_after: Millis::from_secs(self.settle_give_up.into()),
            waiting_expires_after: Millis::from_days(self.waiting_days.into()),
        });
        let (ended, end) = tokio::sync::watch::channel(false);
        // A node without requests can still be asked whether it lives.
        let front = if roles.api { api::front(app.api.clone()) } else { api::probes(app.api.clone()).into() };
        let server = tokio::spawn(api::serve(listener, front, Limits::default(), until(end)));
        out.say(format!("Antiphon listens on {local}; people reach it at {public_url}"))?;
        for plan in &plans {
            out.say(format!("After an outage, workspace {}: {plan}", plan.workspace))?;
        }
        if let Some(link) = &link {
            out.say(format!("Sign in (good for a day, once): {link}"))?;
        }
        out.json(&serde_json::json!({ "listen": local, "public_url": public_url, "sign_in_url": link, "recovery": plans }))?;
        stop.await;
        out.say("Stopping: open requests finish, then the loops.")?;
        app.api.drain();
        let _ = ended.send(true);
        server.await.context("the server failed")??;
        running.stop().await;
        Ok(())
    }

    /// Answers a sign-in link when one is due: at the very first start, and when it was asked for.
    async fn sign_in(&self, app: &App) -> Result<Option<String>> {
        let made = first_start(app, &Beginning { workspace: &self.workspace, owner_email: &self.owner }).await?;
        let (ws, user) = match (made, app.first_workspace().await?) {
            (Some(made), _) => made,
            (None, Some(ws)) if self.sign_in_link => (ws, first_owner(app, ws).await?),
            (None, _) => return Ok(None),
        };
        let link = api::sign_in_link(&app.api, ws, user, LINK_LIFE).await;
        link.map(Some).map_err(|problem| anyhow::anyhow!("{}", problem.detail))
    }
}

async fn until(mut end: tokio::sync::watch::Receiver<bool>) {
    let _ = end.wait_for(|ended| *ended).await;
}
