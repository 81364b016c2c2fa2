//! `antiphon simulator`: the outside world alone.

use std::future::Future;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result};
use axum::Router;
use clap::Args;
use http_client::{Guard, ReqwestTransport};
use model::{Clock as _, Timestamp};
use runtime::{ScaledClock, SystemClock, TimeSource as _};
use simulator::smsc::Identity;
use simulator::{Knobs, Report, Simulator, World, WorldConfig};
use tokio::net::TcpListener;

use super::Output;
use crate::demo::{HttpSink, clock_routes};

/// Starts the simulated providers alone: a WhatsApp Cloud API, a Twilio API, and others on demand, with people behind them.
///
/// Point a client of such an API at the printed addresses instead of the real ones. Everything that goes in and out is shown live on
/// the control page, where you can also pick up anybody's phone, change how webhooks misbehave, and review templates.
#[derive(Args, Debug)]
pub struct SimulatorCommand {
    /// Port of the simulated Cloud API.
    #[arg(long, default_value_t = 9900)]
    cloud_port: u16,
    /// Port of the simulated Twilio API.
    #[arg(long, default_value_t = 9901)]
    twilio_port: u16,
    /// Port of the control page and API.
    #[arg(long, default_value_t = 9902)]
    control_port: u16,
    /// Serve a message centre (SMPP 3.4) here too: `127.0.0.1:2775`.
    #[arg(long, value_name = "ADDRESS")]
    smsc: Option<SocketAddr>,
    /// The message centre is reached by TLS and shows this certificate (PEM, with those that lead to its authority).
    #[arg(long, value_name = "FILE", requires = "smsc", requires = "smsc_key")]
    smsc_certificate: Option<PathBuf>,
    /// The key of that certificate (PEM).
    #[arg(long, value_name = "FILE", requires = "smsc_certificate")]
    smsc_key: Option<PathBuf>,
    /// Serve Telnyx's API here too: `127.0.0.1:9904`.
    #[arg(long, value_name = "ADDRESS")]
    telnyx: Option<SocketAddr>,
    /// Where the webhooks of Telnyx's messaging profile are posted.
    #[arg(long, value_name = "URL")]
    telnyx_callback: Option<String>,
    /// Serve RCS for Business here too, with its token endpoint at `/token`: `127.0.0.1:9903`.
    #[arg(long, value_name = "ADDRESS")]
    rbm: Option<SocketAddr>,
    /// Where the events of the RCS agent are posted.
    #[arg(long, value_name = "URL")]
    rbm_callback: Option<String>,
    /// Serve mailboxes (SMTP) here too: `127.0.0.1:2525`.
    #[arg(long, value_name = "ADDRESS")]
    mail: Option<SocketAddr>,
    /// Where mail for a domain of yours is delivered: `in.example.com=127.0.0.1:2526`. May be given again for others.
    #[arg(long, value_name = "DOMAIN=ADDRESS")]
    mail_route: Vec<String>,
    /// The same seed and the same requests give the same history.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How much faster than real time the world's clock runs.
    #[arg(long, default_value_t = 1.0)]
    speed: f64,
    /// A world of your own: JSON with the members that `--print-config` shows.
    #[arg(long)]
    config: Option<PathBuf>,
    /// Where WhatsApp webhooks are posted: `http://127.0.0.1:8000/hook`.
    #[arg(long)]
    callback: Option<String>,
    /// Work under the faults of a trial, and write the conformance report there at the end: JSON, and a page beside it.
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// Print the configuration in force and end.
    #[arg(long)]
    print_config: bool,
}

