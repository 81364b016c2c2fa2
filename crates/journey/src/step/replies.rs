//! What a person answers: matched by button id, then by words; anything else takes the default branch and is never dropped.

use model::Timestamp;
use model::case::{HandoffReason, Priority};
use model::inbound::InboundContent;

use super::human;
use super::machine::{Hop, Machine};
use crate::definition::{Await, Body, HandOff, Shareable, Step, StepKind};
use crate::run::{Effect, Given, RunEvent, Taken, Waiting};
use crate::text::Text;

impl<'a> Machine<'a> {
    pub fn reply(&mut self, answers: Option<(&str, u32)>, content: &InboundContent, at: Timestamp) {
        if !content.is_reply() {
            return;
        }
        self.moment = at.min(self.env.now);
        let (id, text) = match content {
            InboundContent::ButtonReply { id, title } | InboundContent::ListReply { id, title } => (Some(id.clone()), Some(title.clone())),
            other => (None, other.words().map(str::to_owned)),
        };
        let asked = |step: &str, visit| {
            let id = id.clone().or_else(|| self.shared(step, content).map(str::to_owned));
            Given { to: step.to_owned(), visit, id, text: text.clone(), at }
        };
        match answers {
            Some((step, visit)) => self.answer(asked(step, visit)),
            // Words that quote nothing belong to the latest message that the run waits on.
            None => {
                if let Some(latest) = self.run.asked().last().cloned() {
                    self.answer(asked(&latest.step, latest.visit));
                }
            }
        }
    }

