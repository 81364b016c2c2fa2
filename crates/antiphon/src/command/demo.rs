//! `antiphon demo`: the product with its simulated world.

use std::future::Future;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Context as _, Result};
use api::{Limits, NewOwner, front_with_demo};
use clap::Args;
use http_client::{Guard, ReqwestTransport, Transport};
use model::{Clock as _, Millis, Timestamp};
use runtime::{ScaledClock, SettleTimes, SystemClock, TimeSource as _};
use simulator::{Simulator, World};
use tokio::net::TcpListener;

use super::Output;
use crate::app::{App, NodeChoice, Parts};
use crate::demo::{Addresses, Bookings, DemoWorld, HttpSink, MailPlaces, WORKSPACE, clock_routes, publish_gallery, set_up};

/// A sign-in link of the demo is good for a day.
const LINK_LIFE: Millis = Millis::from_hours(24);
/// After this the clock slows down by itself, unless a person has chosen a speed.
const SHOW: Duration = Duration::from_secs(75);
const CALM_SPEED: f64 = 60.0;

/// Starts the product with a simulated world: a clinic, its WhatsApp and SMS providers, and customers who answer, or do not.
///
/// Everything runs in this one process on 127.0.0.1. Nothing leaves the machine and nothing needs an account. Within a minute
/// an appointment is booked, a WhatsApp reminder arrives, somebody confirms, somebody wants another time and waits in the inbox,
/// and whoever stays silent gets an SMS and then appears in the inbox too.
#[derive(Args, Debug)]
pub struct Demo {
    /// Port of the console and the API.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// How much faster than real time the simulated days go by: 600 is ten minutes in a second.
    #[arg(long, default_value_t = 600.0)]
    speed: f64,
    /// Customers of the clinic.
    #[arg(long, default_value_t = 60)]
    people: u32,
    /// The same seed gives the same customers with the same habits.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Keep the store in this folder. Without it the demo starts empty and leaves nothing behind.
    #[arg(long)]
    data: Option<PathBuf>,
}

impl Demo {
    pub async fn run(&self, out: Output, stop: impl Future<Output = ()>) -> Result<()> {
        let scratch = Scratch::new(self.data.clone())?;
        let listener = listen(self.port).await?;
        let public_url = format!("http://127.0.0.1:{}", listener.local_addr()?.port());
        let (cloud, twilio, calendar, mail) = (listen(0).await?, listen(0).await?, listen(0).await?, listen(0).await?);
        let (rbm, smsc) = (listen(0).await?, listen(0).await?);
        // The product listens there itself, as it would for anybody, so the port is only looked for here.
        let incoming = listen(0).await?.local_addr()?;
        let at = Addresses {
            public_url: public_url.clone(),
            cloud: url(&cloud)?,
            twilio: url(&twilio)?,
            smsc: smsc.local_addr()?,
            rbm: url(&rbm)?,
            calendar: url(&calendar)?,
            mail: MailPlaces { server: mail.local_addr()?, listener: incoming },
        };
        let clock = ScaledClock::starting_at(SystemClock.now(), self.speed);
        let transport: Arc<dyn Transport> = Arc::new(ReqwestTransport::new(Guard::allowing(["127.0.0.1"]))?);
        let mut world = DemoWorld::new(&public_url, self.people, self.seed);
        world.config.cloud.public_base = Some(at.cloud.clone());
        at.mail.tell(&mut world.config);
        let simulator = Simulator::new(
            World::new(world.config.clone(), self.seed),
            Arc::new(clock.clone()),
            Arc::new(HttpSink::new(Arc::clone(&transport))),
        );
        let speed = clock.clone();
        let app = App::build(Parts {
            data: scratch.folder().to_owned(),
            address: None,
            media: None,
            bucket: None,
            node: NodeChoice::default(),
            public_url: public_url.clone(),
            demo: true,
            clock: Arc::new(clock.clone()),
            transport,
            guard: Guard::allowing(["127.0.0.1"]),
            names: None,
            seed: None,
            speed: Box::new(move || speed.speed()),
            store: storage_sqlite::Options::default(),
        })
        .await?;
        set_up(&app.backend, &world, &at).await.context("the demo's clinic cannot be set up")?;
        let mut bookings = Bookings::new(Arc::clone(&app.engine), simulator.clone(), self.seed);
        let touched = Arc::new(AtomicBool::new(false));
        let demo = clock_routes(clock.clone(), Arc::clone(&touched)).nest("/sim", simulator.control_api());
        let product = front_with_demo(app.api.clone(), demo);
        let mut servers = tokio::task::JoinSet::new();
        let (ended, end) = tokio::sync::watch::channel(false);
        servers.spawn(serve_plain(cloud, simulator.cloud_router(), end.clone()));
        servers.spawn(serve_plain(twilio, simulator.twilio_router(), end.clone()));
        servers.spawn(serve_plain(rbm, simulator.rbm_router(), end.clone()));
        servers.spawn(serve_smsc(smsc, simulator.clone(), end.clone()));
        servers.spawn(serve_mail(mail, simulator.clone(), end.clone()));
        servers.spawn(serve_plain(calendar, bookings.calendar(), end.clone()));
        servers.spawn(async move { api::serve(listener, product, Limits::default(), until(end)).await.map_err(Into::into) });
        let link = self.sign_in(&app).await?;
        publish_gallery(&app.backend).await.context("the gallery's journey cannot be published")?;
        let running = app.start(SettleTimes::default());
        let wait = clock.clone();
        let sleep_until = move |at: Timestamp| {
            let clock = wait.clone();
            async move { clock.sleep_until(at).await }
        };
        let world_runs = tokio::spawn(simulator::run(simulator.clone(), sleep_until));
        let books = tokio::spawn({
            let clock = clock.clone();
            async move {
                loop {
                    match bookings.tick(clock.now()).await {
                        Ok(next) => clock.sleep_until(next).await,
                        Err(error) => {
                            tracing::error!(error = %error, "The demo's clinic could not book");
                            tokio::time::sleep(Duration::from_secs(1)).await;
                        }
                    }
                }
            }
        });
        let calm = tokio::spawn(calm_down(clock, touched, self.speed));
        announce(out, &link, &at)?;
        tokio::select! {
            () = stop => {}
            Some(ended) = servers.join_next() => ended.context("a server of the demo failed")??,
        }
        out.say("Stopping.")?;
        app.api.drain();
        let _ = ended.send(true);
        for task in [world_runs, books, calm] {
            task.abort();
        }
        running.stop().await;
        while servers.join_next().await.is_some() {}
        Ok(())
    }

