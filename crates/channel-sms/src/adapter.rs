//! The adapter.

use std::sync::Arc;

use async_trait::async_trait;
use channel::{
    Account, Adapter, Call, CapabilitySheet, FetchedMedia, Heard, Hop, MediaLinks, Provider, Refused, Settled, TwilioAccount, with_links,
};
use http_client::Transport;
use model::inbound::InboundMedia;
use model::send_error::SendError;
use model::signal::SendOutcome;
use model::{Message, Timestamp};

use crate::outbound::{self, Parcel};
use crate::{SHEET, api, checkup, errors, media, receive, settle};

/// SMS by Twilio. Holds no state about messages.
#[derive(Clone)]
pub struct Twilio {
    transport: Arc<dyn Transport>,
    links: Option<Arc<dyn MediaLinks>>,
}

impl Twilio {
    #[must_use]
    pub fn new(transport: Arc<dyn Transport>) -> Self {
        Self { transport, links: None }
    }

    /// Has files of our own object store fetched from public addresses.
    #[must_use]
    pub fn with_links(mut self, links: Arc<dyn MediaLinks>) -> Self {
        self.links = Some(links);
        self
    }

    pub(crate) async fn deliver(&self, account: &Account, parcel: &Parcel<'_>) -> SendOutcome {
        match self.try_deliver(account, parcel).await {
            Ok(outcome) => outcome,
            Err(error) => SendOutcome::Refused { error },
        }
    }

    async fn try_deliver(&self, account: &Account, parcel: &Parcel<'_>) -> Result<SendOutcome, SendError> {
        let twilio = credentials(account)?;
        let content = with_links(parcel.content, account, self.links.as_ref()).await?;
        let form = outbound::request(twilio, &Parcel { content: &content, ..*parcel })?;
        let outcome = api::hand_over(&*self.transport, twilio, &form).await;
        outcome.map_err(|error| errors::with_registration(error, twilio.from.as_deref(), &parcel.address.value))
    }
}

pub(crate) fn credentials(account: &Account) -> Result<&TwilioAccount, SendError> {
    match &account.provider {
        Provider::Twilio(credentials) => Ok(credentials),
        _ => Err(errors::fix("account", "the sender's credentials are not those of a Twilio account")),
    }
}

#[async_trait]
impl Adapter for Twilio {
    fn capabilities(&self) -> &'static CapabilitySheet {
        &SHEET
    }

    async fn send(&self, account: &Account, decision: &policy::Decision) -> SendOutcome {
        if decision.sender() != account.sender.id || decision.workspace() != account.workspace {
            return SendOutcome::Refused { error: errors::fix("account", "the decision names another sender") };
        }
        let parcel = Parcel {
            message: decision.message(),
            sender: decision.sender(),
            address: decision.address(),
            content: decision.content(),
            lifetime: decision.lifetime(),
        };
        self.deliver(account, &parcel).await
    }

    async fn settle(&self, account: &Account, message: &Message) -> Settled {
        match credentials(account) {
            Ok(twilio) => {
                let Some(Ok(text)) = message.content.as_ref().map(outbound::text) else { return Settled::NotSupported };
                settle::settle(&*self.transport, twilio, message, &message.address.value, &text).await
            }
            Err(_) => Settled::NotSupported,
        }
    }

    async fn receive(&self, account: &Account, call: &Call<'_>, now: Timestamp) -> Result<Heard, Refused> {
        let twilio = credentials(account).map_err(|_| Refused::NoSuchAddress)?;
        receive::receive(account, twilio, call, now)
    }

    async fn fetch_media(&self, account: &Account, wanted: &InboundMedia) -> Result<FetchedMedia, SendError> {
        media::fetch(&*self.transport, credentials(account)?, &wanted.provider_ref).await
    }

    async fn examine(&self, account: &Account, _public_url: &str) -> Vec<Hop> {
        match credentials(account) {
            Ok(twilio) => checkup::hops(&*self.transport, account, twilio).await,
            Err(error) => vec![Hop::broken("credentials", error.for_user, "connect the sender anew")],
        }
    }
}
