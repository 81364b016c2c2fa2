//! One server.

use std::ffi::OsStr;
use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::watchdog::Watchdog;
use crate::{Programs, ServerError, Settings};

/// The server's own administrator.
const ADMINISTRATOR: &str = "postgres";
/// A machine that compiles meanwhile may take long.
pub(crate) const START_SECONDS: u64 = 60;
pub(crate) const LOOKS_A_SECOND: u64 = 20;
/// Longer paths of sockets do not fit into an address.
const SOCKET_FOLDER_MAX: usize = 80;

/// A server that ends with this value.
pub struct Server {
    // Dropped first: it stops the server.
    watchdog: Option<Watchdog>,
    programs: Programs,
    folder: PathBuf,
    remove: bool,
    port: u16,
}

impl Server {
    /// Makes a new server and waits until it answers.
    pub fn start(settings: &Settings) -> Result<Self, ServerError> {
        let programs = Programs::find()?;
        let remove = settings.folder.is_none();
        let folder = settings.folder.clone().unwrap_or_else(new_folder);
        let failed = |source| ServerError::Folder { folder: folder.clone(), source };
        make_folder(&programs, &folder, remove).map_err(failed)?;
        let mut initdb = programs.command(&programs.initdb);
        initdb.arg("-D").arg(&folder).current_dir("/");
        initdb.args(["--username", ADMINISTRATOR, "--auth", "trust", "--encoding", "UTF8", "--locale", "C", "--no-sync"]);
        output(&mut initdb)?;
        let port = free_port()?;
        let sockets = if folder.as_os_str().len() <= SOCKET_FOLDER_MAX { folder.display().to_string() } else { String::new() };
        let path = folder.join("postgresql.auto.conf");
        fs::write(&path, settings.lines(port, &sockets)).map_err(failed)?;
        let mut server = Self { watchdog: None, programs, folder, remove, port };
        server.start_again()?;
        Ok(server)
    }

    /// As a URL for a database on it.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        format!("postgres://{ADMINISTRATOR}@127.0.0.1:{}/{database}", self.port)
    }

    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Where its files are, with `server.log` among them.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Makes an empty database and answers its URL.
    pub fn create_database(&self, name: &str) -> Result<String, ServerError> {
        self.psql("postgres", &format!("CREATE DATABASE \"{name}\""))?;
        Ok(self.url(name))
    }

    /// Runs statements in a database and answers what they print, unaligned, columns parted by `|`.
    pub fn psql(&self, database: &str, statements: &str) -> Result<String, ServerError> {
        psql(&self.programs, &self.url(database), &[statements])
    }

    /// Stops the server at once, as a power cut would. Its files stay for [`Self::start_again`].
    pub fn crash(&mut self) {
        if let Some(watchdog) = self.watchdog.take() {
            watchdog.crash();
        }
    }

    /// Starts it on its files, under the same URL, and waits until it has recovered and answers.
    pub fn start_again(&mut self) -> Result<(), ServerError> {
        self.crash();
        let mut watchdog = Watchdog::start(
            &self.programs,
            &[self.programs.postgres.as_os_str(), OsStr::new("-D"), self.folder.as_os_str()],
            &self.folder,
            self.remove,
        )?;
        for _ in 0..START_SECONDS * LOOKS_A_SECOND {
            if self.psql("postgres", "SELECT 1").is_ok() {
                self.watchdog = Some(watchdog);
                return Ok(());
            }
            if watchdog.has_ended() {
                break;
            }
            pause();
        }
        let log = fs::read_to_string(self.folder.join("server.log")).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        let log = lines[lines.len().saturating_sub(10)..].join("\n");
        Err(ServerError::Silent { seconds: START_SECONDS, log })
    }
}

pub(crate) fn psql(programs: &Programs, url: &str, statements: &[&str]) -> Result<String, ServerError> {
    let mut psql = programs.command(&programs.psql);
    psql.args(["--no-psqlrc", "--quiet", "--no-align", "--tuples-only", "--set", "ON_ERROR_STOP=1", "--dbname", url]).current_dir("/");
    for statement in statements {
        psql.args(["--command", statement]);
    }
    output(&mut psql)
}

fn output(command: &mut Command) -> Result<String, ServerError> {
    let program = command.get_program().to_string_lossy().into_owned();
    let out = command.output().map_err(|source| ServerError::Start { program: program.clone(), source })?;
    if out.status.success() {
        Ok(String::from_utf8_lossy(&out.stdout).trim_end().to_owned())
    } else {
        Err(ServerError::Failed { program, text: String::from_utf8_lossy(&out.stderr).trim_end().to_owned() })
    }
}

/// A folder for whoever runs the programs, and for nobody else.
pub(crate) fn make_folder(programs: &Programs, folder: &Path, remove: bool) -> std::io::Result<()> {
    fs::create_dir_all(folder)?;
    if let Some((uid, gid)) = programs.user {
        chown(folder, Some(uid), Some(gid))?;
        // Whoever removes the folder must be able to write to the one that it is in.
        if let (true, Some(parent)) = (remove, folder.parent()) {
            chown(parent, Some(uid), Some(gid))?;
        }
    }
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700))
}

/// Under Cargo's target folder, or among temporary files when this program was not built by Cargo.
pub(crate) fn new_folder() -> PathBuf {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let program = std::env::current_exe().unwrap_or_default();
    let target = program.ancestors().find(|folder| folder.join("CACHEDIR.TAG").is_file());
    let parent = target.map_or_else(|| std::env::temp_dir().join("antiphon-postgres"), |target| target.join("postgres"));
    parent.join(format!("{}-{number}", std::process::id()))
}

pub(crate) fn free_port() -> Result<u16, ServerError> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(ServerError::Port)?;
    listener.local_addr().map(|address| address.port()).map_err(ServerError::Port)
}

#[expect(clippy::disallowed_methods, reason = "another program is waited for")]
pub(crate) fn pause() {
    std::thread::sleep(Duration::from_millis(1_000 / LOOKS_A_SECOND));
}
