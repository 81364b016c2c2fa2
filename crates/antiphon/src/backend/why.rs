//! Why a journey did, or did not, run for a contact (U4).

use api::engine::{EngineError, Why};
use decide::{WhyNot, why_not};
use model::decision::{Outcome, RuleResult};
use model::timeline::{TimelineEntry, TimelineKind};
use model::{ContactId, WorkspaceId};
use serde_json::json;
use storage::{DecisionFilter, Page, RunFilter, TimelineFilter};

use super::Backend;

const LINES: u32 = 50;

impl Backend {
    pub async fn why_journey(&self, ws: WorkspaceId, contact: ContactId, journey: &str) -> Result<Option<Why>, EngineError> {
        let Some(state) = self.state(ws, contact).await? else { return Ok(None) };
        let catalogue = self.catalogue(ws)?;
        let store = self.engine.store();
        let rejected = TimelineFilter { kinds: vec![TimelineKind::RunRejected] };
        let refusals = store.timeline(ws, contact, rejected, Page::first(LINES)).await?.items;
        let answer = why_not(&state, &catalogue, journey, refusals);
        if answer == WhyNot::NoSuchJourney {
            return Ok(None);
        }
        let of_contact = RunFilter { contact: Some(contact), journey: Some(journey.to_owned()), ..RunFilter::default() };
        let runs = store.runs(ws, of_contact, Page::first(LINES)).await?.items;
        let of_journey = DecisionFilter { contact: Some(contact), journey: Some(journey.to_owned()), ..DecisionFilter::default() };
        let decisions = store.decisions(ws, of_journey, Page::first(LINES)).await?.items;
        let mut why = say(journey, &answer);
        why.runs = runs;
        why.decisions = decisions;
        Ok(Some(why))
    }
}

fn say(journey: &str, answer: &WhyNot) -> Why {
    let (entered, code, text, checks) = match answer {
        WhyNot::NoSuchJourney => (false, "no_such_journey", format!("There is no journey `{journey}`."), Vec::new()),
        WhyNot::InIt { step, since, due_at, .. } => {
            let due = due_at.map(|at| format!(", and its next timer is due at {at}")).unwrap_or_default();
            (true, "in_it", format!("The contact has been in it since {since}, stands at step `{step}`{due}."), Vec::new())
        }
        WhyNot::WasInIt { ended_at, result, .. } => {
            let when = ended_at.map(|at| format!(" at {at}")).unwrap_or_default();
            (true, "was_in_it", format!("The contact went through it; it ended{when} with `{result}`."), Vec::new())
        }
        WhyNot::NotOpen { state } => {
            let state = serde_json::to_value(state).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default();
            (false, "not_open", format!("The journey is {state}: it takes nobody in."), Vec::new())
        }
        WhyNot::Refused { lines } => {
            let latest =
                lines.first().and_then(|line| line.data.get("reason")).and_then(|reason| reason.as_str()).unwrap_or("no reason was kept");
            (false, "rejected_entry", format!("It was refused entry: {latest}."), lines.iter().map(check).collect())
        }
        WhyNot::NoEvent { event } => {
            (false, "never_triggered", format!("The event `{event}`, which starts it, never came for this contact."), Vec::new())
        }
    };
    Why { journey: journey.to_owned(), entered, code: code.to_owned(), answer: text, checks, runs: Vec::new(), decisions: Vec::new() }
}

fn check(line: &TimelineEntry) -> RuleResult {
    let text = |key: &str| line.data.get(key).and_then(|value| value.as_str()).unwrap_or_default().to_owned();
    RuleResult {
        rule: format!("entry:{}", text("code")),
        channel: None,
        outcome: Outcome::Deny,
        detail: text("reason"),
        inputs: json!({ "event": text("event"), "at": line.at }),
    }
}
