//! What the suites need from the machine, and how it gets there.

use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use postgres_server::{Programs, Server, ServerError, Settings, VARIABLE};

use super::demo::Demo;
use crate::shell;

/// What was brought for a suite, for as long as it runs.
#[derive(Default)]
pub struct Needs {
    /// Variables that tell the suite where things are.
    pub variables: Vec<(&'static str, String)>,
    /// These end with the suite.
    _demo: Option<Demo>,
    _server: Option<Server>,
}

/// The console, built: the API crate embeds it, and its own tests use its packages.
pub fn console() -> Result<Needs> {
    shell::run(&["make", "--silent", "console"])?;
    Ok(Needs::default())
}

/// What the Rust tests need: the console, and a PostgreSQL server in which each test makes a database of its own,
/// with a pooler's program beside it.
pub fn rust() -> Result<Needs> {
    console()?;
    postgres()?;
    let server = Server::start(&Settings::default())?;
    let variables = vec![(VARIABLE, server.url("postgres"))];
    Ok(Needs { variables, _server: Some(server), ..Needs::default() })
}

/// The machine's own programs: servers of other versions, which the suite brings, are asked with its `psql`.
pub fn postgres() -> Result<Needs> {
    if matches!(Programs::find(), Err(ServerError::NotInstalled { .. })) || Programs::pooler().is_err() {
        debian(&["postgresql", "pgbouncer"])?;
    }
    Ok(Needs::default())
}

/// A Python that can make virtual environments, and the simulator as a program of its own.
pub fn strangers() -> Result<Needs> {
    let able = shell::program(&["python3", "-c", "import ensurepip, venv"]).status().is_ok_and(|status| status.success());
    if !able || !shell::exists("curl") {
        debian(&["python3-venv", "curl"])?;
    }
    // With the whole workspace, so that crates keep the features that they were built with for the Rust tests.
    shell::run(&["cargo", "build", "--quiet", "--workspace", "--examples", "--locked"])?;
    let simulator = target()?.join("debug/examples/simulator");
    Ok(Needs { variables: vec![("STRANGERS_SIMULATOR", simulator.display().to_string())], ..Needs::default() })
}

/// A demo to be clicked through. Chromium and the packages are brought by the suite's own script.
pub fn browser() -> Result<Needs> {
    console()?;
    shell::run(&["cargo", "build", "--quiet", "--workspace", "--bins", "--locked"])?;
    let demo = Demo::start(&target()?.join("debug/antiphon"))?;
    let variables = vec![("BASE_URL", demo.console.clone()), ("SIGNIN_URL", demo.sign_in.clone())];
    Ok(Needs { variables, _demo: Some(demo), ..Needs::default() })
}

/// Where Cargo puts what it builds.
fn target() -> Result<PathBuf> {
    let metadata: serde_json::Value =
        serde_json::from_str(&shell::output(&["cargo", "metadata", "--format-version", "1", "--locked", "--no-deps"])?)?;
    metadata["target_directory"].as_str().map(PathBuf::from).context("Cargo does not say where it builds")
}

/// Installs packages of a Debian-like system, or says what is to be installed.
fn debian(packages: &[&str]) -> Result<()> {
    let names = packages.join(" ");
    if !shell::exists("apt-get") {
        bail!("please install {names} with the tool of your system; this one knows apt-get only");
    }
    let root = shell::output(&["id", "-u"])?.trim() == "0";
    if !root {
        bail!("please run `sudo apt-get update && sudo apt-get install {names}`: the tests need it, and only root can install it");
    }
    println!("Installing {names}");
    let quiet = [("DEBIAN_FRONTEND", "noninteractive")];
    shell::run_in(&shell::root(), &["apt-get", "update", "--quiet", "--quiet"], &quiet)?;
    let mut line = vec!["apt-get", "install", "--quiet", "--quiet", "--yes", "--no-install-recommends"];
    line.extend(packages);
    shell::run_in(&shell::root(), &line, &quiet)
}
