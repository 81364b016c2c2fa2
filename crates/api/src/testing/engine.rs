//! An engine over a real store and the real decision core. Journeys, templates and providers are as simple as the tests need.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use axum::http::HeaderMap;
use bytes::Bytes;
use decide::{Catalogue, ContactState, Core};
use model::broadcast::{Broadcast, GuardSettings};
use model::content::{TemplateCall, TemplatePreview};
use model::message::ChannelDraft;
use model::sender::{Sender, SenderStatus};
use model::signal::Signal;
use model::template::Template;
use model::{
    BroadcastId, Channel, Clock, ContactId, ConversationId, Draws, LedgerEntry, MediaId, Purpose, SenderId, TemplateId, Timestamp, UserId,
    WorkspaceId,
};
use policy::GateKey;
use storage::{StepOutcome, StorageError, Store};
use storage_sqlite::{Options, SqliteStore};

use super::{TestClock, broadcasts};
use crate::engine::*;

pub const WHATSAPP: SenderId = SenderId::from_u128(0x51);
const SMS: SenderId = SenderId::from_u128(0x52);

pub struct TestEngine {
    store: Arc<SqliteStore>,
    core: Arc<Core>,
    clock: Arc<TestClock>,
    ids: Mutex<Draws>,
    live: LiveHub,
    journeys: Mutex<BTreeMap<(WorkspaceId, String), JourneyDetail>>,
    templates: Mutex<Vec<(WorkspaceId, Template)>>,
    designs: Mutex<BTreeMap<(WorkspaceId, TemplateId), MailDesignDraft>>,
    media: Mutex<BTreeMap<(WorkspaceId, MediaId), MediaObject>>,
    pub webhooks: Mutex<Vec<Vec<u8>>>,
    pub recovery: Mutex<Option<RecoveryView>>,
    /// What contacts were shown.
    pub shown: Mutex<Vec<Presence>>,
    _folder: tempfile::TempDir,
}

impl TestEngine {
    pub fn new(clock: Arc<TestClock>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let core = Arc::new(Core::new());
        let store = SqliteStore::open(folder.path().join("test.db"), Options::default(), Arc::clone(&core) as _).unwrap();
        Self {
            store: Arc::new(store),
            core,
            clock,
            ids: Mutex::new(Draws::new(7)),
            live: LiveHub::new(1),
            journeys: Mutex::default(),
            templates: Mutex::default(),
            designs: Mutex::default(),
            media: Mutex::default(),
            webhooks: Mutex::default(),
            recovery: Mutex::default(),
            shown: Mutex::default(),
            _folder: folder,
        }
    }

    pub fn install(&self, ws: WorkspaceId) {
        let sender = |id, channel, name: &str| Sender {
            id,
            channel,
            name: name.to_owned(),
            address: "+12025550100".to_owned(),
            provider_ref: "1".to_owned(),
            status: SenderStatus::Active,
            per_second: 80,
        };
        let mut catalogue = Catalogue::empty(GateKey::new([7; 32]));
        catalogue.senders = vec![sender(WHATSAPP, Channel::Whatsapp, "Front desk"), sender(SMS, Channel::Sms, "Texts")];
        self.core.install(ws, catalogue);
    }

    /// Leaves the store this many pages of room; 0 is no limit.
    pub async fn limit_pages(&self, pages: u32) {
        self.store.limit_pages(pages).await.unwrap();
    }

    pub fn add_media(&self, ws: WorkspaceId, mime: &str, filename: &str) -> MediaId {
        let id = MediaId::from_u128(self.mint());
        let object = MediaObject { bytes: Bytes::from_static(b"<svg/>"), mime: mime.to_owned(), filename: Some(filename.to_owned()) };
        self.media.lock().unwrap().insert((ws, id), object);
        id
    }

    async fn state(&self, ws: WorkspaceId, id: ContactId) -> Result<Option<ContactState>, EngineError> {
        let bytes = self.store.contact_state(ws, id).await?;
        Ok(bytes.map(|bytes| ContactState::decode(&bytes).unwrap()))
    }
}

