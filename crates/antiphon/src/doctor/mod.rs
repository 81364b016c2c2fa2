//! Walks each hop of a set-up and says which is broken and how to mend it: the store, the media folder, the server, each sender at its provider,
//! and a message to somebody who waits for it.
//!
//! Everything but that message only asks. To ask something more of a provider: [`channel::Adapter::examine`].

mod front;
mod house;
mod message;

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Result;
use channel::{Account, Hop, HopState, ProviderKind};
use channel_email::Email;
use channel_rcs::Rcs;
use channel_smpp::Smpp;
use channel_sms::{Twilio, TwilioRcs};
use channel_telnyx::Telnyx;
use channel_whatsapp::Whatsapp;
use http_client::{Guard, Transport};
use model::WorkspaceId;
use model::sender::SenderStatus;
use runtime::documents::AccountDoc;
use runtime::{Adapters, BucketSettings, MediaStore, TimeSource};
use serde::Serialize;
use storage::{DocumentExt as _, Store};

pub use message::{Errand, message};

/// Where media are kept.
pub enum MediaPlace {
    Folder(PathBuf),
    Bucket(Box<BucketSettings>),
}

/// What is looked at, and how.
pub struct Doctor {
    pub store: Arc<dyn Store>,
    pub workspace: WorkspaceId,
    pub media: MediaPlace,
    /// Where people and providers reach the server, without a slash at the end.
    pub public_url: String,
    /// To providers, and to our own public address as they see it.
    pub transport: Arc<dyn Transport>,
    pub guard: Guard,
    pub clock: Arc<dyn TimeSource>,
    /// Who says what domains publish; without it mail senders' domains are not looked at.
    pub names: Option<Arc<dyn channel_email::Names>>,
}

/// One thing with its hops, in the order in which they build on each other.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Section {
    /// `installation`, a sender's id, or `message`.
    pub of: String,
    /// For people.
    pub title: String,
    pub hops: Vec<Hop>,
}

impl Section {
    #[must_use]
    pub fn worst(&self) -> HopState {
        self.hops.iter().map(|hop| hop.state).max().unwrap_or(HopState::Good)
    }
}

impl Doctor {
    /// The installation, then each sender.
    pub async fn examine(&self) -> Result<Vec<Section>> {
        let accounts: Vec<Account> = self.store.all::<AccountDoc>(self.workspace).await?.into_iter().map(|stored| stored.value.0).collect();
        let mut hops = vec![house::of_store(&self.store, accounts.len()).await];
        hops.push(match &self.media {
            MediaPlace::Folder(folder) => house::of_media(folder),
            MediaPlace::Bucket(settings) => {
                let store = MediaStore::in_bucket((**settings).clone(), Arc::clone(&self.transport), self.clock.clone());
                house::of_bucket(&store, self.workspace, &settings.endpoint).await
            }
        });
        hops.push(front::server(&*self.transport, &self.public_url).await);
        let mut sections = vec![Section { of: "installation".to_owned(), title: "Installation".to_owned(), hops }];
        let adapters = self.adapters();
        for account in &accounts {
            let mut hops = vec![standing(account)];
            hops.extend(front::webhooks(&*self.transport, &self.public_url, account).await);
            hops.extend(match adapters.of(account) {
                Some(adapter) => self.of_provider(&**adapter, account).await,
                None => vec![Hop::unasked("provider", "this program does not speak to the provider")],
            });
            let title = format!("{} ({}, {})", account.sender.name, account.provider.kind().as_str(), account.sender.address);
            sections.push(Section { of: account.sender.id.to_string(), title, hops });
        }
        Ok(sections)
    }

    async fn of_provider(&self, adapter: &dyn channel::Adapter, account: &Account) -> Vec<Hop> {
        let hops = adapter.examine(account, &self.public_url).await;
        if hops.is_empty() { vec![Hop::unasked("provider", "this provider cannot be asked; a message shows")] } else { hops }
    }

    /// Fresh ones, so that nothing which the server holds is disturbed.
    fn adapters(&self) -> Adapters {
        let transport = || Arc::clone(&self.transport);
        let email = Email::new(self.guard.clone(), self.clock.clone()).with_transport(transport());
        let email = match &self.names {
            Some(names) => email.with_names(Arc::clone(names)),
            None => email,
        };
        Adapters::new(transport())
            .with(ProviderKind::WhatsappCloud, Arc::new(Whatsapp::new(transport())))
            .with(ProviderKind::Twilio, Arc::new(Twilio::new(transport())))
            .with(ProviderKind::TwilioRcs, Arc::new(TwilioRcs::new(transport())))
            .with(ProviderKind::Telnyx, Arc::new(Telnyx::new(transport())))
            .with(ProviderKind::Rcs, Arc::new(Rcs::new(transport(), self.clock.clone())))
            .with(ProviderKind::Smpp, Arc::new(Smpp::new(self.guard.clone())))
            .with(ProviderKind::Email, Arc::new(email))
    }
}

/// Whether the sender sends at all.
fn standing(account: &Account) -> Hop {
    match &account.sender.status {
        SenderStatus::Active => Hop::good("sender", "it sends"),
        SenderStatus::Paused { reason } => {
            Hop::broken("sender", format!("it is paused: {reason}"), "mend that, then let it send again (Settings, Senders)")
        }
    }
}
