//! The port itself: each use case in its own file.

use std::sync::Arc;

use api::engine::{
    AppData, BroadcastPreview, BroadcastWish, BroadcastWritten, ChainProof, CodeWanted, Composer, ContactView, Engine, EngineError,
    EngineStatus, Estimate, FormDraft, FormView, Intake, JourneyDetail, JourneyState, JourneySummary, JourneyVersion, Latency,
    ListedOutcome, ListedRecipient, LiveHub, MailDesignDraft, MailDesignPreview, MediaObject, MessageLink, NewSignal, Presence,
    ProviderDelivery, Published, RecoveryView, SenderChange, SenderDraft, SenderHealth, SenderHop, SenderProfile, SenderSettings,
    SenderView, TemplateDraft, TemplateSync, TemplateUse, Validation, Why,
};
use async_trait::async_trait;
use axum::http::HeaderMap;
use model::broadcast::{Broadcast, GuardSettings};
use model::content::TemplateCall;
use model::message::ChannelDraft;
use model::template::Template;
use model::{
    BroadcastId, ContactId, ConversationId, LedgerEntry, MediaId, Message, Millis, SenderId, SignalId, TemplateId, Timestamp, UserId,
    WorkspaceId,
};
use runtime::{MediaDoc, PULSE_MINUTES, PULSE_TARGET, ShortLinkDoc};
use storage::{DocumentExt, StepOutcome, StorageError, Store};

use super::Backend;
use crate::handed_out::may_have;

#[async_trait]
impl Engine for Backend {
    fn now(&self) -> Timestamp {
        self.engine.now()
    }

    fn mint(&self) -> u128 {
        self.engine.mint()
    }

    fn store(&self) -> Arc<dyn Store> {
        Arc::clone(self.engine.store())
    }

    fn live(&self) -> &LiveHub {
        &self.live
    }

    async fn retry_parked(&self, ws: WorkspaceId, signal: SignalId) -> Result<Option<StepOutcome>, StorageError> {
        let outcome = self.engine.store().retry_parked(ws, signal).await?;
        // What it queued or made due came around the engine.
        self.engine.nudge();
        Ok(outcome)
    }

    async fn recovery(&self, ws: WorkspaceId) -> Result<Option<RecoveryView>, EngineError> {
        Ok(self.engine.recovery(ws).await?.map(super::recovery::view))
    }

    async fn approve_recovery(&self, ws: WorkspaceId, by: &str) -> Result<Option<RecoveryView>, EngineError> {
        Ok(self.engine.approve_recovery(ws, by).await?.map(super::recovery::view))
    }

    async fn reload(&self, ws: WorkspaceId) -> Result<(), EngineError> {
        Ok(self.engine.reload(ws).await?)
    }

    async fn submit(&self, signals: Vec<NewSignal>) -> Result<Vec<StepOutcome>, StorageError> {
        let signals = signals
            .into_iter()
            .map(|new| runtime::NewSignal {
                id: Some(new.id),
                workspace: new.workspace,
                target: new.target,
                body: new.body,
                event_time: Some(new.event_time),
                source: new.source,
                dedupe_key: new.dedupe_key,
                fingerprint: new.fingerprint,
            })
            .collect();
        self.engine.admit(signals).await
    }

    async fn contact(&self, ws: WorkspaceId, id: ContactId) -> Result<Option<ContactView>, EngineError> {
        self.contact_view(ws, id).await
    }

    async fn why(&self, ws: WorkspaceId, contact: ContactId, journey: &str) -> Result<Option<Why>, EngineError> {
        self.why_journey(ws, contact, journey).await
    }

    async fn composer(&self, ws: WorkspaceId, conversation: ConversationId) -> Result<Option<Composer>, EngineError> {
        self.compose(ws, conversation).await
    }

    async fn show(&self, ws: WorkspaceId, contact: ContactId, presence: Presence) -> Result<bool, EngineError> {
        let presence = match presence {
            Presence::Read => channel::Presence::Read,
            Presence::Typing => channel::Presence::Typing,
        };
        Ok(self.engine.show(ws, contact, presence).await?)
    }

