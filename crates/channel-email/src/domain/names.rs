//! The port: what a domain publishes.

use async_trait::async_trait;

/// Why a name could not be asked for. That there is no such name is an answer and no failure.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum NotAsked {
    #[error("the name server did not answer in time")]
    Late,
    #[error("the name server cannot be reached: {0}")]
    Unreachable(String),
    #[error("the name server answered with code {0}")]
    Refused(u8),
    #[error("the name server's answer cannot be read")]
    Unreadable,
    #[error("`{0}` is not a name that can be asked for")]
    BadName(String),
}

/// Records of names.
#[async_trait]
pub trait Names: Send + Sync + 'static {
    /// Texts, each with its pieces joined. Empty when there are none.
    async fn texts(&self, name: &str) -> Result<Vec<String>, NotAsked>;
    /// Hosts that take mail, best first. One that is empty says that the domain takes none (RFC 7505).
    async fn mail_hosts(&self, name: &str) -> Result<Vec<String>, NotAsked>;
}
