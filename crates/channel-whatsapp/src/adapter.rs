//! The adapter.

use std::sync::Arc;

use async_trait::async_trait;
use channel::{
    Account, Adapter, CapabilitySheet, FetchedMedia, Hop, MediaReader, Presence, Provider, Settled, UploadBook, WhatsappAccount,
};
use http_client::Transport;
use model::content::{Content, MediaSource};
use model::conversion::Conversion;
use model::inbound::InboundMedia;
use model::send_error::SendError;
use model::signal::SendOutcome;
use model::{AddressKey, Message};
use whatsapp::message::SendResponse;

use crate::graph::{Call, Trouble};
use crate::outbound::{self, Files, Parcel};
use crate::{SHEET, conversions, errors, media, people, presence, settle};

/// WhatsApp by the Cloud API. Holds no state about messages.
#[derive(Clone)]
pub struct Whatsapp {
    pub(crate) transport: Arc<dyn Transport>,
    pub(crate) media: Option<Arc<dyn MediaReader>>,
    uploads: Option<Arc<dyn UploadBook>>,
}

impl Whatsapp {
    #[must_use]
    pub fn new(transport: Arc<dyn Transport>) -> Self {
        Self { transport, media: None, uploads: None }
    }

    /// Lets it upload files of our own object store. Without it only media with a public link can be sent.
    #[must_use]
    pub fn with_media(mut self, media: Arc<dyn MediaReader>) -> Self {
        self.media = Some(media);
        self
    }

    /// Lets it use again what it uploaded before.
    #[must_use]
    pub fn with_uploads(mut self, uploads: Arc<dyn UploadBook>) -> Self {
        self.uploads = Some(uploads);
        self
    }

    pub(crate) fn call<'a>(&'a self, account: &'a Account) -> Result<Call<'a>, SendError> {
        Ok(Call { transport: &*self.transport, account: credentials(account)? })
    }

    pub(crate) async fn deliver(&self, account: &Account, parcel: &Parcel<'_>) -> SendOutcome {
        match self.try_deliver(account, parcel).await {
            Ok(outcome) => outcome,
            Err(error) => SendOutcome::Refused { error },
        }
    }

    async fn try_deliver(&self, account: &Account, parcel: &Parcel<'_>) -> Result<SendOutcome, SendError> {
        let call = self.call(account)?;
        let files = self.upload(&call, account, parcel.content).await?;
        let answer = match self.hand_over(&call, parcel, &files).await? {
            // Nothing left: what Meta forgot before its time is uploaded anew, once.
            Err(Trouble::Refused(error)) if !files.reused().is_empty() && media::is_gone(&error) => {
                self.forget(account, &files).await;
                let files = self.upload(&call, account, parcel.content).await?;
                self.hand_over(&call, parcel, &files).await?
            }
            answer => answer,
        };
        match answer {
            Ok(answer) => Ok(accepted(&answer)),
            Err(Trouble::Refused(error)) => Err(*error),
            Err(Trouble::Unknown(detail)) => Ok(SendOutcome::Unknown { detail }),
        }
    }

    async fn hand_over(&self, call: &Call<'_>, parcel: &Parcel<'_>, files: &Files) -> Result<Result<SendResponse, Trouble>, SendError> {
        let request = outbound::request(parcel, files)?;
        Ok(call.post::<_, SendResponse>(&format!("{}/messages", call.account.phone_number_id), &request).await)
    }

    async fn forget(&self, account: &Account, files: &Files) {
        let Some(uploads) = &self.uploads else { return };
        for media in files.reused() {
            uploads.forget(account, *media).await;
        }
    }

    /// Uploads the message's files that lie in our object store, unless Meta still has them. A failed upload is a failed send for certain: the message has not left yet.
    async fn upload(&self, call: &Call<'_>, account: &Account, content: &Content) -> Result<Files, SendError> {
        let mut files = Files::default();
        for medium in content.media() {
            let MediaSource::Stored(id) = medium.source else { continue };
            if files.has(id) {
                continue;
            }
            if let Some(uploads) = &self.uploads
                && let Some(known) = uploads.known(account, id).await
            {
                files.reuse(id, known);
                continue;
            }
            let Some(reader) = &self.media else { return Err(errors::fix("media", "this installation cannot upload stored files")) };
            let Some(file) = reader.read(account.workspace, id).await else {
                return Err(errors::fix("media", format!("the file {id} is not in the object store")));
            };
            let uploaded = media::upload(call, medium.kind, medium.filename.as_deref(), &file).await?;
            if let Some(uploads) = &self.uploads {
                uploads.keep(account, id, &uploaded, media::LIVES).await;
            }
            files.add(id, uploaded);
        }
        Ok(files)
    }
}

pub(crate) fn credentials(account: &Account) -> Result<&WhatsappAccount, SendError> {
    match &account.provider {
        Provider::WhatsappCloud(credentials) => Ok(credentials),
        _ => Err(errors::fix("account", "the sender's credentials are not those of a WhatsApp number")),
    }
}

/// 200 means accepted, not delivered. Without an id it cannot be told what was accepted.
fn accepted(answer: &SendResponse) -> SendOutcome {
    let Some(id) = answer.message_id() else { return SendOutcome::Unknown { detail: "accepted without a message id".to_owned() } };
    let contact = answer.contacts.first();
    let learnt: Vec<AddressKey> = people::keys(contact.and_then(|c| c.user_id.as_deref()), contact.and_then(|c| c.wa_id.as_deref()));
    SendOutcome::Accepted { provider_id: id.to_owned(), learnt }
}

#[async_trait]
impl Adapter for Whatsapp {
    fn capabilities(&self) -> &'static CapabilitySheet {
        &SHEET
    }

    async fn send(&self, account: &Account, decision: &policy::Decision) -> SendOutcome {
        if decision.sender() != account.sender.id || decision.workspace() != account.workspace {
            return SendOutcome::Refused { error: errors::fix("account", "the decision names another sender") };
        }
        let parcel =
            Parcel { message: decision.message(), address: decision.address(), content: decision.content(), quotes: decision.quotes() };
        self.deliver(account, &parcel).await
    }

    async fn settle(&self, account: &Account, message: &Message) -> Settled {
        match self.call(account) {
            Ok(call) => settle::settle(&call, message).await,
            Err(_) => Settled::NotSupported,
        }
    }

    async fn show(&self, account: &Account, _: &AddressKey, message: &str, presence: Presence) -> Result<(), SendError> {
        presence::show(&self.call(account)?, message, presence).await
    }

    async fn report(&self, account: &Account, conversion: &Conversion) -> Result<(), SendError> {
        conversions::report(&self.call(account)?, conversion).await
    }

    async fn fetch_media(&self, account: &Account, media: &InboundMedia) -> Result<FetchedMedia, SendError> {
        media::fetch(&self.call(account)?, media).await
    }

    async fn examine(&self, account: &Account, public_url: &str) -> Vec<Hop> {
        self.checkup(account, public_url).await
    }
}