    async fn estimate(&self, ws: WorkspaceId, conversation: ConversationId, draft: ChannelDraft) -> Result<Option<Estimate>, EngineError> {
        self.price_of_reply(ws, conversation, draft).await
    }

    fn verify_chain(&self, entries: &[LedgerEntry]) -> ChainProof {
        match policy::verify_chain(entries) {
            Ok(head) => {
                let hash = (!entries.is_empty()).then(|| head.hash.clone());
                ChainProof { ok: true, head: hash, length: head.seq, broken_at: None, detail: None }
            }
            Err(broken) => ChainProof {
                ok: false,
                head: None,
                length: entries.len() as u64,
                broken_at: Some(broken.seq),
                detail: Some(broken.to_string()),
            },
        }
    }

    async fn journeys(&self, ws: WorkspaceId) -> Result<Vec<JourneySummary>, EngineError> {
        self.list_journeys(ws).await
    }

    async fn journey(&self, ws: WorkspaceId, name: &str) -> Result<Option<JourneyDetail>, EngineError> {
        self.journey_detail(ws, name).await
    }

    async fn journey_versions(&self, ws: WorkspaceId, name: &str) -> Result<Vec<JourneyVersion>, EngineError> {
        self.versions(ws, name).await
    }

    async fn validate_journey(&self, ws: WorkspaceId, source: &str) -> Result<Validation, EngineError> {
        Ok(self.validate(ws, source))
    }

    async fn publish_journey(&self, ws: WorkspaceId, source: &str, by: &str) -> Result<Published, EngineError> {
        self.publish(ws, source, by).await
    }

    async fn set_journey_state(&self, ws: WorkspaceId, name: &str, state: JourneyState, by: &str) -> Result<(), EngineError> {
        self.change_state(ws, name, state, by).await
    }

    fn broadcast_guard(&self, ws: WorkspaceId) -> GuardSettings {
        self.engine.broadcast_guard(ws)
    }

    async fn create_broadcast(
        &self,
        ws: WorkspaceId,
        id: BroadcastId,
        source: &str,
        author: UserId,
        by: &str,
    ) -> Result<BroadcastWritten, EngineError> {
        self.write_broadcast(ws, id, source, (author, by), true).await
    }

    async fn update_broadcast(
        &self,
        ws: WorkspaceId,
        id: BroadcastId,
        source: &str,
        author: UserId,
        by: &str,
    ) -> Result<BroadcastWritten, EngineError> {
        self.write_broadcast(ws, id, source, (author, by), false).await
    }

    async fn add_broadcast_recipients(
        &self,
        ws: WorkspaceId,
        id: BroadcastId,
        lines: Vec<ListedRecipient>,
        create: bool,
    ) -> Result<ListedOutcome, EngineError> {
        self.list_recipients(ws, id, lines, create).await
    }

    async fn preview_broadcast(&self, ws: WorkspaceId, id: BroadcastId, by: &str) -> Result<BroadcastPreview, EngineError> {
        self.look_at_broadcast(ws, id, by).await
    }

    async fn approve_broadcast(&self, ws: WorkspaceId, id: BroadcastId, user: UserId, by: &str) -> Result<Broadcast, EngineError> {
        self.engine.approve_broadcast(ws, id, user, by).await.map_err(super::broadcasts::refused)
    }

    async fn ask_broadcast(
        &self,
        ws: WorkspaceId,
        id: BroadcastId,
        wish: &BroadcastWish,
        by: &str,
        reason: Option<&str>,
    ) -> Result<Broadcast, EngineError> {
        self.lead_broadcast(ws, id, wish, by, reason).await
    }

    async fn templates(&self, ws: WorkspaceId) -> Result<Vec<Template>, EngineError> {
        self.all_templates(ws).await
    }

    async fn put_template(
        &self,
        ws: WorkspaceId,
        id: TemplateId,
        draft: TemplateDraft,
        author: UserId,
        create: bool,
    ) -> Result<Template, EngineError> {
        self.write_template(ws, id, draft, author, create).await
    }

