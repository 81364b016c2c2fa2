//! How a server is to be.

use std::path::PathBuf;

/// The default is what tests want: fast, forgetful, gone at the end.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Everything that was committed survives a kill of the server. Without it nothing waits for the disk.
    pub durable: bool,
    /// Where its files go, if not into a new folder under Cargo's target folder.
    pub folder: Option<PathBuf>,
    /// More `name = value` lines of `postgresql.conf`; they win over those of this crate.
    pub more: Vec<(String, String)>,
}

impl Settings {
    /// As a production server on a small machine would be set: durable, with memory for its pages.
    #[must_use]
    pub fn durable() -> Self {
        Self { durable: true, ..Self::default() }
    }

    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.more.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The lines of `postgresql.conf`.
    pub(crate) fn lines(&self, port: u16, socket_folder: &str) -> String {
        let mut lines = vec![
            ("listen_addresses", "127.0.0.1".to_owned()),
            ("port", port.to_string()),
            ("unix_socket_directories", socket_folder.to_owned()),
            ("max_connections", "200".to_owned()),
            ("shared_buffers", if self.durable { "1GB" } else { "128MB" }.to_owned()),
            ("max_wal_size", "4GB".to_owned()),
            ("logging_collector", "off".to_owned()),
            ("timezone", "UTC".to_owned()),
        ];
        if self.durable {
            lines.push(("wal_compression", "on".to_owned()));
        } else {
            lines.extend(["fsync", "synchronous_commit", "full_page_writes", "autovacuum"].map(|name| (name, "off".to_owned())));
        }
        let own = lines.into_iter().map(|(name, value)| (name.to_owned(), value));
        own.chain(self.more.iter().cloned()).map(|(name, value)| format!("{name} = '{}'\n", value.replace('\'', "''"))).collect()
    }
}