fn compile(source: &str) -> Result<String, Diagnostic> {
    let name = source.lines().find_map(|line| line.strip_prefix("journey: ")).map(str::to_owned);
    name.ok_or_else(|| Diagnostic {
        severity: Severity::Error,
        code: "no_name".to_owned(),
        line: 1,
        column: 1,
        end_line: 1,
        end_column: 1,
        what: "the journey has no name".to_owned(),
        fix: "write `journey: <name>`".to_owned(),
    })
}

#[async_trait]
impl Engine for TestEngine {
    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    fn mint(&self) -> u128 {
        model::id::mint(self.clock.now(), &mut *self.ids.lock().unwrap())
    }

    fn store(&self) -> Arc<dyn Store> {
        Arc::clone(&self.store) as _
    }

    fn live(&self) -> &LiveHub {
        &self.live
    }

    async fn submit(&self, signals: Vec<NewSignal>) -> Result<Vec<StepOutcome>, StorageError> {
        let arrival_time = self.clock.now();
        let stamp = |new: NewSignal| Signal {
            id: new.id,
            workspace: new.workspace,
            target: new.target,
            event_time: new.event_time,
            arrival_time,
            source: new.source,
            dedupe_key: new.dedupe_key,
            fingerprint: new.fingerprint,
            permit: Vec::new(),
            body: new.body,
        };
        self.store.step(signals.into_iter().map(stamp).collect()).await
    }

    async fn recovery(&self, _ws: WorkspaceId) -> Result<Option<RecoveryView>, EngineError> {
        Ok(self.recovery.lock().unwrap().clone())
    }

    async fn approve_recovery(&self, _ws: WorkspaceId, by: &str) -> Result<Option<RecoveryView>, EngineError> {
        let mut recovery = self.recovery.lock().unwrap();
        if let Some(plan) = recovery.as_mut().filter(|plan| plan.state == "waiting") {
            plan.state = "approved".to_owned();
            plan.approved_by = Some(by.to_owned());
        }
        Ok(recovery.clone())
    }

    async fn contact(&self, ws: WorkspaceId, id: ContactId) -> Result<Option<ContactView>, EngineError> {
        let Some(state) = self.state(ws, id).await? else { return Ok(None) };
        let consent = state.consent.standing().iter().map(|standing| ConsentLine {
            address: standing.scope.address.clone(),
            channel: standing.scope.channel,
            purpose: standing.scope.purpose,
            topic: standing.scope.topic.clone(),
            state: standing.state,
            since: standing.at,
            entry: standing.entry.to_string(),
        });
        let (consent, conversation_id) = (consent.collect(), Some(state.thread.id));
        Ok(Some(ContactView { contact: state.contact, conversation_id, runs: vec![], windows: vec![], caps: vec![], consent }))
    }

    async fn why(&self, ws: WorkspaceId, contact: ContactId, journey: &str) -> Result<Option<Why>, EngineError> {
        if !self.journeys.lock().unwrap().contains_key(&(ws, journey.to_owned())) || self.state(ws, contact).await?.is_none() {
            return Ok(None);
        }
        let answer = "the event that starts it never came".to_owned();
        let code = "never_triggered".to_owned();
        Ok(Some(Why { journey: journey.to_owned(), entered: false, code, answer, checks: vec![], runs: vec![], decisions: vec![] }))
    }

    async fn composer(&self, ws: WorkspaceId, conversation: ConversationId) -> Result<Option<Composer>, EngineError> {
        let found = self.store.conversation(ws, conversation).await?;
        Ok(found.map(|c| Composer { seen: c.last_message_id, channels: vec![] }))
    }

    async fn show(&self, _: WorkspaceId, _: ContactId, presence: Presence) -> Result<bool, EngineError> {
        self.shown.lock().unwrap().push(presence);
        Ok(true)
    }

    async fn estimate(&self, ws: WorkspaceId, conversation: ConversationId, draft: ChannelDraft) -> Result<Option<Estimate>, EngineError> {
        let found = self.store.conversation(ws, conversation).await?;
        Ok(found.map(|_| Estimate { reason: Some(format!("nothing leaves on {} here", draft.channel)), ..Estimate::default() }))
    }

