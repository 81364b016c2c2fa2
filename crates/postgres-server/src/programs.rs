//! Where PostgreSQL's programs are, and who may run them.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::ServerError;

/// Where Debian keeps one folder for each version.
const VERSIONS: &str = "/usr/lib/postgresql";

/// The programs of one installed version.
#[derive(Clone, Debug)]
pub struct Programs {
    pub postgres: PathBuf,
    pub initdb: PathBuf,
    pub psql: PathBuf,
    /// Whom they run as, when this process may not run them itself.
    pub(crate) user: Option<(u32, u32)>,
}

impl Programs {
    /// The newest version that is installed; those on the PATH come first.
    pub fn find() -> Result<Self, ServerError> {
        Ok(Self { postgres: find("postgres")?, initdb: find("initdb")?, psql: find("psql")?, user: user()? })
    }

    /// The pooler, which need not be there for a server.
    pub fn pooler() -> Result<PathBuf, ServerError> {
        let folders = path().into_iter().chain([PathBuf::from("/usr/sbin")]);
        folders.map(|folder| folder.join("pgbouncer")).find(|file| file.is_file()).ok_or(ServerError::NoPooler)
    }

    /// A program as the user who may run it.
    pub(crate) fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        if let Some((uid, gid)) = self.user {
            command.uid(uid).gid(gid);
        }
        // Nobody's settings for other servers count here.
        for name in ["PGHOST", "PGPORT", "PGUSER", "PGDATABASE", "PGPASSWORD", "PGOPTIONS", "PGSERVICE"] {
            command.env_remove(name);
        }
        command
    }
}

#[expect(clippy::disallowed_methods, reason = "programs are found by the PATH of whoever runs the tests")]
fn path() -> Vec<PathBuf> {
    std::env::var_os("PATH").map(|path| std::env::split_paths(&path).collect()).unwrap_or_default()
}

fn find(program: &'static str) -> Result<PathBuf, ServerError> {
    let mut versions: Vec<(u32, PathBuf)> = fs::read_dir(VERSIONS)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .collect();
    versions.sort_unstable_by_key(|(version, _)| std::cmp::Reverse(*version));
    let folders = path().into_iter().chain(versions.into_iter().map(|(_, folder)| folder));
    folders.map(|folder| folder.join(program)).find(|file| file.is_file()).ok_or(ServerError::NotInstalled { program })
}

/// Nothing for ordinary people; for root somebody else, because PostgreSQL refuses root.
fn user() -> Result<Option<(u32, u32)>, ServerError> {
    let me = fs::metadata("/proc/self").map_or(1, |metadata| metadata.uid());
    if me != 0 {
        return Ok(None);
    }
    let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
    let ids = |name: &str| {
        let line = users.lines().find(|line| line.split(':').next() == Some(name))?;
        let mut fields = line.split(':').skip(2);
        Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
    };
    ids("postgres").or_else(|| ids("nobody")).map(Some).ok_or(ServerError::NoUser)
}
