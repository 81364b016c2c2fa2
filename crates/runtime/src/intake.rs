//! What providers told us goes in: contacts' signals through the loop in one durable step, everything else where it belongs.

use channel::{Received, SenderReport, TemplateNews, TemplateReport};
use model::inbound::InboundContent;
use model::signal::SignalBody;
use model::template::{ApprovalState, TemplateText};
use model::{Timestamp, WorkspaceId};
use serde_json::json;
use storage::{DocumentExt, StepOutcome, StorageError};

use crate::documents::TemplateDoc;
use crate::{Engine, NewSignal};

/// What became of a webhook.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Intake {
    /// Signals that are now durable, whether applied, known already, kept for later or parked.
    pub signals: usize,
    pub duplicates: usize,
    pub parked: usize,
}

/// Why a webhook could not be made durable; the provider must send it again.
pub type IntakeError = StorageError;

impl Engine {
    /// Takes in what one webhook told. When this returns, all of it is durable.
    pub async fn take_in(&self, ws: WorkspaceId, source: &str, received: Vec<Received>) -> Result<Intake, IntakeError> {
        let mut signals = Vec::with_capacity(received.len());
        let mut media = false;
        let mut broken = 0;
        for one in received {
            match one {
                Received::Contact(incoming) => {
                    media |= matches!(&incoming.body, SignalBody::Inbound(message) if matches!(message.content, InboundContent::Media(_)));
                    let mut signal = NewSignal::new(ws, incoming.target, source, incoming.body);
                    signal.event_time = Some(incoming.event_time);
                    signal.dedupe_key = Some(incoming.dedupe_key);
                    signals.push(signal);
                }
                Received::Template(report) => self.template_reported(ws, &report).await?,
                Received::Sender(report) => self.sender_reported(ws, source, &report).await?,
                Received::Kept { kind, raw, key } => self.notice(ws, source, "provider.notice", &kind, raw, &key).await?,
                Received::Broken { raw, error } => {
                    broken += 1;
                    self.store().park_raw(ws, source, raw.to_string().as_bytes(), &error, self.now()).await?;
                }
            }
        }
        let mut intake = Intake { signals: signals.len(), parked: broken, ..Intake::default() };
        if !signals.is_empty() {
            for outcome in self.admit(signals).await? {
                match outcome {
                    StepOutcome::Duplicate { .. } => intake.duplicates += 1,
                    StepOutcome::Parked { .. } => intake.parked += 1,
                    StepOutcome::Applied(_) | StepOutcome::Rejected(_) | StepOutcome::Unresolved { .. } => {}
                }
            }
        }
        if media {
            self.media.notify_one();
        }
        Ok(intake)
    }

    /// The provider's word on a template becomes the gate's law with the next step (R-TPL-3).
    async fn template_reported(&self, ws: WorkspaceId, report: &TemplateReport) -> Result<(), StorageError> {
        let mut known = false;
        let named = self.store().all::<TemplateDoc>(ws).await?.into_iter().filter(|stored| stored.value.0.name == report.name);
        for stored in named {
            let now = self.now();
            let changed = self
                .change::<TemplateDoc>(ws, &stored.id, |template| {
                    let wanted = report.language.replace('_', "-");
                    let text = template.0.languages.iter_mut().find(|(tag, _)| tag.replace('_', "-").eq_ignore_ascii_case(&wanted));
                    text.is_some_and(|(_, text)| {
                        known = true;
                        apply_report(text, report, now)
                    })
                })
                .await?;
            if changed {
                self.audit(ws, "provider", "template.reported", &report.name, json!({ "language": report.language, "news": report.news }))
                    .await?;
                self.reload(ws).await?;
            }
        }
        if !known {
            let (detail, key) = (json!(report), format!("template:{}", json!(report)));
            self.notice(ws, "provider", "template.unknown", &report.name, detail, &key).await?;
        }
        Ok(())
    }

    async fn sender_reported(&self, ws: WorkspaceId, source: &str, report: &SenderReport) -> Result<(), StorageError> {
        self.notice(ws, source, "sender.reported", &report.kind, report.raw.clone(), &report.key).await?;
        if let Some(reason) = &report.pause {
            for sender in &report.senders {
                self.pause_sender(ws, *sender, reason).await?;
            }
        }
        self.people_limit_reported(ws, report).await
    }
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
