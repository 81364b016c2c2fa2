//! Webhooks about templates (reference 4.5).

use serde_json::{Value, json};

use super::Quality;
use crate::world::{Change, World};

impl World {
    /// `message_template_status_update`.
    pub(super) fn template_event(&mut self, id: &str, event: &str, reason: Option<&str>, other_info: Option<Value>) {
        let Some(template) = self.cloud.templates.get(id) else { return };
        let mut value = json!({
            "event": event,
            "message_template_id": number(id),
            "message_template_name": template.name,
            "message_template_language": template.language,
            "reason": reason.unwrap_or("NONE"),
            "message_template_category": template.category.name(),
        });
        if let Some(info) = other_info {
            value["other_info"] = info;
        }
        if event == "DISABLED" {
            value["disable_info"] = json!({ "disable_date": self.now.as_secs() });
        }
        if reason == Some("INVALID_FORMAT") {
            value["rejection_info"] = json!({
                "reason": "Your template has parameters placed next to each other (like {{1}}{{2}}) without text or punctuation between them.",
                "recommendation": "Separate parameters with descriptive text and ensure each parameter is clearly contextualized."
            });
        }
        self.post_cloud("message_template_status_update", None, value, Vec::new());
        self.announce(Change::Template { id: id.to_owned() });
    }

    /// `message_template_quality_update`, when the score really changed.
    pub(super) fn template_quality(&mut self, id: &str, quality: Quality) {
        let now = self.now;
        let Some(template) = self.cloud.templates.get_mut(id) else { return };
        if template.quality == quality {
            return;
        }
        let value = json!({
            "previous_quality_score": template.quality.name(),
            "new_quality_score": quality.name(),
            "message_template_id": number(id),
            "message_template_name": template.name,
            "message_template_language": template.language,
        });
        template.quality = quality;
        template.quality_at = now;
        self.post_cloud("message_template_quality_update", None, value, Vec::new());
        self.announce(Change::Template { id: id.to_owned() });
    }

    /// `template_category_update`: the change is done.
    pub(super) fn template_recategorised(&mut self, id: &str, category: super::Category) {
        let Some(template) = self.cloud.templates.get_mut(id) else { return };
        if template.category == category {
            return;
        }
        let previous = template.category;
        template.previous_category = Some(previous);
        template.category = category;
        let value = json!({
            "message_template_id": number(id),
            "message_template_name": template.name,
            "message_template_language": template.language,
            "previous_category": previous.name(),
            "new_category": category.name(),
        });
        self.post_cloud("template_category_update", None, value, Vec::new());
        self.announce(Change::Template { id: id.to_owned() });
    }
}

/// Template ids are integers in webhooks and strings everywhere else.
fn number(id: &str) -> Value {
    id.parse::<u64>().map_or_else(|_| id.into(), Into::into)
}
