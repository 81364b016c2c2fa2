//! The adapters that this process has, by provider.

use std::collections::BTreeMap;
use std::sync::Arc;

use channel::{Account, Adapter, ProviderKind};
use http_client::Transport;

/// One adapter for each provider, and the way out for webhooks.
#[derive(Clone)]
pub struct Adapters {
    by_provider: BTreeMap<ProviderKind, Arc<dyn Adapter>>,
    pub transport: Arc<dyn Transport>,
}

impl Adapters {
    #[must_use]
    pub fn new(transport: Arc<dyn Transport>) -> Self {
        Self { by_provider: BTreeMap::new(), transport }
    }

    #[must_use]
    pub fn with(mut self, provider: ProviderKind, adapter: Arc<dyn Adapter>) -> Self {
        self.by_provider.insert(provider, adapter);
        self
    }

    /// The adapter that speaks an account's API; `None` when this process was built without it.
    #[must_use]
    pub fn of(&self, account: &Account) -> Option<&Arc<dyn Adapter>> {
        self.by_provider.get(&account.provider.kind())
    }
}