    fn verify_chain(&self, entries: &[LedgerEntry]) -> ChainProof {
        match policy::verify_chain(entries) {
            Ok(head) => ChainProof { ok: true, head: Some(head.hash), length: head.seq, broken_at: None, detail: None },
            Err(broken) => ChainProof { ok: false, head: None, length: 0, broken_at: Some(broken.seq), detail: Some(broken.to_string()) },
        }
    }

    async fn journeys(&self, ws: WorkspaceId) -> Result<Vec<JourneySummary>, EngineError> {
        Ok(self.journeys.lock().unwrap().iter().filter(|((w, _), _)| *w == ws).map(|(_, j)| j.summary.clone()).collect())
    }

    async fn journey(&self, ws: WorkspaceId, name: &str) -> Result<Option<JourneyDetail>, EngineError> {
        Ok(self.journeys.lock().unwrap().get(&(ws, name.to_owned())).cloned())
    }

    async fn journey_versions(&self, ws: WorkspaceId, name: &str) -> Result<Vec<JourneyVersion>, EngineError> {
        let journey = self.journey(ws, name).await?;
        let line = |j: JourneyDetail| JourneyVersion {
            version: j.summary.version,
            published_at: j.summary.published_at,
            published_by: "user:usr_1".to_owned(),
            active: true,
        };
        Ok(journey.map(line).into_iter().collect())
    }

    async fn validate_journey(&self, _: WorkspaceId, source: &str) -> Result<Validation, EngineError> {
        Ok(match compile(source) {
            Ok(_) => Validation { diagnostics: vec![], graph: Some(Graph::default()), version: Some("v1".to_owned()) },
            Err(diagnostic) => Validation { diagnostics: vec![diagnostic], graph: None, version: None },
        })
    }

    async fn publish_journey(&self, ws: WorkspaceId, source: &str, _: &str) -> Result<Published, EngineError> {
        let name = match compile(source) {
            Ok(name) => name,
            Err(diagnostic) => return Ok(Published::Refused(vec![diagnostic])),
        };
        let summary = JourneySummary {
            name: name.clone(),
            title: "Appointment reminder".to_owned(),
            owner: "front_desk".to_owned(),
            purpose: Purpose::Transactional,
            state: JourneyState::Open,
            version: "v1".to_owned(),
            published_at: self.clock.now(),
            goal: None,
        };
        let detail = JourneyDetail {
            summary,
            source: source.to_owned(),
            graph: Graph::default(),
            entry: Entry { on: "appointment_booked".to_owned(), policy: "once".to_owned() },
            start: "remind".to_owned(),
            steps: vec![JourneyStep { id: "remind".to_owned(), kind: "send".to_owned() }],
        };
        self.journeys.lock().unwrap().insert((ws, name), detail.clone());
        Ok(Published::Done(Box::new(detail)))
    }

    async fn set_journey_state(&self, ws: WorkspaceId, name: &str, state: JourneyState, _: &str) -> Result<(), EngineError> {
        if let Some(journey) = self.journeys.lock().unwrap().get_mut(&(ws, name.to_owned())) {
            journey.summary.state = state;
        }
        Ok(())
    }

    fn broadcast_guard(&self, _: WorkspaceId) -> GuardSettings {
        GuardSettings { above: 2, ..GuardSettings::default() }
    }

    async fn create_broadcast(
        &self,
        ws: WorkspaceId,
        id: BroadcastId,
        source: &str,
        author: UserId,
        by: &str,
    ) -> Result<BroadcastWritten, EngineError> {
        broadcasts::create(&*self.store, ws, broadcasts::draft(id, source, author, by, self.clock.now())).await
    }

    async fn update_broadcast(
        &self,
        ws: WorkspaceId,
        id: BroadcastId,
        source: &str,
        author: UserId,
        _: &str,
    ) -> Result<BroadcastWritten, EngineError> {
        let change = |broadcast: &mut Broadcast| (broadcast.source, broadcast.author) = (source.to_owned(), author);
        Ok(BroadcastWritten::Done(Box::new(broadcasts::change(&*self.store, ws, id, self.clock.now(), change).await?)))
    }

