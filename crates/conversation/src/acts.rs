//! What agents do to a thread.

use model::case::{Case, Conversation, ConversationStatus, Priority};
use model::{MessageId, Timestamp, UserId};

/// Why an act is refused.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ActError {
    #[error("no case is open on this conversation; open one first")]
    NoCase,
    #[error("the thread moved on: `{latest}` came after what you had seen; read it and send again")]
    Stale { latest: MessageId },
}

/// What the act did, for the timeline.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Acted {
    Changed,
    Nothing,
}

/// A reply may go if the agent had seen the latest message (R-INB-5). The first reply of a person stops the clock, and takes an
/// unowned case: whoever answers owns.
pub fn reply(thread: &mut Conversation, user: UserId, seen: Option<MessageId>, now: Timestamp) -> Result<Acted, ActError> {
    if let (Some(seen), Some(latest)) = (seen, thread.last_message_id)
        && seen != latest
    {
        return Err(ActError::Stale { latest });
    }
    if let Some(case) = open(thread) {
        case.first_reply_at.get_or_insert(now);
        case.assignee.get_or_insert(user);
        thread.status = ConversationStatus::Open;
    }
    thread.unread = 0;
    Ok(Acted::Changed)
}

/// Somebody of the business answered where we could only watch: the clock stops, and no bot goes on. Whoever it was, nobody here owns the case
/// by it.
pub fn answered_elsewhere(thread: &mut Conversation, at: Timestamp) {
    if let Some(case) = open(thread) {
        case.first_reply_at.get_or_insert(at);
    }
    thread.unread = 0;
}

/// Gives the case to a person, to nobody (back into its queue), or to another queue.
pub fn assign(thread: &mut Conversation, to: Option<UserId>, queue: Option<String>) -> Result<Acted, ActError> {
    let case = open(thread).ok_or(ActError::NoCase)?;
    let before = (case.assignee, case.queue.clone());
    case.assignee = to;
    if let Some(queue) = queue {
        case.queue = queue;
    }
    let changed = before != (case.assignee, case.queue.clone());
    thread.status = if to.is_some() { ConversationStatus::Open } else { ConversationStatus::Waiting };
    Ok(if changed { Acted::Changed } else { Acted::Nothing })
}

pub fn set_priority(thread: &mut Conversation, priority: Priority) -> Result<Acted, ActError> {
    let case = open(thread).ok_or(ActError::NoCase)?;
    let changed = case.priority != priority;
    case.priority = priority;
    Ok(if changed { Acted::Changed } else { Acted::Nothing })
}

/// Closes the case. The thread stays; a later message opens a new case.
pub fn resolve(thread: &mut Conversation, category: Option<String>, now: Timestamp) -> Result<Acted, ActError> {
    let case = open(thread).ok_or(ActError::NoCase)?;
    case.resolved_at = Some(now);
    case.category = category;
    thread.status = ConversationStatus::Resolved;
    thread.unread = 0;
    Ok(Acted::Changed)
}

/// Gives the word back to the bot, explicitly: the case ends without a resolution (R-INB-4).
pub fn return_to_bot(thread: &mut Conversation, now: Timestamp) -> Result<Acted, ActError> {
    let case = open(thread).ok_or(ActError::NoCase)?;
    case.resolved_at = Some(now);
    thread.status = ConversationStatus::Bot;
    thread.unread = 0;
    Ok(Acted::Changed)
}

pub fn label(thread: &mut Conversation, add: &[String], remove: &[String]) -> Acted {
    let before = thread.labels.clone();
    thread.labels.retain(|label| !remove.contains(label));
    for label in add {
        if !thread.labels.contains(label) {
            thread.labels.push(label.clone());
        }
    }
    if before == thread.labels { Acted::Nothing } else { Acted::Changed }
}

pub fn mark_read(thread: &mut Conversation) -> Acted {
    let changed = thread.unread != 0;
    thread.unread = 0;
    if changed { Acted::Changed } else { Acted::Nothing }
}

fn open(thread: &mut Conversation) -> Option<&mut Case> {
    thread.case.as_mut().filter(|case| case.resolved_at.is_none())
}

