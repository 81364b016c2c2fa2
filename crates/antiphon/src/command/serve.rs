//! `antiphon serve`: the product.

use std::future::Future;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use api::{Limits, NewOwner};
use clap::Args;
use decide::Queue;
use http_client::{Guard, ReqwestTransport};
use model::{Millis, WorkspaceId};
use runtime::documents::WorkspaceDoc;
use runtime::{SettleTimes, SystemClock};
use storage_sqlite::Options;
use tokio::net::TcpListener;

use super::Output;
use crate::app::{App, Parts, first_owner};

/// A link that signs in the first owner.
const LINK_LIFE: Millis = Millis::from_hours(24);

/// Runs the product: API, console, webhooks and the loop, on one port and one data folder.
///
/// The first start makes a workspace and prints a link that signs its owner in. After that, `--sign-in-link` prints a fresh one.
/// Providers must reach the server at the address given with --public-url; put a proxy with TLS in front of it.
#[derive(Args, Debug)]
pub struct Serve {
    /// Folder for the store and for media.
    #[arg(long, default_value = "data", env = "ANTIPHON_DATA")]
    data: PathBuf,
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
    /// The store may not grow beyond this many pages of 4 KiB; full, it answers 503 and changes nothing.
    #[arg(long, hide = true)]
    max_pages: Option<u32>,
}

impl Serve {
    pub async fn run(&self, out: Output, stop: impl Future<Output = ()>) -> Result<()> {
        let listener = TcpListener::bind(self.listen)
            .await
            .with_context(|| format!("{} cannot be listened on; choose another with --listen", self.listen))?;
        let local = format!("http://{}", listener.local_addr()?);
        let public_url = self.public_url.clone().unwrap_or_else(|| local.clone()).trim_end_matches('/').to_owned();
        let transport = ReqwestTransport::new(Guard::allowing(self.allow_hosts.iter().map(String::as_str)))?;
        let app = App::build(Parts {
            data: self.data.clone(),
            public_url: public_url.clone(),
            demo: false,
            clock: Arc::new(SystemClock),
            transport: Arc::new(transport),
            seed: None,
            speed: Box::new(|| 1.0),
            store: Options { max_pages: self.max_pages, ..Options::default() },
        })
        .await?;
        let link = self.first_start(&app).await?;
        let running = app.start(SettleTimes {
            ask_after: Millis::from_secs(self.settle_after.into()),
            give_up_after: Millis::from_secs(self.settle_give_up.into()),
        });
        let (ended, end) = tokio::sync::watch::channel(false);
        let server = tokio::spawn(api::serve(listener, api::router(app.api.clone()), Limits::default(), until(end)));
        out.say(format!("Antiphon listens on {local}; people reach it at {public_url}"))?;
        if let Some(link) = &link {
            out.say(format!("Sign in (good for a day, once): {link}"))?;
        }
        out.json(&serde_json::json!({ "listen": local, "public_url": public_url, "sign_in_url": link }))?;
        stop.await;
        out.say("Stopping: open requests finish, then the loops.")?;
        app.api.drain();
        let _ = ended.send(true);
        server.await.context("the server failed")??;
        running.stop().await;
        Ok(())
    }

    /// Makes the workspace and its owner if there is none. Answers a sign-in link when one is due.
    async fn first_start(&self, app: &App) -> Result<Option<String>> {
        let link = async |ws: WorkspaceId, user| {
            api::sign_in_link(&app.api, ws, user, LINK_LIFE).await.map_err(|problem| anyhow::anyhow!("{}", problem.detail))
        };
        if let Some(ws) = app.first_workspace().await? {
            if !self.sign_in_link {
                return Ok(None);
            }
            let user = first_owner(app, ws).await?;
            return link(ws, user).await.map(Some);
        }
        let ws = WorkspaceId::from_u128(app.engine.mint());
        let workspace =
            WorkspaceDoc { id: ws, name: self.workspace.clone(), default_queue: "inbox".to_owned(), created_at: app.engine.now() };
        let inbox = Queue { id: "inbox".to_owned(), title: "Inbox".to_owned(), first_reply_within: Some(Millis::from_hours(1)) };
        app.engine.set_up(&workspace, &[inbox]).await?;
        let owner = NewOwner { workspace_name: &self.workspace, name: "Owner", email: &self.owner, password: None };
        let user = api::bootstrap_owner(&app.api, ws, owner).await?;
        link(ws, user).await.map(Some)
    }
}

async fn until(mut end: tokio::sync::watch::Receiver<bool>) {
    let _ = end.wait_for(|ended| *ended).await;
}
