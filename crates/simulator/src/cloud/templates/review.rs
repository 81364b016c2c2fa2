//! The reviewer and the quality police: by themselves after a while, or by an admin's decision.

use model::Millis;
use serde::Deserialize;
use serde_json::json;

use super::{Category, Quality, Status};
use crate::world::{Event, World};

/// What an admin can decide about a template.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "decision", rename_all = "snake_case")]
pub enum ReviewDecision {
    Approve,
    /// With Meta's reason, such as `ABUSIVE_CONTENT`.
    Reject {
        reason: String,
    },
    /// Low quality: 3 hours the first time, 6 the second, disabled the third.
    Pause,
    Unpause,
    Disable,
    Quality {
        score: Quality,
    },
    Recategorise {
        category: Category,
    },
    /// Holds every further send for quality assessment, until `release_pacing` or `drop_pacing`.
    HoldPacing,
    ReleasePacing,
    DropPacing,
}

impl World {
    /// An admin decides. False when there is no such template.
    pub fn review_template(&mut self, id: &str, decision: ReviewDecision) -> bool {
        if !self.cloud.templates.contains_key(id) {
            return false;
        }
        match decision {
            ReviewDecision::Approve => self.set_status(id, Status::Approved, None),
            ReviewDecision::Reject { reason } => self.set_status(id, Status::Rejected, Some(&reason)),
            ReviewDecision::Pause => self.pause_for_quality(id),
            ReviewDecision::Unpause => self.template_unpaused(id),
            ReviewDecision::Disable => self.set_status(id, Status::Disabled, None),
            ReviewDecision::Quality { score } => self.template_quality(id, score),
            ReviewDecision::Recategorise { category } => self.template_recategorised(id, category),
            ReviewDecision::HoldPacing => self.set_pacing(id, true),
            ReviewDecision::ReleasePacing => {
                self.set_pacing(id, false);
                self.settle_held(id, true);
            }
            ReviewDecision::DropPacing => {
                self.set_pacing(id, false);
                if let Some(template) = self.cloud.templates.get_mut(id) {
                    template.status = Status::Paused;
                    template.paused_by_pacing = true;
                }
                self.template_quality(id, Quality::Red);
                self.template_event(
                    id,
                    "PAUSED",
                    None,
                    Some(json!({ "title": "RATE_LIMITING_PAUSE", "description": "Paused after quality assessment." })),
                );
                self.settle_held(id, false);
            }
        }
        true
    }

    fn set_pacing(&mut self, id: &str, on: bool) {
        if let Some(template) = self.cloud.templates.get_mut(id) {
            template.pacing = on;
        }
    }

    /// The review that was scheduled at creation. A decision made meanwhile stands.
    pub(crate) fn template_reviewed(&mut self, id: &str) {
        let Some(template) = self.cloud.templates.get(id).filter(|t| t.status == Status::Pending) else { return };
        if template.shape.body.contains("}}{{") || template.shape.body.contains("}} {{") {
            return self.set_status(id, Status::Rejected, Some("INVALID_FORMAT"));
        }
        self.set_status(id, Status::Approved, None);
    }

    fn set_status(&mut self, id: &str, status: Status, reason: Option<&str>) {
        let Some(template) = self.cloud.templates.get_mut(id) else { return };
        template.status = status;
        template.rejected_reason = reason.map(str::to_owned);
        if status == Status::Approved {
            template.was_approved = true;
        }
        self.template_event(id, status.name(), reason, None);
    }

    fn pause_for_quality(&mut self, id: &str) {
        let Some(template) = self.cloud.templates.get_mut(id) else { return };
        template.pauses += 1;
        let pauses = template.pauses;
        self.template_quality(id, Quality::Red);
        let (hours, title) = match pauses {
            1 => (3, "FIRST_PAUSE"),
            2 => (6, "SECOND_PAUSE"),
            _ => return self.set_status(id, Status::Disabled, None),
        };
        if let Some(template) = self.cloud.templates.get_mut(id) {
            template.status = Status::Paused;
        }
        let description = format!("Your WhatsApp message template has been paused for {hours} hours because it had issues.");
        self.template_event(id, "PAUSED", None, Some(json!({ "title": title, "description": description })));
        self.agenda.add(self.now + Millis::from_hours(hours), Event::TemplateUnpaused { id: id.to_owned() });
    }

    pub(crate) fn template_unpaused(&mut self, id: &str) {
        let Some(template) = self.cloud.templates.get_mut(id).filter(|t| t.status == Status::Paused) else { return };
        template.status = Status::Approved;
        self.template_event(
            id,
            "APPROVED",
            None,
            Some(json!({ "title": "UNPAUSE", "description": "Your message template has been unpaused." })),
        );
    }
}
