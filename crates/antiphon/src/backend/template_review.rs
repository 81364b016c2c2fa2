//! A template's way to its provider: a colleague's yes, handing in, taking away.

use api::engine::{EngineError, LiveKind};
use channel::{Account, Provider};
use model::template::{Approval, ApprovalState, Endorsement, Template};
use model::{TemplateId, UserId, WorkspaceId};
use runtime::documents::{AccountDoc, TemplateDoc};
use serde_json::json;
use storage::{Document, DocumentExt};

use super::Backend;
use super::designs::DesignDoc;

impl Backend {
    async fn stored_template(&self, ws: WorkspaceId, id: TemplateId) -> Result<Template, EngineError> {
        let stored = self.engine.store().get::<TemplateDoc>(ws, &id.to_string()).await?;
        stored.map(|stored| stored.value.0).ok_or_else(|| EngineError::NotFound(format!("template {id}")))
    }

    /// A second person's yes to every draft of the template (R-TPL-1).
    pub(super) async fn endorse_template(&self, ws: WorkspaceId, id: TemplateId, user: UserId, by: &str) -> Result<Template, EngineError> {
        let at = self.engine.now();
        let mut own = false;
        let changed = self
            .engine
            .change::<TemplateDoc>(ws, &id.to_string(), |template| {
                own = false;
                let mut changed = false;
                for text in template.0.languages.values_mut().filter(|text| text.approval.state == ApprovalState::Draft) {
                    if text.author == Some(user) {
                        own = true;
                    } else {
                        text.endorsed = Some(Endorsement { by: user, at });
                        changed = true;
                    }
                }
                changed
            })
            .await?;
        if !changed {
            let why = if own { "whoever wrote a text cannot approve it" } else { "no text of the template is a draft" };
            return Err(EngineError::Conflict(why.to_owned()));
        }
        let template = self.stored_template(ws, id).await?;
        self.engine.audit(ws, by, "template.approved", &template.name, json!({ "version": template.version })).await?;
        self.template_changed(ws, id).await?;
        Ok(template)
    }

    /// Hands languages that need it to the provider for review.
    pub(super) async fn send_for_review(&self, ws: WorkspaceId, id: TemplateId, language: Option<&str>) -> Result<Template, EngineError> {
        let account = self.review_account(ws).await?;
        let template = self.stored_template(ws, id).await?;
        let languages: Vec<String> =
            template.languages.keys().filter(|have| language.is_none_or(|wanted| wanted == have.as_str())).cloned().collect();
        if languages.is_empty() {
            return Err(EngineError::NotFound(format!("language `{}` of template {id}", language.unwrap_or_default())));
        }
        if self.catalogue(ws)?.rulebook.templates_need_approval {
            let waits = |tag: &&String| template.languages.get(*tag).is_some_and(|text| text.endorsed.is_none());
            if let Some(waiting) = languages.iter().find(waits) {
                return Err(EngineError::Conflict(format!("somebody other than its author must approve `{waiting}` first")));
            }
        }
        for language in &languages {
            self.hand_in(ws, &account, &template, language).await?;
        }
        self.template_changed(ws, id).await?;
        self.stored_template(ws, id).await
    }

    /// What is handed in is written down before the call: the provider's verdict may come by webhook before its answer does.
    async fn hand_in(&self, ws: WorkspaceId, account: &Account, template: &Template, language: &str) -> Result<(), EngineError> {
        let before = template.languages.get(language).map(|text| text.approval.clone()).unwrap_or_default();
        let pending = Approval {
            state: ApprovalState::Pending,
            version: Some(template.version.clone()),
            raw_state: None,
            reason: None,
            at: Some(self.engine.now()),
            ..before.clone()
        };
        self.set_approval(ws, template, language, |approval| *approval = pending.clone()).await?;
        match self.whatsapp.submit_template(account, template, language).await {
            Ok(answer) => self.set_approval(ws, template, language, |approval| *approval = answered(approval, &pending, &answer)).await,
            Err(error) => {
                self.set_approval(ws, template, language, |approval| {
                    if *approval == pending {
                        *approval = before.clone();
                    }
                })
                .await?;
                Err(EngineError::Upstream(format!("the provider did not take `{language}`: {error}")))
            }
        }
    }

