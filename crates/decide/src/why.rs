//! Why a contact is not in a journey: the answer for people who never entered (U4).

use model::Timestamp;
use serde::Serialize;

use crate::{Catalogue, ContactState, JourneyState};

/// One answer, with what it rests on.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub enum WhyNot {
    NoSuchJourney,
    /// The contact is in it now.
    InIt {
        run: model::RunId,
        step: String,
        since: Timestamp,
        due_at: Option<Timestamp>,
    },
    /// The contact was in it, and how that ended.
    WasInIt {
        run: model::RunId,
        ended_at: Option<Timestamp>,
        result: String,
    },
    /// The journey takes nobody now.
    NotOpen {
        state: JourneyState,
    },
    /// It was refused; the timeline has the reasons.
    Refused {
        lines: Vec<model::timeline::TimelineEntry>,
    },
    /// The event that starts it never came for this contact.
    NoEvent {
        event: String,
    },
}

/// Looks at the state first, then at the refusals on the timeline (newest first).
#[must_use]
pub fn why_not(state: &ContactState, catalogue: &Catalogue, journey: &str, refusals: Vec<model::timeline::TimelineEntry>) -> WhyNot {
    let Some(published) = catalogue.journeys.get(journey) else { return WhyNot::NoSuchJourney };
    if let Some(run) = state.runs.iter().find(|run| run.journey == journey) {
        return WhyNot::InIt { run: run.id, step: run.position.step.clone(), since: run.entered_at, due_at: run.due() };
    }
    let of_journey: Vec<_> =
        refusals.into_iter().filter(|line| line.data.to_value().get("journey").and_then(|name| name.as_str()) == Some(journey)).collect();
    if !of_journey.is_empty() {
        return WhyNot::Refused { lines: of_journey };
    }
    if let Some(past) = state.past.iter().rev().find(|past| past.journey == journey) {
        return WhyNot::WasInIt { run: past.run, ended_at: past.ended_at, result: past.result.clone().unwrap_or_default() };
    }
    if published.state != JourneyState::Open {
        return WhyNot::NotOpen { state: published.state };
    }
    WhyNot::NoEvent { event: published.current.entry.on.clone() }
}
