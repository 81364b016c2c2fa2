//! Why a journey did, or did not, run for a contact (U4).

use api::engine::{EngineError, Why};
use decide::{Catalogue, ContactState, WhyNot, why_not};
use journey::{Admission, EventView};
use model::decision::{Outcome, RuleResult};
use model::timeline::{TimelineEntry, TimelineKind};
use model::value::Attributes;
use model::{ContactId, SignalId, WorkspaceId, json_text};
use storage::{DecisionFilter, Page, RunFilter, TimelineFilter};

use super::Backend;

const LINES: u32 = 50;
/// Pages of tracked events that are searched for the one that might have started a journey.
const EVENT_PAGES: usize = 20;

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
        if let WhyNot::NoEvent { event } = &answer
            && let Some(line) = self.latest_event(ws, contact, event).await?
        {
            not_meant(&mut why, &state, &catalogue, &line);
        }
        why.runs = runs;
        why.decisions = decisions;
        Ok(Some(why))
    }

    /// The contact's latest event of this name. One that a journey did not mean leaves no other trace.
    async fn latest_event(&self, ws: WorkspaceId, contact: ContactId, name: &str) -> Result<Option<TimelineEntry>, EngineError> {
        let mut page = Page::first(LINES);
        for _ in 0..EVENT_PAGES {
            let tracked = TimelineFilter { kinds: vec![TimelineKind::EventTracked] };
            let found = self.engine.store().timeline(ws, contact, tracked, page).await?;
            let named = found.items.into_iter().find(|line| line.data.to_value().get("name").and_then(|text| text.as_str()) == Some(name));
            match (named, found.next) {
                (Some(line), _) => return Ok(Some(line)),
                (None, None) => return Ok(None),
                (None, after) => page = Page { limit: LINES, after },
            }
        }
        Ok(None)
    }
}

/// The event came and started nothing: its condition did not hold, or the journey was not there yet. Judged with what is known today.
fn not_meant(why: &mut Why, state: &ContactState, catalogue: &Catalogue, line: &TimelineEntry) {
    let Some(published) = catalogue.journeys.get(&why.journey) else { return };
    let def = &published.current;
    let properties: Attributes =
        line.data.to_value().get("properties").and_then(|value| serde_json::from_value(value.clone()).ok()).unwrap_or_default();
    let event =
        EventView { name: &def.entry.on, properties: &properties, at: line.at, arrived: line.recorded_at, id: SignalId::from_u128(0) };
    let (name, at) = (&def.entry.on, line.at);
    let (code, answer) = match journey::admit(def, &event, &[], &state.contact, line.recorded_at) {
        Admission::NotMine => {
            ("condition_not_met", format!("The event `{name}` came at {at}, and the journey's entry condition did not hold for it."))
        }
        Admission::Enter { .. } | Admission::Reject { .. } => {
            ("came_before", format!("The event `{name}` came at {at}, when the journey as it is now was not open to it."))
        }
    };
    why.checks.push(RuleResult {
        rule: format!("entry:{code}"),
        channel: None,
        outcome: Outcome::Deny,
        detail: answer.clone(),
        inputs: json_text!({ "event": name, "at": at, "properties": properties, "condition": def.entry.condition.as_ref().map(journey::Expression::source) }),
    });
    why.code = code.to_owned();
    why.answer = answer;
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
            let data = lines.first().map(|line| line.data.to_value()).unwrap_or_default();
            let latest = data.get("reason").and_then(|reason| reason.as_str()).unwrap_or("no reason was kept");
            (false, "rejected_entry", format!("It was refused entry: {latest}."), lines.iter().map(check).collect())
        }
        WhyNot::NoEvent { event } => {
            (false, "never_triggered", format!("The event `{event}`, which starts it, never came for this contact."), Vec::new())
        }
    };
    Why { journey: journey.to_owned(), entered, code: code.to_owned(), answer: text, checks, runs: Vec::new(), decisions: Vec::new() }
}

fn check(line: &TimelineEntry) -> RuleResult {
    let data = line.data.to_value();
    let text = |key: &str| data.get(key).and_then(|value| value.as_str()).unwrap_or_default().to_owned();
    RuleResult {
        rule: format!("entry:{}", text("code")),
        channel: None,
        outcome: Outcome::Deny,
        detail: text("reason"),
        inputs: json_text!({ "event": text("event"), "at": line.at }),
    }
}
