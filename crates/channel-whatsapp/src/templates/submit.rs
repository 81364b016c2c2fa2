//! The calls about templates.

use channel::Account;
use model::send_error::SendError;
use model::template::{Approval, ApprovalState, Template};
use whatsapp::manage::Page;
use whatsapp::message::Success;
use whatsapp::template::{self as wire, TemplateCreated, TemplateEdit};

use super::definition::definition;
use super::remote::{RemoteTemplate, remote};
use crate::errors::fix;
use crate::graph::Trouble;
use crate::settle::encode;
use crate::{Whatsapp, reports};

/// Pages of 100 templates that a listing reads at most; the largest account has 6,000.
const PAGES_MAX: usize = 100;
const FIELDS: &str = "name,category,status,language,quality_score,components,parameter_format,rejected_reason";

impl Whatsapp {
    /// Submits one language for review: creates it, or replaces its text when Meta already has it. The answer may be a verdict at once.
    pub async fn submit_template(&self, account: &Account, template: &Template, language: &str) -> Result<Approval, SendError> {
        let text = template.languages.get(language).ok_or_else(|| fix("template", format!("the template has no text in {language}")))?;
        let refused = |error: String| fix("template", format!("Meta would refuse this template: {error}"));
        let text = &self.with_handles(account, text).await?;
        let definition = definition(template, language, text).map_err(refused)?;
        definition.validate().map_err(|error| refused(error.to_string()))?;
        let call = self.call(account)?;
        let pending = Approval { state: ApprovalState::Pending, version: Some(template.version.clone()), ..Approval::default() };
        if let Some(id) = &text.approval.provider_id {
            let edit = TemplateEdit { components: Some(definition.components), ..TemplateEdit::default() };
            let _done: Success = call.post(&encode(id), &edit).await.map_err(Trouble::into_error)?;
            // An approved text is replaced at once and reviewed afterwards, without a word of it; a rejected one waits for its review.
            let seen = call.get::<wire::Template>(&format!("{}?fields={FIELDS}", encode(id))).await.map(remote).map(|there| there.approval);
            return Ok(Approval { provider_id: Some(id.clone()), version: pending.version.clone(), ..seen.unwrap_or(pending) });
        }
        let edge = format!("{}/message_templates", call.account.waba_id);
        let created: TemplateCreated = call.post(&edge, &definition).await.map_err(Trouble::into_error)?;
        let state = reports::approval_state(&created.status);
        Ok(Approval {
            state,
            raw_state: (state == ApprovalState::Other).then(|| created.status.as_str().to_owned()),
            provider_id: Some(created.id),
            category: created.category.map(|category| category.as_str().to_owned()),
            ..pending
        })
    }

    /// Everything that the account has at Meta.
    pub async fn list_templates(&self, account: &Account) -> Result<Vec<RemoteTemplate>, SendError> {
        let call = self.call(account)?;
        let mut found = Vec::new();
        let mut after: Option<String> = None;
        for _ in 0..PAGES_MAX {
            let cursor = after.as_deref().map(|cursor| format!("&after={}", encode(cursor))).unwrap_or_default();
            let edge = format!("{}/message_templates?fields={FIELDS}&limit=100{cursor}", call.account.waba_id);
            let page: Page<wire::Template> = call.get(&edge).await.map_err(Trouble::into_error)?;
            after = page.next_after().map(str::to_owned);
            found.extend(page.data.into_iter().map(remote));
            if after.is_none() {
                break;
            }
        }
        Ok(found)
    }

    /// Deletes a template in all its languages. Meta keeps the name for 30 days when it had approved it.
    pub async fn delete_template(&self, account: &Account, name: &str) -> Result<(), SendError> {
        let call = self.call(account)?;
        let edge = format!("{}/message_templates?name={}", call.account.waba_id, encode(name));
        let _done: Success = call.delete(&edge).await.map_err(Trouble::into_error)?;
        Ok(())
    }
}