impl SimulatorCommand {
    pub async fn run(&self, out: Output, stop: impl Future<Output = ()>) -> Result<()> {
        let mut config = self.world()?;
        if self.print_config {
            let text = serde_json::to_string_pretty(&config)?;
            out.say(text)?;
            return out.json(&config);
        }
        if self.callback.is_some() {
            config.cloud.callback_url.clone_from(&self.callback);
        }
        let (cloud, twilio, control) = (listen(self.cloud_port).await?, listen(self.twilio_port).await?, listen(self.control_port).await?);
        let (at_cloud, at_twilio, at_control) = (url(&cloud)?, url(&twilio)?, url(&control)?);
        config.cloud.public_base.get_or_insert_with(|| at_cloud.clone());
        for route in &self.mail_route {
            let (domain, at) = route.split_once('=').with_context(|| format!("`{route}` is not a domain, =, and an address"))?;
            config.mail.routes.insert(domain.to_ascii_lowercase(), at.to_owned());
        }
        if let (Some(callback), Some(agent)) = (&self.rbm_callback, config.rbm.agents.first_mut()) {
            agent.webhook = Some(callback.clone());
        }
        if self.telnyx_callback.is_some() {
            config.telnyx.webhook_url.clone_from(&self.telnyx_callback);
        }
        let webhook_key = simulator::telnyx_public_key(&config.telnyx.signing_secret);
        let agent = config.rbm.agents.first().map(|agent| agent.id.clone()).unwrap_or_default();
        let identity = self.smsc_identity()?;
        let (smsc, mail, rbm) = (listen_at(self.smsc).await?, listen_at(self.mail).await?, listen_at(self.rbm).await?);
        let telnyx = listen_at(self.telnyx).await?;
        let at_telnyx = telnyx.as_ref().map(url).transpose()?;
        let at_rbm = rbm.as_ref().map(url).transpose()?;
        let at_mail = mail.as_ref().map(TcpListener::local_addr).transpose()?.map(|at| at.to_string());
        let mail_user = config.mail.user.clone();
        let at_smsc = smsc.as_ref().map(TcpListener::local_addr).transpose()?.map(|at| at.to_string());
        let system_id = config.smsc.system_id.clone();
        let token = config.cloud.tokens.first().cloned().unwrap_or_default();
        let clock = ScaledClock::starting_at(SystemClock.now(), self.speed);
        let transport = Arc::new(ReqwestTransport::new(Guard::allowing(["127.0.0.1", "localhost", "[::1]"]))?);
        let simulator = Simulator::new(World::new(config, self.seed), Arc::new(clock.clone()), Arc::new(HttpSink::new(transport)));
        let pages = simulator.control_router().merge(clock_routes(clock.clone(), Arc::default()));
        out.say(format!("Cloud API   {at_cloud}/v26.0   (token {token})"))?;
        out.say(format!("Twilio API  {at_twilio}"))?;
        if let Some(at) = &at_telnyx {
            out.say(format!("Telnyx      {at}   (webhook key {webhook_key})"))?;
        }
        if let Some(at) = &at_smsc {
            out.say(format!("SMPP        {at}   (system id {system_id})"))?;
        }
        if let Some(at) = &at_rbm {
            out.say(format!("RCS         {at}   (agent {agent}, token at {at}/token)"))?;
        }
        if let Some(at) = &at_mail {
            out.say(format!("Mail        {at}   (user {mail_user})"))?;
        }
        out.say(format!("Control     {at_control}   (page, and /_sim for programs)"))?;
        out.json(&serde_json::json!({ "cloud": at_cloud, "twilio": at_twilio, "telnyx": at_telnyx, "control": at_control, "smsc": at_smsc, "mail": at_mail, "rbm": at_rbm, "token": token }))?;
        let sleep_until = move |at: Timestamp| {
            let clock = clock.clone();
            async move { clock.sleep_until(at).await }
        };
        if self.report.is_some() {
            simulator.with(|world| world.set_knobs(Knobs::trial()));
        }
        let ended = tokio::select! {
            served = axum::serve(cloud, simulator.cloud_router()) => Ok(served?),
            served = axum::serve(twilio, simulator.twilio_router()) => Ok(served?),
            served = axum::serve(control, pages) => Ok(served?),
            served = serve_smsc(smsc, simulator.clone(), identity) => Ok(served?),
            served = serve_mail(mail, simulator.clone()) => Ok(served?),
            served = serve_http(telnyx, simulator.telnyx_router()) => Ok(served?),
            served = serve_http(rbm, simulator.rbm_router()) => Ok(served?),
            () = simulator::run(simulator.clone(), sleep_until) => Ok(()),
            () = stop => Ok(()),
        };
        if let Some(file) = &self.report {
            write_report(file, &simulator.with(|world| world.report()), out)?;
        }
        ended
    }

    fn smsc_identity(&self) -> Result<Option<Identity>> {
        let (Some(certificate), Some(key)) = (&self.smsc_certificate, &self.smsc_key) else { return Ok(None) };
        let read = |path: &PathBuf| std::fs::read(path).with_context(|| format!("{} cannot be read", path.display()));
        Ok(Some(Identity::from_pem(&read(certificate)?, &read(key)?)?))
    }

    fn world(&self) -> Result<WorldConfig> {
        let Some(path) = &self.config else { return Ok(WorldConfig::default()) };
        let text = std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
        serde_json::from_str(&text).with_context(|| format!("{} is not a world; --print-config shows one", path.display()))
    }
}

/// JSON where it was asked for, and the page beside it.
fn write_report(file: &Path, report: &Report, out: Output) -> Result<()> {
    let page = file.with_extension("html");
    let write = |path: &Path, text: String| std::fs::write(path, text).with_context(|| format!("{} cannot be written", path.display()));
    write(file, serde_json::to_string_pretty(report)?)?;
    write(&page, report.to_html())?;
    let Report { passed, failed, not_seen, .. } = report;
    out.say(format!("{failed} failed, {passed} passed, {not_seen} not seen: {} and {}", file.display(), page.display()))
}

async fn serve_smsc(listener: Option<TcpListener>, simulator: Simulator, identity: Option<Identity>) -> std::io::Result<()> {
    match listener {
        Some(listener) => simulator::smsc::serve(listener, simulator, identity).await,
        None => std::future::pending().await,
    }
}

async fn serve_mail(listener: Option<TcpListener>, simulator: Simulator) -> std::io::Result<()> {
    match listener {
        Some(listener) => simulator::mail::serve(listener, simulator).await,
        None => std::future::pending().await,
    }
}

async fn serve_http(listener: Option<TcpListener>, router: Router) -> std::io::Result<()> {
    match listener {
        Some(listener) => axum::serve(listener, router).await,
        None => std::future::pending().await,
    }
}

async fn listen_at(at: Option<SocketAddr>) -> Result<Option<TcpListener>> {
    match at {
        Some(at) => TcpListener::bind(at).await.map(Some).with_context(|| format!("{at} cannot be listened on")),
        None => Ok(None),
    }
}

async fn listen(port: u16) -> Result<TcpListener> {
    TcpListener::bind(("127.0.0.1", port)).await.with_context(|| format!("port {port} on 127.0.0.1 is taken"))
}

fn url(listener: &TcpListener) -> Result<String> {
    Ok(format!("http://127.0.0.1:{}", listener.local_addr()?.port()))
}
