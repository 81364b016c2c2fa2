//! The adapters that this process has, by channel provider.

use std::sync::Arc;

use channel::{Account, Adapter, Provider};
use http_client::Transport;

/// One adapter for each provider, and the way out for webhooks.
#[derive(Clone)]
pub struct Adapters {
    pub whatsapp: Arc<dyn Adapter>,
    pub twilio: Arc<dyn Adapter>,
    pub transport: Arc<dyn Transport>,
}

impl Adapters {
    /// The adapter that speaks an account's API.
    #[must_use]
    pub fn of(&self, account: &Account) -> &Arc<dyn Adapter> {
        match &account.provider {
            Provider::WhatsappCloud(_) => &self.whatsapp,
            Provider::Twilio(_) => &self.twilio,
        }
    }
}
