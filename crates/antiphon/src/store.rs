//! Where the store is, and opening it: the only place that names backends.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use storage::{Decider, Store};
use storage_sqlite::{Options, SqliteStore};

/// The address of a store.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum StoreAddress {
    /// `sqlite:<file>`: one file, for one process.
    Sqlite(PathBuf),
}

#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum AddressError {
    #[error("a store's address begins with `sqlite:`")]
    Scheme,
    #[error("`sqlite:` wants the path of a file behind it")]
    NoPath,
}

/// The store's file in a data folder.
#[must_use]
pub fn database(data: &Path) -> PathBuf {
    data.join("antiphon.db")
}

impl FromStr for StoreAddress {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        match text.split_once(':') {
            Some(("sqlite", "")) => Err(AddressError::NoPath),
            Some(("sqlite", path)) => Ok(Self::Sqlite(PathBuf::from(path))),
            _ => Err(AddressError::Scheme),
        }
    }
}

/// Without credentials.
impl fmt::Display for StoreAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "{}", path.display()),
        }
    }
}

impl StoreAddress {
    /// Opens it for work, and makes it if it is not there.
    pub async fn open(&self, options: Options, decider: Arc<dyn Decider>) -> Result<Arc<dyn Store>> {
        match self {
            Self::Sqlite(path) => {
                let store = SqliteStore::open(path, options, decider).with_context(|| format!("the store {self} cannot be opened"))?;
                Ok(Arc::new(store))
            }
        }
    }

    /// Opens it to look at it, also while a server uses it.
    pub async fn read(&self) -> Result<Arc<dyn Store>> {
        match self {
            Self::Sqlite(path) => {
                if !path.exists() {
                    bail!("there is no store at {self}; name the data folder of the server with --data");
                }
                let store = SqliteStore::open_read_only(path).with_context(|| format!("the store {self} cannot be opened"))?;
                Ok(Arc::new(store))
            }
        }
    }
}

/// How commands are told where the store is.
#[derive(Args, Clone, Debug)]
pub struct StoreArgs {
    /// Folder for media, and for the store unless --store names another place.
    #[arg(long, default_value = "data", env = "ANTIPHON_DATA")]
    pub data: PathBuf,
    /// The store: `sqlite:<file>`. Without it, the file antiphon.db in the data folder.
    #[arg(long, env = "ANTIPHON_STORE", hide_env_values = true)]
    pub store: Option<StoreAddress>,
}

impl StoreArgs {
    /// The store that is meant. `--data` may also be the file of a store, such as a backup.
    #[must_use]
    pub fn address(&self) -> StoreAddress {
        let in_folder = || StoreAddress::Sqlite(if self.data.is_file() { self.data.clone() } else { database(&self.data) });
        self.store.clone().unwrap_or_else(in_folder)
    }
}
