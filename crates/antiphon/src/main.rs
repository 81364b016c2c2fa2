//! The command line.

use std::process::ExitCode;

use antiphon::command::{
    Exit, Output, backup, broadcast, check, demo, doctor, migrate, publish, restore, serve, simulator, test, verify, why,
};
use clap::{Parser, Subcommand};
use tracing_subscriber::EnvFilter;

/// A step makes some two hundred small values that live for microseconds; this allocator gives a tenth of its time back.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Customer conversations on WhatsApp and SMS, decided, explained and measured. Self-hosted.
#[derive(Parser, Debug)]
#[command(name = "antiphon", version, about, long_about = None, propagate_version = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    /// Answer with JSON on standard output.
    #[arg(long, global = true)]
    json: bool,
    /// What to log: a level (warn, info, debug) or filters such as `runtime=debug`.
    #[arg(long, global = true, default_value = "warn", env = "ANTIPHON_LOG")]
    log: String,
}

#[derive(Subcommand, Debug)]
enum Command {
    Serve(serve::Serve),
    Demo(demo::Demo),
    Simulator(simulator::SimulatorCommand),
    Check(check::Check),
    Test(test::Test),
    Publish(publish::Publish),
    Broadcast(broadcast::Broadcast),
    Why(why::Why),
    Doctor(doctor::DoctorCommand),
    Verify(verify::Verify),
    Backup(backup::Backup),
    Restore(restore::Restore),
    Migrate(migrate::Migrate),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let filter = EnvFilter::try_new(&cli.log).unwrap_or_else(|_| EnvFilter::new("warn"));
    // A log that cannot be written, on a full disk for one, is no reason to panic: by default complaining about it would.
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).log_internal_errors(false).init();
    // One crypto provider for the whole process, chosen before anybody needs it. A second choice would be no error.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&anyhow::Error::from(error)),
    };
    match runtime.block_on(run(cli)) {
        Ok(exit) => ExitCode::from(exit.code()),
        Err(error) => fail(&error),
    }
}

async fn run(cli: Cli) -> anyhow::Result<Exit> {
    let out = Output { json: cli.json };
    let done = |()| Exit::Done;
    match cli.command {
        Command::Serve(command) => command.run(out, stop()).await.map(done),
        Command::Demo(command) => command.run(out, stop()).await.map(done),
        Command::Simulator(command) => command.run(out, stop()).await.map(done),
        Command::Check(command) => command.run(out),
        Command::Test(command) => command.run(out).await,
        Command::Publish(command) => command.run(out).await,
        Command::Broadcast(command) => command.run(out).await,
        Command::Why(command) => command.run(out).await,
        Command::Doctor(command) => command.run(out).await,
        Command::Verify(command) => command.run(out).await,
        Command::Backup(command) => command.run(out).await,
        Command::Restore(command) => command.run(out).await,
        Command::Migrate(command) => command.run(out).await,
    }
}

/// Ends with 2: it could not be done.
fn fail(error: &anyhow::Error) -> ExitCode {
    use std::io::Write as _;
    // When not even standard error takes it, there is nobody to tell.
    let _ = writeln!(std::io::stderr(), "error: {error:#}");
    ExitCode::from(2)
}

/// Waits for Ctrl-C or a polite kill.
async fn stop() {
    let interrupt = tokio::signal::ctrl_c();
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = interrupt => {}
        () = terminate => {}
    }
}
