//! A PostgreSQL job queue: graphile-worker on a throw-away server.

use std::process::Command;
use std::time::Duration;

use anyhow::Result;
use postgres_server::{Server, Settings};

use super::process::{Process, npm, ports};
use crate::delay::{Course, events};
use crate::stub::Stub;

pub async fn rate(span: Duration) -> Result<f64> {
    let folder = npm("graphile")?;
    let database = Server::start(&Settings::durable())?;
    let url = database.create_database("jobs")?;
    let stub = Stub::default();
    let [port] = ports()?;
    let mut node = Process::start(
        Command::new("node")
            .arg("jobs.mjs")
            .current_dir(&folder)
            .env("PORT", port.to_string())
            .env("DATABASE_URL", url)
            .env("PROVIDER", stub.serve().await?),
    )?;
    node.listens(port).await?;
    Course::new(&format!("127.0.0.1:{port}"), &stub, events("")).rate(span).await
}
