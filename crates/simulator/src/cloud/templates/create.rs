//! `POST /{waba}/message_templates`.

use model::{Millis, Rng};
use serde_json::{Value, json};

use super::shape::{self, upper};
use super::{Category, Quality, Status, Template, validate};
use crate::cloud::GraphError;
use crate::world::{Change, Event, World};

/// Creations in an hour for one WABA (reference 10.3).
const PER_HOUR: usize = 100;
/// Templates of one WABA, each language for itself.
pub(super) const PER_WABA: usize = 6_000;

/// Words that make a reviewer file a utility template under marketing.
const PROMOTIONAL: &[&str] = &["discount", "% off", "sale ", "special offer", "coupon", "promo", "limited time", "buy now"];

impl World {
    pub(crate) fn create_template(&mut self, body: &Value) -> Result<Value, GraphError> {
        let now = self.now;
        self.cloud.template_creations.retain(|at| *at + Millis::from_hours(1) > now);
        if self.cloud.template_creations.len() >= PER_HOUR {
            return Err(GraphError::coded(80007, "There have been too many template creations for this WhatsApp Business Account."));
        }
        let name = body.get("name").and_then(Value::as_str).ok_or_else(|| GraphError::required("name"))?;
        let language = body.get("language").and_then(Value::as_str).ok_or_else(|| GraphError::required("language"))?;
        let category = body.get("category").and_then(Value::as_str).ok_or_else(|| GraphError::required("category"))?;
        let category = Category::parse(category).ok_or_else(|| {
            GraphError::invalid(format!("Param category must be one of {{UTILITY, MARKETING, AUTHENTICATION}} - got \"{category}\"."))
        })?;
        self.check_template_name(name, language)?;
        let components = body.get("components").and_then(Value::as_array).ok_or_else(|| GraphError::required("components"))?;
        let named = body.get("parameter_format").and_then(Value::as_str).is_some_and(|f| f.eq_ignore_ascii_case("named"));
        let authentication = category == Category::Authentication;
        validate::components(components, named, authentication)?;
        let shape = shape::read(components, authentication);
        if !authentication {
            self.check_duplicate_body(&shape.body, name)?;
        }
        let ttl_s = ttl(body, category)?;
        let category = recategorised(category, &shape.body);
        let id = self.mint.decimal("template", 16);
        let template = Template {
            id: id.clone(),
            name: name.to_owned(),
            language: language.to_owned(),
            category,
            previous_category: None,
            status: Status::Pending,
            components: Value::Array(components.iter().map(canonical).collect()),
            shape,
            named,
            ttl_s,
            quality: Quality::Unknown,
            quality_at: now,
            rejected_reason: None,
            was_approved: false,
            edits: Vec::new(),
            pauses: 0,
            pacing: false,
            paused_by_pacing: false,
            created_at: now,
        };
        self.cloud.templates.insert(id.clone(), template);
        self.cloud.template_creations.push(now);
        self.schedule_review(&id);
        self.announce(Change::Template { id: id.clone() });
        Ok(json!({ "id": id, "status": "PENDING", "category": category.name() }))
    }

    pub(super) fn schedule_review(&mut self, id: &str) {
        let (from, to) = self.config.cloud.review_ms;
        let wait = from + self.keyed("review", id).below(to.saturating_sub(from) + 1);
        self.agenda.add(self.now + Millis(wait as i64), Event::TemplateReviewed { id: id.to_owned() });
    }

    fn check_template_name(&self, name: &str, language: &str) -> Result<(), GraphError> {
        if name.is_empty() || name.len() > 512 || !name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_') {
            return Err(GraphError::template(
                2388040,
                "Name is wrong",
                "A template name has up to 512 lower-case letters, digits and underscores.",
            ));
        }
        let plausible = language.len() >= 2 && language.len() <= 20 && language.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        if !plausible {
            return Err(GraphError::invalid(format!("Param language is not a supported language - got \"{language}\".")));
        }
        let live = |t: &&Template| t.status != Status::Deleted;
        if self.cloud.templates.values().filter(live).any(|t| t.name == name && t.language == language) {
            return Err(GraphError::template(
                2388024,
                "Content in this language already exists",
                format!("There is already {language} content for this template."),
            ));
        }
        if self.cloud.locked_names.get(name).is_some_and(|until| *until > self.now) {
            return Err(GraphError::template(
                2388023,
                "Message template is being deleted",
                "This name can't be used for 30 days after its template was deleted.",
            ));
        }
        if self.cloud.templates.values().filter(live).count() >= PER_WABA {
            return Err(GraphError::template(
                2388019,
                "Template limit reached",
                "This WhatsApp Business Account has reached its template limit.",
            ));
        }
        Ok(())
    }

    /// Two templates must not say the same; other languages of one name may.
    fn check_duplicate_body(&self, body: &str, name: &str) -> Result<(), GraphError> {
        let same = |t: &&Template| t.status != Status::Deleted && t.status != Status::Rejected && t.name != name && t.shape.body == body;
        match self.cloud.templates.values().find(same) {
            Some(other) => {
                Err(GraphError::template(2388039, "Duplicate content", format!("The body is the same as that of {}.", other.name)))
            }
            None => Ok(()),
        }
    }
}

fn recategorised(category: Category, body: &str) -> Category {
    let lower = body.to_lowercase();
    match category {
        Category::Utility if PROMOTIONAL.iter().any(|word| lower.contains(word)) => Category::Marketing,
        other => other,
    }
}

/// `message_send_ttl_seconds`: limits by category; -1 stands for 30 days.
pub(super) fn ttl(body: &Value, category: Category) -> Result<Option<i64>, GraphError> {
    let Some(ttl) = body.get("message_send_ttl_seconds").and_then(Value::as_i64) else { return Ok(None) };
    let allowed = match category {
        Category::Authentication => (30..=900).contains(&ttl) || ttl == -1,
        Category::Utility => (30..=43_200).contains(&ttl) || ttl == -1,
        Category::Marketing => (43_200..=2_592_000).contains(&ttl),
    };
    if allowed { Ok(Some(ttl)) } else { Err(GraphError::invalid("Param message_send_ttl_seconds is out of range for this category")) }
}

/// Meta stores type names in upper case, whatever was sent.
pub(super) fn canonical(component: &Value) -> Value {
    let mut component = component.clone();
    for member in ["type", "format"] {
        if component.get(member).is_some() {
            component[member] = upper(&component, member).into();
        }
    }
    for member in ["buttons", "components", "cards"] {
        if let Some(list) = component.get(member).and_then(Value::as_array) {
            component[member] = list.iter().map(canonical).collect();
        }
    }
    component
}