    async fn add_broadcast_recipients(
        &self,
        ws: WorkspaceId,
        id: BroadcastId,
        lines: Vec<ListedRecipient>,
        _: bool,
    ) -> Result<ListedOutcome, EngineError> {
        broadcasts::add(&*self.store, ws, id, lines, self.clock.now()).await
    }

    async fn preview_broadcast(&self, ws: WorkspaceId, id: BroadcastId, _: &str) -> Result<BroadcastPreview, EngineError> {
        broadcasts::preview(&*self.store, ws, id).await
    }

    async fn approve_broadcast(&self, ws: WorkspaceId, id: BroadcastId, user: UserId, _: &str) -> Result<Broadcast, EngineError> {
        broadcasts::approve(&*self.store, ws, id, user, self.clock.now()).await
    }

    async fn ask_broadcast(
        &self,
        ws: WorkspaceId,
        id: BroadcastId,
        wish: &BroadcastWish,
        by: &str,
        reason: Option<&str>,
    ) -> Result<Broadcast, EngineError> {
        broadcasts::ask(&*self.store, ws, id, wish, (by, reason), &self.broadcast_guard(ws), self.clock.now()).await
    }

    async fn templates(&self, ws: WorkspaceId) -> Result<Vec<Template>, EngineError> {
        Ok(self.templates.lock().unwrap().iter().filter(|(w, _)| *w == ws).map(|(_, t)| t.clone()).collect())
    }

    async fn approve_template(&self, ws: WorkspaceId, id: TemplateId, _: UserId, _: &str) -> Result<Template, EngineError> {
        self.submit_template(ws, id, None).await
    }

    async fn delete_template(&self, ws: WorkspaceId, id: TemplateId, _: &str) -> Result<(), EngineError> {
        self.templates.lock().unwrap().retain(|(w, t)| (*w, t.id) != (ws, id));
        Ok(())
    }

    async fn sync_templates(&self, _: WorkspaceId, _: &str) -> Result<TemplateSync, EngineError> {
        Ok(TemplateSync::default())
    }

    async fn put_template(
        &self,
        ws: WorkspaceId,
        id: TemplateId,
        draft: TemplateDraft,
        _: UserId,
        _: bool,
    ) -> Result<Template, EngineError> {
        let TemplateDraft { name, purpose, variables, languages, default_language } = draft;
        let updated_at = self.clock.now();
        let template = Template { id, name, purpose, variables, languages, default_language, version: "t1".to_owned(), updated_at };
        let mut templates = self.templates.lock().unwrap();
        templates.retain(|(w, t)| (*w, t.id) != (ws, id));
        templates.push((ws, template.clone()));
        Ok(template)
    }

    async fn submit_template(&self, ws: WorkspaceId, id: TemplateId, _: Option<&str>) -> Result<Template, EngineError> {
        let template = self.templates(ws).await?.into_iter().find(|t| t.id == id);
        template.ok_or_else(|| EngineError::NotFound("the template".to_owned()))
    }

    async fn mail_design(&self, ws: WorkspaceId, id: TemplateId) -> Result<Option<MailDesignDraft>, EngineError> {
        Ok(self.designs.lock().unwrap().get(&(ws, id)).cloned())
    }

    async fn put_mail_design(&self, ws: WorkspaceId, id: TemplateId, draft: &MailDesignDraft) -> Result<(), EngineError> {
        self.designs.lock().unwrap().insert((ws, id), draft.clone());
        Ok(())
    }

    async fn preview_mail_design(
        &self,
        ws: WorkspaceId,
        _: Option<ContactId>,
        with: &TemplateUse,
    ) -> Result<Option<MailDesignPreview>, EngineError> {
        let designs = self.designs.lock().unwrap();
        let text = designs.get(&(ws, with.id)).and_then(|design| design.languages.values().next());
        Ok(text.map(|text| MailDesignPreview { subject: text.subject.clone(), html: text.mjml.clone(), text: String::new() }))
    }

