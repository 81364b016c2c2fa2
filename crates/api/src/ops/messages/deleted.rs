//! What people deleted is not shown, wherever it was noted.

use model::WorkspaceId;
use model::timeline::{TimelineEntry, TimelineKind};
use serde_json::{Value, json};

use crate::ops::prelude::*;

/// Lines that may repeat what somebody wrote.
const REPEATS: [TimelineKind; 7] = [
    TimelineKind::MessageReceived,
    TimelineKind::MessageRecorded,
    TimelineKind::MessageImported,
    TimelineKind::MessageEdited,
    TimelineKind::CaseOpened,
    TimelineKind::CaseReopened,
    TimelineKind::OptOutSuspected,
];

/// Members of a line's data that repeat what was said.
const WORDS: [&str; 4] = ["summary", "before", "after", "text"];

/// Takes the words of deleted messages out of timeline lines. The store keeps them.
pub async fn hide_deleted(state: &ApiState, ws: WorkspaceId, lines: &mut [TimelineEntry]) -> Result<(), Problem> {
    for line in lines {
        if !REPEATS.contains(&line.kind) {
            continue;
        }
        let Some(id) = line.message else { continue };
        if state.store().message(ws, id).await?.is_some_and(|message| message.revoked_at.is_some()) {
            line.data = without_words(line.data.to_value()).into();
        }
    }
    Ok(())
}

fn without_words(mut data: Value) -> Value {
    if let Some(members) = data.as_object_mut() {
        for word in WORDS {
            if let Some(value) = members.get_mut(word) {
                *value = json!(null);
            }
        }
    }
    data
}
