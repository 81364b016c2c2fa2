//! Templates: written by people, reviewed by the provider, filled for a person.

use std::collections::BTreeMap;

use api::engine::{EngineError, Fault, LiveKind, TemplateDraft, TemplateUse};
use model::content::TemplateCall;
use model::template::{Approval, Template, TemplateButton, TemplateText};
use model::{ContactId, Purpose, TemplateId, UserId, WorkspaceId};
use runtime::documents::TemplateDoc;
use storage::{DocumentExt, StorageErrorKind};

use super::Backend;

impl Backend {
    pub(super) async fn all_templates(&self, ws: WorkspaceId) -> Result<Vec<Template>, EngineError> {
        Ok(self.engine.store().all::<TemplateDoc>(ws).await?.into_iter().map(|stored| stored.value.0).collect())
    }

    pub(super) async fn write_template(
        &self,
        ws: WorkspaceId,
        id: TemplateId,
        draft: TemplateDraft,
        author: UserId,
        create: bool,
    ) -> Result<Template, EngineError> {
        let store = self.engine.store();
        let all = store.all::<TemplateDoc>(ws).await?;
        if all.iter().any(|stored| stored.value.0.name == draft.name && stored.value.0.id != id) {
            let fault =
                Fault::new("/name", format!("there is a template `{}` already; change that one, or choose another name", draft.name));
            return Err(EngineError::Invalid { detail: "the name is taken".to_owned(), faults: vec![fault] });
        }
        let before = store.get::<TemplateDoc>(ws, &id.to_string()).await?;
        if create == before.is_some() {
            let what = format!("template {id}");
            return Err(if create { EngineError::Conflict(format!("{what} exists already")) } else { EngineError::NotFound(what) });
        }
        let faults = faults_of(&draft);
        if !faults.is_empty() {
            return Err(EngineError::Invalid { detail: "the template cannot be used as it is".to_owned(), faults });
        }
        let languages = draft
            .languages
            .into_iter()
            .map(|(language, text)| {
                let known = before.as_ref().and_then(|stored| stored.value.0.languages.get(&language));
                let text = match known {
                    Some(known) if same_text(known, &text) => known.clone(),
                    // The provider knows it by its id, whatever it says; only the word on the old text is void.
                    _ => {
                        let provider_id = known.and_then(|known| known.approval.provider_id.clone());
                        TemplateText {
                            approval: Approval { provider_id, ..Approval::default() },
                            author: Some(author),
                            not_sendable: not_sendable(&text),
                            ..text.bare()
                        }
                    }
                };
                (language, text)
            })
            .collect();
        let now = self.engine.now();
        let mut template = Template {
            id,
            name: draft.name,
            purpose: draft.purpose,
            variables: draft.variables,
            languages,
            default_language: draft.default_language,
            version: String::new(),
            updated_at: now,
        };
        let faults = self.design_faults(ws, &template).await?;
        if !faults.is_empty() {
            return Err(EngineError::Invalid { detail: "the template has a design for mail that uses more".to_owned(), faults });
        }
        set_version(&mut template);
        store.put(ws, &TemplateDoc(template.clone()), before.map_or(0, |stored| stored.version), now).await.map_err(raced)?;
        self.template_changed(ws, id).await?;
        Ok(template)
    }

    pub(super) async fn template_changed(&self, ws: WorkspaceId, id: TemplateId) -> Result<(), EngineError> {
        self.engine.reload(ws).await?;
        self.live.publish(ws, LiveKind::Template, serde_json::json!({ "id": id }));
        Ok(())
    }

    pub(super) async fn fill_template(
        &self,
        ws: WorkspaceId,
        contact: Option<ContactId>,
        with: &TemplateUse,
    ) -> Result<TemplateCall, EngineError> {
        let template = self
            .engine
            .store()
            .get::<TemplateDoc>(ws, &with.id.to_string())
            .await?
            .ok_or_else(|| EngineError::NotFound(format!("template {}", with.id)))?
            .value
            .0;
        let state = match contact {
            Some(contact) => Some(self.state(ws, contact).await?.ok_or_else(|| EngineError::NotFound(format!("contact {contact}")))?),
            None => None,
        };
        let unknown = with.variables.keys().find(|name| !template.variables.iter().any(|variable| variable.name == **name));
        if let Some(name) = unknown {
            let fault = Fault::new(format!("/template/variables/{name}"), format!("template `{}` has no variable `{name}`", template.name));
            return Err(EngineError::Invalid { detail: "a variable does not exist".to_owned(), faults: vec![fault] });
        }
        let known = state.as_ref().map(|state| super::composer::known_values(state, &template)).unwrap_or_default();
        let mut values: BTreeMap<&str, Result<String, String>> = BTreeMap::new();
        for variable in &template.variables {
            let given = with.variables.get(&variable.name).or_else(|| known.get(&variable.name)).cloned();
            let sample = state.is_none().then(|| variable.sample.clone());
            if let Some(value) = given.or(sample) {
                values.insert(&variable.name, Ok(value));
            }
        }
        let locale = with.language.as_deref().or_else(|| state.as_ref().and_then(|state| state.contact.locale.as_deref()));
        journey::template_call(&template, &values, locale).map_err(|reason| {
            let fault = Fault::new("/template/variables", reason.clone());
            EngineError::Invalid { detail: reason, faults: vec![fault] }
        })
    }
}

