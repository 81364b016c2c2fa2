//! Reading and deleting templates.

use model::Millis;
use serde_json::{Value, json};

use super::{Status, Template};
use crate::cloud::{ApiRequest, GraphError, paging};
use crate::world::World;

/// How long a deleted name stays locked when it had been approved.
const NAME_LOCK: Millis = Millis::from_days(30);

impl World {
    pub(in crate::cloud) fn list_templates(&self, request: &ApiRequest) -> Result<Value, GraphError> {
        let same =
            |param: &str, value: &str| request.query(param).is_none_or(|wanted| wanted.split(',').any(|w| w.eq_ignore_ascii_case(value)));
        let fields = request.fields();
        let items: Vec<Value> = self
            .cloud
            .templates
            .values()
            .filter(|t| t.status != Status::Deleted)
            .filter(|t| request.query("name").is_none_or(|name| t.name.contains(name)))
            .filter(|t| request.query("content").is_none_or(|text| t.shape.body.contains(text)))
            .filter(|t| same("status", t.status.name()) && same("category", t.category.name()) && same("language", &t.language))
            .filter(|t| same("quality_score", t.quality.name()))
            .map(|t| t.node(&fields))
            .collect();
        let total: usize = items.len();
        let mut page = paging::page(request, items, |item| item["id"].as_str().unwrap_or_default().to_owned())?;
        if request.query("summary").is_some() {
            page["summary"] = json!({
                "total_count": total,
                "message_template_count": self.cloud.templates.values().filter(|t| t.status != Status::Deleted).count(),
                "message_template_limit": super::create::PER_WABA,
                "are_translations_complete": true,
            });
        }
        Ok(page)
    }

    /// All languages of a name, or one template by `hsm_id` and name.
    pub(in crate::cloud) fn delete_templates(&mut self, request: &ApiRequest) -> Result<Value, GraphError> {
        let name = request.param("name").ok_or_else(|| GraphError::required("name"))?;
        let id = request.param("hsm_id");
        let now = self.now;
        let hit = |t: &&mut Template| t.status != Status::Deleted && t.name == name && id.as_ref().is_none_or(|id| *id == t.id);
        let mut found = 0;
        let mut approved = false;
        let mut gone = Vec::new();
        for template in self.cloud.templates.values_mut().filter(hit) {
            if template.status == Status::Disabled {
                return Err(GraphError::template(2388022, "Template can't be deleted", "A disabled template cannot be deleted."));
            }
            found += 1;
            approved |= template.was_approved;
            template.status = Status::Deleted;
            gone.push(template.id.clone());
        }
        if found == 0 {
            return Err(GraphError::template(2593002, "Message template not found", format!("There is no template named {name}.")));
        }
        if approved {
            self.cloud.locked_names.insert(name, now + NAME_LOCK);
        }
        for id in gone {
            self.template_event(&id, "DELETED", None, None);
        }
        Ok(json!({ "success": true }))
    }
}
