//! Templates' designs for mail: checked and rendered when they are written, filled when they are looked at or sent.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use api::engine::{EngineError, Fault, LiveKind, MailDesignDraft, MailDesignPreview, MailDesignText, TemplateUse};
use async_trait::async_trait;
use channel::{DesignReader, MailDesign, Provider};
use channel_email::{DesignSource, UNSUBSCRIBE_URL, compile, fill, undesigned};
use model::content::TemplateCall;
use model::template::{Template, TemplateText};
use model::{ContactId, TemplateId, WorkspaceId};
use runtime::documents::TemplateDoc;
use serde::{Deserialize, Serialize};
use storage::{Document, DocumentExt, StorageErrorKind, Store};

use super::Backend;

/// A template's design: what was written, and what it became. A template has at most one.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct DesignDoc {
    template: TemplateId,
    written: BTreeMap<String, MailDesignText>,
    rendered: BTreeMap<String, MailDesign>,
}

impl Document for DesignDoc {
    const KIND: &'static str = "mail_design";
    fn id(&self) -> String {
        self.template.to_string()
    }
}

/// Designs, as the adapter of email reads them.
pub(crate) struct StoredDesigns {
    pub store: Arc<dyn Store>,
}

#[async_trait]
impl DesignReader for StoredDesigns {
    async fn design(&self, workspace: WorkspaceId, template: TemplateId, language: &str) -> Result<Option<MailDesign>, String> {
        let found = self.store.get::<DesignDoc>(workspace, &template.to_string()).await.map_err(|error| error.to_string())?;
        Ok(found.and_then(|found| in_language(&found.value.rendered, language).cloned()))
    }
}

/// Calls name languages with an underscore, authors with a hyphen or one.
fn in_language<'a, T>(by_language: &'a BTreeMap<String, T>, language: &str) -> Option<&'a T> {
    by_language.iter().find(|(tag, _)| tag.replace('-', "_").eq_ignore_ascii_case(&language.replace('-', "_"))).map(|(_, found)| found)
}

/// Names whose values a call carries: those of the header and the body. A button's is a piece of an address.
fn known(text: &TemplateText) -> BTreeSet<String> {
    let bare = TemplateText { header: text.header.clone(), body: text.body.clone(), ..TemplateText::default() };
    journey::template_variables(&bare).into_iter().collect()
}

fn rendered(template: &Template, written: &BTreeMap<String, MailDesignText>) -> Result<BTreeMap<String, MailDesign>, Vec<Fault>> {
    let (mut designs, mut faults) = (BTreeMap::new(), Vec::new());
    for (language, text) in written {
        let Some(own) = in_language(&template.languages, language) else {
            faults.push(Fault::new(format!("/languages/{language}"), "the template has no text in this language"));
            continue;
        };
        let source = DesignSource { subject: &text.subject, mjml: &text.mjml, text: text.text.as_deref() };
        match compile(&source, &known(own)) {
            Ok(design) => drop(designs.insert(language.clone(), design)),
            Err(found) => {
                faults.extend(found.into_iter().map(|fault| Fault::new(format!("/languages/{language}/{}", fault.member), fault.detail)));
            }
        }
    }
    if faults.is_empty() { Ok(designs) } else { Err(faults) }
}

impl Backend {
    pub(super) async fn read_design(&self, ws: WorkspaceId, id: TemplateId) -> Result<Option<MailDesignDraft>, EngineError> {
        let found = self.engine.store().get::<DesignDoc>(ws, &id.to_string()).await?;
        Ok(found.map(|found| MailDesignDraft { languages: found.value.written }))
    }

    pub(super) async fn write_design(&self, ws: WorkspaceId, id: TemplateId, draft: &MailDesignDraft) -> Result<(), EngineError> {
        let store = self.engine.store();
        let template = store.get::<TemplateDoc>(ws, &id.to_string()).await?;
        let template = template.ok_or_else(|| EngineError::NotFound(format!("template {id}")))?.value.0;
        let rendered = rendered(&template, &draft.languages)
            .map_err(|faults| EngineError::Invalid { detail: "the mail cannot be sent as it is designed".to_owned(), faults })?;
        let before = store.get::<DesignDoc>(ws, &id.to_string()).await?.map_or(0, |stored| stored.version);
        let doc = DesignDoc { template: id, written: draft.languages.clone(), rendered };
        store.put(ws, &doc, before, self.engine.now()).await.map_err(|error| {
            if error.kind == StorageErrorKind::Conflict {
                EngineError::Conflict("somebody else changed this design at the same moment; read it again".to_owned())
            } else {
                error.into()
            }
        })?;
        self.live.publish(ws, LiveKind::Template, serde_json::json!({ "id": id }));
        Ok(())
    }

    /// A template must not lose what its design for mail uses.
    pub(super) async fn design_faults(&self, ws: WorkspaceId, template: &Template) -> Result<Vec<Fault>, EngineError> {
        let Some(found) = self.engine.store().get::<DesignDoc>(ws, &template.id.to_string()).await? else { return Ok(Vec::new()) };
        let faults = rendered(template, &found.value.written).err().unwrap_or_default();
        Ok(faults
            .into_iter()
            .map(|fault| Fault::new("/languages", format!("its design for mail: {}: {}", fault.pointer, fault.detail)))
            .collect())
    }

    /// The subject of mails that have no other, as the first mail sender has it; the template's name where there is none.
    fn usual_subject(&self, ws: WorkspaceId, call: &TemplateCall) -> String {
        let accounts = self.engine.accounts(ws);
        let subject = accounts.iter().find_map(|account| match &account.provider {
            Provider::Email(email) => Some(email.subject.clone()),
            _ => None,
        });
        subject.unwrap_or_else(|| call.name.clone())
    }

    pub(super) async fn show_design(
        &self,
        ws: WorkspaceId,
        contact: Option<ContactId>,
        with: &TemplateUse,
    ) -> Result<Option<MailDesignPreview>, EngineError> {
        let found = self.engine.store().get::<DesignDoc>(ws, &with.id.to_string()).await?;
        let call = self.fill_template(ws, contact, with).await?;
        let filled = match found.as_ref().and_then(|found| in_language(&found.value.rendered, &call.language)) {
            Some(design) => fill(design, &values(&call, format!("{}/u/example", self.public_url()))).map_err(|error| {
                let detail = error.to_string();
                EngineError::Invalid { faults: vec![Fault::new("", detail.clone())], detail }
            })?,
            None => undesigned(&call, &self.usual_subject(ws, &call)),
        };
        let text = filled.text.unwrap_or(call.preview.body);
        Ok(Some(MailDesignPreview { subject: filled.subject, html: filled.html, text }))
    }
}

fn values(call: &TemplateCall, link: String) -> BTreeMap<String, String> {
    let params = call.header.iter().chain(&call.body).map(|param| (param.name.clone(), param.text.clone()));
    params.chain([(UNSUBSCRIBE_URL.to_owned(), link)]).collect()
}
