//! `POST /{waba}/upsert_message_templates`: one authentication template in many languages, made or changed (reference 5).

use serde_json::{Value, json};

use super::{Status, Template};
use crate::cloud::GraphError;
use crate::world::World;

impl World {
    pub(in crate::cloud) fn upsert_templates(&mut self, body: &Value) -> Result<Value, GraphError> {
        let name = body["name"].as_str().ok_or_else(|| GraphError::required("name"))?;
        if !body["category"].as_str().is_some_and(|category| category.eq_ignore_ascii_case("authentication")) {
            return Err(GraphError::invalid("Param category must be one of {AUTHENTICATION}."));
        }
        let languages: Vec<&str> = body["languages"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        if languages.is_empty() {
            return Err(GraphError::required("languages"));
        }
        let mut rows = Vec::new();
        for language in languages {
            let there = |template: &&Template| template.status != Status::Deleted && template.name == name && template.language == language;
            let known = self.cloud.templates.values().find(there).map(|template| template.id.clone());
            let mut one = body.clone();
            one["language"] = json!(language);
            let id = match known {
                Some(id) => {
                    self.edit_template(&id, &one)?;
                    id
                }
                None => self.create_template(&one)?["id"].as_str().unwrap_or_default().to_owned(),
            };
            let status = self.cloud.templates.get(&id).map_or(Status::Pending, |template| template.status);
            rows.push(json!({ "id": id, "status": status.name(), "language": language }));
        }
        Ok(json!({ "data": rows }))
    }
}
