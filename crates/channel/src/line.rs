//! Providers that are not called but connected to: a connection stays open while this node serves the sender.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;

use async_trait::async_trait;
use model::Timestamp;
use serde_json::Value;

use crate::Received;

/// Resolves when a line must be put down: the node stops, another node serves the sender, or its settings changed.
pub type Stop = Pin<Box<dyn Future<Output = ()> + Send>>;

/// What an open line needs of the product. One for each sender.
#[async_trait]
pub trait Inlet: Send + Sync {
    fn now(&self) -> Timestamp;

    /// Takes in what came over the line. Returns only after it is durable: whatever acknowledges it to the provider comes afterwards.
    async fn take(&self, received: Vec<Received>) -> Result<(), NotTaken>;

    /// Keeps something until it is forgotten, also over restarts and moves to another node: parts of a text whose rest has not come yet,
    /// for instance. Writing a key again replaces what was there.
    async fn keep(&self, key: &str, value: Value) -> Result<(), NotTaken>;

    async fn forget(&self, key: &str) -> Result<(), NotTaken>;

    /// Everything that is kept for this sender.
    async fn kept(&self) -> Result<BTreeMap<String, Value>, NotTaken>;
}

/// What came in is not durable: the provider must give it again.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("what came in could not be stored: {0}")]
pub struct NotTaken(pub String);
