//! Where the server is and how to treat it, from one URL.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use storage::{StorageError, StorageErrorKind};
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};

/// Longer than any server that lives takes.
const CONNECT: Duration = Duration::from_secs(10);
/// After this long without a sign of life a connection is given up.
const SILENCE: Duration = Duration::from_secs(30);

/// What a URL says: `postgres://user:password@host:port/database?…`. Beside what PostgreSQL's own programs know, these are heard:
///
/// * `pooler=transaction`: a pooler stands between, which hands out connections for one transaction at a time;
/// * `listen=postgres%3A%2F%2F…`: another way to the server, on which notices of other nodes can be heard; `listen=off`: look for them instead;
/// * `workers=3`, `readers=4`: connections for steps and for everything else;
/// * `sslrootcert=/path.pem`: who signed the server's certificate, if not somebody whom the machine trusts.
#[derive(Clone, Debug)]
pub struct Settings {
    pub(crate) config: Config,
    /// Another way for hearing notices.
    pub(crate) listen: Option<Config>,
    /// Nobody tries to hear.
    pub(crate) deaf: bool,
    pub(crate) root: Option<PathBuf>,
    /// Nothing may live in a session.
    pub(crate) pooled: bool,
    pub(crate) workers: usize,
    pub(crate) readers: usize,
    /// Signals that share one transaction at most; a single call with more is one transaction still.
    pub(crate) batch: usize,
}

fn invalid(text: impl Into<String>) -> StorageError {
    StorageError::new(StorageErrorKind::Invalid, text)
}

impl Settings {
    pub fn parse(url: &str) -> Result<Self, StorageError> {
        let (address, options) = url.split_once('?').unwrap_or((url, ""));
        let mut settings =
            Self { config: Config::new(), listen: None, deaf: false, root: None, pooled: false, workers: 3, readers: 4, batch: 256 };
        let mut theirs: Vec<String> = Vec::new();
        let (mut listen, mut said_tls) = (None, false);
        for option in options.split('&').filter(|option| !option.is_empty()) {
            let (name, value) = option.split_once('=').unwrap_or((option, ""));
            let value = decoded(value);
            let count = || value.parse().ok().filter(|n| (1..=64).contains(n)).ok_or_else(|| invalid(format!("`{name}` must be 1 to 64")));
            match (name, value.as_str()) {
                ("pooler", "transaction") => settings.pooled = true,
                ("pooler", "session" | "none") => {}
                ("pooler", other) => return Err(invalid(format!("`pooler={other}` is not known; say `transaction` or `session`"))),
                ("listen", "off") => settings.deaf = true,
                ("listen", other) => listen = Some(other.to_owned()),
                ("workers", _) => settings.workers = count()?,
                ("readers", _) => settings.readers = count()?,
                ("sslrootcert", path) => settings.root = Some(PathBuf::from(path)),
                ("sslmode", mode) => {
                    said_tls = true;
                    // Certificates are always checked, names included.
                    theirs.push(format!("sslmode={}", if mode.starts_with("verify") { "require" } else { mode }));
                }
                _ => theirs.push(option.to_owned()),
            }
        }
        let url = if theirs.is_empty() { address.to_owned() } else { format!("{address}?{}", theirs.join("&")) };
        settings.config = config(&url, said_tls)?;
        settings.listen = listen.map(|url| config(&url, url.contains("sslmode="))).transpose()?;
        if settings.pooled && settings.listen.is_none() {
            // What a pooler's server connection hears goes to somebody else.
            settings.deaf = true;
        }
        Ok(settings)
    }

    /// For commands that only read.
    #[must_use]
    pub(crate) fn reading(mut self) -> Self {
        self.readers = 1;
        self.deaf = true;
        self
    }
}

fn config(url: &str, said_tls: bool) -> Result<Config, StorageError> {
    let mut config: Config = url
        .parse()
        .map_err(|error| StorageError::because(StorageErrorKind::Invalid, "the URL of the PostgreSQL server cannot be read", error))?;
    if config.get_dbname().is_none() {
        return Err(invalid("the URL of the PostgreSQL server names no database"));
    }
    if config.get_application_name().is_none() {
        config.application_name("antiphon");
    }
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(CONNECT);
    }
    config.tcp_user_timeout(SILENCE).keepalives_idle(SILENCE);
    if !said_tls {
        // Over a network nothing goes in the open unless somebody says so.
        let near = config.get_hosts().iter().all(is_near);
        config.ssl_mode(if near { SslMode::Disable } else { SslMode::Require });
    }
    Ok(config)
}

fn is_near(host: &Host) -> bool {
    match host {
        Host::Tcp(name) => name == "localhost" || name.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback()),
        #[cfg(unix)]
        Host::Unix(_) => true,
    }
}

/// Percent signs undone.
fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let (mut out, mut at) = (Vec::with_capacity(bytes.len()), 0);
    while let Some(byte) = bytes.get(at) {
        let code = text.get(at + 1..at + 3).and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match (byte, code) {
            (b'%', Some(code)) => {
                out.push(code);
                at += 3;
            }
            _ => {
                out.push(*byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_url_is_enough() {
        let settings = Settings::parse("postgres://antiphon@127.0.0.1:5432/antiphon").unwrap();
        assert_eq!((settings.pooled, settings.deaf, settings.workers), (false, false, 3));
        assert_eq!(settings.config.get_ssl_mode(), SslMode::Disable);
        assert_eq!(settings.config.get_application_name(), Some("antiphon"));
    }

    #[test]
    fn a_server_elsewhere_is_spoken_to_in_secret() {
        let mode = |url: &str| Settings::parse(url).unwrap().config.get_ssl_mode();
        assert_eq!(mode("postgres://a@db.example.com/a"), SslMode::Require);
        assert_eq!(mode("postgres://a@db.example.com/a?sslmode=verify-full"), SslMode::Require);
        assert_eq!(mode("postgres://a@db.example.com/a?sslmode=disable"), SslMode::Disable);
    }

    #[test]
    fn behind_a_pooler_nothing_is_heard_unless_there_is_another_way() {
        let settings = Settings::parse("postgres://a@127.0.0.1:6432/a?pooler=transaction&workers=2").unwrap();
        assert!(settings.pooled && settings.deaf && settings.listen.is_none());
        assert_eq!(settings.workers, 2);
        let settings =
            Settings::parse("postgres://a@127.0.0.1:6432/a?pooler=transaction&listen=postgres%3A%2F%2Fa%40127.0.0.1%3A5432%2Fa").unwrap();
        assert!(!settings.deaf);
        assert_eq!(settings.listen.unwrap().get_ports(), [5432]);
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        for url in ["nonsense", "postgres://a@127.0.0.1/", "postgres://a@127.0.0.1/a?pooler=x", "postgres://a@127.0.0.1/a?workers=0"] {
            assert_eq!(Settings::parse(url).unwrap_err().kind, StorageErrorKind::Invalid, "{url}");
        }
    }
}
