//! Whether what a story expects holds. An answer names what was expected and what is there instead.

mod case;
mod facts;
mod messages;
mod runs;

use anyhow::Result;

use super::player::Player;
use super::story::{Expectation, Expected};

pub(super) use messages::step_of;

impl Player {
    /// Nothing when it holds; otherwise what was expected and what was found.
    pub async fn look(&self, expectation: &Expectation) -> Result<Option<String>> {
        let (name, someone) = (&expectation.contact, self.someone(&expectation.contact)?);
        let contact = someone.contact;
        Ok(match &expectation.that {
            Expected::Message(wanted) => messages::one(name, wanted, &self.messages(contact).await?, self.last_advance),
            Expected::Messages { total, by_channel } => messages::count(name, *total, by_channel, &self.messages(contact).await?),
            Expected::Run(wanted) => runs::one(name, wanted, &self.runs(contact).await?),
            Expected::Runs { active, total } => runs::count(name, *active, *total, &self.runs(contact).await?),
            Expected::Event { name: event, times, properties } => {
                facts::event(name, event, *times, properties, &self.timeline(contact).await?)
            }
            Expected::Conversation(wanted) => case::one(name, wanted, self.conversation(contact).await?.as_ref()),
            Expected::Decision { step, silent } => facts::decision(name, step.as_deref(), *silent, &self.decisions(contact).await?),
            Expected::Attribute { name: attribute, value } => facts::attribute(name, attribute, value, &self.attributes(contact).await?),
        })
    }
}

/// The parts that differ: `status exited and not active`.
struct Differences(Vec<String>);

impl Differences {
    const fn new() -> Self {
        Self(Vec::new())
    }

    fn check(&mut self, what: &str, wanted: Option<impl AsRef<str>>, there: Option<impl AsRef<str>>) {
        let Some(wanted) = wanted else { return };
        let there = there.as_ref().map(AsRef::as_ref);
        if there != Some(wanted.as_ref()) {
            self.0.push(format!("{what} {} and not {}", wanted.as_ref(), there.unwrap_or("none")));
        }
    }

    fn finish(self, subject: &str, found: &str) -> Option<String> {
        (!self.0.is_empty()).then(|| format!("expected {subject} with {}; found {found}", self.0.join(", ")))
    }
}

/// The name of a unit variant as files write it.
fn word<T: serde::Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        Ok(other) => other.to_string(),
        Err(_) => String::new(),
    }
}
