//! An SMS gateway: Kannel with its own fake SMSC. It takes a text and passes it on; it decides nothing and keeps no contact.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use tokio::task::JoinSet;

use super::process::{Process, ports};
use crate::wire::Wire;

const CONNECTIONS: usize = 32;
/// Where Debian puts the program that plays the network.
const FAKE: &str = "/usr/lib/kannel/test/fakesmsc";

/// Texts a second that were accepted, and kept in its store file until they were sent.
pub async fn rate(place: &Path, span: Duration) -> Result<f64> {
    ensure!(Path::new(FAKE).is_file(), "Debian's packages `kannel` and `kannel-extras` are not installed");
    let [admin, boxes, network, http] = ports()?;
    let store = place.join("kannel.store");
    let file = place.join("kannel.conf");
    let text = format!(
        "group = core\nadmin-port = {admin}\nadmin-password = bench\nadmin-interface = 127.0.0.1\nsmsbox-port = {boxes}\n\
         smsbox-interface = 127.0.0.1\nbox-allow-ip = 127.0.0.1\nlog-level = 4\nstore-type = file\nstore-location = {}\n\n\
         group = smsc\nsmsc = fake\nsmsc-id = fake\nport = {network}\nconnect-allow-ip = 127.0.0.1\n\n\
         group = smsbox\nbearerbox-host = 127.0.0.1\nsendsms-port = {http}\nsendsms-interface = 127.0.0.1\nlog-level = 4\n\n\
         group = sendsms-user\nusername = bench\npassword = bench\n",
        store.display()
    );
    std::fs::write(&file, text)?;
    let mut bearer = Process::start(Command::new("bearerbox").arg("-v").arg("4").arg(&file)).context("Debian's package `kannel`")?;
    bearer.listens(boxes).await?;
    let _network = Process::start(Command::new(FAKE).args(["-H", "127.0.0.1", "-r", &network.to_string(), "-m", "0", "1 2 text nothing"]))?;
    let mut sms = Process::start(Command::new("smsbox").arg("-v").arg("4").arg(&file))?;
    sms.listens(http).await?;
    let serial = Arc::new(AtomicU64::new(0));
    let began = Instant::now();
    let mut desks = JoinSet::new();
    for _ in 0..CONNECTIONS {
        let serial = Arc::clone(&serial);
        desks.spawn(async move {
            let mut wire = Wire::open(&format!("127.0.0.1:{http}")).await?;
            let mut count = 0_u64;
            while began.elapsed() < span {
                let n = serial.fetch_add(1, Ordering::Relaxed);
                let path = format!(
                    "/cgi-bin/sendsms?username=bench&password=bench&from=12025550100&to=1202{:07}&text=Order+O-{n}+is+on+its+way.",
                    2_000_000 + n
                );
                let status = wire.get(&path).await?;
                ensure!(status == 202, "a text was answered with {status}");
                count += 1;
            }
            anyhow::Ok(count)
        });
    }
    let mut all = 0;
    while let Some(count) = desks.join_next().await {
        all += count??;
    }
    Ok(all as f64 / began.elapsed().as_secs_f64())
}
