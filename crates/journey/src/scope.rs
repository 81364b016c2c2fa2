//! What expressions and texts may read: `contact`, `event`, `entry`, `run`, `now`.

use std::collections::BTreeMap;

use expr::Env;
use model::contact::Contact;
use model::value::Attributes;
use model::{Timestamp, Value};

use crate::definition::{Variable, VariableType};
use crate::run::RunState;

/// The names of the roots, for the compiler and for suggestions.
pub(crate) const ROOTS: [&str; 5] = ["contact", "entry", "event", "now", "run"];

pub(crate) struct Scope {
    contact: Value,
    event: Value,
    entry: Value,
    run: Value,
    now: Value,
    zone: String,
}

impl Scope {
    /// `zone`: where times are shown, an IANA name.
    pub fn new(contact: &Contact, now: Timestamp, zone: &str) -> Self {
        let mut fields = contact.attributes.clone();
        // What is known of the person beside their attributes. An attribute of the same name does not hide it.
        if let Some(name) = &contact.name {
            fields.insert("name".to_owned(), Value::Text(name.clone()));
        }
        if let Some(locale) = &contact.locale {
            fields.insert("locale".to_owned(), Value::Text(locale.clone()));
        }
        fields.insert("id".to_owned(), Value::Text(contact.id.to_string()));
        let empty = || Value::Map(BTreeMap::new());
        Self { contact: Value::Map(fields), event: empty(), entry: empty(), run: empty(), now: Value::Time(now), zone: zone.to_owned() }
    }

    pub fn locale(&self) -> Option<&str> {
        self.contact.at("locale").and_then(Value::as_text)
    }

    pub fn zone(&self) -> Option<&str> {
        Some(self.zone.as_str()).filter(|zone| !zone.is_empty())
    }

    /// The event at hand: its properties, with `name` and `at` where it has none of its own.
    pub fn see_event(&mut self, name: &str, properties: &Attributes, at: Timestamp) {
        let mut fields = properties.clone();
        fields.entry("name".to_owned()).or_insert_with(|| Value::Text(name.to_owned()));
        fields.entry("at".to_owned()).or_insert(Value::Time(at));
        self.event = Value::Map(fields);
    }

    pub fn see_entry(&mut self, properties: &Attributes) {
        self.entry = Value::Map(properties.clone());
    }

    pub fn see_run(&mut self, run: &RunState, variables: &[Variable]) {
        let mut fields = run.context.clone();
        for variable in variables.iter().filter(|v| v.kind == Some(VariableType::Time)) {
            if let Some(value) = fields.get_mut(&variable.name)
                && let Some(at) = value.as_time()
            {
                *value = Value::Time(at);
            }
        }
        let replies = run.replies.iter().map(|(step, given)| {
            let mut reply = BTreeMap::from([("at".to_owned(), Value::Time(given.at))]);
            let texts = [("id", &given.id), ("text", &given.text)];
            reply.extend(texts.into_iter().filter_map(|(key, text)| Some((key.to_owned(), Value::Text(text.clone()?)))));
            (step.clone(), Value::Map(reply))
        });
        fields.insert("replies".to_owned(), Value::Map(replies.collect()));
        fields.insert("key".to_owned(), Value::Text(run.instance_key.clone()));
        fields.insert("entered_at".to_owned(), Value::Time(run.entered_at));
        self.run = Value::Map(fields);
    }

    /// An attribute that the run has just set is visible to the steps after it.
    pub fn set_contact(&mut self, name: &str, value: Value) {
        if let Value::Map(fields) = &mut self.contact {
            if value.is_null() {
                fields.remove(name);
            } else {
                fields.insert(name.to_owned(), value);
            }
        }
    }
}

impl Env for Scope {
    fn root(&self, name: &str) -> Option<&Value> {
        match name {
            "contact" => Some(&self.contact),
            "event" => Some(&self.event),
            "entry" => Some(&self.entry),
            "run" => Some(&self.run),
            "now" => Some(&self.now),
            _ => None,
        }
    }

    fn names(&self) -> Vec<&str> {
        ROOTS.to_vec()
    }
}
