//! What can go wrong with a server of one's own.

use std::io;
use std::path::PathBuf;

#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    #[error(
        "PostgreSQL is not installed: neither PATH nor /usr/lib/postgresql has `{program}`; on Debian run `apt-get install postgresql`"
    )]
    NotInstalled { program: &'static str },
    #[error("PgBouncer is not installed; on Debian run `apt-get install pgbouncer`")]
    NoPooler,
    #[error("PostgreSQL refuses to run as root, and this machine has neither a user `postgres` nor `nobody`")]
    NoUser,
    #[error("`{program}` cannot be started")]
    Start { program: String, source: io::Error },
    #[error("`{program}` failed: {text}")]
    Failed { program: String, text: String },
    #[error("the folder {} of the server cannot be prepared", folder.display())]
    Folder { folder: PathBuf, source: io::Error },
    #[error("no port on 127.0.0.1 is free")]
    Port(#[source] io::Error),
    #[error("the server did not answer within {seconds} s; its log ends with: {log}")]
    Silent { seconds: u64, log: String },
}