fn raced(error: storage::StorageError) -> EngineError {
    if error.kind == StorageErrorKind::Conflict {
        EngineError::Conflict("somebody else changed the template at the same moment; read it again".to_owned())
    } else {
        error.into()
    }
}

pub(crate) fn same_text(a: &TemplateText, b: &TemplateText) -> bool {
    TemplateText { not_sendable: None, ..a.bare() } == TemplateText { not_sendable: None, ..b.bare() }
}

/// A button that was taken in from the provider as it is stays one that nobody can fill.
fn not_sendable(text: &TemplateText) -> Option<String> {
    let buttons = text.buttons.iter().chain(text.cards.iter().flat_map(|card| &card.buttons));
    let mut kinds = buttons.filter_map(|button| match button {
        TemplateButton::Other { provider_kind, .. } => Some(provider_kind),
        _ => None,
    });
    kinds.next().map(|kind| format!("it has a button of kind {kind}, which cannot be filled"))
}

/// An approval is for one text; the version that it names is the one that the unchanged text is part of now.
pub(super) fn set_version(template: &mut Template) {
    template.version = version_of(template);
    for text in template.languages.values_mut().filter(|text| text.approval.version.is_some()) {
        text.approval.version = Some(template.version.clone());
    }
}

/// Hash of what the person would read: name, purpose, variables and texts, without approvals.
#[must_use]
pub fn version_of(template: &Template) -> String {
    let mut bare = template.clone();
    bare.version = String::new();
    bare.updated_at = model::Timestamp::EPOCH;
    for text in bare.languages.values_mut() {
        *text = text.bare();
    }
    let json = serde_json::to_vec(&bare).unwrap_or_default();
    format!("{:016x}", model::draws::stable_hash(&[&json]))
}

fn faults_of(draft: &TemplateDraft) -> Vec<Fault> {
    let mut faults = Vec::new();
    if draft.name.is_empty() || !draft.name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_') {
        faults.push(Fault::new("/name", "use lower-case letters, digits and underscores"));
    }
    if !draft.languages.contains_key(&draft.default_language) {
        faults.push(Fault::new("/default_language", "there is no text in this language"));
    }
    for (language, text) in &draft.languages {
        let at = |member: &str| format!("/languages/{language}/{member}");
        let body = text.body.chars().count();
        if body == 0 || body > 1024 {
            faults.push(Fault::new(at("body"), format!("the body has {body} characters; 1 to 1024 are allowed")));
        }
        if text.header.is_some() && text.header_part.is_some() {
            faults.push(Fault::new(at("header_part"), "a header is either a text or something else"));
        }
        if text.offer.is_some() && text.footer.is_some() {
            faults.push(Fault::new(at("footer"), "a limited-time offer takes no footer"));
        }
        if text.offer.as_ref().is_some_and(|offer| offer.text.is_empty() || offer.text.chars().count() > 16) {
            faults.push(Fault::new(at("offer/text"), "the text of an offer has 1 to 16 characters"));
        }
        if text.cards.len() == 1 || text.cards.len() > 10 {
            faults.push(Fault::new(at("cards"), "a carousel has 2 to 10 cards"));
        }
        let of_codes = text.buttons.iter().any(|button| matches!(button, TemplateButton::OneTimeCode { .. }));
        if of_codes && draft.purpose != Purpose::Authentication {
            faults.push(Fault::new(at("buttons"), "a one-time code needs the purpose authentication"));
        }
        if text.header.as_ref().is_some_and(|header| header.chars().count() > 60) {
            faults.push(Fault::new(at("header"), "the header has more than 60 characters"));
        }
        if text.footer.as_ref().is_some_and(|footer| footer.chars().count() > 60) {
            faults.push(Fault::new(at("footer"), "the footer has more than 60 characters"));
        }
        if text.buttons.len() > 10 || text.buttons.iter().any(|button| button.title().chars().count() > 25) {
            faults.push(Fault::new(at("buttons"), "at most 10 buttons, each with a title of at most 25 characters"));
        }
        for name in journey::template_variables(text) {
            if !draft.variables.iter().any(|variable| variable.name == name) {
                faults
                    .push(Fault::new(at("body"), format!("`{{{{{name}}}}}` is not declared under `variables`; declare it with a sample")));
            }
        }
    }
    for (index, variable) in draft.variables.iter().enumerate() {
        if variable.sample.trim().is_empty() {
            faults.push(Fault::new(format!("/variables/{index}/sample"), "reviewers need a sample value"));
        }
    }
    faults
}
