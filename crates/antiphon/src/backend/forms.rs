//! Forms inside WhatsApp: their keys, what they ask, and the pages that they get.

use api::engine::{EngineError, Fault, FormDraft, FormField, FormFieldKind, FormPage, FormView, Intake, ProviderAnswer, ProviderDelivery};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use channel::{Account, Secret};
use channel_whatsapp::forms::{self as wire, FormAnswer, FormDefinition, FormKey, Prefill};
use model::content::Content;
use model::value::Value;
use model::{ContactId, Message, SenderId, WorkspaceId};
use serde::{Deserialize, Serialize};
use storage::{Document, DocumentExt, StorageErrorKind};

use super::Backend;
use super::numbers::refused;

/// The last segment of the address that forms ask.
pub(super) const PART: &str = "form";

/// The private key of a number's forms: base64 of PKCS#8.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct FormKeyDoc {
    sender: SenderId,
    pkcs8: Secret,
}

impl Document for FormKeyDoc {
    const KIND: &'static str = "form_key";
    fn id(&self) -> String {
        self.sender.to_string()
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct FormDoc {
    /// Meta's id.
    id: String,
    sender: SenderId,
    definition: FormDefinition,
    /// A hash of the flow as it was written. Forms that were made before it was kept have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    flow: Option<u64>,
    /// Meta did not take its pages yet: nobody can be asked it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    draft: bool,
}

impl Document for FormDoc {
    const KIND: &'static str = "form";
    fn id(&self) -> String {
        self.id.clone()
    }
}

impl Backend {
    pub(super) async fn list_forms(&self, ws: WorkspaceId, id: SenderId) -> Result<Vec<FormView>, EngineError> {
        self.number(ws, id)?;
        let all = self.engine.store().all::<FormDoc>(ws).await?;
        Ok(all.into_iter().map(|stored| stored.value).filter(|doc| doc.sender == id && !doc.draft).map(view).collect())
    }

    pub(super) async fn make_form(&self, ws: WorkspaceId, id: SenderId, draft: FormDraft) -> Result<FormView, EngineError> {
        let account = self.number(ws, id)?;
        let definition = definition(&draft);
        let faults: Vec<Fault> = definition.faults().into_iter().map(|(at, what)| Fault::new(at, what)).collect();
        if !faults.is_empty() {
            return Err(EngineError::Invalid { detail: "the form cannot be asked like this".to_owned(), faults });
        }
        let flow = draft.flow.get();
        if !flow.starts_with('{') {
            let faults = vec![Fault::new("/flow", "must be an object: Flow JSON")];
            return Err(EngineError::Invalid { detail: "the form has no pages".to_owned(), faults });
        }
        let hash = model::draws::stable_hash(&[flow.as_bytes()]);
        let mut known = self.engine.store().all::<FormDoc>(ws).await?;
        known.retain(|stored| stored.value.sender == id && stored.value.definition.name == definition.name);
        if let Some(newest) = known.iter().rfind(|stored| !stored.value.draft)
            && newest.value.definition == definition
            && newest.value.flow == Some(hash)
        {
            return Ok(view(newest.value.clone()));
        }
        let key = self.own_key(ws, id).await?;
        self.whatsapp.upload_form_key(&account, key.public_pem()).await.map_err(|error| refused(&error))?;
        let (mut doc, version) = match known.into_iter().rfind(|stored| stored.value.draft) {
            Some(stored) => (stored.value, stored.version),
            None => {
                let endpoint = format!("{}/webhooks/whatsapp/{id}/{PART}", self.public_url());
                let form = self.whatsapp.draft_form(&account, &draft.name, &endpoint).await.map_err(|error| refused(&error))?;
                let doc = FormDoc { id: form, sender: id, definition: definition.clone(), flow: None, draft: true };
                let stored = self.engine.store().put(ws, &doc, 0, self.engine.now()).await?;
                (doc, stored.version)
            }
        };
        let complaints = self.whatsapp.publish_form(&account, &doc.id, flow).await.map_err(|error| refused(&error))?;
        if !complaints.is_empty() {
            let of = |one: &wire::FormFault| {
                let words = one.words();
                one.places().into_iter().map(|place| Fault::new(format!("/flow{place}"), words.clone())).collect::<Vec<_>>()
            };
            let faults = complaints.iter().flat_map(of).collect();
            return Err(EngineError::Invalid { detail: "Meta does not take the pages".to_owned(), faults });
        }
        (doc.definition, doc.flow, doc.draft) = (definition, Some(hash), false);
        self.engine.store().put(ws, &doc, version, self.engine.now()).await?;
        Ok(view(doc))
    }

    /// The number's key; its first form makes it.
    async fn own_key(&self, ws: WorkspaceId, id: SenderId) -> Result<FormKey, EngineError> {
        if let Some(key) = self.known_key(ws, id).await? {
            return Ok(key);
        }
        let pkcs8 = runtime::rsa_key().map_err(|error| EngineError::Upstream(error.to_string()))?;
        let doc = FormKeyDoc { sender: id, pkcs8: Secret::new(STANDARD.encode(pkcs8)) };
        match self.engine.store().put(ws, &doc, 0, self.engine.now()).await {
            // Another process was faster; its key is the one.
            Err(error) if error.kind != StorageErrorKind::Conflict => return Err(error.into()),
            _ => {}
        }
        let known = self.known_key(ws, id).await?;
        known.ok_or_else(|| EngineError::Upstream("the key of the forms cannot be read".to_owned()))
    }

    async fn known_key(&self, ws: WorkspaceId, id: SenderId) -> Result<Option<FormKey>, EngineError> {
        let Some(stored) = self.engine.store().get::<FormKeyDoc>(ws, &id.to_string()).await? else { return Ok(None) };
        let der = STANDARD.decode(stored.value.pkcs8.reveal()).unwrap_or_default();
        FormKey::from_pkcs8(&der).map(Some).map_err(|error| EngineError::Upstream(format!("the key of the forms cannot be read: {error}")))
    }

    /// After a registration, if there is one.
    pub(super) async fn upload_known_key(&self, account: &Account) -> Result<(), EngineError> {
        let Some(key) = self.known_key(account.workspace, account.sender.id).await? else { return Ok(()) };
        self.whatsapp.upload_form_key(account, key.public_pem()).await.map_err(|error| refused(&error))
    }

    /// A phone asks for a page.
    pub(super) async fn answer_form(&self, account: &Account, delivery: &ProviderDelivery<'_>) -> Result<Intake, EngineError> {
        let signature = delivery.headers.get("x-hub-signature-256").and_then(|value| value.to_str().ok());
        let key = self.known_key(account.workspace, account.sender.id).await?;
        let answer = match wire::open_form(account, key.as_ref(), signature, delivery.raw) {
            Err(answer) => answer,
            Ok(call) if call.is_ping() => call.answer_ping(),
            Ok(call) => self.page(account, &call).await?,
        };
        let (status, mime, body) = match answer {
            FormAnswer::Page(sealed) => (200, "text/plain", sealed),
            FormAnswer::OtherKey => (421, "text/plain", String::new()),
            FormAnswer::Over(words) => (427, "application/json", serde_json::json!({ "error_msg": words }).to_string()),
            FormAnswer::NotSigned => (432, "text/plain", String::new()),
        };
        Ok(Intake::Accepted { signals: 0, answer: Some(ProviderAnswer { status, mime, body }) })
    }

    /// The token is the message that opened the form; by it form and person are known.
    async fn page(&self, account: &Account, call: &wire::FormCall) -> Result<FormAnswer, EngineError> {
        let over = || FormAnswer::Over("This form is over. Please ask for a new one.".to_owned());
        let Some(message) = self.opened_by(account, call).await? else { return Ok(over()) };
        let Some(Content::Form(asked)) = &message.content else { return Ok(over()) };
        let Some(form) = self.form_called(account, &asked.form).await? else { return Ok(over()) };
        let known = self.prefill(account.workspace, message.contact).await?;
        Ok(call.answer(&form.definition, &known))
    }

    /// By Meta's id, or by its name; of several of a name the newest, whose id is the greatest.
    async fn form_called(&self, account: &Account, called: &str) -> Result<Option<FormDoc>, EngineError> {
        let store = self.engine.store();
        if let Some(stored) = store.get::<FormDoc>(account.workspace, called).await? {
            return Ok(Some(stored.value).filter(|doc| !doc.draft));
        }
        let all = store.all::<FormDoc>(account.workspace).await?.into_iter().map(|stored| stored.value);
        Ok(all.rev().find(|doc| doc.sender == account.sender.id && doc.definition.name == called && !doc.draft))
    }

    async fn opened_by(&self, account: &Account, call: &wire::FormCall) -> Result<Option<Message>, EngineError> {
        let Some(id) = call.message() else { return Ok(None) };
        let message = self.engine.store().message(account.workspace, id).await?;
        Ok(message.filter(|message| message.sender == account.sender.id))
    }

    /// Fields that are called as an attribute, or as what every contact has, are filled with it.
    async fn prefill(&self, ws: WorkspaceId, contact: ContactId) -> Result<Prefill, EngineError> {
        let Some(state) = self.state(ws, contact).await? else { return Ok(Prefill::new()) };
        let mut known = Prefill::new();
        for (name, value) in &state.contact.attributes {
            let text = match value {
                Value::Text(text) => text.clone(),
                Value::Int(number) => number.to_string(),
                _ => continue,
            };
            known.insert(name.clone(), text);
        }
        if let Some(name) = &state.contact.name {
            known.entry("full_name".to_owned()).or_insert_with(|| name.clone());
        }
        Ok(known)
    }
}

pub(crate) fn definition(draft: &FormDraft) -> FormDefinition {
    let kind = |field: &FormField| match field.kind {
        FormFieldKind::Text => wire::FormFieldKind::Text,
        FormFieldKind::Email => wire::FormFieldKind::Email,
        FormFieldKind::Phone => wire::FormFieldKind::Phone,
        FormFieldKind::Number => wire::FormFieldKind::Number,
        FormFieldKind::Date => wire::FormFieldKind::Date,
        FormFieldKind::YesNo => wire::FormFieldKind::YesNo,
        FormFieldKind::Choice => wire::FormFieldKind::Choice { of: field.of.clone() },
    };
    let field = |field: &FormField| wire::FormField { name: field.name.clone(), kind: kind(field), optional: field.optional };
    let page = |page: &FormPage| wire::FormPage { screen: page.screen.clone(), fields: page.fields.iter().map(field).collect() };
    FormDefinition { name: draft.name.clone(), pages: draft.pages.iter().map(page).collect() }
}

fn view(doc: FormDoc) -> FormView {
    let field = |field: wire::FormField| {
        let (kind, of) = match field.kind {
            wire::FormFieldKind::Text => (FormFieldKind::Text, Vec::new()),
            wire::FormFieldKind::Email => (FormFieldKind::Email, Vec::new()),
            wire::FormFieldKind::Phone => (FormFieldKind::Phone, Vec::new()),
            wire::FormFieldKind::Number => (FormFieldKind::Number, Vec::new()),
            wire::FormFieldKind::Date => (FormFieldKind::Date, Vec::new()),
            wire::FormFieldKind::YesNo => (FormFieldKind::YesNo, Vec::new()),
            wire::FormFieldKind::Choice { of } => (FormFieldKind::Choice, of),
        };
        FormField { name: field.name, kind, of, optional: field.optional }
    };
    let page = |page: wire::FormPage| FormPage { screen: page.screen, fields: page.fields.into_iter().map(field).collect() };
    FormView { id: doc.id, name: doc.definition.name, pages: doc.definition.pages.into_iter().map(page).collect() }
}
