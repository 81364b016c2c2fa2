//! What a provider says of a template: law for the gate with the next step, and news for whoever owns what uses it (R-TPL-3, A73).

use channel::{TemplateNews, TemplateReport};
use model::template::{ApprovalState, Template, TemplateText};
use model::{Timestamp, WorkspaceId};
use serde::Serialize;
use serde_json::json;
use storage::{DocumentExt, StorageError};

use crate::documents::TemplateDoc;
use crate::{Engine, News};

/// A template that goes no more, and whom that concerns.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct TemplateAlert {
    pub name: String,
    pub language: String,
    pub state: ApprovalState,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Open journeys that send it, with the queue that owns each.
    pub journeys: Vec<Concerned>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Concerned {
    pub journey: String,
    pub owner: String,
}

impl Engine {
    /// The provider's word on a template becomes the gate's law with the next step (R-TPL-3).
    pub(crate) async fn template_reported(&self, ws: WorkspaceId, report: &TemplateReport) -> Result<(), StorageError> {
        let mut known = false;
        let named = self.store().all::<TemplateDoc>(ws).await?.into_iter().filter(|stored| stored.value.0.name == report.name);
        for stored in named {
            let now = self.now();
            let mut written = None;
            let changed = self
                .change::<TemplateDoc>(ws, &stored.id, |template| {
                    let wanted = report.language.replace('_', "-");
                    let purpose = template.0.purpose;
                    let text = template.0.languages.iter_mut().find(|(tag, _)| tag.replace('_', "-").eq_ignore_ascii_case(&wanted));
                    text.is_some_and(|(_, text)| {
                        known = true;
                        let went = goes(purpose, text);
                        let changed = apply_report(text, report, now);
                        written = Some((went && !goes(purpose, text), text.approval.clone()));
                        changed
                    })
                })
                .await?;
            if changed {
                self.audit(ws, "provider", "template.reported", &report.name, json!({ "language": report.language, "news": report.news }))
                    .await?;
                self.reload(ws).await?;
                let stopped = written.filter(|(stopped, _)| *stopped).map(|(_, approval)| {
                    let turned =
                        || approval.category.as_ref().map(|category| format!("the provider turned it into {}", category.to_lowercase()));
                    (approval.state, if approval.state == ApprovalState::Approved { turned() } else { approval.reason.clone() })
                });
                self.tell_template(ws, &stored.value.0, &report.language, stopped).await?;
            }
        }
        if !known {
            let (detail, key) = (json!(report), format!("template:{}", json!(report)));
            self.notice(ws, "provider", "template.unknown", &report.name, detail, &key).await?;
        }
        Ok(())
    }

    /// Tells live views that a template changed; and, when it goes no more, writes down whom that concerns and alerts them.
    pub(crate) async fn tell_template(
        &self,
        ws: WorkspaceId,
        template: &Template,
        language: &str,
        stopped: Option<(ApprovalState, Option<String>)>,
    ) -> Result<(), StorageError> {
        let alert = match stopped {
            Some((state, reason)) => {
                let catalogue = self.core().catalogue(ws);
                let published = catalogue.iter().flat_map(|catalogue| &catalogue.journeys);
                let journeys = published
                    .filter(|(_, published)| published.current.templates().contains(&template.name.as_str()))
                    .map(|(name, published)| Concerned { journey: name.clone(), owner: published.current.owner.clone() })
                    .collect();
                let alert = TemplateAlert { name: template.name.clone(), language: language.to_owned(), state, reason, journeys };
                self.audit(ws, "provider", "template.stopped", &template.name, json!(alert)).await?;
                tracing::warn!(
                    template = template.name,
                    language,
                    "A template goes no more; the journeys that send it take their fallbacks"
                );
                Some(Box::new(alert))
            }
            None => None,
        };
        self.bells.tell(News::Template(ws, template.id, alert));
        Ok(())
    }
}

fn goes(purpose: model::Purpose, text: &TemplateText) -> bool {
    text.approval.state == ApprovalState::Approved && !policy::template::is_recategorised(purpose, text.approval.category.as_deref())
}

/// Answers whether anything changed. Reports come late and twice: an older one changes nothing.
fn apply_report(text: &mut TemplateText, report: &TemplateReport, now: Timestamp) -> bool {
    let approval = &mut text.approval;
    let before = approval.clone();
    // Providers tell the second only: within one, what comes later is newer.
    if approval.at.is_some_and(|at| at.as_secs() > report.at.as_secs()) {
        return false;
    }
    if report.provider_id.is_some() {
        approval.provider_id.clone_from(&report.provider_id);
    }
    match &report.news {
        TemplateNews::State { state, raw, reason, category } => {
            if category.is_some() {
                approval.category.clone_from(category);
            }
            // A text that was changed after it was handed in is a draft, whatever becomes of the one before it.
            if approval.version.is_some() || approval.state != ApprovalState::Draft {
                approval.state = *state;
                approval.raw_state = (*state == ApprovalState::Other).then(|| raw.clone());
                approval.reason.clone_from(reason);
            }
        }
        TemplateNews::Quality { score } => approval.quality = Some(score.clone()),
        TemplateNews::Category { category, .. } => approval.category = Some(category.clone()),
    }
    let changed = *approval != before;
    if changed {
        approval.at = Some(report.at.max(before.at.unwrap_or(report.at)).min(now.max(report.at)));
    }
    changed
}

#[cfg(test)]
mod tests {
    use model::Millis;
    use model::template::Approval;

    use super::*;

    const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);

    fn text() -> TemplateText {
        TemplateText {
            body: "Hello".to_owned(),
            not_sendable: Some("it has a button of kind SPM, which cannot be filled".to_owned()),
            approval: Approval { state: ApprovalState::Pending, version: Some("v1".to_owned()), ..Approval::default() },
            ..TemplateText::default()
        }
    }

    fn state(state: ApprovalState, at: Timestamp) -> TemplateReport {
        let news = TemplateNews::State { state, raw: "PAUSED".to_owned(), reason: None, category: None };
        TemplateReport {
            account: "1".to_owned(),
            provider_id: Some("9".to_owned()),
            name: "hello".to_owned(),
            language: "en_US".to_owned(),
            news,
            at,
        }
    }

    #[test]
    fn an_approval_is_of_the_version_that_was_handed_in_and_leaves_the_mark_of_what_cannot_be_filled() {
        let mut text = text();
        let mark = text.not_sendable.clone();
        assert!(apply_report(&mut text, &state(ApprovalState::Approved, NOW), NOW));
        assert_eq!((text.approval.state, text.approval.version.as_deref()), (ApprovalState::Approved, Some("v1")));
        assert_eq!((text.not_sendable.is_some(), text.not_sendable), (true, mark));
    }

    /// A70: only what was approved goes, and this text was never shown to anybody.
    #[test]
    fn a70_an_approval_of_the_text_before_leaves_the_new_one_a_draft() {
        let mut text = TemplateText { approval: Approval { provider_id: Some("9".to_owned()), ..Approval::default() }, ..text() };
        apply_report(&mut text, &state(ApprovalState::Approved, NOW), NOW);
        assert_eq!((text.approval.state, text.approval.version), (ApprovalState::Draft, None));
    }

    #[test]
    fn an_older_report_changes_nothing() {
        let mut text = text();
        apply_report(&mut text, &state(ApprovalState::Paused, NOW), NOW);
        assert!(!apply_report(&mut text, &state(ApprovalState::Approved, NOW - Millis::from_secs(1)), NOW));
        assert_eq!(text.approval.state, ApprovalState::Paused);
    }
}