    async fn approve_template(&self, ws: WorkspaceId, id: TemplateId, user: UserId, by: &str) -> Result<Template, EngineError> {
        self.endorse_template(ws, id, user, by).await
    }

    async fn delete_template(&self, ws: WorkspaceId, id: TemplateId, by: &str) -> Result<(), EngineError> {
        self.remove_template(ws, id, by).await
    }

    async fn sync_templates(&self, ws: WorkspaceId, by: &str) -> Result<TemplateSync, EngineError> {
        self.take_in_templates(ws, by).await
    }

    async fn submit_template(&self, ws: WorkspaceId, id: TemplateId, language: Option<&str>) -> Result<Template, EngineError> {
        self.send_for_review(ws, id, language).await
    }

    async fn render_template(&self, ws: WorkspaceId, contact: Option<ContactId>, with: &TemplateUse) -> Result<TemplateCall, EngineError> {
        self.fill_template(ws, contact, with).await
    }

    async fn mail_design(&self, ws: WorkspaceId, id: TemplateId) -> Result<Option<MailDesignDraft>, EngineError> {
        self.read_design(ws, id).await
    }

    async fn put_mail_design(&self, ws: WorkspaceId, id: TemplateId, draft: &MailDesignDraft) -> Result<(), EngineError> {
        self.write_design(ws, id, draft).await
    }

    async fn preview_mail_design(
        &self,
        ws: WorkspaceId,
        contact: Option<ContactId>,
        with: &TemplateUse,
    ) -> Result<Option<MailDesignPreview>, EngineError> {
        self.show_design(ws, contact, with).await
    }

    async fn senders(&self, ws: WorkspaceId) -> Result<Vec<SenderView>, EngineError> {
        self.list_senders(ws).await
    }

    async fn put_sender(&self, ws: WorkspaceId, id: SenderId, draft: SenderDraft) -> Result<SenderView, EngineError> {
        self.write_sender(ws, id, draft).await
    }

    async fn sender_settings(&self, ws: WorkspaceId, id: SenderId) -> Result<SenderSettings, EngineError> {
        self.show_sender(ws, id).await
    }

    async fn change_sender(&self, ws: WorkspaceId, id: SenderId, change: SenderChange) -> Result<SenderView, EngineError> {
        self.alter_sender(ws, id, change).await
    }

    async fn policy(&self, ws: WorkspaceId) -> Result<serde_json::Value, EngineError> {
        let catalogue = self.catalogue(ws)?;
        Ok(serde_json::to_value(&*catalogue.rulebook).unwrap_or_default())
    }

    async fn sender_health(&self, ws: WorkspaceId, id: SenderId) -> Result<Option<SenderHealth>, EngineError> {
        self.known_health(ws, id).await
    }

    async fn check_sender(&self, ws: WorkspaceId, id: SenderId) -> Result<SenderHealth, EngineError> {
        self.ask_number(ws, id).await
    }

    async fn examine_sender(&self, ws: WorkspaceId, id: SenderId) -> Result<Vec<SenderHop>, EngineError> {
        self.examine(ws, id).await
    }

    async fn register_sender(&self, ws: WorkspaceId, id: SenderId, pin: &str) -> Result<SenderHealth, EngineError> {
        self.register(ws, id, pin).await
    }

    async fn deregister_sender(&self, ws: WorkspaceId, id: SenderId) -> Result<SenderHealth, EngineError> {
        self.deregister(ws, id).await
    }

    async fn ask_for_code(&self, ws: WorkspaceId, id: SenderId, wanted: CodeWanted) -> Result<(), EngineError> {
        self.ask_number_code(ws, id, &wanted).await
    }

    async fn import_from_app(&self, ws: WorkspaceId, id: SenderId, what: AppData) -> Result<(), EngineError> {
        self.import_app_data(ws, id, what).await
    }

    async fn verify_sender(&self, ws: WorkspaceId, id: SenderId, code: &str) -> Result<SenderHealth, EngineError> {
        self.verify_number(ws, id, code).await
    }

