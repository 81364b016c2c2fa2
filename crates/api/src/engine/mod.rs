//! The port through which the API reaches the running product: one trait, and the shapes it answers with.
//!
//! The API never decides anything about a contact. It hands in signals, reads what the store keeps, and asks the engine for what only
//! the engine can work out (a decoded state, a compiled journey, a composer's options).

mod broadcasts;
mod catalogue;
mod contact;
mod design;
mod email;
mod error;
mod examination;
mod intake;
mod latency;
mod links;
mod live;
mod number;
mod rcs;
mod sender_settings;
mod smpp;
mod template;

use std::sync::Arc;

use async_trait::async_trait;
use axum::http::HeaderMap;
use model::broadcast::{Broadcast, GuardSettings};
use model::content::TemplateCall;
use model::message::ChannelDraft;
use model::template::Template;
use model::{
    BroadcastId, ContactId, ConversationId, LedgerEntry, MediaId, Message, SenderId, SignalId, TemplateId, Timestamp, UserId, WorkspaceId,
};
use storage::{StepOutcome, StorageError, Store};

pub use broadcasts::{BroadcastPreview, BroadcastSample, BroadcastWish, BroadcastWritten, ListedOutcome, ListedRecipient};
pub use catalogue::{
    Diagnostic, Entry, Goal, Graph, GraphEdge, GraphNode, JourneyDetail, JourneyState, JourneyStep, JourneySummary, JourneyVersion,
    Published, Severity, Validation,
};
pub use contact::{
    ActiveRun, Cap, ChainProof, Composer, ComposerChannel, ComposerTemplate, ComposerVariable, ComposerWindow, ConsentLine, ContactView,
    Estimate, FreeForm, PlainText, Presence, TextSize, TimerView, Why, WindowView,
};
pub use design::{MailDesignDraft, MailDesignPreview, MailDesignText};
pub use email::{EmailDkim, EmailDoor, EmailDraft, EmailInbound, EmailSecurity, EmailService, EmailStream, EmailTracking};
pub use error::{EngineError, Fault};
pub use examination::{SenderHop, SenderHopState};
pub use intake::{
    EngineStatus, Intake, MediaObject, NewSignal, ProviderAnswer, ProviderDelivery, ProviderDraft, RecoveryView, SenderDraft,
    SenderStatusView, SenderView, TemplateDraft, TemplateUse,
};
pub use latency::Latency;
pub use links::MessageLink;
pub use live::{LiveEvent, LiveHub, LiveKind, Subscription};
pub use number::{
    AppData, AppImport, CodeMethod, CodeWanted, FormDraft, FormField, FormFieldKind, FormPage, FormView, SenderHealth, SenderProfile,
};
pub use rcs::{RcsDraft, RcsOnUnknown};
pub use sender_settings::{SenderChange, SenderSettings};
pub use smpp::{SmppAlphabet, SmppBind, SmppConcat, SmppDraft, SmppIdForm, SmppSubmit};
pub use template::{TemplateSync, UnfilledTemplate};

