//! Opening a case.

use model::case::{Case, Conversation, ConversationStatus, Handoff, Priority};
use model::{CaseId, Millis, Timestamp};

use crate::human_owns;

/// What a new case needs.
#[derive(Clone, Debug)]
pub struct OpenCase {
    pub id: CaseId,
    pub queue: String,
    pub priority: Priority,
    pub handoff: Handoff,
    /// How soon a person ought to answer, by the queue's promise.
    pub first_reply_within: Option<Millis>,
}

/// Opens a case, or adds to the one that is open: a second reason must not take the thread from whoever is working on it.
/// Answers whether a new case was opened.
pub fn open_case(thread: &mut Conversation, new: OpenCase, now: Timestamp) -> bool {
    if human_owns(thread) && thread.case.as_ref().is_some_and(|case| case.resolved_at.is_none()) {
        if let Some(case) = &mut thread.case {
            // `Urgent` is the smallest: a second reason may only raise the priority.
            case.priority = case.priority.min(new.priority);
            for (key, value) in new.handoff.fields {
                case.handoff.fields.entry(key).or_insert(value);
            }
        }
        return false;
    }
    thread.case = Some(Case {
        id: new.id,
        queue: new.queue,
        assignee: None,
        priority: new.priority,
        opened_at: now,
        handoff: new.handoff,
        first_reply_at: None,
        reply_due_at: new.first_reply_within.map(|span| now + span),
        resolved_at: None,
        category: None,
    });
    thread.status = ConversationStatus::Waiting;
    true
}
