//! `POST /{template_id}`: editing, and unpausing by hand.

use model::Millis;
use serde_json::{Value, json};

use super::{Category, Status, create, shape, validate};
use crate::cloud::GraphError;
use crate::world::{Change, World};

impl World {
    pub(in crate::cloud) fn edit_template(&mut self, id: &str, body: &Value) -> Result<Value, GraphError> {
        let now = self.now;
        let Some(template) = self.cloud.templates.get_mut(id) else { return Err(GraphError::unknown_object("POST", id)) };
        let live = matches!(template.status, Status::Approved | Status::Paused | Status::Flagged | Status::Reinstated);
        if !live && template.status != Status::Rejected {
            return Err(GraphError::template(
                2388017,
                "Template can't be edited",
                "Only approved, rejected or paused templates can be edited.",
            ));
        }
        if live {
            // Approved templates: once in 24 hours, ten times in 30 days.
            template.edits.retain(|at| *at + Millis::from_days(30) > now);
            let today = template.edits.iter().any(|at| *at + Millis::from_days(1) > now);
            if today || template.edits.len() >= 10 {
                return Err(GraphError::template(
                    2388025,
                    "Edit limit reached",
                    "An approved template can be edited once in 24 hours and 10 times in 30 days.",
                ));
            }
        }
        let mut category = template.category;
        if let Some(text) = body.get("category").and_then(Value::as_str) {
            let wanted = Category::parse(text).ok_or_else(|| GraphError::invalid("Param category is invalid"))?;
            if live && wanted != template.category {
                return Err(GraphError::template(
                    2388018,
                    "Category can't be edited",
                    "The category of an approved template cannot be changed.",
                ));
            }
            category = wanted;
        }
        if let Some(components) = body.get("components").and_then(Value::as_array) {
            let named = match body.get("parameter_format").and_then(Value::as_str) {
                Some(format) => format.eq_ignore_ascii_case("named"),
                None => template.named,
            };
            let authentication = category == Category::Authentication;
            validate::components(components, named, authentication)?;
            template.shape = shape::read(components, authentication);
            template.components = components.iter().map(create::canonical).collect();
            template.named = named;
        }
        if let Some(ttl) = create::ttl(body, category)? {
            template.ttl_s = Some(ttl);
        }
        template.category = category;
        if live {
            // Edits of approved templates go live at once and are reviewed afterwards.
            template.edits.push(now);
        } else {
            template.status = Status::Pending;
            template.rejected_reason = None;
            self.schedule_review(id);
        }
        self.announce(Change::Template { id: id.to_owned() });
        Ok(json!({ "success": true, "id": id }))
    }

    /// Only a template that pacing paused can be unpaused by hand.
    pub(in crate::cloud) fn unpause_template(&mut self, id: &str) -> Result<Value, GraphError> {
        let Some(template) = self.cloud.templates.get_mut(id) else { return Err(GraphError::unknown_object("POST", id)) };
        if template.status != Status::Paused || !template.paused_by_pacing {
            return Ok(json!({ "success": false, "reason": "The template is not paused by pacing." }));
        }
        template.paused_by_pacing = false;
        self.template_unpaused(id);
        Ok(json!({ "success": true }))
    }
}