    async fn set_approval(
        &self,
        ws: WorkspaceId,
        template: &Template,
        language: &str,
        mut write: impl FnMut(&mut Approval) + Send,
    ) -> Result<(), EngineError> {
        self.engine
            .change::<TemplateDoc>(ws, &template.id.to_string(), |known| {
                // Somebody may have written another text meanwhile; that is a draft.
                let same = known.0.version == template.version;
                let Some(text) = known.0.languages.get_mut(language).filter(|_| same) else { return false };
                let before = text.approval.clone();
                write(&mut text.approval);
                text.approval != before
            })
            .await?;
        Ok(())
    }

    pub(super) async fn remove_template(&self, ws: WorkspaceId, id: TemplateId, by: &str) -> Result<(), EngineError> {
        let template = self.stored_template(ws, id).await?;
        let catalogue = self.catalogue(ws)?;
        let sends = |name: &&String| catalogue.journeys[*name].current.templates().contains(&template.name.as_str());
        let users: Vec<&str> = catalogue.journeys.keys().filter(sends).map(String::as_str).collect();
        if !users.is_empty() {
            return Err(EngineError::Conflict(format!("the template is sent by {}; publish them without it first", users.join(", "))));
        }
        if template
            .languages
            .values()
            .any(|text| text.approval.provider_id.is_some() && text.approval.raw_state.as_deref() != Some("DELETED"))
        {
            let account = self.review_account(ws).await?;
            self.whatsapp
                .delete_template(&account, &template.name)
                .await
                .map_err(|error| EngineError::Upstream(format!("the provider did not delete it: {error}")))?;
        }
        let store = self.engine.store();
        store.delete_document(ws, DesignDoc::KIND, &id.to_string()).await?;
        store.delete_document(ws, TemplateDoc::KIND, &id.to_string()).await?;
        self.engine.audit(ws, by, "template.deleted", &template.name, json!({ "version": template.version })).await?;
        self.engine.reload(ws).await?;
        self.live.publish(ws, LiveKind::Template, json!({ "id": id, "alerts": [] }));
        Ok(())
    }

    pub(super) async fn whatsapp_accounts(&self, ws: WorkspaceId) -> Result<Vec<Account>, EngineError> {
        let accounts = self.engine.store().all::<AccountDoc>(ws).await?.into_iter().map(|stored| stored.value.0);
        Ok(accounts.filter(|account| matches!(account.provider, Provider::WhatsappCloud(_))).collect())
    }

    async fn review_account(&self, ws: WorkspaceId) -> Result<Account, EngineError> {
        let nobody = "no WhatsApp number is connected, so nobody could review the template; connect a sender first";
        self.whatsapp_accounts(ws).await?.into_iter().next().ok_or_else(|| EngineError::Conflict(nobody.to_owned()))
    }
}

/// What stands after the provider's answer to `pending`: the answer, or what a webhook told before it. Its moment is that of handing in: a
/// verdict that falls while the call is under way, and is told after it, is not older than the answer.
fn answered(approval: &Approval, pending: &Approval, answer: &Approval) -> Approval {
    let told_meanwhile = approval != pending;
    let decided = if told_meanwhile { approval.clone() } else { Approval { at: pending.at, ..answer.clone() } };
    Approval {
        provider_id: answer.provider_id.clone(),
        category: decided.category.clone().or_else(|| answer.category.clone()),
        version: pending.version.clone(),
        ..decided
    }
}

#[cfg(test)]
mod tests {
    use model::Timestamp;

    use super::*;

    #[test]
    fn a70_a_verdict_that_falls_during_the_call_is_newer_than_its_answer() {
        let handed_in = Timestamp::from_secs(1_800_000_000);
        let pending =
            Approval { state: ApprovalState::Pending, version: Some("v1".to_owned()), at: Some(handed_in), ..Approval::default() };
        let answer = Approval { state: ApprovalState::Pending, provider_id: Some("9".to_owned()), ..Approval::default() };
        let after = answered(&pending, &pending, &answer);
        assert_eq!((after.at, after.provider_id.as_deref(), after.version.as_deref()), (Some(handed_in), Some("9"), Some("v1")));
        // Told by webhook before the answer came: that stays.
        let told = Approval { state: ApprovalState::Approved, ..pending.clone() };
        assert_eq!(answered(&told, &pending, &answer).state, ApprovalState::Approved);
    }
}
