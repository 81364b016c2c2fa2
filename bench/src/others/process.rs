//! Programs of others: installed from their lock file, started, waited for, ended.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};

/// A start may take this long.
const PATIENCE: Duration = Duration::from_secs(30);

/// A process that ends with this value.
pub struct Process(Child);

impl Process {
    pub fn start(command: &mut Command) -> Result<Self> {
        let name = command.get_program().to_string_lossy().into_owned();
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        Ok(Self(child.with_context(|| format!("`{name}` cannot be started"))?))
    }

    /// Until somebody listens there.
    pub async fn listens(&mut self, port: u16) -> Result<()> {
        let end = Instant::now() + PATIENCE;
        while tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_err() {
            if let Some(status) = self.0.try_wait()? {
                bail!("it ended with {status}");
            }
            ensure!(Instant::now() < end, "nobody listens on its port");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Ok(())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Ports that are free now.
pub fn ports<const N: usize>() -> Result<[u16; N]> {
    let mut held = Vec::new();
    let mut ports = [0; N];
    for port in &mut ports {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        *port = listener.local_addr()?.port();
        held.push(listener);
    }
    Ok(ports)
}

/// The folder of one program, with what its lock file names installed. None of the packages may run scripts.
pub fn npm(name: &str) -> Result<PathBuf> {
    let folder = Path::new("bench/others").join(name);
    if !folder.join("node_modules").is_dir() {
        let out = Command::new("npm")
            .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"])
            .current_dir(&folder)
            .output()
            .context("`npm` cannot be started")?;
        ensure!(out.status.success(), "its packages cannot be installed: {}", String::from_utf8_lossy(&out.stderr).trim());
    }
    Ok(folder)
}
