//! What no journey takes is for a person, together with what it is about: the run whose message it answers (A26, A37).

use journey::{ExpectsReply, RunState, StepKind};
use model::case::{Handoff, HandoffReason, Priority};
use model::inbound::InboundMessage;
use model::message::Origin;
use model::{Millis, RunId};

use crate::work::Work;

/// Words that quote nothing are about the latest message that may be answered, unless it is older than this.
const ABOUT_WITHIN: Millis = Millis::from_days(7);

/// What a message is about.
struct About {
    run: RunId,
    journey: String,
    step: String,
    /// The owner of the journey.
    queue: String,
    reason: HandoffReason,
    fields: serde_json::Map<String, serde_json::Value>,
}

impl Work<'_> {
    /// Nothing waits for it: a person must see it. Never dropped (A26).
    pub fn hand_to_inbox(&mut self, inbound: &InboundMessage) {
        if conversation::human_owns(&self.state.thread) {
            return;
        }
        let summary = format!("Wrote on {}: “{}”", inbound.channel, inbound.content.summary());
        match self.quoted().or_else(|| self.latest_answerable()) {
            Some(About { run, journey, step, queue, reason, fields }) => {
                let handoff = Handoff { reason, summary, fields, journey: Some(journey), step: Some(step) };
                self.open_case(queue, Priority::Normal, handoff, Some(run));
            }
            None => {
                let fields = serde_json::Map::new();
                let handoff = Handoff { reason: HandoffReason::Unprompted, summary, fields, journey: None, step: None };
                let queue = self.catalogue.default_queue.clone();
                self.open_case(queue, Priority::Normal, handoff, None);
            }
        }
    }

    /// The journey's message that it quotes or taps.
    fn quoted(&self) -> Option<About> {
        let Origin::Journey { run, step, .. } = &self.named?.origin else { return None };
        let run = self.known_runs().find(|known| known.id == *run)?;
        self.about(run, step).map(|(about, _)| about)
    }

    /// The latest message of a journey that expects an answer of some kind.
    fn latest_answerable(&self) -> Option<About> {
        let since = self.now - ABOUT_WITHIN;
        let attempts = self.known_runs().flat_map(|run| run.attempts.iter().map(move |attempt| (attempt.accepted_at, run, attempt)));
        let mut recent: Vec<_> = attempts.filter_map(|(at, run, attempt)| Some((at.filter(|at| *at >= since)?, run, attempt))).collect();
        recent.sort_by_key(|(at, run, _)| (*at, run.id));
        let candidates = recent.into_iter().rev().filter_map(|(_, run, attempt)| self.about(run, &attempt.step));
        candidates.filter(|(_, expects)| *expects != ExpectsReply::No).map(|(about, _)| about).next()
    }

    fn known_runs(&self) -> impl Iterator<Item = &RunState> {
        self.state.runs.iter().chain(&self.state.ended)
    }

    fn about(&self, run: &RunState, step: &str) -> Option<(About, ExpectsReply)> {
        let def = self.catalogue.journey(&run.journey, &run.version)?;
        let StepKind::Send(send) = &def.steps.get(step)?.kind else { return None };
        let expects = send.expects_reply;
        // The journey left the answer to its owner, or waited for one and has gone on.
        let reason = if expects == ExpectsReply::Inbox { HandoffReason::JourneyStep } else { HandoffReason::Unprompted };
        let known = run.context.iter().filter(|(_, value)| !value.is_null());
        let fields = known.map(|(name, value)| (name.clone(), value.to_json())).collect();
        let (run, journey, step, queue) = (run.id, run.journey.clone(), step.to_owned(), def.owner.clone());
        Some((About { run, journey, step, queue, reason, fields }, expects))
    }
}