#[cfg(test)]
mod tests {
    use model::case::{Handoff, HandoffReason};
    use model::{CaseId, ContactId, Millis, WorkspaceId};

    use super::*;
    use crate::{OpenCase, human_owns, new_thread, open_case};

    const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);

    fn user(n: u128) -> UserId {
        UserId::from_u128(n)
    }

    fn waiting() -> Conversation {
        let mut thread = new_thread(WorkspaceId::from_u128(1), ContactId::from_u128(2), NOW);
        assert!(open_case(&mut thread, case(Priority::Normal), NOW));
        thread
    }

    fn case(priority: Priority) -> OpenCase {
        let handoff = Handoff {
            reason: HandoffReason::JourneyStep,
            summary: "wants another time".to_owned(),
            fields: serde_json_map(),
            journey: None,
            step: None,
        };
        OpenCase { id: CaseId::from_u128(9), queue: "desk".to_owned(), priority, handoff, first_reply_within: Some(Millis::from_mins(30)) }
    }

    fn serde_json_map() -> serde_json::Map<String, serde_json::Value> {
        serde_json::Map::new()
    }

    #[test]
    fn the_first_reply_takes_an_unowned_case_and_stops_the_clock() {
        let mut thread = waiting();
        assert_eq!(thread.case.as_ref().and_then(|c| c.reply_due_at), Some(NOW + Millis::from_mins(30)));
        assert_eq!(reply(&mut thread, user(1), None, NOW + Millis(5)), Ok(Acted::Changed));
        assert_eq!(reply(&mut thread, user(2), None, NOW + Millis(9)), Ok(Acted::Changed));
        let case = thread.case.as_ref().unwrap();
        assert_eq!((case.assignee, case.first_reply_at), (Some(user(1)), Some(NOW + Millis(5))));
        assert_eq!(thread.status, ConversationStatus::Open);
    }

    #[test]
    fn r_inb_5_a_reply_on_a_stale_thread_is_refused() {
        let mut thread = waiting();
        let (old, new) = (MessageId::from_u128(1), MessageId::from_u128(2));
        thread.last_message_id = Some(new);
        assert_eq!(reply(&mut thread, user(1), Some(old), NOW), Err(ActError::Stale { latest: new }));
        assert_eq!(reply(&mut thread, user(1), Some(new), NOW), Ok(Acted::Changed));
    }

    #[test]
    fn r_inb_4_the_bot_is_silent_until_it_gets_the_word_back() {
        let mut thread = waiting();
        assert!(human_owns(&thread));
        assert_eq!(assign(&mut thread, Some(user(1)), None), Ok(Acted::Changed));
        assert!(human_owns(&thread));
        assert_eq!(return_to_bot(&mut thread, NOW), Ok(Acted::Changed));
        assert!(!human_owns(&thread));
        assert_eq!(return_to_bot(&mut thread, NOW), Err(ActError::NoCase));
    }

    #[test]
    fn r_inb_3_a_second_reason_joins_the_open_case_and_a_later_one_opens_another() {
        let mut thread = waiting();
        assert!(!open_case(&mut thread, case(Priority::Urgent), NOW));
        assert_eq!(thread.case.as_ref().map(|c| c.priority), Some(Priority::Urgent));
        assert_eq!(resolve(&mut thread, Some("rescheduled".to_owned()), NOW), Ok(Acted::Changed));
        assert_eq!(thread.status, ConversationStatus::Resolved);
        assert!(open_case(&mut thread, case(Priority::Low), NOW));
        assert_eq!(thread.status, ConversationStatus::Waiting);
    }

    #[test]
    fn unassigning_puts_the_case_back_into_its_queue() {
        let mut thread = waiting();
        assign(&mut thread, Some(user(1)), None).unwrap();
        assign(&mut thread, None, Some("billing".to_owned())).unwrap();
        assert_eq!(thread.status, ConversationStatus::Waiting);
        assert_eq!(thread.case.as_ref().map(|c| c.queue.as_str()), Some("billing"));
    }
}
