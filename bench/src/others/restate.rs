//! A durable-execution server: Restate with its Node SDK, one virtual object for each contact.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use serde_json::json;

use super::process::{Process, npm, ports};
use crate::delay::{Ask, Course};
use crate::stub::Stub;
use crate::wire::Wire;

pub async fn rate(place: &Path, span: Duration) -> Result<f64> {
    let folder = npm("restate")?;
    let stub = Stub::default();
    let [ingress, admin, node, service] = ports()?;
    let bind = |port: u16| format!("127.0.0.1:{port}");
    let mut handler = Process::start(
        Command::new("node").arg("service.mjs").current_dir(&folder).env("PORT", service.to_string()).env("PROVIDER", stub.serve().await?),
    )?;
    handler.listens(service).await?;
    let mut server = Process::start(
        Command::new(program(&folder)?)
            .arg("--base-dir")
            .arg(place.join("restate"))
            .env("RESTATE_INGRESS__BIND_ADDRESS", bind(ingress))
            .env("RESTATE_ADMIN__BIND_ADDRESS", bind(admin))
            .env("RESTATE_BIND_ADDRESS", bind(node))
            .env("RESTATE_ADVERTISED_ADDRESS", format!("http://{}", bind(node)))
            .env("DO_NOT_TRACK", "1"),
    )?;
    server.listens(admin).await?;
    server.listens(ingress).await?;
    let body = json!({ "uri": format!("http://{}", bind(service)) }).to_string();
    let mut status = 0;
    // Its parts come up one after the other.
    for _ in 0..50 {
        status = Wire::open(&bind(admin)).await?.post("/deployments", "", body.as_bytes()).await.unwrap_or(0);
        if status == 201 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    ensure!(status == 201, "the service cannot be registered: {status}");
    let asks = Arc::new(|n: u64| {
        let digits = format!("1202{:07}", 2_000_000 + n);
        let body = json!({ "order": format!("O-{n}") }).to_string().into_bytes();
        Ask { path: format!("/contact/{digits}/event/send"), headers: format!("idempotency-key: e{n}\r\n"), body, digits }
    });
    Course::new(&bind(ingress), &stub, asks).rate(span).await
}

/// The server itself, and not the script that starts it: it must end with us.
fn program(folder: &Path) -> Result<PathBuf> {
    let packages = std::fs::read_dir(folder.join("node_modules/@restatedev"))?.flatten().map(|entry| entry.path());
    let programs = packages.map(|package| package.join("bin/restate-server")).filter(|file| file.is_file());
    let program = programs.last().context("its server is not packaged for this machine")?;
    Ok(std::fs::canonicalize(program)?)
}
