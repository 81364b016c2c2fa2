//! What expressions and texts may read: `contact`, `event`, `entry`, `run`, `now`.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use expr::Env;
use model::contact::Contact;
use model::value::Attributes;
use model::{Timestamp, Value};

use crate::definition::{Variable, VariableType};
use crate::run::{EventView, Kept, RunState};

/// The names of the roots, for the compiler and for suggestions.
pub(crate) const ROOTS: [&str; 5] = ["contact", "entry", "event", "now", "run"];

/// Each root is built when something reads it: most inputs are settled without asking any expression.
pub(crate) struct Scope<'a> {
    person: &'a Contact,
    variables: &'a [Variable],
    occasion: Option<&'a EventView<'a>>,
    zone: &'a str,
    now: Value,
    contact: OnceCell<Value>,
    event: OnceCell<Value>,
    entry: OnceCell<Value>,
    run: OnceCell<Value>,
    nothing: Value,
}

impl<'a> Scope<'a> {
    /// `zone`: where times are shown, an IANA name. `variables`: those of the run's journey.
    pub fn new(person: &'a Contact, now: Timestamp, zone: &'a str, variables: &'a [Variable]) -> Self {
        Self {
            person,
            variables,
            occasion: None,
            zone,
            now: Value::Time(now),
            contact: OnceCell::new(),
            event: OnceCell::new(),
            entry: OnceCell::new(),
            run: OnceCell::new(),
            nothing: Value::Map(BTreeMap::new()),
        }
    }

    /// The event at hand.
    pub fn see_event(&mut self, event: &'a EventView<'a>) {
        self.occasion = Some(event);
        self.event = OnceCell::new();
    }

    /// An event that came earlier is the one at hand.
    pub fn see_kept(&mut self, kept: &Kept) {
        self.event = OnceCell::from(fields_of(&kept.properties, &kept.name, kept.at));
    }

    /// The event that came now is the one at hand again.
    pub fn forget_kept(&mut self) {
        self.event = OnceCell::new();
    }

    /// The run's variables or answers have changed.
    pub fn see_run(&mut self) {
        self.run = OnceCell::new();
    }

    /// An attribute that the run has just set is visible to the steps after it.
    pub fn set_contact(&mut self, name: &str, value: Value) {
        self.contact.get_or_init(|| contact_fields(self.person));
        if let Some(Value::Map(fields)) = self.contact.get_mut() {
            if value.is_null() {
                fields.remove(name);
            } else {
                fields.insert(name.to_owned(), value);
            }
        }
    }

    /// What a run reads.
    pub fn of<'s>(&'s self, run: &'s RunState) -> View<'s> {
        View { scope: self, run: Some(run) }
    }

    /// What an event reads that may start a run: it is its own entry.
    pub fn before_entry(&self) -> View<'_> {
        View { scope: self, run: None }
    }
}

/// A scope with the run as it stands.
pub(crate) struct View<'s> {
    scope: &'s Scope<'s>,
    run: Option<&'s RunState>,
}

impl View<'_> {
    pub fn locale(&self) -> Option<&str> {
        match self.scope.contact.get() {
            Some(contact) => contact.at("locale").and_then(Value::as_text),
            None => {
                let person = self.scope.person;
                person.locale.as_deref().or_else(|| person.attributes.get("locale").and_then(Value::as_text))
            }
        }
    }

    pub fn zone(&self) -> Option<&str> {
        Some(self.scope.zone).filter(|zone| !zone.is_empty())
    }
}

impl Env for View<'_> {
    fn root(&self, name: &str) -> Option<&Value> {
        let scope = self.scope;
        match name {
            "contact" => Some(scope.contact.get_or_init(|| contact_fields(scope.person))),
            "event" => {
                let kept = scope.event.get();
                Some(kept.unwrap_or_else(|| scope.occasion.map_or(&scope.nothing, |event| scope.event.get_or_init(|| event_fields(event)))))
            }
            "entry" => {
                let properties = self.run.map(|run| &run.entry).or_else(|| scope.occasion.map(|event| event.properties));
                Some(properties.map_or(&scope.nothing, |entry| scope.entry.get_or_init(|| Value::Map(entry.clone()))))
            }
            "run" => Some(self.run.map_or(&scope.nothing, |run| scope.run.get_or_init(|| run_fields(run, scope.variables)))),
            "now" => Some(&scope.now),
            _ => None,
        }
    }

    fn names(&self) -> Vec<&str> {
        ROOTS.to_vec()
    }
}

fn contact_fields(contact: &Contact) -> Value {
    let mut fields = contact.attributes.clone();
    // What is known of the person beside their attributes. An attribute of the same name does not hide it.
    if let Some(name) = &contact.name {
        fields.insert("name".to_owned(), Value::Text(name.clone()));
    }
    if let Some(locale) = &contact.locale {
        fields.insert("locale".to_owned(), Value::Text(locale.clone()));
    }
    if let Some(advert) = &contact.advert {
        fields.insert("advert".to_owned(), Value::Map(advert.first.properties()));
    }
    fields.insert("id".to_owned(), Value::Text(contact.id.to_string()));
    Value::Map(fields)
}

/// Its properties, with `name` and `at` where it has none of its own.
fn event_fields(event: &EventView<'_>) -> Value {
    fields_of(event.properties, event.name, event.at)
}

fn fields_of(properties: &Attributes, name: &str, at: Timestamp) -> Value {
    let mut fields = properties.clone();
    fields.entry("name".to_owned()).or_insert_with(|| Value::Text(name.to_owned()));
    fields.entry("at".to_owned()).or_insert(Value::Time(at));
    Value::Map(fields)
}

fn run_fields(run: &RunState, variables: &[Variable]) -> Value {
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
    Value::Map(fields)
}
