//! A pooler in transaction mode: each transaction may meet another session of the server.

use std::ffi::OsStr;
use std::fs;

use crate::server::{LOOKS_A_SECOND, START_SECONDS, free_port, make_folder, new_folder, pause, psql};
use crate::watchdog::Watchdog;
use crate::{Programs, ServerError};

/// A pooler that ends with this value, for every database of one server.
pub struct Pooler {
    _watchdog: Watchdog,
    port: u16,
}

impl Pooler {
    /// Starts one before the server that the URL leads to, and waits until it answers.
    pub fn start(url: &str) -> Result<Self, ServerError> {
        let (programs, program, folder, port) = (Programs::find()?, Programs::pooler()?, new_folder(), free_port()?);
        let failed = |source| ServerError::Folder { folder: folder.clone(), source };
        make_folder(&programs, &folder, true).map_err(failed)?;
        let (user, server) = parts(url);
        let file = folder.join("pgbouncer.ini");
        let text = format!(
            "[databases]\n* = host=127.0.0.1 port={server} user={user}\n\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\n\
             unix_socket_dir =\nauth_type = any\npool_mode = transaction\nmax_client_conn = 500\ndefault_pool_size = 8\n"
        );
        fs::write(&file, text).map_err(failed)?;
        let mut watchdog = Watchdog::start(&programs, &[program.as_os_str(), file.as_os_str() as &OsStr], &folder, true)?;
        let pooler = |watchdog| Self { _watchdog: watchdog, port };
        for _ in 0..START_SECONDS * LOOKS_A_SECOND {
            if psql(&programs, &with_port(url, port), &["SELECT 1"]).is_ok() {
                return Ok(pooler(watchdog));
            }
            if watchdog.has_ended() {
                break;
            }
            pause();
        }
        let log = fs::read_to_string(folder.join("server.log")).unwrap_or_default();
        Err(ServerError::Silent { seconds: START_SECONDS, log })
    }

    /// The way through the pooler to a database of its server.
    #[must_use]
    pub fn url(&self, direct: &str) -> String {
        with_port(direct, self.port)
    }
}

/// User and port of `postgres://user@host:port/database`.
fn parts(url: &str) -> (&str, u16) {
    let address = url.split_once("://").map_or(url, |(_, rest)| rest);
    let address = address.split('/').next().unwrap_or_default();
    let (user, host) = address.rsplit_once('@').unwrap_or(("postgres", address));
    let user = user.split(':').next().unwrap_or_default();
    (user, host.rsplit_once(':').and_then(|(_, port)| port.parse().ok()).unwrap_or(5432))
}

fn with_port(url: &str, port: u16) -> String {
    let (user, _) = parts(url);
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let database = rest.split_once('/').map_or("", |(_, database)| database);
    format!("postgres://{user}@127.0.0.1:{port}/{database}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_through_the_pooler_leads_to_the_same_database() {
        assert_eq!(parts("postgres://a:b@127.0.0.1:5433/x"), ("a", 5433));
        assert_eq!(with_port("postgres://a@127.0.0.1:5433/x?sslmode=disable", 6000), "postgres://a@127.0.0.1:6000/x?sslmode=disable");
    }
}
