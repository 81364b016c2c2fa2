//! Emitted events, the gate's silences, attributes.

use anyhow::{Context as _, Result};
use decide::ContactState;
use model::ContactId;
use model::decision::{DecisionRecord, Verdict};
use model::message::Origin;
use model::send_error::FallbackCause;
use model::timeline::{TimelineEntry, TimelineKind};
use model::value::Attributes;
use serde_json::{Map, Value as Json};

use crate::scenario::player::Player;
use crate::stage::WORKSPACE;

impl Player {
    pub async fn attributes(&self, contact: ContactId) -> Result<Attributes> {
        let state = self.stage.app.engine.store().contact_state(WORKSPACE, contact).await?.context("the contact has no state")?;
        Ok(ContactState::decode(&state)?.contact.attributes)
    }
}

/// Events that the journey emitted, with at least these properties.
pub(super) fn event(name: &str, event: &str, times: u32, properties: &Map<String, Json>, there: &[TimelineEntry]) -> Option<String> {
    let emitted: Vec<Json> = there
        .iter()
        .filter(|line| line.kind == TimelineKind::EventTracked)
        .map(|line| line.data.to_value())
        .filter(|data| data["source"] == "journey")
        .collect();
    let fits = |data: &&Json| data["name"] == event && properties.iter().all(|(key, value)| data["properties"][key] == *value);
    let found = emitted.iter().filter(fits).count();
    (found != times as usize).then(|| {
        let with = if properties.is_empty() { String::new() } else { format!(" with {}", Json::Object(properties.clone())) };
        let all: Vec<String> = emitted.iter().map(|data| format!("\n    {} {}", data["name"], data["properties"])).collect();
        let all = if all.is_empty() { " none".to_owned() } else { all.concat() };
        format!("expected that the journey emitted {event} for {name} {times} times{with}; found {found}. Emitted so far:{all}")
    })
}

/// A silence of the gate.
pub(super) fn decision(name: &str, step: Option<&str>, silent: FallbackCause, there: &[DecisionRecord]) -> Option<String> {
    let silences: Vec<(&str, FallbackCause, &str)> = there
        .iter()
        .filter_map(|record| match &record.verdict {
            Verdict::Silent { cause, reason, .. } => Some((step_of(record), *cause, reason.as_str())),
            _ => None,
        })
        .collect();
    let holds = silences.iter().any(|(of, cause, _)| *cause == silent && step.is_none_or(|step| step == *of));
    (!holds).then(|| {
        let of = step.map(|step| format!(" for step {step}")).unwrap_or_default();
        let all: Vec<String> =
            silences.iter().map(|(of, cause, reason)| format!("\n    {} for step {of}: {reason}", cause.as_str())).collect();
        let all = if all.is_empty() { " none".to_owned() } else { all.concat() };
        format!("expected that the gate said nothing to {name}{of} because of {}; its silences:{all}", silent.as_str())
    })
}

fn step_of(record: &DecisionRecord) -> &str {
    match &record.wanted.origin {
        Origin::Journey { step, .. } => step,
        _ => "",
    }
}

pub(super) fn attribute(name: &str, attribute: &str, value: &Json, there: &Attributes) -> Option<String> {
    let found = there.get(attribute).map_or(Json::Null, model::Value::to_json);
    (found != *value).then(|| format!("expected attribute {attribute} of {name} to be {value}; found {found}"))
}