    async fn sender_profile(&self, ws: WorkspaceId, id: SenderId) -> Result<SenderProfile, EngineError> {
        self.profile(ws, id).await
    }

    async fn put_sender_profile(&self, ws: WorkspaceId, id: SenderId, profile: SenderProfile) -> Result<SenderProfile, EngineError> {
        self.write_profile(ws, id, profile).await
    }

    async fn forms(&self, ws: WorkspaceId, id: SenderId) -> Result<Vec<FormView>, EngineError> {
        self.list_forms(ws, id).await
    }

    async fn create_form(&self, ws: WorkspaceId, id: SenderId, draft: FormDraft) -> Result<FormView, EngineError> {
        self.make_form(ws, id, draft).await
    }

    async fn put_policy(&self, ws: WorkspaceId, rulebook: serde_json::Value, by: &str) -> Result<serde_json::Value, EngineError> {
        self.write_policy(ws, rulebook, by).await
    }

    async fn whatsapp_handshake(&self, endpoint: &str, query: &[(String, String)]) -> Result<Option<String>, EngineError> {
        Ok(self.handshake(endpoint, query))
    }

    async fn receive_whatsapp(&self, endpoint: &str, headers: &HeaderMap, raw: &[u8]) -> Result<Intake, EngineError> {
        self.receive_from_whatsapp(endpoint, headers, raw).await
    }

    async fn receive_delivery(&self, delivery: &ProviderDelivery<'_>) -> Result<Intake, EngineError> {
        self.receive_from_provider(delivery).await
    }

    async fn follow_link(&self, code: &str, head_only: bool, headers: &HeaderMap) -> Result<Option<String>, EngineError> {
        Ok(self.engine.follow_link(code, head_only, headers).await?)
    }

    async fn message_links(&self, ws: WorkspaceId, message: &Message) -> Result<Vec<MessageLink>, EngineError> {
        let links = self.engine.links_of(ws, message).await?;
        let view = |link: ShortLinkDoc| MessageLink { code: link.code, target: link.target, written_at: link.written, ends_at: link.ends };
        Ok(links.into_iter().map(view).collect())
    }

    async fn handed_out(&self, ws: WorkspaceId, id: MediaId, token: &str) -> Result<Option<MediaObject>, EngineError> {
        if !may_have(&**self.engine.store(), ws, id, token, self.engine.now()).await? {
            return Ok(None);
        }
        self.media(ws, id).await
    }

    async fn media(&self, ws: WorkspaceId, id: MediaId) -> Result<Option<MediaObject>, EngineError> {
        let Some(doc) = self.engine.store().get::<MediaDoc>(ws, &id.to_string()).await? else { return Ok(None) };
        match self.media.get(ws, id).await {
            Ok(bytes) => Ok(Some(MediaObject { bytes: bytes.into(), mime: doc.value.mime, filename: doc.value.filename })),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(EngineError::Upstream(format!("the media folder cannot be read: {error}"))),
        }
    }

    async fn keep_media(&self, ws: WorkspaceId, object: MediaObject) -> Result<MediaId, EngineError> {
        self.keep_file(ws, object).await
    }

    fn latency(&self) -> Latency {
        let pulse = self.engine.pulse();
        let ms = |span: Millis| span.0.unsigned_abs();
        Latency {
            minutes: u32::try_from(PULSE_MINUTES).unwrap_or_default(),
            messages: pulse.messages,
            p50_ms: ms(pulse.median),
            p99_ms: ms(pulse.p99),
            slowest_ms: ms(pulse.slowest),
            target_ms: ms(PULSE_TARGET),
            over_target: pulse.slow,
        }
    }

    async fn status(&self, ws: WorkspaceId) -> Result<EngineStatus, EngineError> {
        let speed = (self.speed)();
        Ok(EngineStatus { speed, paused: speed == 0.0, senders: self.sender_status(ws).await? })
    }

    async fn ready(&self) -> Result<(), String> {
        self.engine.store().workspaces().await.map(|_| ()).map_err(|error| error.to_string())
    }
}