    async fn render_template(&self, ws: WorkspaceId, _: Option<ContactId>, with: &TemplateUse) -> Result<TemplateCall, EngineError> {
        let template = self.templates(ws).await?.into_iter().find(|t| t.id == with.id);
        let template = template.ok_or_else(|| EngineError::NotFound("the template".to_owned()))?;
        let (language, text) =
            template.language_for(with.language.as_deref()).ok_or_else(|| EngineError::NotFound("the language".to_owned()))?;
        let preview = TemplatePreview { body: text.body.clone(), ..TemplatePreview::default() };
        Ok(TemplateCall {
            template: template.id,
            name: template.name.clone(),
            language: language.to_owned(),
            version: template.version.clone(),
            header: vec![],
            body: vec![],
            buttons: vec![],
            preview,
            parts: None,
        })
    }

    async fn senders(&self, ws: WorkspaceId) -> Result<Vec<SenderView>, EngineError> {
        let catalogue = self.core.catalogue(ws).ok_or_else(|| EngineError::NotFound("the workspace".to_owned()))?;
        let view = |sender: &Sender| SenderView {
            sender: sender.clone(),
            provider: "whatsapp_cloud".to_owned(),
            webhook_path: format!("/webhooks/whatsapp/{}", sender.id),
            queued: 0,
            health: None,
        };
        Ok(catalogue.senders.iter().map(view).collect())
    }

    async fn put_sender(&self, _: WorkspaceId, id: SenderId, draft: SenderDraft) -> Result<SenderView, EngineError> {
        let (name, address, per_second) = (draft.name, draft.address, draft.per_second);
        let status = SenderStatus::Active;
        let sender = Sender { id, channel: Channel::Whatsapp, name, address, provider_ref: "1".to_owned(), status, per_second };
        Ok(SenderView {
            webhook_path: format!("/webhooks/whatsapp/{id}"),
            sender,
            provider: "whatsapp_cloud".to_owned(),
            queued: 0,
            health: None,
        })
    }

    async fn sender_health(&self, ws: WorkspaceId, id: SenderId) -> Result<Option<SenderHealth>, EngineError> {
        let known = self.senders(ws).await?.iter().any(|view| view.sender.id == id);
        Ok(known.then(|| health(self.now())))
    }

    async fn check_sender(&self, ws: WorkspaceId, id: SenderId) -> Result<SenderHealth, EngineError> {
        self.sender_health(ws, id).await?.ok_or_else(|| EngineError::NotFound(format!("sender {id}")))
    }

    async fn register_sender(&self, ws: WorkspaceId, id: SenderId, _pin: &str) -> Result<SenderHealth, EngineError> {
        self.check_sender(ws, id).await
    }

    async fn deregister_sender(&self, ws: WorkspaceId, id: SenderId) -> Result<SenderHealth, EngineError> {
        self.check_sender(ws, id).await
    }

    async fn ask_for_code(&self, ws: WorkspaceId, id: SenderId, _wanted: CodeWanted) -> Result<(), EngineError> {
        self.check_sender(ws, id).await.map(drop)
    }

    async fn import_from_app(&self, ws: WorkspaceId, id: SenderId, _what: AppData) -> Result<(), EngineError> {
        self.check_sender(ws, id).await.map(drop)
    }

    async fn verify_sender(&self, ws: WorkspaceId, id: SenderId, _code: &str) -> Result<SenderHealth, EngineError> {
        self.check_sender(ws, id).await
    }

    async fn sender_profile(&self, ws: WorkspaceId, id: SenderId) -> Result<SenderProfile, EngineError> {
        self.check_sender(ws, id).await.map(|_| SenderProfile::default())
    }

    async fn put_sender_profile(&self, ws: WorkspaceId, id: SenderId, profile: SenderProfile) -> Result<SenderProfile, EngineError> {
        self.check_sender(ws, id).await.map(|_| profile)
    }

    async fn forms(&self, ws: WorkspaceId, id: SenderId) -> Result<Vec<FormView>, EngineError> {
        self.check_sender(ws, id).await.map(|_| Vec::new())
    }

    async fn create_form(&self, ws: WorkspaceId, id: SenderId, draft: FormDraft) -> Result<FormView, EngineError> {
        self.check_sender(ws, id).await.map(|_| FormView { id: "1".to_owned(), name: draft.name, pages: draft.pages })
    }

