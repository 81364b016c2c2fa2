//! The port itself.

use std::sync::Arc;

use async_trait::async_trait;
use model::conversion::Conversion;
use model::inbound::InboundMedia;
use model::send_error::{FallbackCause, Remedy, SendError};
use model::signal::SendOutcome;
use model::{AddressKey, MediaId, Message, Millis, Timestamp, WorkspaceId};

use crate::{Account, Call, CapabilitySheet, Heard, Hop, Inlet, NotTaken, Presence, Refused, Stop};

/// One provider. Adapters hold no state about messages: one call in, one outcome out, no retries of their own.
#[async_trait]
pub trait Adapter: Send + Sync + 'static {
    fn capabilities(&self) -> &'static CapabilitySheet;

    /// Hands one message to the provider. Takes nothing but a decision of the gate (A65). An outcome that is not certain is
    /// [`SendOutcome::Unknown`]: it must never be reported as refused.
    async fn send(&self, account: &Account, decision: &policy::Decision) -> SendOutcome;

    /// Asks the provider what became of a message whose outcome is unknown.
    async fn settle(&self, account: &Account, message: &Message) -> Settled;

    /// Fetches what a person sent, while the provider still has it.
    async fn fetch_media(&self, account: &Account, media: &InboundMedia) -> Result<FetchedMedia, SendError>;

    /// Shows the person who wrote `message` (the provider's id) from address `to` that it was read, or that somebody writes. Only asked of channels whose sheet
    /// says `presence`.
    async fn show(&self, _account: &Account, _to: &AddressKey, _message: &str, _presence: Presence) -> Result<(), SendError> {
        Ok(())
    }

    /// Takes a message back that the provider accepted and has not delivered, as far as we know: another one goes in its place. Only asked of
    /// channels whose sheet says `revocable`, once, and as well as it goes: what becomes of the message comes as any other status, a delivery
    /// that was faster among them.
    async fn revoke(&self, _account: &Account, _message: &Message) -> Result<(), SendError> {
        Ok(())
    }

    /// Tells the platform of a goal that its advertisement led to (A33). The conversion's id makes it safe to tell twice.
    async fn report(&self, _account: &Account, _conversion: &Conversion) -> Result<(), SendError> {
        Err(SendError {
            remedy: Remedy::FixData,
            cause: FallbackCause::Rejected,
            code: "conversion".to_owned(),
            for_user: "this provider takes no reports of conversions".to_owned(),
        })
    }

    /// Reads what the provider delivered to the sender's webhook address. First of all its signature, over the raw bytes and in constant time.
    /// It is answered only after all that was heard is durable.
    async fn receive(&self, _account: &Account, _call: &Call<'_>, _now: Timestamp) -> Result<Heard, Refused> {
        Err(Refused::NoSuchAddress)
    }

    /// Asks the provider how the sender's set-up stands, hop by hop. `public_url` is where providers reach us, without a slash at the end. Changes
    /// nothing and sends nothing. Empty when there is nothing that can be asked.
    async fn examine(&self, _account: &Account, _public_url: &str) -> Vec<Hop> {
        Vec::new()
    }

    /// Whether senders of this provider need [`Adapter::serve`] to run.
    fn holds_lines(&self) -> bool {
        false
    }

    /// Holds a sender's connection open until `stop` resolves, with as many reconnections as it takes, and hands in what comes over it.
    /// Runs on the one node that serves the sender, and at most once at a time. When it returns earlier it is called again after a pause.
    async fn serve(&self, _account: Arc<Account>, _inlet: Arc<dyn Inlet>, _stop: Stop) {}
}

/// Where media of our own lie. Adapters whose provider takes uploads read from it; the runtime implements it over the object store.
#[async_trait]
pub trait MediaReader: Send + Sync + 'static {
    /// `None` when there is no such object (any more).
    async fn read(&self, workspace: WorkspaceId, media: MediaId) -> Option<FetchedMedia>;
}

/// Where media go that a channel brings along instead of naming them. The runtime implements it over the object store.
#[async_trait]
pub trait MediaKeeper: Send + Sync + 'static {
    /// Keeps what somebody sent. The same `key` again is the same object.
    async fn keep(&self, workspace: WorkspaceId, key: &str, filename: Option<String>, media: FetchedMedia) -> Result<MediaId, NotTaken>;
}

/// What a provider has of our media already, so that a picture that goes to thousands is uploaded once. Losing it costs an upload.
#[async_trait]
pub trait UploadBook: Send + Sync + 'static {
    /// The provider's id, while it lives.
    async fn known(&self, account: &Account, media: MediaId) -> Option<String>;
    async fn keep(&self, account: &Account, media: MediaId, provider_id: &str, lives: Millis);
    /// The provider does not know it any more.
    async fn forget(&self, account: &Account, media: MediaId);
}

/// The answer to a question about a message in doubt.
#[derive(Clone, PartialEq, Debug)]
pub enum Settled {
    /// The provider has no way to ask.
    NotSupported,
    /// It knows, and this is how it ended.
    Found(SendOutcome),
    /// It could not tell now.
    Unknown,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FetchedMedia {
    pub bytes: Vec<u8>,
    /// As the provider says; never trusted for how it is served.
    pub mime: String,
}
