//! One database for one test.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::server::psql;
use crate::{Programs, Server, ServerError, Settings};

/// The URL of a server's database from which other databases may be made and dropped. `cargo xtask test` sets it.
pub const VARIABLE: &str = "ANTIPHON_TEST_POSTGRES";

/// An empty database that is dropped with this value, whoever is still connected to it.
pub struct Database {
    administration: String,
    name: String,
    url: String,
}

/// A new, empty database, on the server that [`VARIABLE`] names or on one that this process starts for itself. A machine without
/// PostgreSQL is an error: no test passes because there was nothing to test with.
pub fn database() -> Result<Database, ServerError> {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let name = format!("antiphon_test_{}_{number}", std::process::id());
    let administration = server()?;
    let drop = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
    psql(&Programs::find()?, &administration, &[&drop, &format!("CREATE DATABASE {name}")])?;
    let url = beside(&administration, &name);
    Ok(Database { administration, name, url })
}

impl Database {
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Runs statements and answers what they print, unaligned, columns parted by `|`.
    pub fn psql(&self, statements: &str) -> Result<String, ServerError> {
        psql(&Programs::find()?, &self.url, &[statements])
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Ok(programs) = Programs::find() {
            let _ = psql(&programs, &self.administration, &[&format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name)]);
        }
    }
}

/// The same server, another database.
fn beside(url: &str, name: &str) -> String {
    let (address, options) = url.split_once('?').map_or((url, None), |(address, options)| (address, Some(options)));
    let server = address.rsplit_once('/').map_or(address, |(server, _)| server);
    options.map_or_else(|| format!("{server}/{name}"), |options| format!("{server}/{name}?{options}"))
}

#[expect(clippy::disallowed_methods, reason = "the runner of the tests says so where the server is")]
fn server() -> Result<String, ServerError> {
    if let Ok(url) = std::env::var(VARIABLE) {
        return Ok(url);
    }
    // Never dropped; the watchdog sees this process end.
    static OWN: OnceLock<Result<Server, ServerError>> = OnceLock::new();
    match OWN.get_or_init(|| Server::start(&Settings::default())) {
        Ok(server) => Ok(server.url("postgres")),
        Err(error) => Err(ServerError::Failed { program: "postgres".to_owned(), text: error.to_string() }),
    }
}

#[cfg(test)]
mod tests {
    use super::beside;

    #[test]
    fn another_database_of_the_same_server() {
        assert_eq!(beside("postgres://a@127.0.0.1:5/postgres", "x"), "postgres://a@127.0.0.1:5/x");
        assert_eq!(beside("postgres://a@127.0.0.1:5/postgres?sslmode=disable", "x"), "postgres://a@127.0.0.1:5/x?sslmode=disable");
    }
}
