//! The conversation, and the case in it.

use model::case::{Conversation, ConversationStatus};
use serde_json::Value as Json;

use super::{Differences, word};
use crate::scenario::story::ConversationWanted;

pub(super) fn one(name: &str, wanted: &ConversationWanted, there: Option<&Conversation>) -> Option<String> {
    let case = there.and_then(|thread| thread.case.as_ref());
    if wanted.none {
        return case.map(|_| format!("expected that the conversation with {name} was never handed over; found {}", describe(there)));
    }
    let handoff = case.map(|case| &case.handoff);
    let mut wrong = Differences::new();
    let status = there.map_or(ConversationStatus::Bot, |thread| thread.status);
    wrong.check("status", wanted.status.as_ref().map(word), Some(word(&status)));
    wrong.check("queue", wanted.queue.as_ref(), case.map(|case| &case.queue));
    wrong.check("priority", wanted.priority.as_ref().map(word), case.map(|case| word(&case.priority)));
    wrong.check("reason", wanted.reason.as_ref().map(word), handoff.map(|handoff| word(&handoff.reason)));
    wrong.check("step", wanted.step.as_ref(), handoff.and_then(|handoff| handoff.step.as_ref()));
    for (field, value) in &wanted.fields {
        let found = handoff.and_then(|handoff| handoff.fields.get(field));
        wrong.check(&format!("field {field}"), Some(value.to_string()), found.map(Json::to_string));
    }
    if let Some(part) = &wanted.summary_contains
        && !handoff.is_some_and(|handoff| handoff.summary.contains(part))
    {
        wrong.check("a summary containing", Some(part), handoff.map(|handoff| &handoff.summary));
    }
    wrong.finish(&format!("the conversation with {name}"), &describe(there))
}

fn describe(there: Option<&Conversation>) -> String {
    let Some(thread) = there else { return "no conversation".to_owned() };
    let status = word(&thread.status);
    let Some(case) = &thread.case else { return format!("status {status}, never handed over") };
    let step = case.handoff.step.as_ref().map(|step| format!(", step {step}")).unwrap_or_default();
    format!(
        "status {status}, queue {}, priority {}, reason {}{step}, fields {}, summary “{}”",
        case.queue,
        word(&case.priority),
        word(&case.handoff.reason),
        Json::Object(case.handoff.fields.clone()),
        case.handoff.summary
    )
}