    async fn policy(&self, ws: WorkspaceId) -> Result<serde_json::Value, EngineError> {
        let catalogue = self.core.catalogue(ws).ok_or_else(|| EngineError::NotFound("the workspace".to_owned()))?;
        Ok(serde_json::to_value(&*catalogue.rulebook).unwrap())
    }

    async fn put_policy(&self, _: WorkspaceId, rulebook: serde_json::Value, _: &str) -> Result<serde_json::Value, EngineError> {
        match serde_json::from_value::<policy::Rulebook>(rulebook.clone()) {
            Ok(_) => Ok(rulebook),
            Err(error) => Err(EngineError::Invalid { detail: error.to_string(), faults: vec![] }),
        }
    }

    async fn reload(&self, _: WorkspaceId) -> Result<(), EngineError> {
        Ok(())
    }

    async fn whatsapp_handshake(&self, endpoint: &str, query: &[(String, String)]) -> Result<Option<String>, EngineError> {
        let of = |name: &str| query.iter().find(|(n, _)| n == name).map(|(_, v)| v.clone());
        Ok((endpoint == "app" && of("hub.verify_token").as_deref() == Some("open sesame")).then(|| of("hub.challenge")).flatten())
    }

    async fn receive_whatsapp(&self, endpoint: &str, headers: &HeaderMap, raw: &[u8]) -> Result<Intake, EngineError> {
        if endpoint != "app" {
            return Ok(Intake::Unknown);
        }
        if headers.get("x-hub-signature-256").is_none_or(|v| v != "sha256=right") {
            return Ok(Intake::BadSignature { workspace: Some(super::app::WS), reason: "the signature does not fit".to_owned() });
        }
        if serde_json::from_slice::<serde_json::Value>(raw).is_err() {
            return Ok(Intake::Unreadable { reason: "the JSON ends too early".to_owned() });
        }
        self.webhooks.lock().unwrap().push(raw.to_vec());
        Ok(Intake::Accepted { signals: 1, answer: None })
    }

    async fn receive_delivery(&self, delivery: &ProviderDelivery<'_>) -> Result<Intake, EngineError> {
        if delivery.provider == "email" && delivery.part == "unsubscribe.right" {
            self.webhooks.lock().unwrap().push(delivery.raw.to_vec());
            return Ok(Intake::Accepted { signals: 1, answer: None });
        }
        if delivery.provider != "twilio" {
            return Ok(Intake::Unknown);
        }
        self.webhooks.lock().unwrap().push(delivery.path_and_query.as_bytes().to_vec());
        let answer = (delivery.part == "inbound").then(|| ProviderAnswer { status: 200, mime: "text/xml", body: "<Response/>".to_owned() });
        Ok(Intake::Accepted { signals: 1, answer })
    }

    async fn media(&self, ws: WorkspaceId, id: MediaId) -> Result<Option<MediaObject>, EngineError> {
        Ok(self.media.lock().unwrap().get(&(ws, id)).cloned())
    }

    async fn keep_media(&self, ws: WorkspaceId, object: MediaObject) -> Result<MediaId, EngineError> {
        let mut all = self.media.lock().unwrap();
        let same = |held: &MediaObject| (&held.bytes, &held.mime, &held.filename) == (&object.bytes, &object.mime, &object.filename);
        if let Some(((_, id), _)) = all.iter().find(|((whose, _), held)| *whose == ws && same(held)) {
            return Ok(*id);
        }
        let id = MediaId::from_u128(all.len() as u128 + 1_000);
        all.insert((ws, id), object);
        Ok(id)
    }

    async fn status(&self, _: WorkspaceId) -> Result<EngineStatus, EngineError> {
        Ok(EngineStatus { speed: 1.0, paused: false, senders: vec![] })
    }

    async fn ready(&self) -> Result<(), String> {
        Ok(())
    }
}

fn health(checked_at: Timestamp) -> SenderHealth {
    SenderHealth {
        checked_at,
        status: Some("CONNECTED".to_owned()),
        verification: Some("VERIFIED".to_owned()),
        quality: Some("GREEN".to_owned()),
        name: None,
        name_status: None,
        messaging_limit: Some("TIER_2K".to_owned()),
        per_second: Some(80),
        business: None,
        problems: Vec::new(),
    }
}
