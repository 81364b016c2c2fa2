//! Where the store is, and opening it: the only place that names backends.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use storage::{Decider, Store};
use storage_postgres::{PostgresStore, Settings};
use storage_sqlite::{Options, SqliteStore};

/// The address of a store.
#[derive(Clone, PartialEq, Eq)]
pub enum StoreAddress {
    /// `sqlite:<file>`: one file, for one process.
    Sqlite(PathBuf),
    /// `postgres://…`: a database that several nodes share.
    Postgres(String),
}

#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum AddressError {
    #[error("a store's address begins with `sqlite:` or `postgres://`")]
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
            Some(("postgres" | "postgresql", rest)) if rest.starts_with("//") => Ok(Self::Postgres(text.to_owned())),
            _ => Err(AddressError::Scheme),
        }
    }
}

impl fmt::Debug for StoreAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StoreAddress({self})")
    }
}

/// Without credentials.
impl fmt::Display for StoreAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "{}", path.display()),
            Self::Postgres(url) => f.write_str(&without_password(url)),
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
            Self::Postgres(url) => {
                let store = PostgresStore::open(Settings::parse(url)?, decider).await;
                Ok(Arc::new(store.with_context(|| format!("the store {self} cannot be opened"))?))
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
            Self::Postgres(url) => {
                let store = PostgresStore::open_read_only(Settings::parse(url)?).await;
                Ok(Arc::new(store.with_context(|| format!("the store {self} cannot be opened"))?))
            }
        }
    }
}

impl StoreAddress {
    /// Makes it from a backup; what is there already is never overwritten.
    pub async fn restore(&self, from: &Path, progress: &(dyn Fn(u64, u64) + Sync)) -> Result<()> {
        match self {
            Self::Sqlite(path) => {
                if path.exists() {
                    bail!("{self} exists already; a backup never replaces a store");
                }
                // Read as a store first: a file that is none would only be found out by the next start.
                drop(Self::Sqlite(from.to_owned()).read().await?);
                if let Some(folder) = path.parent() {
                    std::fs::create_dir_all(folder).with_context(|| format!("the folder {} cannot be made", folder.display()))?;
                }
                std::fs::copy(from, path).with_context(|| format!("{} cannot be copied to {self}", from.display()))?;
                Ok(())
            }
            Self::Postgres(url) => Ok(storage_postgres::restore(Settings::parse(url)?, from, progress)
                .await
                .with_context(|| format!("{} cannot be restored to {self}", from.display()))?),
        }
    }
}

/// How commands are told where the store is.
#[derive(Args, Clone, Debug)]
pub struct StoreArgs {
    /// Folder for media, and for the store unless --store names another place.
    #[arg(long, default_value = "data", env = "ANTIPHON_DATA")]
    pub data: PathBuf,
    /// The store: `sqlite:<file>`, or `postgres://user@host/database` for several nodes. Without it, the file antiphon.db in the data folder.
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

/// An address as people may see it in logs and on screens.
fn without_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("//") else { return url.to_owned() };
    let (rest, _) = rest.split_once('?').unwrap_or((rest, ""));
    let place = match rest.rsplit_once('@') {
        Some((who, place)) => format!("{}@{place}", who.split(':').next().unwrap_or_default()),
        None => rest.to_owned(),
    };
    format!("{scheme}//{place}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_which_store_it_is() {
        assert_eq!("sqlite:/x/a.db".parse(), Ok(StoreAddress::Sqlite(PathBuf::from("/x/a.db"))));
        assert_eq!("postgres://a@b/c".parse(), Ok(StoreAddress::Postgres("postgres://a@b/c".to_owned())));
        assert_eq!("postgresql://a@b/c".parse(), Ok(StoreAddress::Postgres("postgresql://a@b/c".to_owned())));
        assert_eq!("sqlite:".parse::<StoreAddress>(), Err(AddressError::NoPath));
        for text in ["", "a.db", "mysql://a", "postgres:x"] {
            assert_eq!(text.parse::<StoreAddress>(), Err(AddressError::Scheme), "{text}");
        }
    }

    #[test]
    fn a_password_is_never_shown() {
        for (url, shown) in [
            ("postgres://a:p%40ss@db.example.com/c?sslmode=require", "postgres://a@db.example.com/c"),
            ("postgres://a:p@s@db.example.com/c", "postgres://a@db.example.com/c"),
            ("postgres://db.example.com/c?password=p", "postgres://db.example.com/c"),
        ] {
            assert_eq!(StoreAddress::Postgres(url.to_owned()).to_string(), shown);
        }
    }
}
