//! Our program as a process: started, asked, stopped, killed.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::http::Client;

/// The built program: a link of its own, so that a build beside the tests does not change the program between two lives.
pub fn antiphon() -> Command {
    static PROGRAM: LazyLock<PathBuf> = LazyLock::new(|| {
        let built = crate::plan::program().unwrap_or_else(|| PathBuf::from(env!("CARGO_BIN_EXE_antiphon")));
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
        forget_links(folder);
        let own = folder.join(format!("{LINK}{}", std::process::id()));
        std::fs::hard_link(&built, &own).or_else(|_| std::fs::copy(&built, &own).map(drop)).expect("a place for the program");
        own
    });
    let mut command = Command::new(&*PROGRAM);
    command.stdin(Stdio::null());
    command
}

const LINK: &str = "antiphon-";

/// Takes away what earlier tests left: links of processes that are no more.
fn forget_links(folder: &Path) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let owner = name.strip_prefix(LINK).and_then(|pid| pid.parse::<u32>().ok());
        if owner.is_some_and(|pid| pid == std::process::id() || !Path::new("/proc").join(pid.to_string()).exists()) {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

/// Runs a short command to its end.
pub fn run(arguments: &[&str]) -> Output {
    antiphon().args(arguments).output().expect("the program starts")
}

/// What a process prints on standard output as one JSON value once it is up.
pub fn banner(child: &mut Child) -> Option<Value> {
    let mut lines = BufReader::new(child.stdout.take()?);
    let mut text = String::new();
    loop {
        let mut line = String::new();
        if lines.read_line(&mut line).ok()? == 0 {
            return None;
        }
        text.push_str(&line);
        if let Ok(value) = serde_json::from_str(&text) {
            // Somebody must go on reading, or the process would wait for room in the pipe.
            std::thread::spawn(move || lines.read_to_end(&mut Vec::new()));
            return Some(value);
        }
    }
}

/// `antiphon serve` on one data folder and one port, over several lives.
pub struct Server {
    pub data: PathBuf,
    pub url: String,
    listen: String,
    extra: Vec<String>,
    log: PathBuf,
    child: Option<Child>,
    /// How long the last start took until it answered.
    pub start_took: Duration,
}

impl Server {
    /// Starts for the first time; answers the sign-in link as well.
    pub async fn start(data: &Path, extra: &[&str]) -> (Self, String) {
        let mut server = Self {
            data: data.to_owned(),
            url: String::new(),
            listen: "127.0.0.1:0".to_owned(),
            extra: extra.iter().map(|&text| text.to_owned()).collect(),
            log: data.with_extension("log"),
            child: None,
            start_took: Duration::ZERO,
        };
        let banner = server.up().await;
        server.url = banner["listen"].as_str().expect("where it listens").to_owned();
        server.listen = server.url.trim_start_matches("http://").to_owned();
        (server, banner["sign_in_url"].as_str().unwrap_or_default().to_owned())
    }

    fn spawn(&self) -> Child {
        let log = std::fs::OpenOptions::new().create(true).append(true).open(&self.log).expect("a log file");
        antiphon()
            .args(["serve", "--json", "--allow-host", "127.0.0.1", "--listen", &self.listen, "--data"])
            .arg(&self.data)
            .args(&self.extra)
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .expect("the program starts")
    }

    /// Starts the next life on the same port.
    pub async fn up(&mut self) -> Value {
        let began = now();
        let mut child = self.spawn();
        let (child, banner) = tokio::task::spawn_blocking(move || {
            let banner = banner(&mut child);
            (child, banner)
        })
        .await
        .expect("the banner's reader");
        self.child = Some(child);
        let Some(banner) = banner else { panic!("the server did not come up:\n{}", self.log()) };
        self.start_took = now() - began;
        banner
    }

    /// A start that is cut off after a while, wherever it is then.
    pub async fn start_and_kill(&mut self, after: Duration) {
        self.child = Some(self.spawn());
        tokio::time::sleep(after).await;
        self.kill();
    }

    /// `kill -9`, without a moment's notice.
    pub fn kill(&mut self) {
        let mut child = self.child.take().expect("a running server");
        child.kill().expect("SIGKILL");
        child.wait().expect("its end");
    }

    /// SIGTERM, and how it ended.
    pub async fn stop(&mut self) -> ExitStatus {
        let mut child = self.child.take().expect("a running server");
        let sent = Command::new("kill").args(["-TERM", &child.id().to_string()]).status().expect("kill");
        assert!(sent.success());
        tokio::task::spawn_blocking(move || child.wait().expect("its end")).await.expect("the waiter")
    }

    /// Changes an option for the next life.
    pub fn allow(&mut self, option: &str, value: &str) {
        self.extra = vec![option.to_owned(), value.to_owned()];
    }

    pub fn id(&self) -> u32 {
        self.child.as_ref().expect("a running server").id()
    }

    /// What it wrote on standard error in all its lives.
    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    pub fn client(&self) -> Client {
        Client::new(&self.url)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// `antiphon simulator`: the outside world.
pub struct World {
    child: Child,
    pub cloud: String,
    pub twilio: String,
    /// Host and port.
    pub smsc: String,
    pub mail: String,
    pub token: String,
    pub control: Client,
}

impl World {
    pub fn start(config: &Path, seed: u64) -> Self {
        let mut child = antiphon()
            .args([
                "simulator",
                "--json",
                "--cloud-port",
                "0",
                "--twilio-port",
                "0",
                "--control-port",
                "0",
                "--smsc",
                "127.0.0.1:0",
                "--mail",
                "127.0.0.1:0",
            ])
            .args(["--seed", &seed.to_string(), "--config"])
            .arg(config)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the simulator starts");
        let banner = banner(&mut child).expect("the simulator says where it is");
        let text = |name: &str| banner[name].as_str().expect("an address").to_owned();
        let control = Client::new(&text("control"));
        Self { child, cloud: text("cloud"), twilio: text("twilio"), smsc: text("smsc"), mail: text("mail"), token: text("token"), control }
    }
}

impl Drop for World {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[expect(clippy::disallowed_methods, reason = "how long real processes take is measured in real time")]
pub fn now() -> Instant {
    Instant::now()
}