/// What the API needs of the running product. `antiphon` implements it on the runtime; tests implement it on a store.
#[async_trait]
pub trait Engine: Send + Sync + 'static {
    /// The product's clock. In a demo it may run faster than the wall's.
    fn now(&self) -> Timestamp;
    /// Sixteen bytes for a new id, by the product's clock.
    fn mint(&self) -> u128;
    fn store(&self) -> Arc<dyn Store>;
    fn live(&self) -> &LiveHub;

    /// Applies signals in order and answers after all of it is durable.
    async fn submit(&self, signals: Vec<NewSignal>) -> Result<Vec<StepOutcome>, StorageError>;

    // --- contacts -----------------------------------------------------------------------------------------------------------

    async fn contact(&self, ws: WorkspaceId, id: ContactId) -> Result<Option<ContactView>, EngineError>;
    /// Why a journey did or did not run for a contact; `None` when there is no such contact or journey.
    async fn why(&self, ws: WorkspaceId, contact: ContactId, journey: &str) -> Result<Option<Why>, EngineError>;
    async fn composer(&self, ws: WorkspaceId, conversation: ConversationId) -> Result<Option<Composer>, EngineError>;
    /// Shows a contact that they were read, or that somebody writes; answers whether they see it. Nothing follows from it.
    async fn show(&self, ws: WorkspaceId, contact: ContactId, presence: Presence) -> Result<bool, EngineError>;
    /// What a reply would cost; `None` when there is no such conversation.
    async fn estimate(&self, ws: WorkspaceId, conversation: ConversationId, draft: ChannelDraft) -> Result<Option<Estimate>, EngineError>;
    /// Verifies a contact's consent chain; entries come oldest first.
    fn verify_chain(&self, entries: &[LedgerEntry]) -> ChainProof;

    // --- journeys -----------------------------------------------------------------------------------------------------------

    async fn journeys(&self, ws: WorkspaceId) -> Result<Vec<JourneySummary>, EngineError>;
    async fn journey(&self, ws: WorkspaceId, name: &str) -> Result<Option<JourneyDetail>, EngineError>;
    async fn journey_versions(&self, ws: WorkspaceId, name: &str) -> Result<Vec<JourneyVersion>, EngineError>;
    async fn validate_journey(&self, ws: WorkspaceId, source: &str) -> Result<Validation, EngineError>;
    /// Compiles and publishes. A source with errors changes nothing and comes back as [`Published::Refused`].
    async fn publish_journey(&self, ws: WorkspaceId, source: &str, by: &str) -> Result<Published, EngineError>;
    async fn set_journey_state(&self, ws: WorkspaceId, name: &str, state: JourneyState, by: &str) -> Result<(), EngineError>;

    // --- broadcasts ---------------------------------------------------------------------------------------------------------

    /// The workspace's limits for broadcasts.
    fn broadcast_guard(&self, ws: WorkspaceId) -> GuardSettings;
    /// Makes a draft; again with the same id it finds the first one.
    async fn create_broadcast(
        &self,
        ws: WorkspaceId,
        id: BroadcastId,
        source: &str,
        author: UserId,
        by: &str,
    ) -> Result<BroadcastWritten, EngineError>;
    async fn update_broadcast(
        &self,
        ws: WorkspaceId,
        id: BroadcastId,
        source: &str,
        author: UserId,
        by: &str,
    ) -> Result<BroadcastWritten, EngineError>;
    async fn add_broadcast_recipients(
        &self,
        ws: WorkspaceId,
        id: BroadcastId,
        lines: Vec<ListedRecipient>,
        create: bool,
    ) -> Result<ListedOutcome, EngineError>;
    async fn preview_broadcast(&self, ws: WorkspaceId, id: BroadcastId, by: &str) -> Result<BroadcastPreview, EngineError>;
    async fn approve_broadcast(&self, ws: WorkspaceId, id: BroadcastId, user: UserId, by: &str) -> Result<Broadcast, EngineError>;
    async fn ask_broadcast(
        &self,
        ws: WorkspaceId,
        id: BroadcastId,
        wish: &BroadcastWish,
        by: &str,
        reason: Option<&str>,
    ) -> Result<Broadcast, EngineError>;

    // --- templates, senders, policy --------------------------------------------------------------------------------------------

    async fn templates(&self, ws: WorkspaceId) -> Result<Vec<Template>, EngineError>;
    /// Creates or replaces the source of a template. Approvals of languages whose text did not change stay.
    async fn put_template(
        &self,
        ws: WorkspaceId,
        id: TemplateId,
        draft: TemplateDraft,
        author: UserId,
        create: bool,
    ) -> Result<Template, EngineError>;
    /// A colleague's yes to the texts that are drafts. Whoever wrote one cannot say it.
    async fn approve_template(&self, ws: WorkspaceId, id: TemplateId, user: UserId, by: &str) -> Result<Template, EngineError>;
    /// Deletes it at its provider, then here.
    async fn delete_template(&self, ws: WorkspaceId, id: TemplateId, by: &str) -> Result<(), EngineError>;
    /// Takes in what the providers have.
    async fn sync_templates(&self, ws: WorkspaceId, by: &str) -> Result<TemplateSync, EngineError>;
    async fn submit_template(&self, ws: WorkspaceId, id: TemplateId, language: Option<&str>) -> Result<Template, EngineError>;
    /// Fills a template. Without a contact, variables that are not given take their samples.
    async fn render_template(&self, ws: WorkspaceId, contact: Option<ContactId>, with: &TemplateUse) -> Result<TemplateCall, EngineError>;
    /// How a template looks as a mail; `None` when it was not designed.
    async fn mail_design(&self, ws: WorkspaceId, id: TemplateId) -> Result<Option<MailDesignDraft>, EngineError>;
    /// Checks and renders a design. One that could not be sent changes nothing.
    async fn put_mail_design(&self, ws: WorkspaceId, id: TemplateId, draft: &MailDesignDraft) -> Result<(), EngineError>;
    async fn preview_mail_design(
        &self,
        ws: WorkspaceId,
        contact: Option<ContactId>,
        with: &TemplateUse,
    ) -> Result<Option<MailDesignPreview>, EngineError>;
    async fn senders(&self, ws: WorkspaceId) -> Result<Vec<SenderView>, EngineError>;
    async fn put_sender(&self, ws: WorkspaceId, id: SenderId, draft: SenderDraft) -> Result<SenderView, EngineError>;
    /// What it was connected with, without its secrets. An engine that keeps no settings knows no sender.
    async fn sender_settings(&self, _ws: WorkspaceId, id: SenderId) -> Result<SenderSettings, EngineError> {
        Err(EngineError::NotFound(format!("sender {id}")))
    }
    /// Changes it; secrets that are not given stay.
    async fn change_sender(&self, _ws: WorkspaceId, id: SenderId, _change: SenderChange) -> Result<SenderView, EngineError> {
        Err(EngineError::NotFound(format!("sender {id}")))
    }
    /// As it was last asked; `None` when it never was.
    async fn sender_health(&self, ws: WorkspaceId, id: SenderId) -> Result<Option<SenderHealth>, EngineError>;
    /// Asks the provider now.
    async fn check_sender(&self, ws: WorkspaceId, id: SenderId) -> Result<SenderHealth, EngineError>;
    /// Looks at each hop of a sender's set-up. An engine without adapters sees none.
    async fn examine_sender(&self, _ws: WorkspaceId, _id: SenderId) -> Result<Vec<SenderHop>, EngineError> {
        Ok(Vec::new())
    }
    async fn register_sender(&self, ws: WorkspaceId, id: SenderId, pin: &str) -> Result<SenderHealth, EngineError>;
    async fn deregister_sender(&self, ws: WorkspaceId, id: SenderId) -> Result<SenderHealth, EngineError>;
    async fn ask_for_code(&self, ws: WorkspaceId, id: SenderId, wanted: CodeWanted) -> Result<(), EngineError>;
    async fn verify_sender(&self, ws: WorkspaceId, id: SenderId, code: &str) -> Result<SenderHealth, EngineError>;
    /// Has the phone app of a number hand over what it knows. It comes later, as webhooks.
    async fn import_from_app(&self, ws: WorkspaceId, id: SenderId, what: AppData) -> Result<(), EngineError>;
    async fn sender_profile(&self, ws: WorkspaceId, id: SenderId) -> Result<SenderProfile, EngineError>;
    async fn put_sender_profile(&self, ws: WorkspaceId, id: SenderId, profile: SenderProfile) -> Result<SenderProfile, EngineError>;
    async fn forms(&self, ws: WorkspaceId, id: SenderId) -> Result<Vec<FormView>, EngineError>;
    async fn create_form(&self, ws: WorkspaceId, id: SenderId, draft: FormDraft) -> Result<FormView, EngineError>;
    async fn policy(&self, ws: WorkspaceId) -> Result<serde_json::Value, EngineError>;
    async fn put_policy(&self, ws: WorkspaceId, rulebook: serde_json::Value, by: &str) -> Result<serde_json::Value, EngineError>;

    /// Queues, webhook endpoints or sources were changed in the store: reads them again.
    async fn reload(&self, ws: WorkspaceId) -> Result<(), EngineError>;

    // --- from outside ---------------------------------------------------------------------------------------------------------

    /// The subscription handshake: the challenge to answer with, when the token is right.
    async fn whatsapp_handshake(&self, endpoint: &str, query: &[(String, String)]) -> Result<Option<String>, EngineError>;
    async fn receive_whatsapp(&self, endpoint: &str, headers: &HeaderMap, raw: &[u8]) -> Result<Intake, EngineError>;
    /// What any other provider delivers to the address of one of its senders.
    async fn receive_delivery(&self, delivery: &ProviderDelivery<'_>) -> Result<Intake, EngineError>;

    /// Where a short link leads, once it is noted who followed it; `None` when it leads nowhere. An engine without links has none.
    async fn follow_link(&self, _code: &str, _head_only: bool, _headers: &HeaderMap) -> Result<Option<String>, EngineError> {
        Ok(None)
    }

    /// Where the short links of a message lead, in the order in which they stand in it.
    async fn message_links(&self, _ws: WorkspaceId, _message: &Message) -> Result<Vec<MessageLink>, EngineError> {
        Ok(Vec::new())
    }

    // --- running it -----------------------------------------------------------------------------------------------------------

    /// What the last outage left; `None` when there was none.
    async fn recovery(&self, ws: WorkspaceId) -> Result<Option<RecoveryView>, EngineError>;
    /// Lets what waits since the last outage go, and answers how it stands then.
    async fn approve_recovery(&self, ws: WorkspaceId, by: &str) -> Result<Option<RecoveryView>, EngineError>;

    async fn media(&self, ws: WorkspaceId, id: MediaId) -> Result<Option<MediaObject>, EngineError>;
    /// A file for whoever has its public address, while that counts. An engine without adapters gives none out.
    async fn handed_out(&self, _ws: WorkspaceId, _id: MediaId, _token: &str) -> Result<Option<MediaObject>, EngineError> {
        Ok(None)
    }
    /// Keeps a file. The same file again is the same object.
    async fn keep_media(&self, ws: WorkspaceId, object: MediaObject) -> Result<MediaId, EngineError>;
    /// How quickly events became calls lately. An engine without loops measures nothing.
    fn latency(&self) -> Latency {
        Latency::default()
    }
    async fn status(&self, ws: WorkspaceId) -> Result<EngineStatus, EngineError>;
    /// Tries a parked signal again. An engine with loops tells them to look, because the signal may have queued something.
    async fn retry_parked(&self, ws: WorkspaceId, signal: SignalId) -> Result<Option<StepOutcome>, StorageError> {
        self.store().retry_parked(ws, signal).await
    }
    /// Whether this node can take work; the text says what is missing.
    async fn ready(&self) -> Result<(), String>;
}