    async fn sign_in(&self, app: &App) -> Result<String> {
        let owner = NewOwner { workspace_name: "Demo clinic", name: "Front desk", email: "owner@example.com", password: None };
        let user = match api::bootstrap_owner(&app.api, WORKSPACE, owner).await {
            Ok(user) => user,
            Err(api::auth::BootstrapError::HasUsers(_)) => crate::app::first_owner(app, WORKSPACE).await?,
            Err(error) => return Err(error.into()),
        };
        api::sign_in_link(&app.api, WORKSPACE, user, LINK_LIFE).await.map_err(|problem| anyhow::anyhow!("{}", problem.detail))
    }
}

async fn listen(port: u16) -> Result<TcpListener> {
    TcpListener::bind(("127.0.0.1", port)).await.with_context(|| format!("port {port} on 127.0.0.1 is taken; choose another with --port"))
}

fn url(listener: &TcpListener) -> Result<String> {
    Ok(format!("http://127.0.0.1:{}", listener.local_addr()?.port()))
}

async fn until(mut end: tokio::sync::watch::Receiver<bool>) {
    let _ = end.wait_for(|ended| *ended).await;
}

async fn serve_plain(listener: TcpListener, router: axum::Router, end: tokio::sync::watch::Receiver<bool>) -> Result<()> {
    // Clients of these servers are our own and keep their connections open, so there is nothing to wait for at the end.
    tokio::select! {
        served = axum::serve(listener, router) => Ok(served?),
        () = until(end) => Ok(()),
    }
}

async fn serve_mail(listener: TcpListener, simulator: Simulator, end: tokio::sync::watch::Receiver<bool>) -> Result<()> {
    tokio::select! {
        served = simulator::mail::serve(listener, simulator) => Ok(served?),
        () = until(end) => Ok(()),
    }
}

async fn serve_smsc(listener: TcpListener, simulator: Simulator, end: tokio::sync::watch::Receiver<bool>) -> Result<()> {
    tokio::select! {
        served = simulator::smsc::serve(listener, simulator, None) => Ok(served?),
        () = until(end) => Ok(()),
    }
}

/// Fast at first, so that the three stories are told within a minute; then calm enough to play along.
async fn calm_down(clock: ScaledClock, touched: Arc<AtomicBool>, started_with: f64) {
    tokio::time::sleep(SHOW).await;
    if !touched.load(Ordering::Relaxed) && started_with > CALM_SPEED {
        clock.set_speed(CALM_SPEED);
    }
}

fn announce(out: Output, link: &str, at: &Addresses) -> Result<()> {
    out.say("")?;
    out.say("  Antiphon's demo clinic is open.")?;
    out.say("")?;
    out.say(format!("  Sign in       {link}"))?;
    out.say(format!("  Console       {}", at.public_url))?;
    out.say(format!("  Cloud API     {}   (simulated WhatsApp)", at.cloud))?;
    out.say(format!("  Twilio API    {}   (simulated SMS)", at.twilio))?;
    out.say(format!("  SMPP          {}   (simulated message centre)", at.smsc))?;
    out.say(format!("  RCS           {}   (simulated RCS for Business)", at.rbm))?;
    out.say(format!("  Mail          {}   (simulated mailboxes)", at.mail.server))?;
    out.say("")?;
    out.say("  Watch the inbox and the phones fill by themselves. Ctrl-C ends it.")?;
    out.say("")?;
    out.json(&serde_json::json!({ "sign_in_url": link, "console": at.public_url, "cloud": at.cloud, "twilio": at.twilio, "rbm": at.rbm }))
}

/// The data folder: kept if it was named, removed at the end otherwise.
struct Scratch {
    folder: PathBuf,
    remove: bool,
}

impl Scratch {
    fn new(named: Option<PathBuf>) -> Result<Self> {
        if let Some(folder) = named {
            return Ok(Self { folder, remove: false });
        }
        let folder = std::env::temp_dir().join(format!("antiphon-demo-{}", std::process::id()));
        std::fs::create_dir_all(&folder).with_context(|| format!("the folder {} cannot be made", folder.display()))?;
        Ok(Self { folder, remove: true })
    }

    fn folder(&self) -> &std::path::Path {
        &self.folder
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if self.remove {
            // Left-overs in a temporary folder are no reason to fail.
            let _ = std::fs::remove_dir_all(&self.folder);
        }
    }
}