    /// The word of the request, when this is what a send asked for. The same unasked is an answer like any other.
    fn shared(&self, send: &str, content: &InboundContent) -> Option<&'static str> {
        let wanted = match content {
            InboundContent::Location(_) => Shareable::Location,
            InboundContent::Structured { kind, .. } if kind == "contacts" => Shareable::PhoneNumber,
            InboundContent::Structured { kind, data } if kind == "call_permission" && data["response"] == "accept" => {
                Shareable::CallPermission
            }
            _ => return None,
        };
        let StepKind::Send(send) = &self.def.steps.get(send)?.kind else { return None };
        let mut bodies = send.channels.iter().flat_map(|draft| [&draft.in_window, &draft.out_of_window]).flatten();
        bodies.any(|body| matches!(body, Body::Request { wanted: asked, .. } if *asked == wanted)).then(|| wanted.id())
    }

    fn answer(&mut self, given: Given) {
        let Some(attempt) = self.run.attempt(&given.to, given.visit) else { return };
        // A second tap on the same button: the first one did everything.
        let same = self.run.replies.get(&given.to).is_some_and(|before| before.visit == given.visit && before.id == given.id);
        if attempt.answered && given.id.is_some() && same {
            self.taken = Taken::Repeated;
            self.events.push(RunEvent::ReplyRepeated { step: given.to });
            return;
        }
        if self.run.is_ended() {
            return;
        }
        // An answer proves that the message arrived, whatever the provider has said so far.
        let unheard = attempt.accepted_at.is_none();
        let here = self.run.position.step == given.to && self.run.position.visit == given.visit;
        if here && matches!(self.run.position.waiting, Waiting::Acceptance | Waiting::Settling { .. }) {
            if unheard {
                self.accepted(&given.to, given.visit, given.at);
            }
            self.leave_send(&given.to, given.visit, given.at, "next");
        } else if let Some(next) = self.await_behind_this_send(&given.to) {
            // The next message would ask what has just been answered. What is still queued of it is taken back.
            if self.run.position.waiting == Waiting::Acceptance {
                self.effects.push(Effect::CancelMessages);
            }
            self.travel(Some(Hop::new("answered", next)));
        }
        if let Some(wait) = self.waiting_for(&given.to) {
            self.resolve(wait, given);
        } else if self.will_wait_for(&given.to) {
            self.taken = Taken::Used;
            self.run.early.push(given);
        }
    }

    /// The await in which the run stands, if an answer to that send is one for it.
    fn waiting_for(&self, send: &str) -> Option<&'a Await> {
        let step = self.def.steps.get(&self.run.position.step)?;
        match (&step.kind, &self.run.position.waiting) {
            (StepKind::Await(wait), Waiting::Answer { .. }) if wait.reply_to.iter().any(|to| to == send) => Some(wait),
            _ => None,
        }
    }

    /// Where the run stands in another send: the await right after it, if that takes an answer to this one as well.
    fn await_behind_this_send(&self, send: &str) -> Option<&'a str> {
        if !matches!(self.run.position.waiting, Waiting::Acceptance | Waiting::Settling { .. }) {
            return None;
        }
        let next = self.def.steps.get(&self.run.position.step)?.next.as_deref()?;
        match &self.def.steps.get(next)?.kind {
            StepKind::Await(wait) if wait.reply_to.iter().any(|to| to == send) => Some(next),
            _ => None,
        }
    }

    /// Whether an await for it comes before the next message: then the answer is kept for it.
    fn will_wait_for(&self, send: &str) -> bool {
        if self.run.is_ended() {
            return false;
        }
        let mut seen = std::collections::BTreeSet::new();
        let mut open = vec![self.run.position.step.as_str()];
        while let Some(name) = open.pop() {
            let Some(step) = self.def.steps.get(name).filter(|_| seen.insert(name)) else { continue };
            match &step.kind {
                StepKind::Await(wait) if wait.reply_to.iter().any(|to| to == send) => return true,
                StepKind::Send(_) if name != self.run.position.step => {}
                _ => open.extend(crate::graph::edges_of(step).into_iter().map(|edge| edge.to)),
            }
        }
        false
    }

    /// An answer that came before the run reached this await.
    pub(super) fn early_answer(&mut self, wait: &Await) -> Option<Hop> {
        let at = self.run.early.iter().position(|given| wait.reply_to.contains(&given.to))?;
        let given = self.run.early.remove(at);
        self.settle(wait, given)
    }

    fn resolve(&mut self, wait: &Await, given: Given) {
        self.taken = Taken::Used;
        let hop = self.settle(wait, given);
        self.travel(hop);
    }

    /// Which edge an answer takes.
    fn settle(&mut self, wait: &Await, given: Given) -> Option<Hop> {
        let step = self.run.position.step.clone();
        if let Some(attempt) = self.run.attempt_mut(&given.to, given.visit) {
            attempt.answered = true;
        }
        let text = given.text.clone().filter(|_| given.id.is_none());
        let said = text.as_deref().map(human::normal).unwrap_or_default();
        let written = if said.is_empty() { None } else { self.written_choice(&given.to, &said) };
        let id = given.id.as_deref().or(written);
        let choice = id.and_then(|id| wait.replies.iter().find(|(known, _)| known == id));
        let word = wait.words.iter().find(|(words, _)| !said.is_empty() && words.iter().any(|word| human::normal(word) == said));
        self.run.replies.insert(given.to.clone(), given);
        self.scope.see_run();
        if let Some((id, to)) = choice {
            self.events.push(RunEvent::Replied { step, reply: id.clone() });
            return Some(Hop::new(format!("reply:{id}"), to));
        }
        if let Some((words, to)) = word {
            self.events.push(RunEvent::Replied { step, reply: words.first().cloned().unwrap_or_default() });
            return Some(Hop::new("words", to));
        }
        if self.def.takeover.human_words && human::asks_for_a_person(&said) {
            self.events.push(RunEvent::AskedForHuman { step });
            return self.take_over(HandoffReason::AskedForHuman, "Asked for a person", text.as_deref());
        }
        if let (Some(to), Some(_)) = (&wait.any_text, &text) {
            self.events.push(RunEvent::Replied { step, reply: "text".to_owned() });
            return Some(Hop::new("any_text", to));
        }
        self.run.misses = self.run.misses.saturating_add(1);
        self.events.push(RunEvent::ReplyUnmatched { step, misses: self.run.misses });
        if self.run.misses >= self.def.takeover.max_misses {
            let summary = format!("{} answers that the journey did not understand", self.run.misses);
            return self.take_over(HandoffReason::NotUnderstood, &summary, text.as_deref());
        }
        wait.default.as_ref().map(|to| Hop::new("default", to))
    }

    /// The button or row that somebody named in words, where there is nothing to tap: by the number of its line, or by its label (A27).
    fn written_choice(&self, send: &str, said: &str) -> Option<&'a str> {
        let StepKind::Send(send) = &self.def.steps.get(send)?.kind else { return None };
        let bodies = send.channels.iter().flat_map(|draft| [&draft.in_window, &draft.out_of_window]).flatten();
        let choices: Vec<(&str, &Text)> = bodies.map(choices).find(|choices| !choices.is_empty())?;
        let by_number = said.parse::<usize>().ok().and_then(|number| choices.get(number.checked_sub(1)?));
        let labelled =
            |(_, title): &&(&str, &Text)| title.render(&self.view()).is_ok_and(|title| !title.is_empty() && human::normal(&title) == said);
        by_number.or_else(|| choices.iter().find(labelled)).map(|(id, _)| *id)
    }

    /// The engine's own hand-off (A39).
    fn take_over(&mut self, reason: HandoffReason, what: &str, words: Option<&str>) -> Option<Hop> {
        let takeover = &self.def.takeover;
        let words: String = words.unwrap_or_default().chars().take(200).collect();
        let summary = if words.is_empty() { what.to_owned() } else { format!("{what}: “{words}”") };
        let (queue, priority, next) = (takeover.queue.clone(), takeover.priority, takeover.next.clone());
        self.call_a_person(queue, priority, reason, summary, serde_json::Map::new());
        match next {
            Some(next) => Some(Hop::new("takeover", next)),
            None => {
                self.complete("handed_off");
                None
            }
        }
    }

    pub(super) fn hand_off(&mut self, step: &Step, hand_off: &HandOff, edge: &str) {
        let fields = self.values(&hand_off.fields, &format!("{}.hand_off", step.name));
        let fields = fields.into_iter().map(|(name, value)| (name, value.to_json())).collect();
        // A person is called also when the summary cannot be written.
        let summary = hand_off.summary.render(&self.view()).unwrap_or_else(|reason| {
            self.events.push(RunEvent::ConditionFailed { place: format!("{}.hand_off.summary", step.name), reason });
            self.def.title.clone()
        });
        let reason = hand_off.reason.unwrap_or(match edge {
            "timeout" => HandoffReason::NoAnswer,
            "default" => HandoffReason::NotUnderstood,
            _ => HandoffReason::JourneyStep,
        });
        self.call_a_person(hand_off.queue.clone(), hand_off.priority, reason, summary, fields);
    }

    fn call_a_person(
        &mut self,
        queue: String,
        priority: Priority,
        reason: HandoffReason,
        summary: String,
        mut fields: serde_json::Map<String, serde_json::Value>,
    ) {
        // What the journey knows anyway: an agent sees the order number without asking (R-INB-4).
        for (name, value) in &self.run.context {
            if !value.is_null() {
                fields.entry(name.clone()).or_insert_with(|| value.to_json());
            }
        }
        let step = self.run.position.step.clone();
        self.effects.push(Effect::HandOff { queue, priority, reason, summary, fields, step });
    }
}

/// What a body lets people choose from, in the order of its lines.
fn choices(body: &Body) -> Vec<(&str, &Text)> {
    match body {
        Body::Buttons { buttons, .. } => buttons.iter().map(|(id, title)| (id.as_str(), title)).collect(),
        Body::List { sections, .. } => sections.iter().flat_map(|section| &section.rows).map(|row| (row.id.as_str(), &row.title)).collect(),
        _ => Vec::new(),
    }
}
